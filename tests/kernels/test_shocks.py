"""Jolts, noise by level and drops against their slow twins, and on curves with known events."""

import numpy as np
import pytest

from kernels import naive_close
from kernels.test_levels import close, levels_under_people
from minewatch.kernels import grid, shocks
from minewatch.kernels.room import room_for


@pytest.fixture(params=[(14, 0), (30, 1), (61, 2)], ids=str)
def hours(request):
    return levels_under_people(*request.param)


def kinds_for(days):
    return (np.arange(days) % 7 < 5).astype(np.int8)


def room(days):
    return room_for(days, 96)


def test_usual_changes(hours):
    values = hours.ravel().astype(np.float64)
    out, change = np.empty((2, 24, 2)), np.empty(hours.shape, np.float32)
    shocks.fill_changes_into(values, change)
    shocks.usual_changes(change, kinds_for(len(hours)), 1.3, room(len(hours)), out)
    close(out, naive_close.usual_changes(values, kinds_for(len(hours)), 1.3))


def test_jolts(hours):
    values = hours.ravel().astype(np.float64)
    size, kinds = grid.size_of(hours), kinds_for(len(hours))
    out = np.empty(len(shocks.JOLT_NAMES))
    shocks.look_jolts(values, kinds, size, room(len(hours)), out)
    close(out, naive_close.jolt_look(values, kinds, size))


def test_quiet(hours):
    values = hours.ravel().astype(np.float64)
    out = np.empty(len(shocks.QUIET_NAMES))
    shocks.look_quiet(values, grid.size_of(hours), room(len(hours)), out)
    close(out, naive_close.quiet_look(values, grid.size_of(hours)))


def test_a_constant_under_load_whose_noise_grows_with_it_is_seen():
    rng = np.random.default_rng(5)
    people = (0.3 + np.exp(-(((np.arange(24) - 15) / 5.0) ** 2))) * rng.lognormal(0, 0.1, (200, 24))
    values = (people + 2.0).ravel()
    out = np.empty(len(shocks.QUIET_NAMES))
    shocks.look_quiet(values, values.mean(), room(200), out)
    assert out[8] * values.mean() == pytest.approx(2.0, abs=0.35)


@pytest.mark.parametrize("per_hour", [1, 4])
def test_drops(hours, per_hour):
    values = hours.ravel().astype(np.float64) if per_hour == 1 else np.repeat(hours.ravel(), 4)[: 24 * 14 * 4]
    values = values + np.random.default_rng(1).normal(0, 0.001, len(values)).astype(values.dtype)
    values[100::171] -= 0.3
    out = np.empty(8)
    shocks.look_drops(values, 1.3, per_hour, room(len(hours)), out)
    close(out, naive_close.drop_look(values, 1.3, per_hour))
    assert out[0] > 0
