"""Kernels against their slow twins, on curves with gaps, steps, switching and noise, at several sizes."""

import numpy as np
import pytest

from kernels import naive
from minewatch.kernels import edges, facts, floor, forest, grid, looks, order, profile, residual, separate, steps
from minewatch.kernels.room import room_for

SIZES = ((14, 24), (30, 48), (35, 96), (61, 24))
"""(days, slots) of the curves each kernel meets."""


def curve(days, slots, seed):
    rng = np.random.default_rng([days, slots, seed])
    hour = (np.arange(slots) + 0.5) * 24 / slots
    shape = 0.4 + np.exp(-(((hour - 19) / 3) ** 2))
    kw = shape * rng.lognormal(0, 0.2, (days, 1)) * rng.lognormal(0, 0.2, (days, slots))
    kw[days // 2 :] += 0.7
    kw += 0.6 * (np.cumsum(rng.random(days * slots) < 0.6 / slots) % 2).reshape(days, slots)
    kw[3, : slots // 2] = np.nan
    kw[5] = np.nan
    kw.ravel()[rng.integers(0, kw.size, 10)] = np.nan
    return kw.astype(np.float32)


@pytest.fixture(params=SIZES, ids=str)
def hours(request):
    return naive.hours_of(curve(*request.param, 0))


def room(hours):
    made = room_for(len(hours), 96)
    return made.work, made.scratch


def close(found, wanted):
    np.testing.assert_allclose(np.asarray(found, np.float64), np.asarray(wanted, np.float64), rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize(("days", "slots"), SIZES)
def test_to_hours(days, slots):
    kw = curve(days, slots, 1)
    out = np.empty((days, 24), np.float32)
    grid.to_hours(kw, out)
    close(out, naive.hours_of(kw))


@pytest.mark.parametrize("coarse", [False, True])
def test_stuck_meters_are_cleared_and_coarse_ones_left(coarse):
    kw = curve(30, 24, 2)
    kw[8:11] = kw[8, 0] if np.isfinite(kw[8, 0]) else 1.0
    if coarse:
        kw = np.round(kw).astype(np.float32)
    wanted = naive.without_stuck(kw, 24)
    cleared = grid.drop_stuck(kw, 24)
    np.testing.assert_array_equal(kw, wanted)
    assert (cleared > 0) is not coarse


def test_quantile():
    values = np.array([3.0, np.nan, 1.0, 2.0, 10.0])
    scratch = np.empty(5)
    n = order.sort_finite(values, scratch)
    assert n == 4
    for p in (0, 0.1, 0.5, 0.77, 1):
        close(order.quantile(scratch, n, p), naive.q(values, p))


@pytest.mark.parametrize("n", [1, 2, 5, order.FEW, order.FEW + 1, 100, 1440])
def test_values_are_put_in_order_by_their_bits(n):
    rng = np.random.default_rng(n)
    for digits in (1, 3, 9):
        values = np.round(rng.normal(size=n) * 10.0 ** rng.integers(-3, 4), digits)
        values[rng.random(n) < 0.1] = np.nan
        scratch = np.empty(n)
        wanted = np.sort(naive.read(values).astype(np.float32))
        assert order.sort_finite(values, scratch) == len(wanted)
        np.testing.assert_array_equal(scratch[: len(wanted)], wanted)
        for middle in (-1e9, 0.0, naive.q(wanted, 0.5), 1e9):
            close(order.deviation_of(scratch, len(wanted), middle), naive.q(np.abs(wanted - middle), 0.5))


@pytest.mark.parametrize("shape", [(1, 3), (2, 24), (5, 1), (24, 61), (61, 24), (128, 24)])
def test_columns_are_put_in_order_side_by_side(shape):
    values = np.random.default_rng(1).normal(size=shape).round(1).astype(np.float32)
    values[np.random.default_rng(2).random(shape) < 0.1] = np.nan
    ordered, read = np.empty_like(values), np.empty(shape[1], np.int64)
    order.columns_in_order(values, ordered, read)
    wanted = np.sort(np.where(np.isnan(values), np.inf, values).astype(np.float32), axis=0)
    np.testing.assert_array_equal(ordered, wanted)
    np.testing.assert_array_equal(read, np.isfinite(values).sum(axis=0))


def test_levels(hours):
    out = np.empty(len(floor.LEVEL_NAMES))
    ordered = np.empty(hours.size)
    n = order.sort_finite(hours.ravel(), ordered)
    floor.look_levels(ordered, n, grid.size_of(hours), out)
    close(out, naive.levels(hours))


def test_floor(hours):
    work, scratch = room(hours)
    low, mean = np.empty(len(hours)), np.empty(len(hours))
    floor.day_floor(hours, low, mean)
    close(low, naive.day_floor(hours)[0])
    close(mean, naive.day_floor(hours)[1])
    out = np.empty(len(floor.FLOOR_NAMES))
    floor.look_floor(low, mean, grid.size_of(hours), work, scratch, out)
    close(out, naive.floor_look(hours))


def columns_of(hours):
    ordered, read = np.empty_like(hours), np.empty(24, np.int64)
    order.columns_in_order(hours, ordered, read)
    return ordered, read


def quantiles_of(hours):
    out = np.empty((24, 5))
    profile.hour_quantiles(*columns_of(hours), out)
    return out


def test_profile(hours):
    work, scratch = room(hours)
    found = quantiles_of(hours)
    close(found, naive.hour_quantiles(hours))
    out = np.empty(len(profile.PROFILE_NAMES))
    profile.look_profile(*columns_of(hours), found, grid.size_of(hours), work, scratch, out)
    close(out, naive.profile_look(hours))


def test_jumps_are_counted_by_size(hours):
    flat, size = hours.ravel(), float(grid.size_of(hours))
    counts = np.empty((2, edges.JUMP_BINS + 2))
    edges.count_jumps(flat, size, room_for(len(hours), 24), *counts)
    relative = naive.read((flat[2:] - flat[:-2]) / np.float32(size))
    borders = np.concatenate(([0], edges.JUMP_BORDERS, [np.inf]))
    for row, sign in zip(counts, (1, -1), strict=True):
        wanted = np.histogram(np.abs(relative[np.sign(relative) == sign]), borders)[0]
        np.testing.assert_array_equal(row[1:-1], wanted[1:-1])


def test_noise(hours):
    work, scratch = room(hours)
    out = np.empty(len(profile.NOISE_NAMES))
    low, high = naive.q(hours, 0.25), naive.q(hours, 0.75)
    profile.look_noise(hours, grid.size_of(hours), low, high, work, scratch, out)
    close(out, naive.noise_look(hours))


@pytest.mark.parametrize("width", steps.WIDTHS)
def test_flat_steps(hours, width):
    out = np.empty((len(hours), 3))
    total, read = np.empty((2, len(hours) + 1, 24))
    steps.running_hours(hours, total, read)
    steps.flat_steps(total, read, width, np.empty(48 * (len(hours) + 1)), out)
    close(out, naive.flat_steps(hours, width))


@pytest.mark.parametrize("width", steps.WIDTHS)
@pytest.mark.parametrize("days", [1, 8, 14, 61])
def test_steps_of_whole_days_are_flat_steps_to_the_bit(days, width):
    hours = np.random.default_rng(days).gamma(2.0, 0.5, (days, 24)).astype(np.float32)
    found, wanted = np.empty((2, days, 3))
    steps.whole_steps(hours, width, np.empty(48 * (days + 1)), found)
    total, read = np.empty((2, days + 1, 24))
    steps.running_hours(hours, total, read)
    steps.flat_steps(total, read, width, np.empty(48 * (days + 1)), wanted)
    assert np.array_equal(found, wanted, equal_nan=True)
    close(found, naive.flat_steps(hours, width))


def test_the_step_is_found_measured_and_called_even():
    rng = np.random.default_rng(0)
    hours = (1.0 + 0.5 * np.sin(np.arange(24) / 24 * 6.28) + 0.05 * rng.standard_normal((60, 24))).astype(np.float32)
    hours[30:] += 0.8
    low, mean = np.empty(60), np.empty(60)
    floor.day_floor(hours, low, mean)
    out = np.empty(len(steps.STEP_NAMES))
    size = grid.size_of(hours)
    steps.look_steps(hours, low, mean, size, np.empty((60, 3)), room_for(60, 24), out)
    found = dict(zip(steps.STEP_NAMES, out, strict=True))
    assert found["step_up_place"] == pytest.approx(0.5)
    assert found["step_up_long"] * size == pytest.approx(0.8, rel=0.03)
    assert found["step_up_unevenness"] < 0.1
    assert found["step_up_surprise"] < 3
    assert found["step_up_shape_same"] > 0.97
    assert found["step_up_sharp_hour"] == pytest.approx(1, abs=0.15)


def test_clock_edges(hours):
    out = np.empty((24, 3))
    edges.clock_edges(hours, grid.size_of(hours), *np.empty((2, *hours.shape), np.float32), out)
    close(out, naive.clock_edges(hours))


def test_a_timed_block_has_equal_edges_at_its_hours():
    rng = np.random.default_rng(1)
    hours = (1.0 + 0.1 * rng.standard_normal((40, 24))).astype(np.float32)
    hours[:, 22:] += 2
    hours[:, :7] += 2
    work, scratch = room(hours)
    found = np.empty((24, 3))
    size = grid.size_of(hours)
    edges.clock_edges(hours, size, *np.empty((2, *hours.shape), np.float32), found)
    out = np.empty(len(edges.EDGE_NAMES))
    edges.look_edges(hours, found, quantiles_of(hours), size, work, scratch, out)
    said = dict(zip(edges.EDGE_NAMES, out, strict=True))
    assert said["edge_up_hour"] in {21, 22}
    assert said["edge_down_hour"] in {6, 7}
    assert said["edge_up_size"] * size == pytest.approx(2, rel=0.1)
    assert said["edge_equal"] > 0.95


def test_jumps_of_one_size_stand_out():
    rng = np.random.default_rng(2)
    base = (2 + 0.05 * rng.standard_normal((60, 24))).astype(np.float32)
    switched = base + (np.cumsum(rng.random(1440) < 0.2) % 2).reshape(60, 24).astype(np.float32)
    peaks = []
    for hours in (base, switched):
        out = np.empty(len(edges.JUMP_NAMES))
        edges.look_jumps(hours, grid.size_of(hours), room_for(len(hours), 24), out)
        peaks.append(out[0])
    assert peaks[1] > peaks[0] + 5
    assert out[1] * grid.size_of(switched) == pytest.approx(1, rel=0.1)


def test_repetition(hours):
    work, scratch = room(hours)
    rest = np.empty(24 * len(hours))
    residual.rest_of(hours, quantiles_of(hours), rest)
    close(rest, naive.rest_of(hours))
    out = np.empty(len(residual.RESIDUAL_NAMES))
    residual.look_residual(hours, rest, grid.size_of(hours), work, scratch, out)
    wanted = naive.repetition(hours)
    close(out[7], wanted[0])
    close(out[9:], wanted[1:])


def test_split_level_finds_the_split_with_least_variance_within():
    rng = np.random.default_rng(3)
    ordered = np.sort(np.concatenate([rng.normal(0, 0.1, 60), rng.normal(1, 0.1, 40)]))
    within = [ordered[:i].var() * i + ordered[i:].var() * (100 - i) for i in range(1, 100)]
    assert residual.split_level(ordered, 100) == 1 + int(np.argmin(within))


def test_clean_steps(hours):
    rest = naive.rest_of(hours)
    out = np.empty(len(residual.CLEAN_NAMES))
    ordered = np.empty(hours.size)
    n = order.sort_finite(hours.ravel(), ordered)
    residual.look_clean(hours, rest, ordered, n, grid.size_of(hours), room_for(len(hours), 24), out)
    close(out[:10], naive.clean_look(hours))


def test_switch_path_is_the_cheapest_of_all():
    rng = np.random.default_rng(4)
    for _ in range(20):
        rest = rng.normal(0, 1, 11)
        rest[rng.integers(11)] = np.nan
        on, back = np.empty(11, np.int8), np.empty(11, np.uint8)
        cost = separate.switch_path(rest, -0.5, 0.7, 0.6, back, on)
        close(cost, naive.cheapest_path(rest, -0.5, 0.7, 0.6))
        levels = np.where(on == 1, 0.7, -0.5)
        close(np.nansum(np.abs(rest - levels)) + 0.6 * np.abs(np.diff(on)).sum(), cost)
        several = np.empty(2)
        low, high, price = np.array([-0.5, -1.0]), np.array([0.7, 0.2]), np.array([0.6, 0.1])
        separate.switch_costs(rest, low, high, price, several)
        close(several, [cost, naive.cheapest_path(rest, -1.0, 0.2, 0.1)])


def test_host_is_taken_away(hours):
    days = len(hours)
    rng = np.random.default_rng(5)
    on = (rng.random(24 * days) < 0.4).astype(np.int8)
    kinds = (np.arange(days) % 7 < 5).astype(np.int8)
    rest = np.empty(24 * days)
    less, ordered = np.empty((2, days, 24), np.float32)
    total = separate.take_host(hours, on, 0.3, kinds, less, ordered, np.empty(days, np.float32), rest)
    wanted = naive.host_rest(hours, on, 0.3, kinds)
    close(rest, wanted)
    close(total, np.nansum(np.abs(wanted)))


def test_a_switched_part_is_lifted_out():
    rng = np.random.default_rng(6)
    on = np.cumsum(rng.random(1440) < 0.04) % 2
    hours = (2 + np.sin(np.arange(1440) / 24 * 6.28) + 0.1 * rng.standard_normal(1440) + 0.8 * on).astype(np.float32)
    hours = hours.reshape(60, 24)
    state = np.empty(25 * 60, np.int8)
    out = np.empty(len(separate.SEPARATE_NAMES))
    low, mean = np.empty(60), np.empty(60)
    floor.day_floor(hours, low, mean)
    size = grid.size_of(hours)
    separate.look_separate(hours, mean, size, room_for(60, 24), np.empty(1440), state, out)
    found = dict(zip(separate.SEPARATE_NAMES, out, strict=True))
    assert found["separate_size"] * size == pytest.approx(0.8, rel=0.06)
    assert found["separate_gain"] > 0.3
    assert (state[:1440] == on).mean() > 0.7


def test_walk():
    trees = ((0, 0.5, (1, 0.0, 1.0, 2.0, True), 3.0, False), (1, 1.0, -1.0, 0.5, True))
    figures = np.array([[0.2, -1], [0.2, 4], [0.9, 1], [np.nan, np.nan], [0.5, np.nan]], np.float32)
    feature = np.array([0, 1, -1, -1, -1, 1, -1, -1], np.int16)
    threshold = np.array([0.5, 0.0, 0, 0, 0, 1.0, 0, 0], np.float32)
    children = np.array([[1, 4], [2, 3], [0, 0], [0, 0], [0, 0], [6, 7], [0, 0], [0, 0]], np.int32)
    missing_left = np.array([False, True, False, False, False, True, False, False])
    value = np.array([1.9, 1.4, 1, 2, 3, 0, -1, 0.5], np.float32)
    roots = np.array([0, 5], np.int32)
    out = np.empty(5)
    forest.walk(figures, feature, threshold, children, missing_left, value, roots, out)
    close(out, naive.walk(figures, trees))
    families = np.empty((5, 2))
    family = np.array([0, 1])
    forest.walk_families(figures, feature, threshold, children, missing_left, value, roots, family, families)
    close(families.sum(axis=1) + value[roots].sum(), out)


def test_facts():
    kw = np.stack([curve(20, 48, seed) for seed in range(4)])
    kw[1] = np.nan
    kw[2, :3] = kw[2, 17:] = kw[2, 8] = np.nan
    kw[3] -= 0.5
    counts, mean = np.zeros((4, 5), np.int64), np.empty(4)
    facts.facts_of(kw, counts, mean)
    close(np.column_stack([counts, mean]), naive.facts(kw))
    assert counts[2].tolist()[2:4] == [3, 16]


def test_every_look_has_a_name_of_its_own_and_a_value():
    assert len(set(looks.NAMES)) == len(looks.NAMES)
    kw = np.stack([curve(42, 96, seed) for seed in range(4)])
    out = np.full((4, len(looks.NAMES)), -99.0, np.float32)
    looks.look_at(kw, out)
    costly = np.isin(looks.NAMES, list(looks.COSTLY))
    assert np.isnan(out[:, costly]).all()
    others = out[:, ~costly].copy()
    looks.look_closely_at(kw, out)
    assert np.array_equal(out[:, ~costly], others, equal_nan=True)
    assert not (out == -99.0).any()
    assert np.isfinite(out).mean() > 0.7
