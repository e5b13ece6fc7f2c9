"""Peaks of the histogram and plateaus of the lower envelope against their slow twins, and on curves with known levels."""

import numpy as np
import pytest

from kernels import naive, naive_close
from minewatch.kernels import grid, levels


def levels_under_people(days, seed):
    """Ordinary load over a part that is held at one of three levels for some hours, with gaps and drops."""
    rng = np.random.default_rng([days, seed])
    hour = np.arange(24)
    people = np.exp(-(((hour - 19) / 3.0) ** 2)) * rng.lognormal(0, 0.4, (days, 24)) * (rng.random((days, 24)) < 0.6)
    held = np.repeat(rng.choice([0.5, 1.0, 1.6], days * 24 // 12 + 1), 12)[: days * 24].reshape(days, 24)
    kw = people + held + 0.004 * rng.standard_normal((days, 24))
    kw.ravel()[rng.integers(0, kw.size, days)] -= 0.4
    kw[2, 3:9] = np.nan
    kw[4] = np.nan
    return kw.astype(np.float32)


@pytest.fixture(params=[(14, 0), (30, 1), (61, 2)], ids=str)
def hours(request):
    return levels_under_people(*request.param)


def close(found, wanted):
    np.testing.assert_allclose(np.asarray(found, np.float64), np.asarray(wanted, np.float64), rtol=2e-4, atol=2e-6)


def envelope_of(values):
    out = np.empty(len(values))
    levels.lower_envelope(values, np.empty(len(values)), out)
    return out


def test_envelope(hours):
    values = hours.ravel().astype(np.float64)
    close(envelope_of(values), naive_close.envelope(values))


@pytest.mark.parametrize("first", [6, 24])
def test_peaks(hours, first):
    values = hours.ravel().astype(np.float64)
    out = np.empty(12)
    size = grid.size_of(hours)
    levels.look_peaks(values, size, first, np.empty(levels.BINS), out)
    close(out, naive_close.peaks(values, size, first))


def test_peaks_of_too_little_are_missing():
    out = np.empty(12)
    levels.look_peaks(np.full(20, 1.0), 1.0, 24, np.empty(levels.BINS), out)
    assert np.isnan(out).all()


def test_plateaus(hours):
    values = hours.ravel().astype(np.float64)
    curve = envelope_of(values)
    size = grid.size_of(hours)
    out = np.empty(len(levels.PLATEAU_NAMES))
    room = np.empty(26 * len(hours) + 256), np.empty(26 * len(hours) + 256)
    levels.look_plateaus(values, curve, size, np.empty((3, len(values))), *room, out)
    close(out, naive_close.plateau_look(values, curve, size))


def test_three_held_levels_are_three_peaks_and_their_jumps_are_seen():
    hours = levels_under_people(60, 3)
    values = hours.ravel().astype(np.float64)
    size = grid.size_of(hours)
    out = np.empty(12)
    levels.look_peaks(envelope_of(values), size, 24, np.empty(levels.BINS), out)
    found = dict(zip(levels.PEAK_NAMES[24:], out, strict=True))
    held = sorted(found[f"peak_floor_{which}level"] * size for which in ("", "second_", "third_"))
    assert held == pytest.approx([0.5, 1.0, 1.6], abs=0.05)
    assert found["peak_floor_sum"] > 0.6
    assert naive.q(hours, 0.99) > 2


def test_a_curve_without_a_held_level_has_no_plateaus():
    values = np.arange(240.0)
    out = np.empty(len(levels.PLATEAU_NAMES))
    levels.look_plateaus(values, values, 10.0, np.empty((3, 240)), np.empty(700), np.empty(700), out)
    assert out[0] == 0
    assert np.isnan(out[5])


def test_commonest():
    sizes = np.array([0.1, 0.2, 0.21, 0.22, 0.23, 0.5])
    assert levels.commonest(sizes, 6) == naive_close.commonest(sizes) == 4
