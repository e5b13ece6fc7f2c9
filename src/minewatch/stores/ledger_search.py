"""Searching the ledger's events: by person, thing, name, time and place, newest first, one page at a time, all in SQL."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, exists, false, func, literal, not_, or_, select

from minewatch.model.events import StoredEvent, canonical_json
from minewatch.stores.ledger_schema import EVENTS

PLACES = ("division", "jurisdiction")
"""Fields of an event's data that name the division it belongs to."""
PLACED_BY_FIRST = ("case-", "tip-")
"""Streams whose first event names the division of all of them."""
COUNTED = 2_000
"""Matches are counted up to here; more are told as more."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What of the ledger somebody may search: divisions that begin with one of ``stems``, ``streams``, what they did."""

    stems: tuple[str, ...]
    streams: tuple[str, ...]
    person: str


@dataclass(frozen=True, slots=True)
class EventQuery:
    """What is looked for; an empty field asks nothing.

    ``thing`` is a stream or a text that stands as a value in the data. ``names`` and ``without`` are beginnings of event
    names. ``since`` (included) and ``until`` (excluded) are instants as the ledger writes them. ``before`` is a place in the
    order, (instant, position): only what comes after it, going back in time. ``reach`` None: the whole ledger.
    """

    person: str = ""
    thing: str = ""
    names: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    before: tuple[str, int] | None = None
    reach: Reach | None = None


def search_events(connection: Connection, query: EventQuery, *, limit: int) -> list[StoredEvent]:
    """Return at most ``limit`` events that match, newest first."""
    newest_first = select(EVENTS).order_by(EVENTS.c.at.desc(), EVENTS.c.position.desc())
    return [StoredEvent(*row) for row in connection.execute(newest_first.where(*_conditions(query)).limit(limit))]


def count_events(connection: Connection, query: EventQuery) -> int:
    """Return how many events match, at most one more than ``COUNTED``."""
    some = select(EVENTS.c.position).where(*_conditions(query)).limit(COUNTED + 1).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _conditions(query: EventQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.person:
        found.append(EVENTS.c.actor == query.person)
    if query.thing:
        value = EVENTS.c.data.contains(canonical_json(query.thing), autoescape=True)
        found.append(or_(EVENTS.c.stream == query.thing, value))
    if query.names:
        found.append(_named(query.names))
    if query.without:
        found.append(not_(_named(query.without)))
    if query.since:
        found.append(EVENTS.c.at >= query.since)
    if query.until:
        found.append(EVENTS.c.at < query.until)
    if query.before is not None:
        at, position = query.before
        found.append(or_(EVENTS.c.at < at, and_(EVENTS.c.at == at, EVENTS.c.position < position)))
    if query.reach is not None:
        found.append(_within(query.reach))
    return found


def _named(beginnings: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(*(EVENTS.c.name.startswith(one, autoescape=True) for one in beginnings))


def _within(reach: Reach) -> ColumnElement[bool]:
    """Return the condition. In canonical JSON a quote inside a text has a backslash, so the patterns match fields only."""
    if not reach.stems:
        placed: ColumnElement[bool] = false()
    else:
        first = EVENTS.alias("first_of_stream")
        patterns = [f'"{field}":"{stem}' for field in PLACES for stem in reach.stems]
        own = or_(*(EVENTS.c.data.contains(one, autoescape=True) for one in patterns))
        inherits = or_(*(EVENTS.c.stream.startswith(one, autoescape=True) for one in PLACED_BY_FIRST))
        opened = exists(literal(1)).where(
            first.c.stream == EVENTS.c.stream,
            first.c.version == 1,
            or_(*(first.c.data.contains(one, autoescape=True) for one in patterns)),
        )
        placed = or_(own, and_(inherits, opened))
    return or_(placed, EVENTS.c.stream.in_(reach.streams), EVENTS.c.actor == reach.person)
