"""The store of findings on SQLite, in the workspace."""

import sqlite3

import pytest

from contracts.findings_contract import FindingStoreContract
from finding_samples import FIVE, run_view
from minewatch.model.errors import ConfigurationError, StoreError
from minewatch.model.findings_views import FindingQuery
from minewatch.stores.findings import FindingStore


class TestOnSqlite(FindingStoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        return FindingStore(tmp_path / "findings.db")


def test_a_file_of_a_newer_program_is_refused_in_words(tmp_path):
    path = tmp_path / "findings.db"
    FindingStore(path).keep(run_view(), FIVE)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConfigurationError, match="newer minewatch"):
        FindingStore(path).runs()


def test_a_file_that_is_no_database_is_told(tmp_path):
    path = tmp_path / "findings.db"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="could not be read"):
        FindingStore(path).runs()


def test_a_file_moved_away_is_made_again(tmp_path):
    store = FindingStore(tmp_path / "findings.db")
    store.keep(run_view(), FIVE)
    for path in tmp_path.iterdir():
        path.unlink()
    assert store.runs() == ()
    assert store.lines(FindingQuery(run="screen-1"), ("",)) == ()
