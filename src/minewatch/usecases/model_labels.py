"""From what visits found to what a model learns from: labels of the workspace's record or of a file, and their curves' looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.adapting import Visited
from minewatch.detect.block import Block
from minewatch.detect.looks import PLACE, take_looks
from minewatch.detect.parts import Parts
from minewatch.model.form_issues import form_issue
from minewatch.model.issues import Issue
from minewatch.readers.visits import VisitRow, read_visits
from minewatch.stores.lake import Lake
from minewatch.usecases.findings_keep import books_of
from minewatch.usecases.labels import labels, labels_csv
from minewatch.usecases.office import Turn
from minewatch.usecases.time_left import instant_of

LEAST_DAYS = 14
"""Days with readings below which an answer's curve is not learned from: the model was fitted on no shorter ones."""
RECORD = "findings.db"
"""The file that issues name for labels of the workspace's record."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Answers by meter, where they came from, and what could not be used. ``digest`` is that of the labels' bytes."""

    rows: tuple[VisitRow, ...]
    digest: str
    file: str
    issues: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class Learnable:
    """What a model can learn from: looks with answers, the rows they came from, and what had to be left out."""

    visited: Visited
    rows: tuple[VisitRow, ...]
    issues: tuple[Issue, ...]


def labels_of(*, turn: Turn, file: Path | None, judgements: bool) -> Labels:
    """Return the answers of ``file``, or those on the workspace's record that the actor may read.

    Only what rests on a visit counts unless ``judgements`` takes in what was decided at the desk.
    """
    if file is None:
        kept = labels(turn=turn, visits_only=not judgements)
        content = labels_csv(kept)
        issues: tuple[Issue, ...] = ()
        rows = tuple(
            VisitRow(0, one.meter, one.mine, one.first_day, one.last_day, _seen(turn, one.at), "", one.basis)
            for one in kept
        )
    else:
        rows, issues = read_visits(file)
        content = file.read_bytes()
        rows = tuple(row for row in rows if judgements or row.basis == "visit")
    return Labels(rows, sha256(content).hexdigest(), file.name if file else "", issues)


def _seen(turn: Turn, at: str) -> date:
    instant = instant_of(at)
    return instant.astimezone(turn.office.zone).date()


def learnable(*, turn: Turn, given: Labels, own: Parts | None = None) -> Learnable:
    """Take the looks at the curve behind every answer; answers without a usable curve become issues.

    An answer is about the days it names; without, about all days before somebody was there. Of several kinds of days the one
    with the most time read counts. Meters of one customer are one site. ``own``: by which parts the model to adapt judges.
    """
    lake, books = turn.office.workspace.lake(), books_of(turn.office.workspace)
    curves = _curves(lake, {row.meter: row for row in given.rows})
    rows, looks, issues = [], [], list(given.issues)
    for row in given.rows:
        found = curves.get(row.meter)
        if isinstance(found, Block):
            rows.append(row)
            looks.append(take_looks(found, costly=True)[0])
        else:
            code = found or "label_unknown_meter"
            issues.append(form_issue(code, given.file or RECORD, line=row.line, value=row.meter))
    sites = [row.site or (books[row.meter].customer if row.meter in books else "") or row.meter for row in rows]
    table = np.array(looks, np.float32).reshape(len(rows), len(PLACE))
    part = None if own is None else own.of([row.meter for row in rows])
    visited = Visited(table, np.array([row.mine for row in rows], np.bool_), np.array(sites, np.str_), part)
    return Learnable(visited, tuple(rows), tuple(issues))


def _curves(lake: Lake, wanted: Mapping[str, VisitRow]) -> dict[str, Block | str]:
    """Read the curve of each meter that has one, or the code of why it cannot be learned from; unknown meters are left out."""
    found: dict[str, Block | str] = {}
    read: dict[str, float] = {}
    for slots in lake.slot_kinds:
        for shard in lake.shards_of(frozenset(wanted)):
            for meter, first, kw in _meters(lake, shard, slots, wanted):
                known = np.isfinite(kw)
                if slots == 1:
                    found.setdefault(meter, "label_daily_only")
                elif known.any(axis=1).sum() < LEAST_DAYS:
                    if not isinstance(found.get(meter), Block):
                        found[meter] = "label_too_short"
                elif (time := float(known.mean() * len(kw))) > read.get(meter, 0.0):
                    found[meter], read[meter] = Block((meter,), first, kw[None]), time
    return found


def _meters(
    lake: Lake, shard: int, slots: int, wanted: Mapping[str, VisitRow]
) -> Iterator[tuple[str, date, NDArray[np.float32]]]:
    for block in lake.blocks(shard, slots, meters=frozenset(wanted)):
        for place, meter in enumerate(block.meters):
            days = _days(wanted[meter], block.first_day, block.kw.shape[1])
            yield meter, block.first_day + timedelta(days=days.start), block.kw[place, days].copy()


def _days(row: VisitRow, first: date, number: int) -> slice:
    """Days of a block that an answer is about."""
    begin = 0 if row.first_day is None else (row.first_day - first).days
    end = number
    if row.last_day is not None:
        end = (row.last_day - first).days + 1
    elif row.seen is not None:
        end = (row.seen - first).days
    begin = min(max(begin, 0), number)
    return slice(begin, min(max(end, begin), number))


def days_of(rows: Sequence[VisitRow]) -> tuple[str, str]:
    """Return the first and last day that answers name (ISO), empty where none does."""
    days = sorted(day.isoformat() for row in rows for day in (row.first_day, row.last_day) if day)
    return (days[0], days[-1]) if days else ("", "")
