import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from minewatch.readers.zones import changes, fixed_offset, offsets_at, standard_offset


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("+08:00", 480),
        ("+8", 480),
        ("UTC+8", 480),
        ("-03:30", -210),
        ("-0330", -210),
        ("Z", 0),
        ("GMT", 0),
        ("Asia/Shanghai", None),
        ("+99:00", None),
    ],
)
def test_fixed_offsets(text, minutes):
    assert fixed_offset(text) == minutes


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("Europe/Berlin", 60),
        ("Europe/Dublin", 0),
        ("Australia/Lord_Howe", 630),
        ("America/St_Johns", -210),
        ("Asia/Shanghai", 480),
        ("Africa/Casablanca", 60),
    ],
)
def test_standard_time(zone, minutes):
    assert standard_offset(ZoneInfo(zone)) == minutes


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "Asia/Shanghai"]
)
def test_offsets_agree_with_zoneinfo_every_quarter_hour_of_years(zone):
    start = dt.datetime(2009, 1, 1, tzinfo=dt.UTC)
    step = 15
    local = int(start.timestamp()) // 60 + np.arange(0, 4 * 366 * 1440, step, dtype=np.int64)
    got = offsets_at(local, ZoneInfo(zone))
    sample = np.flatnonzero(np.diff(got, prepend=got[0]))
    check = np.unique(
        np.clip(
            np.concatenate([sample + d for d in range(-9, 10)] + [np.arange(0, len(local), 997)]), 0, len(local) - 1
        )
    )
    for i in check:
        naive = dt.datetime.fromtimestamp(int(local[i]) * 60, dt.UTC).replace(tzinfo=ZoneInfo(zone))
        assert got[i] == naive.utcoffset() / dt.timedelta(minutes=1), naive


def test_changes_are_found_to_the_minute():
    first = int(dt.datetime(2021, 1, 1, tzinfo=dt.UTC).timestamp()) // 60
    found = changes(ZoneInfo("Australia/Lord_Howe"), first, first + 365 * 1440)
    assert [(c.before, c.after) for c in found] == [(660, 630), (630, 660)]
    assert [dt.datetime.fromtimestamp(c.at * 60, dt.UTC).isoformat() for c in found] == [
        "2021-04-03T15:00:00+00:00",
        "2021-10-02T15:30:00+00:00",
    ]
