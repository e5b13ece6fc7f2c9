"""Frames of a capture file: pcap (micro- and nanoseconds, the modified Kuznetzov form), pcapng, either inside gzip or zstd.

Sources: libpcap's savefile format (pcap-savefile(5)); PCAP Next Generation, draft-ietf-opsawg-pcapng. Written here rather
than taken from dpkt because dpkt's readers stop at the first broken record and hold one interface a section; this one
streams from a pipe in constant memory, follows every section, interface and time resolution, and after a broken record
looks for the next plausible one and says how much it skipped.

A frame is ``(time, link type, bytes, wire length)``: time in seconds since 1970 UTC, link type as in the LINKTYPE registry.
"""

import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from minewatch.readers.traffic_log import TrafficLog

Frame = tuple[float, int, bytes, int]
_Unpack = Callable[[bytes, int], tuple[int, ...]]

CHUNK = 1 << 20
MAX_FRAME = 1 << 18
"""libpcap's MAXIMUM_SNAPLEN; a longer record is broken."""
MAX_BLOCK = 1 << 24
"""A pcapng packet block above 16 MiB is broken; other blocks are skipped unread."""

PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1e-6, 24),
    b"\xa1\xb2\xcd\x34": (">", 1e-6, 24),
}
PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"


class _Window:
    """A sliding view of a stream: ``need(n)`` makes n bytes available at ``at``, ``skip`` moves on."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.data = b""
        self.at = 0
        self.passed = 0

    def need(self, size: int) -> bool:
        """Whether ``size`` bytes are there; reads on when not."""
        while len(self.data) - self.at < size:
            more = self.stream.read(max(CHUNK, size))
            if not more:
                return False
            self.passed += self.at
            self.data = self.data[self.at :] + more
            self.at = 0
        return True

    def skip(self, size: int) -> bool:
        """Move ``size`` bytes on without holding them; false at the end of the stream."""
        while size:
            if not self.need(1):
                return False
            step = min(size, len(self.data) - self.at)
            self.at += step
            size -= step
        return True

    @property
    def offset(self) -> int:
        """Where in the (unpacked) stream the view stands."""
        return self.passed + self.at


def is_capture(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a capture this module reads."""
    return head[:4] in PCAP_MAGICS or head[:4] == PCAPNG_MAGIC


def frames(stream: BinaryIO, log: TrafficLog) -> Iterator[Frame]:
    """Frames of an unpacked capture ``stream``, in file order; faults go to ``log``, never raised."""
    window = _Window(stream)
    if not window.need(4):
        log.note("traffic_empty")
        return
    magic = window.data[:4]
    if magic in PCAP_MAGICS:
        yield from _pcap(window, *PCAP_MAGICS[magic], log)
    elif magic == PCAPNG_MAGIC:
        yield from _pcapng(window, log)
    else:
        log.note("traffic_unknown_format", value=magic.hex())


def _pcap(window: _Window, order: str, unit: float, header: int, log: TrafficLog) -> Iterator[Frame]:
    if not window.need(24):
        log.note("capture_truncated", value=f"byte {window.offset}")
        return
    link = struct.unpack_from(order + "I", window.data, window.at + 20)[0] & 0xFFFF
    window.at += 24
    read = struct.Struct(order + "IIII").unpack_from
    last = 0.0
    while window.need(header):
        seconds, fraction, size, wire = read(window.data, window.at)
        if size > MAX_FRAME or fraction * unit >= 1.0 or wire > (1 << 24):
            if not _resync_pcap(window, read, header, unit, last, log):
                return
            continue
        if not window.need(header + size):
            log.note("capture_truncated", value=f"byte {window.offset}")
            size = len(window.data) - window.at - header
        start = window.at + header
        last = seconds + fraction * unit
        yield last, link, window.data[start : start + size], max(wire, size)
        window.at = start + size
    if window.need(1):
        log.note("capture_truncated", value=f"byte {window.offset}")


def _resync_pcap(window: _Window, read: _Unpack, header: int, unit: float, last: float, log: TrafficLog) -> bool:
    """Find the next offset where two records in a row are plausible; false when there is none.

    The two high bytes of the seconds change once in 18 hours, so they are the needle; without a last good time every
    offset of the first chunk is tried.
    """
    begin = window.offset
    big = read(struct.pack(">IIII", 1, 0, 0, 0), 0)[0] == 1
    needle, shift = (struct.pack(">I", int(last))[:2], 0) if big else (struct.pack("<I", int(last))[2:], 2)
    window.at += 1
    while window.need(header):
        window.need(CHUNK)
        data = window.data
        stop = len(data) - header + 1
        at = window.at
        while at < stop:
            if last:
                at = data.find(needle, at + shift) - shift
                if not window.at <= at < stop:
                    break
            if _plausible(read, data, at, unit, last):
                following = at + header + read(data, at)[2]
                if following + header > len(data) or _plausible(read, data, following, unit, last):
                    window.at = at
                    log.note("capture_damaged", value=f"byte {begin}: skipped {window.offset - begin}")
                    return True
            at += 1
        window.at = max(window.at, stop)
        if not last:
            break
    log.note("capture_damaged", value=f"byte {begin}: the rest")
    return False


def _plausible(read: _Unpack, data: bytes, at: int, unit: float, last: float) -> bool:
    seconds, fraction, size, wire = read(data, at)[:4]
    near = abs(seconds - last) < 86400 if last else seconds > 0
    return bool(near and fraction * unit < 1.0 and 14 <= size <= min(wire, MAX_FRAME) and wire < (1 << 18))


class _Interface:
    """Link type and clock of one pcapng interface."""

    __slots__ = ("link", "offset", "snap", "unit")

    def __init__(self, body: bytes, order: str) -> None:
        self.link, _, self.snap = struct.unpack_from(order + "HHI", body, 0)
        self.unit = 1e-6
        self.offset = 0
        at = 8
        while at + 4 <= len(body):
            code, size = struct.unpack_from(order + "HH", body, at)
            value = body[at + 4 : at + 4 + size]
            if code == 0:
                break
            if code == 9 and value:
                exponent = value[0] & 0x7F
                self.unit = 2.0**-exponent if value[0] & 0x80 else 10.0**-exponent
            elif code == 14 and len(value) == 8:
                self.offset = struct.unpack(order + "q", value)[0]
            at += 4 + (size + 3 & ~3)


def _pcapng(window: _Window, log: TrafficLog) -> Iterator[Frame]:
    interfaces: list[_Interface] = []
    last = 0.0
    for kind, order, body in _blocks(window, log):
        if kind == 0:
            interfaces = []
            continue
        if kind == 1:
            if len(body) >= 8:
                interfaces.append(_Interface(body, order))
            continue
        frame = _pcapng_frame(kind, body, order, interfaces, last)
        if frame is None:
            log.note("capture_damaged", value=f"before byte {window.offset}: block skipped")
            continue
        last = frame[0]
        yield frame


def _blocks(window: _Window, log: TrafficLog) -> Iterator[tuple[int, str, bytes]]:
    """Kind, byte order and body of the blocks that matter: 0 a new section, 1 an interface, 2, 3 and 6 packets."""
    order = "<"
    while window.need(12):
        data, at = window.data, window.at
        if data[at : at + 4] == PCAPNG_MAGIC:
            order = "<" if data[at + 8 : at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            yield 0, order, b""
        kind, size = struct.unpack_from(order + "II", data, at)
        wanted = kind in {1, 2, 3, 6}
        sound = size >= 12 and size % 4 == 0 and (size <= MAX_BLOCK or not wanted)
        if sound and not (window.need(size) if wanted else window.skip(size)):
            log.note("capture_truncated", value=f"byte {window.offset}")
            return
        if sound and not wanted:
            continue
        data, at = window.data, window.at
        if not sound or struct.unpack_from(order + "I", data, at + size - 4)[0] != size:
            if not _resync_pcapng(window, order, log):
                return
            continue
        window.at += size
        yield kind, order, data[at + 8 : at + size - 4]
    if window.need(1):
        log.note("capture_truncated", value=f"byte {window.offset}")


def _pcapng_frame(kind: int, body: bytes, order: str, interfaces: list[_Interface], last: float) -> Frame | None:
    """One enhanced (6), simple (3) or obsolete (2) packet block; ``None`` when it does not hold together."""
    if kind == 3:
        if len(body) < 4 or not interfaces:
            return None
        wire = struct.unpack_from(order + "I", body)[0]
        size = min(wire, interfaces[0].snap or wire, len(body) - 4)
        return last, interfaces[0].link, body[4 : 4 + size], wire
    if len(body) < 20:
        return None
    if kind == 6:
        number, high, low, size, wire = struct.unpack_from(order + "IIIII", body)
    else:
        number, _, high, low, size, wire = struct.unpack_from(order + "HHIIII", body)
    if number >= len(interfaces) or size > len(body) - 20:
        return None
    interface = interfaces[number]
    time = ((high << 32) | low) * interface.unit + interface.offset
    return time, interface.link, body[20 : 20 + size], max(wire, size)


def _resync_pcapng(window: _Window, order: str, log: TrafficLog) -> bool:
    """Find the next packet or section block whose lengths hold together; false when there is none."""
    begin = window.offset
    packet = struct.pack(order + "I", 6)
    window.at += 1
    while window.need(12):
        window.need(CHUNK)
        data, at = window.data, window.at
        while True:
            found = [place for place in (data.find(packet, at), data.find(PCAPNG_MAGIC, at)) if place >= 0]
            if not found or (at := min(found)) + 12 > len(data):
                break
            size = struct.unpack_from(order + "I", data, at + 4)[0]
            whole = 32 <= size <= MAX_FRAME and at + size <= len(data)
            if data[at : at + 4] == PCAPNG_MAGIC or (
                whole and data[at + size - 4 : at + size] == data[at + 4 : at + 8]
            ):
                window.at = at
                log.note("capture_damaged", value=f"byte {begin}: skipped {window.offset - begin}")
                return True
            at += 1
        window.at = max(window.at + 1, len(data) - 11)
    log.note("capture_damaged", value=f"byte {begin}: the rest")
    return False
