"""Pages of campaigns: who sees which part, duties with how long is left, proposed rounds, packs to open from."""

from datetime import date

import pytest

from case_office import CHEN, COUNTY, ELSEWHERE, GAO, LATER, NOW, ROOT, case_office, turn
from minewatch.model.errors import MissingError, RuleError
from minewatch.usecases.campaign_pages import campaign_page, campaign_rows, packs_to_open, propose_rounds
from minewatch.usecases.rounds import Team, plan_day
from minewatch.usecases.steps import CloseCampaign, give_campaign
from minewatch.usecases.visits import Budget


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def test_the_list_shows_each_their_part(office):
    (row,) = campaign_rows(turn=turn(office, now=LATER))
    assert (row.name, row.sites, row.overdue, row.duties, row.duties_overdue) == ("ya", 4, 3, 2, 2)
    assert row.region[0][1].zh == "雅安市"
    (part,) = campaign_rows(turn=turn(office, COUNTY, LATER))
    assert (part.sites, part.overdue, part.duties) == (2, 1, None)
    assert campaign_rows(turn=turn(office, ELSEWHERE)) == ()
    with pytest.raises(RuleError):
        campaign_rows(turn=turn(office, ROOT))


def test_the_page_has_duties_roll_up_and_what_may_be_done(office):
    plan_day(turn=turn(office), campaign="ya", day=NOW.date(), teams=[Team(("luo",), ("case-1",))])
    page = campaign_page(turn=turn(office), campaign="ya")
    assert {duty.stands for duty in page.duties} == {"due_today"}
    assert page.duties[0].left.text.en == "1 h 29 min left"
    assert page.roll_up is None
    assert page.rounds[0].teams == ((("luo",), ("case-1",)),)
    assert page.inspectors == ("luo", "ma")
    assert {"campaign.close", "case.open", "draw.commit"} <= page.actions
    week = campaign_page(turn=turn(office), campaign="ya", on=date(2021, 6, 17), period="week", level="city")
    assert [row.division for row in week.roll_up.rows] == ["511800"]
    assert week.roll_up.total.projects == 4


def test_a_county_sees_neither_duties_nor_roll_up(office):
    page = campaign_page(turn=turn(office, COUNTY), campaign="ya")
    assert (page.whole, page.duties, page.roll_up) == (False, (), None)
    assert sum(one.count for one in page.states) == 2
    assert "campaign.close" not in page.actions
    assert "case.open" in page.actions


def test_an_auditor_may_look_only_and_a_closed_campaign_is_over(office):
    assert campaign_page(turn=turn(office, GAO), campaign="ya").actions == frozenset()
    give_campaign(turn=turn(office, CHEN), campaign="ya", command=CloseCampaign(reason="done", by="Chen"))
    assert campaign_page(turn=turn(office), campaign="ya").actions == frozenset()


def test_a_campaign_elsewhere_is_refused_on_record_and_one_that_is_not_there_is_missing(office):
    before = office.log.version("access")
    with pytest.raises(RuleError, match=r"campaigns in 511800 \(campaign\.read\)"):
        campaign_page(turn=turn(office, ELSEWHERE), campaign="ya")
    assert office.log.version("access") == before + 1
    with pytest.raises(MissingError, match="no campaign none"):
        campaign_page(turn=turn(office), campaign="none")


def test_packs_are_offered_with_their_standing(office):
    packs = {one.id: one for one in packs_to_open(turn=turn(office))}
    assert not packs["cn-ya-20210617"].legal
    assert packs["cn-ya-20210617"].duties == 2
    assert dict(packs["cn-ya-20210617"].parties)
    with pytest.raises(RuleError):
        packs_to_open(turn=turn(office, GAO))


def test_rounds_are_proposed_for_a_budget(office):
    budget = Budget(teams=1, hours=8.0, base=(29.3, 102.4))
    view = propose_rounds(turn=turn(office), campaign="ya", budget=budget, hours_on_site=1.0)
    assert view.unplaced == ("case-4",)
    (only,) = view.rounds
    assert sorted(only.cases) == ["case-1", "case-2", "case-3"]
    assert only.kw == 985.0
