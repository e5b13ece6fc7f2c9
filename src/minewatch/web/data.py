"""Data: imports and their faults, uploads, work in the background, coverage and gaps."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from minewatch.model.errors import InputError
from minewatch.model.jobs import JOB_KINDS, JOB_STATES, JobKind, JobState
from minewatch.model.text import Text
from minewatch.usecases import coverage_pages as coverage
from minewatch.usecases import data_pages as use
from minewatch.usecases import jobs
from minewatch.web.context import Who
from minewatch.web.pages import download, page, see_other
from minewatch.web.work import work

router = APIRouter(prefix="/data")

Words = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Query(ge=1, le=100_000)]
Field = Annotated[str, Form(max_length=200)]
BADGES = {
    JobState.WAITING: "info",
    JobState.RUNNING: "info",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.INTERRUPTED: "warn",
}
UPLOADED = tuple(kind for kind in JobKind if kind in jobs.IMPORTS)
STARTED = (JobKind.SCREEN, JobKind.BALANCE, JobKind.COVERAGE)
"""Work that needs no file."""


def _kind(text: str) -> JobKind:
    try:
        return JobKind(text)
    except ValueError as error:
        raise InputError(
            Text(f"{text[:40]!r} is no kind of work.", f"没有任务类型 {text[:40]!r}。"),
            remedy=Text("Choose one of the list.", "请从列表中选择。"),
        ) from error


@router.get("")
def data(request: Request, who: Who, number: Number = 1) -> Response:
    """Show what the workspace holds and what is under way."""
    view = use.data_page(turn=who.turn, page=number)
    return page(
        request,
        who,
        "data.html",
        view=view,
        jobs=jobs.jobs(turn=who.turn, limit=10),
        kinds=JOB_KINDS,
        states=JOB_STATES,
        badges=BADGES,
        uploaded=UPLOADED,
        started=STARTED,
        number_of_page=number,
        pages=max(-(-view.found // use.PAGE), 1),
        limit_mb=jobs.UPLOAD_LIMIT >> 20,
    )


def said(
    unit: Field = "", quantity: Field = "", stamps: Field = "", zone: Field = "", layout: Field = "", meter: Field = ""
) -> dict[str, str]:
    """Return what a form says about files of readings, by the names of the options of reading."""
    given = {"unit": unit, "kind": quantity, "stamps": stamps, "zone": zone, "layout": layout, "meter": meter}
    return {name: value.strip() for name, value in given.items() if value.strip()}


@router.post("/upload")
def upload(
    who: Who, kind: Field, options: Annotated[dict[str, str], Depends(said)], files: list[UploadFile] | None = None
) -> Response:
    """Stream files to disk and have them imported in the background."""
    given = [jobs.Upload(one.filename or "", one.file) for one in files or ()]
    job = jobs.ask_with_uploads(turn=who.turn, kind=_kind(kind), uploads=given, options=options)
    work(who.console)
    return see_other(f"/data/jobs/{job.id}", Text("Received.", "已接收。"))


@router.post("/start")
def start(who: Who, kind: Field) -> Response:
    """Have a screening, a balance or the coverage done in the background."""
    wanted = _kind(kind)
    if wanted not in STARTED:
        raise InputError(Text(f"{kind} needs files.", "该任务需要文件。"), remedy=Text("Upload them.", "请上传文件。"))
    job = jobs.ask(turn=who.turn, kind=wanted)
    work(who.console)
    return see_other(f"/data/jobs/{job.id}", Text("Started.", "已开始。"))


@router.post("/again")
def again(who: Who, number: Annotated[int, Form(ge=1)], digest: Field, kind: Field) -> Response:
    """Have a file of an import imported or judged again."""
    job = use.ask_again(turn=who.turn, number=number, digest=digest, kind=_kind(kind))
    work(who.console)
    return see_other(f"/data/jobs/{job.id}", Text("Started.", "已开始。"))


@router.get("/jobs")
def all_jobs(request: Request, who: Who, before: Words = "") -> Response:
    """List the jobs."""
    rows = jobs.jobs(turn=who.turn, limit=use.PAGE, before=before)
    return page(
        request, who, "data_jobs.html", jobs=rows, kinds=JOB_KINDS, states=JOB_STATES, badges=BADGES, most=use.PAGE
    )


@router.get("/jobs/{job}")
def one_job(
    request: Request,
    who: Who,
    job: str,
    code: Words = "",
    grade: Words = "",
    file: Words = "",
    text: Words = "",
    number: Number = 1,
) -> Response:
    """Show how far a job is, what came of it, and the faulty places of its files."""
    asked = use.IssueFilter(code, grade, file, text)
    found = jobs.job(turn=who.turn, identity=job)
    issues = use.issue_page(turn=who.turn, identity=job, asked=asked, page=number)
    return page(
        request,
        who,
        "data_job.html",
        job=found,
        issues=issues,
        asked=asked,
        kinds=JOB_KINDS,
        states=JOB_STATES,
        badges=BADGES,
        names=[one.replace("\\", "/").rsplit("/", 1)[-1] for one in found.files],
    )


@router.get("/jobs/{job}/state.json")
def job_state(who: Who, job: str) -> Response:
    """Return how far a job is, for the page to follow."""
    found = jobs.job(turn=who.turn, identity=job)
    words = JOB_STATES[found.state].in_language(who.language)
    return JSONResponse(
        {"state": found.state.value, "words": words, "done": found.done, "all": found.all, "over": found.is_over}
    )


@router.post("/jobs/{job}/resume")
def resume(who: Who, job: str) -> Response:
    """Let an interrupted or failed job run again."""
    jobs.resume(turn=who.turn, identity=job)
    work(who.console)
    return see_other(f"/data/jobs/{job}", Text("Resumed.", "已恢复。"))


@router.post("/jobs/{job}/issues")
def export_issues(
    who: Who, job: str, code: Field = "", grade: Field = "", file: Field = "", text: Field = ""
) -> Response:
    """Hand out the faulty places of a job's files."""
    return download(*use.export_issues(turn=who.turn, identity=job, asked=use.IssueFilter(code, grade, file, text)))


@router.get("/coverage")
def coverage_page(
    request: Request, who: Who, slots: Annotated[int, Query(ge=0)] = 0, text: Words = "", number: Number = 1
) -> Response:
    """Show coverage by day and gaps by meter."""
    view = coverage.coverage_page(turn=who.turn, slots=slots, text=text, page=number)
    return page(request, who, "data_coverage.html", view=view, text=text)


@router.get("/coverage.json")
def coverage_json(who: Who, slots: Annotated[int, Query(ge=1)] = 96) -> Response:
    """Return the heat map of coverage."""
    return JSONResponse(coverage.coverage_figure(turn=who.turn, slots=slots, language=who.language))


@router.get("/meter.json")
def meter_json(who: Who, meter: Words) -> Response:
    """Return one meter's coverage by day."""
    return JSONResponse(coverage.meter_figure(turn=who.turn, meter=meter, language=who.language))


@router.get("/meters/{meter:path}")
def meter(request: Request, who: Who, meter: str) -> Response:
    """Show how one meter was read."""
    coverage.meter_figure(turn=who.turn, meter=meter, language=who.language)
    gaps = coverage.meter_gaps(turn=who.turn, meter=meter)
    return page(request, who, "data_meter.html", meter=meter, gaps=gaps)
