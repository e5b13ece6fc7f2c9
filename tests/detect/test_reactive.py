"""Reactive power of made curves: the part is judged, not the host beside it."""

import numpy as np
import pytest

from minewatch.detect.reactive import MUCH_REACTIVE, NO_REACTIVE, on_reactive

DAYS, SLOTS = 30, 96


def host(kw=4.0, *, tangent=0.5):
    rng = np.random.default_rng(1)
    load = (kw * (1.0 + 0.05 * rng.random((DAYS, SLOTS)))).astype(np.float32)
    return load, tangent * load


def part(kw=10.0, *, tangent=0.08, on=None):
    load = np.full((DAYS, SLOTS), kw, np.float32)
    if on is not None:
        load[:, [hour for hour in range(SLOTS) if not on[0] <= hour < on[1]]] = 0.0
    return load, tangent * load


def told(*loads, steady=True, mining_kw=10.0):
    kw, kvar = (sum(arrays) for arrays in zip(*loads, strict=True))
    return {
        code: weight
        for code, (weight, _) in on_reactive(kw, kvar.astype(np.float32), mining_kw=mining_kw, steady=steady).items()
    }


def test_machines_alone_need_none():
    assert told(part()) == {"no_reactive": NO_REACTIVE}


def test_the_motors_of_a_host_say_nothing_of_the_part_beside_them():
    assert told(host(30.0, tangent=0.8), part()) == {}
    assert told(host(3.0, tangent=0.8), part()) == {}


def test_motors_that_run_all_the_time_speak_against():
    assert told(part(tangent=0.8)) == {"much_reactive": MUCH_REACTIVE}
    assert told(host(1.0, tangent=0.5), part(tangent=0.8)) == {"much_reactive": MUCH_REACTIVE}


@pytest.mark.parametrize(
    ("tangent", "expected"),
    [(0.05, {"no_reactive_steps": NO_REACTIVE}), (0.3, {}), (0.8, {"much_reactive_steps": MUCH_REACTIVE})],
)
def test_a_switched_part_is_judged_by_its_steps_whatever_its_host(tangent, expected):
    assert told(host(tangent=0.7), part(tangent=tangent, on=(30, 60)), steady=False) == expected


def test_a_hosts_own_steps_do_not_speak_against_a_part_that_runs_all_the_time():
    shift = part(tangent=0.8, on=(30, 60))
    assert told(shift, part()) == {"no_reactive": NO_REACTIVE}
    assert told(host(9.0, tangent=0.8), shift, part()) == {}


def test_a_switched_part_without_steps_is_judged_by_the_highest_load_and_never_against():
    slow = np.sin(np.linspace(0, np.pi, SLOTS)).astype(np.float32) * part()[0]
    assert told((slow, 0.05 * slow), steady=False) == {"no_reactive": NO_REACTIVE}
    assert told((slow, 0.9 * slow), steady=False) == {}


def test_too_little_says_nothing():
    kw, kvar = part()
    assert on_reactive(kw, None, mining_kw=10.0, steady=True) == {}
    assert on_reactive(kw, kvar[:3], mining_kw=10.0, steady=True) == {}
    assert on_reactive(kw, np.full_like(kvar, np.nan), mining_kw=10.0, steady=True) == {}
    assert on_reactive(kw[:, :1], kvar[:, :1], mining_kw=10.0, steady=True) == {}
    assert on_reactive(0 * kw, kvar, mining_kw=10.0, steady=True) == {}
    assert on_reactive(kw, kvar, mining_kw=0.0, steady=True) == {}
