"""Accounts, sessions, tokens and sights of the console, on SQLite or Postgres; see ``console_schema``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from minewatch.stores.console_schema import ACCOUNTS, SESSIONS, SIGHTS, TOKENS, migrate
from minewatch.stores.database import open_engine, translated

WHAT = "console's database"


@dataclass(frozen=True, slots=True)
class Account:
    """One local account; its name is that of the person in the ledger. ``password`` is an argon2id hash, empty for none.

    ``subject`` is the name an identity provider knows the person by, empty where none does.
    """

    name: str
    password: str
    must_change: bool
    failed: int
    locked_until: str
    disabled: bool
    language: str
    subject: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser: ``digest`` is the SHA-256 of the cookie's value."""

    digest: str
    name: str
    csrf: str
    created_at: str
    seen_at: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the API: ``digest`` is the SHA-256 of its value; ``id`` names it to people."""

    digest: str
    id: str
    name: str
    label: str
    created_at: str
    expires_at: str
    used_at: str


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody looked: the route's name, the thing it was about, and how the console answered."""

    at: str
    actor: str
    method: str
    route: str
    subject: str
    status: int
    address: str


@dataclass(frozen=True, slots=True)
class SightQuery:
    """Which sights: by person, by part of the thing's name, by time ``[since, until)``; empty asks for all.

    ``thing`` is a whole subject, one part of it, or a route. ``people`` keeps those of some persons (None: of everybody).
    ``before`` is a place in the order (time, number): only what comes after it, going back in time.
    """

    actor: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    thing: str = ""
    people: tuple[str, ...] | None = None
    before: tuple[str, int] | None = None


class ConsoleStore:
    """The console's database at ``address``, a SQLAlchemy URL or a path of an SQLite file; opening makes its tables."""

    def __init__(self, address: str | Path) -> None:
        self._engine = open_engine(address)
        with self._writing() as connection:
            migrate(connection)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def add_account(self, account: Account) -> None:
        """Keep a new account; ``ConflictError`` when the name is taken."""
        with self._writing() as connection:
            connection.execute(insert(ACCOUNTS).values(_plain(account)))

    def account(self, name: str) -> Account | None:
        """Return the account of ``name``."""
        return self._account(ACCOUNTS.c.name == name)

    def account_of_subject(self, subject: str) -> Account | None:
        """Return the account that the identity provider's ``subject`` is tied to."""
        return self._account(ACCOUNTS.c.subject == subject) if subject else None

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts by name."""
        with self._reading() as connection:
            return tuple(_account(row) for row in connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name)))

    def change_account(self, name: str, values: Mapping[str, Any]) -> None:
        """Change columns of an account."""
        with self._writing() as connection:
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(dict(values)))

    def count_failure(self, name: str) -> int:
        """Add one failed sign-in and return how many there are now; two at once are both counted."""
        with self._writing() as connection:
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(failed=ACCOUNTS.c.failed + 1))
            found = connection.execute(select(ACCOUNTS.c.failed).where(ACCOUNTS.c.name == name)).scalar_one_or_none()
            return found or 0

    def add_session(self, session: Session) -> None:
        """Keep a new session."""
        with self._writing() as connection:
            connection.execute(insert(SESSIONS).values(_plain(session)))

    def session(self, digest: str) -> Session | None:
        """Return the session with this digest."""
        with self._reading() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.digest == digest)).one_or_none()
            return None if row is None else Session(*row)

    def touch_session(self, digest: str, seen_at: str) -> None:
        """Note that a session was used."""
        with self._writing() as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.digest == digest).values(seen_at=seen_at))

    def end_session(self, digest: str) -> None:
        """Forget one session."""
        with self._writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest))

    def end_sessions(self, name: str, *, but: str = "") -> None:
        """Forget all sessions of a person, except the one with the digest ``but``."""
        with self._writing() as connection:
            connection.execute(delete(SESSIONS).where((SESSIONS.c.name == name) & (SESSIONS.c.digest != but)))

    def end_old_sessions(self, *, created_before: str, seen_before: str) -> None:
        """Forget sessions that ended by themselves."""
        old = or_(SESSIONS.c.created_at < created_before, SESSIONS.c.seen_at < seen_before)
        with self._writing() as connection:
            connection.execute(delete(SESSIONS).where(old))

    def add_token(self, token: Token) -> None:
        """Keep a new token."""
        with self._writing() as connection:
            connection.execute(insert(TOKENS).values(_plain(token)))

    def token(self, digest: str) -> Token | None:
        """Return the token with this digest."""
        with self._reading() as connection:
            row = connection.execute(select(TOKENS).where(TOKENS.c.digest == digest)).one_or_none()
            return None if row is None else Token(*row)

    def tokens(self, name: str) -> tuple[Token, ...]:
        """Return the tokens of a person, the newest first."""
        wanted = select(TOKENS).where(TOKENS.c.name == name).order_by(TOKENS.c.created_at.desc(), TOKENS.c.id)
        with self._reading() as connection:
            return tuple(Token(*row) for row in connection.execute(wanted))

    def touch_token(self, digest: str, used_at: str) -> None:
        """Note that a token was used."""
        with self._writing() as connection:
            connection.execute(update(TOKENS).where(TOKENS.c.digest == digest).values(used_at=used_at))

    def end_token(self, name: str, identity: str) -> bool:
        """Forget a token of a person; False when there is none of that id."""
        with self._writing() as connection:
            gone = delete(TOKENS).where((TOKENS.c.name == name) & (TOKENS.c.id == identity))
            return bool(connection.execute(gone).rowcount)

    def end_tokens(self, name: str) -> None:
        """Forget all tokens of a person."""
        with self._writing() as connection:
            connection.execute(delete(TOKENS).where(TOKENS.c.name == name))

    def add_sights(self, sights: Sequence[Sight]) -> None:
        """Keep who saw what."""
        if sights:
            with self._writing() as connection:
                connection.execute(insert(SIGHTS), [_plain(sight) for sight in sights])

    def sights(self, query: SightQuery, *, offset: int, limit: int) -> tuple[tuple[Sight, ...], int]:
        """Return one page of sights, the latest first, and how many there are in all."""
        wanted = _matching(query)
        rows = (
            select(SIGHTS).where(*wanted).order_by(SIGHTS.c.at.desc(), SIGHTS.c.id.desc()).offset(offset).limit(limit)
        )
        with self._reading() as connection:
            count = connection.execute(select(func.count()).select_from(SIGHTS).where(*wanted)).scalar_one()
            return tuple(Sight(*row[1:]) for row in connection.execute(rows)), count

    def numbered_sights(self, query: SightQuery, *, limit: int) -> list[tuple[int, Sight]]:
        """Return at most ``limit`` sights with their numbers, the latest first."""
        rows = select(SIGHTS).where(*_matching(query)).order_by(SIGHTS.c.at.desc(), SIGHTS.c.id.desc()).limit(limit)
        with self._reading() as connection:
            return [(row[0], Sight(*row[1:])) for row in connection.execute(rows)]

    def count_sights(self, query: SightQuery, *, most: int) -> int:
        """Return how many sights there are, counted up to ``most``."""
        some = select(SIGHTS.c.id).where(*_matching(query)).limit(most).subquery()
        with self._reading() as connection:
            return connection.execute(select(func.count()).select_from(some)).scalar_one()

    def _account(self, condition: Any) -> Account | None:
        with self._reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(condition)).one_or_none()
            return None if row is None else _account(row)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(WHAT), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with translated(WHAT), self._engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                yield connection


def _matching(query: SightQuery) -> list[Any]:
    conditions = []
    if query.actor:
        conditions.append(SIGHTS.c.actor == query.actor)
    if query.subject:
        conditions.append(SIGHTS.c.subject.contains(query.subject, autoescape=True))
    if query.since:
        conditions.append(SIGHTS.c.at >= query.since)
    if query.until:
        conditions.append(SIGHTS.c.at < query.until)
    if query.thing:
        subject = SIGHTS.c.subject
        parts = (f"{query.thing}/", f"/{query.thing}/", f"/{query.thing}")
        conditions.append(
            or_(
                subject == query.thing,
                SIGHTS.c.route == query.thing,
                subject.startswith(parts[0], autoescape=True),
                subject.contains(parts[1], autoescape=True),
                subject.endswith(parts[2], autoescape=True),
            )
        )
    if query.people is not None:
        conditions.append(SIGHTS.c.actor.in_(query.people))
    if query.before is not None:
        at, number = query.before
        conditions.append(or_(SIGHTS.c.at < at, and_(SIGHTS.c.at == at, SIGHTS.c.id < number)))
    return conditions


def _account(row: Any) -> Account:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented mapping
    return Account(**{**values, "must_change": bool(values["must_change"]), "disabled": bool(values["disabled"])})


def _plain(record: Account | Session | Token | Sight) -> dict[str, Any]:
    values = {name: getattr(record, name) for name in type(record).__slots__}
    return {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}
