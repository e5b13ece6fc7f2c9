import threading

import pytest

from minewatch.model.errors import ConfigurationError, ConflictError
from minewatch.stores.console_schema import SCHEMA
from minewatch.stores.console_store import Account, ConsoleStore, Session, Sight, SightQuery
from minewatch.stores.database import open_engine

LI = Account(
    name="li",
    password="hash",  # noqa: S106 - no password
    must_change=True,
    failed=0,
    locked_until="",
    disabled=False,
    language="zh",
    subject="",
    created_at="2021-06-17T00:00:00.000000Z",
)


@pytest.fixture
def store(tmp_path):
    opened = ConsoleStore(tmp_path / "console.db")
    yield opened
    opened.close()


def test_an_account_comes_back_as_it_was_and_its_name_is_taken(store):
    store.add_account(LI)
    assert store.account("li") == LI
    assert store.account("wu") is None
    assert store.account_of_subject("") is None
    with pytest.raises(ConflictError):
        store.add_account(LI)


def test_failures_at_the_same_moment_are_all_counted(store):
    store.add_account(LI)
    threads = [threading.Thread(target=store.count_failure, args=("li",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.account("li").failed == 8


def test_sessions_end_one_by_one_all_or_by_age(store):
    for number, seen in enumerate(("10", "11", "12")):
        store.add_session(Session(str(number), "li", "csrf", "09", seen))
    store.end_old_sessions(created_before="08", seen_before="11")
    assert store.session("0") is None
    store.end_sessions("li", but="2")
    assert store.session("1") is None
    store.end_session("2")
    assert store.session("2") is None


def test_sights_are_found_by_person_thing_and_time_the_latest_first(store):
    store.add_sights(
        [Sight(f"2021-06-1{day}", who, "GET", "/x", f"case-{day}", 200, "") for day in range(5) for who in "ab"]
    )
    found, count = store.sights(SightQuery(actor="a", since="2021-06-11", until="2021-06-14"), offset=1, limit=1)
    assert count == 3
    assert [sight.subject for sight in found] == ["case-2"]
    assert store.sights(SightQuery(subject="%"), offset=0, limit=5) == ((), 0)


def test_a_database_of_a_newer_program_is_left_alone(tmp_path):
    ConsoleStore(tmp_path / "console.db").close()
    with open_engine(tmp_path / "console.db").begin() as connection:
        connection.execute(SCHEMA.update().values(version=99))
    with pytest.raises(ConfigurationError, match="newer"):
        ConsoleStore(tmp_path / "console.db")
