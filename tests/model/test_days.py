from datetime import date

import pytest

from minewatch.model.days import day_of, optional_day
from minewatch.model.errors import InputError


def test_a_day_is_read_and_in_a_form_blanks_around_it_do_not_matter():
    assert day_of("2021-06-17") == date(2021, 6, 17)
    assert optional_day(" 2021-06-17 ") == date(2021, 6, 17)


@pytest.mark.parametrize("text", [None, "", "  "])
def test_nothing_written_is_no_day(text):
    assert optional_day(text) is None


@pytest.mark.parametrize("text", ["yesterday", "2021-06-31", "17.06.2021", " 2021-06-17", "", "x" * 5000])
def test_what_is_no_day_is_told_with_a_remedy(text):
    with pytest.raises(InputError, match="is no day") as told:
        day_of(text)
    assert len(told.value.message) < 80
    assert "2021-06-17" in told.value.remedy
