"""Law: instruments, one instrument value by value, the map of a day, the timeline, a notice read."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from minewatch.model.days import optional_day
from minewatch.model.text import Text
from minewatch.usecases.law import law_difference, law_list, law_page
from minewatch.usecases.law_map import law_map, law_timeline, timeline_figure
from minewatch.usecases.law_read import FIELDS, MAX_BYTES, read_notice
from minewatch.web.context import Who
from minewatch.web.pages import page

router = APIRouter(prefix="/law")

Words = Annotated[str, Query(max_length=200)]
STATUSES = ("in_force", "repealed", "reported_only", "reported_meeting", "statement", "draft")
BADGES = {
    "in_force": "good",
    "repealed": "",
    "reported_only": "warn",
    "reported_meeting": "warn",
    "statement": "info",
    "draft": "info",
}
SIGNS = {"in_force": "■", "reported": "●", "statement": "◆", "draft": "▲", "none": ""}


@router.get("")
def law(request: Request, who: Who, on: Words = "", code: Words = "", status: Words = "") -> Response:
    """List the instruments."""
    day = optional_day(on)
    rows = law_list(turn=who.turn, on=day, code=code.strip(), status=status)
    asked = {"on": on, "code": code, "status": status}
    return page(request, who, "law.html", rows=rows, asked=asked, statuses=STATUSES, badges=BADGES)


@router.get("/map")
def policy_map(request: Request, who: Who, on: Words = "") -> Response:
    """Show which jurisdiction has what on a day."""
    return page(request, who, "law_map.html", view=law_map(turn=who.turn, on=optional_day(on)), signs=SIGNS)


@router.get("/timeline")
def timeline(request: Request, who: Who, code: Words = "") -> Response:
    """Show the dated acts of the instruments."""
    return page(request, who, "law_timeline.html", view=law_timeline(turn=who.turn, code=code.strip()), code=code)


@router.get("/timeline.json")
def timeline_json(who: Who) -> Response:
    """Return the chart of the timeline."""
    return JSONResponse(timeline_figure(turn=who.turn, language=who.language))


@router.get("/read")
def read_form(request: Request, who: Who) -> Response:
    """Show where a notice is pasted."""
    who.turn.may("law.read")
    return page(request, who, "law_read.html", readings=(), fields=FIELDS, text="", day="")


@router.post("/read")
def read(
    request: Request,
    who: Who,
    text: Annotated[str, Form(max_length=1_000_000)] = "",
    day: Annotated[str, Form(max_length=20)] = "",
    file: UploadFile | None = None,
) -> Response:
    """Read a notice that was pasted or uploaded; nothing is kept."""
    content, name = text.encode("utf-8"), Text("pasted text", "粘贴文本").in_language(who.language)
    if file is not None and file.filename:
        content, name = file.file.read(MAX_BYTES + 1), file.filename
    readings = read_notice(turn=who.turn, content=content, name=name, today=optional_day(day))
    return page(request, who, "law_read.html", readings=readings, fields=FIELDS, text=text, day=day)


@router.get("/{pack}")
def instrument(request: Request, who: Who, pack: str) -> Response:
    """Show one instrument."""
    return page(request, who, "law_pack.html", view=law_page(turn=who.turn, identity=pack), badges=BADGES)


@router.get("/{pack}/differences")
def differences(request: Request, who: Who, pack: str, before: Words = "shipped") -> Response:
    """Show what differs between two instruments."""
    view = law_difference(turn=who.turn, before=before, after=pack)
    return page(request, who, "law_difference.html", view=view, pack=pack)
