"""Small forms: headings in both languages, titles passed over, each fault at its place, XLSX as CSV."""

import pytest
import xlsxwriter

from minewatch.model.errors import InputError
from minewatch.readers.forms import Field, read_form

FIELDS = (
    Field("site", ("项目名称", "site name"), needed=True),
    Field("division", ("行政区划代码", "county_code"), needed=True),
    Field("kw", ("功率(kW)", "power")),
)
ROWS = [
    ["清单", "", ""],
    ["项目名称", "行政区划代码", "功率（kW）", "别的"],
    ["甲", "511824", "850", "x"],
    ["", "511824", "", ""],
]


def text(rows, delimiter=","):
    return "\n".join(delimiter.join(row) for row in rows) + "\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_as_offices_write_it(tmp_path, delimiter, encoding):
    path = tmp_path / "list.csv"
    path.write_bytes(text(ROWS, delimiter).encode(encoding))
    form = read_form(path, FIELDS)
    (row,) = form.rows
    assert dict(row.cells) == {"site": "甲", "division": "511824", "kw": "850"}
    assert row.line == 3
    assert row.column("kw") == "功率（kW）"
    (issue,) = form.issues
    assert (issue.file, issue.line, issue.column, issue.code) == ("list.csv", 4, "项目名称", "form_missing")
    assert issue.remedy.zh


def test_a_workbook_is_read_like_the_csv(tmp_path):
    path = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("清单")
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
    form = read_form(path, FIELDS)
    assert [(row.line, row.cells["site"]) for row in form.rows] == [(3, "甲")]
    assert [(one.line, one.code) for one in form.issues] == [(4, "form_missing")]


def test_what_is_no_form_is_said(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("项目名称,功率\n甲,1\n", "utf-8")
    (issue,) = read_form(path, FIELDS).issues
    assert issue.code == "form_no_column"
    assert issue.column == "行政区划代码"
    assert "county_code" in issue.remedy.en
    path.write_text("a,b\n1,2\n", "utf-8")
    assert [one.code for one in read_form(path, FIELDS).issues] == ["form_no_column"]
    path.write_bytes(b"PK\x03\x04 no workbook")
    assert [one.code for one in read_form(path, FIELDS).issues] == ["form_unreadable"]
    path.write_bytes(b"")
    assert read_form(path, FIELDS).rows == ()
    with pytest.raises(InputError, match="no file"):
        read_form(tmp_path / "nothing.csv", FIELDS)


def test_a_quoted_cell_may_hold_delimiters_and_lines(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text('site,division,kw\n"a; b, c\nd",511824,1\ne,511825,2\n', "utf-8")
    rows = read_form(path, FIELDS).rows
    assert [(row.line, row.cells["site"]) for row in rows] == [(2, "a; b, c\nd"), (4, "e")]
