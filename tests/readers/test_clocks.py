"""Daylight saving: every day comes out with 24 standard hours, whatever the zone and the way times are written."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from minewatch.readers.options import ReadOptions
from readers.reading_files import as_dict, codes, midnight, read

ZONES = {
    "Europe/Berlin": (60, [(2021, 3, 28), (2021, 10, 31)]),
    "America/New_York": (-300, [(2021, 3, 14), (2021, 11, 7)]),
    "Europe/London": (0, [(2021, 3, 28), (2021, 10, 31)]),
    "Europe/Dublin": (0, [(2021, 3, 28), (2021, 10, 31)]),
    "Australia/Sydney": (600, [(2021, 4, 4), (2021, 10, 3)]),
    "Australia/Lord_Howe": (630, [(2021, 4, 4), (2021, 10, 3)]),
    "America/St_Johns": (-210, [(2021, 3, 14), (2021, 11, 7)]),
    "America/Havana": (-300, [(2021, 3, 14), (2021, 11, 7)]),
    "Asia/Shanghai": (480, [(2021, 6, 17)]),
}
CASES = [(zone, standard, dt.date(*day)) for zone, (standard, days) in ZONES.items() for day in days]
# Lord Howe's change of half an hour cannot be written in whole hours.
NAIVE = [
    (*case, minutes) for case in CASES for minutes in (15, 30, 60) if (case[0], minutes) != ("Australia/Lord_Howe", 60)
]


def true_instants(standard, middle, minutes):
    """Starts of all intervals of the five standard days around ``middle``, in UTC."""
    start = dt.datetime.combine(middle - dt.timedelta(days=2), dt.time(), dt.UTC) - dt.timedelta(minutes=standard)
    return [start + dt.timedelta(minutes=minutes) * i for i in range(5 * 1440 // minutes)]


def write(path, stamps, values, header="meter,time,kw"):
    rows = [f"A,{stamp},{value}" for stamp, value in zip(stamps, values, strict=True)]
    path.write_text("\n".join([header, *rows]), "utf-8")
    return path


def check(frame, middle, expected):
    assert frame["day"].to_list() == [middle + dt.timedelta(days=i) for i in range(-2, 3)]
    np.testing.assert_array_equal(as_dict(frame)["A"].reshape(-1), np.asarray(expected, dtype=np.float32))


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize(("zone", "standard", "middle", "minutes"), NAIVE)
def test_naive_local_times(tmp_path, zone, standard, middle, ends, minutes):
    """Local times without offset, in order: the skipped hour is not there, the repeated one stands twice."""
    instants = true_instants(standard, middle, minutes)
    shift = dt.timedelta(minutes=minutes if ends else 0)
    stamps = [(t + shift).astimezone(ZoneInfo(zone)).replace(tzinfo=None) for t in instants]
    values = list(range(1, len(instants) + 1))
    path = write(tmp_path / "a.csv", stamps, values)
    options = ReadOptions(zone=zone, stamps="end" if ends else "start")
    days, issues = read(path, options=options)
    check(days[1440 // minutes], middle, values)
    assert codes(issues) == set()


@pytest.mark.parametrize("zone_given", [True, False])
@pytest.mark.parametrize(("zone", "standard", "middle"), CASES)
def test_times_with_offsets(tmp_path, zone, standard, middle, zone_given):
    """Explicit offsets are honoured; without a zone the smallest offset is standard time."""
    instants = true_instants(standard, middle, 15)
    stamps = [t.astimezone(ZoneInfo(zone)).isoformat() for t in instants]
    values = list(range(1, len(instants) + 1))
    path = write(tmp_path / "a.csv", stamps, values)
    days, issues = read(path, options=ReadOptions(zone=zone if zone_given else None))
    check(days[96], middle, values)
    assert codes(issues) <= {"utc_assumed"}


@pytest.mark.parametrize(("zone", "standard", "middle"), CASES[:4])
def test_utc_times_in_a_named_zone(tmp_path, zone, standard, middle):
    instants = true_instants(standard, middle, 15)
    values = list(range(1, len(instants) + 1))
    path = write(tmp_path / "a.csv", [t.strftime("%Y-%m-%dT%H:%M:%SZ") for t in instants], values)
    days, _ = read(path, options=ReadOptions(zone=zone))
    check(days[96], middle, values)


def test_end_labels_counted_from_the_local_start(tmp_path):
    """Hour-ending labels made by adding an hour to the local start: 03:00 stands twice, not 02:00."""
    zone, middle = ZoneInfo("Europe/Berlin"), dt.date(2021, 10, 31)
    instants = true_instants(60, middle, 60)
    stamps = [t.astimezone(zone).replace(tzinfo=None) + dt.timedelta(hours=1) for t in instants]
    values = list(range(1, len(instants) + 1))
    path = write(tmp_path / "a.csv", stamps, values)
    days, issues = read(path, options=ReadOptions(zone="Europe/Berlin", stamps="end"))
    check(days[24], middle, values)
    assert codes(issues) == set()


def test_a_repeated_hour_that_stands_once_leaves_its_second_pass_missing(tmp_path):
    zone, middle = ZoneInfo("Europe/Berlin"), dt.date(2021, 10, 31)
    instants = true_instants(60, middle, 15)
    local = [t.astimezone(zone) for t in instants]
    values = np.arange(1.0, len(instants) + 1)
    keep = [t.fold == 0 for t in local]
    rows = [(t.replace(tzinfo=None), v) for t, v, k in zip(local, values, keep, strict=True) if k]
    path = write(tmp_path / "a.csv", [t for t, _ in rows], [v for _, v in rows])
    days, issues = read(path, options=ReadOptions(zone="Europe/Berlin", stamps="start"))
    check(days[96], middle, np.where(keep, values, np.nan))
    assert codes(issues) == {"repeated_hour_once", "gap"}


def test_times_that_do_not_exist_are_told(tmp_path):
    middle = dt.date(2021, 3, 28)
    stamps = [midnight(2021, 3, 28) + dt.timedelta(hours=i) for i in range(24)]
    path = write(tmp_path / "a.csv", stamps, range(24))
    days, issues = read(path, options=ReadOptions(zone="Europe/Berlin", stamps="start"))
    got = as_dict(days[24])["A"].reshape(-1)
    assert got[:2].tolist() == [0.0, 1.0]
    assert got[2:23].tolist() == [float(i) for i in range(3, 24)]
    [told] = [issue for issue in issues if issue.code == "nonexistent_time"]
    assert (told.line, told.value) == (4, "2021-03-28 02:00")
    assert days[24]["day"].to_list() == [middle]


def test_empty_cells_in_the_skipped_hour_are_silent(tmp_path):
    stamps = [midnight(2021, 3, 28) + dt.timedelta(hours=i) for i in range(24)]
    path = write(tmp_path / "a.csv", stamps, ["" if i == 2 else i for i in range(24)])
    _, issues = read(path, options=ReadOptions(zone="Europe/Berlin", stamps="start"))
    assert codes(issues) == set()


def test_registers_run_through_both_changes(tmp_path):
    for middle in (dt.date(2021, 3, 28), dt.date(2021, 10, 31)):
        instants = true_instants(60, middle, 60)
        instants.append(instants[-1] + dt.timedelta(hours=1))
        stamps = [t.astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None) for t in instants]
        kw = np.arange(1.0, len(instants))
        total = 100_000 + np.concatenate([[0], np.cumsum(kw)])
        path = write(tmp_path / "a.csv", stamps, total, "meter,time,register kWh")
        days, issues = read(path, options=ReadOptions(zone="Europe/Berlin"))
        check(days[24], middle, kw)
        assert codes(issues) == set()


def test_wide_by_slot_in_a_zone_with_daylight_saving(tmp_path):
    """A table of 24 local hours cannot hold a day's 25th hour; it is missing, not shifted into others."""
    head = "meter,date," + ",".join(f"{h:02}:00" for h in range(24))
    rows = [f"A,{day}," + ",".join(str(h + 1) for h in range(24)) for day in ("2021-10-30", "2021-10-31", "2021-11-01")]
    path = tmp_path / "load kW.csv"
    path.write_text("\n".join([head, *rows]), "utf-8")
    days, issues = read(path, options=ReadOptions(zone="Europe/Berlin"))
    day = days[24].filter(pl.col("day") == dt.date(2021, 10, 31))["kw"][0].to_list()
    assert day[:2] == [2.0, 3.0]
    assert np.isnan(day[2])
    assert day[3:] == [float(h) for h in range(4, 25)]
    assert "repeated_hour_once" in codes(issues)


def test_naive_times_without_a_zone_are_standard_time(tmp_path):
    stamps = [midnight(2021, 3, 27) + dt.timedelta(hours=i) for i in range(72)]
    days, issues = read(write(tmp_path / "a.csv", stamps, range(72)))
    assert as_dict(days[24])["A"].reshape(-1).tolist() == list(range(72))
    assert codes(issues) == set()


def test_a_fixed_offset_moves_times_with_offsets_only(tmp_path):
    stamps = [(dt.datetime(2021, 6, 16, 16, tzinfo=dt.UTC) + dt.timedelta(hours=i)).isoformat() for i in range(24)]
    path = write(tmp_path / "a.csv", stamps, range(24))
    days, _ = read(path, options=ReadOptions(zone="+08:00"))
    assert days[24]["day"].to_list() == [dt.date(2021, 6, 17)]
    assert as_dict(days[24])["A"].reshape(-1).tolist() == list(range(24))
    _, issues = read(path)
    assert "utc_assumed" in codes(issues)
