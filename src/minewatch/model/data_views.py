"""Views of the data pages: imports, faulty places of their files, coverage by day, gaps by meter."""

from dataclasses import dataclass
from datetime import date

from minewatch.model.issues import Grade
from minewatch.model.text import Text


@dataclass(frozen=True, slots=True)
class FileRow:
    """One original file: ``digest`` of its content; ``present`` tells whether it still lies where it was imported from."""

    name: str
    digest: str
    bytes: int
    present: bool


@dataclass(frozen=True, slots=True)
class IssueCount:
    """How many places of one kind of fault there are; ``words`` say what is wrong, ``remedy`` what to do."""

    code: str
    grade: Grade
    count: int
    words: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One import of readings; ``at`` is an ISO time in UTC, days are empty where it added none."""

    number: int
    at: str
    files: tuple[FileRow, ...]
    more_files: int
    readings: int
    first_day: str
    last_day: str
    noted: int
    disqualifying: int
    issues: tuple[IssueCount, ...]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One imported table of the grid, meters, stations, generation or weather."""

    kind: str
    number: int
    file: str
    digest: str
    rows: int


@dataclass(frozen=True, slots=True)
class DataPage:
    """What a workspace holds: imports of readings, the newest first (one page of them), tables, and sums."""

    imports: tuple[ImportRow, ...]
    found: int
    tables: tuple[TableRow, ...]
    readings: int
    bytes: int
    spans: tuple[tuple[int, date, date], ...]


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One faulty place: file, line (0: the whole file), column, the value that stood there, what is wrong and what to do."""

    file: str
    line: int
    column: str
    value: str
    meter: str
    code: str
    grade: Grade
    count: int
    words: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class IssuePage:
    """One page of a job's faulty places; ``counts`` are those of all places that the other filters leave, by kind."""

    rows: tuple[IssueRow, ...]
    found: int
    page: int
    pages: int
    counts: tuple[IssueCount, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageDay:
    """One day of one kind of day: meters expected, with any reading, with every slot."""

    day: date
    expected: int
    read: int
    full: int


@dataclass(frozen=True, slots=True)
class MeterGaps:
    """How one meter was read, from its first day with a reading to the last day the lake holds."""

    meter: str
    slots: int
    first_day: date
    last_day: date
    days_read: int
    days_missing: int
    longest_gap: int
    share: float


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """Coverage by day of one kind of day, and one page of meters, the worst first.

    ``measured`` is false where something was imported since the last measurement: then there is nothing to show yet.
    ``never_read`` are meters in the books without any reading.
    """

    measured: bool
    slots: int
    kinds: tuple[int, ...]
    days: tuple[CoverageDay, ...]
    meters: tuple[MeterGaps, ...]
    found: int
    page: int
    pages: int
    never_read: int
