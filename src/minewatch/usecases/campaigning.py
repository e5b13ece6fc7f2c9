"""Open a campaign from packs: every obliged party gets its duties, each with the deadline and the section of its pack."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from minewatch.casework import campaign as campaigns
from minewatch.model.errors import InputError, MissingError
from minewatch.model.events import NewEvent, RuleReference
from minewatch.model.text import Text
from minewatch.policy.deadlines import due
from minewatch.policy.library import Held
from minewatch.policy.schema import Deadline, Measure, Pack, Party, Report
from minewatch.usecases.cases import CAMPAIGN, Receipt
from minewatch.usecases.legal_bases import rest_on
from minewatch.usecases.office import Turn


@dataclass(frozen=True, slots=True)
class Task:
    """One thing an instrument asks of one party: what, by when, to whom, under which section."""

    id: str
    party: Party
    words: Text
    deadline: datetime | None
    zone: str
    reports_to: str
    section: str


def tasks(pack: Pack, opened: date) -> Iterator[Task]:
    """Yield what the pack asks of every obliged party: named deadlines, reports, and measures that have no deadline.

    A report due every day is one task a day, from ``opened`` to the pack's last named deadline (to the end of that day);
    where no deadline is named, it is one task without a deadline.
    """
    obliged = [party for party in pack.parties if party.obliged]
    zone = next((item.zone for item in pack.deadlines), "Asia/Shanghai")
    for party in obliged:
        for deadline in pack.deadlines:
            if party.id in deadline.parties:
                yield _of_deadline(pack, party, deadline)
        for measure in pack.measures:
            if party.id in measure.actors and measure.deadline is None:
                yield _of_measure(party, measure, zone)
        for report in pack.reporting:
            if report.sender == party.id and report.when.deadline is None:
                yield from _of_report(pack, party, report, opened)


def _name(pack: Pack, party: str | None) -> str:
    if party is None:
        return ""
    found = pack.party(party)
    return f"{found.en} {found.zh}"


def _of_deadline(pack: Pack, party: Party, deadline: Deadline) -> Task:
    reports = [item for item in pack.reporting if item.sender == party.id and item.when.deadline == deadline.id]
    words = Text(
        "; ".join([deadline.en, *(item.en for item in reports)]),
        "；".join([deadline.zh, *(item.zh for item in reports)]),
    )
    return Task(
        id=deadline.id,
        party=party,
        words=words,
        deadline=due(deadline) if deadline.at is not None else None,
        zone=deadline.zone,
        reports_to=_name(pack, reports[0].recipient) if reports else "",
        section=deadline.ref.at,
    )


def _of_measure(party: Party, measure: Measure, zone: str) -> Task:
    return Task(measure.id, party, measure.text, None, zone, "", measure.ref.at)


def _of_report(pack: Pack, party: Party, report: Report, opened: date) -> Iterator[Task]:
    recipient = _name(pack, report.recipient)
    ends = [(due(item), item.zone) for item in pack.deadlines if item.at is not None]
    zone = ends[0][1] if ends else "Asia/Shanghai"
    if report.when.every != "day" or not ends:
        yield Task(report.id, party, report.text, None, zone, recipient, report.ref.at)
        return
    last = max(end for end, _ in ends)
    place = ZoneInfo(zone)
    day = opened
    while (end := _midnight_after(day, place)) <= last:
        yield Task(f"{report.id}-{day.isoformat()}", party, report.text, end, zone, recipient, report.ref.at)
        day += timedelta(days=1)


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone)


def open_from_packs(
    *,
    turn: Turn,
    name: str,
    title: str,
    region: Sequence[str],
    packs: Sequence[str],
    by: str,
    because: str = "",
    bodies: Mapping[str, Sequence[str]] | None = None,
) -> Receipt:
    """Open the campaign ``name`` under ``packs`` with all duties they make, in one transaction.

    ``bodies`` names the real bodies behind a party of a pack (``counties -> 雨城区, 名山区``): each gets duties of its own.
    Outside a rehearsal an instrument that is no legal basis by itself is refused unless ``because`` says why ``by`` uses it.
    """
    _check_name(name)
    for division in region:
        turn.may("campaign.open", division)
    office = turn.office
    on = turn.at.astimezone(office.zone).date()
    held = [_usable(turn, one, by=by, because=because) for one in packs]
    stream = CAMPAIGN + name
    state = campaigns.CampaignState(id=stream, version=len(office.log.stream(stream)))
    opening = campaigns.OpenCampaign(
        title=title,
        region=tuple(region),
        instruments=tuple(RuleReference(one.pack.id, one.version, "") for one in held),
        zone=office.workspace.zone,
        opened_at=turn.at,
        by=by,
        exception_reason=because,
    )
    events: list[NewEvent] = []
    commands: list[campaigns.CampaignCommand] = [opening, *_duties(held, on=on, by=by, bodies=bodies or {})]
    for command in commands:
        for event in campaigns.decide(state, command):
            events.append(event)
            state = campaigns.evolve(state, event)
    office.log.append(stream, events, expected=0, stamp=replace(turn.stamp, cause="campaign.open"))
    return Receipt(stream, len(events), tuple(event.name for event in events))


def _check_name(name: str) -> None:
    if not name or not all(letter.isalnum() or letter in "-_." for letter in name):
        raise InputError(
            Text(f"{name!r} cannot name a campaign.", f"“{name}”不能作专项行动名称。"),
            remedy=Text("Use letters, digits, - and _, such as yaan-2021.", "请用字母、数字、- 和 _，如 yaan-2021。"),
        )


def _usable(turn: Turn, pack: str, *, by: str, because: str) -> Held:
    if turn.office.is_rehearsal:
        return turn.office.library.get(pack)
    return rest_on(turn=turn, pack=pack, by=by, because=because).held


def _duties(
    held: Sequence[Held], *, on: date, by: str, bodies: Mapping[str, Sequence[str]]
) -> Iterator[campaigns.AddDuty]:
    unknown = set(bodies) - {party.id for one in held for party in one.pack.parties}
    if unknown:
        known = ", ".join(sorted({party.id for one in held for party in one.pack.parties if party.obliged}))
        raise InputError(
            Text(
                f"No pack has a party {', '.join(sorted(unknown))}.",
                f"所用文件中没有责任单位 {'、'.join(sorted(unknown))}。",
            ),
            remedy=Text(f"Their parties: {known}.", f"其责任单位：{known}。"),
        )
    for one in held:
        for task in tasks(one.pack, on):
            named = bodies.get(task.party.id, ())
            for number, body in enumerate(named or ("",), start=1):
                suffix = f".{number}" if named else ""
                yield campaigns.AddDuty(
                    duty=f"{one.pack.id}/{task.id}/{task.party.id}{suffix}",
                    party=body or task.party.en,
                    party_zh=body or task.party.zh,
                    kind=task.party.kind.value,
                    task=task.words.en,
                    task_zh=task.words.zh,
                    deadline=task.deadline,
                    zone=task.zone,
                    reports_to=task.reports_to,
                    basis=RuleReference(one.pack.id, one.version, task.section),
                    by=by,
                )


def status_rows(*, turn: Turn, campaign: str | None = None) -> list[dict[str, object]]:
    """Return a row a duty of the campaigns the actor may read: party, task, deadline, where it stands now."""
    rows: list[dict[str, object]] = []
    for state in turn.office.log.read_rows("campaigns"):
        if campaign is not None and state["id"] != campaign:
            continue
        for division in state["region"]:
            turn.may("campaign.read", division)
        for duty in sorted(state["duties"].values(), key=lambda item: (item["deadline"] or "9", item["id"])):
            stands = campaigns.due(duty["deadline"], duty["zone"], now=turn.at, done_at=duty["returned_at"])
            rows.append(
                {
                    "campaign": state["id"],
                    "duty": duty["id"],
                    "party": Text(duty["party"], duty["party_zh"] or duty["party"]),
                    "task": Text(duty["task"], duty["task_zh"] or duty["task"]),
                    "deadline": duty["deadline"],
                    "zone": duty["zone"],
                    "stands": stands.value,
                    "stands_text": DUE_TEXTS[stands],
                    "returned_at": duty["returned_at"],
                    "nil": duty["nil"],
                    "sites_found": duty["sites_found"],
                    "reports_to": duty["reports_to"],
                }
            )
    if campaign is not None and not rows and turn.office.log.read_row("campaigns", campaign) is None:
        raise MissingError(
            Text(f"There is no campaign {campaign}.", f"没有专项行动 {campaign}。"),
            remedy=Text(
                "List the campaigns: minewatch campaign status.", "请查看专项行动：minewatch campaign status。"
            ),
        )
    return rows


DUE_TEXTS: Mapping[campaigns.Due, Text] = {
    campaigns.Due.DONE: Text("done in time", "按时完成"),
    campaigns.Due.DONE_LATE: Text("done late", "逾期完成"),
    campaigns.Due.OVERDUE: Text("overdue", "已逾期"),
    campaigns.Due.DUE_TODAY: Text("due today", "今日到期"),
    campaigns.Due.OPEN: Text("open", "未到期"),
    campaigns.Due.NO_DEADLINE: Text("no deadline is set", "未设期限"),
}
