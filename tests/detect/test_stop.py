"""Verified stop: dated to the slot, and honest where the curve cannot tell."""

import numpy as np
import pytest

from minewatch.detect.stop import Doubt, Verdict, judge_stop

SLOTS = 96
DEADLINE = 20 * SLOTS + 88  # 22:00 on the 21st day


def site(seed=1, *, mine=100.0, host=60.0, days=28, running=((0, 28 * SLOTS),)):
    """A host with a working day and habits of its own, and a mine that runs in the given slots with 1 % noise."""
    rng = np.random.default_rng(seed)
    hours = np.arange(SLOTS) * 24 / SLOTS
    day = host * (0.4 + 0.9 * np.exp(-((hours - 14) ** 2) / 12))
    levels = np.exp(rng.normal(0, 0.15, (days, 1)))
    flat = (day * levels * np.exp(rng.normal(0, 0.12, (days, SLOTS)))).ravel()
    for start, end in running:
        flat[start:end] += mine * (1 + rng.normal(0, 0.01, end - start))
    return flat.reshape(days, SLOTS).astype(np.float32)


def judged(kw, mine=100.0):
    return judge_stop(kw, mining_kw=mine, deadline_slot=DEADLINE)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("shift", [-30, -2, 0])
def test_a_stop_before_the_deadline_is_in_time(seed, shift):
    result = judged(site(seed, running=((0, DEADLINE + shift),)))
    assert result.verdict is Verdict.IN_TIME
    assert abs(result.stop_slot - (DEADLINE + shift)) <= 1
    assert result.remaining_kw < 15


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("late", [3, 12, 100])
def test_a_late_stop_is_dated_within_one_slot(seed, late):
    result = judged(site(seed, running=((0, DEADLINE + late),)))
    assert result.verdict is Verdict.LATE
    assert abs(result.stop_slot - (DEADLINE + late)) <= 1


@pytest.mark.parametrize("seed", range(10))
def test_a_mine_that_runs_on_is_not_stopped(seed):
    assert judged(site(seed)).verdict is Verdict.NOT_STOPPED


@pytest.mark.parametrize("seed", range(10))
def test_a_stop_on_a_side_that_a_gap_hides_is_told_with_both_times(seed):
    kw = site(seed, running=((0, DEADLINE + 2),))
    flat = kw.reshape(-1)
    flat[DEADLINE - 20 : DEADLINE + 12] = np.nan
    result = judged(kw)
    assert (result.verdict, result.doubt) == (Verdict.CANNOT_TELL, Doubt.GAP_AT_STOP)
    assert result.stop_from <= DEADLINE + 2 <= result.stop_to
    flat[DEADLINE - 20 : DEADLINE + 1] = flat[DEADLINE - 21]
    late = judged(kw)
    assert late.verdict is Verdict.LATE
    assert late.stop_from > DEADLINE


@pytest.mark.parametrize("seed", range(10))
def test_a_return_after_two_nights_is_dated(seed):
    result = judged(site(seed, running=((0, DEADLINE), (DEADLINE + 150, 28 * SLOTS))))
    assert result.verdict is Verdict.CAME_BACK
    assert abs(result.stop_slot - DEADLINE) <= 1
    assert abs(result.return_slot - (DEADLINE + 150)) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_an_interruption_days_after_the_deadline_is_neither_a_stop_nor_a_return(seed):
    """A mine off for 21 hours three days on, for reasons of its own, ran on; off for 30 hours it stopped and came back."""
    begin = DEADLINE + 3 * SLOTS
    short = judged(site(seed, running=((0, begin), (begin + 84, 28 * SLOTS))))
    assert short.verdict is Verdict.NOT_STOPPED
    long = judged(site(seed, running=((0, begin), (begin + 120, 28 * SLOTS))))
    assert long.verdict is Verdict.CAME_BACK


def test_an_outage_before_the_deadline_is_not_the_stop():
    running = ((0, DEADLINE - 300), (DEADLINE - 260, DEADLINE + 5))
    result = judged(site(running=running))
    assert result.verdict is Verdict.LATE
    assert abs(result.stop_slot - (DEADLINE + 5)) <= 1


def test_a_short_outage_after_the_deadline_is_not_a_stop():
    running = ((0, DEADLINE + 40), (DEADLINE + 44, 28 * SLOTS))
    assert judged(site(running=running)).verdict is Verdict.NOT_STOPPED


def test_cooling_and_light_may_stay_on():
    kw = site(running=((0, DEADLINE),)).ravel()
    kw[DEADLINE:] += 8.0
    result = judged(kw.reshape(-1, SLOTS))
    assert result.verdict is Verdict.IN_TIME
    assert 0 <= result.remaining_kw < 20


def test_half_a_stop_is_no_stop():
    kw = site(running=((0, DEADLINE),)).ravel()
    kw[DEADLINE:] += 50.0
    assert judged(kw.reshape(-1, SLOTS)).verdict not in {Verdict.IN_TIME, Verdict.LATE}


def test_what_cannot_be_told_is_said():
    stopped = site(running=((0, DEADLINE),))
    gone = stopped.copy()
    gone[21:] = np.nan
    assert judged(gone).doubt is Doubt.FEW_READINGS_AFTER
    young = stopped.copy()
    young[:19] = np.nan
    assert judged(young).doubt is Doubt.FEW_READINGS_BEFORE
    assert judged(site(running=()), mine=100.0).doubt is Doubt.NOT_SEEN_BEFORE
    small = site(mine=2.0, host=300.0, running=((0, DEADLINE),))
    assert judged(small, mine=2.0).verdict not in {Verdict.LATE, Verdict.CAME_BACK}
    with pytest.raises(ValueError, match="cannot be judged"):
        judge_stop(stopped, mining_kw=0.0, deadline_slot=DEADLINE)


def test_gaps_are_passed_over():
    kw = site(running=((0, DEADLINE + 20),))
    rng = np.random.default_rng(5)
    kw[rng.random(kw.shape) < 0.2] = np.nan
    result = judged(kw)
    assert result.verdict is Verdict.LATE
    assert abs(result.stop_slot - (DEADLINE + 20)) <= 2


def weekly(seed, *, mine=100.0, host=90.0, days=35, off_from=None):
    """A host that works on weekdays only, with a mine that never stops or stops at a slot."""
    rng = np.random.default_rng(seed)
    hours = np.arange(SLOTS) * 24 / SLOTS
    day = np.where((hours > 8) & (hours < 18), host, 0.1 * host)
    flat = np.tile(day, days).reshape(days, SLOTS)
    flat[np.arange(days) % 7 >= 5] = 0.1 * host
    flat = (flat * np.exp(rng.normal(0, 0.05, flat.shape))).ravel() + mine * (1 + rng.normal(0, 0.01, days * SLOTS))
    if off_from is not None:
        flat[off_from:] -= mine
    return np.maximum(flat, 0).reshape(days, SLOTS).astype(np.float32)


WEEKLY_DEADLINE = 25 * SLOTS + 88


@pytest.mark.parametrize("seed", range(8))
def test_a_weekend_is_no_stop_and_monday_no_return(seed):
    result = judge_stop(weekly(seed), mining_kw=100.0, deadline_slot=WEEKLY_DEADLINE)
    assert result.verdict is Verdict.NOT_STOPPED
    stopped = weekly(seed, off_from=WEEKLY_DEADLINE - 4)
    result = judge_stop(stopped, mining_kw=100.0, deadline_slot=WEEKLY_DEADLINE)
    assert result.verdict is Verdict.IN_TIME
    assert abs(result.stop_slot - (WEEKLY_DEADLINE - 4)) <= 1


@pytest.mark.parametrize("seed", range(5))
def test_a_mine_of_the_night_does_not_come_back_each_day(seed):
    rng = np.random.default_rng(seed)
    hours = np.arange(SLOTS) * 24 / SLOTS
    night = (hours < 7) | (hours >= 21)
    kw = np.where(np.tile(night, 28), 100.0, 3.0) * (1 + rng.normal(0, 0.01, 28 * SLOTS))
    kw[DEADLINE:] = 3.0
    result = judged(kw.reshape(28, SLOTS).astype(np.float32))
    assert result.verdict is Verdict.IN_TIME
    assert result.stop_slot == DEADLINE
    # A stop by day shows when the night does not begin: the date says how far it may be off.
    kw[DEADLINE - 4 - 8 : DEADLINE] = 3.0
    result = judged(kw.reshape(28, SLOTS).astype(np.float32))
    assert result.verdict is Verdict.IN_TIME
    assert result.stop_from < DEADLINE - 40
    assert not result.exact


def test_a_gap_over_the_deadline_hides_whether_it_was_in_time():
    kw = site(running=((0, DEADLINE + 30),)).ravel()
    kw[DEADLINE - 20 : DEADLINE + 60] = np.nan
    result = judged(kw.reshape(-1, SLOTS))
    assert result.doubt is Doubt.GAP_AT_STOP


def test_a_mine_far_below_its_host_is_not_judged():
    big = site(mine=20.0, host=300.0, running=((0, DEADLINE),))
    assert judged(big, mine=20.0).doubt is Doubt.TOO_SMALL
