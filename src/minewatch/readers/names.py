"""Which name an address was given for: DNS answers seen in the same source (RFC 1035), kept with their time, bounded."""

import struct
from collections import OrderedDict

import dpkt

from minewatch.readers.packets import address_text

MAX_ADDRESSES = 100_000


class Names:
    """The name last resolved to each address; the longest unused goes first."""

    def __init__(self) -> None:
        self.given: OrderedDict[str, tuple[str, float]] = OrderedDict()

    def datagram(self, time: float, payload: bytes) -> None:
        """Take the payload of a datagram from port 53; what is no answer is passed over."""
        if len(payload) < 12 or not payload[2] & 0x80:
            return
        try:
            message = dpkt.dns.DNS(payload[:4096])
            asked = message.qd[0].name.lower().rstrip(".") if message.qd else ""
            for answer in message.an[:64]:
                if answer.type in {1, 28} and len(answer.rdata) in {4, 16}:
                    self.note(address_text(bytes(answer.rdata)), asked or answer.name.lower(), time)
        except (dpkt.UnpackError, struct.error, IndexError, ValueError, AttributeError, TypeError, RecursionError):
            return

    def note(self, address: str, name: str, time: float) -> None:
        """Keep that ``address`` was given for ``name`` at ``time``."""
        if not name or len(name) > 253 or not name.isprintable():
            return
        self.given[address] = name, time
        self.given.move_to_end(address)
        if len(self.given) > MAX_ADDRESSES:
            self.given.popitem(last=False)

    def of(self, address: str, time: float, *, within: float = 86_400.0) -> dict[str, str]:
        """``{address: name}`` when the address was given for a name not longer than ``within`` seconds before ``time``."""
        name, given = self.given.get(address, ("", 0.0))
        return {address: name} if name and given - 5.0 <= time <= given + within else {}
