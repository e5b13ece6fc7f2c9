"""Labelled examples from what people decided and found: what fitting the detector again, or weighing it, can learn from.

A visit counts more than a judgement at the desk, and the later more than the earlier. A dismissal whose reason says nothing
about mining (a data fault, too small) is no example. Judgements follow the detector's own list: learning from them alone
teaches it what it believes already, so each label says what it rests on.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict

import polars as pl

from minewatch.model.actors import allowed
from minewatch.model.findings_views import Label
from minewatch.model.guard import neutral
from minewatch.usecases.findings_state import kept_findings, place_of
from minewatch.usecases.office import Turn

SCHEMA = pl.Schema(
    {
        "meter": pl.String(),
        "mine": pl.Boolean(),
        "basis": pl.String(),
        "first_day": pl.Date(),
        "last_day": pl.Date(),
        "by": pl.String(),
        "at": pl.String(),
        "run": pl.String(),
        "probability": pl.Float64(),
        "reason": pl.String(),
        "division": pl.String(),
        "event": pl.String(),
        "digest": pl.String(),
    }
)


def labels(*, turn: Turn, visits_only: bool = False) -> tuple[Label, ...]:
    """Return the labelled examples of the divisions whose findings the actor may read, by meter."""
    turn.may("finding.read")
    found = kept_findings(turn.office).labels(visits_only=visits_only)
    return tuple(label for label in found if allowed(turn.actor, "finding.read", place_of(label.division)))


def labels_parquet(found: Iterable[Label]) -> bytes:
    """Return labels as Parquet, columns as :class:`Label` has them."""
    buffer = io.BytesIO()
    pl.DataFrame([asdict(label) for label in found], schema=SCHEMA).write_parquet(buffer)
    return buffer.getvalue()


def labels_csv(found: Iterable[Label]) -> bytes:
    """Return labels as CSV; ``subject`` and ``found`` stand first, as ``minewatch fuse --visits`` reads them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["subject", "found", *SCHEMA.names()])
    writer.writerows(_cells(found))
    return buffer.getvalue().encode("utf-8")


def _cells(found: Iterable[Label]) -> Iterator[list[object]]:
    for label in found:
        values = [neutral(value) if isinstance(value, str) else value for value in asdict(label).values()]
        yield [neutral(label.meter), "yes" if label.mine else "no", *values]
