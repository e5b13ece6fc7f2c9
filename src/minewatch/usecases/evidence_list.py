"""What the events of a case rest on, as one list with ids: the same in the case file and in the bundle."""

from collections.abc import Iterator, Sequence

from minewatch.model.events import JsonValue, StoredEvent


def evidence_rows(events: Sequence[StoredEvent]) -> Iterator[tuple[str, str, str, str]]:
    """Yield (id, kind, event, value) of all that events rest on; an id is ``E<version>.<n>`` of the case's event.

    Kinds: ``finding`` or whatever the case was opened from, ``readings``, ``missing``, ``document``, ``photo``, ``text``.
    """
    for event in events:
        data = event.payload
        found: list[tuple[str, str]] = []
        if data.get("origin"):
            found.append(("origin", str(data["origin"])))
        for one in texts_of(data.get("evidence")):
            kind, _, value = one.partition(":")
            found.append((kind, value) if value else ("evidence", kind))
        found += [("photo", one) for one in texts_of(data.get("photos"))]
        if data.get("document_digest"):
            found.append(("document", str(data["document_digest"])))
        if data.get("text_digest"):
            found.append(("text", str(data["text_digest"])))
        for number, (kind, value) in enumerate(found, start=1):
            yield f"E{event.version}.{number}", kind, event.name, value


def texts_of(value: JsonValue) -> list[str]:
    """Return the texts of a list; nothing of what is no list."""
    return [str(one) for one in value] if isinstance(value, list) else []
