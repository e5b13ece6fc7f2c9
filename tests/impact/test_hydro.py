import itertools

import pytest

from minewatch.impact import hydro, network, retarget
from minewatch.model.errors import InputError
from minewatch.model.impact_views import Spread

LOAD = Spread(800.0, 1000.0, 1200.0, "kW")


def test_a_megawatt_is_twenty_four_megawatt_hours_a_day():
    assert hydro.energy_per_day(LOAD).best == pytest.approx(24)


def test_what_is_not_delivered_is_spilled():
    delivered, spilled = hydro.delivered_and_spilled(LOAD, 1100.0)
    assert (delivered.low, delivered.best, delivered.high) == (800.0, 1000.0, 1100.0)
    assert (spilled.low, spilled.best, spilled.high) == (0.0, 0.0, 100.0)


def test_an_unknown_limit_leaves_everything_open():
    delivered, spilled = hydro.delivered_and_spilled(LOAD, None)
    assert (delivered.low, delivered.best, delivered.high) == (0.0, None, 1200.0)
    assert delivered == spilled


def test_spilled_energy_avoids_no_carbon():
    delivered, _ = hydro.delivered_and_spilled(LOAD, 0.0)
    assert hydro.carbon_avoided(delivered, 0.8).high == 0.0


def test_households_are_energy_over_use():
    assert hydro.households(LOAD, 2000.0).best == pytest.approx(1000 * 8766 / 2000)


def test_income_of_the_whole_network_is_the_coins_of_its_blocks():
    epochs = network.real_epochs()
    epoch, following = next((a, b) for a, b in itertools.pairwise(epochs) if a.height == 687_456)
    rate = network.hashrate(epoch.bits, (following.time - epoch.time) / 2016) / 1e15
    coins = hydro.coins_between(Spread(rate, rate, rate, "PH/s"), epoch.time, following.time, epochs, 0.0)
    assert coins.best == pytest.approx(2016 * 6.25, rel=1e-9)
    per_day = hydro.coins_per_day(Spread(rate, rate, rate, "PH/s"), retarget.difficulty_of(epoch.bits), 687_500, 0.0)
    assert per_day.best == pytest.approx(86_400 / 832.9415 * 6.25, rel=1e-4)


def test_a_period_outside_the_record_is_refused():
    with pytest.raises(InputError, match="leaves the shipped record"):
        hydro.coins_between(LOAD, 0, 10, network.real_epochs(), 0.0)
