from datetime import UTC, datetime, timedelta

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.stores.console_store import ConsoleStore
from minewatch.stores.workspace import init
from minewatch.usecases.access import add_actor
from minewatch.usecases.accounts import (
    IDLE,
    Secrets,
    add_account,
    check_password,
    disable_account,
    first_account,
    name_of_token,
    new_token,
    reset_account,
    session_of,
    sign_in,
    tie_subject,
)
from minewatch.usecases.console import open_console
from minewatch.usecases.office import Turn

AT = datetime(2021, 6, 17, tzinfo=UTC)
ONCE = "a one-time password"


@pytest.fixture
def opened(tmp_path):
    init(tmp_path / "office", zone="+08:00", shards=1)
    with open_console(given=tmp_path / "office", variable=None, start=tmp_path, address=None) as (office, store):
        yield office, store


def test_the_first_start_makes_an_administrator_and_the_second_nothing(opened):
    office, store = opened
    assert first_account(office=office, store=store, password=ONCE, at=AT) == "admin"
    assert store.account("admin").must_change
    assert first_account(office=office, store=store, password=ONCE, at=AT) is None
    assert isinstance(store, ConsoleStore)


def test_an_administrator_who_is_registered_already_gets_the_first_account(opened):
    office, store = opened
    add_actor(log=office.log, by=None, new=Actor("zhao", frozenset({Role.ADMINISTRATOR}), ("000000",)), at=AT)
    assert first_account(office=office, store=store, password=ONCE, at=AT) == "zhao"


def test_a_disabled_or_reset_account_loses_sessions_and_tokens(opened):
    office, store = opened
    first_account(office=office, store=store, password=ONCE, at=AT)
    root = Turn(office, Actor("admin", frozenset({Role.ADMINISTRATOR}), ("000000",)), AT)
    wu = Actor("wu", frozenset({Role.ANALYST}), ("511800",))
    add_actor(log=office.log, by=root.actor, new=wu, at=AT)
    add_account(turn=root, store=store, name="wu", password=ONCE)
    with pytest.raises(ConflictError):
        add_account(turn=root, store=store, name="wu", password=ONCE)
    for end in (disable_account, lambda **at: reset_account(**at, password=ONCE)):
        store.change_account("wu", {"must_change": 0, "disabled": 0})
        new_token(turn=Turn(office, wu, AT), store=store, label="x", secret=f"token {end}")
        sign_in(log=office.log, store=store, name="wu", password=ONCE, secrets=Secrets(f"c{end}", "f"), at=AT)
        assert session_of(store=store, cookie=f"c{end}", at=AT)
        end(turn=root, store=store, name="wu")
        assert session_of(store=store, cookie=f"c{end}", at=AT) is None
        assert name_of_token(store=store, secret=f"token {end}", at=AT) is None


def test_a_session_lives_as_long_as_it_is_used(opened):
    office, store = opened
    first_account(office=office, store=store, password=ONCE, at=AT)
    sign_in(log=office.log, store=store, name="admin", password=ONCE, secrets=Secrets("c", "f"), at=AT)
    assert session_of(store=store, cookie="c", at=AT + IDLE)
    assert session_of(store=store, cookie="c", at=AT + IDLE * 2)
    assert session_of(store=store, cookie="c", at=AT + IDLE * 3 + timedelta(seconds=1)) is None


def test_a_subject_is_tied_to_one_account(opened):
    office, store = opened
    first_account(office=office, store=store, password=ONCE, at=AT)
    root = Turn(office, Actor("admin", frozenset({Role.ADMINISTRATOR}), ("000000",)), AT)
    add_actor(log=office.log, by=root.actor, new=Actor("wu", frozenset({Role.ANALYST}), ("511800",)), at=AT)
    add_account(turn=root, store=store, name="wu", password=ONCE)
    tie_subject(turn=root, store=store, name="wu", subject="wu@office")
    assert store.account_of_subject("wu@office").name == "wu"
    with pytest.raises(ConflictError):
        tie_subject(turn=root, store=store, name="admin", subject="wu@office")
    with pytest.raises(RuleError):
        tie_subject(
            turn=Turn(office, Actor("wu", frozenset({Role.ANALYST}), ()), AT), store=store, name="wu", subject="x"
        )


def test_an_account_needs_a_registered_person(opened):
    office, store = opened
    first_account(office=office, store=store, password=ONCE, at=AT)
    root = Turn(office, Actor("admin", frozenset({Role.ADMINISTRATOR}), ("000000",)), AT)
    with pytest.raises(InputError, match="registered"):
        add_account(turn=root, store=store, name="ghost", password=ONCE)


@pytest.mark.parametrize("password", ["short", "x" * 201, "ababababababab", "my name is Wang Li, ok"])
def test_weak_passwords(password):
    with pytest.raises(InputError):
        check_password(password, name="Wang Li")
