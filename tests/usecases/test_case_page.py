"""The page of a case: what it tells, and which steps it offers to whom."""

from datetime import timedelta

import pytest

from case_office import BAI, CHEN, COUNTY, GAO, JPEG, LATER, LUO, NOW, case_office, turn
from minewatch.model.errors import InputError, RuleError
from minewatch.usecases.case_page import case_page
from minewatch.usecases.photos import keep_photo
from minewatch.usecases.steps import (
    Close,
    Dispute,
    DisputeKind,
    RecordReturn,
    RecordVisit,
    ReturnKind,
    give,
)
from minewatch.usecases.stops import verify_stops


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def page(office, actor=CHEN, now=NOW, case="case-1"):
    return case_page(turn=turn(office, actor, now), case=case)


def test_it_tells_what_is_due_and_what_happened(office):
    view = page(office)
    assert (view.row.site, view.row.place.zh, view.row.left.text.en) == ("甲站", "石棉县", "1 h 29 min left")
    assert [entry.id for entry in view.timeline] == ["E1", "E2"]
    assert view.timeline[1].words.en.startswith("Notice N1 was served (in person): stop by 2021-06-17 22:00.")
    assert view.timeline[1].clause == "cn-ya-20210617 para 2"
    assert view.notices[0].deadline.local == "2021-06-17 22:00"
    assert view.simulated


def test_returns_verdicts_and_visits_are_told_apart(office):
    photo = keep_photo(turn=turn(office, LUO), case="case-1", content=JPEG)
    back = RecordReturn(kind=ReturnKind.STOPPED, received_at=NOW, signed_by="x", stopped_at=NOW)
    give(turn=turn(office), cases=["1"], command=back)
    seen = RecordVisit(
        at=NOW,
        inspectors=("luo",),
        found="f",
        machines=0,
        running=False,
        photos=(photo, "0" * 64),
        checks=("seal=yes",),
    )
    give(turn=turn(office, LUO), cases=["1"], command=seen)
    verify_stops(turn=turn(office, now=LATER), lake=office.workspace.lake(), cases=("case-1", "case-3"), as_of=LATER)
    view = page(office, now=LATER)
    (given,) = view.returns
    assert (given.text.zh, given.machines) == ("已关停", None)
    (verdict,) = view.verdicts
    assert (verdict.outcome, verdict.badge) == ("in_time", "good")
    assert verdict.evidence[0].startswith("readings:")
    (visit,) = view.visits
    assert [(one.kept, one.shown) for one in visit.photos] == [(True, True), (False, False)]
    assert visit.checks == (("seal", "yes"),)
    silent = page(office, now=LATER, case="case-3")
    assert silent.verdicts[0].outcome in {"not_stopped", "cannot_tell"}


def test_each_role_is_offered_what_it_may_do_now(office):
    assert page(office, GAO).actions == {"case.export"}
    assert page(office, BAI).actions == {"case.return", "case.verify", "case.dispute", "case.money"}
    assert page(office, LUO).actions == {"case.return", "case.visit", "case.dispute"}
    supervisor = page(office).actions
    assert {"case.notice", "case.extend", "case.measure", "case.refer", "case.close"} <= supervisor
    assert not {"case.restore", "case.lift", "case.settle", "case.open"} & supervisor


def test_a_dispute_takes_steps_away_and_offers_its_settlement(office):
    raised = Dispute(kind=DisputeKind.FIGURES, raised_by="x", grounds="y", raised_at=NOW)
    give(turn=turn(office), cases=["1"], command=raised)
    offered = page(office).actions
    assert "case.settle" in offered
    assert not {"case.measure", "case.refer", "case.close", "case.dispute"} & offered


def test_a_closed_case_offers_a_dispute_only(office):
    give(turn=turn(office), cases=["4"], command=Close(reason="no such site", by="Chen"))
    assert page(office, case="case-4").actions == {"case.dispute", "case.export"}


def test_what_may_not_be_read_is_refused_and_recorded(office):
    with pytest.raises(RuleError):
        page(office, COUNTY)
    assert office.log.stream("access")[-1].actor == "county"
    with pytest.raises(InputError):
        page(office, case="case-99")
    with pytest.raises(InputError):
        page(office, case="campaign-ya")


def test_the_page_is_that_of_its_time(office):
    assert page(office, now=NOW + timedelta(hours=3)).row.overdue
