from datetime import date

import numpy as np
import pytest

from minewatch.detect.split import split_loads

FIRST = date(2021, 5, 24)


def homes(number=20):
    return np.random.default_rng(1).gamma(0.6, 0.4, (number, 28, 96))


def names(number):
    return [f"m{i}" for i in range(number)]


def test_honest_accounts_are_not_tied():
    assert split_loads(names(20), homes(), first_day=FIRST) == ()


def test_a_mine_over_four_accounts_is_one_load():
    kw = homes()
    mine = np.full((28, 96), 1.4)
    rng = np.random.default_rng(2)
    for day, slot in zip(rng.integers(0, 28, 12), rng.integers(0, 90, 12), strict=True):
        mine[day, slot : slot + 3] = 0.1
    kw[[3, 7, 8, 15]] = 0.3 * kw[[3, 7, 8, 15]] + mine
    (found,) = split_loads(names(20), kw, first_day=FIRST)
    assert found.meters == ("m3", "m7", "m8", "m15")
    assert found.kw == pytest.approx(float(kw[[3, 7, 8, 15]].sum(axis=0).mean()))


def test_too_few_accounts_and_missing_readings_tie_nobody():
    assert split_loads(names(2), homes(2), first_day=FIRST) == ()
    assert split_loads(names(4), np.full((4, 28, 96), np.nan), first_day=FIRST) == ()
