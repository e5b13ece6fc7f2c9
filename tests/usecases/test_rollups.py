"""Roll-ups as a view: the period in the office's zone, the total, and what cannot be asked."""

from datetime import date

import pytest

from minewatch.model.errors import MinewatchError, RuleError
from minewatch.usecases.rollups import roll_up_view
from ya_turn import CHEN, ROOT, turn_of, when, ya

DAY = date(2021, 6, 17)


def view(office, *, on=DAY, period="day", at=None, actor=CHEN):
    turn = turn_of(office, actor, at or when(19))
    return roll_up_view(turn=turn, campaign="ya", on=on, period=period, level="county")


def test_a_day_that_is_over_and_one_that_is_not(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        over = view(office)
        assert (over.begins, over.ends, over.whole) == ("2021-06-17T00:00+08:00", "2021-06-18T00:00+08:00", True)
        assert (over.total.projects, over.total.mw, over.total.overdue) == (2, 0.3, 2)
        assert over.rows[0].name.zh == "石棉县"
        assert over.simulated
        now = view(office, at=when(17, 12))
        assert (now.ends, now.whole, now.total.overdue) == ("2021-06-17T12:00+08:00", False, 0)


def test_a_week_is_the_seven_days_that_end_with_the_day(tmp_path):
    with ya(tmp_path) as office:
        assert view(office, period="week").begins == "2021-06-11T00:00+08:00"


def test_what_cannot_be_asked(tmp_path):
    with ya(tmp_path) as office:
        with pytest.raises(MinewatchError, match="2021-06-20 has not begun"):
            view(office, on=date(2021, 6, 20))
        with pytest.raises(MinewatchError, match="no campaign other"):
            roll_up_view(turn=turn_of(office), campaign="other", on=DAY, period="day", level="city")
        with pytest.raises(RuleError, match="may not see campaigns"):
            view(office, actor=ROOT)
