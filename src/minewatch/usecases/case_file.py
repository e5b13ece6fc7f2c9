"""The case file as a page: where it stands, the curve, evidence, timeline, measures, disputes; every figure with its evidence id.

Evidence ids are those of the bundle: ``E<version>.<n>``, the n-th thing that the case's event of that version rests on.
"""

from array import array
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from minewatch import __version__
from minewatch.casework.case_state import CaseState
from minewatch.model.events import StoredEvent
from minewatch.model.pages import Block, Cell, Curve, Grid, Heading, PageView, Paragraph
from minewatch.model.text import Language, Text
from minewatch.model.views import SeriesView
from minewatch.policy import divisions
from minewatch.reports.page_docx import page_docx
from minewatch.reports.page_html import page_html
from minewatch.stores.lake import Lake
from minewatch.usecases.cases import case_state, history
from minewatch.usecases.casework_pages import STATES
from minewatch.usecases.evidence_list import evidence_rows
from minewatch.usecases.office import Office, Turn
from minewatch.usecases.stop_words import OUTCOMES, SOURCES, WHY
from minewatch.usecases.stops import read_series, standard

REHEARSAL = Text("REHEARSAL: simulated, not a real case", "演练：模拟数据，非真实案件")
FAIR = Text(
    "Whoever holds the account is not presumed to be the offender; every finding can be disputed.",
    "户主不当然视为违规行为人；任何疑点均可提出异议。",
)
EVENTS: Mapping[str, Text] = {
    "case.opened/1": Text("opened", "立案"),
    "case.categories_set/1": Text("categories set", "确定类别"),
    "case.notice_served/1": Text("notice served", "送达通知"),
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
TOLD: Mapping[str, Text] = {
    "summary": Text("reason", "理由"),
    "number": Text("number", "文号"),
    "kind": Text("kind", "类型"),
    "outcome": Text("outcome", "结论"),
    "why": Text("why not", "无法判定原因"),
    "stopped_at": Text("stopped", "停机"),
    "stopped_from": Text("not before", "不早于"),
    "stopped_to": Text("not after", "不晚于"),
    "resumed_at": Text("came back", "复机"),
    "remaining_kw": Text("kW left", "剩余功率 kW"),
    "machines": Text("machines", "设备台数"),
    "power_kw": Text("kW", "功率 kW"),
    "hash_rate_ths": Text("TH/s", "算力 TH/s"),
    "running": Text("running", "是否运行"),
    "found": Text("found", "检查情况"),
    "measure": Text("measure", "措施"),
    "acting_body": Text("acts", "执行单位"),
    "grounds": Text("grounds", "理由"),
    "upheld": Text("upheld", "是否成立"),
    "reason": Text("reason", "理由"),
    "basis": Text("basis", "依据"),
    "body": Text("to", "移送至"),
    "said": Text("said", "申报"),
    "seen": Text("seen", "核实"),
    "deadline": Text("deadline", "期限"),
    "effective_at": Text("from", "生效"),
    "exception_reason": Text("used because", "采用理由"),
    "note": Text("note", "备注"),
    "by": Text("decided by", "决定人"),
    "signed_by": Text("signed by", "签字人"),
    "inspectors": Text("inspectors", "检查人员"),
    "raised_by": Text("raised by", "提出人"),
}
"""Fields of events that the timeline tells, in this order."""


def case_page(*, turn: Turn, lake: Lake, case: str) -> PageView:
    """Return the case file; ``InputError`` for a case that is not there, ``RuleError`` for who may not read it."""
    events = history(log=turn.office.log, actor=turn.actor, case=case, at=turn.at)
    state = case_state(turn.office.log, case)
    return page_of(turn=turn, lake=lake, state=state, events=events, meters=state.meters)


def page_of(
    *, turn: Turn, lake: Lake, state: CaseState, events: Sequence[StoredEvent], meters: Sequence[str]
) -> PageView:
    """Return the case file of a state and its events, which may bear pseudonyms; ``meters`` are those in the lake."""
    number = state.id.removeprefix("case-")
    blocks: list[Block] = [
        Paragraph(FAIR),
        Heading(Text("Where it stands", "案件现状")),
        _facts(turn.office, state, events),
    ]
    blocks += _sources(turn.office, events)
    blocks += _curve(turn, lake, (state, meters), events)
    blocks += [
        Heading(Text("Evidence", "证据")),
        Grid(
            (
                Text("id", "证据编号"),
                Text("kind", "类型"),
                Text("event", "事件"),
                Text("digest or origin", "摘要或来源"),
            ),
            tuple(
                (ref, kind, EVENTS.get(name, Text(name, name)), value)
                for ref, kind, name, value in evidence_rows(events)
            ),
            Text("None.", "无。"),
        ),
        Heading(Text("Timeline", "时间线")),
        _timeline(turn.office, events),
        Heading(Text("Measures and their clauses", "措施及条款")),
        _measures(turn.office, events),
        Heading(Text("Disputes", "异议")),
        _disputes(turn.office, events),
    ]
    shown = turn.at.astimezone(turn.office.zone)
    return PageView(
        title=Text(f"Case file {number}: {state.site}", f"案卷第 {number} 号：{state.site}"),
        label=REHEARSAL if turn.office.is_rehearsal else None,
        made=Text(
            f"Made {shown:%Y-%m-%d %H:%M} by minewatch {__version__} from ledger position {events[-1].position}",
            f"{shown:%Y-%m-%d %H:%M} 由 minewatch {__version__} 生成，台账至第 {events[-1].position} 条",
        ),
        made_at=turn.at,
        blocks=tuple(blocks),
    )


def case_document(*, turn: Turn, lake: Lake, case: str, form: Literal["html", "docx"], language: Language) -> bytes:
    """Return the case file as HTML or Word document."""
    page = case_page(turn=turn, lake=lake, case=case)
    return page_docx(page, language=language) if form == "docx" else page_html(page, language=language).encode("utf-8")


def _facts(office: Office, state: CaseState, events: Sequence[StoredEvent]) -> Grid:
    def source(*names: str) -> str:
        found = [event.version for event in events if event.name in names]
        refs = [ref for ref, _, _, _ in evidence_rows(events) if found and ref.startswith(f"E{found[-1]}.")]
        return ", ".join(refs) or (f"E{found[-1]}" if found else "")

    opened, verified, returned = (
        source("case.opened/1"),
        source("case.stop_verified/1", "case.stop_verified/2"),
        source("case.return_received/1"),
    )
    place = divisions.name_of(state.jurisdiction, office_day(office, events[0].at))
    rows: list[tuple[Cell, ...]] = [
        (Text("site", "项目"), state.site, opened),
        (
            Text("division", "行政区划"),
            Text(f"{place.en} ({state.jurisdiction})", f"{place.zh}（{state.jurisdiction}）"),
            opened,
        ),
        (Text("meters", "计量点"), "\n".join(state.meters), opened),
        (Text("mining power, kW", "挖矿功率（千瓦）"), state.mining_kw, opened),
        (Text("state", "状态"), Text(*STATES[state.status]), f"E{state.version}"),
        (
            Text("deadline", "期限"),
            f"{office.shown(state.deadline)} {state.zone}".strip(),
            source("case.notice_served/1", "case.deadline_extended/1"),
        ),
        (Text("stopped, by the readings", "停机时间（读数）"), office.shown(state.stopped_at), verified),
        (Text("the stop lies between", "停机时间范围"), office.span(state.stopped_from, state.stopped_to), verified),
        (Text("came back, by the readings", "复机时间（读数）"), office.shown(state.resumed_at), verified),
        (Text("hash rate as returned, TH/s", "上报算力（TH/s）"), state.hash_rate_ths, returned),
        (Text("contradictions", "矛盾"), state.contradictions, source("case.contradiction_found/1")),
        (Text("resumptions", "复机次数"), state.resumptions, source("case.resumed/1")),
    ]
    return Grid(
        (Text("fact", "事项"), Text("value", "内容"), Text("rests on", "证据")), tuple(rows), Text("None.", "无。")
    )


def _sources(office: Office, events: Sequence[StoredEvent]) -> list[Block]:
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


def office_day(office: Office, utc: str) -> Any:
    """Return the day of an instant of the ledger in the office's zone."""
    return datetime.strptime(utc, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC).astimezone(office.zone).date()


def _curve(turn: Turn, lake: Lake, told: tuple[CaseState, Sequence[str]], events: Sequence[StoredEvent]) -> list[Block]:
    state, meters = told
    spans = [days for slots in lake.slot_kinds if (days := lake.days(slots)) is not None]
    if not spans or not meters:
        return []
    series = read_series(lake, meters, first=min(one[0] for one in spans), last=max(one[1] for one in spans))
    if series is None:
        return []
    slots = series.kw.shape[1]
    view = SeriesView(series.first_day, slots, array("f", series.kw.ravel()), array("f", bytes(4 * series.kw.size)))
    until = None
    if state.stopped_at:
        at = datetime.strptime(state.stopped_at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
        until = at.astimezone(standard(turn)).replace(tzinfo=None)
    named = ", ".join(ref for ref, kind, _, _ in evidence_rows(events) if kind == "readings")
    caption = Text(
        f"Sum of {len(series.found)} meters, mean kW of {1440 // slots} min; {named or 'not yet evidence'}; "
        f"readings SHA-256 {series.digest[:16]}…",
        f"{len(series.found)} 个计量点合计，{1440 // slots} 分钟平均功率（kW）；{named or '尚未列为证据'}；"
        f"读数 SHA-256 {series.digest[:16]}…",
    )
    return [Heading(Text("Load curve", "负荷曲线")), Curve(view, until, caption)]


def _timeline(office: Office, events: Sequence[StoredEvent]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for event in events:
        rule = event.reference
        data = office.in_zone(event.payload)
        held = [(name, _said(data[key])) for key, name in TOLD.items() if key in data]
        told = Text(
            "; ".join(f"{name.en}: {value.en}" for name, value in held if value.en),
            "；".join(f"{name.zh}：{value.zh}" for name, value in held if value.zh),
        )
        clause = f"{rule.pack} {rule.section}" if rule else ""
        rows.append(
            (
                f"E{event.version}",
                office.shown(event.at),
                EVENTS.get(event.name, Text(event.name, event.name)),
                event.actor,
                told,
                clause,
            )
        )
    columns = (
        Text("id", "编号"),
        Text("time", "时间"),
        Text("what", "事项"),
        Text("entered by", "登记人"),
        Text("content", "内容"),
        Text("clause", "条款"),
    )
    return Grid(columns, tuple(rows), Text("None.", "无。"))


def _said(value: Any) -> Text:
    if isinstance(value, str) and (known := OUTCOMES.get(value) or WHY.get(value)):
        return known
    text = ", ".join(str(one) for one in value) if isinstance(value, list) else str("" if value is None else value)
    return Text(text, text)


def _measures(office: Office, events: Sequence[StoredEvent]) -> Grid:
    rows: list[tuple[Cell, ...]] = []
    for event in events:
        if event.name in {"case.measure_taken/1", "case.measure_lifted/1"}:
            data, rule = event.payload, event.reference
            clause = f"{rule.pack} ({rule.version}), {rule.section}" if rule else ""
            rows.append(
                (
                    f"E{event.version}",
                    office.shown(event.at),
                    EVENTS[event.name],
                    str(data["measure"]),
                    str(data.get("acting_body") or ""),
                    str(data["by"]),
                    str(data.get("amount_cny") or ""),
                    clause,
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


def _disputes(office: Office, events: Sequence[StoredEvent]) -> Grid:
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
                    str(data["kind"]),
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
