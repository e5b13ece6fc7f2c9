"""What may be given to sharpen a screening, read from files: weather, outages, meters' books, holidays, the order's deadline.

Nothing of it is required. What is wrong inside a file becomes an issue by line and column; the rest is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.grid_issues import grid_issue
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.policy.calendar import public_holidays
from minewatch.readers.gridtables import KINDS, read_grid_table
from minewatch.readers.sources import expand
from minewatch.stores.gridstore import GridStore

CHINA = "cn"
"""Word for the public holidays of the State Council's calendar."""
TABLES = ("weather", "outages", "meters")

Patterns = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Given:
    """What the user gives besides readings: files (or globs) by table, holidays (``cn`` or a file) and a deadline.

    ``deadline`` is in the meters' standard time. ``reactive`` and ``currents`` are files laid out like readings.
    """

    weather: Patterns = ()
    outages: Patterns = ()
    meters: Patterns = ()
    reactive: Patterns = ()
    currents: Patterns = ()
    holidays: str = ""
    deadline: datetime | None = None


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read: frames as ``readers.gridtables`` types them (None: not given), holidays, deadlines, faults.

    ``deadlines`` are by meter, ``deadline`` for all others; both in the meters' standard time.
    """

    weather: pl.DataFrame | None = None
    outages: pl.DataFrame | None = None
    meters: pl.DataFrame | None = None
    holidays: frozenset[date] = frozenset()
    deadline: datetime | None = None
    deadlines: dict[str, datetime] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


def parse_deadline(text: str) -> datetime:
    """Return a deadline as given, in the meters' standard time; ``InputError`` for what is no time."""
    for pattern in ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 - the meters' standard time
        except ValueError:
            continue
    raise InputError(
        Text(f"{text!r} is no time.", f"“{text}”不是时间。"),
        remedy=Text(
            "Write the deadline in the meters' standard time, as '2021-06-17 22:00'.",
            "请按计量点的标准时间书写期限，如“2021-06-17 22:00”。",
        ),
    )


def read_tables(given: Given, *, days: tuple[date, date] | None, store: GridStore | None = None) -> Tables:
    """Read what was given; a table that was not is taken from a workspace's ``store``, where it was imported.

    ``days`` are the first and last day of the readings (for the calendar's holidays). Raises ``InputError`` for a pattern that
    gives no file or a file without the columns that are needed.
    """
    frames: dict[str, pl.DataFrame | None] = {}
    issues: list[Issue] = []
    for name in TABLES:
        patterns: Patterns = getattr(given, name)
        if patterns:
            frames[name], found = _read(patterns, name)
            issues += found
        else:
            frames[name] = store.read(name, key=KINDS[name].key) if store is not None else None
    holidays, found = _holidays(given.holidays, days, store)
    return Tables(
        weather=frames["weather"],
        outages=frames["outages"],
        meters=frames["meters"],
        holidays=holidays,
        deadline=given.deadline,
        issues=(*issues, *found),
    )


def _read(patterns: Patterns, name: str) -> tuple[pl.DataFrame, list[Issue]]:
    """Read files of one kind of table; ``InputError`` where none of them had a usable line."""
    kind = KINDS[name]
    frames: list[pl.DataFrame] = []
    issues: list[Issue] = []
    for path in expand(patterns):
        table = read_grid_table(path, [kind])
        frames.append(table.frame)
        issues += table.issues
    frame = pl.concat(frames).unique(list(kind.key), keep="last", maintain_order=True)
    if frame.is_empty():
        raise nothing_usable(str(patterns[0]), name, issues)
    return frame, issues


def nothing_usable(file: str, what: str, issues: Sequence[Issue]) -> InputError:
    """Return the error for a file in which nothing can be used as ``what``, with the first reason."""
    first = issues[0] if issues else None
    reason = first.sentence if first else Text("It has no lines.", "文件没有数据行。")
    return InputError(
        Text(
            f"Nothing in {file} can be used as {what}: {reason.en}",
            f"{file} 中没有可用作 {what} 的内容：{reason.zh}",
        ),
        remedy=first.remedy if first else Text("Check that it is the right file.", "请核对是否为正确的文件。"),
    )


def _holidays(
    word: str, days: tuple[date, date] | None, store: GridStore | None
) -> tuple[frozenset[date], list[Issue]]:
    if word.casefold() == CHINA:
        if days is None:
            return frozenset(), []
        calendar = public_holidays(days[0] - timedelta(weeks=1), days[1] + timedelta(weeks=1))
        told = [grid_issue("holidays_unknown", CHINA, value=str(year)) for year in calendar.unknown_years]
        return calendar.days, told
    if word:
        frame, issues = _read([word], "holidays")
        return frozenset(frame["day"].to_list()), issues
    kept = store.read("holidays", key=KINDS["holidays"].key) if store is not None else None
    return (frozenset(kept["day"].to_list()) if kept is not None else frozenset()), []
