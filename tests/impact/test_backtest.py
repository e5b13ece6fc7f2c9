"""The facts of the summer of 2021 from real headers, and forecasts that use the past only."""

import itertools
import statistics
from datetime import UTC, date, datetime

import pytest

from minewatch.impact import backtest, formulas, network, retarget, stop


def test_facts_of_the_summer_of_2021():
    epochs = network.real_epochs()
    happened = backtest.what_happened(epochs, network.real_block_times())
    assert 100 * happened.change == pytest.approx(-27.94, abs=0.005)
    assert (happened.slowest_day, happened.slowest_blocks) == (date(2021, 6, 27), 58)
    assert happened.epoch_interval == pytest.approx(832.9, abs=0.05)
    assert happened.longest == 8354
    assert happened.bits_by_rule == happened.bits == 0x171398CE
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
    assert 0.74 <= statistics.mean(backtest.held(recent, 0.8, chance_only=False)) <= 0.86
    assert statistics.mean(backtest.held(recent, 0.95, chance_only=True)) < 0.8


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
