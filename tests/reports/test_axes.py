from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.reports.axes import days_from, envelope, mean_over, number_ticks, time_ticks


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e6))
def test_number_ticks_are_few_even_and_inside(low, span):
    ticks = number_ticks(low, low + span)
    ats = [tick.at for tick in ticks]
    assert 2 <= len(ats) <= 9
    assert low - 1e-6 * span <= ats[0]
    assert ats[-1] <= low + span * (1 + 1e-6)
    assert np.allclose(np.diff(ats), ats[1] - ats[0])
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_number_ticks_say_the_value():
    assert [(tick.at, tick.label) for tick in number_ticks(0, 1, wanted=3)] == [(0, "0.0"), (0.5, "0.5"), (1, "1.0")]
    assert [tick.label for tick in number_ticks(0, 42, wanted=4)] == ["0", "10", "20", "30", "40"]
    assert [tick.label for tick in number_ticks(7, 7)] == ["7"]


@pytest.mark.parametrize("days", [1, 2, 3, 9, 10, 31, 69, 70, 71, 180, 365, 366, 731, 3000, 12000])
@pytest.mark.parametrize("first", [date(2021, 1, 1), date(2020, 2, 29), date(2021, 12, 31)])
def test_time_ticks_lie_within_the_window_and_leave_room(first, days):
    ticks = time_ticks(first, days)
    ats = [tick.at for tick in ticks]
    assert 2 <= len(ats) <= 12
    assert ats == sorted(set(ats))
    assert ats[0] >= 0
    assert ats[-1] <= days
    assert days == 2 or len({tick.label for tick in ticks}) == len(ticks)


def test_time_ticks_of_two_days_tell_the_day():
    labels = [tick.label for tick in time_ticks(date(2021, 6, 17), 2)]
    assert labels == ["06-17 00:00", "06:00", "12:00", "18:00", "06-18 00:00", "06:00", "12:00", "18:00", "24:00"]


def test_time_ticks_of_a_long_window_stand_on_the_first_of_the_month():
    ticks = time_ticks(date(2021, 1, 15), 200)
    assert [tick.label for tick in ticks] == [
        "2021-02",
        "2021-03",
        "2021-04",
        "2021-05",
        "2021-06",
        "2021-07",
        "2021-08",
    ]
    assert ticks[0].at == 17


def test_a_moment_is_placed_in_days():
    assert days_from(date(2021, 6, 1), datetime(2021, 6, 17, 22)) == pytest.approx(16 + 22 / 24)  # noqa: DTZ001 - standard time


@given(st.lists(st.one_of(st.just(np.nan), st.floats(-100, 100)), min_size=1, max_size=80), st.integers(1, 30))
def test_the_envelope_holds_every_reading_and_invents_none(values, bins):
    kw = np.array(values)
    got = envelope(kw, bins)
    assert got.low.size == min(bins, kw.size)
    for k in range(got.low.size):
        part = kw[int(got.edges[k]) : int(got.edges[k + 1])]
        seen = part[~np.isnan(part)]
        if seen.size:
            assert got.low[k] == seen.min()
            assert got.high[k] == seen.max()
            assert got.mean[k] == pytest.approx(seen.mean(), abs=1e-9)
        else:
            assert np.isnan([got.low[k], got.mean[k], got.high[k]]).all()
    assert got.edges[0] == 0
    assert got.edges[-1] == kw.size


def test_a_mean_leaves_out_what_is_missing():
    table = np.array([[1.0, np.nan, np.nan], [3.0, 5.0, np.nan]])
    np.testing.assert_array_equal(mean_over(table, 0), [2.0, 5.0, np.nan])
    assert np.isnan(mean_over(table[:0], 0)).all()
