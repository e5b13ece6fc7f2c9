"""The inspector's phone: visits of today, the form of a visit, and what takes reports in, once each."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import FileResponse, JSONResponse, Response

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.case_list import CaseQuery, case_list
from minewatch.usecases.photos import MOST_BYTES, keep_photo
from minewatch.usecases.rounds import visits_today
from minewatch.usecases.steps import case_id
from minewatch.usecases.visit_form import offset_minutes, visit_form
from minewatch.usecases.visit_reports import VisitReport, send_visit
from minewatch.web.context import Who
from minewatch.web.pages import page

router = APIRouter(prefix="/visits")

WORKER = Path(__file__).parent / "static" / "visits-worker.js"
FOUND = 30


@dataclass(frozen=True, slots=True)
class ReportIn:
    """A report as a phone sends it. ``at`` is a time of the workspace's zone, or one with its offset."""

    submission: str
    at: str
    found: str
    inspectors: list[str]
    machines: int | None = None
    running: bool | None = None
    location: str = ""
    checks: list[str] = field(default_factory=list)
    photos: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)


@router.get("")
def today(request: Request, who: Who, words: str = "") -> Response:
    """Show the visits of today and what the phone keeps; ``words`` looks for another case."""
    tasks = visits_today(turn=who.turn)
    asked = words.strip()[:200]
    found = case_list(turn=who.turn, query=CaseQuery(words=asked, size=FOUND)).rows if asked else ()
    return page(request, who, "visits.html", tasks=tasks, words=asked, found=found, offset=offset_minutes(who.turn))


@router.get("/worker.js")
def worker() -> Response:
    """Return the service worker; it holds nothing of anybody, so nobody has to be signed in for it."""
    headers = {"Service-Worker-Allowed": "/visits", "Cache-Control": "no-cache"}
    return FileResponse(WORKER, media_type="text/javascript", headers=headers)


@router.get("/session.json")
def session(who: Who) -> Response:
    """Tell a page that was kept who is signed in now, the form token, and the time here."""
    who.turn.may("case.visit")
    milliseconds = int(who.turn.at.timestamp() * 1000)
    return JSONResponse({"actor": who.actor.name, "csrf": who.session.csrf, "now": milliseconds})


@router.get("/{case}")
def form(request: Request, who: Who, case: str) -> Response:
    """Show the form of a visit."""
    return page(request, who, "visit.html", view=visit_form(turn=who.turn, case=case_id(case)))


@router.post("/{case}/photos")
def photo(who: Who, case: str, photo: Annotated[UploadFile, File()]) -> Response:
    """Keep a photo or a signature; the answer is its SHA-256, the same however often it is sent."""
    content = photo.file.read(MOST_BYTES + 1)
    return JSONResponse({"sha256": keep_photo(turn=who.turn, case=case_id(case), content=content)})


@router.post("/{case}/report")
def report(who: Who, case: str, given: ReportIn) -> Response:
    """Take a report; sent again it gets the receipt of the first time."""
    if len(given.at) > 40:
        raise InputError(
            Text("The time of the visit cannot be read.", "检查时间无法识别。"),
            remedy=Text("Write it as 2021-06-17 22:00.", "请写作 2021-06-17 22:00。"),
        )
    receipt = send_visit(
        turn=who.turn,
        report=VisitReport(
            submission=given.submission,
            case=case_id(case),
            at=who.office.instant(given.at),
            inspectors=tuple(given.inspectors),
            found=given.found,
            machines=given.machines,
            running=given.running,
            location=given.location,
            checks=tuple(given.checks),
            photos=tuple(given.photos),
            signatures=tuple(given.signatures),
        ),
    )
    return JSONResponse(
        {
            "case": receipt.case,
            "event": receipt.event,
            "received": who.office.shown(receipt.received_at),
            "repeated": receipt.repeated,
        }
    )
