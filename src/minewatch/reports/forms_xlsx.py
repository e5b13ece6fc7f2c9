"""Forms as .xlsx: columns whose answers are chosen from a list, rows filled in before, room for more; to be read back."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import xlsxwriter

from minewatch.model.text import Language, Text

ROOM = 500
"""Empty lines below the rows for which the validation holds, too."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column: its heading as the reader knows it, what to write, the answers to choose from, what a cell must be."""

    heading: str
    hint: Text
    choices: tuple[str, ...] = ()
    kind: Literal["text", "number"] = "text"
    width: int = 18


def form_workbook(
    columns: Sequence[FormColumn],
    rows: Sequence[Sequence[str | float | None]],
    *,
    title: Text,
    language: Language,
    made_at: datetime,
    label: Text | None = None,
) -> bytes:
    """Return the form: title, headings, rows. Every text is a text cell, so that nothing in it is run as a formula.

    ``label`` (rehearsal) stands before the title and on every printed page.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": made_at.replace(tzinfo=None), "author": "minewatch"})
    head = book.add_format({"bold": True, "bg_color": "#E6EEF7", "border": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True, "border": 1})
    number = book.add_format({"num_format": "General", "valign": "top", "border": 1})
    page = book.add_worksheet("form")
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(1)
    page.freeze_panes(2, 0)
    if label is not None:
        page.set_header(f"&C{label.in_language(language).replace('&', '&&')}")
        title = Text(f"{label.en} \N{EM DASH} {title.en}", f"{label.zh}\N{EM DASH}\N{EM DASH}{title.zh}")
    page.write_string(0, 0, title.in_language(language), book.add_format({"bold": True, "font_size": 14}))
    last = 1 + len(rows) + ROOM
    for at, column in enumerate(columns):
        page.set_column(at, at, column.width, number if column.kind == "number" else text)
        page.write_string(1, at, column.heading, head)
        told = {"input_title": column.heading[:32], "input_message": column.hint.in_language(language)[:255]}
        if column.choices:
            page.data_validation(2, at, last, at, {"validate": "list", "source": list(column.choices), **told})
        elif column.kind == "number":
            limits = {"validate": "decimal", "criteria": ">=", "value": 0}
            page.data_validation(2, at, last, at, {**limits, **told})
        else:
            page.data_validation(2, at, last, at, {"validate": "any", **told})
    for line, row in enumerate(rows, start=2):
        for at, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                page.write_string(line, at, value, text)
            else:
                page.write_number(line, at, value, number)
    book.close()
    return buffer.getvalue()
