"""Events weigh what they last; a thermostat is on for the share it must be."""

import numpy as np
import pytest

from minewatch.rehearsal.series import (
    SUBSTEPS,
    bumps,
    interval_mean,
    slow_noise,
    staged_units,
    thermostat,
    to_slots,
    to_substeps,
)


def slow_interval_mean(starts, ends, count, weights):
    out = np.zeros(count)
    for start, end, weight in zip(starts, ends, weights, strict=True):
        for slot in range(count):
            out[slot] += weight * max(0.0, min(end, slot + 1) - max(start, slot))
    return out


def test_interval_mean_is_the_sum_of_overlaps():
    rng = np.random.default_rng(1)
    starts = rng.uniform(-5, 40, 60)
    ends = starts + rng.exponential(4, 60)
    weights = rng.uniform(0, 3, 60)
    got = interval_mean(starts, ends, count=30, weights=weights)
    np.testing.assert_allclose(got, slow_interval_mean(starts, ends, 30, weights), atol=1e-9)


def test_interval_mean_of_nothing_is_zero():
    assert not interval_mean(np.empty(0), np.empty(0), count=4).any()


@pytest.mark.parametrize("share", [0.1, 0.4, 0.8])
def test_a_thermostat_is_on_for_its_share(share):
    on = thermostat(np.random.default_rng(2), demand=np.full(40 * SUBSTEPS, share), period=12.0)
    assert set(np.unique(on)) <= {0.0, 1.0}
    assert abs(on.mean() - share) < 0.03


def test_a_thermostat_at_its_limit_does_not_switch():
    demand = np.concatenate((np.ones(100), np.zeros(100)))
    on = thermostat(np.random.default_rng(2), demand=demand, period=12.0)
    assert on[:100].all()
    assert not on[100:].any()


def test_staged_units_are_whole_machines_and_meet_the_demand():
    demand = np.linspace(0.0, 1.0, 60 * SUBSTEPS)
    running = staged_units(np.random.default_rng(3), demand=demand, units=4, period=10.0)
    assert np.isin(running, [0, 1, 2, 3, 4]).all()
    assert abs(running.mean() / 4 - 0.5) < 0.03


def test_slow_noise_has_unit_variance_and_moves_slowly():
    noise = slow_noise(np.random.default_rng(4), count=200_000, spacing=50.0)
    assert abs(noise.std() - 1.0) < 0.05
    assert np.abs(np.diff(noise)).mean() < 0.05


def test_bumps_last_what_they_should():
    load = bumps(
        np.random.default_rng(5), count=200 * SUBSTEPS, rate=np.full(200 * SUBSTEPS, 0.01), minutes=(30, 30.0001)
    )
    assert abs(load.mean() - 0.01 * 10) < 0.005


def test_slots_are_means_of_substeps_and_back():
    values = np.sin(np.arange(3 * SUBSTEPS) / 200.0)
    assert to_slots(values, days=3, slots=96)[1, 5] == pytest.approx(values[SUBSTEPS + 25 : SUBSTEPS + 30].mean())
    again = to_substeps(to_slots(values, days=3, slots=96), days=3)
    assert np.abs(again - values)[10:-10].max() < 0.01
