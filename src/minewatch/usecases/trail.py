"""Exports put on record: every use case that hands data out says so in the ledger.

Changes are events of the things that change; sights (which pages a person looked at) are kept by the console. Both are
searched together in :mod:`minewatch.usecases.trail_search`.
"""

import hashlib

from minewatch.model.events import JsonValue, NewEvent, StoredEvent
from minewatch.usecases.access import append_anyhow
from minewatch.usecases.office import Turn

EXPORTED = "access.exported/1"


def exported(turn: Turn, what: str, subject: str, digest: str, *, division: str = "") -> StoredEvent:
    """Record that ``turn``'s actor was handed ``what`` (``case file``, ``findings``) of ``subject`` (``case-12``).

    ``digest`` is the SHA-256 of the bytes handed out, empty where they are streamed; ``division`` the place the data
    belongs to, so that its supervisor finds the entry.
    """
    data: dict[str, JsonValue] = {"what": what, "subject": subject, "digest": digest, "division": division}
    stream = f"exports-{turn.at:%Y-%m-%d}"
    return append_anyhow(turn.office.log, stream, NewEvent(EXPORTED, data), turn.stamp)


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of what is handed out, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
