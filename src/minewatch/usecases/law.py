"""The law as pages: instruments with grades, one instrument value by value, what differs, what follows on a day."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from minewatch.model.law_views import (
    LawChange,
    LawDifference,
    LawExample,
    LawLine,
    LawPage,
    LawRow,
    LawSection,
    LawSource,
)
from minewatch.model.text import Text
from minewatch.policy.consequences import consequences
from minewatch.policy.differences import differences
from minewatch.policy.divisions import name_of
from minewatch.policy.library import Held, Library, shipped, with_general_rules
from minewatch.policy.schema import (
    Bilingual,
    Cited,
    Deadline,
    Measure,
    Pack,
    Ref,
    Report,
    Tariff,
    latest_day,
    references,
)
from minewatch.policy.terms import ACTIONS, FORMS, GRADES, STATUS, Grade
from minewatch.usecases.office import Turn
from minewatch.usecases.policy import ACT_TEXTS, instrument_row

NOTHING = Text("", "")
EVERY = {"day": Text("daily", "每日"), "week": Text("weekly", "每周"), "month": Text("monthly", "每月")}
SHIPPED = "shipped"
"""Names ours in a comparison where the user's own pack stands in its place."""


def law_library(turn: Turn) -> Library:
    """Return the office's packs and the general rules beside them, for who may read law."""
    turn.may("law.read")
    return with_general_rules(turn.office.library)


def law_list(*, turn: Turn, on: date | None = None, code: str = "", status: str = "") -> tuple[LawRow, ...]:
    """Return the instruments, each with its grades; ``code`` and ``status`` keep some, ``on`` says which of them stand.

    Instruments that stand come first, then by where and when they begin.
    """
    day = on or turn.at.astimezone(turn.office.zone).date()
    rows = [law_row(held, day) for held in law_library(turn).all()]
    kept = [
        row
        for row in rows
        if (not code or row.instrument.code.startswith(_stem(code))) and (not status or row.instrument.status == status)
    ]
    return tuple(sorted(kept, key=lambda row: (row.instrument.code, row.instrument.begins or "~", row.instrument.id)))


def _stem(code: str) -> str:
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return "" if code == "00" else code


def law_row(held: Held, on: date) -> LawRow:
    """Return the line of one instrument."""
    grades = Counter(ref.grade.value for _, ref in references(held.pack))
    return LawRow(
        instrument=instrument_row(held),
        form=FORMS[held.pack.form],
        grades=tuple((grade.value, grades[grade.value]) for grade in Grade if grades[grade.value]),
        gaps=len(held.pack.not_known),
        stands=held.pack.in_force(on),
    )


def law_page(*, turn: Turn, identity: str, on: date | None = None) -> LawPage:
    """Return one instrument; ``InputError`` naming those in hand where there is none of that id."""
    packs = law_library(turn)
    held = packs.get(identity)
    pack = held.pack
    day = on or turn.at.astimezone(turn.office.zone).date()
    return LawPage(
        row=law_row(held, day),
        edition=pack.edition,
        why=pack.status.why.text,
        facts=tuple(_facts(pack)),
        sections=tuple(section for section in _sections(pack) if section.lines),
        examples=tuple(_examples(held)),
        not_known=tuple((item.field, item.text) for item in pack.not_known),
        doubtful=tuple(item.text for item in pack.doubtful),
        sources=tuple(
            LawSource(name, one.title, one.where, one.kind.replace("_", " "), one.read)
            for name, one in pack.sources.items()
        ),
        legend=tuple((grade.value, GRADES[grade]) for grade in Grade),
        others=tuple(instrument_row(one) for one in packs.all() if one.pack.id != identity),
        replaces=held.overrides or "",
    )


def law_difference(*, turn: Turn, before: str, after: str) -> LawDifference:
    """Return what differs from ``before`` to ``after``, ids of packs in hand; ``shipped`` before names ours of ``after``'s id.

    Files are never opened by name here. Raises ``InputError`` for an id that is not in hand.
    """
    packs = law_library(turn)
    later = packs.get(after)
    if before == SHIPPED:
        earlier = Library(shipped()).get(after)
        first = Text(f"{after} as shipped ({earlier.version})", f"{after} 内置版（{earlier.version}）")
    else:
        earlier = packs.get(before)
        first = Text(f"{before} ({earlier.version})", f"{before}（{earlier.version}）")
    changes = differences(earlier.pack, later.pack)
    return LawDifference(
        first,
        Text(f"{after} ({later.version})", f"{after}（{later.version}）"),
        tuple(LawChange(one.path, one.before or "", one.after or "") for one in changes),
    )


def _line(words: Bilingual | Text, ref: Ref, *, lead: Text = NOTHING, identity: str = "") -> LawLine:
    text = words.text if isinstance(words, Bilingual) else words
    return LawLine(identity, lead, text, ref.at, ref.source, ref.grade.value)


def _facts(pack: Pack) -> Iterator[LawLine]:
    place = name_of(pack.jurisdiction.code, latest_day(pack.jurisdiction.on))
    where = Text(f"{place.en} ({pack.jurisdiction.code})", f"{place.zh}（{pack.jurisdiction.code}）")
    yield _line(where, pack.jurisdiction.ref, lead=Text("applies in", "适用地区"))
    for issuer in pack.issuers:
        yield _line(issuer, issuer.ref, lead=Text("issued by", "发布机关"))
    if pack.number:
        yield _line(pack.number, pack.number.ref, lead=Text("number", "文号"))
    yield _line(STATUS[pack.status.value], pack.status.ref, lead=Text("status", "状态"))
    for act in pack.dates:
        yield _line(Text(act.on, act.on), act.ref, lead=ACT_TEXTS[act.act])
    start, end = pack.valid.start, pack.valid.end
    words = Text("never had effect", "从未生效")
    if start is not None:
        words = Text(f"{start} to {end or 'no end known'}", f"{start} 至 {end or '未见终止'}")
    yield _line(words, pack.valid.ref, lead=Text("effect", "效力"))
    if pack.valid.note:
        yield _line(pack.valid.note, pack.valid.ref, lead=Text("on its effect", "效力说明"))


def _sections(pack: Pack) -> Iterator[LawSection]:
    yield _section(Text("Rests on", "依据"), (_line(one, one.ref, identity=one.instrument or "") for one in pack.basis))
    acts = Text("acts, is not obliged", "执行方，非责任单位")
    yield _section(
        Text("Parties", "各方"),
        (_line(one, one.ref, identity=one.id, lead=NOTHING if one.obliged else acts) for one in pack.parties),
    )
    yield _section(
        Text("Categories of object", "对象分类"),
        (_line(_joined((one.text, one.trigger.text), ": ", "："), one.ref, identity=one.id) for one in pack.categories),
    )
    yield _section(Text("Measures", "措施"), (_measure(one) for one in pack.measures))
    yield _section(Text("Deadlines", "期限"), (_deadline(one) for one in pack.deadlines))
    yield _section(Text("Reporting", "报告"), (_report(one, pack) for one in pack.reporting))
    yield _section(Text("Prices and factors", "电价与倍数"), (_tariff(one) for one in pack.tariffs))
    yield _section(
        Text("Numbers", "数量"),
        (_line(one, one.ref, identity=one.id, lead=_same(f"{one.value} {one.unit.value}")) for one in pack.quantities),
    )
    yield _section(
        Text("Other instruments", "相关文件"),
        (
            _line(_same(one.instrument), one.ref, lead=_same(one.how.replace("_", " ")), identity=one.instrument)
            for one in pack.related
        ),
    )
    yield _section(Text("Notes", "说明"), (_line(one, one.ref) for one in pack.notes))
    yield _section(
        Text("It has none of these", "明确没有"), (_line(one, one.ref, lead=_same(one.field)) for one in pack.has_none)
    )


def _section(heading: Text, lines: Iterable[LawLine]) -> LawSection:
    return LawSection(heading, tuple(lines))


def _same(text: str) -> Text:
    return Text(text, text)


def _joined(texts: Iterable[Text], english: str, chinese: str) -> Text:
    parts = list(texts)
    return Text(english.join(one.en for one in parts), chinese.join(one.zh for one in parts))


def _measure(one: Measure) -> LawLine:
    extra = [Text(f"deadline {one.deadline}", f"期限 {one.deadline}")] if one.deadline else []
    extra += [Text("at once", "立即")] if one.immediate else []
    extra += [Text(f"cites {one.law.en}", f"引用{one.law.zh}")] if one.law else []
    words = _joined([one.text, *extra], "; ", "；")
    return _line(words, one.ref, identity=one.id, lead=ACTIONS[one.action])


def _deadline(one: Deadline) -> LawLine:
    when = _same(f"{one.at} {one.zone}") if one.at else NOTHING
    if one.within is not None:
        count = f"{one.within.count} {one.within.unit.replace('_', ' ')}"
        when = Text(f"{count} after: {one.within.after.en}", f"{count}，自：{one.within.after.zh}")
    words = [one.text]
    words += [Text(f"strictly read {one.strict}", f"严格解释 {one.strict}")] if one.strict else []
    words += [one.note.text] if one.note else []
    return _line(_joined(words, "; ", "；"), one.ref, identity=one.id, lead=when)


def _report(one: Report, pack: Pack) -> LawLine:
    recipient: Cited | None = pack.party(one.recipient) if one.recipient else None
    to = recipient.text if recipient else Text("not known", "未知")
    sender = pack.party(one.sender).text
    when = NOTHING
    if one.when.deadline:
        when = Text(f"; deadline {one.when.deadline}", f"；期限 {one.when.deadline}")
    elif one.when.every:
        when = Text(f"; {EVERY[one.when.every].en}", f"；{EVERY[one.when.every].zh}")
    elif one.when.event:
        when = Text(f"; {one.when.event.en}", f"；{one.when.event.zh}")
    lead = Text(f"{sender.en} → {to.en}", f"{sender.zh} → {to.zh}")
    return _line(Text(one.en + when.en, one.zh + when.zh), one.ref, identity=one.id, lead=lead)


def _price(one: Tariff) -> str:
    bound = "≤ " if one.at_most else "≥ " if one.at_least else ""
    return f"{bound}{one.amount} {one.unit.value}"


def _tariff(one: Tariff) -> LawLine:
    span = f", {one.start or '…'} – {one.end or '…'}" if one.start or one.end else ""
    return _line(one, one.ref, identity=one.id, lead=_same(_price(one) + span))


def _examples(held: Held) -> Iterator[LawExample]:
    """Work each category out on the first day the instrument has effect, or was dated where it never had any."""
    pack = held.pack
    days = [latest_day(pack.valid.start)] if pack.valid.start else [latest_day(act.on) for act in pack.dates]
    if not days:
        return
    for category in pack.categories:
        found = consequences(held, category.id, days[0])
        yield LawExample(
            category=category.id,
            who=category.text,
            trigger=category.trigger.text,
            on=days[0],
            measures=tuple(ACTIONS[one.action] for one in found.measures),
            deadlines=tuple(
                (one.deadline.text, f"{one.at:%Y-%m-%d %H:%M %z}" if one.at else "") for one in found.deadlines
            ),
            prices=tuple((one.text, _price(one)) for one in found.tariffs),
        )
