"""Events: what happened, by whom, under which rule. The ledger stores them and never changes them.

An event has a stable name and version of our own (``case.notice_served/1``), never a Python path. Times are UTC instants
written as ISO 8601 with microseconds and ``Z``; doors show them in the workspace's zone. Personal data stays outside: an
event names it by key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True)
class RuleReference:
    """The rule an event applied: pack id, the pack's version (digest) on that day, and the section in the instrument."""

    pack: str
    version: str
    section: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that a decision produced and nobody stored yet."""

    name: str
    data: Mapping[str, JsonValue]
    rule: RuleReference | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who caused events and when: ``at`` is aware; ``cause`` names the command or the event that led to them."""

    actor: str
    at: datetime
    cause: str = ""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One row of the ledger.

    ``position`` counts all events from 1 without gaps, ``version`` those of the stream. ``hash`` covers every other field,
    the previous event's hash (``previous``) and the stream's previous hash (``stream_previous``), both empty at the start.
    """

    position: int
    stream: str
    version: int
    name: str
    at: str
    actor: str
    cause: str
    rule: str
    data: str
    stream_previous: str
    previous: str
    hash: str = field(default="")

    @property
    def payload(self) -> dict[str, JsonValue]:
        """The event's data, parsed."""
        parsed: dict[str, JsonValue] = json.loads(self.data)
        return parsed

    @property
    def reference(self) -> RuleReference | None:
        """The rule the event applied, if any."""
        if not self.rule:
            return None
        return RuleReference(*json.loads(self.rule))


def canonical_json(value: object) -> str:
    """Write ``value`` as JSON that is the same for equal values: sorted keys, no spaces, UTF-8, no NaN.

    Raises ``ValueError`` for NaN and infinities, which JSON cannot carry.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def utc_text(at: datetime) -> str:
    """Write an aware instant as the ledger does, e.g. ``2021-06-17T14:00:00.000000Z``; naive times raise ``ValueError``."""
    if at.tzinfo is None:
        raise ValueError("an event's time needs a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
