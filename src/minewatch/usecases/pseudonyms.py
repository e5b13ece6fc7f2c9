"""Pseudonyms for sharing a case: names become keyed pseudonyms, free text is withheld, the keys are kept apart.

A pseudonym is the kind and the first 12 hex digits of HMAC-SHA256 of the name under the office's key: the same name gives the
same pseudonym in every bundle made with the key, and nobody without the key can go back, not even by trying all meter numbers.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from minewatch.model.errors import InputError, StoreError
from minewatch.model.events import JsonValue, StoredEvent, canonical_json
from minewatch.model.text import Text

KINDS = {
    "meters": "meter",
    "site": "site",
    "party_key": "party",
    "by": "person",
    "signed_by": "person",
    "raised_by": "person",
    "inspectors": "person",
    "addressee": "party",
}
"""The fields of events that hold names, and the kind of pseudonym each gets."""

WITHHELD = frozenset(
    {
        "summary",
        "note",
        "reason",
        "found",
        "grounds",
        "exception_reason",
        "checks",
        "location",
        "basis",
        "origin",
        "asks",
    }
)
"""Free text and places, in which anything may stand."""

WITHHELD_MARK = "[withheld / 略]"


@dataclass(slots=True)
class Pseudonyms:
    """Pseudonyms under one key; ``names`` collects what each pseudonym stands for."""

    key: bytes
    names: dict[str, str] = field(default_factory=dict)

    def of(self, kind: str, name: str) -> str:
        """Return the pseudonym of ``name``; an empty name stays empty."""
        if not name:
            return ""
        digest = hmac.new(self.key, f"{kind}\n{name}".encode(), hashlib.sha256).hexdigest()
        pseudonym = f"{kind}-{digest[:12]}"
        self.names[pseudonym] = name
        return pseudonym

    def event(self, event: StoredEvent) -> StoredEvent:
        """Return the event without names; its hashes stay those of the full event."""
        data = {name: self._value(name, value) for name, value in event.payload.items()}
        return replace(event, actor=self.of("person", event.actor), data=canonical_json(data))

    def _value(self, name: str, value: JsonValue) -> Any:
        if name in WITHHELD:
            return WITHHELD_MARK if isinstance(value, str) and value else type(value)() if value else value
        if name == "evidence" and isinstance(value, list):
            return [self._missing(str(one)) for one in value]
        if name not in KINDS:
            return value
        if isinstance(value, list):
            return [self.of(KINDS[name], str(one)) for one in value]
        return self.of(KINDS[name], str(value))

    def _missing(self, evidence: str) -> str:
        head, _, meter = evidence.partition(":")
        return f"missing:{self.of('meter', meter)}" if head == "missing" else evidence


def open_keys(path: Path, *, fresh: str) -> Pseudonyms:
    """Return the pseudonyms of the key file ``path``; a file that does not exist starts with the key ``fresh`` (hex)."""
    if not path.exists():
        return Pseudonyms(bytes.fromhex(fresh))
    try:
        held = json.loads(path.read_text("utf-8"))
        return Pseudonyms(bytes.fromhex(held["key"]), {str(one): str(name) for one, name in held["names"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            Text(f"{path} holds no pseudonym keys.", f"{path} 中没有化名密钥。"),
            remedy=Text(
                "Name the file of an earlier bundle, or a new one.", "请指定此前共享包的密钥文件，或一个新文件。"
            ),
        ) from error


def save_keys(path: Path, pseudonyms: Pseudonyms) -> None:
    """Keep the key and the names in ``path``, readable by its owner only."""
    text = json.dumps(
        {"key": pseudonyms.key.hex(), "names": pseudonyms.names}, ensure_ascii=False, indent=1, sort_keys=True
    )
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            Text(f"{path} cannot be written: {error}.", f"无法写入 {path}：{error}。"),
            remedy=Text("Choose another place for the keys.", "请为密钥文件另选位置。"),
        ) from error


def without_names(events: Sequence[StoredEvent], pseudonyms: Pseudonyms) -> tuple[StoredEvent, ...]:
    """Return the events with every name replaced and free text withheld."""
    return tuple(pseudonyms.event(event) for event in events)
