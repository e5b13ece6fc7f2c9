"""Incremental pulls: what changed since a cursor, in the order of change, one page at a time.

The cursor is a position of the ledger and opaque to callers. A row that changes while somebody pages through moves to the
end and is met again there, so that nothing is missed; what a person may not read is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from minewatch.model.actors import allowed, covers
from minewatch.model.errors import InputError
from minewatch.model.events import StoredEvent, utc_text
from minewatch.model.text import Text
from minewatch.usecases.access import check
from minewatch.usecases.case_list import overlaps
from minewatch.usecases.cases import CAMPAIGN, case_state, history
from minewatch.usecases.office import Turn
from minewatch.usecases.sites import is_overdue

MOST = 500
READ = 500
MARK = "L"


@dataclass(frozen=True, slots=True)
class Pull:
    """Rows in the order they changed; ``cursor`` asks for what changes after them, ``more`` whether there is some already."""

    rows: tuple[dict[str, Any], ...]
    cursor: str
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases; empty texts ask nothing. ``campaign`` is a name without prefix."""

    campaign: str = ""
    state: str = ""
    division: str = ""
    overdue: bool = False


def cursor_of(position: int) -> str:
    """Write a position as a cursor."""
    return f"{MARK}{position:x}"


def position_of(cursor: str) -> int:
    """Read a cursor; the empty one is the beginning. ``InputError`` for what is none."""
    if not cursor:
        return 0
    digits = cursor.removeprefix(MARK)
    if cursor[:1] != MARK or not 1 <= len(digits) <= 15 or any(digit not in "0123456789abcdef" for digit in digits):
        raise InputError(
            Text("This is no cursor.", "游标无效。"),
            remedy=Text(
                "Give the cursor of the last answer, or none to begin.", "请使用上次返回的游标；首次请求不带游标。"
            ),
        )
    return int(digits, 16)


def pull_cases(*, turn: Turn, since: str, limit: int, wanted: CaseFilter) -> Pull:
    """Return the cases the actor may read that changed after the cursor ``since``, each with ``overdue`` as of now."""
    turn.may("case.read")
    now = utc_text(turn.at)

    def kept(row: dict[str, Any]) -> bool:
        return (
            allowed(turn.actor, "case.read", str(row["jurisdiction"]))
            and (not wanted.campaign or row["campaign"] == CAMPAIGN + wanted.campaign)
            and (not wanted.state or row["status"] == wanted.state)
            and (not wanted.division or covers(wanted.division, str(row["jurisdiction"])))
            and (not wanted.overdue or is_overdue(row, now))
        )

    pull = _pull(turn, "cases", since, limit, kept)
    rows = tuple({**row, "overdue": is_overdue(row, now)} for row in pull.rows)
    return Pull(rows, pull.cursor, pull.more)


def pull_campaigns(*, turn: Turn, since: str, limit: int) -> Pull:
    """Return the campaigns that share a place with the actor's divisions and changed after the cursor."""
    turn.may("campaign.read")
    return _pull(turn, "campaigns", since, limit, lambda row: overlaps(turn.actor, row["region"]))


def one_case(*, turn: Turn, case: str) -> dict[str, Any]:
    """Return a case's row with ``overdue`` as of now; ``MissingError`` or a recorded ``RuleError`` where it cannot be read."""
    state = case_state(turn.office.log, case)
    turn.may("case.read", state.jurisdiction)
    row = turn.office.log.read_row("cases", case)
    if row is None:
        raise AssertionError  # the row is written in the transaction of the first event
    return {**row, "overdue": is_overdue(row, utc_text(turn.at))}


def events_of_case(*, turn: Turn, case: str) -> tuple[StoredEvent, ...]:
    """Return every event of a case, for who may read it."""
    return history(log=turn.office.log, actor=turn.actor, case=case, at=turn.at)


def pull_events(*, turn: Turn, since: str, limit: int) -> tuple[tuple[StoredEvent, ...], str, bool]:
    """Return whole events of the ledger after a cursor, for who may export it, the cursor after them, and whether more wait."""
    check(log=turn.office.log, actor=turn.actor, action="ledger.export", division="", at=turn.at)
    after = position_of(since)
    found = turn.office.log.events_page(after=after, limit=_limited(limit) + 1)
    shown = found[:limit]
    return tuple(shown), cursor_of(shown[-1].position if shown else after), len(found) > limit


def _limited(limit: int) -> int:
    if not 1 <= limit <= MOST:
        raise InputError(
            Text(f"{limit} at once cannot be.", f"每次不能取 {limit} 条。"),
            remedy=Text(f"Ask for 1 to {MOST}.", f"请取 1 至 {MOST} 条。"),
        )
    return limit


def _pull(turn: Turn, table: str, since: str, limit: int, kept: Callable[[dict[str, Any]], bool]) -> Pull:
    log = turn.office.log
    after, most = position_of(since), _limited(limit)
    head = log.head().position
    found: list[dict[str, Any]] = []
    while True:
        read = log.changed_rows(table, after=after, limit=READ)
        for position, row in read:
            if len(found) == most:
                return Pull(tuple(found), cursor_of(after), more=True)
            after = position
            if kept(row):
                found.append(row)
        if len(read) < READ:
            return Pull(tuple(found), cursor_of(max(after, head)), more=False)
