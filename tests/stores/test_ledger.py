"""The ledger on SQLite and on Postgres; and what a killed process leaves behind."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from contracts.ledger_contract import AT, LedgerContract, opened
from minewatch.model.errors import ConfigurationError, StoreError
from minewatch.stores.ledger import Ledger
from postgres_server import NO_SERVER, binaries, running

WRITER = """
import sys
from datetime import UTC, datetime
from minewatch.model.events import NewEvent, Stamp
from minewatch.stores.ledger import Ledger

ledger = Ledger(sys.argv[1])
stream = sys.argv[2]
version = len(ledger.stream(stream))
while True:
    events = [NewEvent("case.noted/1", {"n": version + k}) for k in range(3)]
    ledger.append(stream, events, expected=version, stamp=Stamp("writer", datetime.now(UTC)))
    version += 3
    print(version, flush=True)
"""


class TestOnSqlite(LedgerContract):
    @pytest.fixture
    def address(self, tmp_path):
        return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture(scope="module")
def server():
    if binaries() is None:
        pytest.skip(NO_SERVER)
    # Not pytest's own folder: its parents are closed to the user the server runs as.
    with tempfile.TemporaryDirectory(prefix="minewatch-pg-") as folder, running(Path(folder)) as address:
        yield address


@pytest.fixture
def empty_postgres(server):
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return server


class TestOnPostgres(LedgerContract):
    @pytest.fixture
    def address(self, empty_postgres):
        return empty_postgres


def kill_writers(address, rounds, seed):
    """Start two writers on two streams, kill them at a random moment, and return the highest versions they announced."""
    chance = random.Random(seed)
    announced = {}
    for _ in range(rounds):
        writers = {
            stream: subprocess.Popen(
                [sys.executable, "-c", WRITER, address, stream], stdout=subprocess.PIPE, text=True, env=os.environ
            )
            for stream in ("a", "b")
        }
        first = {stream: writer.stdout.readline() for stream, writer in writers.items()}
        time.sleep(chance.uniform(0, 0.15))
        for stream, writer in writers.items():
            writer.send_signal(signal.SIGKILL)
            lines = [first[stream], *writer.stdout.read().splitlines()]
            writer.wait()
            writer.stdout.close()
            announced[stream] = max(int(line) for line in lines if line.strip().isdigit())
    return announced


def test_what_was_acknowledged_survives_kill_9_on_sqlite(tmp_path):
    check_kills(f"sqlite:///{tmp_path / 'ledger.db'}")


def test_what_was_acknowledged_survives_kill_9_on_postgres(empty_postgres):
    check_kills(empty_postgres)


def check_kills(address):
    announced = kill_writers(address, rounds=4, seed=20210617)
    ledger = Ledger(address)
    assert not list(ledger.verify())
    for stream, version in announced.items():
        stored = ledger.stream(stream)
        assert len(stored) >= version
        assert len(stored) % 3 == 0, "an append is all or nothing"
    ledger.close()


def test_an_address_that_cannot_be_used_says_so():
    with pytest.raises(ConfigurationError, match="address cannot be used"):
        Ledger("nonsense://x")


def test_a_folder_that_does_not_exist_is_a_store_error(tmp_path):
    with pytest.raises(StoreError, match="could not be read or written"):
        Ledger(tmp_path / "no" / "such" / "ledger.db")


def test_a_file_that_is_no_ledger_is_a_store_error(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreError):
        Ledger(path)


def test_a_ledger_from_the_future_is_left_alone(tmp_path):
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    Ledger(address).close()
    TestOnSqlite().tamper(address, "UPDATE ledger_schema SET version = 99")
    with pytest.raises(ConfigurationError, match="newer minewatch"):
        Ledger(address)


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path):
    ledger = Ledger(tmp_path / "ledger.db")
    ledger.append("case-1", [opened(1)], expected=0, stamp=AT)
    ledger.close()
    script = (
        "import resource, sys\n"
        "from datetime import UTC, datetime\n"
        "from minewatch.model.errors import StoreError\n"
        "from minewatch.model.events import NewEvent, Stamp\n"
        "from minewatch.stores.ledger import Ledger\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "ledger = Ledger(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))\n"
        "big = [NewEvent('case.noted/1', {'text': 'x' * 1000}) for _ in range(2000)]\n"
        "try:\n"
        "    ledger.append('case-2', big, expected=0, stamp=Stamp('w', datetime.now(UTC)))\n"
        "except StoreError as error:\n"
        "    print(error.remedy)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "ledger.db")], capture_output=True, text=True, check=False
    )
    assert "free disk space" in done.stdout, done.stderr
    again = Ledger(tmp_path / "ledger.db")
    assert again.count() == 1
    assert not list(again.verify())
    again.close()
