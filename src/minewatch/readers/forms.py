"""Small lists and forms that people fill in (site lists, returns) as CSV or XLSX: rows of text by field, with their line.

The first line that holds a known heading is the line of headings; what stands above it (a title) is passed over. Headings
are known in English and Chinese, whatever their case and spacing. A column that is not known is left alone.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from minewatch.model.errors import InputError
from minewatch.model.form_issues import form_issue
from minewatch.model.guard import original
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.readers.csvfile import DELIMITERS, encoding_of
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.sources import BrokenEndError, ExpandsTooMuchError, read_all
from minewatch.readers.workbook import WorkbookTable, is_workbook

MOST_BYTES = 50_000_000
HEADINGS_WITHIN = 30
"""Lines among which the headings are looked for."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: the headings it may stand under, the first of them for messages, and whether it is needed."""

    name: str
    headings: tuple[str, ...]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class FormRow:
    """One filled-in line: physical line (sheet row) and stripped text by field name; what was left empty is not in it."""

    line: int
    cells: Mapping[str, str]
    headings: Mapping[str, str]

    def column(self, field: str) -> str:
        """Return the heading under which ``field`` stands in the file."""
        return self.headings.get(field, field)


@dataclass(frozen=True, slots=True)
class Form:
    """What a file held: rows that have all needed fields, and one issue for each place that cannot be used."""

    file: str
    rows: tuple[FormRow, ...]
    issues: tuple[Issue, ...]


def read_form(path: Path, fields: Sequence[Field]) -> Form:
    """Read a CSV or XLSX file as a form of ``fields``. Never raises for what the file holds; a file that is not there does."""
    if not path.is_file():
        raise InputError(
            Text(f"There is no file {path}.", f"没有文件 {path}。"),
            remedy=Text("Give the path of a CSV or XLSX file.", "请给出 CSV 或 XLSX 文件的路径。"),
        )
    try:
        lines = _lines(path, fields)
    except (BrokenEndError, ExpandsTooMuchError, OSError, csv.Error, _DamagedError) as error:
        return Form(path.name, (), (form_issue("form_unreadable", path.name, value=str(error) or "damaged"),))
    found = _headings(lines, fields)
    if found is None:
        wanted = next((field for field in fields if field.needed), fields[0])
        issue = form_issue("form_no_column", path.name, column=wanted.headings[0], value=", ".join(wanted.headings))
        return Form(path.name, (), (issue,))
    number, columns = found
    absent = [field for field in fields if field.needed and field.name not in columns]
    if absent:
        issues = [
            form_issue("form_no_column", path.name, line=number, column=one.headings[0], value=", ".join(one.headings))
            for one in absent
        ]
        return Form(path.name, (), tuple(issues))
    return _rows(path.name, lines, (number, columns), fields)


class _DamagedError(Exception):
    """The workbook cannot be opened; the message says why."""


def _lines(path: Path, fields: Sequence[Field]) -> list[tuple[int, list[str]]]:
    """(line, cells) of every line that is not empty, cut by the delimiter under which most headings are known."""
    data = read_all(path, MOST_BYTES)
    if is_workbook(data):
        return _sheet(path)
    text = data.decode(encoding_of(data), "replace").removeprefix("\ufeff").replace("\x00", "")
    best: list[tuple[int, list[str]]] = []
    most = -1
    for delimiter in (",", *DELIMITERS):
        rows = _cut(text, delimiter)
        found = _headings(rows, fields)
        if (known := len(found[1]) if found else 0) > most:
            best, most = rows, known
    return best


def _cut(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = []
    begins = 1
    for cells in reader:
        rows.append((begins, [cell.strip() for cell in cells]))
        begins = reader.line_num + 1
    return [(line, cells) for line, cells in rows if any(cells)]


def _sheet(path: Path) -> list[tuple[int, list[str]]]:
    log = IssueLog()
    table = WorkbookTable.open(path, path.name, None, log)
    if table is None:
        raise _DamagedError(log.take()[0].value)
    sheet = table.names[0]
    width = max((len(row) for row in table.sample(sheet)), default=0)
    table.names = [sheet]
    table.start(sheet, 0)
    rows = []
    for chunk in table.chunks(range(width), ()) if width else ():
        for line, cells in zip(chunk.lines.to_list(), chunk.frame.rows(), strict=True):
            rows.append((int(line), ["" if cell is None else str(cell).strip() for cell in cells]))
    return [(line, cells) for line, cells in rows if any(cells)]


def _plain(heading: str) -> str:
    kept = heading.replace("\ufeff", "").casefold().replace("（", "(").replace("）", ")")
    return "".join(kept.replace("_", " ").split())


def _headings(lines: Sequence[tuple[int, list[str]]], fields: Sequence[Field]) -> tuple[int, dict[str, int]] | None:
    """Return the line of headings and the column of each field: the line among the first that knows the most fields."""
    names = {_plain(heading): field.name for field in fields for heading in (field.name, *field.headings)}
    best: tuple[int, dict[str, int]] | None = None
    for line, cells in lines[:HEADINGS_WITHIN]:
        columns: dict[str, int] = {}
        for index, cell in enumerate(cells):
            name = names.get(_plain(cell))
            if name is not None:
                columns.setdefault(name, index)
        if columns and (best is None or len(columns) > len(best[1])):
            best = line, columns
    return best


def _rows(
    file: str, lines: Sequence[tuple[int, list[str]]], found: tuple[int, dict[str, int]], fields: Sequence[Field]
) -> Form:
    number, columns = found
    heads = next(cells for line, cells in lines if line == number)
    headings = {name: heads[index] for name, index in columns.items()}
    rows, issues = [], []
    for line, cells in lines:
        if line <= number:
            continue
        held = {name: original(cells[index]) for name, index in columns.items() if index < len(cells) and cells[index]}
        missing = [field for field in fields if field.needed and field.name not in held]
        issues += [form_issue("form_missing", file, line=line, column=headings[one.name]) for one in missing]
        if not missing:
            rows.append(FormRow(line, held, headings))
    return Form(file, tuple(rows), tuple(issues))
