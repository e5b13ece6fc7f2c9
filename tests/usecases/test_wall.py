"""The wall: figures of a campaign as of now, for whom it concerns."""

import pytest

from case_office import CHEN, COUNTY, ELSEWHERE, LATER, ROOT, case_office, turn
from minewatch.model.errors import RuleError
from minewatch.usecases.campaigning import open_from_packs
from minewatch.usecases.steps import CloseCampaign, RecordReturn, ReturnKind, give, give_campaign
from minewatch.usecases.stops import verify_stops
from minewatch.usecases.wall import wall


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def verified(office):
    give(
        turn=turn(office),
        cases=["1", "2", "3"],
        command=RecordReturn(
            kind=ReturnKind.STOPPED, received_at=turn(office).at, signed_by="x", stopped_at=turn(office).at
        ),
    )
    verify_stops(turn=turn(office, now=LATER), lake=office.workspace.lake(), cases=(), as_of=LATER)


def test_before_the_deadline(office):
    view = wall(turn=turn(office))
    assert (view.campaign, view.sites, view.overdue, view.simulated) == ("ya", 4, 0, True)
    assert view.next.left.text.en == "1 h 29 min left"
    assert view.next.left.local == "2021-06-17 22:00"
    assert (view.next.sites, view.next.duties) == (3, 2)
    assert view.mw == 0.985
    assert view.load.kw[-1] == 1000.0
    assert [(one.key, one.count) for one in view.states] == [("suspected", 1), ("noticed", 3)]


def test_after_the_data_spoke(office):
    verified(office)
    view = wall(turn=turn(office, now=LATER))
    assert view.stopped == 2
    assert (view.contradictions, view.late) == (1, 1)
    assert view.load.now_kw < view.load.before_kw
    assert {row.division: row.stopped for row in view.counties} == {"511824": 2, "511802": 0}
    assert view.next.left.minutes < 0
    assert sum(count for _, _, count in view.duties) > 0


def test_a_county_sees_its_part_and_no_duties(office):
    view = wall(turn=turn(office, COUNTY))
    assert (view.campaign, view.sites) == ("ya", 2)
    assert view.duties == ()
    assert view.next.duties == 0
    assert view.load.kw[0] == 400.0


def test_elsewhere_sees_no_campaign(office):
    view = wall(turn=turn(office, ELSEWHERE))
    assert (view.campaign, view.campaigns, view.sites, view.load, view.next) == ("", (), 0, None, None)
    with pytest.raises(RuleError):
        wall(turn=turn(office, ELSEWHERE), campaign="ya")


def test_a_role_without_campaigns_is_refused(office):
    with pytest.raises(RuleError):
        wall(turn=turn(office, ROOT))


def test_the_last_opened_is_shown_first_and_a_closed_one_last(office):
    open_from_packs(
        turn=turn(office), name="second", title="second", region=("511800",), packs=("cn-ya-20210617",), by="Chen"
    )
    assert wall(turn=turn(office)).campaign == "second"
    assert wall(turn=turn(office), campaign="ya").campaign == "ya"
    give_campaign(turn=turn(office, CHEN), campaign="second", command=CloseCampaign(reason="done", by="Chen"))
    view = wall(turn=turn(office))
    assert view.campaign == "ya"
    assert view.campaigns == (("ya", "雅安 Ya'an"), ("second", "second"))
