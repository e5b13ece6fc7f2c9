"""Jobs: asked for by somebody who may, run one at a time in the background, resumable after a killed process.

``ask`` writes a job down and ``keep_working`` does what waits; a door starts ``keep_working`` in a thread of its own after
each ``ask``. What was asked and what came of it are events of the ledger (stream ``data``).
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from minewatch.model.errors import ConflictError, InputError, MinewatchError
from minewatch.model.events import JsonValue, NewEvent, Stamp, utc_text
from minewatch.model.jobs import NO_WORDS, Job, JobKind, JobState
from minewatch.model.text import Text
from minewatch.stores.jobs import JobStore
from minewatch.usecases.access import append_anyhow
from minewatch.usecases.job_works import WORKS, Outcome, Told, Work
from minewatch.usecases.office import Office, Turn

STREAM = "data"
UPLOAD_LIMIT = 512 << 20
"""Bytes that one uploaded file may have."""
MOST_FILES = 50
ENDINGS = (".csv", ".txt", ".tsv", ".dat", ".xlsx", ".xlsm", ".xls", ".parquet", ".pq", ".xml", ".json", ".jsonl",
           ".log", ".pcap", ".pcapng", ".cap", ".nfcapd", ".gz", ".zst")  # fmt: skip
"""Endings of files that may be uploaded."""
PAUSE = 0.25
SAVED_EVERY = 0.5
"""Seconds between two notes of how far a job is."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as a browser sends it: the name it claims, and its content to be streamed."""

    name: str
    content: IO[bytes]


def job_store(office: Office) -> JobStore:
    """Return where the office keeps its jobs."""
    return JobStore(office.workspace.folder / "jobs")


def ask(*, turn: Turn, kind: JobKind, files: Iterable[str] = (), options: Mapping[str, str] | None = None) -> Job:
    """Write a job down and on record; ``files`` are paths the program knows, never ones that somebody typed.

    Raises ``ConflictError`` when the same was asked for and is not finished.
    """
    turn.may("data.import")
    store = job_store(turn.office)
    wanted = Job("", kind, turn.actor.name, utc_text(turn.at), tuple(files), dict(options or {}))
    for other in store.unfinished():
        if (other.kind, other.files, other.options) == (wanted.kind, wanted.files, wanted.options):
            raise ConflictError(
                Text(f"The same is asked for already: {other.id}.", f"相同任务已在队列中：{other.id}。"),
                remedy=Text("Wait until it has finished.", "请等待其完成。"),
            )
    job = store.add(wanted)
    _record(turn.office, job, "data.asked/1", Stamp(turn.actor.name, turn.at))
    return job


def ask_with_uploads(
    *, turn: Turn, kind: JobKind, uploads: Iterable[Upload], options: Mapping[str, str], limit: int = UPLOAD_LIMIT
) -> Job:
    """Stream uploaded files to disk and write down the job that reads them: all of them or none.

    Raises ``InputError`` for no file, too many, one that is too large or whose ending is none of ``ENDINGS``.
    """
    turn.may("data.import")
    if kind not in IMPORTS:
        raise InputError(
            Text(f"{kind} reads no files.", f"{kind} 不读取文件。"),
            remedy=Text("Choose what the files hold.", "请选择文件内容类型。"),
        )
    given = [one for one in uploads if one.name]
    if not 1 <= len(given) <= MOST_FILES:
        raise InputError(
            Text(f"{len(given)} files were given.", f"收到 {len(given)} 个文件。"),
            remedy=Text(f"Choose 1 to {MOST_FILES} files.", f"请选择 1 至 {MOST_FILES} 个文件。"),
        )
    for one in given:
        _check_ending(one.name)
    store = job_store(turn.office)
    blank = Job("", kind, turn.actor.name, utc_text(turn.at), options=dict(options), state=JobState.INTERRUPTED)
    job = store.add(blank)
    try:
        paths = [str(store.keep_upload(job.id, one.name, one.content, limit=limit)) for one in given]
    except MinewatchError:
        store.forget(job.id)
        raise
    job = replace(job, files=tuple(paths), state=JobState.WAITING)
    store.save(job)
    _record(turn.office, job, "data.asked/1", Stamp(turn.actor.name, turn.at))
    return job


IMPORTS = frozenset(
    {
        JobKind.READINGS,
        JobKind.GRID,
        JobKind.METERS,
        JobKind.GENERATION,
        JobKind.WEATHER,
        JobKind.OUTAGES,
        JobKind.HOLIDAYS,
        JobKind.TRAFFIC,
    }
)


def _check_ending(name: str) -> None:
    if not name.lower().endswith(ENDINGS):
        raise InputError(
            Text("A file of this kind is not taken.", "不接受此类文件。"),
            remedy=Text(f"Give one that ends in {', '.join(ENDINGS)}.", f"可接受的扩展名：{'、'.join(ENDINGS)}。"),
        )


def jobs(*, turn: Turn, limit: int = 50, before: str = "") -> list[Job]:
    """Return the newest jobs, as they stand."""
    turn.may("data.read")
    store = job_store(turn.office)
    worked_on = store.is_worked_on()
    return [_as_it_stands(job, worked_on=worked_on) for job in store.newest(limit=limit, before=before)]


def job(*, turn: Turn, identity: str) -> Job:
    """Return one job as it stands."""
    turn.may("data.read")
    store = job_store(turn.office)
    found = store.get(identity)
    return _as_it_stands(found, worked_on=store.is_worked_on()) if found.state is JobState.RUNNING else found


def _as_it_stands(job: Job, *, worked_on: bool) -> Job:
    if job.state is JobState.RUNNING and not worked_on:
        return replace(job, state=JobState.INTERRUPTED)
    return job


def resume(*, turn: Turn, identity: str) -> Job:
    """Let an interrupted or failed job wait again; ``ConflictError`` for one that is done or under way."""
    turn.may("data.import")
    found = job(turn=turn, identity=identity)
    if found.state not in {JobState.INTERRUPTED, JobState.FAILED}:
        raise ConflictError(
            Text(f"{found.id} is {found.state}.", f"{found.id} 当前状态不可恢复。"),
            remedy=Text("Only an interrupted or failed job can be resumed.", "只有中断或失败的任务可以恢复。"),
        )
    again = replace(found, state=JobState.WAITING, said=NO_WORDS, remedy=NO_WORDS, done=0, all=0)
    job_store(turn.office).save(again)
    _record(turn.office, again, "data.resumed/1", Stamp(turn.actor.name, turn.at))
    return again


def keep_working(
    *,
    office: Office,
    clock: Callable[[], datetime],
    works: Mapping[JobKind, Work] = WORKS,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Do every job that waits, the oldest first, and return when none is left.

    Several may call this at once: one works, the others wait until there is nothing left to do.
    """
    store = job_store(office)
    while any(one.state is JobState.WAITING for one in store.unfinished()):
        try:
            with store.working():
                waiting = [one for one in store.unfinished() if one.state is JobState.WAITING]
                if waiting:
                    _do(office, store, waiting[0], clock, works[waiting[0].kind])
        except ConflictError:
            pause(PAUSE)


def _do(office: Office, store: JobStore, waiting: Job, clock: Callable[[], datetime], work: Work) -> None:
    running = replace(waiting, state=JobState.RUNNING, started_at=utc_text(clock()), ended_at="")
    store.save(running)
    progress = _Progress(store, running)
    try:
        outcome = work(office, running, clock, progress.told)
    except MinewatchError as error:
        wrong, cure = (Text(*pair) for pair in zip(error.told("en"), error.told("zh"), strict=True))
        ended = replace(progress.job, state=JobState.FAILED, said=wrong, remedy=cure)
    except Exception as error:
        bug = Text(f"The program failed: {type(error).__name__}: {error}", f"程序出错：{type(error).__name__}: {error}")
        cure = Text("Keep this sentence and tell the maintainers.", "请保留此信息并告知维护人员。")
        store.save(replace(progress.job, state=JobState.FAILED, ended_at=utc_text(clock()), said=bug, remedy=cure))
        raise
    else:
        ended = _finished(progress.job, outcome)
    ended = replace(ended, ended_at=utc_text(clock()))
    store.save(ended)
    name = "data.finished/1" if ended.state is JobState.DONE else "data.failed/1"
    with contextlib.suppress(ConflictError):
        _record(office, ended, name, Stamp(ended.by, clock(), "job"))


def _finished(job: Job, outcome: Outcome) -> Job:
    return replace(
        job,
        state=JobState.DONE,
        done=job.all or job.done,
        said=outcome.said,
        remedy=NO_WORDS,
        figures=dict(outcome.figures),
    )


class _Progress:
    """Notes how far a job is, at most every half second."""

    def __init__(self, store: JobStore, job: Job) -> None:
        self.job = job
        self._store = store
        self._saved = 0.0
        self.told: Told = self._told

    def _told(self, done: int, everything: int) -> None:
        self.job = replace(self.job, done=done, all=everything)
        now = time.monotonic()
        if now - self._saved >= SAVED_EVERY:
            self._saved = now
            self._store.save(self.job)


def _record(office: Office, job: Job, name: str, stamp: Stamp) -> None:
    data: dict[str, JsonValue] = {
        "job": job.id,
        "kind": job.kind.value,
        "files": [Path(path).name for path in job.files],
        "said": job.said.en,
    }
    append_anyhow(office.log, STREAM, NewEvent(name, data), stamp)
