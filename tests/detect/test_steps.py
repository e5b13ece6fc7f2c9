"""Steps of a power are found where both sides stay, and no others."""

import numpy as np

from minewatch.detect.steps import MOST_STEPS, steps_near


def switched(size=5.0, *, every=12, count=40):
    """A load of 3 kW to which ``size`` comes for every second stretch of slots."""
    kw = np.full(every * count, 3.0)
    for k in range(1, count, 2):
        kw[k * every : (k + 1) * every] += size
    return kw


def test_every_step_of_the_power_is_found_with_its_sign():
    found = list(steps_near(switched(), 5.0, hour=4))
    assert len(found) == 39
    assert [round(step.kw) for step in found[:4]] == [5, -5, 5, -5]
    first = found[0]
    assert np.median(switched()[first.after]) - np.median(switched()[first.before]) == first.kw


def test_steps_of_another_size_and_what_does_not_stay_are_none():
    assert not list(steps_near(switched(2.0), 5.0, hour=4))
    assert not list(steps_near(switched(9.0), 5.0, hour=4))
    assert not list(steps_near(switched(every=3), 5.0, hour=4))


def test_missing_readings_make_no_step():
    kw = switched()
    kw[::3] = np.nan
    assert not list(steps_near(kw, 5.0, hour=4))
    assert not list(steps_near(np.full(100, np.nan), 5.0, hour=4))


def test_no_more_than_needed_are_looked_at():
    assert len(list(steps_near(switched(count=2 * MOST_STEPS), 5.0, hour=4))) == MOST_STEPS
