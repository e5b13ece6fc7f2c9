"""From a figure back to the line in the file: which original files a case's readings came from, and where they stand in them.

The lake knows every file by the SHA-256 of its content; the files themselves stay where the utility keeps them. A part of
the lake that was merged names the files of all its meters, so a file listed here may hold none of this meter: the lines tell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.mentions import lines_naming
from minewatch.readers.sources import digest_of, expand
from minewatch.stores.lake import Lake
from minewatch.usecases.cases import case_state
from minewatch.usecases.office import Turn


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One original file that readings of a meter may have come from: where it lay when it was imported, its SHA-256."""

    meter: str
    sha256: str
    path: str
    bytes: int
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One place in an original file that names a meter: file, line (row of a sheet), and what stands there."""

    meter: str
    file: Path
    sha256: str
    line: int
    text: str


def source_files(lake: Lake, meters: Sequence[str]) -> tuple[SourceFile, ...]:
    """Return the files behind the meters' days in the lake, each once a meter, with the days of the parts that name them."""
    known = {one.digest: one for one in lake.manifest.sources}
    spans: dict[tuple[str, str], tuple[str, str]] = {}
    for meter in meters:
        for part in lake.parts_naming(meter):
            for digest in part.sources:
                first, last = spans.get((meter, digest), (part.first_day, part.last_day))
                spans[meter, digest] = min(first, part.first_day), max(last, part.last_day)
    return tuple(
        SourceFile(meter, digest, known[digest].path, known[digest].bytes, first, last)
        for (meter, digest), (first, last) in spans.items()
        if digest in known
    )


def case_sources(*, turn: Turn, lake: Lake, case: str) -> tuple[SourceFile, ...]:
    """Return the files behind a case's readings, for who may read the case."""
    state = case_state(turn.office.log, case)
    turn.may("case.read", state.jurisdiction)
    return source_files(lake, state.meters)


def find_lines(files: Sequence[SourceFile], places: Sequence[Path], *, day: date | None = None) -> Iterator[FoundLine]:
    """Yield the lines of the original files below ``places`` that name the meters; only files whose SHA-256 is the one imported.

    With ``day`` a line must name it too, in one of the usual spellings (a table with one line a meter and day does). Raises
    ``InputError`` where none of the files is there.
    """
    wanted = {one.sha256: [other.meter for other in files if other.sha256 == one.sha256] for one in files}
    found = False
    for path in expand([str(one) for one in places]):
        digest = digest_of(path)
        if digest in wanted:
            found = True
            for meter, line, text in lines_naming(path, wanted[digest]):
                if day is None or any(spelt in text for spelt in spellings(day)):
                    yield FoundLine(meter, path, digest, line, text)
    if not found:
        raise InputError(
            Text(
                "None of the original files is there, or they were changed since they were imported.",
                "原始文件均不在，或导入后已被改动。",
            ),
            remedy=Text(
                "Give the folder that holds them, unchanged; their SHA-256 is listed without --in.",
                "请指定存放原始文件（未改动）的文件夹；不加 --in 时会列出其 SHA-256。",
            ),
        )


def spellings(day: date) -> tuple[str, ...]:
    """Return how files write a day."""
    plain = f"{day.year}/{day.month}/{day.day}"
    return day.isoformat(), f"{day:%Y/%m/%d}", plain, f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"
