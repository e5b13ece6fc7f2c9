from array import array
from datetime import date

import pytest

from minewatch.model.views import SeriesView

DAY = date(2021, 6, 17)


def test_days_are_counted_from_the_readings():
    series = SeriesView(DAY, 24, array("f", [1.0] * 72), array("f", [0.0] * 72), array("f", [1.0] * 3))
    assert series.days == 3


@pytest.mark.parametrize(
    ("kw", "mining", "base"),
    [(25, 25, 0), (0, 0, 0), (24, 23, 0), (24, 24, 2)],
    ids=["part of a day", "nothing", "mining part too short", "a base load too many"],
)
def test_a_shape_that_does_not_fit_is_refused(kw, mining, base):
    with pytest.raises(ValueError, match=r"days|readings"):
        SeriesView(DAY, 24, array("f", [1.0] * kw), array("f", [1.0] * mining), array("f", [1.0] * base))
