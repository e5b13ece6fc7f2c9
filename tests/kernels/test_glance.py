"""The glance against its slow twin, on curves with gaps, and what it makes of a meter hardly read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import naive, naive_glance
from kernels.test_looks import SIZES, curve
from minewatch.kernels import glance, grid, order
from minewatch.kernels.room import room_for


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("seed", [0, 1])
def test_glance(size, seed):
    hours = naive.hours_of(curve(*size, seed))
    days = len(hours)
    floor, mean, found = np.empty(days), np.empty(days), np.empty(len(glance.GLANCE_NAMES))
    glance.glance_at(hours, grid.size_of(hours), room_for(days, 24), floor, mean, found)
    wanted = np.array(naive_glance.glance(hours), np.float64)
    for name, one, other in zip(glance.GLANCE_NAMES, found, wanted, strict=True):
        # Counts of a few hours may fall on the other side of a border by rounding.
        assert one == pytest.approx(other, rel=2e-3, abs=3 / hours.size, nan_ok=True), name
    np.testing.assert_allclose(floor, naive.day_floor(hours)[0], rtol=1e-5)
    np.testing.assert_allclose(mean, naive.day_floor(hours)[1], rtol=1e-5)


@pytest.mark.parametrize("wide", [30, 32])
def test_days_are_sorted_side_by_side(wide):
    hours = naive.hours_of(curve(30, 24, 2))
    across, read = np.empty((24, wide), np.float32), np.empty(30, np.int32)
    glance.days_side_by_side(hours, across, read, np.empty(30), np.empty(30))
    wanted = np.sort(np.where(np.isnan(hours), np.inf, hours), axis=1).T
    np.testing.assert_array_equal(across[:, :30], wanted.astype(np.float32))
    np.testing.assert_array_equal(read, np.isfinite(hours).sum(axis=1))


@settings(deadline=None)  # the first example compiles
@given(
    values=st.lists(
        st.one_of(
            st.floats(width=32, allow_nan=False), st.sampled_from([np.inf, -np.inf, 0.0, 1.5, -1.5]).map(np.float32)
        ),
        max_size=400,
    ),
    p=st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]),
)
def test_quantiles_without_sorting(values, p):
    given_values = np.array(values, np.float32)
    n = len(given_values)
    keys = np.full((n + 31) // 32 * 32, order.LAST_KEY, np.int32)
    order.rising_bits(given_values, n, keys)
    found = order.quantile_of_keys(keys, n, p, np.empty(1, np.int32))
    ordered = np.sort(given_values).astype(np.float64)
    with np.errstate(invalid="ignore"):
        assert np.array_equal(found, order.quantile(ordered, n, p), equal_nan=True)
    if n and np.isfinite(given_values).all():
        assert found == pytest.approx(naive.q(given_values.astype(np.float64), p), rel=1e-9, abs=1e-9)


def test_a_meter_hardly_read_gets_nothing():
    kw = np.stack([curve(30, 48, 3), np.full((30, 48), np.nan), np.zeros((30, 48))]).astype(np.float32)
    kw[1, 4, :40] = 1.0
    size, out = np.empty(3), np.empty((3, len(glance.GLANCE_NAMES)), np.float32)
    glance.glance_at_block(kw, size, out)
    assert size[0] == pytest.approx(naive.size_of(naive.hours_of(kw[0])), rel=1e-5)
    assert np.isfinite(out[0]).any()
    assert np.isnan(size[1:]).all()
    assert np.isnan(out[1:]).all()


def test_what_is_infinite_is_never_below():
    values = np.array([0.5, 2.0, np.inf, 1.0], np.float32)
    assert glance.count_below(values, 1.0) == 1
    assert glance.count_below(values, np.inf) == 3
