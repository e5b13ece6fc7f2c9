"""Names in a TLS handshake: the server name the client asks for and the names on the certificate (up to TLS 1.2).

Sources: RFC 8446 and RFC 5246 (records and handshakes), RFC 6066 (server_name), RFC 5280 (certificates). Only the names are
taken out of a certificate, by walking its DER; nothing is verified.
"""

import re
import struct

MAX_HANDSHAKE = 1 << 16
_HOST = re.compile(r"[A-Za-z0-9*_][A-Za-z0-9*_.-]{1,252}\Z")
_SUBJECT_ALT_NAME = b"\x55\x1d\x11"
_COMMON_NAME = b"\x55\x04\x03"


class TlsHandshake:
    """Collects the names one way of a TLS talk shows before it is encrypted."""

    def __init__(self) -> None:
        self.server_names: list[str] = []
        self.certificate_names: list[str] = []
        self.broken = False
        self.handshake = bytearray()

    def feed(self, buffer: bytearray) -> bool:
        """Consume whole records; false once the clear part of the handshake is over."""
        while len(buffer) >= 5:
            kind, major, _, size = struct.unpack_from(">BBBH", buffer)
            if kind not in {20, 21, 22, 23} or major != 3 or size > (1 << 14) + 2048:
                self.broken = True
                return True
            if kind != 22:
                return False
            if len(buffer) < 5 + size:
                return len(buffer) < 1 << 16
            self.handshake += buffer[5 : 5 + size]
            del buffer[: 5 + size]
            if not self._messages():
                return False
        return True

    def _messages(self) -> bool:
        """Take whole handshake messages; false when no names can follow."""
        held = self.handshake
        while len(held) >= 4:
            kind, size = held[0], int.from_bytes(held[1:4], "big")
            if size > MAX_HANDSHAKE:
                return False
            if len(held) < 4 + size:
                return True
            body = bytes(held[4 : 4 + size])
            del held[: 4 + size]
            if kind == 1:
                self.server_names += client_hello_names(body)
                return False
            if kind == 11:
                self.certificate_names += certificate_message_names(body)
                return False
            if kind not in {2, 4, 12, 13, 22}:
                return False
        return True


def client_hello_names(body: bytes) -> list[str]:
    """Host names of the server_name extension of a ClientHello's body."""
    try:
        at = 34
        at += 1 + body[at]
        at += 2 + struct.unpack_from(">H", body, at)[0]
        at += 1 + body[at]
        end = min(len(body), at + 2 + struct.unpack_from(">H", body, at)[0])
        at += 2
        while at + 4 <= end:
            kind, size = struct.unpack_from(">HH", body, at)
            if kind == 0 and size >= 5:
                length = struct.unpack_from(">H", body, at + 7)[0]
                return _names([body[at + 9 : at + 9 + length]])
            at += 4 + size
    except (IndexError, struct.error):
        pass
    return []


def certificate_message_names(body: bytes) -> list[str]:
    """Names on the first certificate (the server's own) of a TLS 1.2 Certificate message."""
    if len(body) < 6:
        return []
    size = int.from_bytes(body[3:6], "big")
    return certificate_names(body[6 : 6 + size])


def certificate_names(der: bytes) -> list[str]:
    """Subject alternative DNS names of a certificate, else the common name of its subject; at most 64."""
    at = der.find(_SUBJECT_ALT_NAME)
    found: list[bytes] = []
    if at >= 0:
        inner = _inside(der, at + len(_SUBJECT_ALT_NAME), {0x01, 0x04})
        place = inner[0]
        while place < inner[1] and len(found) < 64:
            tag, start, end = _element(der, place)
            if end <= place:
                break
            if tag == 0x82:
                found.append(der[start:end])
            place = end
    if not found:
        last = der.rfind(_COMMON_NAME)
        if last >= 0:
            _, start, end = _element(der, last + len(_COMMON_NAME))
            found.append(der[start:end])
    return _names(found)


def _inside(der: bytes, at: int, passed: set[int]) -> tuple[int, int]:
    """Where the names of the extension at ``at`` stand: behind a critical flag, an octet string and a sequence."""
    for _ in range(3):
        tag, start, end = _element(der, at)
        if tag == 0x01 and tag in passed:
            at = end
        elif tag == 0x04:
            at = start
        elif tag == 0x30:
            return start, end
        else:
            break
    return 0, 0


def _element(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, start and end of the DER element at ``at``; an empty span when it does not fit."""
    if at + 2 > len(der):
        return 0, at, at
    tag, size = der[at], der[at + 1]
    start = at + 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 3 or start + count > len(der):
            return 0, at, at
        size = int.from_bytes(der[start : start + count], "big")
        start += count
    return (tag, start, start + size) if start + size <= len(der) else (0, at, at)


def _names(raw: list[bytes]) -> list[str]:
    texts = [one.decode("ascii", "replace").rstrip(".").lower() for one in raw]
    return [text for text in texts if _HOST.match(text)]
