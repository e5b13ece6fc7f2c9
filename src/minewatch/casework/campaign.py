"""A campaign: instruments applied to a region, who must act by when, what they returned. Pure, like the case.

A campaign's obliged parties (grid company, generators, county governments, enterprises) each carry duties with their own
deadline, in the instrument's zone, and their own recipient. A nil return is a return. What is overdue or due today is
computed from the state and a given instant, never stored.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from minewatch.model.errors import RuleError
from minewatch.model.events import JsonValue, NewEvent, RuleReference, StoredEvent, utc_text
from minewatch.model.text import Text


class Due(StrEnum):
    """Where a duty stands against its deadline."""

    DONE = "done"
    DONE_LATE = "done_late"
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    OPEN = "open"
    NO_DEADLINE = "no_deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCampaign:
    """Open a campaign over ``region`` (division codes) under ``instruments``.

    ``exception_reason`` is why ``by`` uses an instrument that is no legal basis by itself.
    """

    title: str
    region: tuple[str, ...]
    instruments: tuple[RuleReference, ...]
    zone: str
    opened_at: datetime
    by: str
    exception_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDuty:
    """Put a duty of an obliged party on record: what is to be done or reported, by when, to whom, under which section.

    ``deadline`` None means that the instrument sets none. ``kind`` is the party's kind as the instrument names it;
    ``party_zh`` and ``task_zh`` are the Chinese words where the instrument has them.
    """

    duty: str
    party: str
    kind: str
    task: str
    deadline: datetime | None
    zone: str
    reports_to: str
    basis: RuleReference
    by: str
    party_zh: str = ""
    task_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendDuty:
    """Give a party more time, with a reason."""

    duty: str
    deadline: datetime
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDutyReturn:
    """Record what a party returned; ``nil`` tells that it found nothing. ``document_digest`` names the paper or file."""

    duty: str
    received_at: datetime
    nil: bool
    sites_found: int
    signed_by: str
    document_digest: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCampaign:
    """Close the campaign with a reason."""

    reason: str
    by: str


CampaignCommand = OpenCampaign | AddDuty | ExtendDuty | RecordDutyReturn | CloseCampaign


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty as it stands; times are UTC texts, empty where there are none."""

    id: str
    party: str
    kind: str
    task: str
    deadline: str
    zone: str
    reports_to: str
    returned_at: str = ""
    nil: bool = False
    sites_found: int = 0
    extensions: int = 0
    party_zh: str = ""
    task_zh: str = ""


@dataclass(frozen=True, slots=True)
class CampaignState:
    """A campaign as its events tell it."""

    id: str = ""
    version: int = 0
    title: str = ""
    region: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    zone: str = ""
    is_open: bool = False
    closed: bool = False
    duties: Mapping[str, Duty] = field(default_factory=dict)


def decide(state: CampaignState, command: CampaignCommand) -> tuple[NewEvent, ...]:
    """Return the events ``command`` leads to; ``RuleError`` when the procedure forbids it."""
    if isinstance(command, OpenCampaign):
        return _decide_opening(state, command)
    if not state.is_open:
        raise RuleError(
            Text("The campaign is not open.", "专项行动未开启。"),
            remedy=Text("Open it first; a closed one is not opened again.", "请先开启；已结束的不再开启。"),
        )
    if isinstance(command, AddDuty):
        return _decide_duty(state, command)
    if isinstance(command, CloseCampaign):
        _named(command.by)
        return (NewEvent("campaign.closed/1", {"reason": command.reason, "by": command.by}),)
    duty = state.duties.get(command.duty)
    if duty is None:
        raise RuleError(
            Text(f"The campaign has no duty {command.duty}.", f"专项行动没有任务 {command.duty}。"),
            remedy=Text(
                f"Its duties are: {', '.join(sorted(state.duties)) or 'none'}.",
                f"其任务为：{'、'.join(sorted(state.duties)) or '无'}。",
            ),
        )
    if isinstance(command, ExtendDuty):
        return _decide_extension(duty, command)
    return _decide_return(command)


def _named(by: str) -> None:
    if not by.strip():
        raise RuleError(
            Text("The decision needs the name of a person.", "决定须写明决定人姓名。"),
            remedy=Text("Say who decides.", "请写明决定人。"),
        )


def _decide_opening(state: CampaignState, command: OpenCampaign) -> tuple[NewEvent, ...]:
    if state.version:
        raise RuleError(
            Text("The campaign was opened before.", "该专项行动已开启过。"),
            remedy=Text("Open another one under a new name.", "请以新名称另行开启。"),
        )
    if not command.region or not command.instruments:
        raise RuleError(
            Text("A campaign needs a region and at least one instrument.", "专项行动须有区域和至少一份文件。"),
            remedy=Text("Name division codes and the instruments it applies.", "请写明行政区划代码和所适用的文件。"),
        )
    _named(command.by)
    data: dict[str, JsonValue] = {
        "title": command.title,
        "region": list(command.region),
        "instruments": [[ref.pack, ref.version, ref.section] for ref in command.instruments],
        "zone": command.zone,
        "opened_at": utc_text(command.opened_at),
        "by": command.by,
        "exception_reason": command.exception_reason,
    }
    return (NewEvent("campaign.opened/1", data),)


def _decide_duty(state: CampaignState, command: AddDuty) -> tuple[NewEvent, ...]:
    if command.duty in state.duties:
        raise RuleError(
            Text(f"Duty {command.duty} is on record.", f"任务 {command.duty} 已登记。"),
            remedy=Text("Extend it, or give the new one another id.", "请延长该任务，或为新任务另编号。"),
        )
    data = {
        "duty": command.duty,
        "party": command.party,
        "kind": command.kind,
        "task": command.task,
        "deadline": utc_text(command.deadline) if command.deadline else "",
        "zone": command.zone,
        "reports_to": command.reports_to,
        "by": command.by,
        "party_zh": command.party_zh,
        "task_zh": command.task_zh,
    }
    return (NewEvent("campaign.duty_added/1", data, command.basis),)


def _decide_extension(duty: Duty, command: ExtendDuty) -> tuple[NewEvent, ...]:
    _named(command.by)
    if not command.reason.strip() or utc_text(command.deadline) <= duty.deadline:
        raise RuleError(
            Text("A deadline is moved forward only, and with a reason.", "期限只能后延，且须说明理由。"),
            remedy=Text("Give a later time and say why it is given.", "请给出更晚的时间并说明理由。"),
        )
    data = {
        "duty": command.duty,
        "deadline": utc_text(command.deadline),
        "reason": command.reason,
        "by": command.by,
    }
    return (NewEvent("campaign.duty_extended/1", data),)


def _decide_return(command: RecordDutyReturn) -> tuple[NewEvent, ...]:
    if command.nil != (command.sites_found == 0):
        raise RuleError(
            Text("A nil return names no sites, and any other names some.", "零报告不得列项目，其他报告须列项目。"),
            remedy=Text("Correct the number of sites or the kind.", "请更正项目数或报告种类。"),
        )
    data: dict[str, JsonValue] = {
        "duty": command.duty,
        "received_at": utc_text(command.received_at),
        "nil": command.nil,
        "sites_found": command.sites_found,
        "signed_by": command.signed_by,
        "document_digest": command.document_digest,
        "note": command.note,
    }
    return (NewEvent("campaign.return_received/1", data),)


def evolve(state: CampaignState, event: StoredEvent | NewEvent) -> CampaignState:
    """Return the campaign after ``event``; an event of an unknown name changes nothing but the version."""
    data: Mapping[str, Any] = event.payload if isinstance(event, StoredEvent) else event.data
    stream = event.stream if isinstance(event, StoredEvent) else state.id
    change = _EVOLUTIONS.get(event.name)
    after = change(state, data) if change else state
    return replace(after, id=stream, version=state.version + 1)


def _with_duty(state: CampaignState, duty: Duty) -> CampaignState:
    return replace(state, duties={**state.duties, duty.id: duty})


def _duty_added(state: CampaignState, data: Mapping[str, Any]) -> CampaignState:
    names = ("party", "kind", "task", "deadline", "zone", "reports_to", "party_zh", "task_zh")
    return _with_duty(state, Duty(id=data["duty"], **{name: data[name] for name in names}))


def _duty_extended(state: CampaignState, data: Mapping[str, Any]) -> CampaignState:
    duty = state.duties[data["duty"]]
    return _with_duty(state, replace(duty, deadline=data["deadline"], extensions=duty.extensions + 1))


def _returned(state: CampaignState, data: Mapping[str, Any]) -> CampaignState:
    duty = state.duties[data["duty"]]
    return _with_duty(
        state,
        replace(
            duty,
            returned_at=duty.returned_at or data["received_at"],
            nil=data["nil"],
            sites_found=data["sites_found"],
        ),
    )


_EVOLUTIONS: Mapping[str, Callable[[CampaignState, Mapping[str, Any]], CampaignState]] = {
    "campaign.opened/1": lambda s, d: replace(
        s,
        title=d["title"],
        region=tuple(d["region"]),
        instruments=tuple(one[0] for one in d["instruments"]),
        zone=d["zone"],
        is_open=True,
    ),
    "campaign.duty_added/1": _duty_added,
    "campaign.duty_extended/1": _duty_extended,
    "campaign.return_received/1": _returned,
    "campaign.closed/1": lambda s, _: replace(s, is_open=False, closed=True),
}


def due(deadline: str, zone: str, *, now: datetime, done_at: str = "") -> Due:
    """Tell where something with ``deadline`` (UTC text, empty: none) stands at ``now``; "today" is a day of ``zone``.

    What happens at the deadline itself is in time. Raises ``ValueError`` for a naive ``now``.
    """
    if now.tzinfo is None:
        raise ValueError("now needs a zone")
    if done_at:
        return Due.DONE_LATE if deadline and done_at > deadline else Due.DONE
    if not deadline:
        return Due.NO_DEADLINE
    when = datetime.strptime(deadline, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    if now > when:
        return Due.OVERDUE
    place = ZoneInfo(zone)
    # A deadline at 24:00 belongs to the day it ends.
    last_day = (when - timedelta(microseconds=1)).astimezone(place).date()
    return Due.DUE_TODAY if last_day <= now.astimezone(place).date() else Due.OPEN
