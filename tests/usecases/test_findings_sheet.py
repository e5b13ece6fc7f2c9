"""Lists as files: everything the filter matches, nothing a spreadsheet would run."""

import csv
import io

import openpyxl
import pytest

from finding_samples import COUNTY, make_office, opened, row, turn
from minewatch.model.findings_views import FindingQuery
from minewatch.usecases import triage
from minewatch.usecases.findings_sheet import COLUMNS, findings_list_csv, findings_list_xlsx

EVIL = ("=1+1", "+1+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3+cmd", '"quoted", and\nbroken', "<script>alert(1)</script>")


@pytest.fixture
def office(tmp_path):
    make_office(tmp_path, [row(f"M{n}", 0.9 - n / 10, kw=5.0, customer=evil) for n, evil in enumerate(EVIL)])
    with opened(tmp_path) as office:
        yield office


def test_csv_disarms_formulas_and_keeps_the_rest(office):
    triage.dismiss(turn=turn(office), chosen=triage.Selection(meters=("M0",)), reason="other", note="=HYPERLINK(1)")
    content = findings_list_csv(turn=turn(office), query=FindingQuery(), language="en")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["meter"] for row in rows] == ["M0", "M1", "M2", "M3", "M4", "M5"]
    assert not any(cell.startswith(("=", "+", "@", "-")) for row in rows for cell in row.values())
    assert rows[4]["customer"] == EVIL[4]
    assert (rows[0]["status"], rows[0]["dismissed_for"]) == ("dismissed", "another reason, in words")
    assert "12 kW" in rows[0]["reasons"]


def test_the_filter_and_the_division_hold_for_files_too(office):
    content = findings_list_csv(turn=turn(office), query=FindingQuery(least=0.75), language="zh")
    assert len(content.decode().splitlines()) == 3
    assert (
        findings_list_csv(turn=turn(office, COUNTY), query=FindingQuery(division="511824"), language="en").count(
            b"\r\n"
        )
        == 1
    )


def test_the_workbook_holds_texts_as_texts_and_says_that_it_is_simulated(office):
    book = openpyxl.load_workbook(
        io.BytesIO(findings_list_xlsx(turn=turn(office), query=FindingQuery(), language="en"))
    )
    sheet = book.active
    assert "SIMULATED" in sheet["A1"].value
    rows = list(sheet.iter_rows(min_row=2, values_only=False))
    assert [cell.value for cell in rows[0]] == [column.heading.en for _, column in COLUMNS]
    customers = [row[16] for row in rows[1:]]
    assert [cell.value for cell in customers] == list(EVIL)
    assert {cell.data_type for cell in customers} == {"s"}
