"""Simulation and formulas held against each other, and orders turned into cuts."""

import math
from datetime import UTC, datetime

import numpy as np
import pytest

from minewatch.impact import backtest, formulas, network, stop
from minewatch.impact.stop import Cut
from minewatch.model.errors import InputError

START = stop.start_at(backtest.FORECAST_TIME, backtest.FORECAST_HEIGHT, network.real_epochs())
LAST_CUT = START.time + 3 * 86_400 + 5000
CUTS = (Cut(START.time - 36_000, 0.03), Cut(LAST_CUT, 0.25))
TRIALS = 4000


def simulated(cuts, **options):
    return stop.simulate(START, cuts, stop.STILL, **({"trials": TRIALS, "seed": 5, "days": 60} | options))


@pytest.mark.parametrize("cuts", [(), CUTS, (*CUTS, Cut(LAST_CUT + 500_000, -0.2))])
def test_next_retarget_agrees_with_the_formula(cuts):
    formula = stop.change_by_formula(START, cuts, 0.9)
    line = stop.retarget_lines(START, simulated(cuts), 0.9)[0]
    assert line.height == 689_472
    # The median of 4,000 draws has a standard error of about 0.03 points here, the outer quantiles of about 0.06.
    assert line.change.best == pytest.approx(formula.best, abs=0.12)
    assert line.change.low == pytest.approx(formula.low, abs=0.25)
    assert line.change.high == pytest.approx(formula.high, abs=0.25)


def test_intervals_after_the_cut_are_exponential_with_the_formula_mean():
    outcome = simulated(CUTS)
    mean = stop.interval_after_last_cut(START, CUTS)
    total = outcome.histogram.sum()
    over_an_hour = outcome.histogram[360:].sum() / total
    assert over_an_hour == pytest.approx(formulas.longer_than(3600, mean), rel=0.03)
    short = outcome.histogram[:60].sum() / total
    assert short == pytest.approx(1 - formulas.longer_than(600, mean), rel=0.01)


def test_slowest_day_agrees_with_the_formula():
    formula = stop.slowest_day_by_formula(START, CUTS, 0.8)
    spread = stop.spread_of(stop.slowest_days(START, simulated(CUTS)), 0.8, "blocks")
    assert abs(spread.best - formula.best) <= 1
    assert abs(spread.low - formula.low) <= 1
    assert abs(spread.high - formula.high) <= 2


def test_noise_of_one_epoch_is_two_point_two_per_cent():
    fresh = stop.start_balanced(START.time, START.epoch.bits, 687_456)
    times = stop.simulate(fresh, (), stop.STILL, trials=TRIALS, seed=2, days=40).times[:, 0]
    assert pytest.approx(0.02228, abs=1e-5) == formulas.EPOCH_NOISE
    assert np.std(times) / np.mean(times) == pytest.approx(formulas.EPOCH_NOISE, rel=0.05)


def test_recovery_takes_two_retargets_after_a_deep_cut():
    lines = stop.retarget_lines(START, simulated((Cut(START.time, 0.5),)), 0.9)
    outcome = simulated((Cut(START.time, 0.5),))
    assert lines[0].change.best < -35
    assert lines[1].change.best < -5
    # Chance alone leaves about one epoch in eighty more than 5 % slow after a full adjustment.
    assert np.mean(outcome.recovered == outcome.times[:, 1]) > 0.96


def test_time_not_reached_counts_as_later_than_all():
    spread = stop.spread_of(np.array([1.0, math.nan, 2.0, math.nan]), 0.5, "s")
    assert (spread.low, spread.best, spread.high) == (1.0, 2.0, math.inf)


@pytest.mark.parametrize("cuts", [(Cut(0, 1.0),), (Cut(0, 0.1), Cut(1, -0.2))])
def test_what_leaves_nothing_or_more_than_all_is_refused(cuts):
    with pytest.raises(InputError) as caught:
        stop.schedule(cuts, 0)
    assert "whole" in caught.value.remedy


def test_a_start_without_enough_blocks_is_refused():
    with pytest.raises(InputError, match="hash rate would be a guess"):
        stop.start_at(1_623_620_000, 687_460, network.real_epochs())


def test_a_blind_start_uses_nothing_from_after_it():
    epochs = network.real_epochs()
    time = int(datetime(2021, 6, 18, tzinfo=UTC).timestamp())
    known = tuple(epoch for epoch in epochs if epoch.time <= time)
    assert stop.start_blind(time, epochs) == stop.start_blind(time, known)
