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
from minewatch.model.text import Text

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
            Text(
                f"{name} is not possible while the case is {state.status}.",
                f"案件处于“{state.status}”状态时不能进行 {name}。",
            ),
            remedy=Text(
                f"It is possible while a case is {', '.join(allowed)}.", f"可在下列状态进行：{'、'.join(allowed)}。"
            ),
        )
    if state.disputed and isinstance(command, STOPPED_WHILE_DISPUTED):
        raise RuleError(
            Text(
                f"{name} must wait: the case is disputed ({state.disputed}).",
                f"{name} 须暂缓：案件存在异议（{state.disputed}）。",
            ),
            remedy=Text(
                "Settle the dispute first, by a named person with a reason.", "请先由具名人员说明理由处理异议。"
            ),
        )
    _require_person(command)
    return _DECISIONS[type(command)](state, command)


def _require_person(command: Command) -> None:
    by = getattr(command, "by", None)
    if by is not None and not by.strip():
        raise RuleError(
            Text(
                f"{type(command).__name__} needs the name of the person who decides.",
                f"{type(command).__name__} 须写明决定人姓名。",
            ),
            remedy=Text(
                "Say who decides; software and groups do not decide.", "请写明决定人；软件和集体名义不能作决定。"
            ),
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
        raise RuleError(
            Text("A deadline is extended with a reason.", "延长期限须说明理由。"),
            remedy=Text("Say why more time is given.", "请说明为何延长。"),
        )
    if utc_text(command.deadline) <= state.deadline:
        raise RuleError(
            Text("The new deadline is not later than the old one.", "新期限不晚于原期限。"),
            remedy=Text("Serve a new notice to shorten a deadline.", "缩短期限请重新送达通知。"),
        )
    return (_plain(command),)


def _decide_return(state: CaseState, command: RecordReturn) -> tuple[NewEvent, ...]:
    if command.kind is ReturnKind.STOPPED and command.stopped_at is None:
        raise RuleError(
            Text("A return that says stopped needs the time of the stop.", "申报已停机的报告须写明停机时间。"),
            remedy=Text("Give the time, with its zone.", "请写明时间及时区。"),
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
        raise RuleError(
            Text("An outcome that cannot tell needs the reason.", "无法判定的结论须写明原因。"),
            remedy=Text("Say which data is missing.", "请说明缺少哪些数据。"),
        )
    if command.outcome in OFF and command.stopped_at is None:
        raise RuleError(
            Text("A verified stop needs its time.", "核验停机须写明停机时间。"),
            remedy=Text("Give the time the load fell.", "请写明负荷下降的时间。"),
        )
    if (command.outcome is StopOutcome.CAME_BACK) != (command.resumed_at is not None):
        raise RuleError(
            Text("A resumption and its time go together.", "复机结论与复机时间须同时给出。"),
            remedy=Text(
                "Give the time the load came back with the outcome came_back, and with no other.",
                "结论为 came_back 时写明复机时间，其他结论不写。",
            ),
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
            Text("The likeliest time of the stop lies outside its own range.", "最可能停机时间不在其范围之内。"),
            remedy=Text("Give the earliest and the latest time.", "请写明最早和最晚时间。"),
        )
    if command.outcome is StopOutcome.LATE and utc_text(earliest) <= state.deadline:
        raise RuleError(
            Text("A stop that may have been in time is not called late.", "可能在期限内的停机不得认定为逾期。"),
            remedy=Text(
                "Say that the side of the deadline cannot be told, with the earliest and the latest time.",
                "请登记为无法判定期限前后，并写明最早和最晚时间。",
            ),
        )


def _contradiction(said: str, seen: str) -> NewEvent:
    return NewEvent("case.contradiction_found/1", {"said": str(said), "seen": str(seen)})


def _decide_visit(state: CaseState, command: RecordVisit) -> tuple[NewEvent, ...]:
    if not command.inspectors:
        raise RuleError(
            Text("A visit needs its inspectors.", "现场检查须写明检查人员。"),
            remedy=Text("Name who went.", "请写明到场人员。"),
        )
    events = [_plain(command)]
    if command.running and state.said_stopped:
        events.append(_contradiction(state.last_return, "running at the visit"))
    elif command.machines and state.last_return in CLAIMS:
        events.append(_contradiction(state.last_return, f"{command.machines} machines at the visit"))
    return tuple(events)


def _decide_measure(state: CaseState, command: TakeMeasure) -> tuple[NewEvent, ...]:
    if state.mistaken_identity:
        raise RuleError(
            Text(
                "A mistaken identity was upheld: no measure can be taken against this party.",
                "主体认定有误已成立：不得对该方采取措施。",
            ),
            remedy=Text("Open a case against the right party.", "请对正确的当事方立案。"),
        )
    if state.not_mining:
        raise RuleError(
            Text(
                "It was upheld that nothing mines there: no measure can be taken.", "未挖矿的异议已成立：不得采取措施。"
            ),
            remedy=Text("Close the case.", "请结案。"),
        )
    if command.category not in state.categories:
        raise RuleError(
            Text(f"The case is not in category {command.category}.", f"案件未归入类别 {command.category}。"),
            remedy=Text(
                f"Its categories are: {', '.join(state.categories) or 'none'}; set them first, with a reason.",
                f"其类别为：{'、'.join(state.categories) or '无'}；请先说明理由确定类别。",
            ),
        )
    return (_plain(command),)


def _decide_lift(state: CaseState, command: LiftMeasure) -> tuple[NewEvent, ...]:
    if command.measure not in state.measures:
        raise RuleError(
            Text(f"Measure {command.measure} was not taken in this case.", f"本案未采取措施 {command.measure}。"),
            remedy=Text(
                f"Taken were: {', '.join(state.measures) or 'none'}.", f"已采取：{'、'.join(state.measures) or '无'}。"
            ),
        )
    return (_plain(command),)


def _decide_dispute(state: CaseState, command: Dispute) -> tuple[NewEvent, ...]:
    if state.disputed:
        raise RuleError(
            Text("A dispute is open already.", "已有一项异议待处理。"),
            remedy=Text("Settle it, or add to it by a note.", "请先处理，或以备注补充。"),
        )
    return (_plain(command),)


def _decide_settlement(state: CaseState, command: SettleDispute) -> tuple[NewEvent, ...]:
    if not state.disputed:
        raise RuleError(
            Text("No dispute is open.", "没有待处理的异议。"),
            remedy=Text("Record the dispute first.", "请先登记异议。"),
        )
    looked = state.visits > state.visits_at_dispute
    if state.disputed == DisputeKind.NOT_MINING and state.last_outcome in RUNNING and not looked:
        raise RuleError(
            Text(
                "The load runs on and nobody has looked yet whether it mines.", "负荷仍在运行，尚无人到场查看是否挖矿。"
            ),
            remedy=Text(
                "Record an inspection first: minewatch case visit.", "请先登记现场检查：minewatch case visit。"
            ),
        )
    return (NewEvent("case.dispute_settled/1", {**_data(command), "kind": state.disputed}),)


def _decide_restoration(state: CaseState, command: Restore) -> tuple[NewEvent, ...]:
    if not command.basis.strip():
        raise RuleError(
            Text("Restoration needs its basis.", "恢复供电须写明依据。"),
            remedy=Text("Say on which decision or rule supply is given back.", "请写明依据何决定或规定恢复供电。"),
        )
    if state.last_outcome in RUNNING:
        raise RuleError(
            Text(
                f"The data says {state.last_outcome}: supply cannot be restored on that.",
                f"数据结论为 {state.last_outcome}：不能据此恢复供电。",
            ),
            remedy=Text(
                "Verify the stop first, or settle the contradiction by a visit.", "请先核验停机，或以现场检查澄清矛盾。"
            ),
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
