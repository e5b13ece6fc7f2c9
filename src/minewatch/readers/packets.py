"""Frames to TCP segments and DNS datagrams: link layers, tunnelled tags, IPv4 and IPv6 with fragments.

Link types (LINKTYPE registry): Ethernet with any VLAN, QinQ, MPLS and PPPoE tags; raw IP; BSD loopback; Linux cooked v1
and v2; PPP. Written with ``struct`` on the hot path (one packet costs a few microseconds); everything is bounds-checked by
length, and what does not hold together is dropped and counted.
"""

import socket
import struct
from collections import OrderedDict
from typing import NamedTuple

from minewatch.readers.traffic_log import TrafficLog

MAX_FRAGMENTED = 256
"""Fragmented datagrams held at once; the oldest goes first."""
MAX_DATAGRAM = 65_535

_U16 = struct.Struct(">H").unpack_from
_TCP = struct.Struct(">HHIIBB").unpack_from
_EXTENSIONS = frozenset({0, 43, 51, 60, 135, 139, 140})

ETHER_TAGS = frozenset({0x8100, 0x88A8, 0x9100, 0x9200, 0x9300})


class Segment(NamedTuple):
    """One TCP segment or UDP datagram; addresses packed (4 or 16 bytes); ``missing`` is payload not captured."""

    source: bytes
    source_port: int
    target: bytes
    target_port: int
    protocol: int
    seq: int
    ack: int
    flags: int
    payload: bytes
    missing: int
    octets: int


def address_text(packed: bytes) -> str:
    """Canonical text of a packed address; an IPv4 address mapped into IPv6 is written as IPv4."""
    if len(packed) == 4:
        return socket.inet_ntop(socket.AF_INET, packed)
    if packed[:12] == b"\0\0\0\0\0\0\0\0\0\0\xff\xff":
        return socket.inet_ntop(socket.AF_INET, packed[12:])
    return socket.inet_ntop(socket.AF_INET6, packed)


class Decoder:
    """Turns frames into segments; holds only the fragments of unfinished datagrams."""

    def __init__(self, log: TrafficLog) -> None:
        self.log = log
        self.fragments: OrderedDict[tuple[bytes, bytes, int, int], _Datagram] = OrderedDict()

    def decode(self, link: int, data: bytes, wire: int) -> Segment | None:
        """Segment of one frame; ``None`` when it carries no TCP and no UDP, or is not whole."""
        at = self._network(link, data)
        if at < 0 or at >= len(data):
            return None
        return self._ip(data, at, wire - len(data), 0)

    def _network(self, link: int, data: bytes) -> int:
        """Where the IP header starts, -1 when there is none."""
        size = len(data)
        if link == 1:
            return _ethertype(data, 12) if size >= 14 else -1
        if link in {12, 14, 101, 228, 229}:
            return 0
        if link in {0, 108}:
            return 4 if size > 4 else -1
        if link == 113:
            return _ethertype(data, 14) if size >= 16 else -1
        if link == 276:
            if size < 20:
                return -1
            kind = _U16(data, 0)[0]
            return 20 if kind in {0x0800, 0x86DD} else _tagged(data, kind, 20)
        if link in {9, 50}:
            return _ppp(data, 2 if data[:2] == b"\xff\x03" else 0)
        self.log.note("capture_link_unknown", value=str(link))
        return -1

    def _ip(self, data: bytes, at: int, cut: int, depth: int) -> Segment | None:
        version = data[at] >> 4
        size = len(data)
        if version == 4:
            if size - at < 20:
                return None
            header = (data[at] & 0x0F) * 4
            total = _U16(data, at + 2)[0]
            end = at + total if total >= header else size + max(cut, 0)
            fragment = _U16(data, at + 6)[0]
            source, target = data[at + 12 : at + 16], data[at + 16 : at + 20]
            protocol = data[at + 9]
            if header < 20 or at + header > size:
                return None
            if fragment & 0x3FFF:
                key = (source, target, protocol, _U16(data, at + 4)[0])
                body = data[at + header : min(end, size)]
                whole = self._gather(key, (fragment & 0x1FFF) * 8, body, last=not fragment & 0x2000)
                return self._transport(source, target, protocol, whole, 0, len(whole), total) if whole else None
            return self._next(data, at + header, end, source, target, protocol, depth)
        if version == 6:
            return self._ipv6(data, at, cut, depth)
        return None

    def _ipv6(self, data: bytes, at: int, cut: int, depth: int) -> Segment | None:
        size = len(data)
        if size - at < 40:
            return None
        length = _U16(data, at + 4)[0]
        end = at + 40 + length if length else size + max(cut, 0)
        protocol = data[at + 6]
        source, target = data[at + 8 : at + 24], data[at + 24 : at + 40]
        at += 40
        for _ in range(16):
            if protocol == 44:
                if size - at < 8:
                    return None
                offset = _U16(data, at + 2)[0]
                identity = int.from_bytes(data[at + 4 : at + 8], "big")
                protocol = data[at]
                if offset & 0xFFF9:
                    key = (source, target, protocol, identity)
                    body = data[at + 8 : min(end, size)]
                    whole = self._gather(key, offset & 0xFFF8, body, last=not offset & 1)
                    return self._transport(source, target, protocol, whole, 0, len(whole), length) if whole else None
                at += 8
            elif protocol in _EXTENSIONS:
                if size - at < 2:
                    return None
                step = (data[at + 1] + 2) * 4 if protocol == 51 else (data[at + 1] + 1) * 8
                protocol = data[at]
                at += step
            else:
                return self._next(data, at, end, source, target, protocol, depth)
        return None

    def _next(
        self, data: bytes, at: int, end: int, source: bytes, target: bytes, protocol: int, depth: int
    ) -> Segment | None:
        """Follow IP in IP (4, 41), GRE (47, RFC 2784) and VXLAN (RFC 7348); hand TCP and UDP on."""
        if protocol in {4, 41, 47, 17} and depth < 3:
            inner = at if protocol in {4, 41} else _gre(data, at) if protocol == 47 else _vxlan(data, at)
            if 0 <= inner < len(data):
                return self._ip(data, inner, 0, depth + 1)
        return self._transport(source, target, protocol, data, at, end, end - at)

    def _transport(
        self, source: bytes, target: bytes, protocol: int, data: bytes, at: int, end: int, octets: int
    ) -> Segment | None:
        size = len(data)
        if protocol == 6:
            if size - at < 20:
                return None
            source_port, target_port, seq, ack, offset, flags = _TCP(data, at)
            body = at + (offset >> 4) * 4
            if body < at + 20 or body > end:
                return None
            payload = data[body : min(end, size)]
            missing = max(0, end - max(size, body))
            return Segment(source, source_port, target, target_port, 6, seq, ack, flags, payload, missing, octets + 20)
        if protocol == 17 and size - at >= 8:
            source_port, target_port, length = struct.unpack_from(">HHH", data, at)
            payload = data[at + 8 : min(at + max(length, 8), end, size)]
            return Segment(source, source_port, target, target_port, 17, 0, 0, 0, payload, 0, octets + 20)
        return None

    def _gather(self, key: tuple[bytes, bytes, int, int], offset: int, body: bytes, *, last: bool) -> bytes:
        """Add a fragment; the whole datagram once it is complete, else nothing."""
        if offset + len(body) > MAX_DATAGRAM:
            return b""
        datagram = self.fragments.get(key)
        if datagram is None:
            while len(self.fragments) >= MAX_FRAGMENTED:
                self.fragments.popitem(last=False)
            datagram = self.fragments[key] = _Datagram()
        whole = datagram.add(offset, body, last=last)
        if whole:
            del self.fragments[key]
        return whole


class _Datagram:
    """Fragments of one datagram."""

    __slots__ = ("end", "parts", "size")

    def __init__(self) -> None:
        self.parts: dict[int, bytes] = {}
        self.end = -1
        self.size = 0

    def add(self, offset: int, body: bytes, *, last: bool) -> bytes:
        """Return the whole datagram when it is complete; overlaps keep what came first."""
        if offset not in self.parts and self.size < 2 * MAX_DATAGRAM and len(self.parts) < 8192:
            self.parts[offset] = body
            self.size += len(body)
        if last:
            self.end = offset + len(body)
        if self.end < 0 or self.size < self.end:
            return b""
        whole = bytearray()
        for start in sorted(self.parts):
            if start > len(whole):
                return b""
            whole += self.parts[start][len(whole) - start :]
        return bytes(whole[: self.end]) if len(whole) >= self.end else b""


def _ethertype(data: bytes, at: int) -> int:
    """Where the network header starts after the EtherType at ``at``."""
    kind = _U16(data, at)[0]
    if kind in {0x0800, 0x86DD}:
        return at + 2
    return _tagged(data, kind, at + 2)


def _tagged(data: bytes, kind: int, at: int) -> int:
    """Follow VLAN, MPLS and PPPoE tags; ``at`` is the first byte after the EtherType ``kind``."""
    size = len(data)
    for _ in range(8):
        if kind in {0x0800, 0x86DD}:
            return at
        if kind in ETHER_TAGS and size >= at + 4:
            kind = _U16(data, at + 2)[0]
            at += 4
        elif kind == 0x8864 and size >= at + 8:
            return _ppp(data, at + 6)
        elif kind in {0x8847, 0x8848}:
            while size >= at + 4:
                at += 4
                if data[at - 2] & 1:
                    return at if at < size and data[at] >> 4 in {4, 6} else -1
            return -1
        else:
            return -1
    return -1


def _gre(data: bytes, at: int) -> int:
    """Where IP starts inside GRE, also inside Ethernet or ERSPAN type II in it; -1 when there is none."""
    if len(data) < at + 4 or data[at + 1] & 7:
        return -1
    kind = _U16(data, at + 2)[0]
    start = at + 4 + 4 * sum(bool(data[at] & bit) for bit in (0x80, 0x20, 0x10))
    if kind in {0x0800, 0x86DD}:
        return start
    if kind == 0x88BE and data[at] & 0x10:
        start += 8
    elif kind not in {0x6558, 0x88BE}:
        return -1
    return _ethertype(data, start + 12) if len(data) >= start + 14 else -1


def _vxlan(data: bytes, at: int) -> int:
    """Where IP starts inside the Ethernet frame of a VXLAN datagram at ``at``; -1 when it is another datagram."""
    if (
        len(data) < at + 30
        or _U16(data, at + 2)[0] != 4789
        or data[at + 8] != 0x08
        or data[at + 9 : at + 12] != b"\0\0\0"
    ):
        return -1
    return _ethertype(data, at + 28)


def _ppp(data: bytes, at: int) -> int:
    """Where IP starts after a PPP protocol field of one or two bytes."""
    if len(data) <= at + 2:
        return -1
    if data[at] & 1:
        kind, at = data[at], at + 1
    else:
        kind, at = _U16(data, at)[0], at + 2
    return at if kind in {0x21, 0x57} else -1
