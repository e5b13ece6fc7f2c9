"""Customers keep the calendar: offices rest on holidays, households cook in the evening, heat brings cooling."""

from datetime import date

import numpy as np
import pytest

from minewatch.rehearsal.customers import CUSTOMERS, customer_load
from minewatch.rehearsal.series import SUBSTEPS
from minewatch.rehearsal.sites import make_site

FIRST, DAYS = date(2021, 5, 31), 21


def site(celsius=22.0):
    count = DAYS * SUBSTEPS
    hour = np.arange(count) % SUBSTEPS / 20.0
    return make_site(
        first_day=FIRST, days=DAYS, temperature=celsius + 3 * np.cos((hour - 15) / 24 * 2 * np.pi), sun=np.zeros(count)
    )


def mean_of(kind, number=25, celsius=22.0, kw=5.0):
    return np.mean(
        [
            customer_load(np.random.default_rng(seed), kind=kind, mean_kw=kw, site=site(celsius), slots=96)
            for seed in range(number)
        ],
        axis=0,
    )


@pytest.mark.parametrize("kind", CUSTOMERS)
def test_every_kind_is_finite_repeatable_and_near_its_mean(kind):
    wish = 0.27 if kind == "household" else 5.0
    load = customer_load(np.random.default_rng(3), kind=kind, mean_kw=wish, site=site(), slots=48)
    again = customer_load(np.random.default_rng(3), kind=kind, mean_kw=wish, site=site(), slots=48)
    np.testing.assert_array_equal(load, again)
    assert load.shape == (DAYS, 48)
    assert load.min() >= 0
    assert load.mean() == pytest.approx(wish, rel=0.6 if kind == "household" else 1e-3)


def test_households_use_two_to_three_thousand_kwh_a_year():
    assert 1700 < mean_of("household", 80, kw=0.27).mean() * 8766 < 3200


def test_households_cook_in_the_evening():
    profile = mean_of("household", 60, kw=0.27).mean(axis=0)
    assert 70 <= int(profile.argmax()) <= 88


@pytest.mark.parametrize("kind", ["office", "school"])
def test_the_dragon_boat_festival_is_a_day_off(kind):
    days = mean_of(kind)[:, 36:68].mean(axis=1)
    monday_before, festival = days[7], days[14]
    assert FIRST.toordinal() + 14 == date(2021, 6, 14).toordinal()
    assert festival < 0.5 * monday_before


def test_shops_are_open_on_holidays():
    days = mean_of("shop")[:, 44:76].mean(axis=1)
    assert days[14] > 0.9 * days[7]


def test_heat_brings_cooling():
    assert mean_of("household", 60, celsius=31.0, kw=0.27).mean() > 1.2 * mean_of("household", 60, kw=0.27).mean()


def test_continuous_works_do_not_rest_at_night():
    profile = mean_of("factory_continuous").mean(axis=0)
    assert profile.min() > 0.8 * profile.max()


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match="unknown kind of customer"):
        customer_load(np.random.default_rng(1), kind="castle", mean_kw=1.0, site=site(), slots=96)
