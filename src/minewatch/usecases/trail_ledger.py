"""The ledger's proofs for a page: check the whole chain, against anchors too, and hand out an anchor to be kept elsewhere."""

from collections.abc import Sequence

from minewatch.model.trail_views import LedgerCheck
from minewatch.usecases.ledgering import anchor, anchor_of, fault_text, verify
from minewatch.usecases.office import Turn
from minewatch.usecases.trail import digest_of, exported

MOST_FAULTS = 100
MOST_ANCHORS = 20


def check_ledger(*, turn: Turn, anchors: Sequence[tuple[str, bytes]] = ()) -> LedgerCheck:
    """Check the ledger against itself and against ``anchors`` (file name, content) that were handed out before.

    Raises ``InputError`` for a file that is no anchor or whose signature does not fit.
    """
    turn.may("ledger.verify")
    held = [anchor_of(content, name=name) for name, content in anchors[:MOST_ANCHORS]]
    found = verify(log=turn.office.log, actor=turn.actor, at=turn.at, anchors=held)
    return LedgerCheck(
        events=found.events,
        position=found.head.position,
        hash=found.head.hash,
        anchors=found.anchors,
        faults=tuple(fault_text(fault) for fault in found.faults[:MOST_FAULTS]),
        more=max(len(found.faults) - MOST_FAULTS, 0),
    )


def take_anchor(*, turn: Turn) -> tuple[bytes, str, str]:
    """Return the head as an unsigned anchor: content, file name, media type. That it was handed out is put on record after."""
    content = anchor(log=turn.office.log, actor=turn.actor, at=turn.at, key=None).encode("utf-8")
    exported(turn, "ledger anchor", "ledger", digest_of(content))
    return content, f"ledger-anchor-{turn.at:%Y%m%d-%H%M%S}.json", "application/json"
