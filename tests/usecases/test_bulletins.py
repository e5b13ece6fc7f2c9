"""Bulletins of a campaign: golden text, workbook by column name, forms there and back, and 1,300 cases in seconds."""

import re
import time
from datetime import date

import openpyxl
import pytest

from golden import check_golden
from minewatch import __version__
from minewatch.model.errors import InputError
from minewatch.reports.merge import document_text
from office_cli import OfficeCli
from paper_office import SITE, at, paper_office

NOW = at("chen", "19 16:00")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bulletin")
    return paper_office(folder), folder


@pytest.mark.parametrize(("language", "period"), [("zh", "day"), ("en", "week")])
def test_golden(desk, language, period):
    office, folder = desk
    order = ("bulletin", "--campaign", "ya", "--on", "2021-06-18", "--period", period, "--out", folder / "b")
    paths = office.json("--lang", language, *order, *NOW)["written"]
    assert [path.rsplit(".", 1)[1] for path in paths] == ["html", "docx", "xlsx"]
    text = document_text((folder / "b" / paths[1].rsplit("/", 1)[1]).read_bytes())
    check_golden(f"bulletin-{period}.{language}.txt", re.sub(re.escape(__version__), "<version>", text))


def test_the_workbook_has_named_columns_and_runs_nothing(desk):
    office, folder = desk
    order = ("bulletin", "--campaign", "ya", "--on", "2021-06-18", "--out", folder / "x", *NOW)
    book = openpyxl.load_workbook(office.json(*order)["written"][2])
    assert book.sheetnames == ["By division", "Cases", "Projects"]
    rows = list(book["Projects"].values)
    assert rows[1] == ("Case", "Project", "Division", "Owner", "Size, kW", "Hash rate, TH/s", "Meters", "State")
    assert rows[2][:5] == ("1", SITE, "511824", "王小明", 1000)
    assert rows[2][6].startswith("=HYPERLINK(1)")
    assert {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line} <= {"s", "n", "inlineStr"}


def test_an_auditor_sees_no_name(desk):
    office, folder = desk
    order = ("bulletin", "--campaign", "ya", "--on", "2021-06-18", "--out", folder / "a", *at("gao", "19 16:00"))
    book = openpyxl.load_workbook(office.json(*order)["written"][2])
    assert "王小明" not in str(list(book["Projects"].values))


def test_the_default_day_is_yesterday_and_what_is_no_day_is_told(desk):
    office, folder = desk
    order = ("bulletin", "--campaign", "ya", "--out", folder / "y", *NOW)
    assert "2021-06-18" in office.json(*order)["written"][0]
    with pytest.raises(InputError, match="is no day"):
        office.run(*order, "--on", "18 June")


def test_a_form_goes_out_is_filled_in_and_comes_back(desk):
    office, folder = desk
    path = folder / "form.xlsx"
    office.run("paper", "form", "--campaign", "ya", "--out", path, *NOW)
    book = openpyxl.load_workbook(path)
    page = book["form"]
    heads = {cell.value: cell.column for cell in page[2]}
    assert page.cell(3, heads["项目名称"]).value == SITE
    assert [check.formula1 for check in page.data_validations.dataValidation if check.type == "list"] == [
        '"已关停,未挖矿,运行中,零报告"'
    ]
    page.cell(3, heads["自查结论"]).value = "也许"
    page.cell(3, heads["签字人"]).value = "王小明"
    page.cell(4, heads["自查结论"]).value = "已关停"
    page.cell(4, heads["签字人"]).value = "李四"
    page.cell(4, heads["停机时间"]).value = "2021-06-17 21:00"
    page.cell(4, heads["算力(TH/s)"]).value = 12000
    book.save(path)
    got = office.json("case", "return", "--file", path, "--campaign", "ya", *at("bai", "19 17:00"), code=10)
    assert got["recorded"] == ["case-2"]
    assert [(one["line"], one["column"], one["code"]) for one in got["issues"]] == [(3, "自查结论", "form_bad_choice")]


def test_1300_cases_in_a_few_seconds(tmp_path):
    office = OfficeCli(tmp_path / "w", begin="2021-06-17 08:00")
    office.run(
        "campaign",
        "open",
        "ya",
        "--pack",
        "cn-ya-20210617",
        "--region",
        "511800",
        "--by",
        "Chen",
        *at("chen", "17 09:00"),
    )
    sites = tmp_path / "sites.csv"
    rows = "\n".join(f"项目{n},511824,5118240{n:06d},{100 + n}" for n in range(1300))
    sites.write_text(f"项目名称,行政区划代码,计量点编号,功率(kW)\n{rows}\n", "utf-8")
    office.run("case", "open", "--campaign", "ya", "--sites", sites, *at("chen", "17 09:00"))
    begin = time.perf_counter()
    on = date(2021, 6, 17).isoformat()
    paths = office.json("bulletin", "--campaign", "ya", "--on", on, "--out", tmp_path, *at("chen", "18 09:00"))[
        "written"
    ]
    seconds = time.perf_counter() - begin
    book = openpyxl.load_workbook(paths[2], read_only=True)
    assert sum(1 for _ in book["Cases"].values) == 1302
    assert seconds < 30, "a few seconds on a quiet machine; ten times that on a loaded one"
