import math

import polars as pl
import pytest

from minewatch.readers.numbers import MISSING_SPELLINGS, parse_numbers


@pytest.mark.parametrize(
    ("text", "decimal", "value", "thousands"),
    [
        ("1.5", ".", 1.5, False),
        ("-3", ".", -3.0, False),
        ("1e3", ".", 1000.0, False),
        ("1,234.5", ".", 1234.5, True),
        ("1 234.5", ".", 1234.5, True),
        ("1\u00a0234", ".", 1234.0, True),
        ("1'234.5", ".", 1234.5, True),
        ("1,5", ",", 1.5, False),
        ("1.234,5", ",", 1234.5, True),
        (" 2 ", ".", 2.0, False),
        ('"2"', ".", 2.0, False),
    ],
)
def test_numbers(text, decimal, value, thousands):
    found = parse_numbers(pl.Series([text]), decimal)
    assert found.values.to_list() == [value]
    assert found.thousands.to_list() == [thousands]
    assert not found.bad[0]


@pytest.mark.parametrize("text", ["x", "1,5", "1.2.3", "inf", "-inf", "1e400", "1e16", "12 kW", "1;2"])
def test_what_is_no_number(text):
    found = parse_numbers(pl.Series([text]))
    assert found.bad.to_list() == [True]
    assert math.isnan(found.values[0])


@pytest.mark.parametrize("text", [*MISSING_SPELLINGS, None])
def test_missing_is_no_fault(text):
    found = parse_numbers(pl.Series([text], dtype=pl.String))
    assert found.bad.to_list() == [False]
    assert math.isnan(found.values[0])


def test_typed_columns():
    found = parse_numbers(pl.Series([1.5, None, float("inf"), float("nan")]))
    assert found.bad.to_list() == [False, False, True, False]
    assert [math.isnan(v) for v in found.values] == [False, True, True, True]
    assert parse_numbers(pl.Series([1, None])).values.to_list()[0] == 1.0
