"""NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011, biflows RFC 5103) export packets, one after the other in a file.

Templates are kept per observation domain, bounded; data before its template is noted and passed over. A file damaged in the
middle is taken up again at the next plausible header.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from minewatch.model.traffic import FlowRecord
from minewatch.readers.packets import address_text
from minewatch.readers.traffic_log import TrafficLog

MAX_TEMPLATES = 4096
REVERSE = 29_305
"""RFC 5103's enterprise number: the same element, of the other way."""
NTP_EPOCH = 2_208_988_800

_Template = list[tuple[int, int]]
_Values = dict[int, bytes]
_REVERSED = 1 << 20
_UNKNOWN = 1 << 21


def read_netflow(stream: BinaryIO, source: str, log: TrafficLog) -> Iterator[FlowRecord]:
    """Read the records of a file of export packets, in file order."""
    reader = _Exports(source, log)
    held = b""
    while True:
        more = stream.read(1 << 20)
        held += more
        at = 0
        while True:
            size = _size(held, at, end=not more)
            if size == 0:
                break
            if size < 0:
                at = _resync(held, at + 1)
                log.note("capture_damaged", value=f"byte {at} of the piece read")
                continue
            yield from reader.packet(held[at : at + size])
            at += size
        held = held[at:]
        if not more:
            if held:
                log.note("capture_truncated", value=f"{len(held)} bytes left")
            return


class ExportDatagrams:
    """Export packets that a capture holds as UDP datagrams, told by their whole form and not by a port."""

    def __init__(self, source: str, log: TrafficLog) -> None:
        self.exports = _Exports(source, log)

    def records(self, payload: bytes) -> Iterator[FlowRecord]:
        """Read the records of one datagram; nothing when it is no export packet."""
        if payload[:2] in {b"\0\x05", b"\0\x09", b"\0\x0a"} and _size(payload, 0, end=True) == len(payload):
            yield from self.exports.packet(payload)


def _size(held: bytes, at: int, *, end: bool) -> int:
    """Bytes of the export packet at ``at``; 0 when it is not whole, -1 when there is none."""
    left = len(held) - at
    if left < 20:
        return 0
    version, count = struct.unpack_from(">HH", held, at)
    if version == 5:
        size = 24 + 48 * count
        return -1 if not 1 <= count <= 1000 else size if left >= size else 0
    if version == 10:
        return -1 if count < 16 else count if left >= count else 0
    if version != 9:
        return -1
    place = at + 20
    while place + 4 <= len(held):
        kind, size = struct.unpack_from(">HH", held, place)
        if kind in {5, 9, 10} or (2 <= kind < 256):
            return place - at
        if size < 4:
            return -1
        place += size
        if place > len(held):
            return 0
    return place - at if end or place - at > 1 << 17 else 0


def _resync(held: bytes, at: int) -> int:
    found = [place for mark in (b"\0\x05", b"\0\x09", b"\0\x0a") if (place := held.find(mark, at)) >= 0]
    return min(found, default=len(held))


class _Exports:
    """Templates learned so far, and how to make records of data."""

    def __init__(self, source: str, log: TrafficLog) -> None:
        self.source = source
        self.log = log
        self.templates: dict[tuple[int, int, int], _Template] = {}

    def packet(self, packet: bytes) -> Iterator[FlowRecord]:
        """Read the records of one export packet."""
        version = packet[1]
        if version == 5:
            yield from self._five(packet)
            return
        if version == 9:
            _, _, uptime, seconds, _, domain = struct.unpack_from(">HHIIII", packet)
            boot = seconds - uptime / 1000
            at = 20
        else:
            seconds, _, domain = struct.unpack_from(">III", packet, 4)
            boot = float(seconds)
            at = 16
        while at + 4 <= len(packet):
            kind, size = struct.unpack_from(">HH", packet, at)
            if size < 4 or at + size > len(packet):
                self.log.note("capture_damaged", value=f"set {kind} of {size} bytes")
                return
            body = packet[at + 4 : at + size]
            if kind in {0, 2}:
                self._learn(version, domain, body)
            elif kind >= 256:
                template = self.templates.get((version, domain, kind))
                if template is None:
                    self.log.note("template_missing", value=str(kind))
                else:
                    yield from self._data(template, body, boot)
            at += size

    def _five(self, packet: bytes) -> Iterator[FlowRecord]:
        _, count, uptime, seconds, nanoseconds = struct.unpack_from(">HHIII", packet)
        boot = seconds + nanoseconds / 1e9 - uptime / 1000
        for number in range(count):
            at = 24 + 48 * number
            packets, octets, first, last, source_port, target_port = struct.unpack_from(">IIIIHH", packet, at + 16)
            flags, protocol = packet[at + 37], packet[at + 38]
            yield FlowRecord(
                self.source, boot + first / 1000, boot + last / 1000, address_text(packet[at : at + 4]), source_port,
                address_text(packet[at + 4 : at + 8]), target_port, protocol, packets, octets, flags=flags,
            )  # fmt: skip

    def _learn(self, version: int, domain: int, body: bytes) -> None:
        at = 0
        while at + 4 <= len(body):
            number, count = struct.unpack_from(">HH", body, at)
            at += 4
            if number < 256:
                return
            fields: _Template = []
            for _ in range(count):
                if at + 4 > len(body):
                    return
                element, size = struct.unpack_from(">HH", body, at)
                at += 4
                if version == 10 and element & 0x8000:
                    enterprise = struct.unpack_from(">I", body, at)[0] if at + 4 <= len(body) else 0
                    at += 4
                    element &= 0x7FFF
                    element |= _REVERSED if enterprise == REVERSE else _UNKNOWN
                fields.append((element, size))
            key = (version, domain, number)
            if key in self.templates or len(self.templates) < MAX_TEMPLATES:
                self.templates[key] = fields

    def _data(self, template: _Template, body: bytes, boot: float) -> Iterator[FlowRecord]:
        least = sum(1 if size == 0xFFFF else size for _, size in template)
        at = 0
        while least and at + least <= len(body):
            values: _Values = {}
            for element, size in template:
                length = size
                if size == 0xFFFF:
                    if at >= len(body):
                        return
                    length = body[at]
                    at += 1
                    if length == 255 and at + 2 <= len(body):
                        length = struct.unpack_from(">H", body, at)[0]
                        at += 2
                values[element] = body[at : at + length]
                at += length
            if at > len(body):
                return
            record = self._record(values, boot)
            if record is not None:
                yield record

    def _record(self, values: _Values, boot: float) -> FlowRecord | None:
        source = values.get(8) or values.get(27) or b""
        target = values.get(12) or values.get(28) or b""
        if len(source) not in {4, 16} or len(target) != len(source):
            return None
        back = _number(values, 2 | _REVERSED, 86 | _REVERSED)
        start, end = _time(values, boot, first=True), _time(values, boot, first=False)
        return FlowRecord(
            self.source,
            start,
            max(start, end),
            address_text(source),
            _number(values, 7) & 0xFFFF,
            address_text(target),
            _number(values, 11) & 0xFFFF,
            _number(values, 4) & 0xFF if 4 in values else 6,
            _number(values, 2, 86),
            _number(values, 1, 85),
            back if 2 | _REVERSED in values or 86 | _REVERSED in values else -1,
            _number(values, 1 | _REVERSED, 85 | _REVERSED)
            if 1 | _REVERSED in values or 85 | _REVERSED in values
            else -1,
            _number(values, 6) & 0xFF if 6 in values else -1,
        )


def _number(values: _Values, *elements: int) -> int:
    raw = next((values[element] for element in elements if element in values), b"")
    return int.from_bytes(raw[:8], "big")


def _time(values: _Values, boot: float, *, first: bool) -> float:
    """Start or end in seconds since 1970 UTC, from whichever of the clocks the template has; 0 when none."""
    uptime, seconds, milliseconds, micro, nano, before = (
        (22, 150, 152, 154, 156, 158) if first else (21, 151, 153, 155, 157, 159)
    )
    if milliseconds in values:
        found = _number(values, milliseconds) / 1000
    elif seconds in values:
        found = float(_number(values, seconds))
    elif micro in values or nano in values:
        raw = _number(values, micro, nano)
        found = (raw >> 32) - NTP_EPOCH + (raw & 0xFFFFFFFF) / 2**32
    elif uptime in values:
        base = _number(values, 160) / 1000 if 160 in values else boot
        found = base + _number(values, uptime) / 1000
    elif before in values:
        found = boot - _number(values, before) / 1e6
    else:
        found = 0.0
    return found if 0 <= found < 1e11 else 0.0
