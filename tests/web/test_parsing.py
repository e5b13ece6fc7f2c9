"""What people type: numbers, days, nothing."""

from datetime import date

import pytest

from minewatch.model.days import optional_day
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.web.parsing import optional_count, optional_number

WORDS = Text("machines", "台数")


@pytest.mark.parametrize(
    ("text", "value"), [("", None), ("  ", None), ("1,280", 1280.0), ("1，280.5", 1280.5), (" 0 ", 0.0)]
)
def test_numbers(text, value):
    assert optional_number(text, WORDS) == value


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "1e999", "x", "1 2"])
def test_what_is_no_number_names_its_field(text):
    with pytest.raises(InputError, match="machines") as caught:
        optional_number(text, WORDS)
    assert caught.value.told("zh")[0].startswith("台数")


def test_counts_are_whole():
    assert optional_count("1,280", WORDS) == 1280
    assert optional_count("", WORDS) is None
    with pytest.raises(InputError):
        optional_count("1.5", WORDS)


def test_days():
    assert optional_day("2021-06-18") == date(2021, 6, 18)
    assert optional_day(" ") is None
    with pytest.raises(InputError):
        optional_day("18.6.2021")
