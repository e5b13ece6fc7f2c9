"""Workbooks: times of day as headings, titles in merged cells, several sheets."""

import datetime as dt

import pytest
import xlsxwriter

from minewatch.model.errors import InputError
from minewatch.readers.options import ReadOptions
from readers.reading_files import FIRST, assert_same, codes, curve, curves, read, times


def by_slot(path, expected, *, ends):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("曲线")
        clock, date = book.add_format({"num_format": "[h]:mm"}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, 97, "某供电公司 96点负荷曲线")
        sheet.write_row(1, 0, ["户号", "日期"])
        for slot in range(96):
            sheet.write_number(1, 2 + slot, (slot + ends) / 96, clock)
        rows = [(meter, day, kw) for meter, days in expected.items() for day, kw in enumerate(days)]
        for number, (meter, day, kw) in enumerate(rows, start=2):
            sheet.write_string(number, 0, meter)
            sheet.write_datetime(number, 1, dt.datetime.combine(FIRST + dt.timedelta(days=day), dt.time()), date)
            sheet.write_row(number, 2, kw)


@pytest.mark.parametrize("ends", [0, 1])
def test_times_of_day_as_headings(tmp_path, ends):
    path = tmp_path / "a.xlsx"
    by_slot(path, curves(96, 3), ends=ends)
    days, _ = read(path)
    assert_same(days[96], curves(96, 3))


def long_sheet(book, name, kw):
    sheet = book.add_worksheet(name)
    sheet.write_row(0, 0, ["计量点编号", "数据时间", "有功功率(kW)"])
    stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for row, (time, value) in enumerate(zip(times(96, 2), kw.reshape(-1), strict=True), start=1):
        sheet.write_string(row, 0, "0012345")
        sheet.write_datetime(row, 1, time, stamp)
        sheet.write_number(row, 2, value)


def test_the_sheet_that_holds_readings_is_found(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write_string(0, 0, "导出说明")
        long_sheet(book, "数据", curve(96, 2))
        book.add_worksheet("空")
    days, issues = read(path)
    assert_same(days[96], {"0012345": curve(96, 2)})
    assert issues == []
    with pytest.raises(InputError, match="no sheet"):
        read(path, options=ReadOptions(sheet="nix"))


def test_a_workbook_of_empty_sheets(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    days, issues = read(path)
    assert days == {}
    assert codes(issues) == {"unknown_layout"}
