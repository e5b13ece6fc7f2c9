"""A pack as a page a lawyer can read: what it says, where each value stands and how well it is attested, what is not known."""

from collections.abc import Callable, Iterable

from minewatch.model.text import Language, Text
from minewatch.policy import divisions
from minewatch.policy.library import Held
from minewatch.policy.schema import Bilingual, Deadline, Pack, Ref, Report, Tariff, latest_day
from minewatch.policy.terms import ACTIONS, FORMS, GRADES, STATUS, Grade

Say = Callable[[Text | Bilingual], str]


def _speaker(language: Language | None) -> Say:
    def say(words: Text | Bilingual) -> str:
        text = words.text if isinstance(words, Bilingual) else words
        if language is not None:
            return text.in_language(language)
        return text.en if text.en == text.zh else f"{text.en} · {text.zh}"

    return say


def page(held: Held, language: Language | None = None) -> str:
    """Return the pack as Markdown in one language, or in both (``None``); generated, the same every time."""
    say = _speaker(language)
    pack = held.pack
    parts = [
        f"# {pack.id}",
        say(pack.title),
        _head(held, say),
        *_section(say(Text("Rests on", "依据")), [_line(say(b), b.ref, say) for b in pack.basis]),
        *_section(say(Text("Parties", "各方")), _parties(pack, say)),
        *_section(say(Text("Categories of object", "对象分类")), _categories(pack, say)),
        *_section(say(Text("Measures", "措施")), _measures(pack, say)),
        *_section(say(Text("Deadlines", "期限")), [_deadline(item, say) for item in pack.deadlines]),
        *_section(say(Text("Reporting", "报告")), [_report(item, pack, say) for item in pack.reporting]),
        *_section(say(Text("Prices and factors", "电价与倍数")), [_tariff(item, say) for item in pack.tariffs]),
        *_section(
            say(Text("Numbers", "数量")),
            [_line(f"{q.value} {q.unit.value}: {say(q)}", q.ref, say) for q in pack.quantities],
        ),
        *_section(
            say(Text("Other instruments", "相关文件")),
            [_line(f"{r.how.replace('_', ' ')} {r.instrument}", r.ref, say) for r in pack.related],
        ),
        *_section(say(Text("Notes", "说明")), [_line(say(n), n.ref, say) for n in pack.notes]),
        *_section(
            say(Text("It has none of these", "明确没有")),
            [_line(f"{n.field}: {say(n)}", n.ref, say) for n in pack.has_none],
        ),
        *_section(say(Text("Not known", "未知")), [f"- {n.field}: {say(n)}" for n in pack.not_known]),
        *_section(say(Text("For a person to decide", "待人工确认")), [f"- {say(doubt)}" for doubt in pack.doubtful]),
        *_section(say(Text("Sources", "来源")), _sources(pack)),
        "\n".join(f"{grade.value}: {say(GRADES[grade])}." for grade in Grade),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(held: Held, say: Say) -> str:
    pack = held.pack
    place = divisions.name_of(pack.jurisdiction.code, latest_day(pack.jurisdiction.on))
    unknown = Text("not known", "未知")
    rows = [
        (Text("kind", "类别"), say(FORMS[pack.form])),
        (Text("issued by", "发布机关"), "; ".join(say(item) for item in pack.issuers) or say(unknown)),
        (Text("applies in", "适用地区"), f"{say(place)} ({pack.jurisdiction.code})"),
        (Text("number", "文号"), say(pack.number) if pack.number else say(unknown)),
        (Text("status", "状态"), f"{say(STATUS[pack.status.value])}. {say(pack.status.why)}"),
        (
            Text("dates", "日期"),
            "; ".join(f"{act.act.replace('_', ' ')} {act.on}" for act in pack.dates) or say(unknown),
        ),
        (Text("effect", "效力"), _validity(pack, say)),
        (Text("version", "版本"), f"edition {pack.edition}, `{held.version}`"),
    ]
    return "\n".join(["| | |", "|---|---|", *(f"| {say(name)} | {_cell(value)} |" for name, value in rows)])


def _validity(pack: Pack, say: Say) -> str:
    start = pack.valid.start
    end = pack.valid.end or say(Text("no end known", "未见终止"))
    text = say(Text("none", "无")) if start is None else f"{start} – {end}"
    return f"{text}. {say(pack.valid.note)}" if pack.valid.note else text


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _cite(ref: Ref) -> str:
    span = f", {ref.span[0]}–{ref.span[1]}" if ref.span else ""
    return f"*({ref.at}; {ref.source}{span}; {ref.grade.value})*"


def _line(words: str, ref: Ref, say: Say) -> str:
    del say
    return f"- {words} {_cite(ref)}"


def _section(heading: str, lines: Iterable[str]) -> list[str]:
    body = "\n".join(lines)
    return [f"## {heading}", body] if body else []


def _parties(pack: Pack, say: Say) -> Iterable[str]:
    acts = say(Text("acts, is not obliged", "执行方，非责任单位"))
    for party in pack.parties:
        yield _line(f"`{party.id}` {say(party)}{'' if party.obliged else f' ({acts})'}", party.ref, say)


def _categories(pack: Pack, say: Say) -> Iterable[str]:
    for item in pack.categories:
        measures = ", ".join(f"`{name}`" for name in item.measures)
        yield _line(f"`{item.id}` **{say(item)}**: {say(item.trigger)} → {measures}", item.ref, say)


def _measures(pack: Pack, say: Say) -> Iterable[str]:
    for item in pack.measures:
        extra = [f"{say(Text('by', '由'))} {', '.join(item.actors)}"] if item.actors else []
        extra += [f"{say(Text('deadline', '期限'))} `{item.deadline}`"] if item.deadline else []
        extra += [say(Text("at once", "立即"))] if item.immediate else []
        extra += [f"{say(Text('cites', '引用'))} {say(item.law)}"] if item.law else []
        tail = f" [{'; '.join(extra)}]" if extra else ""
        yield _line(f"`{item.id}` **{say(ACTIONS[item.action])}**: {say(item)}{tail}", item.ref, say)


def _deadline(item: Deadline, say: Say) -> str:
    if item.at is not None:
        when = f"{item.at} {item.zone}"
    elif item.within is not None:
        when = f"{item.within.count} {item.within.unit.replace('_', ' ')}: {say(item.within.after)}"
    else:
        when = ""
    strict = say(Text("strictly read", "严格解释"))
    note = f" ({strict}: {item.strict})" if item.strict else ""
    words = f"{say(item)}. {say(item.note)}" if item.note else say(item)
    return _line(f"`{item.id}` **{when}**{note}: {words}", item.ref, say)


def _report(item: Report, pack: Pack, say: Say) -> str:
    if item.when.deadline:
        when = f"`{item.when.deadline}`"
    elif item.when.every:
        every = {"day": Text("daily", "每日"), "week": Text("weekly", "每周"), "month": Text("monthly", "每月")}
        when = say(every[item.when.every])
    else:
        when = say(item.when.event) if item.when.event else ""
    to = say(pack.party(item.recipient)) if item.recipient else say(Text("not known", "未知"))
    return _line(f"{say(pack.party(item.sender))} → {to}: {say(item)}; {when}", item.ref, say)


def _tariff(item: Tariff, say: Say) -> str:
    bound = "≤ " if item.at_most else "≥ " if item.at_least else ""
    span = f", {item.start or '…'} – {item.end or '…'}" if item.start or item.end else ""
    return _line(f"`{item.id}` **{bound}{item.amount} {item.unit.value}**{span}: {say(item)}", item.ref, say)


def _sources(pack: Pack) -> Iterable[str]:
    for name, source in pack.sources.items():
        yield f"- `{name}`: {source.title}. <{source.where}> ({source.kind.replace('_', ' ')}, read: {source.read})"


def index(packs: Iterable[Held]) -> str:
    """Return the page that lists the packs."""
    lines = [
        "# Packs",
        "",
        "Each instrument as data, generated from `src/minewatch/policy/packs/` by `make docs`; do not edit by hand.",
        "How a pack is written: [format](../packs-format.md). How packs are used: [policy](../policy.md).",
        "",
        "| pack | where | from | status | title |",
        "|---|---|---|---|---|",
    ]
    for held in packs:
        pack = held.pack
        place = divisions.name_of(pack.jurisdiction.code, latest_day(pack.jurisdiction.on))
        status = STATUS[pack.status.value].en
        start = pack.valid.start or "—"
        lines.append(f"| [{pack.id}]({pack.id}.md) | {place.en} | {start} | {status} | {_cell(pack.title.zh)} |")
    return "\n".join(lines) + "\n"
