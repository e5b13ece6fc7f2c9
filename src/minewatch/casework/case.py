"""The case of one site: ``decide(state, command) -> events`` and ``evolve(state, event) -> state``, both pure.

``TRANSITIONS`` is the whole procedure as data: which command may be given in which state. It is printed into the docs. A
dispute is not a state but a flag beside it: the procedure may go on to secure evidence, but no measure is taken, nothing is
referred and the case is not closed while a dispute is open.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from minewatch.casework.commands import (
    Close,
    Command,
    Dispute,
    DisputeKind,
    ExtendDeadline,
    LiftMeasure,
    OpenCase,
    RecordReturn,
    RecordVerification,
    RecordVisit,
    Refer,
    Restore,
    ReturnKind,
    ServeNotice,
    SetCategories,
    SettleDispute,
    StopOutcome,
    TakeMeasure,
)
from minewatch.model.errors import RuleError
from minewatch.model.events import JsonValue, NewEvent, RuleReference, StoredEvent, utc_text


class CaseStatus(StrEnum):
    """Where a case stands."""

    NEW = "new"
    SUSPECTED = "suspected"
    NOTICED = "noticed"
    SELF_INSPECTING = "self_inspecting"
    STOPPED = "stopped"
    NOT_STOPPED = "not_stopped"
    VERIFIED = "verified"
    MEASURES = "measures"
    RESTORED = "restored"
    REFERRED = "referred"
    CLOSED = "closed"


S = CaseStatus
_OPEN = (S.SUSPECTED, S.NOTICED, S.SELF_INSPECTING, S.STOPPED, S.NOT_STOPPED, S.VERIFIED, S.MEASURES, S.REFERRED)

TRANSITIONS: Mapping[type, tuple[CaseStatus, ...]] = {
    OpenCase: (S.NEW,),
    SetCategories: _OPEN,
    ServeNotice: _OPEN,
    ExtendDeadline: (S.NOTICED, S.SELF_INSPECTING, S.NOT_STOPPED),
    RecordReturn: _OPEN,
    RecordVerification: (*_OPEN, S.RESTORED),
    RecordVisit: (*_OPEN, S.RESTORED),
    TakeMeasure: (S.NOTICED, S.SELF_INSPECTING, S.STOPPED, S.NOT_STOPPED, S.VERIFIED, S.MEASURES, S.REFERRED),
    LiftMeasure: (*_OPEN, S.RESTORED, S.CLOSED),
    Dispute: (*_OPEN, S.RESTORED, S.CLOSED),
    SettleDispute: (*_OPEN, S.RESTORED, S.CLOSED),
    Restore: (S.STOPPED, S.VERIFIED, S.MEASURES, S.REFERRED),
    Refer: (S.NOTICED, S.SELF_INSPECTING, S.STOPPED, S.NOT_STOPPED, S.VERIFIED, S.MEASURES, S.REFERRED),
    Close: (*_OPEN, S.RESTORED),
}
"""Which command may be given in which state."""

STOPPED_WHILE_DISPUTED = (TakeMeasure, Refer, Close)


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as its events tell it. Times are UTC texts as in the ledger."""

    id: str = ""
    status: CaseStatus = CaseStatus.NEW
    version: int = 0
    campaign: str = ""
    site: str = ""
    jurisdiction: str = ""
    meters: tuple[str, ...] = ()
    mining_kw: float | None = None
    categories: tuple[str, ...] = ()
    party_key: str = ""
    deadline: str = ""
    zone: str = ""
    notices: tuple[str, ...] = ()
    last_return: str = ""
    said_stopped: bool = False
    last_outcome: str = ""
    stopped_at: str = ""
    resumed_at: str = ""
    contradictions: int = 0
    resumptions: int = 0
    visits: int = 0
    measures: tuple[str, ...] = ()
    referrals: tuple[str, ...] = ()
    disputed: str = ""
    mistaken_identity: bool = False
    restored_by: str = ""
    location: str = ""
    repeat_of: tuple[str, ...] = ()
    hash_rate_ths: float | None = None
    first_noticed: str = ""


def decide(state: CaseState, command: Command) -> tuple[NewEvent, ...]:
    """Return the events that ``command`` leads to in ``state``.

    Raises ``RuleError`` when the procedure forbids it, with what would have to come first.
    """
    allowed = TRANSITIONS[type(command)]
    name = type(command).__name__
    if state.status not in allowed:
        raise RuleError(
            f"{name} is not possible while the case is {state.status}.",
            remedy=f"It is possible while a case is {', '.join(allowed)}.",
        )
    if state.disputed and isinstance(command, STOPPED_WHILE_DISPUTED):
        raise RuleError(
            f"{name} must wait: the case is disputed ({state.disputed}).",
            remedy="Settle the dispute first, by a named person with a reason.",
        )
    _require_person(command)
    return _DECISIONS[type(command)](state, command)


def _require_person(command: Command) -> None:
    by = getattr(command, "by", None)
    if by is not None and not by.strip():
        raise RuleError(
            f"{type(command).__name__} needs the name of the person who decides.",
            remedy="Say who decides; software and groups do not decide.",
        )


def _plain(command: Command) -> NewEvent:
    return NewEvent(
        EVENT_NAMES[type(command)], _data(command), getattr(command, "basis_reference", None) or _rule(command)
    )


def _rule(command: Command) -> RuleReference | None:
    basis = getattr(command, "basis", None)
    return basis if isinstance(basis, RuleReference) else None


def _data(command: Command) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = {}
    for field in fields(command):
        value: Any = getattr(command, field.name)
        if isinstance(value, RuleReference):
            continue
        if isinstance(value, datetime):
            data[field.name] = utc_text(value)
        elif isinstance(value, tuple):
            data[field.name] = list(value)
        elif is_dataclass(value) and not isinstance(value, type):
            data[field.name] = asdict(value)
        else:
            data[field.name] = value
    return data


def _decide_plain(_state: CaseState, command: Command) -> tuple[NewEvent, ...]:
    return (_plain(command),)


def _decide_extension(state: CaseState, command: ExtendDeadline) -> tuple[NewEvent, ...]:
    if not command.reason.strip():
        raise RuleError("A deadline is extended with a reason.", remedy="Say why more time is given.")
    if utc_text(command.deadline) <= state.deadline:
        raise RuleError(
            "The new deadline is not later than the old one.",
            remedy="Serve a new notice to shorten a deadline.",
        )
    return (_plain(command),)


def _decide_return(state: CaseState, command: RecordReturn) -> tuple[NewEvent, ...]:
    if command.kind is ReturnKind.STOPPED and command.stopped_at is None:
        raise RuleError(
            "A return that says stopped needs the time of the stop.", remedy="Give the time, with its zone."
        )
    events = [_plain(command)]
    if _says_off(command.kind) and state.last_outcome in {StopOutcome.NOT_STOPPED, StopOutcome.CAME_BACK}:
        events.append(_contradiction(command.kind, state.last_outcome))
    return tuple(events)


def _decide_verification(state: CaseState, command: RecordVerification) -> tuple[NewEvent, ...]:
    if command.outcome is StopOutcome.CANNOT_TELL and not command.why:
        raise RuleError("An outcome that cannot tell needs the reason.", remedy="Say which data is missing.")
    if command.outcome in {StopOutcome.IN_TIME, StopOutcome.LATE} and command.stopped_at is None:
        raise RuleError("A verified stop needs its time.", remedy="Give the time the load fell.")
    if (command.outcome is StopOutcome.CAME_BACK) != (command.resumed_at is not None):
        raise RuleError(
            "A resumption and its time go together.",
            remedy="Give the time the load came back with the outcome came_back, and with no other.",
        )
    events = [_plain(command)]
    running = command.outcome in {StopOutcome.NOT_STOPPED, StopOutcome.CAME_BACK}
    if running and state.said_stopped:
        events.append(_contradiction(state.last_return, command.outcome))
    if command.resumed_at is not None and state.last_outcome != StopOutcome.CAME_BACK:
        events.append(NewEvent("case.resumed/1", {"resumed_at": utc_text(command.resumed_at)}))
    return tuple(events)


def _contradiction(said: str, seen: str) -> NewEvent:
    return NewEvent("case.contradiction_found/1", {"said": str(said), "seen": str(seen)})


def _says_off(kind: ReturnKind) -> bool:
    return kind in {ReturnKind.STOPPED, ReturnKind.NOT_MINING, ReturnKind.NIL}


def _decide_visit(state: CaseState, command: RecordVisit) -> tuple[NewEvent, ...]:
    if not command.inspectors:
        raise RuleError("A visit needs its inspectors.", remedy="Name who went.")
    events = [_plain(command)]
    if command.running and state.said_stopped:
        events.append(_contradiction(state.last_return, "running at the visit"))
    return tuple(events)


def _decide_measure(state: CaseState, command: TakeMeasure) -> tuple[NewEvent, ...]:
    if state.mistaken_identity:
        raise RuleError(
            "A mistaken identity was upheld: no measure can be taken against this party.",
            remedy="Open a case against the right party.",
        )
    if command.category not in state.categories:
        raise RuleError(
            f"The case is not in category {command.category}.",
            remedy=f"Its categories are: {', '.join(state.categories) or 'none'}; set them first, with a reason.",
        )
    return (_plain(command),)


def _decide_lift(state: CaseState, command: LiftMeasure) -> tuple[NewEvent, ...]:
    if command.measure not in state.measures:
        raise RuleError(
            f"Measure {command.measure} was not taken in this case.",
            remedy=f"Taken were: {', '.join(state.measures) or 'none'}.",
        )
    return (_plain(command),)


def _decide_dispute(state: CaseState, command: Dispute) -> tuple[NewEvent, ...]:
    if state.disputed:
        raise RuleError("A dispute is open already.", remedy="Settle it, or add to it by a note.")
    return (_plain(command),)


def _decide_settlement(state: CaseState, command: SettleDispute) -> tuple[NewEvent, ...]:
    if not state.disputed:
        raise RuleError("No dispute is open.", remedy="Record the dispute first.")
    return (NewEvent("case.dispute_settled/1", {**_data(command), "kind": state.disputed}),)


def _decide_restoration(state: CaseState, command: Restore) -> tuple[NewEvent, ...]:
    if not command.basis.strip():
        raise RuleError("Restoration needs its basis.", remedy="Say on which decision or rule supply is given back.")
    if state.last_outcome in {StopOutcome.NOT_STOPPED, StopOutcome.CAME_BACK}:
        raise RuleError(
            f"The data says {state.last_outcome}: supply cannot be restored on that.",
            remedy="Verify the stop first, or settle the contradiction by a visit.",
        )
    return (_plain(command),)


EVENT_NAMES: Mapping[type, str] = {
    OpenCase: "case.opened/1",
    SetCategories: "case.categories_set/1",
    ServeNotice: "case.notice_served/1",
    ExtendDeadline: "case.deadline_extended/1",
    RecordReturn: "case.return_received/1",
    RecordVerification: "case.stop_verified/1",
    RecordVisit: "case.visited/1",
    TakeMeasure: "case.measure_taken/1",
    LiftMeasure: "case.measure_lifted/1",
    Dispute: "case.disputed/1",
    SettleDispute: "case.dispute_settled/1",
    Restore: "case.restored/1",
    Refer: "case.referred/1",
    Close: "case.closed/1",
}

_DECISIONS: Mapping[type, Callable[[CaseState, Any], tuple[NewEvent, ...]]] = {
    OpenCase: _decide_plain,
    SetCategories: _decide_plain,
    ServeNotice: _decide_plain,
    ExtendDeadline: _decide_extension,
    RecordReturn: _decide_return,
    RecordVerification: _decide_verification,
    RecordVisit: _decide_visit,
    TakeMeasure: _decide_measure,
    LiftMeasure: _decide_lift,
    Dispute: _decide_dispute,
    SettleDispute: _decide_settlement,
    Restore: _decide_restoration,
    Refer: _decide_plain,
    Close: _decide_plain,
}


def evolve(state: CaseState, event: StoredEvent | NewEvent) -> CaseState:
    """Return the case after ``event``; an event of an unknown name changes nothing but the version."""
    data: Mapping[str, Any] = event.payload if isinstance(event, StoredEvent) else event.data
    change = _EVOLUTIONS.get(event.name, _unchanged)
    stream = event.stream if isinstance(event, StoredEvent) else state.id
    return replace(change(state, data), version=state.version + 1, id=stream)


def _unchanged(state: CaseState, _data: Mapping[str, Any]) -> CaseState:
    return state


def _opened(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    return replace(
        state,
        status=S.SUSPECTED,
        campaign=data["campaign"],
        site=data["site"],
        jurisdiction=data["jurisdiction"],
        meters=tuple(data["meters"]),
        mining_kw=data["mining_kw"],
        categories=tuple(data["categories"]),
        party_key=data["party_key"],
        location=data["location"],
        repeat_of=tuple(data["repeat_of"]),
    )


def _noticed(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    status = S.NOTICED if state.status is S.SUSPECTED else state.status
    return replace(
        state,
        status=status,
        deadline=data["deadline"],
        zone=data["zone"],
        notices=(*state.notices, data["number"]),
        first_noticed=state.first_noticed or data["served_at"],
    )


def _returned(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    status = S.SELF_INSPECTING if state.status in {S.SUSPECTED, S.NOTICED} else state.status
    if data["kind"] == ReturnKind.STILL_RUNNING:
        status = S.NOT_STOPPED
    rate = data["hash_rate_ths"]
    return replace(
        state,
        status=status,
        last_return=data["kind"],
        said_stopped=_says_off(ReturnKind(data["kind"])),
        hash_rate_ths=state.hash_rate_ths if rate is None else rate,
    )


def _verified(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    outcome = StopOutcome(data["outcome"])
    settled = state.status in {S.MEASURES, S.REFERRED, S.VERIFIED}
    status = state.status
    if outcome in {StopOutcome.NOT_STOPPED, StopOutcome.CAME_BACK}:
        status = S.NOT_STOPPED
    elif outcome in {StopOutcome.IN_TIME, StopOutcome.LATE} and not settled and status is not S.RESTORED:
        status = S.VERIFIED if state.last_outcome in {StopOutcome.IN_TIME, StopOutcome.LATE} else S.STOPPED
    return replace(
        state,
        status=status,
        last_outcome=outcome.value,
        stopped_at=data["stopped_at"] or state.stopped_at,
        resumed_at=data["resumed_at"] or state.resumed_at,
    )


def _settled(state: CaseState, data: Mapping[str, Any]) -> CaseState:
    mistaken = data["upheld"] and data["kind"] == DisputeKind.MISTAKEN_IDENTITY
    return replace(state, disputed="", mistaken_identity=state.mistaken_identity or mistaken)


_EVOLUTIONS: Mapping[str, Callable[[CaseState, Mapping[str, Any]], CaseState]] = {
    "case.opened/1": _opened,
    "case.categories_set/1": lambda s, d: replace(s, categories=tuple(d["categories"])),
    "case.notice_served/1": _noticed,
    "case.deadline_extended/1": lambda s, d: replace(s, deadline=d["deadline"]),
    "case.return_received/1": _returned,
    "case.stop_verified/1": _verified,
    "case.contradiction_found/1": lambda s, _: replace(s, contradictions=s.contradictions + 1),
    "case.resumed/1": lambda s, _: replace(s, resumptions=s.resumptions + 1),
    "case.visited/1": lambda s, _: replace(s, visits=s.visits + 1),
    "case.measure_taken/1": lambda s, d: replace(s, status=S.MEASURES, measures=(*s.measures, d["measure"])),
    "case.measure_lifted/1": lambda s, d: replace(s, measures=tuple(m for m in s.measures if m != d["measure"])),
    "case.disputed/1": lambda s, d: replace(s, disputed=d["kind"]),
    "case.dispute_settled/1": _settled,
    "case.restored/1": lambda s, d: replace(s, status=S.RESTORED, restored_by=d["by"]),
    "case.referred/1": lambda s, d: replace(s, status=S.REFERRED, referrals=(*s.referrals, d["target"])),
    "case.closed/1": lambda s, _: replace(s, status=S.CLOSED),
}
