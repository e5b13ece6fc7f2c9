"""Triage: accept findings, dismiss them with a reason, open cases for them, take decisions back; one or thousands at once.

Every decision is an event in the ledger, in the stream of its meter, with the finding's frozen summary and its digest. All
of one command is one transaction. What somebody else decided meanwhile is never overwritten: the command fails whole.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from minewatch.model.errors import ConflictError, InputError, MissingError
from minewatch.model.events import JsonValue, NewEvent, Stamp, canonical_json
from minewatch.model.findings_views import FindingLine, FindingQuery, TriageReceipt
from minewatch.model.origin import Origin
from minewatch.model.reasons import REASONS, sentence
from minewatch.model.text import Text
from minewatch.model.triage import DISMISS_REASONS
from minewatch.stores.findings import FindingStore
from minewatch.usecases.finding_evidence import frozen, readings_behind
from minewatch.usecases.findings import find_run, finding_stream
from minewatch.usecases.findings_state import (
    ACCEPTED,
    CASE_OPENED,
    DISMISSED,
    UNDONE,
    kept_findings,
    place_of,
    stems_of,
)
from minewatch.usecases.office import Turn
from minewatch.usecases.sites import Candidate, Opened, open_sites
from minewatch.usecases.stop_evidence import SiteReadings

LONGEST_NOTE = 2_000
MOST_AT_ONCE = 20_000
"""So many findings may be decided by one command."""

HAS_CASE = Text("has a case already", "已有案件")
SAME = Text("was decided so already", "已作同样处理")
NOTHING = Text("nothing was decided on it", "尚未研判")
NO_PLACE = Text("its place is unknown: import the table of meters", "地点未知：请先导入计量点档案")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Findings of one run that a command is for: the ``meters`` named, or everything that ``query`` matches.

    With a query, ``expected`` is how many it matched when it was shown; a different number now is a conflict.
    """

    run: str = ""
    meters: tuple[str, ...] = ()
    query: FindingQuery | None = None
    expected: int | None = None


Choose = Callable[[FindingLine], Text | None]
"""Tells why a finding is left alone, or None where it is to be decided."""


def accept(*, turn: Turn, chosen: Selection, note: str = "") -> TriageReceipt:
    """Accept findings: they are believed and wait for a case or a visit."""
    lines = _lines(turn, chosen)

    def leave(line: FindingLine) -> Text | None:
        if line.status == "case":
            return HAS_CASE
        return SAME if line.status == "accepted" else None

    return _decide(turn, lines, ACCEPTED, leave, {"note": checked_note(note)})


def dismiss(*, turn: Turn, chosen: Selection, reason: str, note: str = "") -> TriageReceipt:
    """Dismiss findings for a ``reason`` of the catalogue; ``InputError`` for another one or a missing note."""
    turn.may("finding.triage")
    known = DISMISS_REASONS.get(reason)
    if known is None:
        codes = ", ".join(DISMISS_REASONS)
        raise InputError(
            Text(f"There is no reason {reason!r}.", f"没有排除理由“{reason}”。"),
            remedy=Text(f"One of: {codes}.", f"可选：{codes}。"),
        )
    note = checked_note(note)
    if known.note_needed and not note:
        raise InputError(
            Text("This reason says nothing without words.", "该理由须附说明。"),
            remedy=Text("Write a note.", "请填写备注。"),
        )
    lines = _lines(turn, chosen)

    def leave(line: FindingLine) -> Text | None:
        if line.status == "case":
            return HAS_CASE
        same = line.status == "dismissed" and (line.reason_code, line.note) == (reason, note)
        return SAME if same else None

    return _decide(turn, lines, DISMISSED, leave, {"reason": reason, "note": note})


def undo(*, turn: Turn, chosen: Selection, note: str = "") -> TriageReceipt:
    """Take the last decision on findings back; a case that was opened is not undone but closed, with its reason."""
    lines = _lines(turn, chosen)

    def leave(line: FindingLine) -> Text | None:
        if line.status == "case":
            return HAS_CASE
        return None if line.decided_by else NOTHING

    return _decide(turn, lines, UNDONE, leave, {"note": checked_note(note)})


def open_for(*, turn: Turn, chosen: Selection, campaign: str, fresh: str, note: str = "") -> TriageReceipt:
    """Open one case a customer for findings; doubles and repeat offenders are recognised (see ``sites.open_sites``).

    A finding whose meter has a case, or whose site has one in the campaign, is left alone and told. ``fresh`` is random
    text (see ``open_sites``).
    """
    note = checked_note(note)
    left, ready = [], []
    for line in _lines(turn, chosen):
        why = HAS_CASE if line.status == "case" else None if line.division else NO_PLACE
        if why:
            left.append((line.meter, why))
        else:
            ready.append(line)
    sites: dict[tuple[str, str], list[FindingLine]] = {}
    for line in ready:
        sites.setdefault((line.customer or line.meter, line.division), []).append(line)
    lake = turn.office.workspace.lake()
    origin = find_run(kept_findings(turn.office), chosen.run).origin
    candidates = [_candidate(site, division, lines, (lake, origin)) for (site, division), lines in sites.items()]
    opened = open_sites(turn=turn, campaign=campaign, candidates=candidates, fresh=fresh) if candidates else None
    cases = _case_of(turn, opened) if opened else {}
    by_case: dict[str, list[FindingLine]] = {}
    for line in ready:
        case = cases.get(line.meter, "")
        if case:
            by_case.setdefault(case, []).append(line)
        else:
            double = next((text for text in _doubles(opened, line)), HAS_CASE)
            left.append((line.meter, double))
    done: list[str] = []
    for case, lines in by_case.items():
        done += [line.meter for line in lines]
        _record(turn, lines, CASE_OPENED, {"case": case, "note": note})
    return TriageReceipt(tuple(done), tuple(left), tuple(by_case))


def _case_of(turn: Turn, opened: Opened) -> dict[str, str]:
    """Return the new case of each meter."""
    found = {}
    for receipt in opened.receipts:
        row = turn.office.log.read_row("cases", receipt.stream) or {}
        for meter in row.get("meters", ()):
            found[str(meter)] = receipt.stream
    return found


def _doubles(opened: Opened | None, line: FindingLine) -> list[Text]:
    site = line.customer or line.meter
    doubles = opened.doubles if opened else ()
    return [Text(f"its site has {case}", f"该项目已有案件 {case}") for name, case in doubles if name == site]


def _candidate(
    site: str, division: str, lines: Sequence[FindingLine], rests_on: tuple[SiteReadings, Origin]
) -> Candidate:
    """Return a site with the frozen figures of its first finding, and the digests of that and of the readings behind it."""
    powers = [line.mining.value for line in lines if line.mining is not None and line.mining.value > 0]
    words = []
    for line in lines:
        said = [sentence(code, _figures(line).get(code)) for code in line.reasons if code in REASONS]
        told = " ".join([text.en for text in said] + [text.zh for text in said])
        words.append(f"{line.meter}: P {line.probability:.3f}; {told}".strip())
    lake, origin = rests_on
    first, cells = lines[0], {**_cells(lines[0]), "simulated": origin.cell}
    return Candidate(
        site=site,
        division=division,
        meters=tuple(line.meter for line in lines),
        kw=round(sum(powers), 3) if powers else None,
        origin=f"finding:{first.run}:{first.meter}",
        summary=" | ".join(words),
        party=first.customer,
        evidence=(f"finding:{digest_of(first)}", *readings_behind(lake, (first.meter,), cells)),
        finding=frozen(cells),
    )


def _cells(line: FindingLine) -> dict[str, str]:
    """Return the finding's figures as the columns of ``findings.csv`` have them."""
    summary = summary_of(line)
    summary["reasons"] = ";".join(line.reasons)
    summary["slots"] = line.slots
    return {
        name: f"{value:.6g}" if isinstance(value, float) else str(value)
        for name, value in summary.items()
        if value is not None
    }


def _figures(line: FindingLine) -> Mapping[str, Any]:
    figures: Any = line.record.get("reason_figures") or {}
    return figures  # type: ignore[no-any-return]


def checked_note(note: str) -> str:
    """Return a note as it is kept; ``InputError`` for one that is too long."""
    note = " ".join(note.split())
    if len(note) > LONGEST_NOTE:
        raise InputError(
            Text("The note is too long.", "备注过长。"),
            remedy=Text(f"Write at most {LONGEST_NOTE} characters.", f"最多 {LONGEST_NOTE} 个字符。"),
        )
    return note


def _lines(turn: Turn, chosen: Selection) -> tuple[FindingLine, ...]:
    """Return the findings of a selection, all of which the actor may decide."""
    turn.may("finding.triage")
    store = kept_findings(turn.office)
    run = find_run(store, chosen.run).id
    lines = _matched(turn, store, run, chosen) if chosen.query else _named(store, run, chosen)
    for division in sorted({place_of(line.division) for line in lines}):
        turn.may("finding.triage", division)
    return lines


def _matched(turn: Turn, store: FindingStore, run: str, chosen: Selection) -> tuple[FindingLine, ...]:
    query = replace(chosen.query or FindingQuery(), run=run, size=MOST_AT_ONCE + 1, page=1)
    lines = store.lines(query, stems_of(turn.actor))
    if len(lines) > MOST_AT_ONCE:
        raise InputError(
            Text(f"More than {MOST_AT_ONCE} findings at once.", f"一次超过 {MOST_AT_ONCE} 个疑点。"),
            remedy=Text("Narrow the filter and decide in several steps.", "请缩小筛选范围，分几次处理。"),
        )
    if chosen.expected is not None and chosen.expected != len(lines):
        raise ConflictError(
            Text(
                f"The list has {len(lines)} findings now, not {chosen.expected}.",
                f"列表现有{len(lines)}个疑点，而非{chosen.expected}个。",
            ),
            remedy=Text("Look at the list again, then decide.", "请重新查看列表后再处理。"),
        )
    return lines


def _named(store: FindingStore, run: str, chosen: Selection) -> tuple[FindingLine, ...]:
    meters = tuple(dict.fromkeys(chosen.meters))
    if not meters:
        raise InputError(
            Text("No finding was chosen.", "未选择疑点。"), remedy=Text("Choose at least one.", "请至少选择一个。")
        )
    if len(meters) > MOST_AT_ONCE:
        raise InputError(
            Text(f"More than {MOST_AT_ONCE} findings at once.", f"一次超过 {MOST_AT_ONCE} 个疑点。"),
            remedy=Text("Decide in several steps.", "请分几次处理。"),
        )
    lines = store.some(run, meters)
    missing = set(meters) - {line.meter for line in lines}
    if missing:
        raise MissingError(
            Text(f"There is no finding of {min(missing)} in this run.", f"本批次中没有 {min(missing)} 的疑点。"),
            remedy=Text("Take it from the list.", "请从列表中选择。"),
        )
    return lines


def _decide(
    turn: Turn, lines: Sequence[FindingLine], name: str, leave: Choose, data: Mapping[str, str]
) -> TriageReceipt:
    left, chosen = [], []
    for line in lines:
        why = leave(line)
        if why:
            left.append((line.meter, why))
        else:
            chosen.append(line)
    if chosen:
        _record(turn, chosen, name, data)
    return TriageReceipt(tuple(line.meter for line in chosen), tuple(left))


def _record(turn: Turn, lines: Sequence[FindingLine], name: str, data: Mapping[str, str]) -> None:
    log = turn.office.log
    batches = []
    for line in lines:
        said = {key: text for key, text in data.items() if text}
        frozen_as: dict[str, JsonValue] = {"summary": summary_of(line), "digest": digest_of(line)}
        event = NewEvent(name, {"meter": line.meter, "run": line.run, **frozen_as, **said})
        stream = finding_stream(line.meter)
        batches.append((stream, [event], line.decisions))
    log.append_many(batches, stamp=Stamp(turn.actor.name, turn.at, "finding.triage"))


def digest_of(line: FindingLine) -> str:
    """Return the SHA-256 of a finding's frozen summary, in hexadecimal."""
    return sha256(canonical_json(summary_of(line)).encode()).hexdigest()


def summary_of(line: FindingLine) -> dict[str, Any]:
    """Return what is frozen of a finding when it is decided: everything the decision could rest on, as plain data."""
    return {
        "meter": line.meter,
        "run": line.run,
        "division": line.division,
        "probability": line.probability,
        "mining_kw": line.mining.value if line.mining else None,
        "mining_kw_low": line.mining.low if line.mining else None,
        "mining_kw_high": line.mining.high if line.mining else None,
        "since": line.since.isoformat() if line.since else None,
        "until": line.until.isoformat() if line.until else None,
        "first_day": line.first_day.isoformat() if line.first_day else None,
        "last_day": line.last_day.isoformat() if line.last_day else None,
        "mean_kw": line.mean_kw,
        "coverage": line.coverage,
        "pattern": line.pattern,
        "reasons": list(line.reasons),
        "record": dict(line.record),
    }
