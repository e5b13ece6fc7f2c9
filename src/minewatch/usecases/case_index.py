"""The cases of a ledger as slim lines in memory, so that thousands are filtered, counted and sorted at once.

The lines follow the ledger: at each use the head is asked for (one row), and only the read rows that changed since are
read. A line holds nothing that its read row does not; it is thrown away with the ledger it belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from minewatch.model.actors import Actor, allowed
from minewatch.stores.ledger import Anchor
from minewatch.usecases.cases import CAMPAIGN, CASE

WAITING = frozenset({"noticed", "self_inspecting", "not_stopped"})
"""States in which a deadline that has passed is overdue."""


class ReadLog(Protocol):
    """What the index needs of a ledger."""

    def head(self) -> Anchor: ...  # noqa: D102 - a port
    def read_rows(self, table: str, *, updated_since: int = 0) -> list[dict[str, Any]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What a list needs of a case; ``text`` is what a search looks through, in lower case."""

    id: str
    number: int
    site: str
    division: str
    campaign: str
    status: str
    kw: float | None
    deadline: str
    zone: str
    outcome: str
    contradictions: int
    resumptions: int
    visits: int
    disputed: str
    repeat: bool
    location: str
    meters: tuple[str, ...]
    stopped_at: str
    text: str

    def overdue(self, now: str) -> bool:
        """Whether the deadline has passed at ``now`` (UTC text) and nothing says that it stopped."""
        return bool(self.deadline) and self.status in WAITING and now > self.deadline


def line_of(row: Mapping[str, Any]) -> CaseLine:
    """Return the line of a read row of the table ``cases``."""
    meters = tuple(str(one) for one in row["meters"])
    return CaseLine(
        id=str(row["id"]),
        number=int(str(row["id"]).removeprefix(CASE)),
        site=str(row["site"]),
        division=str(row["jurisdiction"]),
        campaign=str(row["campaign"]).removeprefix(CAMPAIGN),
        status=str(row["status"]),
        kw=row["mining_kw"],
        deadline=str(row["deadline"]),
        zone=str(row["zone"]),
        outcome=str(row["last_outcome"]),
        contradictions=int(row["contradictions"]),
        resumptions=int(row["resumptions"]),
        visits=int(row["visits"]),
        disputed=str(row["disputed"]),
        repeat=bool(row["repeat_of"]),
        location=str(row["location"]),
        meters=meters,
        stopped_at=str(row["stopped_at"]),
        text="\n".join((str(row["id"]), str(row["site"]), *meters)).casefold(),
    )


@dataclass(slots=True)
class _Index:
    """The lines as of a position of the ledger."""

    lock: Lock = field(default_factory=Lock)
    position: int = 0
    by_id: dict[str, CaseLine] = field(default_factory=dict)
    ordered: tuple[CaseLine, ...] = ()


_INDEXES: WeakKeyDictionary[ReadLog, _Index] = WeakKeyDictionary()
_GUARD = Lock()


def case_lines(log: ReadLog) -> tuple[CaseLine, ...]:
    """Return all cases by number, as of now."""
    with _GUARD:
        index = _INDEXES.setdefault(log, _Index())
    with index.lock:
        position = log.head().position
        if position < index.position:
            index.position, index.by_id = 0, {}
        if position > index.position:
            changed = log.read_rows("cases", updated_since=index.position)
            index.by_id.update({str(row["id"]): line_of(row) for row in changed})
            index.position = position
            if changed:
                index.ordered = tuple(sorted(index.by_id.values(), key=lambda line: line.number))
        return index.ordered


def readable_lines(log: ReadLog, actor: Actor) -> list[CaseLine]:
    """Return the cases that ``actor`` may read, by number."""
    may: dict[str, bool] = {}
    found = []
    for line in case_lines(log):
        if line.division not in may:
            may[line.division] = allowed(actor, "case.read", line.division)
        if may[line.division]:
            found.append(line)
    return found
