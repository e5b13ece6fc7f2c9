"""Formulas against hand calculation; tests/impact/test_stop.py holds them against the simulation."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.impact import formulas

COURSE = formulas.Course((-10.0, 100.0, 300.0), (2.0, 1.0, 4.0))


def test_work_of_a_course_by_hand():
    assert COURSE.work_until(50.0) == 100.0
    assert COURSE.work_until(200.0) == 300.0
    assert COURSE.work_until(310.0) == 440.0


@given(st.floats(min_value=0.0, max_value=1e6))
def test_time_of_work_is_the_inverse(seconds):
    assert COURSE.time_of_work(COURSE.work_until(seconds)) == pytest.approx(seconds, abs=1e-6)


@pytest.mark.parametrize(("seconds", "rate"), [(-20.0, 2.0), (99.0, 2.0), (100.0, 1.0), (1e9, 4.0)])
def test_rate_at_a_time(seconds, rate):
    assert COURSE.rate_at(seconds) == rate


@pytest.mark.parametrize(
    ("share", "seconds"),
    [(0.00966, 606.2), (0.00685, 604.4), (0.0281, 617.7), (0.054, 634.6), (0.281, 834.9), (0.46, 1111.7)],
)
def test_interval_just_after_a_stop(share, seconds):
    assert formulas.interval_after(share) == pytest.approx(seconds, abs=0.1)


def test_an_hour_is_rare_at_ten_minutes():
    assert formulas.longer_than(3600, 600) == pytest.approx(math.exp(-6))


def test_slowest_of_one_day_is_poisson():
    assert formulas.slowest_day([144.0], 0.5) == 144
    assert formulas.slowest_day([144.0] * 10, 0.5) < formulas.slowest_day([144.0], 0.5)
    assert formulas.slowest_day([60.0, 144.0], 0.5) == formulas.slowest_day([60.0], 0.5)


def test_a_stop_of_six_per_cent_shows_in_one_epoch_and_one_of_one_per_cent_in_forty():
    assert 0.9 < formulas.epochs_to_see(0.061) < 1.1
    assert 35 < formulas.epochs_to_see(0.01) < 42
    assert formulas.epochs_to_see(0.0) == math.inf


@pytest.mark.parametrize(("span", "change"), [(1_209_600, 0.0), (1_678_665, -0.27943), (1, 3.0), (10**9, -0.75)])
def test_change_after_a_span(span, change):
    assert formulas.change_after(span) == pytest.approx(change, abs=1e-5)
