import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from minewatch.model.text import Text
from minewatch.reports import xlsx
from minewatch.reports.xlsx import CellKind, Sheet, SheetColumn, write_workbook
from screen_views import HOSTILE

MADE = datetime(2021, 7, 1, 9, 30, tzinfo=UTC)
COLUMNS = (
    SheetColumn(Text("Meter", "计量点")),
    SheetColumn(Text("kW", "千瓦"), CellKind.POWER),
    SheetColumn(Text("Day", "日期"), CellKind.DAY),
    SheetColumn(Text("Since", "开始"), CellKind.MOMENT),
)
SINCE = datetime(2021, 6, 17, 22, 4, tzinfo=UTC)


def book(rows, *, label=None, language="en"):
    sheet = Sheet(Text("Findings", "疑点"), COLUMNS, rows)
    return write_workbook([sheet], language=language, made_at=MADE, label=label)


def read(raw):
    return openpyxl.load_workbook(io.BytesIO(raw))


@pytest.mark.parametrize(
    "text",
    [
        HOSTILE,
        "=1+1",
        "+8613900000000",
        "-3",
        "@SUM(A1)",
        "\tx",
        "{=A1}",
        "https://example.org",
        "007",
        "1e5",
        "",
        "雅安",
    ],
)
def test_a_text_stays_a_text_and_unchanged(text):
    cell = read(book([[text, 1.0, None, None]])).active["A2"]
    assert cell.data_type in {"s", "n"}
    assert (cell.value or "") == text
    assert cell.value is None or isinstance(cell.value, str)
    assert cell.hyperlink is None


def test_numbers_and_dates_keep_their_type():
    page = read(book([["m", 12.5, date(2021, 6, 1), SINCE]])).active
    assert [cell.value for cell in page[2]] == ["m", 12.5, datetime(2021, 6, 1), datetime(2021, 6, 17, 22, 4)]  # noqa: DTZ001
    assert [cell.number_format for cell in page[2]] == ["@", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


@pytest.mark.parametrize("missing", [None, float("nan"), float("inf")])
def test_what_is_missing_is_an_empty_cell(missing):
    assert read(book([["m", missing, None, None]])).active["B2"].value is None


@pytest.mark.parametrize(("language", "first"), [("en", "Meter"), ("zh", "计量点")])
@pytest.mark.parametrize("label", [None, Text("Simulated", "模拟")])
def test_columns_have_names_and_the_heading_stays_in_view(language, first, label):
    page = read(book([["m", 1.0, None, None]] * 3, label=label, language=language)).active
    heading = 1 if label is None else 2
    table = next(iter(page.tables.values()))
    assert page.cell(heading, 1).value == first
    assert table.ref == f"A{heading}:D{heading + 3}"
    assert table.tableColumns[0].name == first
    assert page.freeze_panes == f"A{heading + 1}"
    assert page.print_title_rows == f"$1:${heading}"
    if label is not None:
        assert page["A1"].value == label.in_language(language)
        assert page.oddHeader.center.text == label.in_language(language)


def test_a_sheet_without_rows_opens():
    page = read(book([])).active
    assert page.max_row == 1 or all(cell.value is None for cell in page[2])


def test_the_same_table_gives_the_same_bytes():
    assert book([["m", 1.0, None, SINCE]]) == book([["m", 1.0, None, SINCE]])


def test_a_text_too_long_for_a_cell_is_cut_visibly():
    value = read(book([["x" * 40_000, None, None, None]])).active["A2"].value
    assert len(value) == 32_767
    assert value.endswith("x…")


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_ROWS", 2)
    with pytest.raises(ValueError, match="3 rows"):
        book([["m", 1.0, None, None]] * 3)


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="zip"):
        book([["m", 1.0]])
