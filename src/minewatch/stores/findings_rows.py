"""Rows of ``findings.db`` as the records that use cases take, and back."""

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from minewatch.model.events import utc_text
from minewatch.model.findings_views import FindingLine, Label, RunView
from minewatch.model.views import Estimate
from minewatch.stores.findings_schema import VISITS

MIXED = 2
"""Column ``simulated`` of a run of which some readings are simulated and some are not; 1: all are, 0: none."""


def run_row(run: RunView) -> dict[str, Any]:
    """Return a run as a row."""
    return {
        "id": run.id,
        "kind": run.kind,
        "made_at": utc_text(run.made_at),
        "detector": run.detector,
        "input": run.input,
        "findings": run.findings,
        "noticed": run.noticed,
        "simulated": int(run.simulated) + int(run.mixed),
        "first_day": run.first_day and run.first_day.isoformat(),
        "last_day": run.last_day and run.last_day.isoformat(),
        "prevalence": run.prevalence,
        "reasons": json.dumps(dict(run.reasons)),
        "places": json.dumps(dict(run.places)),
        "model": run.model,
    }


def run_of(row: Row[Any]) -> RunView:
    """Return a row as a run."""
    return RunView(
        id=row.id,
        kind=row.kind,
        made_at=datetime.fromisoformat(row.made_at),
        detector=row.detector,
        input=row.input,
        findings=row.findings,
        noticed=row.noticed,
        simulated=bool(row.simulated),
        first_day=_maybe(date.fromisoformat, row.first_day),
        last_day=_maybe(date.fromisoformat, row.last_day),
        prevalence=row.prevalence,
        reasons=json.loads(row.reasons),
        places=json.loads(row.places),
        model=row.model,
        mixed=row.simulated == MIXED,
    )


def line_of(row: Row[Any]) -> FindingLine:
    """Return a row of ``findings_select.COLUMNS`` as a line."""
    record = json.loads(row.record)
    stands = bool(row.decision)
    mining = None if row.kw is None else Estimate(row.kw, row.kw_low, row.kw_high)
    return FindingLine(
        run=row.run,
        rank=row.rank,
        meter=row.meter,
        probability=row.probability,
        mining=mining,
        since=_maybe(datetime.fromisoformat, row.since),
        until=_maybe(datetime.fromisoformat, row.until),
        mean_kw=row.mean_kw,
        coverage=row.coverage,
        first_day=_maybe(date.fromisoformat, row.first_day),
        last_day=_maybe(date.fromisoformat, row.last_day),
        slots=row.slots,
        pattern=row.pattern,
        reasons=tuple(code for code in row.reasons.split(";") if code),
        division=row.division,
        customer=row.customer,
        declared_use=row.declared_use,
        node=row.node,
        status=row.status,
        decided_by=row.decided_by if stands else "",
        decided_at=row.decided_at if stands else "",
        reason_code=row.reason_code if stands else "",
        note=row.note if stands else "",
        decisions=row.decisions or 0,
        case=row.case_id or "",
        record=record,
    )


SEEN = tuple(VISITS.c[name].label(f"seen_{name}") for name in ("mine", "by", "at", "event"))


def label_of(row: Row[Any]) -> Label | None:
    """Return the label of a decided meter: what a visit to its case found, else what the decision says, else None."""
    seen = row.seen_mine is not None
    if not seen and row.mine is None:
        return None
    return Label(
        meter=row.meter,
        mine=bool(row.seen_mine if seen else row.mine),
        basis="visit" if seen or row.reason == "visited" else "judgement",
        first_day=_maybe(date.fromisoformat, row.first_day),
        last_day=_maybe(date.fromisoformat, row.last_day),
        by=row.seen_by if seen else row.by,
        at=row.seen_at if seen else row.at,
        run=row.run,
        probability=row.probability,
        reason=row.reason,
        division=row.division,
        event=row.seen_event if seen else row.event,
        digest=row.digest,
    )


def bare_label(row: Row[Any]) -> Label:
    """Return the label of a meter that was visited in a case nobody triaged: no window and no probability are known."""
    return Label(
        meter=row.meter,
        mine=bool(row.mine),
        basis="visit",
        first_day=None,
        last_day=None,
        by=row.by,
        at=row.at,
        run="",
        probability=None,
        reason="",
        division=row.division,
        event=row.event,
        digest=row.digest,
    )


def _maybe(read: Callable[[str], Any], text: str | None) -> Any:
    return None if text is None else read(text)
