"""Open a file of readings, whatever its format, and stream what it holds in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.readers.foreign import foreign_kind
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.layout import Layout
from minewatch.readers.options import ReadOptions
from minewatch.readers.points import empty_points
from minewatch.readers.sources import BrokenEndError, digest_of, open_plain
from minewatch.readers.tables import Frames, open_table
from minewatch.readers.xmlfile import likes_xml, open_xml


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file: a frame of ``points`` or of ``days`` (see ``readers.points``) and the issues met in them.

    ``bytes_done`` is how far the file on disk has been read, for a progress bar. The last batch of a file may be empty
    but for issues: one for each code whose places were too many to show, with their count.
    """

    frame: pl.DataFrame
    kind: Literal["points", "days"]
    issues: tuple[Issue, ...]
    bytes_done: int


class Source(Protocol):
    """A file of readings, opened.

    ``layout`` is None for formats that say themselves what they hold, and for files that could not be understood; the
    batches then tell the issue.
    """

    path: Path
    size: int
    digest: str
    layout: Layout | None

    def batches(self) -> Iterator[Batch]:
        """Stream the file; never raises for what it holds."""
        ...


Reader = Callable[[Path, str, ReadOptions, IssueLog], tuple[Layout | None, Frames]]
"""A reader of one format: path, the file's name for issues, options, log → its layout, and a stream of frames (points
or days) with the bytes read so far. It tells faults to the log and raises nothing but ``OSError`` for what a file
holds.
"""

READERS: tuple[tuple[Callable[[bytes], bool], Reader], ...] = ((likes_xml, open_xml), (lambda _: True, open_table))
"""Formats, the first whose test likes the first plain bytes (up to 4096) is taken; tables come last and take all."""


@dataclass(slots=True)
class OpenedSource:
    """A file of readings behind any reader: adds digest, size and issues to the reader's frames."""

    path: Path
    size: int
    digest: str
    layout: Layout | None
    frames: Frames
    log: IssueLog

    def batches(self) -> Iterator[Batch]:
        """Stream the file once."""
        name = str(self.path)
        any_rows = False
        try:
            for frame, kind, done in self.frames:
                any_rows = any_rows or not frame.is_empty()
                yield Batch(frame, kind, self.log.take(), min(done, self.size))
        except OSError as error:
            self.log.note("unreadable_file", name, value=str(error))
        if not any_rows and not self.log.codes(name):
            self.log.note("empty_file", name)
        issues = (*self.log.take(), *self.log.rest(name))
        yield Batch(empty_points(), "points", issues, self.size)


def open_readings(path: Path, options: ReadOptions | None = None, *, log: IssueLog | None = None) -> Source:
    """Open a file of readings and recognise its layout; ``log`` may stream every faulty place to a CSV.

    Damaged, empty or foreign files are opened too: their batches tell what was wrong. ``InputError`` when the file
    does not exist or an option cannot be used with it.
    """
    options = options or ReadOptions()
    log = log or IssueLog()
    if not path.is_file():
        raise InputError(
            Text(f"“{path}” is no file.", f"“{path}”不是文件。"), remedy=Text("Check the path.", "请检查路径。")
        )
    layout: Layout | None = None
    frames: Frames = iter(())
    size, digest = 0, ""
    try:
        size, digest = path.stat().st_size, digest_of(path)
        start = _first_bytes(path)
        foreign = None if options.encoding else foreign_kind(path, start)
        if foreign is not None:
            log.note(foreign[0], str(path), value=foreign[1])
        else:
            # What is measured beside active power is read from tables alone.
            reader = open_table if options.measured != "active" else next(one for likes, one in READERS if likes(start))
            layout, frames = reader(path, str(path), options, log)
    except OSError as error:
        log.note("unreadable_file", str(path), value=str(error))
    return OpenedSource(path, size, digest, layout, frames, log)


def _first_bytes(path: Path) -> bytes:
    opened = open_plain(path)
    try:
        return opened.read(4096)
    except BrokenEndError:
        return b""
    finally:
        opened.close()
