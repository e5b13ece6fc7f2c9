"""Jobs of a workspace and the files uploaded for them.

::

    DIR/jobs/
    ├── job-000001.json         what was asked, how far it is, what came of it; replaced atomically
    ├── job-000001.issues.csv   every faulty place of the files of an import
    ├── job-000001/             files uploaded for it, under names of our own making
    ├── numbers                 held while a number is given out
    └── lock                    held by the process that works; free while nothing runs

A job that says *running* while nobody holds the lock was interrupted: its process was killed. Every job may be run again;
what it does is all or nothing.
"""

import json
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO

from minewatch.model.errors import ConflictError, InputError, MissingError, StoreError
from minewatch.model.jobs import Job, JobKind, JobState
from minewatch.model.text import Text
from minewatch.stores.files import disk_errors, exclusive

NAME = re.compile(r"job-\d{6}")
CHUNK = 1 << 20
TRIES = 200


class JobStore:
    """The jobs in ``folder``, which is made when it is first written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, job: Job) -> Job:
        """Keep a new job under the next number; its ``id`` is given here."""
        with disk_errors(f"keeping jobs in {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
        with self._numbering():
            last = max((int(path.stem[4:]) for path in self._files()), default=0)
            numbered = replace(job, id=f"job-{last + 1:06d}")
            self.save(numbered)
        return numbered

    def save(self, job: Job) -> None:
        """Replace what is kept of a job."""
        content = json.dumps(asdict(job), ensure_ascii=False).encode()
        unfinished = self.folder / f".{job.id}.{uuid.uuid4().hex}"
        with disk_errors(f"keeping {job.id}"):
            unfinished.write_bytes(content)
            unfinished.replace(self._path(job.id))

    def get(self, identity: str) -> Job:
        """Return the job of that id; ``InputError`` when there is none."""
        path = self._path(identity)
        try:
            return _job(path.read_text("utf-8"))
        except FileNotFoundError:
            raise _no_job(identity) from None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                Text(f"{path.name} cannot be read ({error}).", f"{path.name} 无法读取（{error}）。"),
                remedy=Text("Remove it; what the job did is kept.", "请删除该文件；任务的结果不受影响。"),
            ) from error

    def newest(self, *, limit: int, before: str = "") -> list[Job]:
        """Return at most ``limit`` jobs, the newest first, those older than ``before`` where it is given."""
        names = sorted((path.stem for path in self._files()), reverse=True)
        return [self.get(name) for name in names if not before or name < before][:limit]

    def unfinished(self) -> list[Job]:
        """Return the jobs that wait, run or ran when their process ended, the oldest first."""
        states = {JobState.WAITING, JobState.RUNNING}
        return [job for path in sorted(self._files()) if (job := self.get(path.stem)).state in states]

    def issues_file(self, identity: str) -> Path:
        """Return where the faulty places of a job's files are listed."""
        return self._path(identity).with_suffix(".issues.csv")

    def keep_upload(self, identity: str, name: str, content: IO[bytes], *, limit: int) -> Path:
        """Stream one uploaded file to disk; only the last part of ``name`` counts, and of it only harmless characters.

        ``InputError`` when it is larger than ``limit`` bytes; then nothing of it is kept.
        """
        folder = self.folder / self._path(identity).stem
        with disk_errors("keeping the uploaded file"):
            folder.mkdir(parents=True, exist_ok=True)
            taken = {path.name for path in folder.iterdir()}
            path = folder / free_name(safe_name(name), taken)
            size = 0
            with path.open("xb") as target:
                while size <= limit and (chunk := content.read(CHUNK)):
                    size += len(chunk)
                    target.write(chunk)
        if size > limit:
            path.unlink()
            raise InputError(
                Text(f"The file is larger than {limit >> 20} MB.", f"文件超过 {limit >> 20} MB。"),
                remedy=Text(
                    "Pack it with gzip, split it, or import it on the machine itself: minewatch import.",
                    "请用 gzip 压缩或拆分，或在服务器上用 minewatch import 导入。",
                ),
            )
        return path

    def forget(self, identity: str) -> None:
        """Remove a job that was never asked for in the end, with its uploads."""
        path = self._path(identity)
        with disk_errors(f"removing {identity}"):
            shutil.rmtree(self.folder / path.stem, ignore_errors=True)
            path.unlink(missing_ok=True)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the right to work; ``ConflictError`` while another process or thread works."""
        with exclusive(self.folder / "lock", what=str(self.folder)):
            yield

    def is_worked_on(self) -> bool:
        """Whether somebody holds the right to work at this moment."""
        if not self.folder.exists():
            return False
        try:
            with self.working():
                return False
        except ConflictError:
            return True

    @contextmanager
    def _numbering(self) -> Iterator[None]:
        for last in range(TRIES, 0, -1):
            try:
                with exclusive(self.folder / "numbers", what=str(self.folder)):
                    yield
                    return
            except ConflictError:
                if last == 1:
                    raise
                time.sleep(0.01)

    def _files(self) -> list[Path]:
        if not self.folder.exists():
            return []
        return [path for path in self.folder.glob("job-*.json") if NAME.fullmatch(path.stem)]

    def _path(self, identity: str) -> Path:
        if not NAME.fullmatch(identity):
            raise _no_job(identity)
        return self.folder / f"{identity}.json"


def safe_name(name: str) -> str:
    """Return the last part of a file's name with letters, digits, dot, hyphen and underscore only, at most 100 characters."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(one if one.isalnum() or one in "._-" else "_" for one in last).lstrip(".")
    stem, dot, ending = kept.rpartition(".")
    short = f"{stem[: 99 - len(ending[:20])]}{dot}{ending[:20]}" if dot else kept[:100]
    return short or "file"


def free_name(name: str, taken: set[str]) -> str:
    """Return ``name``, with a number in front where it is taken."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{number}-{name}"
    return free


def _no_job(identity: str) -> MissingError:
    return MissingError(
        Text(f"There is no job {identity[:40]!r}.", f"没有任务 {identity[:40]!r}。"),
        remedy=Text("Choose one of the list of jobs.", "请从任务列表中选择。"),
    )


def _job(text: str) -> Job:
    data = json.loads(text)
    return Job(
        **{
            **data,
            "kind": JobKind(data["kind"]),
            "state": JobState(data["state"]),
            "files": tuple(data["files"]),
            "said": Text(**data["said"]),
            "remedy": Text(**data["remedy"]),
        }
    )
