"""Data in the API: files imported, screenings and balances asked for, as jobs that run in the background one at a time."""

from typing import Annotated, Literal

from fastapi import Form, Query, Request, UploadFile

from minewatch.model.jobs import Job, JobKind, JobState
from minewatch.model.text import Text
from minewatch.usecases import jobs
from minewatch.web.api_caller import Called
from minewatch.web.api_models import Answered, Given, MaybeMoment, Moment, Short, api_router
from minewatch.web.context import console_of
from minewatch.web.data import said
from minewatch.web.work import work

router = api_router("/jobs", "data", 404, 409)

Said = Annotated[Short, Form(description="As the command line's option of the same name.")]


class JobTold(Answered):
    """A job: what it does, how far it is (``done`` of ``all``), and what came of it."""

    id: str
    kind: JobKind
    state: JobState
    by: str
    asked_at: Moment
    started_at: MaybeMoment
    ended_at: MaybeMoment
    done: int
    all: int
    said: Text
    remedy: Text
    figures: dict[str, int]


class WorkAsked(Given):
    """Work that needs no file: screening, balance or coverage."""

    kind: Literal[JobKind.SCREEN, JobKind.BALANCE, JobKind.COVERAGE]


def told(job: Job) -> JobTold:
    """Return a job as the API tells it: its files' places on the server stay there."""
    return JobTold(**{name: getattr(job, name) for name in JobTold.model_fields})


@router.get("")
def list_jobs(
    caller: Called, before: Annotated[Short, Query()] = "", limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[JobTold]:
    """List the jobs, the newest first; ``before`` is the id of the last one of the page before."""
    return [told(one) for one in jobs.jobs(turn=caller.turn, limit=limit, before=before)]


@router.get("/{job}")
def get_job(caller: Called, job: str) -> JobTold:
    """Tell how far a job is and what came of it."""
    return told(jobs.job(turn=caller.turn, identity=job))


@router.post("", status_code=202)
def ask_work(request: Request, caller: Called, asked: WorkAsked) -> JobTold:
    """Have the workspace screened or balanced, or its coverage measured."""
    job = jobs.ask(turn=caller.turn, kind=asked.kind)
    work(console_of(request))
    return told(job)


@router.post("/uploads", status_code=202)
def import_files(
    request: Request,
    caller: Called,
    kind: Annotated[JobKind, Form()],
    files: list[UploadFile],
    unit: Said = "",
    quantity: Said = "",
    stamps: Said = "",
    zone: Said = "",
    layout: Said = "",
    meter: Said = "",
) -> JobTold:
    """Stream files to disk and have them imported; each faulty place is on the page of the job."""
    options = said(unit, quantity, stamps, zone, layout, meter)
    uploads = [jobs.Upload(one.filename or "", one.file) for one in files]
    job = jobs.ask_with_uploads(turn=caller.turn, kind=kind, uploads=uploads, options=options)
    work(console_of(request))
    return told(job)
