"""The case of one site: every transition, and what the procedure forbids."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.casework.case import EVENT_NAMES, TRANSITIONS, decide
from minewatch.casework.case_state import CaseState, CaseStatus, evolve
from minewatch.casework.commands import (
    Close,
    Dispute,
    DisputeKind,
    ExtendDeadline,
    IssueLetter,
    LiftMeasure,
    OpenCase,
    RecordReturn,
    RecordVerification,
    RecordVisit,
    Refer,
    ReferralTarget,
    Restore,
    ReturnKind,
    ServeNotice,
    SetCategories,
    SettleDispute,
    SourceSaid,
    StateMoney,
    StopOutcome,
    TakeMeasure,
)
from minewatch.model.errors import RuleError
from minewatch.model.events import RuleReference

DEADLINE = datetime(2021, 6, 17, 14, 0, tzinfo=UTC)
BASIS = RuleReference("CN-YA-20210617", "v1", "1")
OPEN = OpenCase(
    campaign="yaan-2021",
    site="石棉县某电站旁",
    jurisdiction="511824",
    meters=("5118240001",),
    origin="finding:1",
    summary="about 900 kW day and night",
    mining_kw=900.0,
    categories=("Y1",),
)
NOTICE = ServeNotice(
    number="1",
    kind="stop",
    basis=BASIS,
    deadline=DEADLINE,
    zone="Asia/Shanghai",
    served_at=DEADLINE - timedelta(hours=4),
    how="in person",
    by="Wang",
)
SAID_STOPPED = RecordReturn(
    kind=ReturnKind.STOPPED, received_at=DEADLINE, signed_by="k1", stopped_at=DEADLINE - timedelta(hours=1)
)
SEEN_STOPPED = RecordVerification(
    outcome=StopOutcome.IN_TIME, as_of=DEADLINE, source="meter", evidence=("e1",), stopped_at=DEADLINE
)
SEEN_RUNNING = RecordVerification(outcome=StopOutcome.NOT_STOPPED, as_of=DEADLINE, source="meter", evidence=("e1",))
SEEN_BACK = RecordVerification(
    outcome=StopOutcome.CAME_BACK, as_of=DEADLINE, source="meter", evidence=("e2",), resumed_at=DEADLINE
)
MEASURE = TakeMeasure(measure="supply_cut", category="Y1", basis=BASIS, acting_body="grid company", by="Li")
RESTORE = Restore(by="Zhao", basis="minutes of 18 June", effective_at=DEADLINE)
REFER = Refer(target=ReferralTarget.POLICE, body="county police", basis=BASIS, by="Li")
CLOSE = Close(reason="machines removed", by="Li")
DISPUTE = Dispute(kind=DisputeKind.MISTAKEN_IDENTITY, raised_by="k1", grounds="I let the room", raised_at=DEADLINE)
SETTLE = SettleDispute(upheld=True, reason="the tenant ran it", by="Li")
EVERY = [
    OPEN,
    SetCategories(categories=("Y1", "Y3"), reason="visit", by="Li"),
    NOTICE,
    IssueLetter(
        kind="inspection",
        number="7",
        addressee="x",
        basis=BASIS,
        issued_at=DEADLINE,
        how="in person",
        by="Li",
        zone="+08:00",
    ),
    StateMoney(kind="theft", statement={"lines": []}, evidence=("prices:ab",)),
    ExtendDeadline(deadline=DEADLINE + timedelta(days=1), reason="flood", by="Li"),
    SAID_STOPPED,
    SEEN_STOPPED,
    SEEN_RUNNING,
    SEEN_BACK,
    RecordVisit(at=DEADLINE, inspectors=("a", "b"), found="120 machines", machines=120, running=True),
    MEASURE,
    LiftMeasure(measure="supply_cut", reason="appeal", by="Li"),
    DISPUTE,
    SETTLE,
    RESTORE,
    REFER,
    CLOSE,
]


def run(*commands, state=None):
    state = state or CaseState(id="case-1")
    names = []
    for command in commands:
        for event in decide(state, command):
            names.append(event.name)
            state = evolve(state, event)
    return state, names


def test_from_suspicion_to_restoration():
    state, names = run(OPEN, NOTICE, SAID_STOPPED, SEEN_STOPPED, RESTORE)
    assert state.status is CaseStatus.RESTORED
    assert state.restored_by == "Zhao"
    assert state.deadline == "2021-06-17T14:00:00.000000Z"
    assert names[-1] == "case.restored/1"
    assert state.version == 5


def test_off_awaiting_decision_is_a_state():
    state, _ = run(OPEN, NOTICE, SEEN_STOPPED)
    assert state.status is CaseStatus.STOPPED
    assert run(SEEN_STOPPED, state=state)[0].status is CaseStatus.VERIFIED


@pytest.mark.parametrize(
    "commands",
    [(OPEN, NOTICE, SAID_STOPPED, SEEN_RUNNING), (OPEN, NOTICE, SEEN_RUNNING, SAID_STOPPED)],
    ids=["said first", "seen first"],
)
def test_a_return_that_says_stopped_while_the_load_runs_is_a_contradiction(commands):
    state, names = run(*commands)
    assert "case.contradiction_found/1" in names
    assert state.contradictions == 1


NOT_MINING = RecordReturn(kind=ReturnKind.NOT_MINING, received_at=DEADLINE, signed_by="k1", note="cold store")
LOOKED = RecordVisit(at=DEADLINE, inspectors=("a", "b"), found="a cold store", machines=0, running=True)


@pytest.mark.parametrize("kind", [ReturnKind.NOT_MINING, ReturnKind.NIL])
@pytest.mark.parametrize("order", ["said first", "seen first"])
def test_a_return_that_says_nothing_mines_there_is_a_dispute_and_no_contradiction(kind, order):
    said = replace(NOT_MINING, kind=kind)
    both = (said, SEEN_RUNNING) if order == "said first" else (SEEN_RUNNING, said)
    state, names = run(OPEN, NOTICE, *both)
    assert "case.contradiction_found/1" not in names
    assert (state.contradictions, state.disputed) == (0, "not_mining")
    with pytest.raises(RuleError, match="must wait"):
        decide(state, MEASURE)
    with pytest.raises(RuleError, match="nobody has looked yet"):
        decide(state, SETTLE)
    cleared, names = run(LOOKED, SETTLE, state=state)
    assert "case.contradiction_found/1" not in names
    assert cleared.not_mining
    with pytest.raises(RuleError, match="nothing mines there"):
        decide(cleared, MEASURE)


def test_a_claim_that_machines_disprove_is_a_contradiction_of_the_visit():
    found = replace(LOOKED, found="behind a wall", machines=40)
    state, names = run(OPEN, NOTICE, NOT_MINING, SEEN_RUNNING, found, replace(SETTLE, upheld=False))
    assert names.count("case.contradiction_found/1") == 1
    assert (state.disputed, state.not_mining) == ("", False)
    assert run(MEASURE, state=state)[0].status is CaseStatus.MEASURES


def test_a_claim_whose_load_is_off_needs_no_visit_and_a_second_claim_no_second_dispute():
    state, names = run(OPEN, NOTICE, NOT_MINING, NOT_MINING, SEEN_STOPPED, SETTLE)
    assert names.count("case.disputed/1") == 1
    assert state.not_mining


def test_who_says_stopped_while_it_runs_is_contradicted_at_the_visit_too():
    state, _ = run(OPEN, NOTICE, SAID_STOPPED, LOOKED)
    assert state.contradictions == 1


def test_nobody_is_called_late_for_a_stop_that_may_have_been_in_time():
    late = replace(SEEN_STOPPED, outcome=StopOutcome.LATE, stopped_at=DEADLINE + timedelta(hours=1))
    state, _ = run(OPEN, NOTICE)
    for earliest in (DEADLINE, DEADLINE - timedelta(hours=1)):
        with pytest.raises(RuleError, match="may have been in time"):
            decide(state, replace(late, stopped_from=earliest))
    assert decide(state, replace(late, stopped_from=DEADLINE + timedelta(minutes=1)))
    with pytest.raises(RuleError, match="outside its own range"):
        decide(state, replace(late, stopped_to=DEADLINE + timedelta(minutes=30)))


def test_sources_are_kept_as_plain_data():
    said = SourceSaid(source="node", outcome="in_time", evidence="series:abc")
    state, _ = run(OPEN, NOTICE)
    (event,) = decide(state, replace(SEEN_STOPPED, sources=(said,)))
    assert event.name == "case.stop_verified/2"
    assert event.data["sources"][0]["source"] == "node"


def test_a_resumption_raises_the_case_again_once():
    state, names = run(OPEN, NOTICE, SEEN_STOPPED, SEEN_STOPPED, SEEN_BACK, SEEN_BACK)
    assert state.status is CaseStatus.NOT_STOPPED
    assert names.count("case.resumed/1") == 1


def test_supply_is_not_restored_while_the_data_says_it_runs():
    state, _ = run(OPEN, NOTICE, SEEN_STOPPED, MEASURE)
    running = replace(state, last_outcome=StopOutcome.CAME_BACK.value)
    with pytest.raises(RuleError, match="came_back"):
        decide(running, RESTORE)


def test_a_mistaken_identity_ends_measures():
    state, _ = run(OPEN, NOTICE, DISPUTE)
    with pytest.raises(RuleError, match="disputed"):
        decide(state, MEASURE)
    settled, _ = run(SETTLE, state=state)
    assert settled.mistaken_identity
    with pytest.raises(RuleError, match="mistaken identity"):
        decide(settled, MEASURE)


def test_a_measure_needs_its_category_and_can_be_lifted():
    state, _ = run(OPEN, NOTICE)
    with pytest.raises(RuleError, match="not in category Y2"):
        decide(state, replace(MEASURE, category="Y2"))
    taken, _ = run(MEASURE, state=state)
    assert taken.measures == ("supply_cut",)
    assert run(LiftMeasure(measure="supply_cut", reason="appeal", by="Li"), state=taken)[0].measures == ()


@pytest.mark.parametrize("command", [RESTORE, REFER, CLOSE, MEASURE, NOTICE], ids=lambda c: type(c).__name__)
def test_people_decide(command):
    state, _ = run(OPEN, NOTICE, SEEN_STOPPED)
    with pytest.raises(RuleError, match="name of the person"):
        decide(state, replace(command, by="  "))


def test_a_deadline_is_extended_only_forward_and_with_a_reason():
    state, _ = run(OPEN, NOTICE)
    for deadline, reason in ((DEADLINE, "x"), (DEADLINE + timedelta(days=1), " ")):
        with pytest.raises(RuleError):
            decide(state, ExtendDeadline(deadline=deadline, reason=reason, by="Li"))


def test_an_outcome_needs_what_makes_it_checkable():
    state, _ = run(OPEN, NOTICE)
    for broken in (
        replace(SEEN_STOPPED, stopped_at=None),
        replace(SEEN_BACK, resumed_at=None),
        replace(SEEN_RUNNING, outcome=StopOutcome.CANNOT_TELL),
        replace(SAID_STOPPED, stopped_at=None),
    ):
        with pytest.raises(RuleError):
            decide(state, broken)


@pytest.mark.parametrize("command", EVERY, ids=lambda c: type(c).__name__)
@pytest.mark.parametrize("status", list(CaseStatus))
def test_the_table_of_transitions_is_the_procedure(command, status):
    state = CaseState(id="c", status=status, categories=("Y1",), measures=("supply_cut",), deadline="2021")
    if isinstance(command, SettleDispute):
        state = replace(state, disputed="figures")
    if status in TRANSITIONS[type(command)]:
        for event in decide(state, command):
            assert evolve(state, event).version == 1
    else:
        with pytest.raises(RuleError, match="not possible while"):
            decide(state, command)


def test_refusals_are_told_in_chinese_too():
    state, _ = run(OPEN, NOTICE)
    refused = [(state, OPEN), (state, RESTORE), (state, SETTLE), (replace(state, disputed="figures"), MEASURE)]
    for before, command in refused:
        with pytest.raises(RuleError) as error:
            decide(before, command)
        for words in error.value.told("zh"):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in words), words


def test_every_command_has_a_row_and_a_name():
    assert set(TRANSITIONS) == set(EVENT_NAMES) == {type(command) for command in EVERY}


@given(st.lists(st.sampled_from(EVERY), max_size=25))
def test_whatever_is_asked_the_state_stays_sound(commands):
    state = CaseState(id="case-1")
    for command in commands:
        try:
            events = decide(state, command)
        except RuleError:
            continue
        for event in events:
            state = evolve(state, event)
    if state.status is CaseStatus.RESTORED:
        assert state.restored_by
    if state.mistaken_identity and not state.disputed:
        with pytest.raises(RuleError):
            decide(state, MEASURE)
