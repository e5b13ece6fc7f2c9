from datetime import date

import numpy as np
import pytest

from minewatch.detect.split import knots, split_loads

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


def test_an_outage_of_the_node_ties_nobody():
    kw = homes() + 0.1
    for day, slot in ((3, 10), (9, 60), (20, 33)):
        kw[:, day, slot : slot + 4] = 0.0
    assert split_loads(names(20), kw, first_day=FIRST) == ()


def test_accounts_that_begin_at_the_same_hour_are_one_load():
    kw = homes()
    mine = np.zeros(28 * 96)
    mine[1000:1004], mine[1004:], mine[1900:1930] = 0.7, 1.4, 0.8
    kw[[2, 5, 11]] += mine.reshape(28, 96)
    (found,) = split_loads(names(20), kw, first_day=FIRST)
    assert found.meters == ("m2", "m5", "m11")


def test_knots_are_threes_tied_pair_by_pair():
    ties = np.zeros((6, 6))
    for a, b, z in ((0, 1, 20), (1, 2, 20), (0, 2, 20), (3, 0, 7), (3, 1, 7), (4, 0, 20), (4, 5, 20)):
        ties[a, b] = ties[b, a] = z
    assert knots(ties) == [[0, 1, 2, 3]]


def test_too_few_accounts_and_missing_readings_tie_nobody():
    assert split_loads(names(2), homes(2), first_day=FIRST) == ()
    assert split_loads(names(4), np.full((4, 28, 96), np.nan), first_day=FIRST) == ()
