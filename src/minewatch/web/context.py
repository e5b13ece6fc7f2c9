"""Who asks: the signed-in person of a request, and the guard against requests forged by another page."""

import secrets
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import MinewatchError
from minewatch.model.text import Language
from minewatch.usecases.accounts import session_of
from minewatch.usecases.console import Account, Session
from minewatch.usecases.office import Office, Turn
from minewatch.web.console import Console

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
API = "/api/"
SIGN_IN = "/sign-in"
WITHOUT_PASSWORD_CHANGE = frozenset({"/account/password", "/sign-out", "/language", "/theme"})
"""What a person may do who still has a one-time password."""


class NotSignedInError(Exception):
    """Nobody is signed in; a page sends the browser to the sign-in form."""


class MustChangePasswordError(Exception):
    """The one-time password must be changed before anything else."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The signed-in person of one request."""

    console: Console
    actor: Actor
    account: Account
    session: Session
    turn: Turn
    language: Language

    @property
    def office(self) -> Office:
        """The office the console works on."""
        return self.console.office

    def has(self, *roles: Role) -> bool:
        """Tell whether the person has one of the roles; pages hide what cannot be done, use cases refuse it."""
        return bool(self.actor.roles & set(roles))


def console_of(request: Request) -> Console:
    """Return the console the application runs."""
    console: Console = request.app.state.console
    return console


def cookie_name(console: Console) -> str:
    """Return the session cookie's name; ``__Host-`` keeps other hosts and paths from setting it, but needs https."""
    return "__Host-minewatch" if console.reached.secure else "minewatch"


def form_cookie_name(console: Console) -> str:
    """Return the name of the cookie that the sign-in form's own token is compared with."""
    return "__Host-minewatch-form" if console.reached.secure else "minewatch-form"


def language_of(request: Request, account: Account | None = None) -> Language:
    """Return the language: the account's choice, else the cookie's, else what the browser prefers."""
    asked = (account.language if account else "") or request.cookies.get("language", "")
    if asked in {"en", "zh"}:
        return "zh" if asked == "zh" else "en"
    return "zh" if request.headers.get("accept-language", "").lower().startswith("zh") else "en"


def maybe_visitor(request: Request) -> Visitor | None:
    """Return who is signed in, or None; the API knows no sessions."""
    if request.url.path.startswith(API):
        return None
    console = console_of(request)
    at = console.clock()
    found = session_of(store=console.store, cookie=request.cookies.get(cookie_name(console), ""), at=at)
    if found is None:
        return None
    session, account = found
    try:
        actor = console.actor(session.name)
    except MinewatchError:
        return None
    turn = Turn(console.office, actor, at)
    visitor = Visitor(console, actor, account, session, turn, language_of(request, account))
    request.state.visitor = visitor
    return visitor


def visitor_of(request: Request, visitor: Annotated[Visitor | None, Depends(maybe_visitor)]) -> Visitor:
    """Return who is signed in; a browser without a session is sent to the sign-in form."""
    if visitor is None:
        raise NotSignedInError
    if visitor.account.must_change and request.url.path not in WITHOUT_PASSWORD_CHANGE:
        raise MustChangePasswordError
    return visitor


Who = Annotated[Visitor, Depends(visitor_of)]
"""The signed-in person of a request, for routes."""


async def guard(request: Request, visitor: Annotated[Visitor | None, Depends(maybe_visitor)]) -> None:
    """Refuse a change that did not come from one of our own pages.

    Twice over: the browser's word on where the request comes from, and a token that only our pages hold (OWASP's
    synchronizer token; for the sign-in form, where no session exists yet, a double-submitted cookie). The API takes no
    cookies, so that nothing can be forged there.
    """
    if request.method in SAFE or request.url.path.startswith(API):
        return
    if not _from_here(request):
        raise HTTPException(403, "origin")
    expected = visitor.session.csrf if visitor else request.cookies.get(form_cookie_name(console_of(request)), "")
    given = request.headers.get("x-csrf-token") or await _form_token(request)
    if not expected or not secrets.compare_digest(expected.encode(), given.encode()):
        raise HTTPException(403, "csrf")


def _from_here(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or (origin != "null" and urlsplit(origin).netloc == request.headers.get("host", ""))


async def _form_token(request: Request) -> str:
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return ""
    given = (await request.form()).get("csrf")
    return given if isinstance(given, str) else ""
