"""Steps: which cases a command goes to, visits with photos by digest, all or none."""

import hashlib
from datetime import timedelta

import pytest

from minewatch.model.errors import InputError, MissingError, RuleError
from minewatch.usecases.cases import visible_cases
from minewatch.usecases.steps import (
    Close,
    CloseCampaign,
    ExtendDeadline,
    RecordDutyReturn,
    case_id,
    choose,
    give,
    give_campaign,
    visit_of,
)
from ya_turn import CHEN, turn_of, when, ya


def test_a_case_is_named_by_number_or_id():
    assert case_id("12") == case_id("case-12") == "case-12"


def test_cases_are_chosen_by_name_or_by_state(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        turn = turn_of(office)
        assert choose(turn=turn, cases=["2"]) == ("case-2",)
        assert choose(turn=turn, all_in="noticed", campaign="ya") == ("case-1", "case-2")
        for wrong in ({}, {"cases": ["1"], "all_in": "noticed"}):
            with pytest.raises(InputError, match="one by one or by their state"):
                choose(turn=turn, **wrong)
        with pytest.raises(InputError, match="No case is closed"):
            choose(turn=turn, all_in="closed")
        with pytest.raises(InputError, match="no state 'foo'") as told:
            choose(turn=turn, all_in="foo")
        assert "suspected, noticed, self_inspecting" in told.value.remedy
        with pytest.raises(MissingError, match="no campaign other"):
            choose(turn=turn, all_in="noticed", campaign="other")


def test_many_cases_get_a_command_together_or_not_at_all(tmp_path):
    with ya(tmp_path, noticed=True) as office:
        turn = turn_of(office)
        more = ExtendDeadline(deadline=when(18), reason="flood", by="Chen")
        receipts = give(turn=turn, cases=["1", "case-2"], command=more)
        assert [one.events for one in receipts] == [("case.deadline_extended/1",)] * 2
        give(turn=turn, cases=["2"], command=Close(reason="double", by="Chen"))
        before = office.log.count()
        with pytest.raises(RuleError, match="case-2: ExtendDeadline is not possible while the case is closed"):
            give(turn=turn, cases=["1", "2"], command=ExtendDeadline(deadline=when(19), reason="x", by="Chen"))
        assert office.log.count() == before
        assert {row["deadline"] for row in visible_cases(log=office.log, actor=CHEN)} == {"2021-06-18T04:00:00.000000Z"}


def test_a_visit_keeps_the_digest_of_its_photos_and_refuses_what_cannot_be_read(tmp_path):
    photo = tmp_path / "racks.jpg"
    photo.write_bytes(b"\xff\xd8 racks")
    facts = {"at": when(18), "inspectors": ["luo", "ma"], "found": "racks", "machines": 3, "running": True}
    visit = visit_of(**facts, photos=[photo], checks=["sealed=yes"], location="29.98,103.04")
    assert visit.photos == (hashlib.sha256(b"\xff\xd8 racks").hexdigest(),)
    for wrong, words in (
        ({"photos": [tmp_path / "none.jpg"]}, "no photo"),
        ({"checks": ["sealed"]}, "no answer"),
        ({"location": "here"}, "no location"),
    ):
        given = {"photos": [], "checks": [], "location": "", **wrong}
        with pytest.raises(InputError, match=words):
            visit_of(**facts, **given)


def test_a_campaign_takes_returns_and_is_closed(tmp_path):
    with ya(tmp_path) as office:
        turn = turn_of(office)
        duty = "cn-ya-20210617/off-by-22/stations"
        nil = RecordDutyReturn(duty=duty, received_at=turn.at, nil=True, sites_found=0, signed_by="k")
        assert give_campaign(turn=turn, campaign="ya", command=nil).events == ("campaign.return_received/1",)
        give_campaign(turn=turn, campaign="ya", command=CloseCampaign(reason="over", by="Chen"))
        later = turn_of(office, at=turn.at + timedelta(hours=1))
        with pytest.raises(RuleError, match="not open"):
            give_campaign(turn=later, campaign="ya", command=nil)
