from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.model.errors import InputError
from minewatch.policy.calendar import add_working_days, is_working_day, working_days_between


def test_june_and_autumn_2021_as_the_state_council_set_them():
    assert not is_working_day(date(2021, 6, 14))  # Dragon Boat Festival, a Monday
    assert is_working_day(date(2021, 9, 18))  # a Saturday worked for the Mid-Autumn Festival
    assert not is_working_day(date(2021, 9, 20))
    assert is_working_day(date(2021, 9, 26))  # a Sunday worked for the National Day
    assert add_working_days(date(2021, 6, 11), 1) == date(2021, 6, 15)
    assert add_working_days(date(2021, 9, 17), 3) == date(2021, 9, 23)


@given(st.dates(date(2018, 1, 1), date(2023, 6, 30)), st.integers(0, 60))
def test_adding_and_counting_agree(start, count):
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert count == 0 or is_working_day(end)
    assert end - start >= timedelta(days=count)


def test_a_year_without_calendar_is_said():
    with pytest.raises(InputError, match="1990"):
        is_working_day(date(1990, 1, 1))
