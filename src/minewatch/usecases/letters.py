"""Letters of a case: the merge fields from its events and the pack they applied, filled into the office's template or ours."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from minewatch.casework.case_state import CaseState
from minewatch.model.errors import InputError, RuleError
from minewatch.model.events import RuleReference, StoredEvent
from minewatch.model.letters import FIELDS, NEEDED, LetterKind, TemplateFault
from minewatch.model.text import Language, Text
from minewatch.policy import divisions
from minewatch.policy.library import Held
from minewatch.policy.schema import earliest_day, latest_day
from minewatch.policy.terms import STATUS, Status
from minewatch.reports.letter_templates import template
from minewatch.reports.letter_words import ASK, OBJECTION
from minewatch.reports.merge import check_template, fill
from minewatch.usecases.cases import case_state
from minewatch.usecases.office import Turn

RESTS_ON: Mapping[LetterKind, str] = {
    LetterKind.REFERRAL: "case.referred/1",
    LetterKind.RESTORATION: "case.restored/1",
}
"""The event a kind of letter tells; the others tell the case's last served notice."""

FIRST: Mapping[str, Text] = {
    "case.notice_served/1": Text(
        "Serve the notice first: minewatch case notice.", "请先送达通知：minewatch case notice。"
    ),
    "case.referred/1": Text("Record the referral first: minewatch case refer.", "请先登记移送：minewatch case refer。"),
    "case.restored/1": Text(
        "Record the decision first: minewatch case restore.", "请先登记决定：minewatch case restore。"
    ),
}
UNITS: Mapping[str, Text] = {"CNY/kWh": Text("CNY/kWh", "元/千瓦时")}
NAMES = {"Asia/Shanghai": Text("Beijing time, UTC+08:00", "北京时间")}
PARAGRAPHS = {"first": "第一段", "second": "第二段", "third": "第三段", "fourth": "第四段", "fifth": "第五段"}


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """Which letter of which case; ``given`` are values of fields that somebody sets, which win over ours."""

    case: str
    kind: LetterKind
    language: Language
    given: Mapping[str, str]


def letter(*, turn: Turn, order: LetterOrder) -> bytes:
    """Return the letter as .docx, from ``templates/KIND.LANGUAGE.docx`` of the workspace where there is one.

    Raises ``RuleError`` where the case has no event to tell, ``InputError`` for a field without value or an unknown one.
    """
    state = case_state(turn.office.log, order.case)
    turn.may("case.read", state.jurisdiction)
    unknown = [name for name in order.given if name not in FIELDS]
    if unknown:
        raise InputError(f"There is no field {unknown[0]}.", remedy=f"The fields are: {', '.join(FIELDS)}.")
    values = {
        **letter_values(turn=turn, state=state, order=order),
        **_standing(turn.office.workspace.folder),
        **order.given,
    }
    own = turn.office.workspace.folder / "templates" / f"{order.kind}.{order.language}.docx"
    content = own.read_bytes() if own.exists() else template(order.kind, order.language)
    return fill(content, values, name=own.name, made_at=turn.at)


def check(*, path: Path, kind: LetterKind) -> tuple[TemplateFault, ...]:
    """Return what is wrong with a template of ``kind``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}.", remedy="Check the path.") from error
    return check_template(content, name=path.name, known=tuple(FIELDS), needed=NEEDED[kind])


def templates() -> tuple[tuple[str, bytes], ...]:
    """Return all templates of ours: file name and content."""
    return tuple(
        (f"{kind}.{language}.docx", template(kind, language)) for kind in LetterKind for language in _LANGUAGES
    )


_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _standing(folder: Path) -> dict[str, str]:
    """Return the values that an office gives every letter: ``templates/fields.toml`` (issuer, contact, …)."""
    path = folder / "templates" / "fields.toml"
    if not path.exists():
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be used: {error}.", remedy='Write lines such as issuer = "…".') from error
    unknown = [name for name in found if name not in FIELDS]
    if unknown:
        raise InputError(f"{path}: there is no field {unknown[0]}.", remedy=f"The fields are: {', '.join(FIELDS)}.")
    return {name: str(value) for name, value in found.items()}


def letter_values(*, turn: Turn, state: CaseState, order: LetterOrder) -> dict[str, str]:
    """Return the value of every field that the case's events and the applied pack give, in the order's language."""
    events = turn.office.log.stream(order.case)
    told = _last(events, RESTS_ON.get(order.kind, "case.notice_served/1"))
    notices = [event for event in events if event.name == "case.notice_served/1"]
    data = told.payload
    rule = told.reference or (notices[-1].reference if notices else None)
    held = _held(turn, rule)
    say = order.language
    at = datetime.strptime(told.at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    on = at.astimezone(turn.office.zone)
    place = divisions.name_of(state.jurisdiction, on.date()).in_language(say)
    power = (
        Text("not known", "未知")
        if state.mining_kw is None
        else Text(f"about {state.mining_kw:g} kW", f"约{state.mining_kw:g}千瓦")
    )
    comma = Text(", ", "、").in_language(say)
    values = {
        "number": str(data.get("number") or f"{order.case}-{told.version}"),
        "addressee": str(data.get("body") or state.site),
        "site": state.site,
        "case": state.id.removeprefix("case-"),
        "division": place,
        "meters": comma.join(state.meters) or Text("none known", "未登记").in_language(say),
        "power": power.in_language(say),
        "basis": _basis(held, rule, say),
        "basis_status": _status(held, rule, str(data.get("exception_reason") or ""), say),
        "objection": OBJECTION.in_language(say),
        "by": str(data["by"]),
        "date": day_text(on, say),
        "mark": Text("REHEARSAL", "演　练").in_language(say) if turn.office.is_rehearsal else "",
        "transferred": str(data.get("note") or "") or Text("the case bundle", "案件卷宗包").in_language(say),
        "decision": str(data.get("basis") or ""),
        "effective": _time(str(data.get("effective_at") or ""), turn.office.workspace.zone, say),
        "deadline": _time(state.deadline, state.zone, say),
    }
    if order.kind in ASK:
        values["ask"] = ASK[order.kind].in_language(say)
    if order.kind is LetterKind.SURCHARGE and "surcharge" not in order.given:
        values["surcharge"] = _surcharge(held, rule, on, say)
    return values


def _last(events: Sequence[StoredEvent], name: str) -> StoredEvent:
    found = [event for event in events if event.name == name]
    if not found:
        raise RuleError(
            f"The case has no {name.split('/', maxsplit=1)[0]}: there is nothing to write.", remedy=FIRST[name].en
        )
    return found[-1]


def _held(turn: Turn, rule: RuleReference | None) -> Held | None:
    found = [
        one for one in turn.office.library.all() if rule and (one.pack.id, one.version) == (rule.pack, rule.version)
    ]
    return found[0] if found else None


def _basis(held: Held | None, rule: RuleReference | None, say: Language) -> str:
    if rule is None:
        return Text("none was recorded", "未登记").in_language(say)
    if held is None:
        return f"{rule.pack}, {rule.version}, {rule.section}"
    pack = held.pack
    number = f"({pack.number.text.in_language(say)})" if pack.number else ""
    if say == "zh":
        return f"《{pack.title.zh}》{number.replace('(', '（').replace(')', '）')}{section_zh(rule.section)}"
    return " ".join(part for part in (pack.title.en, number) if part) + f", {rule.section}"


def section_zh(section: str) -> str:
    """Say a place within an instrument in Chinese where it is a numbered item or paragraph; others stay as they are."""
    item = re.fullmatch(r"item (\d+)", section)
    if item:
        return f"第{item[1]}项"
    order = re.match(r"(first|second|third|fourth|fifth) paragraph", section)
    return PARAGRAPHS[order[1]] if order else f"（{section}）"


def _status(held: Held | None, rule: RuleReference | None, because: str, say: Language) -> str:
    if held is None or rule is None:
        return ""
    status = held.pack.status.value
    told = Text(f"Status: {STATUS[status].en}.", f"效力状态：{STATUS[status].zh}。")
    if because:
        told = Text(f"{told.en} Used because: {because}.", f"{told.zh}采用理由：{because}。")
    return "" if status is Status.IN_FORCE and not because else told.in_language(say)


def _surcharge(held: Held | None, rule: RuleReference | None, on: datetime, say: Language) -> str:
    day = on.date()
    found = [
        one
        for one in (held.pack.tariffs if held else ())
        if one.kind == "surcharge"
        and (one.start is None or latest_day(one.start) <= day)
        and (one.end is None or day <= earliest_day(one.end))
    ]
    if not found:
        named = rule.pack if rule else "the notice"
        raise RuleError(
            f"{named} sets no surcharge that day: there is nothing to warn of.",
            remedy="Serve a notice under the instrument that sets one, or give it with --set surcharge=….",
        )
    return "; ".join(
        f"{one.amount} {UNITS.get(one.unit, Text(one.unit, one.unit)).in_language(say)} ({one.text.in_language(say)})"
        for one in found
    )


def day_text(at: datetime, say: Language) -> str:
    """Write a day as letters do: 2021年6月17日, 17 June 2021."""
    return f"{at.year}年{at.month}月{at.day}日" if say == "zh" else f"{at.day} {at:%B %Y}"


def _time(utc: str, zone: str, say: Language) -> str:
    if not utc:
        return ""
    at = datetime.strptime(utc, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    offset = None if "/" in zone else datetime.strptime(zone, "%z").tzinfo
    local = at.astimezone(offset or ZoneInfo(zone))
    name = NAMES.get(zone, Text(f"UTC{local.isoformat()[-6:]}", f"UTC{local.isoformat()[-6:]}")).in_language(say)
    if say == "zh":
        return f"{day_text(local, say)}{local.hour}时{local.minute:02d}分（{name}）"
    return f"{day_text(local, say)}, {local:%H:%M} ({name})"
