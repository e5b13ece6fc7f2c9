import math

import pytest

from minewatch.model.impact_views import Spread
from minewatch.usecases import impact_pages


@pytest.mark.parametrize(
    ("spread", "digits", "words"),
    [
        (Spread(1.0, 2.0, 3.0, ""), 1, "1.0 … 2.0 … 3.0"),
        (Spread(1.0, None, 3.0, ""), 0, "1 … 3"),
        (Spread(5.0, 5.0, 5.0, ""), None, "5"),
        (Spread(1.0, math.inf, math.inf, ""), 0, "1 … ∞ … ∞"),
        (Spread(-1500.0, None, 0.01234, ""), None, "-1,500 … 0.0123"),
    ],
)
def test_a_range_in_words(spread, digits, words):
    assert impact_pages.ranged(spread, digits) == words


def test_a_time_not_reached_is_not_a_date():
    assert impact_pages.moment(math.inf) == "∞"
    assert impact_pages.moment(1_625_294_046) == "2021-07-03 06:34"
