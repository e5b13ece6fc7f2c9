"""Probability and log-odds: the one undoes the other."""

import numpy as np
import pytest

from minewatch.detect.learned import chance_of, odds_of


def test_log_odds_of_a_probability_and_back():
    chance = np.array([1e-9, 0.01, 0.5, 0.93, 1 - 1e-9])
    np.testing.assert_allclose(chance_of(odds_of(chance)), chance, rtol=1e-7)
    assert float(odds_of(0.5)) == 0.0
    assert float(odds_of(0.8)) == pytest.approx(np.log(4.0))
    assert float(chance_of(-np.inf)) == 0.0
