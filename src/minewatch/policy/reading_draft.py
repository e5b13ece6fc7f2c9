"""From an event of a document to a draft pack: every field linked to its span, the doubtful ones listed for a person."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import yaml

from minewatch.model.documents import Document
from minewatch.model.text import Text
from minewatch.policy.checking import MUST_SPEAK, read_pack
from minewatch.policy.divisions import NATION
from minewatch.policy.reading_events import Event, limit_of
from minewatch.policy.reading_mentions import Span
from minewatch.policy.reading_time import Moment
from minewatch.policy.reading_triggers import language_of
from minewatch.policy.schema import FORMAT
from minewatch.policy.terms import Action, Unit

DRAFTED = frozenset({"notice", "draft", "announcement", "decree", "order", "decision", "confirmation", "meeting"})
"""Kinds of event that can be an instrument; a meeting only if it says what is to be done."""

_FORMS = {
    "notice": "notice", "draft": "consultation_draft", "announcement": "announcement", "decree": "decree",
    "order": "order", "decision": "meeting", "confirmation": "notice", "meeting": "meeting",
}  # fmt: skip
_ACTS = {
    "notice": "issued", "draft": "published", "announcement": "published", "decree": "issued", "order": "circulated",
    "decision": "held", "confirmation": "confirmed", "meeting": "held",
}  # fmt: skip
_UNITS = frozenset(unit.value for unit in Unit)
_ZONES = {
    "KZ": "Asia/Almaty", "IR": "Asia/Tehran", "KW": "Asia/Kuwait", "MY": "Asia/Kuala_Lumpur", "NO": "Europe/Oslo",
    "US-TX": "America/Chicago", "US-NY": "America/New_York", "RU": "Europe/Moscow", "RU-IRK": "Asia/Irkutsk",
    "RU-BU": "Asia/Irkutsk", "RU-ZAB": "Asia/Chita", "RU-DA": "Europe/Moscow",
}  # fmt: skip


class _Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes every value out: a pack has no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never abbreviate a value that stands twice."""
        del data
        return True


@dataclass(frozen=True, slots=True)
class DraftPack:
    """A pack as YAML text that passes the check, the event it was made of, and what a person must decide."""

    id: str
    event: int
    yaml: str
    doubtful: tuple[Text, ...]


@dataclass(slots=True)
class _Maker:
    """Collects the doubts while the pack's values are written down."""

    document: Document
    event: Event
    doubts: list[Text] = field(default_factory=list)

    def ref(self, span: Span) -> dict[str, Any]:
        """Return a reference to the document: characters, never better than grade C until a person confirms it."""
        return {"at": f"characters {span[0]}-{span[1]}", "source": "document", "grade": "C", "span": list(span)}

    def words(self, text: str, span: Span) -> dict[str, Any]:
        """Return a cited text; it is not translated, so both languages hold what the document says."""
        text = re.sub(r"\s+", " ", text).strip() or "—"
        return {"zh": text, "en": text, "ref": self.ref(span)}

    def doubt(self, en: str, zh: str) -> None:
        """Put something on the list for a person."""
        self.doubts.append(Text(en, zh))


def draft_packs(document: Document, found: list[Event], today: date) -> list[DraftPack]:
    """Return one draft for each event that can be an instrument; each passes ``policy check``."""
    out: list[DraftPack] = []
    for index, event in enumerate(found):
        if event.kind not in DRAFTED or event.place is None or (event.kind == "meeting" and not event.measures):
            continue
        if event.kind == "meeting" and any(e.kind == "decision" and e.start == event.start for e in found):
            continue
        maker = _Maker(document, event)
        day = event.when.day.strftime("%Y%m%d") if event.when and event.when.day else "undated"
        identity = f"draft-{event.place.code.lower()}-{day}-{event.kind}"
        taken = {draft.id for draft in out}
        identity = next(name for name in (identity, *(f"{identity}-{n}" for n in range(2, 9999))) if name not in taken)
        data = _data(maker, identity, today)
        text = yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=120)
        read_pack(text, f"{identity}.yaml")
        out.append(DraftPack(identity, index, text, tuple(maker.doubts)))
    return out


def _data(maker: _Maker, identity: str, today: date) -> dict[str, Any]:
    event, document = maker.event, maker.document
    assert event.place is not None  # noqa: S101 - the caller leaves out events without a place
    whole = (event.start, event.end)
    body: dict[str, Any] = {
        "title": _title(maker),
        "form": _FORMS[event.kind],
        "issuers": _issuers(maker),
        "jurisdiction": {
            "code": event.place.code,
            "on": (event.when.day if event.when and event.when.day else today).isoformat(),
            "ref": maker.ref((event.place.start, event.place.end)),
        },
        "status": {
            "value": "draft",
            "why": {
                "zh": f"由文档自动起草，待人工确认（原文口气：{event.certainty}）。",
                "en": f"Drafted from a document, to be confirmed by a person (the text speaks as: {event.certainty}).",
            },
            "ref": maker.ref(whole),
        },
    }
    if event.number is not None:
        body["number"] = maker.words(event.number.value, (event.number.start, event.number.end))
    body |= _dates(maker)
    body |= _contents(maker)
    maker.doubts += event.doubts
    if event.one_source:
        maker.doubt("it rests on one unnamed source", "仅有一个未具名来源")
    maker.doubt("status, basis and whether the text itself can be had", "状态、依据，以及能否取得文件原文")
    maker.doubt("the English texts are not translated", "英文文本尚未翻译")
    head = {"format": FORMAT, "id": identity, "edition": 1, "language": language_of(document.text)}
    head["drafted_from"] = f"{document.name} sha256:{document.digest}"
    head["doubtful"] = [{"zh": doubt.zh, "en": doubt.en} for doubt in maker.doubts]
    silent = [
        {"field": name, "zh": "文档未说明。", "en": "The document does not say."}
        for name in MUST_SPEAK
        if not body.get(name)
    ]
    source = {
        "kind": "document",
        "title": document.title or document.name,
        "where": head["drafted_from"],
        "read": "full",
    }
    clean = {key: value for key, value in body.items() if value or key in {"title", "valid"}}
    return {**head, **clean, "not_known": silent, "sources": {"document": source}}


def _title(maker: _Maker) -> dict[str, Any]:
    event = maker.event
    if event.title is not None:
        return maker.words(event.title.value, (event.title.start, event.title.end))
    maker.doubt("the document names no title; the sentence stands in its place", "文档未给出标题，以原句代替")
    return maker.words(maker.document.text[event.start : event.end][:120], (event.start, event.end))


def _issuers(maker: _Maker) -> list[dict[str, Any]]:
    event = maker.event
    if not event.who:
        maker.doubt("who issued it is not said", "未说明发布机关")
    out = []
    for agency in event.who:
        issuer = maker.words(agency.name, (agency.start, agency.end))
        code = agency.place.code if agency.place else None
        if code and code.isdigit() and code != NATION:
            issuer["code"] = code
        out.append(issuer)
    return out


def _dates(maker: _Maker) -> dict[str, Any]:
    event = maker.event
    whole = maker.ref((event.start, event.end))
    if event.when is None or event.when.day is None:
        maker.doubt("no date is said", "未说明日期")
        return {"dates": [], "valid": {"ref": whole}}
    if event.when.doubtful:
        maker.doubt("the month of the date is supplied from the document's date", "日期的月份按文档日期补足")
    ref = maker.ref((event.when.start, event.when.end))
    day = event.when.day.isoformat()
    start = {} if event.kind == "draft" else {"from": day}
    return {"dates": [{"act": _ACTS[event.kind], "on": day, "ref": ref}], "valid": {**start, "ref": ref}}


def _contents(maker: _Maker) -> dict[str, Any]:
    event, text = maker.event, maker.document.text
    measures: list[dict[str, Any]] = []
    objects: dict[str, tuple[list[str], Span]] = {}
    for number, done in enumerate(event.measures, 1):
        span = (done.start, done.end)
        measure: dict[str, Any] = {
            "id": f"m{number}",
            "action": done.action.value,
            **maker.words(text[done.start : done.end], span),
        }
        if done.immediate:
            measure["immediate"] = True
        limit = limit_of(text, event, done)
        if limit is not None:
            measure["deadline"] = f"d{event.limits.index(limit) + 1}"
        measures.append(measure)
        if done.object:
            names, first = objects.setdefault(done.object, ([], span))
            names.append(f"m{number}")
            objects[done.object] = (names, first)
        if done.action is Action.REPORT:
            maker.doubt(f"who reports to whom (measure m{number})", f"由谁向谁报告（措施 m{number}）")
    categories = [
        {
            "id": f"c{number}",
            **maker.words(thing, span),
            "trigger": {"zh": "文档未另述", "en": "not said apart in the document"},
            "measures": names,
        }
        for number, (thing, (names, span)) in enumerate(objects.items(), 1)
    ]
    out: dict[str, Any] = {"categories": categories, "measures": measures}
    out["deadlines"] = [_deadline(maker, limit, f"d{number}") for number, limit in enumerate(event.limits, 1)]
    return out | _amounts(maker)


def _deadline(maker: _Maker, limit: Moment, identity: str) -> dict[str, Any]:
    event = maker.event
    assert limit.day is not None  # noqa: S101 - the caller has looked
    code = event.place.code if event.place else NATION
    zone = _ZONES.get(code, _ZONES.get(code.split("-")[0], "Asia/Shanghai"))
    day = limit.day
    if limit.clock is None:
        clock = "24:00"
        maker.doubt(
            f"only the day of the deadline {identity} is named; it is counted to the day's end",
            f"期限 {identity} 只写明日期，按当日终了计",
        )
    else:
        days, minutes = divmod(limit.clock, 24 * 60)
        day += timedelta(days=days)
        clock = f"{minutes // 60:02d}:{minutes % 60:02d}"
    reading = "at" if limit.clock is not None else "through_month" if limit.period_end else "through_day"
    span = (limit.start, limit.end)
    words = maker.words(maker.document.text[limit.start : limit.end], span)
    return {"id": identity, "at": f"{day.isoformat()} {clock}", "zone": zone, "reading": reading, **words}


def _amounts(maker: _Maker) -> dict[str, Any]:
    quantities, tariffs = [], []
    for number, amount in enumerate(maker.event.quantities, 1):
        span = (amount.start, amount.end)
        words = maker.words(maker.document.text[amount.start : amount.end], span)
        if amount.unit == "CNY/kWh":
            tariffs.append(
                {"id": f"t{number}", "kind": "surcharge", "amount": str(amount.value), "unit": amount.unit, **words}
            )
            maker.doubt(f"which price t{number} is", f"t{number} 是何种电价")
        elif amount.unit in _UNITS:
            quantities.append({"id": f"q{number}", "value": str(amount.value), "unit": amount.unit, **words})
    return {"tariffs": tariffs, "quantities": quantities}
