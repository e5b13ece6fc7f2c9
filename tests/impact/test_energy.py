import pytest

from minewatch.impact import energy, machines
from minewatch.model.errors import InputError
from minewatch.model.impact_views import Spread


def test_hundred_megawatts_at_seventy_two_joules_is_1_26_exahash():
    assert energy.petahash(100_000, 1.10, 72.0) == pytest.approx(1263, abs=1)


@pytest.mark.parametrize("power", [1.0, 5000.0])
def test_load_and_hash_rate_lead_back_to_each_other(power):
    load = Spread(power, power, power, "kW")
    pue, efficiency = Spread(1.1, 1.1, 1.1, ""), Spread(40.0, 40.0, 40.0, "J/TH")
    rate = energy.hashrate_of_load(load, pue, efficiency)
    assert energy.load_of_hashrate(rate, pue, efficiency).best == pytest.approx(power)


def test_the_widest_driver_comes_first_and_none_is_wider_than_all():
    load, efficiency = Spread(900, 1000, 1100, "kW"), Spread(30.0, 70.0, 170.0, "J/TH")
    found = energy.drivers(load, machines.PUE, efficiency)
    widths = [driver.result.high - driver.result.low for driver in found]
    whole = energy.hashrate_of_load(load, machines.PUE, efficiency)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] < whole.high - whole.low
    assert found[0].given is efficiency


def test_a_small_step_excludes_machines_and_a_large_one_none():
    table = machines.machine_table()
    small = {
        line.model for line in energy.machine_counts(Spread(3.25, None, 3.3, "kW"), table, Spread(1.0, 1.0, 1.0, ""))
    }
    assert "Antminer S19 95T" in small
    assert "Whatsminer M31S+" not in small
    large = energy.machine_counts(Spread(290.0, None, 310.0, "kW"), table, machines.PUE)
    assert len(large) == len(table)
    assert set(energy.common_models([Spread(3.25, None, 3.3, "kW")], table, Spread(1.0, 1.0, 1.0, ""))) == small


def test_shares_in_traffic_give_hash_rate_with_a_poisson_interval():
    seen = energy.hashrate_of_shares([(100, 65_536.0)], 600.0)
    assert seen.best == pytest.approx(100 * 65_536 * 2**32 / 600 / 1e15, rel=1e-4)
    # Garwood's interval for a count of 100: 81.36 to 121.63.
    assert seen.low / seen.best == pytest.approx(0.8136, abs=1e-3)
    assert seen.high / seen.best == pytest.approx(1.2163, abs=1e-3)


def test_no_share_proves_no_hash_rate():
    with pytest.raises(InputError, match="No accepted share"):
        energy.hashrate_of_shares([(0, 65_536.0)], 600.0)
