"""What the forms of a case offer: instruments of the place and day, categories, measures with clause and body."""

import pytest

from case_office import COUNTY, NOW, case_office, turn
from minewatch.model.errors import RuleError
from minewatch.usecases.case_choices import case_choices
from minewatch.usecases.measures import MeasureOrder, set_categories, take_measures

PROVINCE = "cn-sc-20210618"


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def test_instruments_of_the_place_and_day_are_offered_with_their_standing(office):
    found = case_choices(turn=turn(office), case="case-1")
    packs = {one.id: one for one in found.packs}
    assert not packs["cn-ya-20210617"].legal
    assert "passed" not in packs["cn-ya-20210617"].deadlines[0][1].en
    assert not any(one.startswith(("cn-nm", "cn-xj")) for one in packs)
    assert found.measures == ()
    after = case_choices(turn=turn(office, now=NOW.replace(day=18)), case="case-1")
    assert "passed" in next(one for one in after.packs if one.id == "cn-ya-20210617").deadlines[0][1].en


def test_measures_follow_the_categories(office):
    later = turn(office, now=NOW.replace(day=19))
    choices = case_choices(turn=later, case="case-1")
    mine = [one for one in choices.categories if one.pack == PROVINCE]
    assert mine
    assert not any(one.held for one in mine)
    set_categories(turn=later, cases=["case-1"], pack=PROVINCE, categories=[mine[0].id], reason="r", by="Chen")
    offered = case_choices(turn=later, case="case-1")
    assert [one.id for one in offered.categories if one.held] == [mine[0].id]
    assert offered.measures
    first = offered.measures[0]
    assert first.section
    assert not first.taken
    order = MeasureOrder(PROVINCE, (first.measure,), "Chen", acting="grid company", because="drill")
    take_measures(turn=later, case="case-1", order=order)
    assert case_choices(turn=later, case="case-1").measures[0].taken


def test_who_may_not_read_is_offered_nothing(office):
    with pytest.raises(RuleError):
        case_choices(turn=turn(office, COUNTY), case="case-1")
