from datetime import date

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewatch.model.errors import InputError
from minewatch.readers.gridtables import GENERATION, GRID, HOLIDAYS, METERS, OUTAGES, STATIONS, WEATHER, read_grid_table

CHINESE = "线路台账\n节点编号,上级节点,节点类型,生效日期\nS,,substation,2012年1月1日\nF,S,feeder,2012/01/01\n"


def write(tmp_path, text, name="t.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_below_a_title(tmp_path, encoding):
    table = read_grid_table(write(tmp_path, CHINESE, encoding=encoding), [GRID])
    assert table.issues == ()
    assert table.frame["node"].to_list() == ["S", "F"]
    assert table.frame["parent"].to_list() == [None, "S"]
    assert table.frame["line"].to_list() == [3, 4]
    assert table.frame["valid_from"].to_list()[1] == date(2012, 1, 1)


def test_workbook_and_parquet_read_alike(tmp_path):
    rows = [["node", "parent", "kind"], ["S", "", "substation"], ["F", "S", "feeder"]]
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(tmp_path / "t.parquet")
    csv = read_grid_table(write(tmp_path, "\n".join(",".join(row) for row in rows)), [GRID])
    for name in ("t.xlsx", "t.parquet"):
        assert read_grid_table(tmp_path / name, [GRID]).frame.equals(csv.frame, null_equal=True)


def test_faults_are_told_by_line_and_the_rest_is_taken(tmp_path):
    text = "station,capacity_kw,head_m\nH1,900,45\n,800,40\nH3,lots,10\nH4,1000,deep\n"
    table = read_grid_table(write(tmp_path, text), [STATIONS])
    assert table.frame["station"].to_list() == ["H1", "H4"]
    assert sorted((one.code, one.line, one.column) for one in table.issues) == [
        ("grid_bad_number", 4, "capacity_kw"),
        ("grid_bad_number", 5, "head_m"),
        ("grid_missing", 3, "station"),
        ("grid_missing", 4, "capacity_kw"),
    ]


def test_a_missing_column_and_an_empty_file_are_issues(tmp_path):
    assert [one.code for one in read_grid_table(write(tmp_path, "node,parent\na,b\n"), [GRID]).issues] == [
        "grid_no_column"
    ]
    assert read_grid_table(write(tmp_path, ""), [GRID]).issues
    assert read_grid_table(write(tmp_path, "PAR1broken", name="t.parquet"), [GRID]).issues
    with pytest.raises(InputError):
        read_grid_table(tmp_path / "none.csv", [GRID])


def test_a_workbook_or_parquet_without_the_column_is_told_as_such_and_not_as_no_table(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["colour", "shape"])
    pl.DataFrame({"colour": ["red"], "shape": ["round"]}).write_parquet(tmp_path / "t.parquet")
    for name in ("t.xlsx", "t.parquet"):
        assert {issue.code for issue in read_grid_table(tmp_path / name, [GRID]).issues} == {"grid_no_column"}


def test_generation_reads_slots_and_knows_itself_from_stations(tmp_path):
    head = "电站,日期,指标,unit," + ",".join(f"S{n}" for n in range(1, 25))
    values = ["", *map(str, range(1, 24))]
    path = write(tmp_path, f"{head}\nH1,2021-06-01,发电,kW,{','.join(values)}\n")
    table = read_grid_table(path, [GENERATION, STATIONS])
    assert (table.kind, table.frame["quantity"][0]) == ("generation", "generated")
    assert table.frame["values"].to_numpy().shape == (1, 24)
    assert table.frame["values"].to_numpy()[0, 1:].tolist() == list(range(1, 24))
    assert table.frame["values"].to_numpy()[0, 0] != table.frame["values"].to_numpy()[0, 0]


def test_weather_and_meters(tmp_path):
    weather = read_grid_table(write(tmp_path, "区划代码,时间,气温\n511802,2021-06-01T00:15,21.5\n"), [WEATHER])
    assert weather.frame["start"][0].isoformat() == "2021-06-01T00:15:00"
    meters = read_grid_table(write(tmp_path, "计量点编号,户号,所属台区\n1,K1,TA1\n"), [METERS])
    assert meters.frame.select("meter", "customer", "node").row(0) == ("1", "K1", "TA1")


def test_the_contracted_capacity_is_a_number(tmp_path):
    path = tmp_path / "meters.csv"
    path.write_text("计量点,用电类别,合同容量(千伏安)\nA1,商业,315\nA2,商业,\n", "utf-8")
    assert read_grid_table(path, [METERS]).frame["capacity_kva"].to_list() == [315.0, None]


def test_many_faults_of_a_kind_are_counted(tmp_path):
    text = "station,capacity_kw,head_m\n" + "H,1,x\n" * 100
    table = read_grid_table(write(tmp_path, text), [STATIONS])
    assert sum(one.count for one in table.issues) == 100
    assert len(table.issues) == 21


CELLS = st.one_of(
    # Another delimiter in every line would make the table another one.
    st.text(st.characters(exclude_characters=";|\t"), max_size=12),
    st.sampled_from(["2021-06-17 22:00", "2021-6-1 7:05", "20210617", "NaN", "-1", "1e400", "2021-13-40"]),
)


@given(rows=st.lists(st.lists(CELLS, max_size=5), max_size=12), kind=st.sampled_from([OUTAGES, HOLIDAYS, WEATHER]))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_lines_are_set_aside_and_told_and_the_good_one_is_taken(tmp_path, rows, kind):
    good = {
        "outages": ",2021-06-17 22:00,2021-06-17 23:00",
        "holidays": "2021-06-14",
        "weather": ",2021-06-17 22:00,21.5",
    }
    head = {"outages": "county_code,start,end", "holidays": "day", "weather": "county_code,start,temperature_c"}
    body = [",".join(cell.replace("\n", " ").replace("\r", " ").replace('"', "") for cell in row) for row in rows]
    path = tmp_path / "t.csv"
    path.write_text("\n".join([head[kind.name], good[kind.name], *body]) + "\n", "utf-8", errors="replace")
    table = read_grid_table(path, [kind])
    assert table.frame.height >= 1
    assert table.frame["line"][0] == 2
    needed = [column.name for column in kind.columns if column.needed]
    assert not table.frame.select(needed).null_count().sum_horizontal()[0]
    assert all(issue.sentence.zh and issue.remedy.en for issue in table.issues)
