"""Simulation and formulas held against each other, and orders turned into cuts."""

import itertools
import math
from datetime import UTC, date, datetime

import numpy as np
import pytest

from minewatch.impact import backtest, formulas, network, retarget, stop
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


def test_facts_of_the_summer_of_2021():
    epochs = network.real_epochs()
    happened = backtest.what_happened(epochs, network.real_block_times())
    assert 100 * happened.change == pytest.approx(-27.94, abs=0.005)
    assert (happened.slowest_day, happened.slowest_blocks) == (date(2021, 6, 27), 58)
    assert happened.epoch_interval == pytest.approx(832.9, abs=0.05)
    assert happened.longest == 8354
    drops = [retarget.change(a.bits, b.bits) for a, b in itertools.pairwise(epochs)]
    assert min(drops) == pytest.approx(happened.change, abs=1e-9)


def test_the_tip_of_the_forecast_day_matches_the_blocks_between():
    # 688,590 is the first of 39 recorded blocks of 23 June; daily counts bring it back to the end of 17 June.
    counts = {"2021-06-18": 124, "2021-06-19": 103, "2021-06-20": 105, "2021-06-21": 105, "2021-06-22": 91}
    times = network.real_block_times()
    last_of_23_june = max(h for h, t in times.items() if datetime.fromtimestamp(t, UTC).date() == date(2021, 6, 23))
    assert last_of_23_june - 101 - sum(counts.values()) == backtest.FORECAST_HEIGHT


def test_past_intervals_hold_about_what_they_promise():
    forecasts = backtest.ahead_forecasts(network.real_epochs())
    recent = [ahead for ahead in forecasts if ahead.time >= datetime(2018, 1, 1, tzinfo=UTC).timestamp()]
    assert 0.74 <= backtest.coverage(recent, 0.8, chance_only=False) <= 0.86
    assert backtest.coverage(recent, 0.95, chance_only=True) < 0.8


def test_the_simulation_itself_holds_about_what_it_promises():
    epochs = network.real_epochs()[250:]
    drawn = backtest.simulated_forecasts(epochs, since=0.0, trials=200, seed=3)
    assert len(drawn) == len(epochs) - stop.WEATHER_EPOCHS - 2
    inside = sum(x.outer[0] <= x.came <= x.outer[1] for x in drawn) / len(drawn)
    assert 0.88 <= inside <= 0.98


def test_forecasts_use_the_past_only():
    epochs = network.real_epochs()
    assert backtest.ahead_forecasts(epochs)[100] == backtest.ahead_forecasts(epochs[:140])[100]
    shorter = stop.walk_of(epochs[:300])
    assert shorter == stop.walk_of(tuple(epochs[:300]))
    assert shorter.per_epoch > formulas.EPOCH_NOISE
