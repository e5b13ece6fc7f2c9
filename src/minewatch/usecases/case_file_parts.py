"""The parts of a case file as tables: facts, finding, how the stop was judged, timeline, money, measures, disputes, instruments.

Every row names its evidence: ``E<version>`` is an event of the case, ``E<version>.<n>`` the n-th thing that it rests on.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from minewatch.casework.case_state import CaseState
from minewatch.casework.upgrades import upgraded
from minewatch.model.errors import InputError
from minewatch.model.events import RuleReference, StoredEvent
from minewatch.model.pages import Block, Cell, Grid, Heading, Paragraph
from minewatch.model.text import Text
from minewatch.policy import divisions
from minewatch.policy.library import Library
from minewatch.policy.sections import section_zh
from minewatch.policy.terms import STATUS
from minewatch.usecases.case_words import DISPUTES, sentence
from minewatch.usecases.casework_pages import STATES
from minewatch.usecases.evidence_list import evidence_rows
from minewatch.usecases.finding_evidence import FROZEN
from minewatch.usecases.office import Office
from minewatch.usecases.stop_words import OUTCOMES, SOURCES, WHY
from minewatch.usecases.time_left import instant_of

Events = Sequence[StoredEvent]
NONE = Text("None.", "无。")
EVENTS: Mapping[str, Text] = {
    "case.opened/1": Text("opened", "立案"),
    "case.categories_set/1": Text("categories set", "确定类别"),
    "case.notice_served/1": Text("notice served", "送达通知"),
    "case.letter_issued/1": Text("letter issued", "签发文书"),
    "case.money_stated/1": Text("money reckoned", "金额测算"),
    "case.deadline_extended/1": Text("deadline extended", "延长期限"),
    "case.return_received/1": Text("return received", "收到自查报告"),
    "case.stop_verified/1": Text("stop judged by readings", "按读数核验停机"),
    "case.stop_verified/2": Text("stop judged by the data", "按数据核验停机"),
    "case.visited/1": Text("visited", "现场检查"),
    "case.measure_taken/1": Text("measure taken", "采取措施"),
    "case.measure_lifted/1": Text("measure lifted", "解除措施"),
    "case.disputed/1": Text("disputed", "提出异议"),
    "case.dispute_settled/1": Text("dispute settled", "异议处理"),
    "case.restored/1": Text("supply restored", "恢复供电"),
    "case.referred/1": Text("referred", "移送"),
    "case.closed/1": Text("closed", "结案"),
    "case.contradiction_found/1": Text("contradiction", "矛盾"),
    "case.resumed/1": Text("resumption", "复机"),
}
ORIGINS: Mapping[str, Text] = {"by hand": Text("entered by hand", "人工登记")}
KINDS: Mapping[str, Text] = {
    "origin": Text("where it came from", "来源"),
    "finding": Text("finding", "疑点"),
    "findings": Text("list of findings", "疑点清单"),
    "readings": Text("readings", "读数"),
    "missing": Text("meter without readings", "缺读数的计量点"),
    "document": Text("document", "文件"),
    "photo": Text("photo", "照片"),
    "text": Text("text as served", "送达文本"),
    "prices": Text("table of prices", "价格表"),
    "cycles": Text("meter cycles", "抄表周期"),
    "supply": Text("supply of the node", "供电关口"),
    "generation": Text("generation", "发电"),
    "traffic": Text("traffic", "流量"),
    "evidence": Text("evidence", "证据"),
}


def references(events: Events, *names: str) -> str:
    """Return the evidence ids of the last event of one of ``names``; the event's own id where it rests on nothing else."""
    found = [event.version for event in events if event.name in names]
    refs = [ref for ref, _, _, _ in evidence_rows(events) if found and ref.startswith(f"E{found[-1]}.")]
    return ", ".join(refs) or (f"E{found[-1]}" if found else "")


def number(value: float | None, unit: str) -> str:
    """Write a quantity with its unit; nothing where it is not known."""
    return "" if value is None else f"{value:,.10g} {unit}"


def facts(office: Office, state: CaseState, events: Events) -> Grid:
    """Where the case stands, each figure with its evidence."""
    opened, verified, returned = (
        references(events, "case.opened/1"),
        references(events, "case.stop_verified/1", "case.stop_verified/2"),
        references(events, "case.return_received/1"),
    )
    place = divisions.name_of(state.jurisdiction, office_day(office, events[0].at))
    deadline = references(events, "case.notice_served/1", "case.deadline_extended/1")
    rows: list[tuple[Cell, ...]] = [
        (Text("site", "项目"), state.site, opened),
        (
            Text("division", "行政区划"),
            Text(f"{place.en} ({state.jurisdiction})", f"{place.zh}（{state.jurisdiction}）"),
            opened,
        ),
        (Text("meters", "计量点"), "\n".join(state.meters), opened),
        (Text("mining power", "挖矿功率"), number(state.mining_kw, "kW"), opened),
        (Text("state", "状态"), Text(*STATES[state.status]), f"E{state.version}"),
        (Text("deadline", "期限"), f"{office.shown(state.deadline)} {state.zone}".strip(), deadline),
        (Text("what the data says", "数据结论"), OUTCOMES.get(state.last_outcome), verified),
        (Text("stopped, by the data", "停机时间（按数据）"), office.shown(state.stopped_at), verified),
        (Text("the stop lies between", "停机时间范围"), office.span(state.stopped_from, state.stopped_to), verified),
        (Text("came back, by the data", "复机时间（按数据）"), office.shown(state.resumed_at), verified),
        (Text("hash rate as returned", "上报算力"), number(state.hash_rate_ths, "TH/s"), returned),
        (Text("contradictions", "矛盾"), str(state.contradictions), references(events, "case.contradiction_found/1")),
        (Text("resumptions", "复机次数"), str(state.resumptions), references(events, "case.resumed/1")),
    ]
    return Grid((Text("fact", "事项"), Text("value", "内容"), Text("rests on", "证据")), tuple(rows), NONE)


def office_day(office: Office, utc: str) -> date:
    """Return the day of an instant of the ledger in the office's zone."""
    return instant_of(utc).astimezone(office.zone).date()


def finding(events: Events) -> list[Block]:
    """Tell the finding that the case was opened on, as the event froze it; nothing where it was opened otherwise."""
    opened = events[0].payload
    held = opened.get("finding")
    if not isinstance(held, dict) or not held:
        return []
    rests = references(events[:1], "case.opened/1")
    words = Text(str(held.get("reasons_en") or ""), str(held.get("reasons_zh") or ""))
    rows = tuple(
        (name, _figure(key, str(held[key])), rests) for key, name in FROZEN.items() if held.get(key) and key in SHOWN
    )
    return [
        Heading(Text("The finding", "疑点")),
        *([Paragraph(words)] if words.en else []),
        Grid((Text("figure", "数据"), Text("value", "数值"), Text("rests on", "证据")), rows, NONE),
    ]


SHOWN = frozenset(FROZEN) - {"reasons", "reasons_en", "reasons_zh", "simulated"}


def _figure(key: str, value: str) -> str:
    return value.replace("T", " ") if key in {"since", "until"} else value


def sources(office: Office, events: Sequence[StoredEvent]) -> list[Block]:
    """Tell what each source said at the last verification: the site's meters, its node, its station, its traffic."""
    last = next((event for event in reversed(events) if event.name == "case.stop_verified/2"), None)
    said = last.payload["sources"] if last is not None else None
    if last is None or not isinstance(said, list) or not said:
        return []
    rows: list[tuple[Cell, ...]] = []
    for one in said:
        if isinstance(one, dict):
            why = WHY.get(str(one["why"]))
            span = (str(one["stopped_from"]), str(one["stopped_to"]))
            counted = Text("yes", "是") if one["counted"] else Text("no", "否")
            rows.append(
                (
                    SOURCES[str(one["source"])],
                    OUTCOMES[str(one["outcome"])],
                    office.span(*span) or office.shown(span[0] or span[1]),
                    why,
                    counted,
                    str(one["evidence"]),
                )
            )
    columns = (
        Text("source", "来源"),
        Text("says", "结论"),
        Text("stopped", "停机时间"),
        Text("why not", "无法判定原因"),
        Text("counted", "是否采信"),
        Text("rests on", "依据"),
    )
    heading = Text(f"How the stop was judged (E{last.version})", f"停机核验各来源（E{last.version}）")
    return [Heading(heading), Grid(columns, tuple(rows), Text("None.", "无。"))]


def evidence(events: Events) -> Grid:
    """List everything that the events rest on."""
    rows = tuple(
        (ref, KINDS.get(kind, Text(kind, kind)), EVENTS.get(name, Text(name, name)), ORIGINS.get(value, value))
        for ref, kind, name, value in evidence_rows(events)
    )
    return Grid(
        (Text("id", "证据编号"), Text("kind", "类型"), Text("event", "事件"), Text("digest or origin", "摘要或来源")),
        rows,
        NONE,
    )


def clause(rule: RuleReference | None) -> Text:
    """Name a place in an instrument in both languages; nothing where no rule was applied."""
    if rule is None:
        return Text("", "")
    return Text(f"{rule.pack}, {rule.section}", f"{rule.pack} {section_zh(rule.section)}")


def timeline(office: Office, events: Events) -> Grid:
    """Tell every event in order, in words."""
    rows = tuple(
        (
            f"E{event.version}",
            office.shown(event.at),
            EVENTS.get(event.name, Text(event.name, event.name)),
            event.actor,
            told(office, event),
            clause(event.reference),
        )
        for event in events
    )
    columns = (
        Text("id", "编号"),
        Text("time", "时间"),
        Text("what", "事项"),
        Text("entered by", "登记人"),
        Text("content", "内容"),
        Text("clause", "条款"),
    )
    return Grid(columns, rows, NONE)


def told(office: Office, event: StoredEvent) -> Text:
    """Return an event as a sentence, with names of measures and categories from the packs in hand."""
    name, data = upgraded(event.name, event.payload)
    fuller = dict(data)
    if data.get("finding"):
        fuller["summary"] = ""
    said = sentence(name, fuller, office.shown)
    if why := WHY.get(str(data.get("why") or "")):
        said = sentence(name, {**fuller, "why": ""}, office.shown)
        said = Text(f"{said.en} Why: {why.en}.", f"{said.zh}原因：{why.zh}。")
    return _named(said, office.library, data)


def _named(said: Text, library: Library, data: Mapping[str, Any]) -> Text:
    """Put the words of the packs in place of ids of measures and categories."""
    keys = [str(data[key]) for key in ("measure", "category") if data.get(key)]
    keys += [str(one) for one in data.get("categories") or () if isinstance(one, str)]
    for key in keys:
        words = pack_words(library, key)
        said = Text(said.en.replace(key, words.en), said.zh.replace(key, words.zh))
    return said


def pack_words(library: Library, key: str) -> Text:
    """Return the words of a measure or category named ``pack/id``; the key itself where the pack is no longer in hand."""
    pack, _, identity = key.partition("/")
    try:
        held = library.get(pack).pack
    except InputError:
        return Text(key, key)
    words = {one.id: one.text for one in held.measures} | {one.id: one.text for one in held.categories}
    return words.get(identity, Text(key, key))


def money(events: Events) -> list[Block]:
    """Tell the last money statement of each kind: lines with arithmetic and clause, totals, notes."""
    last = {str(event.payload["kind"]): event for event in events if event.name == "case.money_stated/1"}
    if not last:
        return [Heading(Text("Money", "金额测算")), Paragraph(Text("Nothing was reckoned.", "未作测算。"))]
    blocks: list[Block] = []
    for event in sorted(last.values(), key=lambda one: one.version):
        blocks += _statement(event, references((event,), event.name))
    owed = Text(
        "A statement is arithmetic, no decision: the authority decides, and what it names can be disputed.",
        "测算仅为计算结果，不是处理决定；由主管机关决定，对所列金额可提出异议。",
    )
    return [*blocks, Paragraph(owed)]


def _statement(event: StoredEvent, rests: str) -> list[Block]:
    held: Mapping[str, Any] = event.payload["statement"]  # type: ignore[assignment]
    rows: list[tuple[Cell, ...]] = [
        (_both(line["what"]), str(line["arithmetic"]), _both(line["clause"]), _amount(line), rests)
        for line in held["lines"]
    ]
    for line in held["totals"]:
        name = _both(line["what"])
        rows.append((Text(f"Total: {name.en}", f"合计：{name.zh}"), None, None, _amount(line), rests))
    title = _both(held["title"])
    columns = (
        Text("item", "项目"),
        Text("arithmetic", "算式"),
        Text("clause", "依据条款"),
        Text("CNY", "金额（元）"),
        Text("rests on", "证据"),
    )
    heading = Text(f"Money: {title.en} (E{event.version})", f"金额测算：{title.zh}（E{event.version}）")
    basis = Text(
        f"Rules and prices of {held['on']}; quantity: {held['quantity']}.",
        f"按{held['on']}有效的规定和价格；计算基数：{held['quantity']}。",
    )
    notes = [Paragraph(_both(note)) for note in held["notes"]]
    return [Heading(heading), Paragraph(basis), Grid(columns, tuple(rows), NONE), *notes]


def _both(held: Mapping[str, Any]) -> Text:
    return Text(str(held["en"]), str(held["zh"]))


def _amount(line: Mapping[str, Any]) -> Text:
    low, best, high = (f"{float(line[name]):,.2f}" for name in ("low", "best", "high"))
    shown = best if low == high else f"{best} ({low} – {high})"
    most = bool(line.get("at_most"))
    return Text(f"at most {shown}" if most else shown, f"不超过{shown}" if most else shown)


def measures(office: Office, events: Events) -> Grid:
    """List measures taken and lifted, with who acts, who decided, and the clause."""
    rows: list[tuple[Cell, ...]] = []
    for event in events:
        if event.name.partition("/")[0] in {"case.measure_taken", "case.measure_lifted"}:
            data, rule = event.payload, event.reference
            rows.append(
                (
                    f"E{event.version}",
                    office.shown(event.at),
                    EVENTS.get(event.name, Text(event.name, event.name)),
                    pack_words(office.library, str(data["measure"])),
                    str(data.get("acting_body") or ""),
                    str(data["by"]),
                    str(data.get("amount_cny") or ""),
                    clause(rule),
                )
            )
    columns = (
        Text("id", "编号"),
        Text("time", "时间"),
        Text("what", "事项"),
        Text("measure", "措施"),
        Text("acts", "执行单位"),
        Text("decided by", "决定人"),
        Text("CNY", "金额（元）"),
        Text("clause", "条款"),
    )
    return Grid(columns, tuple(rows), Text("No measure was taken.", "未采取措施。"))


def disputes(office: Office, events: Events) -> Grid:
    """List disputes and what became of them."""
    rows: list[tuple[Cell, ...]] = []
    for event in events:
        if event.name in {"case.disputed/1", "case.dispute_settled/1"}:
            data = event.payload
            result = Text("upheld", "成立") if data.get("upheld") else Text("not upheld", "不成立")
            rows.append(
                (
                    f"E{event.version}",
                    office.shown(event.at),
                    EVENTS[event.name],
                    DISPUTES.get(str(data["kind"]), Text(str(data["kind"]), str(data["kind"]))),
                    result if "upheld" in data else None,
                    str(data.get("grounds") or data.get("reason") or ""),
                    str(data.get("raised_by") or data.get("by") or ""),
                )
            )
    columns = (
        Text("id", "编号"),
        Text("time", "时间"),
        Text("what", "事项"),
        Text("about", "事由"),
        Text("result", "结果"),
        Text("words", "内容"),
        Text("who", "人员"),
    )
    return Grid(columns, tuple(rows), Text("No dispute was raised.", "无异议。"))


def instruments(library: Library, events: Events) -> Grid:
    """List the instruments that the events applied, in the edition they applied."""
    held = {(one.pack.id, one.version): one.pack for one in library.all()}
    applied = dict.fromkeys((rule.pack, rule.version) for event in events if (rule := event.reference))
    rows: list[tuple[Cell, ...]] = []
    for name, version in applied:
        pack = held.get((name, version))
        number_of = pack.number.text if pack is not None and pack.number else None
        rows.append(
            (
                name,
                version,
                Text(pack.title.en, pack.title.zh)
                if pack is not None
                else Text("this edition is no longer in hand", "本机已无此版本"),
                number_of,
                STATUS[pack.status.value] if pack is not None else None,
            )
        )
    columns = (
        Text("instrument", "文件"),
        Text("edition", "版本"),
        Text("title", "名称"),
        Text("number", "文号"),
        Text("status", "效力状态"),
    )
    return Grid(columns, tuple(rows), Text("No instrument was applied.", "未适用文件。"))
