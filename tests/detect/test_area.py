"""Proof for an area: the fall is found with its interval, and the interval holds what it promises."""

import numpy as np
import pytest

from minewatch.detect.area import area_change


def area(seed, *, fall, days=42, level=1000.0, noise=20.0):
    """Weekdays above weekends, days alike their neighbours; ``fall`` kW less from day 21 on."""
    rng = np.random.default_rng(seed)
    own = np.zeros(days)
    for day in range(1, days):
        own[day] = 0.4 * own[day - 1] + rng.normal(0, noise)
    week = np.where(np.arange(days) % 7 >= 5, 0.8 * level, level)
    means = week + own - np.where(np.arange(days) >= 21, fall, 0.0)
    return (means[:, None] + rng.normal(0, 5, (days, 24))).astype(np.float32)


def test_the_fall_is_found():
    found = area_change(area(1, fall=300.0), first_weekday=0, until=21, since=21)
    assert found.low_kw < 300 < found.high_kw
    assert found.high_kw - found.low_kw < 120
    assert found.before_kw - found.after_kw == pytest.approx(found.fall_kw)
    assert (found.days_before, found.days_after) == (21, 21)


def test_the_interval_holds_what_it_promises():
    inside = 0
    for seed in range(300):
        found = area_change(area(seed, fall=50.0), first_weekday=0, until=21, since=21)
        inside += found.low_kw <= 50.0 <= found.high_kw
    assert 0.90 <= inside / 300 <= 1.0


def test_a_weekend_is_not_held_against_a_working_day():
    kw = area(3, fall=0.0, days=26, noise=1.0)
    found = area_change(kw, first_weekday=0, until=21, since=21)
    assert abs(found.fall_kw) < 10


def test_too_few_days_give_no_proof():
    kw = area(4, fall=300.0)
    kw[21:] = np.nan
    assert area_change(kw, first_weekday=0, until=21, since=21) is None
    assert area_change(area(4, fall=1.0)[:23], first_weekday=0, until=21, since=21) is None
