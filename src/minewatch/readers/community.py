"""Community ID flow hash, version 1, seed 0 (github.com/corelight/community-id-spec): one name of a flow in every tool."""

import base64
import hashlib
import socket
import struct


def community_id(source: bytes, target: bytes, source_port: int, target_port: int, protocol: int) -> str:
    """Return ``1:…`` for a TCP, UDP or SCTP flow; addresses packed. Both ways give the same text."""
    if (source, source_port) > (target, target_port):
        source, target, source_port, target_port = target, source, target_port, source_port
    body = struct.pack(">H", 0) + source + target + struct.pack(">BBHH", protocol, 0, source_port, target_port)
    return "1:" + base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode("ascii")


def community_id_of_text(source: str, target: str, source_port: int, target_port: int, protocol: int = 6) -> str:
    """As :func:`community_id` for addresses as text; empty when one is no address."""
    packed = pack_address(source), pack_address(target)
    if not (packed[0] and packed[1]) or len(packed[0]) != len(packed[1]):
        return ""
    if not (0 <= source_port <= 65_535 and 0 <= target_port <= 65_535):
        return ""
    return community_id(packed[0], packed[1], source_port, target_port, protocol)


def pack_address(text: str) -> bytes:
    """Pack an IPv4 or IPv6 address; empty when ``text`` is none."""
    try:
        return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    except (OSError, ValueError):
        return b""
