"""Tables as an .xlsx workbook that an office can sort, filter, print and read back by column name.

Every text is written as a text cell, whatever it begins with: a spreadsheet shows ``=1+1`` and does not run it, and the
value is unchanged for whoever reads it back. Numbers and dates are written as such, so that they sort and add up. What
is missing (None, NaN) is an empty cell.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import xlsxwriter

from minewatch.model.text import Language, Text

Cell = str | int | float | date | datetime | None

MAX_ROWS = 1_048_000
"""Rows of data a sheet may hold; the format ends at 1 048 576, labels and heading included."""
MAX_TEXT = 32_767
"""Characters a cell may hold."""


class CellKind(Enum):
    """How a column's values are written; the value is the number format of the workbook."""

    TEXT = "@"
    COUNT = "#,##0"
    POWER = "#,##0.00"
    SHARE = "0.0%"
    DAY = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: its heading, unique within the sheet and with the unit in it; how it is written; its width in characters."""

    heading: Text
    kind: CellKind = CellKind.TEXT
    width: int = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: ``name`` is at most 31 characters; each row has a cell for every column."""

    name: Text
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[Cell]]


def write_workbook(
    sheets: Sequence[Sheet], *, language: Language, made_at: datetime, label: Text | None = None
) -> bytes:
    """Return the workbook; the same sheets and time give the same bytes.

    Each sheet is a table with a frozen heading that is repeated on every printed page, and filters. ``label`` (simulated
    data, a draft) stands above the heading and on every printed page. A sheet with more rows than the format holds
    raises ``ValueError``: the caller splits it or writes CSV.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": made_at.replace(tzinfo=None), "author": "minewatch"})
    formats = {kind: book.add_format({"num_format": kind.value, "valign": "top"}) for kind in CellKind}
    strong = book.add_format({"bold": True, "bg_color": "#FFF3BF", "font_color": "#5C4400"})
    wrapped = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    for sheet in sheets:
        page = book.add_worksheet(sheet.name.in_language(language))
        top = 0
        if label is not None:
            page.merge_range(0, 0, 0, max(len(sheet.columns) - 1, 1), "", strong)
            page.write_string(0, 0, label.in_language(language), strong)
            top = 1
        _set_page(page, top, label, language)
        _fill(page, sheet, top, language, formats | {CellKind.TEXT: wrapped})
    book.close()
    return buffer.getvalue()


def _set_page(page: Any, top: int, label: Text | None, language: Language) -> None:
    """Set paper, margins, what is repeated on each printed page, and what stays in view."""
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, top)
    page.freeze_panes(top + 1, 0)
    if label is not None:
        page.set_header(f"&C{label.in_language(language).replace('&', '&&')}")
    page.set_footer("&C&P / &N")


def _fill(page: Any, sheet: Sheet, top: int, language: Language, formats: dict[CellKind, Any]) -> None:
    """Write heading and rows as a table from row ``top`` on."""
    if len(sheet.rows) > MAX_ROWS:
        raise ValueError(f"{len(sheet.rows)} rows do not fit a sheet of {MAX_ROWS}")
    last = top + max(len(sheet.rows), 1)
    headings = [{"header": column.heading.in_language(language)} for column in sheet.columns]
    page.add_table(top, 0, last, len(sheet.columns) - 1, {"columns": headings, "style": "Table Style Light 1"})
    for number, column in enumerate(sheet.columns):
        page.set_column(number, number, column.width)
    for at, row in enumerate(sheet.rows, start=top + 1):
        for number, (column, value) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(page, at, number, value, formats[column.kind])


def _write(page: Any, row: int, column: int, value: Cell, layout: Any) -> None:
    """Write one cell by the type of its value."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        page.write_blank(row, column, None, layout)
    elif isinstance(value, str):
        text = value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "\N{HORIZONTAL ELLIPSIS}"
        page.write_string(row, column, text, layout)
    elif isinstance(value, date):
        page.write_datetime(row, column, value.replace(tzinfo=None) if isinstance(value, datetime) else value, layout)
    else:
        page.write_number(row, column, value, layout)
