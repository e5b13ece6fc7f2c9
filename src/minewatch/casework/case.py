"""The case of one site: ``decide(state, command) -> events``, pure; its other half is ``case_state.evolve``.

``TRANSITIONS`` is the whole procedure as data: which command may be given in which state. It is printed into the docs. A
dispute is not a state but a flag beside it: the procedure may go on to secure evidence, but no measure is taken, nothing is
referred and the case is not closed while a dispute is open.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from typing import Any

from minewatch.casework.case_state import OFF, RUNNING, CaseState, CaseStatus, S
from minewatch.casework.commands import (
    Close,
    Command,
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
from minewatch.model.events import JsonValue, NewEvent, RuleReference, utc_text

_OPEN = (S.SUSPECTED, S.NOTICED, S.SELF_INSPECTING, S.STOPPED, S.NOT_STOPPED, S.VERIFIED, S.MEASURES, S.REFERRED)

TRANSITIONS: Mapping[type, tuple[CaseStatus, ...]] = {
    OpenCase: (S.NEW,),
    SetCategories: _OPEN,
    ServeNotice: _OPEN,
    IssueLetter: _OPEN,
    StateMoney: (*_OPEN, S.RESTORED),
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

CLAIMS = frozenset({ReturnKind.NOT_MINING, ReturnKind.NIL})
"""Returns that say nothing mines there: a dispute to be looked into on site, no contradiction of a load that runs on."""


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
            data[field.name] = [asdict(one) if isinstance(one, SourceSaid) else one for one in value]
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
    if command.kind is ReturnKind.STOPPED and state.last_outcome in RUNNING:
        events.append(_contradiction(command.kind, state.last_outcome))
    if command.kind in CLAIMS and not state.disputed:
        events.append(_plain(_claim(command)))
    return tuple(events)


def _claim(command: RecordReturn) -> Dispute:
    """Return the dispute that a return makes which says that nothing mines there: somebody has to look."""
    grounds = "; ".join(part for part in (f"return: {command.kind}", command.note) if part)
    return Dispute(
        kind=DisputeKind.NOT_MINING, raised_by=command.signed_by, grounds=grounds, raised_at=command.received_at
    )


def _decide_verification(state: CaseState, command: RecordVerification) -> tuple[NewEvent, ...]:
    if command.outcome is StopOutcome.CANNOT_TELL and not command.why:
        raise RuleError("An outcome that cannot tell needs the reason.", remedy="Say which data is missing.")
    if command.outcome in OFF and command.stopped_at is None:
        raise RuleError("A verified stop needs its time.", remedy="Give the time the load fell.")
    if (command.outcome is StopOutcome.CAME_BACK) != (command.resumed_at is not None):
        raise RuleError(
            "A resumption and its time go together.",
            remedy="Give the time the load came back with the outcome came_back, and with no other.",
        )
    _check_range(state, command)
    events = [_plain(command)]
    if command.outcome in RUNNING and state.said_stopped:
        events.append(_contradiction(state.last_return, command.outcome))
    if command.resumed_at is not None and state.last_outcome != StopOutcome.CAME_BACK:
        events.append(NewEvent("case.resumed/1", {"resumed_at": utc_text(command.resumed_at)}))
    return tuple(events)


def _check_range(state: CaseState, command: RecordVerification) -> None:
    if command.stopped_at is None:
        return
    earliest, latest = command.stopped_from or command.stopped_at, command.stopped_to or command.stopped_at
    if not earliest <= command.stopped_at <= latest:
        raise RuleError(
            "The likeliest time of the stop lies outside its own range.",
            remedy="Give the earliest and the latest time.",
        )
    if command.outcome is StopOutcome.LATE and utc_text(earliest) <= state.deadline:
        raise RuleError(
            "A stop that may have been in time is not called late.",
            remedy="Say that the side of the deadline cannot be told, with the earliest and the latest time.",
        )


def _contradiction(said: str, seen: str) -> NewEvent:
    return NewEvent("case.contradiction_found/1", {"said": str(said), "seen": str(seen)})


def _decide_visit(state: CaseState, command: RecordVisit) -> tuple[NewEvent, ...]:
    if not command.inspectors:
        raise RuleError("A visit needs its inspectors.", remedy="Name who went.")
    events = [_plain(command)]
    if command.running and state.said_stopped:
        events.append(_contradiction(state.last_return, "running at the visit"))
    elif command.machines and state.last_return in CLAIMS:
        events.append(_contradiction(state.last_return, f"{command.machines} machines at the visit"))
    return tuple(events)


def _decide_measure(state: CaseState, command: TakeMeasure) -> tuple[NewEvent, ...]:
    if state.mistaken_identity:
        raise RuleError(
            "A mistaken identity was upheld: no measure can be taken against this party.",
            remedy="Open a case against the right party.",
        )
    if state.not_mining:
        raise RuleError("It was upheld that nothing mines there: no measure can be taken.", remedy="Close the case.")
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
    looked = state.visits > state.visits_at_dispute
    if state.disputed == DisputeKind.NOT_MINING and state.last_outcome in RUNNING and not looked:
        raise RuleError(
            "The load runs on and nobody has looked yet whether it mines.",
            remedy="Record an inspection first: minewatch case visit.",
        )
    return (NewEvent("case.dispute_settled/1", {**_data(command), "kind": state.disputed}),)


def _decide_restoration(state: CaseState, command: Restore) -> tuple[NewEvent, ...]:
    if not command.basis.strip():
        raise RuleError("Restoration needs its basis.", remedy="Say on which decision or rule supply is given back.")
    if state.last_outcome in RUNNING:
        raise RuleError(
            f"The data says {state.last_outcome}: supply cannot be restored on that.",
            remedy="Verify the stop first, or settle the contradiction by a visit.",
        )
    return (_plain(command),)


EVENT_NAMES: Mapping[type, str] = {
    OpenCase: "case.opened/1",
    SetCategories: "case.categories_set/1",
    ServeNotice: "case.notice_served/1",
    IssueLetter: "case.letter_issued/1",
    StateMoney: "case.money_stated/1",
    ExtendDeadline: "case.deadline_extended/1",
    RecordReturn: "case.return_received/1",
    RecordVerification: "case.stop_verified/2",
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
    IssueLetter: _decide_plain,
    StateMoney: _decide_plain,
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
