"""The case file as a page: facts, finding, curve, evidence, timeline, measures, money, disputes; every figure with its evidence.

Evidence ids are those of the bundle: ``E<version>.<n>``, the n-th thing that the case's event of that version rests on.
"""

from array import array
from collections.abc import Sequence
from typing import Literal

from minewatch import __version__
from minewatch.casework.case_state import CaseState
from minewatch.model.events import StoredEvent
from minewatch.model.pages import Block, Curve, Heading, PageView, Paragraph
from minewatch.model.text import Language, Text
from minewatch.model.views import SeriesView
from minewatch.reports.page_docx import page_docx
from minewatch.reports.page_html import page_html
from minewatch.stores.lake import Lake
from minewatch.usecases import case_file_parts as parts
from minewatch.usecases.case_file_parts import EVENTS
from minewatch.usecases.cases import case_state, history
from minewatch.usecases.evidence_list import evidence_rows
from minewatch.usecases.office import Turn
from minewatch.usecases.simulated import case_label
from minewatch.usecases.stops import read_series, standard
from minewatch.usecases.time_left import instant_of

__all__ = ["EVENTS", "FAIR", "case_document", "case_page", "page_of"]

FAIR = Text(
    "Whoever holds the account is not presumed to be the offender; every finding can be disputed.",
    "户主不当然视为违规行为人；任何疑点均可提出异议。",
)


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
    office = turn.office
    blocks: list[Block] = [
        Paragraph(FAIR),
        Heading(Text("Where it stands", "案件现状")),
        parts.facts(office, state, events),
        *parts.finding(events),
        *parts.sources(office, events),
        *_curve(turn, lake, (state, meters), events),
        Heading(Text("Evidence", "证据")),
        parts.evidence(events),
        Heading(Text("Timeline", "时间线")),
        parts.timeline(office, events),
        Heading(Text("Measures and their clauses", "措施及条款")),
        parts.measures(office, events),
        *parts.money(events),
        Heading(Text("Disputes", "异议")),
        parts.disputes(office, events),
        Heading(Text("Instruments applied", "适用文件")),
        parts.instruments(office.library, events),
    ]
    shown = turn.at.astimezone(office.zone)
    return PageView(
        title=Text(f"Case file {number}: {state.site}", f"案卷第 {number} 号：{state.site}"),
        label=case_label(office, lake, state, meters),
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
    zone = standard(turn)
    moments = (
        (state.deadline, Text("deadline", "期限")),
        (state.stopped_at, Text("stopped", "停机")),
        (state.resumed_at, Text("came back", "复机")),
    )
    marks = tuple((instant_of(at).astimezone(zone).replace(tzinfo=None), name) for at, name in moments if at)
    stop = next((at for at, name in marks if name.en == "stopped"), None)
    named = ", ".join(ref for ref, kind, _, _ in evidence_rows(events) if kind == "readings")
    caption = Text(
        f"Sum of {len(series.found)} meters, mean kW of {1440 // slots} min; {named or 'not yet evidence'}; "
        f"readings SHA-256 {series.digest[:16]}…",
        f"{len(series.found)} 个计量点合计，{1440 // slots} 分钟平均功率（kW）；{named or '尚未列为证据'}；"
        f"读数 SHA-256 {series.digest[:16]}…",
    )
    return [Heading(Text("Load curve", "负荷曲线")), Curve(view, stop, caption, marks)]
