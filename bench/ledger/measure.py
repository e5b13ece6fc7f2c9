"""Throughput of the ledger against plain inserts of the same rows, and the time to verify them; SQLite or Postgres.

    python bench/ledger/measure.py --events 1000000
    python bench/ledger/measure.py --events 1000000 --postgres postgresql+psycopg://USER@HOST/NAME

The same events (one notice each, spread over many cases) go four ways, each into a fresh database on the same disk (on Postgres:
a schema of its own each, dropped after):

* ``plain``: one table with the ledger's columns, ``executemany`` in transactions of the same size, WAL and full sync;
* ``ledger``: ``Ledger.append_many`` in the same transactions, with hash chain, heads and unique versions;
* ``ledger with read rows``: the same with the read rows of cases kept in the transaction;
* ``one at a time``: 2,000 single appends, each its own durable transaction, against as many plain single inserts.

Then the whole chain is verified once. Times are wall clock; ratios are what to look at.
"""

import argparse
import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from minewatch.model.events import NewEvent, Stamp, StoredEvent
from minewatch.stores.ledger import Ledger, no_read_rows
from minewatch.usecases.cases import project, reads

STAMP = Stamp("bench", datetime(2021, 6, 17, 9, 0, tzinfo=UTC), "bench")
OPENED = NewEvent(
    "case.opened/1",
    {
        "campaign": "campaign-bench", "site": "site", "jurisdiction": "511824", "meters": ["5118240000001"],
        "origin": "bench", "summary": "", "mining_kw": 850.0, "categories": [], "party_key": "", "location": "",
        "repeat_of": [],
    },
)  # fmt: skip
NOTED = NewEvent("case.contradiction_found/1", {"said": "stopped", "seen": "not_stopped"})
COLUMNS = tuple(StoredEvent.__slots__)
SINGLE = 2_000


def batches(events: int, size: int, streams: int) -> Iterator[list[tuple[str, list[NewEvent], int]]]:
    """Yield transactions of ``size`` events, each event to the next case in turn."""
    versions = [0] * streams
    batch: list[tuple[str, list[NewEvent], int]] = []
    for number in range(events):
        stream = number % streams
        event = NOTED if versions[stream] else OPENED
        batch.append((f"case-{stream + 1}", [event], versions[stream]))
        versions[stream] += 1
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def plain_table(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    columns = ", ".join(f"{name} {'INTEGER' if name in {'position', 'version'} else 'TEXT'}" for name in COLUMNS)
    connection.execute(f"CREATE TABLE events ({columns}, PRIMARY KEY (position), UNIQUE (stream, version))")
    return connection


def plain_postgres(address: str, rows: Iterator[list[StoredEvent]]) -> float:
    """Insert ready rows into Postgres, a transaction a batch; return the seconds spent inserting."""
    columns = ", ".join(f"{name} {'bigint' if name in {'position', 'version'} else 'text'}" for name in COLUMNS)
    insert = f"INSERT INTO plain_events VALUES ({', '.join(['%s'] * len(COLUMNS))})"  # noqa: S608 - our own columns
    spent = 0.0
    with psycopg.connect(address.replace("+psycopg", "")) as connection:
        connection.execute(f"CREATE TABLE plain_events ({columns}, PRIMARY KEY (position), UNIQUE (stream, version))")
        connection.commit()
        for batch in rows:
            values = [tuple(getattr(row, name) for name in COLUMNS) for row in batch]
            begin = time.perf_counter()
            with connection.cursor() as cursor:
                cursor.executemany(insert, values)
            connection.commit()
            spent += time.perf_counter() - begin
        connection.execute("DROP TABLE plain_events")
    return spent


def plain(path: Path, rows: Iterator[list[StoredEvent]]) -> float:
    """Insert ready rows, a transaction a batch; return the seconds spent inserting."""
    connection = plain_table(path)
    insert = f"INSERT INTO events VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - our own column count
    spent = 0.0
    for batch in rows:
        values = [tuple(getattr(row, name) for name in COLUMNS) for row in batch]
        begin = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, values)
        connection.execute("COMMIT")
        spent += time.perf_counter() - begin
    connection.close()
    return spent


def chunks(ledger: Ledger, size: int, *, most: int | None = None) -> Iterator[list[StoredEvent]]:
    """Read the ledger's rows back in batches, to insert the very same ones plainly."""
    batch: list[StoredEvent] = []
    for number, event in enumerate(ledger.events()):
        if most is not None and number >= most:
            break
        batch.append(event)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def schema(address: str, name: str) -> str:
    """Make an empty schema and return the address that works in it."""
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        connection.execute(f"CREATE SCHEMA {name}")
    return f"{address}?options=-csearch_path%3D{name}"


def append_all(ledger: Ledger, events: int, size: int, streams: int) -> float:
    begin = time.perf_counter()
    for batch in batches(events, size, streams):
        ledger.append_many(batch, stamp=STAMP)
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--size", type=int, default=1_300)
    parser.add_argument("--streams", type=int, default=50_000)
    parser.add_argument("--postgres", help="address of an empty database of a Postgres server")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def fresh(what: str) -> str | Path:
            return schema(asked.postgres, what) if asked.postgres else folder / f"{what}.db"

        def inserting(what: str, rows: Iterator[list[StoredEvent]]) -> float:
            return plain_postgres(asked.postgres, rows) if asked.postgres else plain(folder / f"{what}.db", rows)

        bare = Ledger(fresh("bare"), project=no_read_rows)
        appended = append_all(bare, asked.events, asked.size, asked.streams)
        inserted = inserting("plain", chunks(bare, asked.size))
        begin = time.perf_counter()
        faults = list(bare.verify())
        verified = time.perf_counter() - begin
        assert not faults
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        some = min(asked.events, 100_000)
        read = Ledger(fresh("read"), project=project, reads=reads)
        projected = append_all(read, some, asked.size, asked.streams)
        one_plain = inserting("one", chunks(bare, 1, most=SINGLE))
        single = Ledger(fresh("single"), project=no_read_rows)
        one = append_all(single, SINGLE, 1, SINGLE)
    out = {
        "database": "Postgres" if asked.postgres else "SQLite",
        "events": asked.events,
        "events_a_transaction": asked.size,
        "plain_seconds": round(inserted, 2),
        "plain_a_second": round(asked.events / inserted),
        "append_seconds": round(appended, 2),
        "append_a_second": round(asked.events / appended),
        "append_to_plain": round(appended / inserted, 2),
        "verify_seconds": round(verified, 2),
        "verify_a_second": round(asked.events / verified),
        "verify_to_plain": round(verified / inserted, 2),
        "peak_mb_up_to_verify": round(peak),
        "with_read_rows_events": some,
        "with_read_rows_a_second": round(some / projected),
        "with_read_rows_to_plain": round(projected / some / (inserted / asked.events), 2),
        "one_at_a_time_a_second": round(SINGLE / one),
        "one_at_a_time_to_plain": round(one / one_plain, 2),
    }
    json.dump(out, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
