import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from minewatch.model.text import Text
from minewatch.reports.findings_xlsx import FINDING_COLUMNS, ISSUE_COLUMNS, SOURCE_COLUMNS, screen_workbook
from screen_views import HOSTILE, finding, issue, report


def read(view, language="en"):
    return openpyxl.load_workbook(io.BytesIO(screen_workbook(view, language=language)))


def records(page, heading=1):
    rows = list(page.iter_rows(min_row=heading, values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_finding_has_its_figures_by_name():
    record = records(read(report(simulated=False))["Findings"])[0]
    assert record["Meter"] == "0105580023417"
    assert record["Probability"] == pytest.approx(0.97)
    assert [record["Mining kW, low"], record["Mining kW"], record["Mining kW, high"]] == [9.1, 10.2, 11.3]
    assert record["Since"] == datetime(2021, 6, 7)  # noqa: DTZ001 - the meter's standard time
    assert record["Until"] is None
    assert record["Reasons"] == "It stands day and night."
    assert record["What would decide"] == "Its nameplate."


def test_a_finding_that_is_not_told_in_full_has_its_strongest_reason():
    row = replace(finding(2).row, mining=None, since=None, since_start=False)
    record = records(read(report(simulated=False, rows=[row]))["Findings"])[1]
    assert record["Reasons"] == "Flat at night"
    assert record["Mining kW"] is None
    assert record["Since"] is None


def test_what_ran_before_the_readings_is_said():
    row = replace(finding(2).row, since_start=True)
    assert records(read(report(simulated=False, rows=[row]))["Findings"])[1]["Ran before that"] == "yes"


def test_names_from_customers_stay_text():
    view = report(simulated=False, findings=[finding(meter=HOSTILE)], issues=[issue("=1+1", HOSTILE, HOSTILE)])
    book = read(view)
    assert records(book["Findings"])[0]["Meter"] == HOSTILE
    fault = records(book["Data faults"])[0]
    assert (fault["Value"], fault["Meter"], fault["File"]) == ("=1+1", HOSTILE, HOSTILE)
    assert all(cell.data_type != "f" for page in book for row in page.iter_rows() for cell in row)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_sheet_says_that_data_is_simulated(language):
    book = read(report(issues=[issue()]), language)
    label = Text("Simulated data", "模拟数据").in_language(language)
    assert len(book.sheetnames) == 4
    assert all(page["A1"].value == label for page in book)


def test_files_are_told_with_their_digest():
    record = records(read(report(simulated=False))["Files"])[0]
    assert record["SHA-256"] == "3f1c" * 16
    assert (record["Readings"], record["Not usable"]) == (1512, 3)


@pytest.mark.parametrize("columns", [FINDING_COLUMNS, ISSUE_COLUMNS, SOURCE_COLUMNS])
def test_headings_are_unique_in_both_languages(columns):
    for language in ("en", "zh"):
        headings = [column.heading.in_language(language) for column in columns]
        assert len(set(headings)) == len(headings)
