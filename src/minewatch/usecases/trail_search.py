"""The audit trail as a search: events of the ledger and, where a console keeps them, sights; one page at a time.

Supervisors and auditors find what belongs to their divisions and what they did themselves; an administrator, and whose
division is the whole country, finds everything. What was said by informants stands in no event and is never shown.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol

from minewatch.model.actors import WHOLE_COUNTRY, Actor, Role, allowed
from minewatch.model.days import optional_day
from minewatch.model.errors import InputError
from minewatch.model.events import JsonValue, StoredEvent, canonical_json, utc_text
from minewatch.model.guard import neutral
from minewatch.model.text import Text
from minewatch.model.trail_views import TrailKind, TrailPage, TrailRow
from minewatch.stores.console_store import Sight, SightQuery
from minewatch.stores.ledger_search import COUNTED, EventQuery, Reach
from minewatch.usecases.access import actors
from minewatch.usecases.case_file import EVENTS
from minewatch.usecases.office import Turn
from minewatch.usecases.trail import digest_of, exported

PAGE = 50
MOST_EXPORTED = 100_000
"""Entries that one export holds at most; a narrower search gives the rest."""
VALUE_LENGTH = 300
HIDDEN = frozenset({"key", "informant", "contact", "party", "party_key"})
"""Fields that are not shown: they lead to personal data."""

NAMES: dict[TrailKind, tuple[str, ...]] = {
    TrailKind.SAW: ("tip.read/",),
    TrailKind.EXPORTED: ("access.exported/", "export."),
    TrailKind.REFUSED: ("access.refused/",),
}
"""Beginnings of the names of events that are no change."""

WORDS: dict[str, Text] = {
    **EVENTS,
    "campaign.opened/1": Text("campaign opened", "专项行动启动"),
    "campaign.duty_added/1": Text("duty added", "新增任务"),
    "campaign.duty_extended/1": Text("duty extended", "任务延期"),
    "campaign.return_received/1": Text("return of a duty received", "收到任务报告"),
    "campaign.closed/1": Text("campaign closed", "专项行动结束"),
    "actor.set/1": Text("person registered", "登记人员"),
    "workspace.rehearsal_declared/1": Text("declared a rehearsal", "声明为演练"),
    "tip.received/1": Text("tip received", "收到举报"),
    "tip.read/1": Text("read a tip", "查阅举报"),
    "tip.erased/1": Text("tip erased", "删除举报内容"),
    "personal.erased/1": Text("personal data erased", "删除个人信息"),
    "export.bundle_made/1": Text("case bundle made", "生成案卷包"),
    "draw.seed_committed/1": Text("seed of a draw committed", "提交抽查种子"),
    "draw.drawn/1": Text("draw made", "完成抽查"),
    "data.asked/1": Text("work on data asked for", "发起数据任务"),
    "data.resumed/1": Text("work on data resumed", "恢复数据任务"),
    "data.finished/1": Text("work on data finished", "数据任务完成"),
    "data.failed/1": Text("work on data failed", "数据任务失败"),
    "account.made/1": Text("account opened", "开通账户"),
    "account.reset/1": Text("one-time password set", "重置密码"),
    "account.disabled/1": Text("account closed", "停用账户"),
    "account.locked/1": Text("account locked after wrong passwords", "密码多次错误，账户锁定"),
    "account.tied/1": Text("tied to the identity provider's name", "绑定统一身份"),
    "account.token_made/1": Text("API token made", "新建接口令牌"),
    "account.token_ended/1": Text("API token taken back", "收回接口令牌"),
    "finding.accepted/1": Text("finding accepted", "采纳疑点"),
    "finding.dismissed/1": Text("finding dismissed", "排除疑点"),
    "finding.case_opened/1": Text("case opened on the finding", "依据疑点立案"),
    "finding.decision_undone/1": Text("decision on the finding taken back", "撤销疑点处理"),
    "model.fitted/1": Text("curve model adapted", "调整模型"),
    "model.chosen/1": Text("curve model chosen for screening", "选定筛查模型"),
    "round.planned/1": Text("rounds of visits planned", "安排核查路线"),
    "submission.taken/1": Text("report from a phone taken", "收到手机上报"),
    "access.refused/1": Text("refused", "拒绝访问"),
    "access.exported/1": Text("exported", "导出"),
}

COLUMNS = ("at", "kind", "person", "what", "thing", "division", "position", "rule", "details")


@dataclass(frozen=True, slots=True)
class TrailQuery:
    """What is looked for: person, thing (case, finding, meter, page), kind, days of the workspace's zone (both included)."""

    person: str = ""
    thing: str = ""
    kind: TrailKind | None = None
    first_day: date | None = None
    last_day: date | None = None


class Sights(Protocol):
    """Where sights are kept: what was only looked at (see ``stores.console_store``)."""

    def numbered_sights(self, query: SightQuery, *, limit: int) -> list[tuple[int, Sight]]: ...  # noqa: D102 - a port
    def count_sights(self, query: SightQuery, *, most: int) -> int: ...  # noqa: D102


def query_of(
    *, person: str = "", thing: str = "", kind: str = "", first_day: str = "", last_day: str = ""
) -> TrailQuery:
    """Read a form's texts; ``InputError`` for what is no kind or no day."""
    try:
        chosen = TrailKind(kind) if kind else None
    except ValueError as error:
        raise InputError(
            Text(f"{kind[:40]!r} is no kind.", f"没有类别 {kind[:40]!r}。"),
            remedy=Text(f"Choose one of {', '.join(TrailKind)}.", f"请选择：{'、'.join(TrailKind)}。"),
        ) from error
    return TrailQuery(person.strip(), thing.strip(), chosen, optional_day(first_day), optional_day(last_day))


def search(
    *, turn: Turn, query: TrailQuery, sights: Sights | None = None, before: str = "", limit: int = PAGE
) -> TrailPage:
    """Return one page of the trail; ``before`` is the cursor that the page before it gave (``TrailPage.older``)."""
    turn.may("audit.read")
    rows = _rows(turn, query, sights, before, limit + 1)
    whole = not before and len(rows) <= limit
    found = len(rows) if whole else _count(turn, query, sights)
    shown = rows[:limit]
    older = _cursor(shown[-1]) if len(rows) > limit else ""
    return TrailPage(tuple(row for row, _ in shown), min(found, COUNTED), found > COUNTED, older)


def export(*, turn: Turn, query: TrailQuery, form: str, sights: Sights | None = None) -> tuple[bytes, str, str]:
    """Return everything that matches as CSV or JSON lines: content, file name, media type; the export is put on record.

    Raises ``InputError`` for another ``form``, and where more matches than one file holds.
    """
    turn.may("audit.read")
    if form not in {"csv", "jsonl"}:
        raise InputError(
            Text(f"{form[:40]!r} is no form of export.", f"不支持导出格式 {form[:40]!r}。"),
            remedy=Text("Choose csv or jsonl.", "请选择 csv 或 jsonl。"),
        )
    rows = [row for row, _ in _rows(turn, query, sights, "", MOST_EXPORTED + 1)]
    if len(rows) > MOST_EXPORTED:
        raise InputError(
            Text(f"More than {MOST_EXPORTED:,} entries match.", f"符合条件的记录超过 {MOST_EXPORTED:,} 条。"),
            remedy=Text("Narrow the search by days, then export in parts.", "请按日期缩小范围，分批导出。"),
        )
    content = _csv(rows) if form == "csv" else _jsonl(rows)
    asked = "; ".join(f"{name} {value}" for name, value in _asked(query) if value)
    exported(turn, f"audit trail ({form})", asked or "everything", digest_of(content))
    media = "text/csv" if form == "csv" else "application/x-ndjson"
    return content, f"audit-trail-{turn.at:%Y%m%d-%H%M%S}.{form}", media


def _asked(query: TrailQuery) -> Iterator[tuple[str, str]]:
    yield "person", query.person
    yield "thing", query.thing
    yield "kind", query.kind.value if query.kind else ""
    yield "from", query.first_day.isoformat() if query.first_day else ""
    yield "to", query.last_day.isoformat() if query.last_day else ""


Ranked = tuple[TrailRow, tuple[str, int, int]]
"""A row with its place in the order: instant, 1 for an event and 0 for a sight, number."""


def _rows(turn: Turn, query: TrailQuery, sights: Sights | None, before: str, limit: int) -> list[Ranked]:
    place = _place(before)
    events = replace(_event_query(turn, query), before=_before_event(place))
    rows: list[Ranked] = [
        (row_of(event), (event.at, 1, event.position)) for event in turn.office.log.search(events, limit=limit)
    ]
    if sights is not None and query.kind in {None, TrailKind.SAW}:
        wanted = replace(_sight_query(turn, query), before=_before_sight(place))
        rows += [(_sight_row(one), (one.at, 0, number)) for number, one in sights.numbered_sights(wanted, limit=limit)]
    return sorted(rows, key=lambda one: one[1], reverse=True)[:limit]


def _count(turn: Turn, query: TrailQuery, sights: Sights | None) -> int:
    found = turn.office.log.count_found(_event_query(turn, query))
    if sights is not None and query.kind in {None, TrailKind.SAW}:
        found += sights.count_sights(_sight_query(turn, query), most=COUNTED + 1)
    return found


def _cursor(ranked: Ranked) -> str:
    at, source, number = ranked[1]
    return f"{at}~{source}~{number}"


def _place(cursor: str) -> tuple[str, int, int] | None:
    if not cursor:
        return None
    try:
        at, source, number = cursor.split("~")
        return at, int(source), int(number)
    except ValueError as error:
        raise InputError(
            Text("The page asked for is not one of this list.", "所请求的页不属于此列表。"),
            remedy=Text("Start the search again.", "请重新查询。"),
        ) from error


def _before_event(place: tuple[str, int, int] | None) -> tuple[str, int] | None:
    """Events come before sights of the same instant: after a sight only events of earlier instants are left."""
    if place is None:
        return None
    at, source, number = place
    return (at, number) if source else (at, 0)


def _before_sight(place: tuple[str, int, int] | None) -> tuple[str, int] | None:
    if place is None:
        return None
    at, source, number = place
    return (at, number) if not source else (at, 1 << 62)


def _event_query(turn: Turn, query: TrailQuery) -> EventQuery:
    since, until = _window(turn, query)
    others = tuple(name for names in NAMES.values() for name in names)
    return EventQuery(
        person=query.person,
        thing=query.thing,
        names=NAMES.get(query.kind, ()) if query.kind else (),
        without=others if query.kind is TrailKind.CHANGED else (),
        since=since,
        until=until,
        reach=reach_of(turn),
    )


def _sight_query(turn: Turn, query: TrailQuery) -> SightQuery:
    since, until = _window(turn, query)
    return SightQuery(actor=query.person, thing=query.thing, since=since, until=until, people=_people(turn))


def _window(turn: Turn, query: TrailQuery) -> tuple[str, str]:
    def begin(day: date) -> str:
        return utc_text(datetime.combine(day, time(), turn.office.zone))

    since = begin(query.first_day) if query.first_day else ""
    return since, begin(query.last_day + timedelta(days=1)) if query.last_day else ""


def reach_of(turn: Turn) -> Reach | None:
    """Return what of the ledger the actor may search; None: everything."""
    if _sees_all(turn.actor):
        return None
    campaigns = tuple(
        str(row["id"])
        for row in turn.office.log.read_rows("campaigns")
        if any(allowed(turn.actor, "audit.read", str(code)) for code in row["region"])
    )
    return Reach(tuple(_stem(code) for code in turn.actor.divisions), campaigns, turn.actor.name)


def _sees_all(actor: Actor) -> bool:
    return Role.ADMINISTRATOR in actor.roles or WHOLE_COUNTRY in actor.divisions


def _stem(division: str) -> str:
    while division.endswith("00"):
        division = division[:-2]
    return division


def _people(turn: Turn) -> tuple[str, ...] | None:
    """Return whose sights the actor may find: people all of whose divisions are covered by the actor's own."""
    if _sees_all(turn.actor):
        return None
    return tuple(one.name for one in actors(log=turn.office.log) if _is_under(turn.actor, one))


def _is_under(supervisor: Actor, other: Actor) -> bool:
    if other.name == supervisor.name:
        return True
    return bool(other.divisions) and all(allowed(supervisor, "audit.read", code) for code in other.divisions)


def kind_of(name: str) -> TrailKind:
    """Return what an event of that name means for the trail."""
    for kind, beginnings in NAMES.items():
        if name.startswith(beginnings):
            return kind
    return TrailKind.CHANGED


def row_of(event: StoredEvent) -> TrailRow:
    """Return an event as an entry of the trail, without fields that lead to personal data."""
    data = event.payload
    place = data.get("division") or data.get("jurisdiction") or ""
    subject = data.get("subject") if event.name.startswith("access.exported/") else None
    rule = event.reference
    return TrailRow(
        at=event.at,
        kind=kind_of(event.name),
        person=event.actor,
        what=WORDS.get(event.name, Text(event.name, event.name)),
        thing=str(subject or event.stream),
        division=str(place),
        position=event.position,
        details=tuple(_details(data)),
        rule=f"{rule.pack} {rule.section}" if rule else "",
    )


def _details(data: Mapping[str, JsonValue]) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        if name in HIDDEN or value in (None, "", [], {}):
            continue
        text = value if isinstance(value, str) else canonical_json(value)
        yield name, text if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]}…"


def _sight_row(sight: Sight) -> TrailRow:
    details = (("request", f"{sight.method} {sight.route}"), ("answer", str(sight.status)), ("from", sight.address))
    shown = tuple((name, value) for name, value in details if value)
    return TrailRow(
        at=sight.at,
        kind=TrailKind.SAW,
        person=sight.actor,
        what=Text("page", "页面"),
        thing=sight.subject or sight.route,
        division="",
        position=None,
        details=shown,
    )


def _plain(row: TrailRow) -> dict[str, str | int | None]:
    return {
        "at": row.at,
        "kind": row.kind.value,
        "person": row.person,
        "what": row.what.en,
        "thing": row.thing,
        "division": row.division,
        "position": row.position,
        "rule": row.rule,
        "details": "; ".join(f"{name}={value}" for name, value in row.details),
    }


def _csv(rows: Iterable[TrailRow]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        plain = _plain(row)
        writer.writerow([neutral(str(plain[name])) if plain[name] is not None else "" for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _jsonl(rows: Iterable[TrailRow]) -> bytes:
    lines = (json.dumps({**_plain(row), "details": dict(row.details)}, ensure_ascii=False) for row in rows)
    return "".join(line + "\n" for line in lines).encode("utf-8")
