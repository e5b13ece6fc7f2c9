"""Render pages: templates with words in two languages, times in the workspace's zone, and nothing that is not escaped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from minewatch import __version__
from minewatch.model.actors import Role
from minewatch.model.text import Language, Text
from minewatch.usecases.simulated import console_label
from minewatch.web.context import Visitor, console_of, language_of
from minewatch.web.script import charts_version

TEMPLATES = Environment(
    loader=PackageLoader("minewatch.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
MESSAGE = "message"
UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]+')


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation: where it leads, its words, and the roles that see it (empty: everybody)."""

    path: str
    words: Text
    roles: frozenset[Role] = frozenset()


CASEWORK = frozenset({Role.ANALYST, Role.INSPECTOR, Role.SUPERVISOR, Role.AUDITOR})

NAVIGATION: tuple[Entry, ...] = (
    Entry("/", Text("Start", "首页")),
    Entry("/wall", Text("Wall", "态势"), CASEWORK),
    Entry("/findings", Text("Findings", "疑点"), CASEWORK),
    Entry("/cases", Text("Cases", "案件"), CASEWORK),
    Entry("/campaigns", Text("Campaigns", "专项行动"), CASEWORK),
    Entry("/visits", Text("Visits", "现场检查"), frozenset({Role.INSPECTOR, Role.SUPERVISOR})),
    Entry("/grid", Text("Grid", "电网"), frozenset(Role) - {Role.ADMINISTRATOR}),
    Entry("/law", Text("Law", "政策")),
    Entry("/data", Text("Data", "数据"), frozenset(Role) - {Role.INSPECTOR}),
    Entry("/audit", Text("Audit", "审计"), frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR})),
    Entry("/people", Text("People", "人员"), frozenset({Role.ADMINISTRATOR})),
)


def page(request: Request, who: Visitor | None, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Render ``template`` for ``who`` (None: nobody is signed in)."""
    response = HTMLResponse(rendered(request, who, template, **values), status_code=status)
    if request.cookies.get(MESSAGE):
        response.delete_cookie(MESSAGE)
    return response


def rendered(request: Request, who: Visitor | None, template: str, **values: Any) -> str:
    """Return ``template`` filled in: a page, or a part of one that a page asks for to refresh itself."""
    console = console_of(request)
    language = who.language if who else language_of(request)
    common = {
        "t": lambda en, zh: zh if language == "zh" else en,
        "say": lambda text: text.in_language(language),
        "when": lambda value: _when(who, value),
        "number": number,
        "csrf_field": lambda: csrf_field(who.session.csrf) if who else Markup(""),
        "csrf_token": who.session.csrf if who else "",
        "language": language,
        "theme": _theme(request),
        "who": who,
        "path": request.url.path,
        "navigation": _navigation(who),
        "message": request.cookies.get(MESSAGE, "") and _message(request, language),
        "simulated": console_label(console.office, rehearsal=console.simulated),
        "version": __version__,
        "charts_version": charts_version(),
    }
    return TEMPLATES.get_template(template).render({**common, **values})


def csrf_field(token: str) -> Markup:
    """Return the hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(token)


def see_other(path: str, message: Text | None = None) -> Response:
    """Answer a form with another page (303), which shows ``message`` once."""
    response = RedirectResponse(path, status_code=303)
    if message is not None:
        told = f"{quote(message.en[:300])}|{quote(message.zh[:150])}"
        response.set_cookie(MESSAGE, told, max_age=60, httponly=True, samesite="strict")
    return response


def download(content: bytes, name: str, media: str) -> Response:
    """Answer with a file to keep; its name is made harmless, other scripts survive (RFC 6266, 5987)."""
    plain = UNSAFE_IN_NAMES.sub("_", name).strip(" .") or "file"
    ascii_name = plain.encode("ascii", "replace").decode().replace("?", "_")
    told = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(plain)}"
    return Response(content, media_type=media, headers={"Content-Disposition": told})


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with thousands set apart; a dash where there is none (None or NaN)."""
    return "–" if value is None or value != value else f"{value:,.{digits}f}"  # noqa: PLR0124 - the test for NaN


def _when(who: Visitor | None, value: datetime | str | None) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        return who.office.shown(value) if who else value
    shown = value.astimezone(who.office.zone) if who and value.tzinfo else value
    return shown.strftime("%Y-%m-%d %H:%M")


def _theme(request: Request) -> str:
    asked = request.cookies.get("theme", "")
    return asked if asked in {"light", "dark"} else "auto"


def _navigation(who: Visitor | None) -> Sequence[Entry]:
    if who is None or who.account.must_change:
        return ()
    return tuple(entry for entry in NAVIGATION if not entry.roles or entry.roles & who.actor.roles)


def _message(request: Request, language: Language) -> str:
    en, _, zh = request.cookies[MESSAGE].partition("|")
    return unquote(zh if language == "zh" else en)[:400]
