"""Tables of text as spreadsheets and old systems leave them: guarded ids, padded cells, other line ends."""

import pytest

from minewatch.readers.tables import stem_of
from readers.reading_files import assert_same, curve, read, times


def table(meter, *, end="\n", headings="电表资产号,数据时间,有功功率(kW)"):
    rows = [f"{meter},{time},{kw}" for time, kw in zip(times(96, 3), curve(96, 3).reshape(-1), strict=True)]
    return end.join([headings, *rows]) + end


@pytest.mark.parametrize(
    "written", ['="0012345"', '"=""0012345"""', "'0012345", "0012345\t", "\t0012345", '"0012345\t"']
)
def test_ids_guarded_against_spreadsheets(tmp_path, written):
    path = tmp_path / "a.csv"
    path.write_text(table(written), "utf-8")
    days, issues = read(path)
    assert_same(days[96], {"0012345": curve(96, 3)})
    assert issues == []


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_line_ends_of_all_systems(tmp_path, end, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(table("A", end=end).encode(encoding))
    days, issues = read(path)
    assert_same(days[96], {"A": curve(96, 3)})
    assert issues == []


@pytest.mark.parametrize("name", ["one.csv", "one.csv.gz", "one.parquet.zst", "one"])
def test_the_name_of_a_file_names_its_one_meter(tmp_path, name):
    assert stem_of(tmp_path / name) == "one"


def test_a_cut_off_line_is_told_once_though_the_dates_were_looked_through_before(tmp_path):
    path = tmp_path / "a.csv"
    lines = table("M1").splitlines()
    path.write_text("\n".join([*lines[:9], "M1", *lines[9:]]) + "\n", "utf-8")
    days, issues = read(path)
    short = [issue for issue in issues if issue.code == "row_too_short"]
    assert [(issue.line, issue.count) for issue in short] == [(10, 1)]
    assert_same(days[96], {"M1": curve(96, 3)})


@pytest.mark.parametrize(
    ("headings", "order"), [("meter,time,kw", (0, 1, 2)), ("time,meter,kw", (1, 0, 2)), ("kw,meter,time", (2, 0, 1))]
)
@pytest.mark.parametrize("cells", [1, 2])
def test_a_line_cut_off_is_told_once_whatever_is_lacking_or_broken(tmp_path, headings, order, cells):
    path = tmp_path / "a.csv"
    lines = table("M1").splitlines()[1:]
    lines = [",".join(line.split(",")[i] for i in order) for line in lines]
    cut = ",".join(lines[8].split(",")[:cells])[: -3 if cells == 2 and headings.endswith("time") else None]
    path.write_text("\n".join([headings, *lines[:8], cut, *lines[8:]]) + "\n", "utf-8")
    days, issues = read(path)
    assert [(issue.code, issue.line, issue.count) for issue in issues] == [("row_too_short", 10, 1)]
    assert_same(days[96], {"M1": curve(96, 3)})


def test_a_time_cut_in_two_is_told_as_the_cut_alone_and_a_wrong_time_before_the_cut_besides(tmp_path):
    path = tmp_path / "a.csv"
    lines = ["meter,time,kw,quality", *(f"{line}," for line in table("M1").splitlines()[1:])]
    path.write_text("\n".join([*lines, "M1,2021-06-", "M1,soon,3"]) + "\n", "utf-8")
    _, issues = read(path)
    assert {(issue.code, issue.line) for issue in issues} == {
        ("row_too_short", len(lines) + 1),
        ("row_too_short", len(lines) + 2),
        ("bad_time", len(lines) + 2),
    }


def test_a_time_left_empty_is_still_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(table("M1") + "M1,,3\nM1,,\n", "utf-8")
    _, issues = read(path)
    assert [(issue.code, issue.line) for issue in issues] == [("bad_time", 290), ("bad_time", 291)]
