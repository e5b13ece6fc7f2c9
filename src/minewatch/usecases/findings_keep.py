"""Keep the findings of a run in the workspace, with what the books say of each meter, so that people can work on them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import polars as pl

from minewatch.detect.identity import Judge, shipped_judge
from minewatch.model.findings_views import FindingQuery, RunView
from minewatch.model.origin import Origin, together
from minewatch.model.triage import NOTICED
from minewatch.stores.lake import Lake
from minewatch.stores.workspace import Workspace
from minewatch.usecases.findings_state import store_at
from minewatch.usecases.import_grid import grid_store

PLACE = ("division", "customer", "declared_use", "node")


@dataclass(frozen=True, slots=True)
class Books:
    """What the table of meters says of a meter; ``division`` is its county, or the one given for meters without."""

    division: str = ""
    customer: str = ""
    declared_use: str = ""
    node: str = ""


def books_of(workspace: Workspace, *, division: str = "") -> Mapping[str, Books]:
    """Return what was imported of meters, by meter; ``division`` stands in where a meter has none."""
    meters = grid_store(workspace).read("meters", key=("meter",))
    if meters is None:
        return {}
    columns = ("meter", "county_code", "customer", "declared_use", "node")
    return {
        str(meter): Books(county or division, customer or "", use or "", node or "")
        for meter, county, customer, use, node in meters.select(columns).iter_rows()
    }


def input_digest(lake: Lake) -> str:
    """Return a digest of everything the lake holds: it changes exactly when a part is added, merged or removed."""
    names = sorted((part.name, part.slots, part.shard) for part in lake.manifest.parts)
    return sha256(repr(names).encode()).hexdigest()


def keep_screening(
    *,
    workspace: Workspace,
    findings: pl.DataFrame,
    lake: Lake,
    origin: Origin,
    now: datetime,
    division: str = "",
    judge: Judge | None = None,
) -> RunView:
    """Keep what a screening of the workspace found; the same findings again are the same run.

    ``findings`` as ``screen_lake`` ranks them; ``division`` is where meters lie that the table of meters places nowhere,
    ``judge`` whose model found them (the shipped one unless given).
    """
    judge = judge or shipped_judge()
    books, nothing = books_of(workspace, division=division), Books(division)
    rows = [
        _screen_row(rank, row, books.get(row["meter_id"], nothing))
        for rank, row in enumerate(findings.iter_rows(named=True), start=1)
    ]
    return _keep(
        workspace,
        rows,
        kind="screen",
        now=now,
        detector=judge.detector,
        model=judge.name,
        source=input_digest(lake),
        origin=origin,
        prevalence=judge.model.prevalence,
    )


def keep_fusion(
    *,
    workspace: Workspace,
    fused: pl.DataFrame,
    detector: str,
    source: str,
    prior: float,
    now: datetime,
    origin: Origin = Origin.MEASURED,
) -> RunView:
    """Keep a fused list. What the latest screening said of a meter (dates, reasons, data) comes along with it.

    ``detector`` and ``source`` are digests of the weights and of the evidence. It is labelled when that
    screening was, or when the ``origin`` of the other evidence is simulated.
    """
    store = store_at(workspace.folder.resolve())
    screened = next((run for run in store.runs() if run.kind == "screen"), None)
    known: Mapping[str, Any] = {}
    if screened is not None:
        query = FindingQuery(run=screened.id)
        known = {line.meter: line for line in store.lines(query, ("",), everything=True)}
    origins = {screened.origin} if screened is not None else {origin}
    origins |= {origin} if origin.is_simulated else set()
    books, rows = books_of(workspace), []
    for rank, row in enumerate(fused.iter_rows(named=True), start=1):
        line = known.get(row["subject"])
        base = _row_of(line) if line else _empty_row(row["subject"], books.get(row["subject"], Books()))
        rows.append(base | _fused_part(rank, row, base))
    return _keep(
        workspace,
        rows,
        kind="fuse",
        now=now,
        detector=detector,
        model=screened.model if screened is not None else "",
        source=source,
        origin=together(origins),
        prevalence=prior,
    )


def _keep(  # noqa: PLR0913 - what the record of a run says, all named by the caller
    workspace: Workspace,
    rows: list[dict[str, Any]],
    *,
    kind: str,
    now: datetime,
    detector: str,
    model: str,
    source: str,
    origin: Origin,
    prevalence: float,
) -> RunView:
    content = sha256(json.dumps([kind, detector, source, rows], ensure_ascii=False, sort_keys=True).encode())
    days = [row[name] for row in rows for name in ("first_day", "last_day") if row[name]]
    counts: dict[str, int] = {}
    for row in rows:
        for code in row["reasons"].split(";"):
            if code:
                counts[code] = counts.get(code, 0) + 1
    run = RunView(
        id=f"{kind}-{content.hexdigest()[:12]}",
        kind=kind,
        made_at=now,
        detector=detector,
        input=source,
        findings=len(rows),
        noticed=sum(row["probability"] >= NOTICED for row in rows),
        simulated=origin.is_simulated,
        first_day=date.fromisoformat(min(days)) if days else None,
        last_day=date.fromisoformat(max(days)) if days else None,
        prevalence=prevalence,
        reasons=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        places=dict(sorted(Counter(str(row["division"]) for row in rows).items())),
        model=model,
        mixed=origin is Origin.MIXED,
    )
    store_at(workspace.folder.resolve()).keep(run, rows)
    return run


def _screen_row(rank: int, row: Mapping[str, Any], books: Books) -> dict[str, Any]:
    record = {
        "alternatives": list(row["alternatives"] or ()),
        "data_notes": list(row["data_notes"] or ()),
        "reason_figures": json.loads(row["reason_figures"] or "{}"),
        "look_weights": json.loads(row["look_weights"] or "{}"),
    }
    return {
        "meter": row["meter_id"],
        "rank": rank,
        "probability": row["probability"],
        "kw": row["mining_kw"],
        "kw_low": row["mining_kw_low"],
        "kw_high": row["mining_kw_high"],
        "since": row["since"] and row["since"].isoformat(),
        "until": row["until"] and row["until"].isoformat(),
        "mean_kw": row["mean_kw"],
        "coverage": row["coverage"],
        "first_day": row["first_day"] and row["first_day"].isoformat(),
        "last_day": row["last_day"] and row["last_day"].isoformat(),
        "slots": row["slots"] or 0,
        "pattern": row["pattern"] or "",
        "reasons": f";{';'.join(row['reasons'])};" if row["reasons"] else "",
        **_of_books(row["meter_id"], books),
        "record": json.dumps(record, ensure_ascii=False),
    }


def _of_books(meter: str, books: Books) -> dict[str, Any]:
    values = {name: getattr(books, name) for name in PLACE}
    return {**values, "words": f"{meter} {books.customer} {books.node} {books.declared_use}".casefold()}


def _empty_row(meter: str, books: Books) -> dict[str, Any]:
    nothing = dict.fromkeys(("since", "until", "mean_kw", "first_day", "last_day"))
    none = {"coverage": 0.0, "slots": 0, "pattern": "", "reasons": "", "record": "{}"}
    return {"meter": meter, **nothing, **none, **_of_books(meter, books)}


def _row_of(line: Any) -> dict[str, Any]:
    row = {name: getattr(line, name) for name in ("meter", "mean_kw", "coverage", "slots", "pattern", *PLACE)}
    for name in ("since", "until", "first_day", "last_day"):
        value = getattr(line, name)
        row[name] = None if value is None else value.isoformat()
    reasons = f";{';'.join(line.reasons)};" if line.reasons else ""
    place = _of_books(line.meter, Books(*(getattr(line, name) for name in PLACE)))
    return {**row, **place, "reasons": reasons, "record": json.dumps(dict(line.record), ensure_ascii=False)}


def _fused_part(rank: int, row: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    record = json.loads(base["record"]) | {
        "contributions": json.loads(row["contributions"]),
        "conflict": list(row["conflict"] or ()),
        "evidence": list(row["digests"] or ()),
    }
    return {
        "rank": rank,
        "probability": row["probability"],
        "kw": row["kw"],
        "kw_low": row["kw_low"],
        "kw_high": row["kw_high"],
        "record": json.dumps(record, ensure_ascii=False),
    }
