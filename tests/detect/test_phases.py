import numpy as np
import pytest

from minewatch.detect.phases import on_phases

DAYS, SLOTS, VOLTS = 20, 96, 220.0


def host(seed=5, level=3.0):
    rng = np.random.default_rng(seed)
    hours = np.arange(SLOTS) / 4
    habit = level * (0.3 + np.exp(-((hours - 19) ** 2) / 8))
    return (habit * rng.gamma(60, 1 / 60, (DAYS, SLOTS))).astype(np.float32)


def blocks(kw, *, on=8, off=20):
    part = np.zeros((DAYS, SLOTS), np.float32)
    part[:, 4 * on : 4 * off] = kw
    return part


def currents(part, shares, *, factor=1.0, own=None, own_factor=0.9):
    """Amperes of the phases of ``part`` kW, divided by ``shares`` at a power factor, and of a host on all phases alike."""
    own = host() if own is None else own
    amps = [1000 * (part * share / factor + own / 3 / own_factor) / VOLTS for share in shares]
    return np.stack(amps).astype(np.float32)


def said(part, amperes, *, volts=VOLTS, kvar=None, mining_kw=None, own=None):
    kw = part + (host() if own is None else own)
    return on_phases(
        kw, amperes=amperes, kvar=kvar, volts=volts, mining_kw=float(part.max()) if mining_kw is None else mining_kw
    )


THIRDS = (1 / 3, 1 / 3, 1 / 3)


def test_steps_even_on_three_phases_at_unit_power_factor_support_a_little():
    part = blocks(24.0)
    weight, figures = said(part, currents(part, (0.35, 0.33, 0.32)))["even_phases_steps"]
    assert 0 < weight <= 0.5
    assert (figures["a"], figures["b"], figures["c"]) == ("35", "33", "32")
    assert float(figures["factor"]) > 0.97


def test_even_steps_with_reactive_current_are_motors():
    part = blocks(24.0)
    weight, figures = said(part, currents(part, THIRDS, factor=0.8))["phases_of_motors"]
    assert weight < 0
    assert figures["factor"] == "0.80"


def test_between_supply_and_motor_nothing_is_said():
    part = blocks(24.0)
    assert said(part, currents(part, THIRDS, factor=0.9)) == {}


def test_a_few_machines_hang_on_one_phase_and_many_do_not():
    part = blocks(6.0)
    weight, figures = said(part, currents(part, (0.0, 1.0, 0.0)))["on_one_phase"]
    assert weight > 0
    assert figures["phase"] == "B"
    large = blocks(60.0)
    assert said(large, currents(large, (1.0, 0.0, 0.0)))["large_on_one_phase"][0] < 0


def test_two_phases_say_nothing():
    part = blocks(24.0)
    assert said(part, currents(part, (0.5, 0.5, 0.0))) == {}


def test_a_part_that_never_stops_is_judged_where_least_is_drawn():
    own = host(level=0.2)
    part = np.full((DAYS, SLOTS), 24.0, np.float32)
    found = said(part, currents(part, THIRDS, own=own), own=own)
    assert found["even_phases_floor"][0] > 0
    loud = host(level=60.0)
    assert said(part, currents(part, THIRDS, own=loud), own=loud, mining_kw=3.0) == {}


def test_currents_beyond_the_meter_tell_of_tampering_and_move_nothing():
    part = blocks(24.0)
    amperes = currents(part, THIRDS, own_factor=1.0)
    kvar = np.zeros((DAYS, SLOTS), np.float32)
    honest = on_phases(part + host(), amperes=amperes, kvar=kvar, volts=VOLTS, mining_kw=24.0)
    assert "current_beyond_meter" not in honest
    # A voltage lead is off: the meter tells two thirds.
    found = on_phases((part + host()) * np.float32(2 / 3), amperes=amperes, kvar=kvar, volts=VOLTS, mining_kw=16.0)
    assert found["current_beyond_meter"] == (0.0, {"times": "1.5"})
    # Without reactive power a low power factor might explain as much: nothing is said.
    unknown = on_phases((part + host()) * np.float32(2 / 3), amperes=amperes, kvar=None, volts=VOLTS, mining_kw=16.0)
    assert "current_beyond_meter" not in unknown


def test_currents_without_their_transformer_are_divided_but_not_scaled():
    part = blocks(24.0)
    amperes = currents(part, THIRDS) / 40
    assert said(part, amperes) == {}
    small = blocks(6.0)
    assert "on_one_phase" in said(small, currents(small, (1.0, 0.0, 0.0)) / 40)


@pytest.mark.parametrize("wrong", ["none", "shape", "gaps", "one_phase_missing", "daily"])
def test_what_is_not_known_says_nothing(wrong):
    part = blocks(24.0)
    amperes = currents(part, THIRDS)
    kw = part + host()
    if wrong == "none":
        amperes = None
    elif wrong == "shape":
        amperes = amperes[:, :, :48]
    elif wrong == "gaps":
        amperes[:, :, 1:] = np.nan
    elif wrong == "one_phase_missing":
        amperes[2] = np.nan
    else:
        kw, amperes = kw.mean(axis=1, keepdims=True), amperes.mean(axis=2, keepdims=True)
    assert on_phases(kw, amperes=amperes, kvar=None, volts=VOLTS, mining_kw=24.0) == {}


def test_without_a_voltage_only_the_division_is_judged():
    part = blocks(24.0)
    assert said(part, currents(part, THIRDS), volts=None) == {}
    small = blocks(6.0)
    assert "on_one_phase" in said(small, currents(small, (1.0, 0.0, 0.0)), volts=None)
