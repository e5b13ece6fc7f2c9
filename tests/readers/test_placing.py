"""Faults of many kinds: each told by file, line and value, the rest taken."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from minewatch.readers.options import ReadOptions
from minewatch.readers.placing import place
from minewatch.readers.points import empty_points, points_frame
from readers.reading_files import DAYS, FIRST, as_dict, assert_same, codes, curve, midnight, read, times


def write(path, rows, header="meter,time,kw"):
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def rows_of(kw, meter="A", slots=96):
    return [f"{meter},{t},{v:.3f}" for t, v in zip(times(slots, len(kw)), kw.reshape(-1), strict=True)]


def only(issues, code):
    return [issue for issue in issues if issue.code == code]


def test_nothing_gives_nothing():
    assert place(None, None).days == {}
    assert place(empty_points(), []).days == {}


def test_duplicates_and_conflicts_keep_the_first(tmp_path):
    kw = curve()
    rows = rows_of(kw)
    path = write(
        tmp_path / "a.csv",
        [*rows, rows[5], rows[7].replace(rows[7].split(",")[2], "99.5"), f"{rows[9][:-4]}"[:22] + ","],
    )
    days, issues = read(path)
    assert_same(days[96], {"A": kw})
    [double] = only(issues, "duplicate")
    assert (double.file, double.line, double.column, double.meter) == (str(path), len(rows) + 2, "kw", "A")
    [conflict] = only(issues, "conflict")
    assert (conflict.line, conflict.value) == (len(rows) + 3, "99.5")


def test_a_missing_value_gives_way_to_a_present_one(tmp_path):
    path = write(tmp_path / "a.csv", ["A,2021-06-14 00:00,", "A,2021-06-14 00:00,4", "A,2021-06-14 00:15,5"])
    days, issues = read(path)
    assert as_dict(days[96])["A"][0, :2].tolist() == [4.0, 5.0]
    assert codes(issues) == set()


def test_two_files_of_whole_days_fill_each_other(tmp_path):
    head = "meter,date," + ",".join(f"P{i + 1}" for i in range(96))
    first = write(tmp_path / "power 1.csv", ["A,2021-06-14," + ",".join(["1"] * 48 + [""] * 48)], head)
    second = write(tmp_path / "power 2.csv", ["A,2021-06-14," + ",".join([""] * 48 + ["2"] * 48)], head)
    third = write(tmp_path / "power 3.csv", ["A,2021-06-14," + ",".join(["7"] * 96)], head)
    days, issues = read(first, second)
    assert as_dict(days[96])["A"].tolist() == [[1.0] * 48 + [2.0] * 48]
    assert codes(issues) == set()
    days, issues = read(first, second, third)
    assert as_dict(days[96])["A"].tolist() == [[1.0] * 48 + [2.0] * 48]
    [conflict] = only(issues, "conflict")
    assert (conflict.file, conflict.line, conflict.value) == (str(third), 2, "2021-06-14")
    days, issues = read(first, first)
    assert codes(issues) == {"duplicate"}


def test_gaps_stay_missing_and_are_told(tmp_path):
    kw = curve()
    rows = rows_of(kw)
    path = write(tmp_path / "a.csv", rows[:100] + rows[110:400] + rows[600:])
    days, issues = read(path)
    flat = kw.reshape(-1).copy()
    flat[100:110] = flat[400:600] = np.nan
    expected = flat.reshape(DAYS, 96)
    present = ~np.isnan(expected).all(axis=1)
    assert np.array_equal(as_dict(days[96])["A"], expected[present].astype(np.float32), equal_nan=True)
    [gap] = only(issues, "gap")
    assert (gap.meter, gap.value) == ("A", f"210 / {DAYS * 96}")


def test_negative_values_are_kept_and_told(tmp_path):
    kw = curve()
    kw[:, 40:56] *= -1
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw)))
    assert_same(days[96], {"A": kw})
    [noted] = only(issues, "negative_values")
    assert (noted.value, noted.line, noted.meter) == (f"{np.float32(kw[0, 40]):g}", 2 + 40, "A")


@pytest.mark.parametrize("spike", [50_000.0, -50_000.0, 1e9])
def test_impossible_peaks_are_set_aside(tmp_path, spike):
    kw = curve(scale=2.0)
    kw[5, 17] = spike
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw)))
    kw[5, 17] = np.nan
    assert_same(days[96], {"A": kw})
    [told] = only(issues, "spike")
    assert told.value == f"{np.float32(spike):g}"
    assert told.meter == "A"
    assert told.line == 2 + 5 * 96


@pytest.mark.parametrize("sentinel", [65535, 99999.99, -9999])
def test_sentinels_are_set_aside_however_many(tmp_path, sentinel):
    kw = curve(scale=2.0)
    kw[5, 10:60] = sentinel
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw)))
    kw[5, 10:60] = np.nan
    assert_same(days[96], {"A": kw})
    assert sum(issue.count for issue in only(issues, "sentinel_value")) == 50


def test_a_sentinel_that_stands_nearly_every_day(tmp_path):
    kw = curve(scale=2.0)
    kw[2:, 10:14] = 65535
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw)))
    kw[2:, 10:14] = np.nan
    assert_same(days[96], {"A": kw})
    assert codes(issues) == {"sentinel_value", "gap"}


@pytest.mark.parametrize("start", [1, 700, 1200, DAYS * 96 - 1, DAYS * 96 - 2])
def test_the_start_of_a_mine_is_never_a_spike(tmp_path, start):
    kw = curve(scale=0.4).reshape(-1)
    kw[start:] += 3000.0
    kw = kw.reshape(DAYS, 96)
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw)))
    assert_same(days[96], {"A": kw})
    assert codes(issues) == set()


def test_a_mine_that_runs_one_night_is_no_spike(tmp_path):
    kw = curve(scale=0.4)
    kw[7, 0:24] += 5000.0
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw)))
    assert_same(days[96], {"A": kw})
    assert codes(issues) == set()


def test_zeros_are_readings(tmp_path):
    kw = np.zeros((DAYS, 96))
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw)))
    assert_same(days[96], {"A": kw})
    assert codes(issues) == set()


@pytest.mark.parametrize("token", ["", "NA", "NaN", "null", "--", "-", "N/A", "无", "#N/A"])
def test_words_for_missing_give_no_issue(tmp_path, token):
    path = write(tmp_path / "a.csv", ["A,2021-06-14 00:00,1", f"A,2021-06-14 00:15,{token}", "A,2021-06-14 00:30,3"])
    days, issues = read(path)
    np.testing.assert_array_equal(as_dict(days[96])["A"][0, :3], np.array([1, np.nan, 3], dtype=np.float32))
    assert codes(issues) == {"gap"}


def test_a_meter_that_changes_its_step_keeps_each_day_whole(tmp_path):
    hourly, quarter = curve(24, 10), curve(96, 5, seed=3)
    later = [f"A,{t + dt.timedelta(days=10)},{v:.3f}" for t, v in zip(times(96, 5), quarter.reshape(-1), strict=True)]
    days, issues = read(write(tmp_path / "a.csv", [*rows_of(hourly, slots=24), *later]))
    assert_same(days[24], {"A": hourly})
    assert_same(days[96], {"A": quarter}, first=FIRST + dt.timedelta(days=10))
    [told] = only(issues, "mixed_steps")
    assert told.meter == "A"


def test_meters_of_different_steps_in_one_file(tmp_path):
    a, b, c = curve(96, 3), curve(48, 3), curve(24, 3)
    rows = [*rows_of(a), *rows_of(b, "B", 48), *rows_of(c, "C", 24)]
    days, issues = read(write(tmp_path / "a.csv", rows))
    assert_same(days[96], {"A": a})
    assert_same(days[48], {"B": b})
    assert_same(days[24], {"C": c})
    assert codes(issues) == set()


def test_a_finer_day_wins_over_a_daily_total(tmp_path):
    kw = curve(24, 3)
    total = write(
        tmp_path / "daily.csv",
        [f"A,{FIRST + dt.timedelta(days=i)},{kw[i].sum():.3f}" for i in range(3)],
        "meter,date,kwh",
    )
    days, issues = read(write(tmp_path / "a.csv", rows_of(kw, slots=24)), total)
    assert list(days) == [24]
    assert codes(issues) == {"duplicate"}


def test_steps_that_fit_no_slots_are_told(tmp_path):
    start = midnight(2021, 6, 1)
    rows = [f"A,{start + dt.timedelta(minutes=7 * i)},1" for i in range(50)]
    rows += [f"B,{start + dt.timedelta(days=7 * i)},1" for i in range(50)]
    days, issues = read(write(tmp_path / "a.csv", rows))
    assert days == {}
    assert {(issue.meter, issue.value) for issue in only(issues, "unsupported_step")} == {("A", "7"), ("B", "10080")}


def test_jitter_and_shifted_clocks(tmp_path):
    kw = curve(96, 3)
    stamps = times(96, 3)
    rng = np.random.default_rng(4)
    jitter = [
        f"J,{t + dt.timedelta(seconds=int(s))},{v:.3f}"
        for t, v, s in zip(stamps[1:], kw.reshape(-1)[1:], rng.integers(-40, 40, len(stamps)), strict=False)
    ]
    shifted = [f"S,{t + dt.timedelta(minutes=7)},{v:.3f}" for t, v in zip(stamps, kw.reshape(-1), strict=True)]
    days, issues = read(write(tmp_path / "a.csv", [*jitter, *shifted]))
    got = as_dict(days[96])
    np.testing.assert_allclose(got["S"], kw, rtol=1e-5)
    np.testing.assert_allclose(got["J"].reshape(-1)[1:], kw.reshape(-1)[1:], rtol=1e-5)
    assert {issue.meter for issue in only(issues, "off_grid_times")} == {"S"}


def test_slots_that_are_not_covered_are_missing(tmp_path):
    rows = [f"A,{t},2" for t in times(288, 1)]
    del rows[4], rows[30:32]
    days, issues = read(write(tmp_path / "a.csv", rows))
    got = as_dict(days[96])["A"][0]
    assert np.flatnonzero(np.isnan(got)).tolist() == [1, 10]
    assert len(only(issues, "partial_slot")) == 2


# Registers ------------------------------------------------------------------------------------------------------------


def register_rows(values, slots=24):
    return [f"A,{t},{v:.3f}" for t, v in zip(times(slots, len(values) // slots + 1), values, strict=False)]


def read_register(tmp_path, values):
    days, issues = read(write(tmp_path / "a.csv", register_rows(values), "meter,time,register (kWh)"))
    return as_dict(days[24])["A"].reshape(-1), issues


def test_rollover(tmp_path):
    kw = curve(24, 3).reshape(-1)
    total = np.concatenate([[9500.0], 9500 + np.cumsum(kw)])
    got, issues = read_register(tmp_path, total % 10_000)
    np.testing.assert_allclose(got[: len(kw)], kw, atol=2e-3)
    assert codes(issues) == {"register_rollover"}
    assert len(issues) == 1


def test_reset_and_exchange_are_told_apart(tmp_path):
    kw = curve(24, 3).reshape(-1)
    total = np.concatenate([[5000.0], 5000 + np.cumsum(kw)])
    for new, code in ((0.0, "register_reset"), (2345.6, "meter_exchange"), (777_777.0, "meter_exchange")):
        changed = total.copy()
        changed[30:] = total[30:] - total[30] + new
        got, issues = read_register(tmp_path, changed)
        expected = kw.copy()
        expected[29] = np.nan
        np.testing.assert_allclose(got[: len(kw)], expected, atol=2e-3)
        assert codes(issues) == {code, "gap"}


def test_a_single_wrong_register_reading(tmp_path):
    kw = curve(24, 3).reshape(-1)
    total = np.concatenate([[5000.0], 5000 + np.cumsum(kw)])
    for wrong in (0.0, 123_456.0):
        damaged = total.copy()
        damaged[40] = wrong
        got, issues = read_register(tmp_path, damaged)
        expected = kw.copy()
        expected[39:41] = np.nan
        np.testing.assert_allclose(got[: len(kw)], expected, atol=2e-3)
        [dip] = only(issues, "register_dip")
        assert dip.line == 42


def test_a_mine_on_a_register_is_no_exchange(tmp_path):
    kw = curve(24, 6, scale=0.5).reshape(-1)
    kw[70:] += 400.0
    total = np.concatenate([[50_000.0], 50_000 + np.cumsum(kw)])
    got, issues = read_register(tmp_path, total)
    np.testing.assert_allclose(got[: len(kw)], kw, atol=1e-2)
    assert codes(issues) == set()


def test_quality_marks(tmp_path):
    path = write(
        tmp_path / "a.csv",
        ["A,2021-06-14 00:00,1,OK", "A,2021-06-14 00:15,2,Estimated", "A,2021-06-14 00:30,3,invalid"],
        "meter,time,kw,quality",
    )
    days, issues = read(path)
    np.testing.assert_array_equal(as_dict(days[96])["A"][0, :3], np.array([1, 2, np.nan], dtype=np.float32))
    assert codes(issues) == {"estimated_value", "poor_quality"}


def test_splitting_by_meter_changes_nothing():
    kw = {name: curve(96, 4, seed) for seed, name in enumerate("ABCDEFG")}
    stamps = pl.Series(times(96, 4))
    frames = [
        points_frame({"meter": m, "stamp": stamps, "value": v.reshape(-1), "file": "f"}, len(stamps))
        for m, v in kw.items()
    ]
    everything = pl.concat(frames).sample(fraction=1.0, shuffle=True, seed=3)
    whole = place(everything, None).days[96]
    halves = [place(everything.filter(pl.col("meter").is_in(list(group))), None).days[96] for group in ("ACE", "BDFG")]
    assert whole.equals(pl.concat(halves).sort("meter", "day"))
    assert_same(whole, kw)


def test_step_option_wins(tmp_path):
    path = write(tmp_path / "a.csv", ["A,2021-06-14 00:00,1", "A,2021-06-14 02:00,3"])
    days, _ = read(path, options=ReadOptions(step_minutes=60))
    assert as_dict(days[24])["A"][0, :3].tolist()[::2] == [1.0, 3.0]
