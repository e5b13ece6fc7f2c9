from datetime import date, datetime, timedelta

import numpy as np
import pytest

from minewatch.detect.holidays import on_holidays

FIRST = date(2021, 9, 13)
HOLIDAYS = frozenset(date(2021, 10, day) for day in range(1, 8))


def works(*, mine=0.0, days=35, slots=48, on_holiday=0.1, seed=3):
    """A works busy from 8 to 18 on working days, quiet at weekends and on holidays; ``mine`` kW around the clock."""
    rng = np.random.default_rng(seed)
    hours = np.arange(slots) * 24 / slots
    busy = np.where((hours >= 8) & (hours < 18), 20.0, 1.5)
    kw = np.empty((days, slots))
    for number in range(days):
        day = FIRST + timedelta(days=number)
        quiet = day in HOLIDAYS or day.weekday() >= 5
        kw[number] = (busy * (on_holiday if quiet else 1.0)) * rng.gamma(50, 1 / 50, slots) + mine
    return kw.astype(np.float32)


def said(kw, *, mining_kw=12.0, until=None, holidays=HOLIDAYS, first=FIRST):
    return on_holidays(kw, first_day=first, mining_kw=mining_kw, until=until, holidays=holidays)


def test_a_part_that_runs_on_when_the_host_goes_quiet_supports_a_little():
    found = said(works(mine=12.0))
    weight, figures = found["runs_on_holidays"]
    assert 0 < weight <= 0.5
    assert figures["days"] == "7"
    assert float(figures["least"]) >= 12.0
    assert float(figures["usual"]) > 2 * float(figures["then"])


def test_a_suspected_part_that_stops_on_holidays_is_contradicted():
    weight, figures = said(works(), mining_kw=15.0)["stops_on_holidays"]
    assert weight <= -1
    assert int(figures["percent"]) >= 50
    assert float(figures["kw"]) < 15.0


@pytest.mark.parametrize(
    "unclear",
    [
        {"holidays": frozenset()},
        {"holidays": frozenset({date(2021, 10, 1)})},
        {"until": datetime.fromisoformat("2021-10-01T12:00")},
        {"holidays": frozenset({date(2022, 10, 1), date(2022, 10, 2)})},
        {"mining_kw": 0.0},
    ],
)
def test_too_little_says_nothing(unclear):
    assert said(works(mine=12.0), **unclear) == {}


def test_a_host_that_does_not_go_quiet_says_nothing():
    assert said(works(mine=12.0, on_holiday=1.0)) == {}


def test_missing_days_and_empty_days_around_change_nothing():
    kw = works(mine=12.0)
    wider = np.full((50, kw.shape[1]), np.nan, np.float32)
    wider[10:45] = kw
    assert said(wider, first=FIRST - timedelta(days=10)) == said(kw)
    kw[:] = np.nan
    assert said(kw) == {}


def test_daily_energy_says_nothing():
    assert said(works(mine=12.0).mean(axis=1, keepdims=True)) == {}
