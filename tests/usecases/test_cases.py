"""Cases and campaigns through the ledger: who may, what is refused and recorded, bulk, read rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from minewatch.casework.campaign import AddDuty, OpenCampaign, RecordDutyReturn
from minewatch.casework.commands import (
    OpenCase,
    RecordReturn,
    RecordVerification,
    Restore,
    ReturnKind,
    ServeNotice,
    StopOutcome,
)
from minewatch.model.actors import PERMISSIONS, Actor, Role, allowed, covers
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.model.events import RuleReference
from minewatch.stores.ledger import Ledger
from minewatch.usecases.access import add_actor, find_actor
from minewatch.usecases.cases import (
    ACTIONS,
    act,
    act_on_campaign,
    act_on_many,
    case_state,
    history,
    open_campaign,
    open_cases,
    project,
    visible_cases,
)

NOW = datetime(2021, 6, 17, 9, 0, tzinfo=UTC)
BASIS = RuleReference("CN-YA-20210617", "v1", "1")
SUPERVISOR = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
INSPECTOR = Actor("luo", frozenset({Role.INSPECTOR}), ("511824",))
AUDITOR = Actor("gao", frozenset({Role.AUDITOR}), ("510000",))


def site(number, county="511824"):
    return OpenCase(
        campaign="campaign-yaan",
        site=f"site {number}",
        jurisdiction=county,
        meters=(f"{county}{number:06d}",),
        origin="finding",
        summary="steady",
        mining_kw=500.0,
    )


NOTICE = ServeNotice(
    number="1",
    kind="stop",
    basis=BASIS,
    deadline=NOW + timedelta(hours=5),
    zone="Asia/Shanghai",
    served_at=NOW,
    how="in person",
    by="Chen",
)


@pytest.fixture
def log(tmp_path):
    ledger = Ledger(tmp_path / "ledger.db", project=project)
    yield ledger
    ledger.close()


@pytest.mark.parametrize(
    ("division", "other", "inside"),
    [
        ("000000", "511802", True),
        ("510000", "511802", True),
        ("511800", "511802", True),
        ("511802", "511802", True),
        ("511802", "511800", False),
        ("510000", "530000", False),
        ("511800", "511900", False),
    ],
)
def test_a_division_covers_what_lies_in_it(division, other, inside):
    assert covers(division, other) is inside


@pytest.mark.parametrize("action", PERMISSIONS)
@pytest.mark.parametrize("role", list(Role))
def test_permissions_are_the_table(action, role):
    actor = Actor("x", frozenset({role}), ("510000",))
    assert allowed(actor, action, "511802") is (role in PERMISSIONS[action])
    assert not allowed(actor, action, "530000")


def test_every_command_has_a_permission():
    assert set(ACTIONS.values()) <= set(PERMISSIONS)


def test_a_refusal_is_recorded(log):
    open_cases(log=log, actor=SUPERVISOR, at=NOW, new=[site(1)])
    with pytest.raises(RuleError, match="luo may not serve notices in 511824"):
        act(log=log, actor=INSPECTOR, at=NOW, case="case-1", command=NOTICE)
    with pytest.raises(RuleError, match="may not open cases in 530000"):
        open_cases(log=log, actor=SUPERVISOR, at=NOW, new=[site(2, county="530000")])
    refused = [event.payload for event in log.stream("access")]
    assert [row["action"] for row in refused] == ["case.notice", "case.open"]
    assert [row["actor"] for row in refused] == ["luo", "chen"]


def test_a_county_sees_its_county(log):
    open_cases(log=log, actor=SUPERVISOR, at=NOW, new=[site(1), site(2, county="511823")])
    assert [row["site"] for row in visible_cases(log=log, actor=INSPECTOR)] == ["site 1"]
    assert len(visible_cases(log=log, actor=AUDITOR)) == 2
    with pytest.raises(RuleError):
        history(log=log, actor=INSPECTOR, case="case-2", at=NOW)


def test_from_notice_to_restoration_through_the_ledger(log):
    open_cases(log=log, actor=SUPERVISOR, at=NOW, new=[site(1)])
    stopped = NOW + timedelta(hours=4)
    for command in (
        NOTICE,
        RecordReturn(kind=ReturnKind.STOPPED, received_at=stopped, signed_by="k", stopped_at=stopped),
        RecordVerification(
            outcome=StopOutcome.IN_TIME, as_of=stopped, source="meter", evidence=("e",), stopped_at=stopped
        ),
        Restore(by="Chen", basis="minutes of 18 June", effective_at=stopped),
    ):
        act(log=log, actor=SUPERVISOR, at=stopped, case="case-1", command=command)
    (row,) = visible_cases(log=log, actor=SUPERVISOR)
    assert row["status"] == "restored"
    assert row["deadline"] == "2021-06-17T14:00:00.000000Z"
    assert row["version"] == 5
    assert case_state(log, "case-1").restored_by == "Chen"
    events = history(log=log, actor=AUDITOR, case="case-1", at=NOW)
    assert events[1].reference == BASIS
    assert not list(log.verify())


def test_thirteen_hundred_cases_at_once_all_or_none(log):
    receipts = open_cases(log=log, actor=SUPERVISOR, at=NOW, new=[site(n) for n in range(1_300)])
    assert receipts[-1].stream == "case-1300"
    commands = [(f"case-{n}", replace(NOTICE, number=str(n))) for n in range(1, 1_301)]
    assert len(act_on_many(log=log, actor=SUPERVISOR, at=NOW, commands=commands)) == 1_300
    broken = [("case-1", NOTICE), ("case-2", replace(NOTICE, by=""))]
    with pytest.raises(RuleError, match="case-2: ServeNotice needs the name"):
        act_on_many(log=log, actor=SUPERVISOR, at=NOW, commands=broken)
    assert case_state(log, "case-1").version == 2
    rows = visible_cases(log=log, actor=SUPERVISOR)
    log.rebuild()
    assert visible_cases(log=log, actor=SUPERVISOR) == rows


def test_a_case_nobody_opened_is_said(log):
    with pytest.raises(InputError, match="no case case-7"):
        act(log=log, actor=SUPERVISOR, at=NOW, case="case-7", command=NOTICE)


def test_a_campaign_with_duties_and_a_nil_return(log):
    opening = OpenCampaign(
        title="Ya'an", region=("511800",), instruments=(BASIS,), zone="Asia/Shanghai", opened_at=NOW, by="Chen"
    )
    open_campaign(log=log, actor=SUPERVISOR, at=NOW, name="yaan", command=opening)
    duty = AddDuty(
        duty="stations",
        party="all power stations",
        kind="generator",
        task="off for self-inspection",
        deadline=NOW + timedelta(hours=5),
        zone="Asia/Shanghai",
        reports_to="city energy bureau",
        basis=BASIS,
        by="Chen",
    )
    nil = RecordDutyReturn(duty="stations", received_at=NOW, nil=True, sites_found=0, signed_by="k")
    receipt = act_on_campaign(log=log, actor=SUPERVISOR, at=NOW, campaign="campaign-yaan", commands=[duty, nil])
    assert receipt.events == ("campaign.duty_added/1", "campaign.return_received/1")
    (row,) = log.read_rows("campaigns")
    assert row["duties"]["stations"]["nil"] is True
    with pytest.raises(RuleError, match="opened before"):
        open_campaign(log=log, actor=SUPERVISOR, at=NOW, name="yaan", command=opening)


def test_people_are_registered_by_an_administrator(log):
    root = Actor("root", frozenset({Role.ADMINISTRATOR}), ("000000",))
    with pytest.raises(RuleError, match="must be an administrator"):
        add_actor(log=log, by=None, new=SUPERVISOR, at=NOW)
    add_actor(log=log, by=None, new=root, at=NOW)
    with pytest.raises(InputError, match="Say who adds"):
        add_actor(log=log, by=None, new=SUPERVISOR, at=NOW)
    add_actor(log=log, by=root, new=SUPERVISOR, at=NOW)
    with pytest.raises(RuleError, match="actor\\.manage"):
        add_actor(log=log, by=SUPERVISOR, new=INSPECTOR, at=NOW)
    assert find_actor(log=log, name="chen") == SUPERVISOR
    add_actor(log=log, by=root, new=replace(SUPERVISOR, divisions=("511824",)), at=NOW)
    assert find_actor(log=log, name="chen").divisions == ("511824",)
    with pytest.raises(InputError, match="Nobody is registered"):
        find_actor(log=log, name="nobody")


def test_two_who_open_cases_at_once_do_not_share_numbers(log):
    open_cases(log=log, actor=SUPERVISOR, at=NOW, new=[site(1)])

    class Stale:
        """A ledger whose read rows are a moment old."""

        def __getattr__(self, name):
            return getattr(log, name)

        def read_rows(self, table, *, updated_since=0):
            del table, updated_since
            return []

    with pytest.raises(ConflictError):
        open_cases(log=Stale(), actor=SUPERVISOR, at=NOW, new=[site(2)])
