"""The kernels that date a suspect's part: held against slow twins, and against steps of a known day."""

import numpy as np
import pytest

from kernels import naive_onset
from minewatch.kernels.onset import (
    DAY_NAMES,
    MOST,
    daily_level,
    day_steps,
    describe_day,
    hour_steps,
    joined_by,
    onset_days,
    propose_days,
    without_hours,
)


def curve(days, *, seed=0, step=2.0, begin=None, gaps=0.02):
    """A week with quiet weekends, an evening peak, noise, gaps; ``step`` kW more from the day ``begin`` on."""
    rng = np.random.default_rng(seed)
    hour = np.arange(24)
    kw = (1.0 + np.exp(-(((hour - 19) / 3) ** 2))) * rng.lognormal(0.0, 0.1, (days, 24))
    kw[np.arange(days) % 7 >= 5] *= 0.6
    kw[days // 2 if begin is None else begin :] += step
    kw[rng.random(kw.shape) < gaps] = np.nan
    return kw.astype(np.float32)


def rest_of(hours):
    rest, spread = np.empty(hours.shape), np.empty(24)
    without_hours(hours, float(np.nanmean(hours)), np.empty(len(hours) + 128), rest, spread)
    return rest, spread


@pytest.mark.parametrize("days", [14, 30, 61])
def test_hours_and_weekends_are_taken_away(days):
    hours = curve(days)
    hours[5] = np.nan
    rest, spread = rest_of(hours)
    wanted, wide = naive_onset.without_hours(hours, float(np.nanmean(hours)))
    np.testing.assert_allclose(rest, wanted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(spread, wide, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("days", [14, 30, 61])
def test_levels_and_steps(days):
    rest, spread = rest_of(curve(days, gaps=0.3))
    level, scratch, out, hourly = np.empty(days), np.empty(days + 128), np.empty(days), np.empty(24)
    daily_level(rest, 1 / spread, level)
    np.testing.assert_allclose(level, naive_onset.daily_level(rest, 1 / spread))
    for width in (2, 7, 14):
        day_steps(level, width, scratch, out)
        np.testing.assert_allclose(out, naive_onset.day_steps(level, width), rtol=1e-5, atol=1e-6)
    hour_steps(rest, days // 2, 7, scratch, hourly)
    np.testing.assert_allclose(hourly, naive_onset.hour_steps(rest, days // 2, 7), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("days", [14, 30, 61])
@pytest.mark.parametrize("where", [0.2, 0.5, 0.8])
def test_figures_of_a_day(days, where):
    rest, spread = rest_of(curve(days, seed=days))
    day = round(where * days)
    level = naive_onset.daily_level(rest, 1 / spread)
    steps = np.stack([naive_onset.day_steps(level, width) for width in (2, 4, 7, 14)])
    noise = np.array([0.1, 0.08, 0.06, 0.05])
    changes = np.concatenate([[np.nan], np.abs(np.diff(level))])
    out = np.empty(len(DAY_NAMES))
    describe_day(level, rest, changes, steps, noise, day, 2.0, 0.8, np.empty(days + 128), out)
    wanted = naive_onset.describe_day(level, rest, steps, noise, day, 2.0, 0.8)
    np.testing.assert_allclose(out, wanted, rtol=1e-4, atol=1e-5)


def proposed(hours, unit=2.0):
    rest, spread, out = np.empty(hours.shape), np.empty(24), np.full((MOST, 2 * len(DAY_NAMES)), np.nan)
    size = float(np.nanmean(hours))
    return onset_days(hours, unit, size, np.array([3], np.int64), rest, spread, out), out


def test_the_day_of_a_step_is_proposed_and_stands_out():
    days, out = proposed(curve(60, begin=33))
    assert len(set(days)) == len(days)
    assert days[-1] == 3
    chosen = int(np.flatnonzero(days == 33)[0])
    assert 0.8 < out[chosen, DAY_NAMES.index("step_7")] < 1.2
    assert out[chosen, DAY_NAMES.index("clear_7")] == out[: len(days), DAY_NAMES.index("clear_7")].max()


def test_the_first_of_two_stages_is_proposed():
    hours = curve(60, begin=40, step=3.0)
    hours[28:] += 0.5
    days, _ = proposed(hours, 3.5)
    assert {28, 40} <= set(days.tolist())


def test_a_night_only_part_is_told_by_its_hours():
    hours = curve(60, step=0.0)
    hours[35:, :6] += 1.5
    days, out = proposed(hours, 1.5)
    chosen = int(np.flatnonzero(days == 35)[0])
    assert out[chosen, len(DAY_NAMES) + DAY_NAMES.index("hours_on")] < 0.4
    assert 0.7 < out[chosen, len(DAY_NAMES) + DAY_NAMES.index("step_7")] < 1.3


def test_days_are_proposed_once_and_never_the_first():
    days = np.zeros(3, np.int64)
    assert joined_by(days, 0, 0) == 0
    assert joined_by(days, joined_by(days, 0, 7), 7) == 1
    assert joined_by(days, 3, 9) == 3


def test_nothing_rises_nothing_is_proposed():
    level = np.linspace(5.0, 1.0, 30)
    steps = np.stack([naive_onset.day_steps(level, width) for width in (2, 4, 7, 14)])
    found = propose_days(level, steps, np.full(30, 0.1), np.empty(160), np.empty(30), np.zeros(MOST, np.int64), 0)
    assert found == 0


@pytest.mark.parametrize("days", [1, 2, 5])
def test_windows_of_a_few_days_propose_little_and_break_nothing(days):
    found, _ = proposed(curve(days, begin=0))
    assert (found < max(days, 1)).all()
