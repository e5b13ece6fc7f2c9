"""Parquet: a list of values a day, columns of one name, ids and values of every type."""

import datetime as dt

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from readers.reading_files import FIRST, as_dict, assert_same, codes, curve, curves, read, times


def days_of(expected, kind):
    rows = [
        (meter, FIRST + dt.timedelta(days=i), kw) for meter, curve in expected.items() for i, kw in enumerate(curve)
    ]
    meters, days, values = zip(*rows, strict=True)
    return pl.DataFrame({"meter": meters, "day": days, "kw": pl.Series([list(row) for row in values], dtype=kind)})


@pytest.mark.parametrize("slots", [24, 48, 96])
@pytest.mark.parametrize("inner", [pl.Float32, pl.Float64, pl.Decimal(12, 3)])
@pytest.mark.parametrize("fixed", [True, False])
def test_a_list_of_values_a_day(tmp_path, slots, inner, fixed):
    expected = curves(slots, 3)
    path = tmp_path / "a.parquet"
    days_of(expected, pl.Array(inner, slots) if fixed else pl.List(inner)).write_parquet(path)
    days, issues = read(path)
    assert_same(days[slots], expected)
    assert issues == []


def test_a_list_of_one_value_is_a_daily_reading(tmp_path):
    path = tmp_path / "a.parquet"
    days_of({"A": curve(1, 5)}, pl.Array(pl.Float32, 1)).write_parquet(path)
    days, _ = read(path)
    assert_same(days[1], {"A": curve(1, 5)})


def test_energy_in_lists_says_so_in_its_heading(tmp_path):
    path = tmp_path / "a.parquet"
    frame = days_of({"A": curve(96, 3) / 4}, pl.List(pl.Float64)).rename({"meter": "户号", "day": "日期", "kw": "kWh"})
    frame.write_parquet(path)
    days, _ = read(path)
    assert_same(days[96], {"A": curve(96, 3)})


def test_lists_of_another_length_are_told_and_the_rest_is_taken(tmp_path):
    path = tmp_path / "a.parquet"
    kw = [[1.0] * 96, [2.0] * 95, [3.0] * 97, None, [5.0] * 96]
    days = [FIRST + dt.timedelta(days=i) for i in range(5)]
    pl.DataFrame({"meter": "A", "day": days, "kw": kw}).write_parquet(path)
    placed, issues = read(path)
    told = {(issue.code, issue.line, issue.column, issue.value) for issue in issues}
    assert {("row_too_short", 3, "kw", "95"), ("row_too_long", 4, "kw", "97")} <= told
    got = as_dict(placed[96])["A"]
    assert np.isnan(got[1][95])
    np.testing.assert_array_equal(got[:, 0], [1.0, 2.0, 3.0, np.nan, 5.0])


@pytest.mark.parametrize("cell", [{"x": 1}, ["a", "b"], [[1.0]]])
def test_nested_cells_that_are_no_day_are_told(tmp_path, cell):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"meter": ["A"], "time": times(96, 1)[:1], "kw": [cell]}).write_parquet(path)
    days, issues = read(path)
    assert all(np.isnan(frame["kw"].to_numpy()).all() for frame in days.values())
    assert codes(issues) & {"bad_number", "unknown_layout"}


def test_columns_of_one_name(tmp_path):
    path = tmp_path / "a.parquet"
    kw = curve(96, 3)
    columns = [
        pa.array(["A"] * kw.size),
        pa.array(times(96, 3)),
        pa.array(kw.reshape(-1)),
        pa.array(kw.reshape(-1) * 2),
    ]
    pq.write_table(pa.Table.from_arrays(columns, names=["meter", "time", "kw", "kw"]), path)
    days, _ = read(path)
    assert_same(days[96], {"A": kw})


@pytest.mark.parametrize(
    ("ids", "names"),
    [
        ([2.0, 12345.0], ["12345", "2"]),
        ([2.25, 2.5], ["2.25", "2.5"]),
        ([7, 8], ["7", "8"]),
        ([b"a", b"b"], ["a", "b"]),
    ],
)
def test_ids_of_other_types_stay_apart(tmp_path, ids, names):
    path = tmp_path / "a.parquet"
    kw = curve(96, 2).reshape(-1)
    pl.DataFrame({"meter": [ids[0]] * 192 + [ids[1]] * 192, "time": times(96, 2) * 2, "kw": [*kw, *kw]}).write_parquet(
        path
    )
    days, issues = read(path)
    assert sorted(as_dict(days[96])) == names
    assert issues == []
