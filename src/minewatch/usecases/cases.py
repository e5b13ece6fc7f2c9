"""Cases and campaigns as verbs: read the stream, check the actor, decide, append. One function serves every command.

The read rows ``cases``, ``campaigns``, ``draws`` and ``rounds`` change in the transaction of the events (see :func:`project`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from minewatch.casework import campaign as campaigns
from minewatch.casework import case_state as cases
from minewatch.casework import commands as do
from minewatch.casework.case import decide
from minewatch.model.actors import Actor, allowed
from minewatch.model.errors import InputError, MissingError, RuleError
from minewatch.model.events import NewEvent, Stamp, StoredEvent
from minewatch.model.text import Text
from minewatch.stores.ledger import ReadRow
from minewatch.usecases.access import EventLog, check

CASE, CAMPAIGN = "case-", "campaign-"

OPENED = tuple(status for status in cases.CaseStatus if status is not cases.CaseStatus.NEW)
"""The states that an opened case may be in."""

ACTIONS: Mapping[type, str] = {
    do.OpenCase: "case.open",
    do.SetCategories: "case.categories",
    do.ServeNotice: "case.notice",
    do.IssueLetter: "case.letter",
    do.StateMoney: "case.money",
    do.ExtendDeadline: "case.extend",
    do.RecordReturn: "case.return",
    do.RecordVerification: "case.verify",
    do.RecordVisit: "case.visit",
    do.TakeMeasure: "case.measure",
    do.LiftMeasure: "case.lift",
    do.Dispute: "case.dispute",
    do.SettleDispute: "case.settle",
    do.Restore: "case.restore",
    do.Refer: "case.refer",
    do.Close: "case.close",
    campaigns.OpenCampaign: "campaign.open",
    campaigns.AddDuty: "campaign.duty",
    campaigns.ExtendDuty: "campaign.extend",
    campaigns.RecordDutyReturn: "campaign.return",
    campaigns.CloseCampaign: "campaign.close",
}
"""What permission each command needs."""


class CaseLog(EventLog, Protocol):
    """What cases need of a ledger."""

    def append_many(  # noqa: D102 - a port
        self, batches: Iterable[tuple[str, Sequence[NewEvent], int]], *, stamp: Stamp
    ) -> tuple[StoredEvent, ...]: ...
    def read_rows(self, table: str, *, updated_since: int = 0) -> list[dict[str, Any]]: ...  # noqa: D102
    def events(self, *, after: int = 0) -> Iterator[StoredEvent]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a command led to: the stream, its version now, and the names of the new events."""

    stream: str
    version: int
    events: tuple[str, ...]


def case_state(log: EventLog, case: str) -> cases.CaseState:
    """Fold the case ``case`` (its id); ``InputError`` when there is none."""
    events = log.stream(case)
    if not events or not case.startswith(CASE):
        raise MissingError(
            Text(f"There is no case {case}.", f"没有案件 {case}。"),
            remedy=Text("List the cases: minewatch case list.", "请查看案件列表：minewatch case list。"),
        )
    state = cases.CaseState(id=case)
    for event in events:
        state = cases.evolve(state, event)
    return state


def campaign_state(log: EventLog, campaign: str) -> campaigns.CampaignState:
    """Fold the campaign ``campaign`` (its id); ``InputError`` when there is none."""
    events = log.stream(campaign)
    if not events or not campaign.startswith(CAMPAIGN):
        raise MissingError(
            Text(f"There is no campaign {campaign}.", f"没有专项行动 {campaign}。"),
            remedy=Text(
                "List the campaigns: minewatch campaign status.", "请查看专项行动：minewatch campaign status。"
            ),
        )
    state = campaigns.CampaignState(id=campaign)
    for event in events:
        state = campaigns.evolve(state, event)
    return state


def open_cases(*, log: CaseLog, actor: Actor, at: datetime, new: Sequence[do.OpenCase]) -> tuple[Receipt, ...]:
    """Open one case for each of ``new``, all in one transaction; ids count on from the last case.

    Raises ``ConflictError`` when somebody else opened cases at the same moment; then none was opened.
    """
    for command in new:
        check(log=log, actor=actor, action="case.open", division=command.jurisdiction, at=at)
    first = len(log.read_rows("cases")) + 1
    batches = []
    for number, command in enumerate(new, start=first):
        stream = f"{CASE}{number}"
        batches.append((stream, decide(cases.CaseState(id=stream), command), 0))
    stored = log.append_many(batches, stamp=Stamp(actor.name, at, "case.open"))
    return _receipts(stored)


def act(*, log: CaseLog, actor: Actor, at: datetime, case: str, command: do.Command) -> Receipt:
    """Give ``command`` to the case ``case``."""
    (receipt,) = act_on_many(log=log, actor=actor, at=at, commands=[(case, command)])
    return receipt


def act_on_many(
    *, log: CaseLog, actor: Actor, at: datetime, commands: Sequence[tuple[str, do.Command]]
) -> tuple[Receipt, ...]:
    """Give many cases a command each, in one transaction: all of them or none.

    A case may get several commands, each decided on what the one before led to. A case that refuses its command stops
    the whole; the error names it.
    """
    batches = []
    states: dict[str, cases.CaseState] = {}
    for case, command in commands:
        state = states[case] if case in states else case_state(log, case)
        check(log=log, actor=actor, action=ACTIONS[type(command)], division=state.jurisdiction, at=at)
        try:
            events = decide(state, command)
        except RuleError as error:
            raise error.about(case) from error
        batches.append((case, events, state.version))
        for event in events:
            state = cases.evolve(state, event)
        states[case] = state
    cause = ACTIONS[type(commands[0][1])] if commands else ""
    return _receipts(log.append_many(batches, stamp=Stamp(actor.name, at, cause)))


def open_campaign(*, log: CaseLog, actor: Actor, at: datetime, name: str, command: campaigns.OpenCampaign) -> Receipt:
    """Open the campaign ``name`` over the command's region."""
    for division in command.region:
        check(log=log, actor=actor, action="campaign.open", division=division, at=at)
    state = campaigns.CampaignState(id=CAMPAIGN + name, version=len(log.stream(CAMPAIGN + name)))
    events = campaigns.decide(state, command)
    stored = log.append(CAMPAIGN + name, events, expected=0, stamp=Stamp(actor.name, at, "campaign.open"))
    return _receipts(stored)[0]


def act_on_campaign(
    *, log: CaseLog, actor: Actor, at: datetime, campaign: str, commands: Sequence[campaigns.CampaignCommand]
) -> Receipt:
    """Give ``commands`` to the campaign, one after the other, in one transaction."""
    state = campaign_state(log, campaign)
    before = state.version
    events: list[NewEvent] = []
    for command in commands:
        for division in state.region:
            check(log=log, actor=actor, action=ACTIONS[type(command)], division=division, at=at)
        for event in campaigns.decide(state, command):
            events.append(event)
            state = campaigns.evolve(state, event)
    cause = ACTIONS[type(commands[0])] if commands else ""
    log.append(campaign, events, expected=before, stamp=Stamp(actor.name, at, cause))
    return Receipt(campaign, state.version, tuple(event.name for event in events))


def visible_cases(*, log: CaseLog, actor: Actor, updated_since: int = 0) -> list[dict[str, Any]]:
    """Return the summary rows of the cases that ``actor`` may read, by number."""
    rows = log.read_rows("cases", updated_since=updated_since)
    mine = [row for row in rows if allowed(actor, "case.read", str(row["jurisdiction"]))]
    return sorted(mine, key=lambda row: int(str(row["id"]).removeprefix(CASE)))


def history(*, log: CaseLog, actor: Actor, case: str, at: datetime) -> tuple[StoredEvent, ...]:
    """Return all events of a case, for who may read it."""
    state = case_state(log, case)
    check(log=log, actor=actor, action="case.read", division=state.jurisdiction, at=at)
    return log.stream(case)


def _receipts(stored: Sequence[StoredEvent]) -> tuple[Receipt, ...]:
    names: dict[str, list[str]] = {}
    versions: dict[str, int] = {}
    for event in stored:
        names.setdefault(event.stream, []).append(event.name)
        versions[event.stream] = event.version
    return tuple(Receipt(stream, versions[stream], tuple(events)) for stream, events in names.items())


def project(event: StoredEvent, read: Callable[[str, str], dict[str, Any] | None]) -> Iterable[ReadRow]:
    """Turn an event of a case or campaign into its summary row: the folded state, as plain data."""
    if event.stream.startswith(CASE):
        row = read("cases", event.stream)
        state = cases.evolve(case_of(row) if row else cases.CaseState(id=event.stream), event)
        yield ReadRow("cases", event.stream, plain(state))
    elif event.stream.startswith(CAMPAIGN):
        row = read("campaigns", event.stream)
        known = _campaign_from(row) if row else campaigns.CampaignState(id=event.stream)
        yield ReadRow("campaigns", event.stream, plain(campaigns.evolve(known, event)))
    elif event.stream.startswith("draw-"):
        yield ReadRow("draws", event.stream, _draw(event, read("draws", event.stream)))
    elif event.name == "round.planned/1":
        data = event.payload
        yield ReadRow("rounds", f"{data['campaign']}:{data['day']}", {**data, "planned_at": event.at})


def reads(event: StoredEvent) -> Iterable[tuple[str, str]]:
    """Tell which read row :func:`project` will ask for."""
    for prefix, table in ((CASE, "cases"), (CAMPAIGN, "campaigns"), ("draw-", "draws")):
        if event.stream.startswith(prefix):
            yield table, event.stream


def _draw(event: StoredEvent, row: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the row of a draw: what was committed to when by whom, and once drawn its seed, objects and visits."""
    data: dict[str, Any] = event.payload
    begun = row or {
        "id": event.stream,
        "commitment": data.get("commitment", ""),
        "committed_at": event.at,
        "by": data.get("by", event.actor),
    }
    return {
        **begun,
        "drawn_at": event.at if "visits" in data else "",
        "campaign": str(data.get("campaign", "")),
        "seed": data.get("seed", ""),
        "objects": [one["id"] for one in data.get("objects", ())],
        "visits": data.get("visits", []),
    }


def plain(state: cases.CaseState | campaigns.CampaignState) -> dict[str, Any]:
    """Return a folded state as its read row: plain data, tuples as lists."""
    return {name: _as_json(getattr(state, name)) for name in state.__slots__}


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return {key: asdict(one) for key, one in value.items()} if isinstance(value, dict) else value


def case_of(row: Mapping[str, Any]) -> cases.CaseState:
    """Return the state that a read row of a case holds."""
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return cases.CaseState(**{**values, "status": cases.CaseStatus(values["status"])})


def _campaign_from(row: Mapping[str, Any]) -> campaigns.CampaignState:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    duties = {name: campaigns.Duty(**duty) for name, duty in row["duties"].items()}
    return campaigns.CampaignState(**{**values, "duties": duties})


def status_named(text: str) -> cases.CaseStatus:
    """Return the state of an opened case that ``text`` names; ``InputError`` with the states where there is none."""
    for status in OPENED:
        if status == text:
            return status
    raise InputError(
        Text(f"Cases have no state {text!r}.", f"案件没有状态“{text}”。"),
        remedy=Text(f"One of: {', '.join(OPENED)}.", f"可选：{'、'.join(OPENED)}。"),
    )


def campaign_named(log: CaseLog, name: str) -> str:
    """Return the stream of the campaign that was opened as ``name``; ``MissingError`` where there is none."""
    stream = CAMPAIGN + name.removeprefix(CAMPAIGN)
    if all(row["id"] != stream for row in log.read_rows("campaigns")):
        raise MissingError(
            Text(f"There is no campaign {name}.", f"没有专项行动 {name}。"),
            remedy=Text(
                "Check its name; minewatch campaign open opens one.", "请核对名称；开启用 minewatch campaign open。"
            ),
        )
    return stream
