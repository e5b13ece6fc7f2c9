"""Gaps are NaN, clocks shift without losing energy, resolution is the meter's."""

import numpy as np

from minewatch.rehearsal.faults import as_read, shifted
from minewatch.rehearsal.parameters import FaultParameters

NONE = FaultParameters(gaps=0.0, lost_days=0.0, spikes=0.0, frozen=0.0, bad_meters=0.0)


def test_a_fast_clock_moves_the_curve_later_in_its_own_time():
    kw = np.zeros((2, 96), np.float32)
    kw[0, 40] = 8.0
    fast = shifted(kw, minutes=7.5)
    # The meter's slot 40 begins 7.5 minutes early: half of the hump falls into slot 41.
    np.testing.assert_allclose(fast[0, [39, 40, 41, 42]], [0.0, 4.0, 4.0, 0.0], atol=1e-5)
    np.testing.assert_allclose(shifted(kw, minutes=-15.0)[0, 39], 8.0, atol=1e-5)
    np.testing.assert_array_equal(shifted(kw, minutes=0.0), kw)
    np.testing.assert_allclose(shifted(np.full((2, 96), 3.0, np.float32), minutes=40.0), 3.0)


def test_without_faults_only_resolution_is_lost():
    kw = np.random.default_rng(1).uniform(0, 5, (10, 96)).astype(np.float32)
    read = as_read(np.random.default_rng(2), kw, faults=NONE, step_kw=0.01)
    assert np.abs(read - kw).max() <= 0.0051
    np.testing.assert_allclose(read / 0.01, np.round(read / 0.01), atol=1e-3)


def test_faults_come_at_their_rates():
    kw = np.ones((60, 96), np.float32)
    faults = FaultParameters(gaps=2.0, gap_hours=3.0, lost_days=1.0, spikes=1.0, frozen=0.0, bad_meters=0.0)
    reads = [as_read(np.random.default_rng(seed), kw, faults=faults, step_kw=0.001) for seed in range(60)]
    missing = np.mean([np.isnan(one).mean() for one in reads])
    # Two days lost of sixty, and four gaps of about three hours times the log-normal's mean.
    assert 0.03 < missing < 0.07
    spikes = np.mean([(one > 2.0).sum() for one in reads])
    assert 1.0 < spikes < 3.0
