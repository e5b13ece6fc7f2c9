"""The append-only ledger on SQLite (WAL, full sync) or Postgres, by address.

One transaction appends events to one stream, moves the head and changes the read rows. Writers are taken one after the
other (``BEGIN IMMEDIATE``, an advisory lock on Postgres), so that positions have no gaps; the unique (stream, version) is
the lock between two decisions made on the same state: the later one gets a ``ConflictError`` and nothing of it is stored.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, update

from minewatch.model.errors import ConflictError
from minewatch.model.events import JsonValue, NewEvent, Stamp, StoredEvent, canonical_json, utc_text
from minewatch.model.text import Text
from minewatch.stores.chain import Fault, check_chain, row_hash
from minewatch.stores.database import open_engine, translated
from minewatch.stores.ledger_schema import EVENTS, HEADS, PERSONAL, READ_ROWS, migrate
from minewatch.stores.ledger_search import EventQuery, count_events, search_events

ADVISORY_LOCK = 0x6D77_6C65_6467_6572  # "mwledger": one writer at a time on Postgres
READ_BATCH = 5_000
STREAM_BATCH = 500
WHAT = "ledger"


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row of a read model: table, key and data; ``data`` None removes the row."""

    table: str
    key: str
    data: Mapping[str, JsonValue] | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A position and its hash, exported to be kept elsewhere: the proof that nothing up to it was changed since."""

    position: int
    hash: str


Projector = Callable[[StoredEvent, Callable[[str, str], dict[str, Any] | None]], Iterable[ReadRow]]
"""Turns an event into changes of read rows; the second argument reads a row as it stands: ``(table, key) -> data``."""


Reads = Callable[[StoredEvent], Iterable[tuple[str, str]]]
"""Tells which rows (table, key) a projector will ask for, so that those of many events are read at once."""


def no_reads(_event: StoredEvent) -> Iterable[tuple[str, str]]:
    """Tell nothing: each row is read when it is asked for."""
    return ()


def no_read_rows(_event: StoredEvent, _read: Callable[[str, str], dict[str, Any] | None]) -> Iterable[ReadRow]:
    """Project nothing."""
    return ()


class Ledger:
    """A ledger at ``address``: a SQLAlchemy URL (``sqlite:///…``, ``postgresql+psycopg://…``) or a path of an SQLite file.

    ``project`` turns events into read rows; ``reads`` tells beforehand which rows it will ask for, which makes large
    transactions quick and changes nothing else. Opening creates or migrates the tables. Raises ``ConfigurationError`` for an
    address that cannot be opened and ``StoreError`` when the database fails later.
    """

    def __init__(self, address: str | Path, *, project: Projector = no_read_rows, reads: Reads = no_reads) -> None:
        self._engine = open_engine(address)
        self._project = project
        self._reads = reads
        with translated(WHAT), self._writing() as connection:
            migrate(connection)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def append(
        self, stream: str, events: Sequence[NewEvent], *, expected: int, stamp: Stamp
    ) -> tuple[StoredEvent, ...]:
        """Append ``events`` after version ``expected`` of ``stream`` (0: a new stream) and return them as stored.

        Raises ``ConflictError`` when the stream has moved on, naming who moved it; then nothing was stored.
        """
        return self.append_many([(stream, events, expected)], stamp=stamp)

    def append_many(
        self, batches: Iterable[tuple[str, Sequence[NewEvent], int]], *, stamp: Stamp
    ) -> tuple[StoredEvent, ...]:
        """Append to many streams (stream, events, expected version) in one transaction: all of it or nothing.

        A stream may come several times. Rows are written together, and each read row once, as the last event left it.
        """
        wanted = list(batches)
        with translated(WHAT), self._writing() as connection:
            streams = _last_of(connection, dict.fromkeys(stream for stream, _, _ in wanted))
            position, previous = connection.execute(select(HEADS.c.position, HEADS.c.hash)).one()
            stored: list[StoredEvent] = []
            at = utc_text(stamp.at)
            for stream, events, expected in wanted:
                version, last = streams.get(stream, (0, ""))
                if version != expected:
                    raise _moved_on(connection, stream, version, expected)
                for new in events:
                    position, version = position + 1, version + 1
                    row = _row(stream, version, new, stamp=(at, stamp), after=(position, last, previous))
                    stored.append(row)
                    previous = last = row.hash
                streams[stream] = version, last
            if stored:
                connection.execute(insert(EVENTS), [_fields(row) for row in stored])
                connection.execute(update(HEADS).values(position=stored[-1].position, hash=stored[-1].hash))
                self._apply(connection, stored)
        return tuple(stored)

    def _apply(self, connection: Connection, stored: Sequence[StoredEvent]) -> None:
        """Project events in order and write every read row they changed, once."""
        changed: dict[tuple[str, str], tuple[int, Mapping[str, JsonValue] | None]] = {}
        known = _read_many(connection, dict.fromkeys(pair for one in stored for pair in self._reads(one)))

        def read(table: str, key: str) -> dict[str, Any] | None:
            if (table, key) in changed:
                data = changed[table, key][1]
                return None if data is None else dict(data)
            if (table, key) in known:
                text = known[table, key]
                return None if text is None else json.loads(text)
            return _read_row(connection, table, key)

        for one in stored:
            for row in self._project(one, read):
                changed[row.table, row.key] = one.position, row.data
        if not changed:
            return
        gone = delete(READ_ROWS).where(
            (READ_ROWS.c.table_name == bindparam("of_table")) & (READ_ROWS.c.key == bindparam("of_key"))
        )
        connection.execute(gone, [{"of_table": table, "of_key": key} for table, key in changed])
        fresh = [
            {"table_name": table, "key": key, "data": canonical_json(data), "updated_position": position}
            for (table, key), (position, data) in changed.items()
            if data is not None
        ]
        if fresh:
            connection.execute(insert(READ_ROWS), fresh)

    def stream(self, stream: str) -> tuple[StoredEvent, ...]:
        """Return all events of ``stream`` in order; empty for a stream that does not exist."""
        with translated(WHAT), self._engine.connect() as connection:
            rows = connection.execute(select(EVENTS).where(EVENTS.c.stream == stream).order_by(EVENTS.c.version))
            return tuple(StoredEvent(**row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's documented mapping

    def events(self, *, after: int = 0) -> Iterator[StoredEvent]:
        """Yield all events after position ``after``, in order, in bounded memory."""
        while True:
            with translated(WHAT), self._engine.connect() as connection:
                rows = connection.execute(
                    select(EVENTS).where(EVENTS.c.position > after).order_by(EVENTS.c.position).limit(READ_BATCH)
                ).all()
            if not rows:
                return
            for row in rows:
                yield StoredEvent(*row)
            after = rows[-1].position

    def search(self, query: EventQuery, *, limit: int) -> list[StoredEvent]:
        """Return at most ``limit`` events that ``query`` asks for, newest first."""
        with translated(WHAT), self._engine.connect() as connection:
            return search_events(connection, query, limit=limit)

    def count_found(self, query: EventQuery) -> int:
        """Return how many events ``query`` asks for; more than ``ledger_search.COUNTED`` are not counted on."""
        with translated(WHAT), self._engine.connect() as connection:
            return count_events(connection, query)

    def version(self, stream: str) -> int:
        """Return the version of the last event of ``stream``, 0 for a stream that does not exist."""
        with translated(WHAT), self._engine.connect() as connection:
            newest = select(func.max(EVENTS.c.version)).where(EVENTS.c.stream == stream)
            return connection.execute(newest).scalar_one() or 0

    def head(self) -> Anchor:
        """Return the last position and hash as the head record has them."""
        with translated(WHAT), self._engine.connect() as connection:
            position, digest = connection.execute(select(HEADS.c.position, HEADS.c.hash)).one()
            return Anchor(position, digest)

    def verify(self, *, anchors: Sequence[Anchor] = ()) -> Iterator[Fault]:
        """Yield every fault: in the chain, against the head record, and against ``anchors`` exported before."""
        wanted = {anchor.position: anchor.hash for anchor in anchors}
        last = Anchor(0, "")

        def watched() -> Iterator[StoredEvent]:
            nonlocal last
            for stored in self.events():
                last = Anchor(stored.position, stored.hash)
                expected = wanted.pop(stored.position, stored.hash)
                if expected != stored.hash:
                    unequal.append(Fault("anchor", stored.position, stored.stream))
                yield stored

        unequal: list[Fault] = []
        yield from check_chain(watched())
        if last != self.head():
            yield Fault("head", last.position + 1)
        yield from unequal
        yield from (Fault("anchor", position) for position in sorted(wanted) if position)

    def rebuild(self) -> int:
        """Empty the read rows and fold every event again, in one transaction; return how many events were folded."""
        folded = 0
        with translated(WHAT), self._writing() as connection:
            connection.execute(delete(READ_ROWS))
            events = self.events()
            while batch := list(islice(events, READ_BATCH)):
                self._apply(connection, batch)
                folded += len(batch)
        return folded

    def read_row(self, table: str, key: str) -> dict[str, Any] | None:
        """Return one row of a read model, or None."""
        with translated(WHAT), self._engine.connect() as connection:
            return _read_row(connection, table, key)

    def read_rows(self, table: str, *, updated_since: int = 0) -> list[dict[str, Any]]:
        """Return the rows of a read model by key, only those changed after position ``updated_since``."""
        with translated(WHAT), self._engine.connect() as connection:
            rows = connection.execute(
                select(READ_ROWS.c.data)
                .where((READ_ROWS.c.table_name == table) & (READ_ROWS.c.updated_position > updated_since))
                .order_by(READ_ROWS.c.key)
            )
            return [json.loads(row.data) for row in rows]

    def changed_rows(self, table: str, *, after: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
        """Return at most ``limit`` rows of a read model that changed after position ``after``, in the order of change.

        Each comes with the position of the event that changed it last; an event changes at most one row of a table, so no two
        rows share a position and the last one is where to go on.
        """
        with translated(WHAT), self._engine.connect() as connection:
            rows = connection.execute(
                select(READ_ROWS.c.updated_position, READ_ROWS.c.data)
                .where((READ_ROWS.c.table_name == table) & (READ_ROWS.c.updated_position > after))
                .order_by(READ_ROWS.c.updated_position, READ_ROWS.c.key)
                .limit(limit)
            )
            return [(row.updated_position, json.loads(row.data)) for row in rows]

    def events_page(self, *, after: int, limit: int) -> list[StoredEvent]:
        """Return at most ``limit`` events after position ``after``, in order."""
        with translated(WHAT), self._engine.connect() as connection:
            rows = connection.execute(
                select(EVENTS).where(EVENTS.c.position > after).order_by(EVENTS.c.position).limit(limit)
            )
            return [StoredEvent(*row) for row in rows]

    def keep_personal(self, key: str, data: Mapping[str, JsonValue]) -> None:
        """Keep personal data under ``key``, in place of what was kept there; the ledger itself holds the key only."""
        with translated(WHAT), self._writing() as connection:
            connection.execute(delete(PERSONAL).where(PERSONAL.c.key == key))
            connection.execute(insert(PERSONAL).values(key=key, data=canonical_json(data)))

    def personal(self, key: str) -> dict[str, JsonValue] | None:
        """Return the personal data under ``key``; None when there is none or it was erased."""
        with translated(WHAT), self._engine.connect() as connection:
            data = connection.execute(select(PERSONAL.c.data).where(PERSONAL.c.key == key)).scalar_one_or_none()
            return None if data is None else json.loads(data)

    def erase_personal(self, key: str) -> bool:
        """Erase the personal data under ``key``; True when there was any. The chain is untouched."""
        with translated(WHAT), self._writing() as connection:
            return bool(connection.execute(delete(PERSONAL).where(PERSONAL.c.key == key)).rowcount)

    def count(self) -> int:
        """Return how many events there are."""
        with translated(WHAT), self._engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(EVENTS)).scalar_one()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
                yield connection


def _row(
    stream: str, version: int, new: NewEvent, *, stamp: tuple[str, Stamp], after: tuple[int, str, str]
) -> StoredEvent:
    """Lay an event out as a row with its hash; ``after``: its position, the stream's and the ledger's last hash."""
    position, stream_previous, previous = after
    at, who = stamp
    bare = StoredEvent(
        position=position,
        stream=stream,
        version=version,
        name=new.name,
        at=at,
        actor=who.actor,
        cause=who.cause,
        rule=canonical_json([new.rule.pack, new.rule.version, new.rule.section]) if new.rule else "",
        data=canonical_json(new.data),
        stream_previous=stream_previous,
        previous=previous,
    )
    return replace(bare, hash=row_hash(bare))


def _last_of(connection: Connection, streams: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Return version and hash of the last event of each of ``streams`` that exists."""
    names = iter(streams)
    found: dict[str, tuple[int, str]] = {}
    while some := list(islice(names, STREAM_BATCH)):
        last = (
            select(EVENTS.c.stream, func.max(EVENTS.c.version).label("version"))
            .where(EVENTS.c.stream.in_(some))
            .group_by(EVENTS.c.stream)
            .subquery()
        )
        both = (EVENTS.c.stream == last.c.stream) & (EVENTS.c.version == last.c.version)
        for row in connection.execute(select(EVENTS.c.stream, EVENTS.c.version, EVENTS.c.hash).join(last, both)):
            found[row.stream] = row.version, row.hash
    return found


def _moved_on(connection: Connection, stream: str, version: int, expected: int) -> ConflictError:
    last = connection.execute(
        select(EVENTS.c.actor, EVENTS.c.at).where((EVENTS.c.stream == stream) & (EVENTS.c.version == version))
    ).one_or_none()
    who = f"; {last.actor} changed it at {last.at}" if last else ""
    who_zh = f"；{last.actor} 于 {last.at} 作了更改" if last else ""
    return ConflictError(
        Text(
            f"{stream} stands at version {version}, not {expected}{who}.",
            f"{stream} 现为第 {version} 版，不是第 {expected} 版{who_zh}。",
        ),
        remedy=Text("Read it again, look at what changed, and decide anew.", "请重新读取，查看变化后再决定。"),
    )


_NAMES = tuple(StoredEvent.__slots__)
_VALUES = attrgetter(*_NAMES)


def _fields(stored: StoredEvent) -> dict[str, Any]:
    return dict(zip(_NAMES, _VALUES(stored), strict=True))


_ONE_ROW = select(READ_ROWS.c.data).where(
    (READ_ROWS.c.table_name == bindparam("table")) & (READ_ROWS.c.key == bindparam("key"))
)


def _read_row(connection: Connection, table: str, key: str) -> dict[str, Any] | None:
    data = connection.execute(_ONE_ROW, {"table": table, "key": key}).scalar_one_or_none()
    return None if data is None else json.loads(data)


def _read_many(connection: Connection, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str | None]:
    """Return the data of each of ``pairs`` (table, key), as text; None for a row that does not exist."""
    found: dict[tuple[str, str], str | None] = dict.fromkeys(pairs)
    for table in dict.fromkeys(table for table, _ in found):
        keys = iter([key for of, key in found if of == table])
        while some := list(islice(keys, STREAM_BATCH)):
            rows = select(READ_ROWS.c.key, READ_ROWS.c.data).where(
                (READ_ROWS.c.table_name == table) & READ_ROWS.c.key.in_(some)
            )
            for row in connection.execute(rows):
                found[table, row.key] = row.data
    return found
