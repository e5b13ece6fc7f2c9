"""How a query of findings becomes SQL: the status that decisions and cases give a line, filters, order, what comes next."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from operator import ge, le, lt
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, true

from minewatch.model.actors import stem_of
from minewatch.model.findings_views import FindingLine, FindingQuery
from minewatch.model.triage import GROWN_BY, GROWN_TIMES, NOTICED, TODO
from minewatch.stores.findings_schema import CASES, DECISIONS, FINDINGS, RECORDS

F, D, C = FINDINGS.c, DECISIONS.c, CASES.c

JOINED = FINDINGS.outerjoin(DECISIONS, F.meter == D.meter).outerjoin(CASES, F.meter == C.meter)
"""Findings with the last decision on their meter and the last case of it."""
FULL = JOINED.join(RECORDS, and_(F.run == RECORDS.c.run, F.meter == RECORDS.c.meter))
"""The same with everything else the detector said."""

_SAME_KIND = func.substr(F.run, 1, 4) == func.substr(D.run, 1, 4)  # ids begin with the kind: its probabilities compare
_GROWN = or_(and_(_SAME_KIND, F.probability >= D.probability + GROWN_BY), F.kw > D.kw * GROWN_TIMES)
_RUNS_ON = and_(F.probability >= NOTICED, F.until.is_(None), F.last_day > func.substr(C.closed, 1, 10))

STATUS: ColumnElement[Any] = case(
    (and_(C.case_id.is_not(None), C.closed == ""), "case"),
    (and_(C.case_id.is_not(None), D.at > C.closed, D.run == F.run, D.status != ""), D.status),
    (and_(C.case_id.is_not(None), _RUNS_ON), "again"),
    (C.case_id.is_not(None), "closed"),
    (func.coalesce(D.status, "") == "", "open"),
    (and_(D.status == "dismissed", D.run != F.run, _GROWN), "again"),
    else_=D.status,
).label("status")
"""Status of a line by what was decided on its meter (``model.triage`` tells when a decision no longer holds)."""

COLUMNS = (
    *FINDINGS.c,
    RECORDS.c.record,
    STATUS,
    D.status.label("decision"),
    D.version.label("decisions"),
    D.by.label("decided_by"),
    D.at.label("decided_at"),
    D.reason.label("reason_code"),
    D.note.label("note"),
    C.case_id.label("case_id"),
)

_SORTS: dict[str, Any] = {
    "probability": F.probability,
    "kw": F.kw,
    "since": F.since,
    "meter": F.meter,
    "customer": F.customer,
    "division": F.division,
    "coverage": F.coverage,
    "decided": D.at,
}
"""What is missing stands below everything else, as SQLite orders it."""
_BELOW: dict[str, Any] = {"kw": -1.0, "since": "", "decided": ""}
"""What stands for a missing value where it is compared."""


def needs_status(query: FindingQuery) -> bool:
    """Whether a query can only be answered with what was decided; others are answered from the findings alone."""
    return bool(query.status) or query.sort == "decided"


def visible(stems: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a finding lies where ``stems`` begin; a place that is unknown needs the empty stem."""
    if "" in stems:
        return true()
    return or_(false(), *(F.division.startswith(stem) for stem in stems))


def matching(
    query: FindingQuery,
    stems: Sequence[str],
    *,
    any_status: bool = False,
    beyond: tuple[FindingLine, bool] | None = None,
) -> list[ColumnElement[bool]]:
    """Return the conditions of ``query``; ``beyond`` a line: only what comes after it in the order (False: before it)."""
    where: list[ColumnElement[bool]] = [F.run == query.run, visible(stems), *_bounds(query)]
    if query.division == "unplaced":
        where.append(F.division == "")
    elif query.division:
        where.append(F.division.startswith(stem_of(query.division)))
    if query.reason:
        where.append(F.reasons.contains(f";{query.reason};", autoescape=True))
    if query.text:
        where.append(F.words.contains(query.text.casefold(), autoescape=True))
    if query.status and not any_status:
        where.append(STATUS.in_(TODO if query.status == "todo" else (query.status,)))
    if beyond is not None:
        where.append(_beyond(query, *beyond))
    return where


def _bounds(query: FindingQuery) -> list[ColumnElement[bool]]:
    bounds: tuple[tuple[Any, Callable[[Any, Any], ColumnElement[bool]], Any], ...] = (
        (F.probability, ge, query.least),
        (F.probability, le, query.most),
        (F.kw, ge, query.least_kw),
        (F.kw, le, query.most_kw),
        (F.since, ge, query.since_from and query.since_from.isoformat()),
        (F.since, lt, query.since_to and (query.since_to + timedelta(days=1)).isoformat()),
    )
    return [compare(column, value) for column, compare, value in bounds if value is not None]


def order(query: FindingQuery, *, forward: bool = True) -> list[ColumnElement[Any]]:
    """Return what a query is ordered by: its column, ties by meter; backwards when not ``forward``."""
    key = _SORTS[query.sort]
    down = query.descending == forward
    keys = [key.desc() if down else key.asc()]
    if query.sort != "meter":
        keys.append(F.meter.asc() if forward else F.meter.desc())
    return keys


def _beyond(query: FindingQuery, line: FindingLine, forward: bool) -> ColumnElement[bool]:  # noqa: FBT001 - unpacked from the pair above
    key, value = _SORTS[query.sort], _value(query.sort, line)
    if query.sort in _BELOW:
        key = func.coalesce(key, _BELOW[query.sort])
    down = query.descending == forward
    further: ColumnElement[bool] = key < value if down else key > value
    if query.sort == "meter":
        return further
    tie = F.meter > line.meter if forward else F.meter < line.meter
    return and_(key <= value if down else key >= value, or_(further, tie))  # the first bound lets an index be used


def _value(sort: str, line: FindingLine) -> Any:
    if sort == "kw":
        return -1.0 if line.mining is None else line.mining.value
    if sort == "since":
        return "" if line.since is None else line.since.isoformat()
    if sort == "decided":
        return line.decided_at
    return getattr(line, sort)
