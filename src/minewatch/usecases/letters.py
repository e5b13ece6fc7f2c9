"""Letters of a case: the merge fields from its events and the pack they applied, filled into the office's template or ours."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
from minewatch.policy.sections import section_zh
from minewatch.policy.terms import STATUS, Status
from minewatch.reports.letter_templates import template
from minewatch.reports.letter_words import ASK, OBJECTION
from minewatch.reports.merge import check_template, fill
from minewatch.usecases.case_words import about_kw
from minewatch.usecases.cases import case_state
from minewatch.usecases.office import Turn
from minewatch.usecases.simulated import case_mark
from minewatch.usecases.time_left import instant_of

OWN_EVENT = frozenset(
    {LetterKind.SELF_INSPECTION, LetterKind.INSPECTION, LetterKind.RECTIFICATION, LetterKind.SURCHARGE}
)
"""Kinds of letters that are an event of their own (``case.letter_issued/1``); the others tell a step of the case."""
ISSUED, SERVED = "case.letter_issued/1", "case.notice_served/1"
STEPS: Mapping[LetterKind, str] = {
    LetterKind.STOP_ORDER: SERVED,
    LetterKind.REFERRAL: "case.referred/1",
    LetterKind.RESTORATION: "case.restored/1",
}

FIRST: Mapping[str, Text] = {
    SERVED: Text("Serve the notice first: minewatch case notice.", "请先送达通知：minewatch case notice。"),
    ISSUED: Text("Issue the letter first: minewatch case letter.", "请先签发文书：minewatch case letter。"),
    "case.referred/1": Text("Record the referral first: minewatch case refer.", "请先登记移送：minewatch case refer。"),
    "case.restored/1": Text(
        "Record the decision first: minewatch case restore.", "请先登记决定：minewatch case restore。"
    ),
}
UNITS: Mapping[str, Text] = {"CNY/kWh": Text("CNY/kWh", "元/千瓦时")}
BEIJING = Text("Beijing time, UTC+08:00", "北京时间")
NAMES = {"Asia/Shanghai": BEIJING, "+08:00": BEIJING}


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
    return compose(turn=turn, state=state, order=order, told=_told(turn.office.log.stream(order.case), order.kind))


def compose(*, turn: Turn, state: CaseState, order: LetterOrder, told: StoredEvent) -> bytes:
    """Return the letter that tells the event ``told``; the same event, template and values give the same bytes."""
    unknown = [name for name in order.given if name not in FIELDS]
    if unknown:
        raise InputError(
            Text(f"There is no field {unknown[0]}.", f"没有字段 {unknown[0]}。"),
            remedy=Text(f"The fields are: {', '.join(FIELDS)}.", f"可用字段：{'、'.join(FIELDS)}。"),
        )
    values = {
        **letter_values(turn=turn, state=state, order=order, told=told),
        **_standing(turn.office.workspace.folder),
        **order.given,
    }
    own = turn.office.workspace.folder / "templates" / f"{order.kind}.{order.language}.docx"
    content = own.read_bytes() if own.exists() else template(order.kind, order.language)
    return fill(content, values, name=own.name, made_at=instant_of(told.at))


def warned_on(turn: Turn, case: str) -> date | None:
    """Return the day of the last warning of a surcharge that was issued in the case, in the office's zone."""
    found = [one for one in turn.office.log.stream(case) if one.name == ISSUED and one.payload["kind"] == "surcharge"]
    return instant_of(str(found[-1].payload["issued_at"])).astimezone(turn.office.zone).date() if found else None


def check(*, path: Path, kind: LetterKind) -> tuple[TemplateFault, ...]:
    """Return what is wrong with a template of ``kind``."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            Text(f"{path} cannot be read: {error}.", f"无法读取 {path}：{error}。"),
            remedy=Text("Check the path.", "请检查路径。"),
        ) from error
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
        raise InputError(
            Text(f"{path} cannot be used: {error}.", f"{path} 无法使用：{error}。"),
            remedy=Text('Write lines such as issuer = "…".', '请逐行写作 issuer = "…"。'),
        ) from error
    unknown = [name for name in found if name not in FIELDS]
    if unknown:
        raise InputError(
            Text(f"{path}: there is no field {unknown[0]}.", f"{path}：没有字段 {unknown[0]}。"),
            remedy=Text(f"The fields are: {', '.join(FIELDS)}.", f"可用字段：{'、'.join(FIELDS)}。"),
        )
    return {name: str(value) for name, value in found.items()}


def letter_values(*, turn: Turn, state: CaseState, order: LetterOrder, told: StoredEvent) -> dict[str, str]:
    """Return the value of every field that the event, the case and the applied pack give, in the order's language."""
    notices = [event for event in turn.office.log.stream(order.case) if event.name == SERVED]
    data = told.payload
    rule = told.reference or (notices[-1].reference if notices else None)
    held = _held(turn, rule)
    say = order.language
    on = instant_of(told.at).astimezone(turn.office.zone)
    number = Text(
        f"Case {state.id.removeprefix('case-')}, E{told.version}",
        f"案{state.id.removeprefix('case-')}—E{told.version}号",
    )
    place = divisions.name_of(state.jurisdiction, on.date()).in_language(say)
    power = (
        Text("not known", "未知")
        if state.mining_kw is None
        else Text(f"about {about_kw(state.mining_kw)} kW", f"约{about_kw(state.mining_kw)}千瓦")
    )
    comma = Text(", ", "、").in_language(say)
    values = {
        "number": str(data.get("number") or number.in_language(say)),
        "addressee": str(data.get("addressee") or data.get("body") or state.site),
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
        "mark": mark.in_language(say) if (mark := case_mark(turn.office, state)) else "",
        "transferred": str(data.get("note") or "") or Text("the case bundle", "案件卷宗包").in_language(say),
        "decision": str(data.get("basis") or ""),
        "effective": _time(str(data.get("effective_at") or ""), turn.office.workspace.zone, say),
        "deadline": _time(str(data.get("deadline") or state.deadline), str(data.get("zone") or state.zone), say),
        "surcharge": str(data.get("surcharge") or ""),
    }
    if order.kind in ASK:
        values["ask"] = str(data.get("asks") or "") or ASK[order.kind].in_language(say)
    return values


def _told(events: Sequence[StoredEvent], kind: LetterKind) -> StoredEvent:
    """Return the last event that a letter of ``kind`` tells; a request for a return may tell the notice that was served."""
    issued = [event for event in events if event.name == ISSUED and event.payload["kind"] == kind.value]
    name = STEPS.get(kind, SERVED if kind is LetterKind.SELF_INSPECTION else ISSUED)
    found = issued or [event for event in events if event.name == name and name != ISSUED]
    if not found:
        what = kind.value if name == ISSUED else name.split("/", maxsplit=1)[0]
        raise RuleError(
            Text(f"The case has no {what}: there is nothing to write.", f"案件中没有{what}，无从成文。"),
            remedy=FIRST[name],
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


def _status(held: Held | None, rule: RuleReference | None, because: str, say: Language) -> str:
    if held is None or rule is None:
        return ""
    status = held.pack.status.value
    told = Text(f"Status: {STATUS[status].en}.", f"效力状态：{STATUS[status].zh}。")
    if because:
        told = Text(f"{told.en} Used because: {because}.", f"{told.zh}采用理由：{because}。")
    return "" if status is Status.IN_FORCE and not because else told.in_language(say)


def surcharge_words(held: Held, pack: str, on: datetime, say: Language) -> str:
    """Return the surcharge that the pack sets on the day ``on``; ``RuleError`` where it sets none."""
    day = on.date()
    found = [
        one
        for one in held.pack.tariffs
        if one.kind == "surcharge"
        and (one.start is None or latest_day(one.start) <= day)
        and (one.end is None or day <= earliest_day(one.end))
    ]
    if not found:
        raise RuleError(
            Text(
                f"{pack} sets no surcharge that day: there is nothing to warn of.", f"{pack}当日未规定加价，无从告知。"
            ),
            remedy=Text(
                "Use the instrument that sets one, or give it with --set surcharge=….",
                "请选用规定加价的文件，或用 --set surcharge=… 给出。",
            ),
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
    at = instant_of(utc)
    offset = None if "/" in zone else datetime.strptime(zone, "%z").tzinfo
    local = at.astimezone(offset or ZoneInfo(zone))
    name = NAMES.get(zone, Text(f"UTC{local.isoformat()[-6:]}", f"UTC{local.isoformat()[-6:]}")).in_language(say)
    if say == "zh":
        return f"{day_text(local, say)}{local.hour}时{local.minute:02d}分（{name}）"
    return f"{day_text(local, say)}, {local:%H:%M} ({name})"
