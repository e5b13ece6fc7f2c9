import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import naive_changes as naive
from minewatch.kernels import changes as kernels


def curves(seed, meters=4, days=6, slots=24, gaps=0.1):
    rng = np.random.default_rng(seed)
    kw = np.round(rng.gamma(0.6, 0.5, (meters, days, slots)), 2)
    kw[rng.random(kw.shape) < gaps] = np.nan
    return kw


@settings(deadline=None)
@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40))
def test_the_middle_is_the_median(values):
    held = np.array(values)
    assert kernels.middle(held, len(held)) == pytest.approx(float(np.median(values)), abs=1e-12)
    assert sorted(held.tolist()) == sorted(values)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("gaps", [0.0, 0.3, 1.0])
def test_own_changes_are_those_of_the_twin(kind, gaps):
    kw = curves(1, gaps=gaps).astype(kind)
    out = np.empty((4, 144))
    kernels.own_changes(kw.reshape(4, 144), 24, 6.0, np.empty((2, 24)), np.empty(144), out)
    np.testing.assert_allclose(out, naive.own_changes(kw, 6.0), rtol=1e-9, atol=1e-6 if kind is np.float32 else 1e-12)


@settings(deadline=None)
@given(st.lists(st.floats(0, 3), min_size=1, max_size=30), st.integers(1, 12))
def test_the_envelope_is_the_opening(values, width):
    count = len(values)
    out = np.empty(count)
    kernels.envelope(np.array(values), width, np.empty(count), np.empty(count), out)
    np.testing.assert_array_equal(out, naive.envelope(values, width))


def test_the_envelope_keeps_falls_and_forgets_what_comes_back():
    kw = np.full(48, 2.0)
    kw[10:12], kw[30], kw[40:] = 5.0, 0.0, 3.0
    out = np.empty(48)
    kernels.envelope(kw, 4, np.empty(48), np.empty(48), out)
    assert (out[10:12] == 2.0).all()
    assert out[30] == 0.0
    assert (out[40:] == 3.0).all()


@pytest.mark.parametrize("gaps", [0.0, 0.4])
def test_steps_of_envelopes_are_those_of_the_twin(gaps):
    kw = curves(3, meters=5, days=8, gaps=gaps)
    kw[2] = np.nan
    wanted, sizes = naive.envelope_steps(kw, 4, kernels.UNIT)
    out, told = np.empty((5, 192)), np.empty(5)
    kernels.envelope_steps(kw.reshape(5, 192), 4, np.empty((4, 192)), out, told)
    np.testing.assert_allclose(out, wanted, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(told, sizes)
    assert told[2] == 0.0


def test_unusual_steps_are_those_of_the_twin():
    rng = np.random.default_rng(4)
    steps, common = rng.normal(0.0, 4.0, (4, 192)), rng.random(192) < 0.1
    steps[3] = 0.0
    wanted = naive.unusual_steps(steps, 24, common, kernels.HELD)
    kernels.unusual_steps(steps, 24, common)
    np.testing.assert_allclose(steps, wanted, rtol=1e-9, atol=1e-12)
    assert (steps[3] == 0.0).all()
