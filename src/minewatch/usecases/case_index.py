"""The cases of a ledger as slim lines in memory, so that thousands are filtered, counted and sorted at once.

The lines follow the ledger: at each use the head is asked for (one row), and only the read rows that changed since are
read. A line holds nothing that its read row does not; it is thrown away with the ledger it belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from minewatch.casework.case_state import CaseState, is_overdue
from minewatch.model.actors import Actor, allowed
from minewatch.stores.ledger import Anchor
from minewatch.usecases.cases import CAMPAIGN, CASE, case_of


class ReadLog(Protocol):
    """What the index needs of a ledger."""

    def head(self) -> Anchor: ...  # noqa: D102 - a port
    def read_rows(self, table: str, *, updated_since: int = 0) -> list[dict[str, Any]]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a list needs it: its folded ``state``, and ``text``, what a search looks through, in lower case."""

    id: str
    number: int
    campaign: str
    state: CaseState
    text: str

    @property
    def division(self) -> str:
        """Where the site lies."""
        return self.state.jurisdiction

    def overdue(self, now: str) -> bool:
        """Whether the deadline has passed at ``now`` (UTC text) and nothing says that it was off by then."""
        return is_overdue(self.state, now)


def line_of(row: Mapping[str, Any]) -> CaseLine:
    """Return the line of a read row of the table ``cases``."""
    state = case_of(row)
    return CaseLine(
        id=state.id,
        number=int(state.id.removeprefix(CASE)),
        campaign=state.campaign.removeprefix(CAMPAIGN),
        state=state,
        text="\n".join((state.id, state.site, *state.meters)).casefold(),
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
