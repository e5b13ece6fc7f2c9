"""Findings as people look at them: lists that the database filters and pages, and one finding in full."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

from minewatch.detect.fuse import DETECTORS
from minewatch.model.actors import PERMISSIONS, allowed
from minewatch.model.errors import InputError, MissingError
from minewatch.model.findings_views import (
    DecisionView,
    FindingDetail,
    FindingLine,
    FindingQuery,
    FindingsPage,
    PeersView,
    RunView,
)
from minewatch.model.inputs import would_help
from minewatch.model.reasons import ALTERNATIVES, DATA_NOTES, REASONS, sentence
from minewatch.model.text import Text
from minewatch.model.triage import DISMISS_REASONS, STATUSES
from minewatch.model.views import AlternativeView, LookView, ReasonView
from minewatch.policy import divisions
from minewatch.stores.findings import FindingStore
from minewatch.usecases.cases import CAMPAIGN
from minewatch.usecases.findings_state import (
    ACCEPTED,
    CASE_OPENED,
    DISMISSED,
    FINDING,
    UNDONE,
    kept_findings,
    place_of,
    stems_of,
)
from minewatch.usecases.office import Turn
from minewatch.usecases.screen_known import held_inputs
from minewatch.usecases.screen_report import look_views

LONGEST_ID = 150
FEW = 10
"""Fewer peers of the same use than this say little: then those of any use are taken."""

DECIDERS = PERMISSIONS["finding.triage"]
"""Roles that may decide on findings."""

DECISIONS = {
    ACCEPTED: Text("accepted", "采信"),
    DISMISSED: Text("dismissed", "排除"),
    CASE_OPENED: Text("case opened", "立案"),
    UNDONE: Text("decision taken back", "撤销研判"),
}
"""What was decided, by the event's name."""


def find_run(store: FindingStore, run: str) -> RunView:
    """Return the run ``run``, or the latest when it is empty; ``InputError`` when there is none."""
    runs = store.runs()
    found = next((one for one in runs if run in {"", one.id}), None)
    if found is None:
        if runs:
            raise MissingError(
                Text(f"There is no run {run}.", f"没有批次 {run}。"),
                remedy=Text("List the runs: minewatch findings runs.", "列出批次：minewatch findings runs。"),
            )
        raise MissingError(
            Text("The workspace holds no findings.", "工作区中没有疑点。"),
            remedy=Text("Screen it: minewatch screen.", "请先筛查：minewatch screen。"),
        )
    return found


def runs(*, turn: Turn) -> tuple[RunView, ...]:
    """Return the runs whose findings are kept, latest first."""
    turn.may("finding.read")
    return kept_findings(turn.office).runs()


def listed(*, turn: Turn, query: FindingQuery) -> FindingsPage:
    """Return one page of the findings that the actor may read; without any run, an empty page.

    A page beyond the last is the last. ``InputError`` for a run that is not kept.
    """
    turn.may("finding.read")
    store, stems = kept_findings(turn.office), stems_of(turn.actor)
    kept = store.runs()
    if not kept and not query.run:
        return FindingsPage(query, None, (), (), 0, 1, {}, (), (), 0, None)
    run = find_run(store, query.run)
    query = replace(query, run=run.id)
    counts = store.statuses(query, stems)
    total = total_of(counts, query.status)
    pages = max(1, -(-total // query.size))
    query = replace(query, page=min(query.page, pages))
    mine = {code: count for code, count in run.places.items() if any(_within(code, stem) for stem in stems)}
    on = turn.at.astimezone(turn.office.zone).date()
    return FindingsPage(
        query=query,
        run=run,
        runs=kept,
        lines=store.lines(query, stems),
        total=total,
        pages=pages,
        statuses=counts,
        divisions=tuple((code, place_name(code, on), count) for code, count in sorted(mine.items())),
        reasons=tuple((code, REASONS[code].name, count) for code, count in run.reasons.items() if code in REASONS),
        unplaced=0 if "" in stems else run.places.get("", 0),
        simulated=run.origin.label,
    )


def _within(code: str, stem: str) -> bool:
    return code.startswith(stem) if code else not stem


def total_of(counts: Mapping[str, int], status: str) -> int:
    """Return how many lines have ``status`` by their counts: any where it is empty, all that wait for ``todo``."""
    if not status:
        return sum(counts.values())
    return sum(counts.get(one, 0) for one in (("open", "again") if status == "todo" else (status,)))


def place_name(code: str, on: date) -> Text:
    """Return the name of a division on a day; the code itself where it has none, words where the place is unknown."""
    if not code:
        return Text("place unknown", "地点未知")
    try:
        return divisions.find(code, on).name
    except InputError:
        return Text(code, code)


def find_line(turn: Turn, store: FindingStore, *, run: str, meter: str) -> FindingLine:
    """Return one finding for who may read it.

    Raises ``InputError`` when there is none and ``RuleError`` (recorded) when it lies outside the actor's divisions.
    """
    turn.may("finding.read")
    line = store.one(find_run(store, run).id, meter)
    if line is None:
        raise MissingError(
            Text(f"There is no finding of {meter} in this run.", f"本批次中没有 {meter} 的疑点。"),
            remedy=Text("List them: minewatch findings list.", "列出疑点：minewatch findings list。"),
        )
    turn.may("finding.read", place_of(line.division))
    return line


def shown(*, turn: Turn, run: str, meter: str, query: FindingQuery | None = None) -> FindingDetail:
    """Return one finding in full; ``query`` is the list it was opened from, whose next and previous are named."""
    store = kept_findings(turn.office)
    line = find_line(turn, store, run=run, meter=meter)
    stems = stems_of(turn.actor)
    kept = find_run(store, line.run)
    before, after = store.neighbours(replace(query or FindingQuery(), run=line.run), stems, line)
    siblings = store.of_customer(line.run, line.customer, stems) if line.customer else ()
    figures: Mapping[str, Any] = _part(line, "reason_figures", {})
    return FindingDetail(
        line=line,
        run=kept,
        status=STATUSES[line.status],
        place=place_name(line.division, turn.at.astimezone(turn.office.zone).date()) if line.division else None,
        reasons=tuple(ReasonView(one, sentence(one, figures.get(one))) for one in line.reasons if one in REASONS),
        alternatives=tuple(
            AlternativeView(one, ALTERNATIVES[one].sentence, ALTERNATIVES[one].evidence)
            for one in _part(line, "alternatives", ())
            if one in ALTERNATIVES
        ),
        looks=_looks(line),
        would_help=would_help(tuple(_part(line, "alternatives", ())), given=held_inputs(turn.office.workspace)),
        notes=tuple(
            DATA_NOTES[one].format(percent=f"{100 * (1 - line.coverage):.0f}")
            for one in _part(line, "data_notes", ())
            if one in DATA_NOTES
        ),
        conflict=tuple(_group_name(group) for group in _part(line, "conflict", ())),
        peers=_peers(store, line),
        history=decisions_on(turn, line.meter),
        campaigns=open_campaigns(turn),
        siblings=tuple(one for one in siblings if one.meter != line.meter),
        may_decide=allowed(turn.actor, "finding.triage", place_of(line.division)),
        simulated=kept.origin.label,
        before=before,
        after=after,
    )


def _part(line: FindingLine, name: str, default: Any) -> Any:
    return line.record.get(name) or default


def _looks(line: FindingLine) -> tuple[LookView, ...]:
    fused: Mapping[str, float] = _part(line, "contributions", {})
    if fused:
        return tuple(LookView(DETECTORS[name].name, value) for name, value in fused.items() if name in DETECTORS)
    return look_views(_part(line, "look_weights", {}))


def _group_name(group: str) -> Text:
    names = [kind.name for kind in DETECTORS.values() if kind.group == group]
    return Text(" / ".join(name.en for name in names), "、".join(name.zh for name in names))


def _peers(store: FindingStore, line: FindingLine) -> PeersView:
    """Hold a finding against its peers of the whole run: numbers only, so that no other place's customer is named."""
    use = line.declared_use
    peers = store.peers(line, same_use=bool(use))
    if use and len(peers) < FEW:
        use, peers = "", store.peers(line, same_use=False)
    counts = [0] * 10
    for probability, _ in peers:
        counts[min(int(probability * 10), 9)] += 1
    powers = [kw for _, kw in peers if kw is not None]
    kind = (
        Text(
            f"meters declared as {use} with half to twice its mean power",
            f"申报用途为“{use}”、平均功率为其一半至两倍的计量点",
        )
        if use
        else Text("meters of any use with half to twice its mean power", "平均功率为其一半至两倍的各类计量点")
    )
    below = sum(probability < line.probability for probability, _ in peers) / len(peers) if peers else 0.0
    return PeersView(kind, len(peers), below, tuple(counts), statistics.median(powers) if powers else None)


def decisions_on(turn: Turn, meter: str) -> tuple[DecisionView, ...]:
    """Return what was decided on a meter's findings, in order, for who may read them (checked by the caller)."""
    found = []
    for event in turn.office.log.stream(finding_stream(meter)):
        data: dict[str, Any] = event.payload
        code = str(data.get("reason", ""))
        summary = data.get("summary") or {}
        found.append(
            DecisionView(
                name=DECISIONS.get(event.name, Text(event.name, event.name)),
                at=event.at,
                by=event.actor,
                run=str(data.get("run", "")),
                probability=summary.get("probability"),
                reason=DISMISS_REASONS[code].name if code in DISMISS_REASONS else None,
                note=str(data.get("note", "")),
                case=str(data.get("case", "")),
                version=event.version,
            )
        )
    return tuple(found)


def finding_stream(meter: str) -> str:
    """Return the stream that holds the decisions on a meter's findings; a very long id stands in it by its digest."""
    return FINDING + (meter if len(meter) <= LONGEST_ID else sha256(meter.encode()).hexdigest())


def open_campaigns(turn: Turn) -> tuple[tuple[str, str], ...]:
    """Return (name, title) of the campaigns a case can be opened in."""
    rows: Sequence[Mapping[str, Any]] = turn.office.log.read_rows("campaigns")
    return tuple(
        (str(row["id"]).removeprefix(CAMPAIGN), str(row["title"]))
        for row in rows
        if row["is_open"] and not row["closed"]
    )
