import csv
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewatch.readers.beside import phase_of
from minewatch.usecases.import_beside import import_beside, side_lakes

NOW = datetime(2021, 6, 30, tzinfo=UTC)
FIRST = date(2021, 6, 1)
POINTS = [f"P{n + 1}" for n in range(96)]


def imported(path, what, tmp_path, **more):
    return import_beside([path], what=what, folder=tmp_path / "office", shards=4, now=NOW, **more)


def held(tmp_path, name, meter):
    lake = side_lakes(tmp_path / "office")[name]
    for slots in lake.slot_kinds:
        for shard in range(lake.shards):
            for block in lake.blocks(shard, slots, meters={meter}):
                return block.kw[0].copy()
    return None


def table(path, head, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        csv.writer(handle).writerows([head, *rows])
    return path


def test_reactive_power_as_a_rehearsal_writes_it(tmp_path):
    kvar = np.arange(2 * 96, dtype=np.float32).reshape(2, 96) - 50
    frame = pl.DataFrame(
        {
            "meter": ["m", "m"],
            "day": [FIRST, FIRST + timedelta(days=1)],
            "kvar": pl.Series(kvar, dtype=pl.Array(pl.Float32, 96)),
            "remark": ["模拟数据 SIMULATED"] * 2,
        }
    )
    path = tmp_path / "reactive.parquet"
    frame.write_parquet(path)
    receipt = imported(path, "reactive", tmp_path)
    assert receipt.meters == 1
    assert "negative_values" not in {issue.code for issue in receipt.issues}
    assert np.array_equal(held(tmp_path, "reactive", "m"), kvar)
    again = imported(path, "reactive", tmp_path)
    assert again.receipts["reactive"].readings == 0
    assert {issue.code for issue in again.issues} == {"same_file"}


def test_a_table_of_several_quantities_gives_the_one_asked_for(tmp_path):
    rows = [
        ["m", "有功功率", "2021-06-01", *["9"] * 96],
        ["m", "无功功率", "2021-06-01", *["2"] * 96],
        ["m", "A相电流", "2021-06-01", *["11"] * 96],
        ["m", "B相电流", "2021-06-01", *["12"] * 96],
        ["m", "C相电流", "2021-06-01", *["13"] * 95, "broken"],
        ["m", "A相电压", "2021-06-01", *["230"] * 96],
        ["m", "零序电流", "2021-06-01", *["1"] * 96],
    ]
    path = table(tmp_path / "曲线.csv", ["计量点编号", "数据类型", "数据日期", *POINTS], rows)
    imported(path, "reactive", tmp_path)
    receipt = imported(path, "currents", tmp_path)
    assert held(tmp_path, "reactive", "m").tolist() == [[2.0] * 96]
    assert held(tmp_path, "current_a", "m").tolist() == [[11.0] * 96]
    assert held(tmp_path, "current_b", "m").tolist() == [[12.0] * 96]
    assert held(tmp_path, "current_c", "m")[0, :95].tolist() == [13.0] * 95
    assert [(issue.line, issue.column, issue.value) for issue in receipt.issues if issue.code == "bad_number"] == [
        (6, "P96", "broken")
    ]


def test_only_the_current_transformer_multiplies_a_current(tmp_path):
    head = ["电表资产号", "相别", "数据日期", "CT变比", "PT变比", "综合倍率", *POINTS]
    rows = [["m", f"{phase}相", "2021-06-01", "40", "100", "4000", *["1.5"] * 96] for phase in "ABC"]
    imported(table(tmp_path / "电流.csv", head, rows), "currents", tmp_path)
    assert held(tmp_path, "current_b", "m").tolist() == [[60.0] * 96]


def test_a_column_a_phase(tmp_path):
    times = [datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=15 * n) for n in range(96)]
    rows = [["m", f"{time:%Y-%m-%d %H:%M}", "5", "1", "2", "3", "220"] for time in times]
    path = table(tmp_path / "long.csv", ["meter", "time", "power kW", "Ia", "Ib", "Ic", "voltage"], rows)
    imported(path, "currents", tmp_path)
    assert [float(held(tmp_path, f"current_{phase}", "m")[0, 5]) for phase in "abc"] == [1.0, 2.0, 3.0]


def test_a_current_that_names_no_phase_is_told(tmp_path):
    path = table(tmp_path / "电流.csv", ["表号", "数据日期", *POINTS], [["m", "2021-06-01", *["1"] * 96]])
    receipt = imported(path, "currents", tmp_path)
    assert receipt.meters == 0
    assert {issue.code for issue in receipt.issues} == {"unknown_layout"}
    assert "phase" in receipt.issues[0].value
    assert side_lakes(tmp_path / "office") == {}


def test_a_check_keeps_nothing(tmp_path):
    rows = [["m", f"{phase}相电流", "2021-06-01", *["1.5"] * 96] for phase in "ABC"]
    path = table(tmp_path / "i.csv", ["表号", "数据类型", "日期", *POINTS], rows)
    assert imported(path, "currents", tmp_path, check=True).meters == 1
    assert side_lakes(tmp_path / "office") == {}


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("A相电流", "a"),
        ("Ib", "b"),
        ("phase C", "c"),
        ("i_a", "a"),
        ("L2 current", "b"),
        ("电流", None),
        ("cabin", None),
    ],
)
def test_a_word_names_a_phase(word, phase):
    assert phase_of(word) == phase


@given(data=st.binary(max_size=300), what=st.sampled_from(["reactive", "currents"]), table_like=st.booleans())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_files_are_told_and_never_raise(tmp_path, data, what, table_like):
    path = tmp_path / "hostile.csv"
    head = ("表号,数据类型,日期," + ",".join(POINTS) + "\n").encode() if table_like else b""
    path.write_bytes(head + data)
    receipt = imported(path, what, tmp_path, check=True)
    assert receipt.meters == 0 or table_like
    assert all(issue.sentence.zh and issue.remedy.en for issue in receipt.issues)
