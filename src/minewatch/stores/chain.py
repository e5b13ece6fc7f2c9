"""The hash chain of the ledger: how a row is hashed, and how a chain is checked.

Each field is written as ``length:bytes,`` (a netstring), so that no two different rows give the same bytes whatever the
fields hold; SHA-256 over them is the row's hash. A row carries the hash of the row before it and of the row before it in
its stream, so an edit, a removal, an insertion or a new order breaks the chain at the first row concerned. A cut-off tail
leaves a whole chain: it is found against the ledger's own head record and against any anchor exported before.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from minewatch.model.events import StoredEvent


def row_hash(event: StoredEvent) -> str:
    """Return the SHA-256 of every field of ``event`` but ``hash``, in hexadecimal."""
    fields = (
        str(event.position),
        event.stream,
        str(event.version),
        event.name,
        event.at,
        event.actor,
        event.cause,
        event.rule,
        event.data,
        event.stream_previous,
        event.previous,
    )
    raw = [value.encode("utf-8", "surrogatepass") for value in fields]
    return hashlib.sha256(b"".join([b"%d:%b," % (len(one), one) for one in raw])).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken place: the position where it shows, the stream if known, and what is wrong, as a code.

    Codes: ``edited`` (the row does not give its hash), ``missing`` (positions were left out), ``order`` (positions do not
    ascend), ``chain`` (the previous row is not the one it was written after), ``stream`` (the stream's version or chain is
    broken), ``head`` (the ledger ends before or elsewhere than its head record says), ``anchor`` (a row differs from an
    anchor exported earlier).
    """

    code: str
    position: int
    stream: str = ""


def check_chain(events: Iterable[StoredEvent]) -> Iterator[Fault]:
    """Yield every fault of ``events``, which must be all events of a ledger by position; nothing for a whole chain.

    Memory grows with the number of streams only.
    """
    position, previous = 0, ""
    streams: dict[str, tuple[int, str]] = {}
    for event in events:
        if event.position > position + 1:
            yield Fault("missing", position + 1)
        elif event.position <= position:
            yield Fault("order", event.position, event.stream)
        if row_hash(event) != event.hash:
            yield Fault("edited", event.position, event.stream)
        elif event.previous != previous and event.position == position + 1:
            yield Fault("chain", event.position, event.stream)
        version, stream_previous = streams.get(event.stream, (0, ""))
        if event.version != version + 1 or event.stream_previous != stream_previous:
            yield Fault("stream", event.position, event.stream)
        position, previous = event.position, event.hash
        streams[event.stream] = (event.version, event.hash)
