"""Findings of runs in ``findings.db`` of a workspace: filtered, sorted, counted and paged by the database.

Opening costs nothing: every call opens the file, brings it to this program's version if need be, and closes it. Writers
take the lock before they read. ``stems`` say what the reader may see: beginnings of division codes (see
``model.actors.stem_of``); the empty one is everything, findings without a place among it; no stem is nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, create_engine, delete, event, func, insert, or_, select, union, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from minewatch.model.errors import StoreError
from minewatch.model.findings_views import FindingLine, FindingQuery, Label, RunView
from minewatch.model.text import Text
from minewatch.stores.findings_rows import SEEN, bare_label, label_of, line_of, run_of, run_row
from minewatch.stores.findings_schema import (
    CASES,
    DECISIONS,
    FINDINGS,
    FOLDED,
    MIGRATIONS,
    RECORDS,
    RUNS,
    VISITS,
    migrate,
    version_of,
)
from minewatch.stores.findings_select import COLUMNS, FULL, JOINED, STATUS, matching, needs_status, order, visible

NAME = "findings.db"
KEPT_RUNS = 20
"""So many runs of a kind are kept; older ones are forgotten (decisions keep their summaries in the ledger)."""
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Decided:
    """The last decision on a meter as the ledger has it; ``status`` empty: it was taken back.

    ``version`` is that of the meter's stream of decisions; ``mine`` is what the decision teaches (None: nothing); ``event``
    names the event, ``digest`` is that of the finding it was decided on.
    """

    meter: str
    status: str
    run: str
    reason: str
    note: str
    by: str
    at: str
    probability: float | None
    kw: float | None
    version: int
    division: str
    first_day: str | None
    last_day: str | None
    mine: bool | None
    digest: str
    event: str


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case was opened for ``meters`` in a ``division``, or (``closed``: the ledger's instant) closed."""

    case: str
    meters: tuple[str, ...] = ()
    closed: str = ""
    division: str = ""


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit to the site of a case found mining, or found none."""

    case: str
    mine: bool
    by: str
    at: str
    event: str
    digest: str


Change = Decided | CaseChange | Visited
"""What an event of the ledger changes in the state of findings."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Up to which event of the ledger decisions were folded."""

    position: int
    hash: str


class FindingStore:
    """The findings kept in the file ``path``, which is made when it is first opened. ``StoreError`` if the disk refuses."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)

    def keep(self, run: RunView, rows: Iterable[Mapping[str, Any]]) -> bool:
        """Keep a run and its rows (the columns of ``findings`` but ``run``); False when it is kept already.

        The same run kept again becomes the latest; a label of simulated data is never lost by it. Runs beyond
        :data:`KEPT_RUNS` of the kind are forgotten.
        """
        with self._writing() as connection:
            known = connection.execute(select(RUNS.c.id).where(RUNS.c.id == run.id)).first() is not None
            if known:
                row = run_row(run)
                label = {"simulated": row["simulated"]} if run.simulated else {}
                connection.execute(update(RUNS).where(RUNS.c.id == run.id).values(made_at=row["made_at"], **label))
            else:
                connection.execute(insert(RUNS).values(**run_row(run)))
                for batch in _batches({**row, "run": run.id} for row in rows):
                    for table in (FINDINGS, RECORDS):
                        names = table.c.keys()
                        connection.execute(insert(table), [{name: row[name] for name in names} for row in batch])
            old = select(RUNS.c.id).where(RUNS.c.kind == run.kind).order_by(RUNS.c.made_at.desc(), RUNS.c.id)
            for gone in connection.execute(old).scalars().all()[KEPT_RUNS:]:
                for table in (FINDINGS, RECORDS):
                    connection.execute(delete(table).where(table.c.run == gone))
                connection.execute(delete(RUNS).where(RUNS.c.id == gone))
        return not known

    def runs(self) -> tuple[RunView, ...]:
        """Return all runs, latest first."""
        with self._reading() as connection:
            rows = connection.execute(select(RUNS).order_by(RUNS.c.made_at.desc(), RUNS.c.id)).all()
        return tuple(run_of(row) for row in rows)

    def lines(self, query: FindingQuery, stems: Sequence[str], *, everything: bool = False) -> tuple[FindingLine, ...]:
        """Return the lines of ``query`` that ``stems`` allow: its page, or all of them with ``everything``."""
        wanted = select(*COLUMNS).select_from(FULL).order_by(*order(query))
        if everything:
            wanted = wanted.where(*matching(query, stems))
        else:
            source = JOINED if needs_status(query) else FINDINGS
            here = select(FINDINGS.c.meter).select_from(source).where(*matching(query, stems)).order_by(*order(query))
            here = here.limit(query.size).offset((query.page - 1) * query.size)
            wanted = wanted.where(FINDINGS.c.run == query.run, FINDINGS.c.meter.in_(here))
        with self._reading() as connection:
            return tuple(line_of(row) for row in connection.execute(wanted))

    def statuses(self, query: FindingQuery, stems: Sequence[str]) -> dict[str, int]:
        """Count the lines of ``query`` by status, whatever status it asks for.

        Most meters were never decided on: all lines are counted without looking, then those that were are told apart.
        """
        where = matching(query, stems, any_status=True)
        everything = select(func.count()).select_from(FINDINGS).where(*where)
        touched = union(select(DECISIONS.c.meter), select(CASES.c.meter)).subquery()
        known = touched.join(FINDINGS, and_(FINDINGS.c.run == query.run, FINDINGS.c.meter == touched.c.meter))
        known = known.outerjoin(DECISIONS, touched.c.meter == DECISIONS.c.meter)
        known = known.outerjoin(CASES, touched.c.meter == CASES.c.meter)
        counted = select(STATUS, func.count()).select_from(known).where(*where).group_by(STATUS)
        with self._reading() as connection:
            total = connection.execute(everything).scalar_one()
            found = {str(status): int(count) for status, count in connection.execute(counted) if status != "open"}
        waiting = total - sum(found.values())
        return {"open": waiting, **found} if waiting else found

    def one(self, run: str, meter: str) -> FindingLine | None:
        """Return the finding of a meter in a run, whoever asks; None when there is none."""
        wanted = select(*COLUMNS).select_from(FULL).where(FINDINGS.c.run == run, FINDINGS.c.meter == meter)
        with self._reading() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else line_of(row)

    def some(self, run: str, meters: Sequence[str]) -> tuple[FindingLine, ...]:
        """Return the findings of ``meters`` in a run, whoever asks, by meter; those that are not there are left out."""
        found: list[FindingLine] = []
        with self._reading() as connection:
            for first in range(0, len(meters), BATCH):
                some = meters[first : first + BATCH]
                wanted = select(*COLUMNS).select_from(FULL)
                wanted = wanted.where(FINDINGS.c.run == run, FINDINGS.c.meter.in_(some))
                found += (line_of(row) for row in connection.execute(wanted))
        return tuple(sorted(found, key=lambda line: line.meter))

    def of_customer(self, run: str, customer: str, stems: Sequence[str]) -> tuple[FindingLine, ...]:
        """Return the findings of a customer's meters in a run, most suspicious first."""
        where = (FINDINGS.c.run == run, FINDINGS.c.customer == customer, visible(stems))
        wanted = select(*COLUMNS).select_from(FULL).where(*where).order_by(FINDINGS.c.rank).limit(100)
        with self._reading() as connection:
            return tuple(line_of(row) for row in connection.execute(wanted))

    def neighbours(self, query: FindingQuery, stems: Sequence[str], line: FindingLine) -> tuple[str, str]:
        """Return the meters before and after ``line`` in the list of ``query``, empty at its ends."""
        found = []
        with self._reading() as connection:
            for forward in (False, True):
                keys = order(query, forward=forward)
                beyond = matching(query, stems, beyond=(line, forward))
                wanted = select(FINDINGS.c.meter).select_from(JOINED).where(*beyond).order_by(*keys).limit(1)
                found.append(connection.execute(wanted).scalar() or "")
        return found[0], found[1]

    def site_probabilities(self, query: FindingQuery, stems: Sequence[str], *, most: int) -> list[float]:
        """Return one probability a site of the lines of ``query``, greatest first: meters of one customer are one site.

        The site's is the greatest of its meters; ``most`` sites at the most are returned.
        """
        site = func.coalesce(func.nullif(FINDINGS.c.customer, ""), FINDINGS.c.meter)
        wanted = select(site, FINDINGS.c.probability).select_from(JOINED).where(*matching(query, stems))
        wanted = wanted.order_by(FINDINGS.c.probability.desc(), FINDINGS.c.meter)
        best: dict[str, float] = {}
        with self._reading() as connection, connection.execution_options(yield_per=BATCH).execute(wanted) as rows:
            for name, probability in rows:
                if len(best) == most:
                    break
                best.setdefault(name, float(probability))
        return list(best.values())

    def peers(self, line: FindingLine, *, same_use: bool) -> list[tuple[float, float | None]]:
        """Return (probability, kW) of the meters of the run like ``line``, itself left out.

        Alike are those whose mean power is between half and twice its own, and whose declared use is the same where
        ``same_use`` asks for it.
        """
        where = [FINDINGS.c.run == line.run, FINDINGS.c.meter != line.meter]
        if line.mean_kw is not None:
            low, high = sorted((line.mean_kw / 2, line.mean_kw * 2))
            where.append(FINDINGS.c.mean_kw.between(low, high))
        if same_use:
            where.append(FINDINGS.c.declared_use == line.declared_use)
        with self._reading() as connection:
            rows = connection.execute(select(FINDINGS.c.probability, FINDINGS.c.mean_kw).where(*where)).all()
        return [(float(row.probability), row.mean_kw) for row in rows]

    def folded(self) -> Folded:
        """Return up to which event decisions were folded."""
        with self._reading() as connection:
            return Folded(*connection.execute(select(FOLDED.c.position, FOLDED.c.hash)).one())

    def labels(self, *, visits_only: bool = False) -> tuple[Label, ...]:
        """Return what people decided and found, one label a meter, by meter, of all places; visits to cases win."""
        both = DECISIONS.outerjoin(VISITS, DECISIONS.c.meter == VISITS.c.meter)
        decisions = select(DECISIONS, *SEEN).select_from(both)
        if visits_only:
            decisions = decisions.where(or_(VISITS.c.mine.is_not(None), DECISIONS.c.reason == "visited"))
        with self._reading() as connection:
            decided = connection.execute(decisions).all()
            known = select(DECISIONS.c.meter)
            alone = connection.execute(select(VISITS).where(VISITS.c.meter.not_in(known))).all()
        found = [label for row in decided if (label := label_of(row)) is not None]
        return tuple(sorted([*found, *map(bare_label, alone)], key=lambda label: label.meter))

    def fold(self, changes: Iterable[Change], *, after: Folded | None, upto: Folded) -> bool:
        """Take ``changes`` in, which lead from ``after`` (None: from the beginning, all anew) to ``upto``.

        Returns False, and takes nothing in, when somebody else folded meanwhile.
        """
        with self._writing() as connection:
            if after is None:
                connection.execute(delete(DECISIONS))
                connection.execute(delete(CASES))
                connection.execute(delete(VISITS))
            elif Folded(*connection.execute(select(FOLDED.c.position, FOLDED.c.hash)).one()) != after:
                return False
            for change in changes:
                _apply(connection, change)
            connection.execute(update(FOLDED).values(position=upto.position, hash=upto.hash))
        return True

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _translated():
            with self._engine.connect() as connection:
                ready = version_of(connection) == len(MIGRATIONS)
            if not ready:
                with self._writing():
                    pass  # opening for writing brings the file to this program's version
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _translated(), self._engine.connect() as plain:
            connection = plain.execution_options(findings_writes=True)
            with connection.begin():
                migrate(connection)
                yield connection


def _apply(connection: Connection, change: Change) -> None:
    if isinstance(change, Visited):
        site = select(CASES.c.meter, CASES.c.division).where(CASES.c.case_id == change.case)
        said = {name: getattr(change, name) for name in ("mine", "by", "at", "event", "digest")}
        for meter, division in connection.execute(site).all():
            connection.execute(delete(VISITS).where(VISITS.c.meter == meter))
            connection.execute(insert(VISITS).values(meter=meter, division=division, **said))
        return
    if isinstance(change, CaseChange):
        if change.closed:
            connection.execute(update(CASES).where(CASES.c.case_id == change.case).values(closed=change.closed))
            return
        for meter in change.meters:
            connection.execute(delete(CASES).where(CASES.c.meter == meter))
            connection.execute(
                insert(CASES).values(meter=meter, case_id=change.case, closed="", division=change.division)
            )
        return
    connection.execute(delete(DECISIONS).where(DECISIONS.c.meter == change.meter))
    values = {name: getattr(change, name) for name in Decided.__slots__}
    connection.execute(insert(DECISIONS).values(**values))


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, see _begin
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "cache_size=-32000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("findings_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn the driver's errors into ours, once, at the border."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(
            Text(f"The findings could not be read or written: {error.orig}.", f"无法读取或写入疑点：{error.orig}。"),
            remedy=Text(
                "Check free disk space and permissions; findings.db may be moved away and made again by screening.",
                "请检查磁盘空间和权限；可移走 findings.db，重新筛查即可再生成。",
            ),
        ) from error
