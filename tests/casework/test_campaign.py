"""A campaign: duties, deadlines to the minute in the instrument's zone, nil returns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from minewatch.casework.campaign import (
    AddDuty,
    CampaignState,
    CloseCampaign,
    Due,
    ExtendDuty,
    OpenCampaign,
    RecordDutyReturn,
    decide,
    due,
    evolve,
)
from minewatch.model.errors import RuleError
from minewatch.model.events import RuleReference

CHINA = timezone(timedelta(hours=8))
SICHUAN = RuleReference("CN-SC-20210618", "v1", "2")
OPEN = OpenCampaign(
    title="清理关停",
    region=("510000",),
    instruments=(SICHUAN,),
    zone="Asia/Shanghai",
    opened_at=datetime(2021, 6, 18, 9, 0, tzinfo=CHINA),
    by="Chen",
)
DEADLINE = datetime(2021, 6, 25, 0, 0, tzinfo=CHINA)
DUTY = AddDuty(
    duty="generators",
    party="central and provincial power firms",
    kind="generator",
    task="check own customers, stop supply at once",
    deadline=DEADLINE,
    zone="Asia/Shanghai",
    reports_to="provincial DRC and Energy Bureau",
    basis=SICHUAN,
    by="Chen",
)
NIL = RecordDutyReturn(duty="generators", received_at=DEADLINE, nil=True, sites_found=0, signed_by="k1")


def run(*commands):
    state = CampaignState(id="campaign-1")
    for command in commands:
        for event in decide(state, command):
            state = evolve(state, event)
    return state


def test_a_nil_return_is_a_return():
    state = run(OPEN, DUTY, NIL)
    duty = state.duties["generators"]
    assert duty.nil
    assert due(duty.deadline, duty.zone, now=DEADLINE + timedelta(days=3), done_at=duty.returned_at) is Due.DONE


def test_where_a_duty_stands_is_told_to_the_minute_in_its_zone():
    duty = run(OPEN, DUTY).duties["generators"]

    def at(moment):
        return due(duty.deadline, duty.zone, now=moment)

    assert at(datetime(2021, 6, 23, 23, 59, tzinfo=CHINA)) is Due.OPEN
    assert at(datetime(2021, 6, 24, 0, 0, tzinfo=CHINA)) is Due.DUE_TODAY, "24:00 belongs to the day it ends"
    assert at(DEADLINE) is Due.DUE_TODAY
    assert at(DEADLINE + timedelta(minutes=1)) is Due.OVERDUE
    assert at(datetime(2021, 6, 24, 16, 0, tzinfo=UTC)) is Due.DUE_TODAY, "16:00 UTC is midnight in China"


def test_changji_has_until_two_in_the_afternoon():
    deadline = "2021-06-09T06:00:00.000000Z"
    morning = datetime(2021, 6, 9, 9, 0, tzinfo=CHINA)
    assert due(deadline, "Asia/Shanghai", now=morning) is Due.DUE_TODAY
    assert due(deadline, "Asia/Shanghai", now=morning.replace(hour=14, minute=1)) is Due.OVERDUE
    late = due(deadline, "Asia/Shanghai", now=morning, done_at="2021-06-09T06:00:00.000001Z")
    assert late is Due.DONE_LATE


def test_a_duty_without_a_deadline_is_never_overdue():
    state = run(OPEN, replace(DUTY, deadline=None))
    assert due(state.duties["generators"].deadline, "Asia/Shanghai", now=DEADLINE) is Due.NO_DEADLINE


def test_a_deadline_moves_forward_only_and_with_a_reason():
    later = DEADLINE + timedelta(days=2)
    state = run(OPEN, DUTY, ExtendDuty(duty="generators", deadline=later, reason="flood", by="Chen"))
    assert state.duties["generators"].deadline == "2021-06-26T16:00:00.000000Z"
    assert state.duties["generators"].extensions == 1
    for deadline, reason in ((DEADLINE, "flood"), (later + timedelta(days=1), "")):
        with pytest.raises(RuleError):
            decide(state, ExtendDuty(duty="generators", deadline=deadline, reason=reason, by="Chen"))


@pytest.mark.parametrize(
    ("before", "command", "words"),
    [
        ((), DUTY, "not open"),
        ((OPEN,), OPEN, "opened before"),
        ((OPEN, DUTY), DUTY, "on record"),
        ((OPEN,), NIL, "no duty generators"),
        ((OPEN, DUTY), replace(NIL, sites_found=3), "nil return names no sites"),
        ((OPEN, DUTY), replace(NIL, nil=False), "nil return names no sites"),
        ((), replace(OPEN, region=()), "needs a region"),
        ((), replace(OPEN, by=" "), "name of a person"),
        ((OPEN, CloseCampaign(reason="done", by="Chen")), DUTY, "not open"),
    ],
)
def test_what_the_procedure_forbids(before, command, words):
    with pytest.raises(RuleError, match=words):
        decide(run(*before), command)


def test_a_first_return_keeps_its_time_when_a_second_corrects_it():
    second = RecordDutyReturn(
        duty="generators", received_at=DEADLINE + timedelta(days=5), nil=False, sites_found=2, signed_by="k1"
    )
    duty = run(OPEN, DUTY, NIL, second).duties["generators"]
    assert duty.returned_at == "2021-06-24T16:00:00.000000Z"
    assert (duty.nil, duty.sites_found) == (False, 2)


def test_now_needs_a_zone():
    with pytest.raises(ValueError, match="zone"):
        due("", "Asia/Shanghai", now=datetime(2021, 6, 9))  # noqa: DTZ001 - a naive time is the point
