"""Views of the audit trail: who saw, changed and exported what, and what was refused."""

from dataclasses import dataclass
from enum import StrEnum

from minewatch.model.text import Text


class TrailKind(StrEnum):
    """What somebody did to a thing."""

    SAW = "saw"
    CHANGED = "changed"
    EXPORTED = "exported"
    REFUSED = "refused"


TRAIL_KINDS: dict[TrailKind, Text] = {
    TrailKind.SAW: Text("saw", "查看"),
    TrailKind.CHANGED: Text("changed", "变更"),
    TrailKind.EXPORTED: Text("exported", "导出"),
    TrailKind.REFUSED: Text("was refused", "被拒绝"),
}


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry. ``at`` is an instant as the ledger writes it; ``position`` its place in the ledger, None for a sight.

    ``thing`` is the stream or the page, ``details`` name and value of each field that may be shown: never personal data.
    """

    at: str
    kind: TrailKind
    person: str
    what: Text
    thing: str
    division: str
    position: int | None
    details: tuple[tuple[str, str], ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class TrailPage:
    """One page of the trail, newest first. ``older`` is the cursor of the next page, empty at the end.

    ``found`` counts all that match; ``or_more`` says that counting stopped there.
    """

    rows: tuple[TrailRow, ...]
    found: int
    or_more: bool
    older: str


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """What checking the ledger found: its head, how many anchors it was compared with, faults, and how many more there are."""

    events: int
    position: int
    hash: str
    anchors: int
    faults: tuple[Text, ...]
    more: int
