from datetime import date

import numpy as np
import pytest

from minewatch.detect.balance import Group, balance_group
from minewatch.detect.clocks import delay, meter_delays, moved, supply_delay
from minewatch.detect.matching import changes, match, meter_changes, prepare
from minewatch.detect.unread import Peers

SHAPE = (21, 96)


@pytest.fixture(name="homes")
def made_homes():
    rng = np.random.default_rng(3)
    return 0.3 + rng.gamma(0.6, 0.5, (12, *SHAPE))


@pytest.mark.parametrize("slots", [-5, 3, 32])
def test_a_delay_is_found_and_undone(homes, slots):
    off = np.nan_to_num(moved(homes[0], -slots))
    found, z, unmoved = delay(changes(homes.sum(axis=0)), changes(off), most=48)
    assert found == slots
    assert z > unmoved + 6
    back = moved(moved(homes[0], -slots), slots)
    inside = np.isfinite(back)
    assert inside.sum() == homes[0].size - abs(slots)
    assert (back == homes[0])[inside].all()


def test_a_right_clock_is_left_alone(homes):
    assert delay(changes(homes.sum(axis=0)), changes(homes[0]), most=48)[0] == 0
    assert supply_delay(homes.sum(axis=0) * 1.02, homes, 0.0 * homes[0]) == 0
    assert delay(np.zeros(100), np.zeros(100), most=4) == (0, 0.0, 0.0)


def test_a_supply_meter_with_a_wrong_clock_is_told(homes):
    late = np.nan_to_num(moved(homes.sum(axis=0), 4))
    assert supply_delay(late, homes, 0.0 * homes[0]) == -4
    assert supply_delay(late, homes[:2], 0.0 * homes[0]) == 0, "two meters cannot tell"


def test_one_large_meter_with_a_wrong_clock_is_not_taken_for_the_supply_s(homes):
    homes = homes.copy()
    supply = homes.sum(axis=0) + 9.0 * homes[4]
    homes[4] = np.nan_to_num(moved(10.0 * homes[4], 4))
    assert supply_delay(supply, homes, 0.0 * homes[0]) == 0


def test_a_meter_that_hangs_elsewhere_has_no_clock_fault(homes):
    residual = np.stack([-homes[2], homes[2]]) + np.random.default_rng(4).normal(0.0, 0.02, (2, *SHAPE))
    booked = np.zeros(len(homes), dtype=np.int64)
    found = match(changes(residual), prepare(meter_changes(homes)))
    assert meter_delays(residual, homes, found, booked) == {}


def test_clocks_are_set_right_before_anything_is_said(homes):
    homes = homes.copy()
    homes[4] *= 5
    read = homes.copy()
    read[4] = np.nan_to_num(moved(homes[4], 4))
    supply = (homes.sum(axis=0) * 1.015 + 0.1)[None]
    booked = np.zeros(len(homes), dtype=np.int64)
    names = tuple(f"m{i}" for i in range(len(homes)))
    group = Group(("A",), date(2021, 5, 24), supply, 0.0 * supply, names, read, booked, ((),))
    (found,) = balance_group(group, peers=Peers(SHAPE[0]))
    assert found.reset == (("m4", -60.0),)
    assert not found.flagged
    assert found.suspects == ()


def test_a_supply_meter_set_right_is_set_right_for_the_node_above_too(homes):
    below = homes.sum(axis=0) * 1.01
    supply = np.stack([below * 1.01, np.nan_to_num(moved(below, -4))])
    passed = np.stack([np.nan_to_num(moved(below, -4)), np.zeros(SHAPE)])
    booked = np.ones(len(homes), dtype=np.int64)
    names = tuple(f"m{i}" for i in range(len(homes)))
    group = Group(("F", "A"), date(2021, 5, 24), supply, passed, names, homes, booked, ((), ()), (-1, 0))
    feeder, area = balance_group(group, peers=Peers(SHAPE[0]))
    assert area.reset == (("A", 60.0),)
    assert np.nanstd(feeder.series.left[1:-1]) < 0.05
    assert not feeder.flagged
