"""Dates: a step to its slot, a rise in stages to its first stage."""

import numpy as np
import pytest

from minewatch.detect.dating import first_stage, rise_slot, step_slot


def host(days=40, slots=24, seed=0):
    rng = np.random.default_rng(seed)
    shape = 1.0 + 0.5 * np.sin(np.arange(slots) / slots * 6.28)
    return (shape + 0.05 * rng.standard_normal((days, slots))).astype(np.float32)


@pytest.mark.parametrize("slots", [24, 48, 96])
def test_one_step_is_dated_to_its_slot_and_has_no_earlier_stage(slots):
    kw = host(slots=slots)
    kw.ravel()[20 * slots + slots // 3 :] += 2.0
    slot = step_slot(kw, 20, 2.0)
    assert abs(slot - (20 * slots + slots // 3)) <= 1
    assert rise_slot(kw, 20, 2.0) == slot


def test_a_rise_in_stages_begins_with_its_first_stage():
    kw = host()
    flat = kw.ravel()
    flat[15 * 24 + 9 :] += 0.6
    flat[19 * 24 + 14 :] += 0.7
    flat[25 * 24 + 10 :] += 2.0
    assert step_slot(kw, 25, 2.0) >= 24 * 24
    assert abs(rise_slot(kw, 25, 2.0) - (15 * 24 + 9)) <= 2


def test_days_without_readings_stop_nothing():
    kw = host()
    kw.ravel()[15 * 24 + 9 :] += 0.6
    kw.ravel()[25 * 24 + 10 :] += 2.0
    kw[18] = np.nan
    assert abs(rise_slot(kw, 25, 2.0) - (15 * 24 + 9)) <= 2


def test_too_few_days_before_leave_the_step():
    kw = host(days=12)
    assert first_stage(kw, 3 * 24 + 5, 1.0) == 3 * 24 + 5
