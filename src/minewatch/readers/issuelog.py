"""Counts faults without end and shows the first few of each: a million bad rows stay a handful of issues.

Every place can be streamed to a CSV at the same time, so that the full list is never lost and never held in memory.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import polars as pl

from minewatch.model.errors import StoreError
from minewatch.model.guard import neutral
from minewatch.model.issues import CATALOGUE, VALUE_LENGTH, Issue, issue_of
from minewatch.model.text import Text

COLUMNS = ("file", "line", "column", "value", "meter", "code", "grade", "count", "issue", "remedy")
"""Columns of the full list as CSV (UTF-8 with byte order mark, which spreadsheets expect)."""

_SLICE = 50_000


class IssueLog:
    """Keeps the first ``max_shown`` places of each code and file, counts the others, streams all to ``path``.

    The places shown come out of :meth:`take` as they arrive; :meth:`rest` gives, once, one issue for each code and file
    whose ``count`` is the number of places not shown. The counts of all issues given out add up to the places seen.
    ``StoreError`` when ``path`` cannot be written.
    """

    def __init__(self, *, max_shown: int = 20, path: Path | None = None) -> None:
        self.max_shown = max_shown
        self._shown: dict[tuple[str, str], int] = {}
        self._hidden: dict[tuple[str, str], int] = {}
        self._first_hidden: dict[tuple[str, str], Issue] = {}
        self._fresh: list[Issue] = []
        self._stream: TextIO | None = None
        if path is not None:
            try:
                self._stream = path.open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise StoreError(
                    Text(f"{path} cannot be written: {error}.", f"无法写入 {path}：{error}。"),
                    remedy=Text("Choose another place.", "请另选位置。"),
                ) from error
            csv.writer(self._stream).writerow(COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the CSV."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def add(self, issue: Issue) -> None:
        """Record one issue; its ``count`` counts."""
        if self._stream is not None:
            csv.writer(self._stream).writerow(_row(issue))
        key = (issue.code, issue.file)
        shown = self._shown.get(key, 0)
        if shown < self.max_shown:
            self._shown[key] = shown + 1
            self._fresh.append(issue)
        else:
            self._hide(key, issue, issue.count)

    def _hide(self, key: tuple[str, str], first: Issue, count: int) -> None:
        self._hidden[key] = self._hidden.get(key, 0) + count
        self._first_hidden.setdefault(key, first)

    def note(
        self, code: str, file: str, *, line: int = 0, column: str = "", value: str = "", said: Text | None = None
    ) -> None:
        """Record one fault of a file or of one of its lines; ``said`` as for ``issue_of``."""
        self.add(issue_of(code, file, line=line, column=column, value=value, said=said))

    def add_frame(self, code: str, faults: pl.DataFrame) -> None:
        """Record one fault a row: ``file``, ``line``, ``column``, ``value``, ``meter`` (text but for ``line``)."""
        if faults.is_empty():
            return
        faults = faults.with_columns(pl.col("file", "column", "value", "meter").cast(pl.String).fill_null(""))
        for (file,), part in faults.group_by("file", maintain_order=True):
            self._add_part(code, str(file), part)

    def _add_part(self, code: str, file: str, part: pl.DataFrame) -> None:
        room = max(0, self.max_shown - self._shown.get((code, file), 0))
        for row in part.head(room).iter_rows(named=True):
            self.add(_issue(code, file, row))
        hidden = part.slice(room)
        if hidden.is_empty():
            return
        self._hide((code, file), _issue(code, file, hidden.row(0, named=True)), hidden.height)
        for part_of_it in hidden.iter_slices(_SLICE):
            self._stream_frame(code, part_of_it)

    def _stream_frame(self, code: str, hidden: pl.DataFrame) -> None:
        """Write many places at once; the sentence is the catalogue's with its value filled in."""
        if self._stream is None:
            return
        kind = CATALOGUE[code]
        value = pl.col("value").str.slice(0, VALUE_LENGTH)
        before, mark, after = kind.sentence.en.partition("{value}")
        sentence = pl.concat_str(pl.lit(before), value, pl.lit(after)) if mark else pl.lit(before)
        text = hidden.select(
            _guarded(pl.col("file")).alias("file"),
            "line",
            _guarded(pl.col("column")).alias("column"),
            _guarded(value).alias("value"),
            _guarded(pl.col("meter")).alias("meter"),
            pl.lit(code).alias("code"),
            pl.lit(kind.grade.value).alias("grade"),
            pl.lit(1).alias("count"),
            sentence.alias("issue"),
            pl.lit(kind.remedy.en).alias("remedy"),
        ).write_csv(include_header=False)
        self._stream.write(text)

    def codes(self, file: str) -> set[str]:
        """Codes recorded for a file so far."""
        return {code for code, name in self._shown if name == file}

    def take(self) -> tuple[Issue, ...]:
        """Return the issues to show that came since the last call."""
        fresh, self._fresh = tuple(self._fresh), []
        return fresh

    def rest(self, file: str | None = None) -> tuple[Issue, ...]:
        """Return one issue for each code whose places were not all shown (of ``file`` only, if given)."""
        out = []
        for key in [key for key in self._first_hidden if file is None or key[1] == file]:
            first = self._first_hidden.pop(key)
            hidden = self._hidden.pop(key)
            out.append(
                issue_of(
                    first.code,
                    first.file,
                    line=first.line,
                    column=first.column,
                    value=first.value,
                    meter=first.meter,
                    count=hidden,
                )
            )
        return tuple(out)


def _issue(code: str, file: str, row: dict[str, object]) -> Issue:
    return issue_of(
        code,
        file,
        line=int(str(row["line"] or 0)),
        column=str(row["column"]),
        value=str(row["value"]),
        meter=str(row["meter"]),
    )


def _guarded(text: pl.Expr) -> pl.Expr:
    """Guard texts as :func:`minewatch.model.guard.neutral` does."""
    risky = text.str.contains(r"^[=+\-@\t\r]") & ~text.str.contains(r"^[+\-](\d+\.?\d*|\.\d+)$")
    return pl.when(risky).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def _row(issue: Issue) -> Sequence[object]:
    return (
        neutral(issue.file),
        issue.line,
        neutral(issue.column),
        neutral(issue.value),
        neutral(issue.meter),
        issue.code,
        issue.grade.value,
        issue.count,
        issue.sentence.en,
        issue.remedy.en,
    )
