"""WebSocket frames (RFC 6455) with permessage-deflate (RFC 7692): the texts they carry, each of bounded size."""

import struct
import zlib
from collections.abc import Iterator

MAX_TEXT = 1 << 16


def looks_like_frame(data: bytes | bytearray) -> bool:
    """Whether ``data`` begins with a whole text frame's head followed by JSON: for talks whose upgrade was not captured."""
    if len(data) < 8 or data[0] & 0xBF != 0x81:
        return False
    masked, size = data[1] & 0x80, data[1] & 0x7F
    at = 2 if size < 126 else 4 if size == 126 else 10
    if data[0] & 0x40:
        return bool(masked)
    if masked:
        return len(data) > at + 4 and data[at] ^ data[at + 4] in b"{["
    return len(data) > at and data[at] in b"{["


class Frames:
    """Cuts one way of a WebSocket talk; ``broken`` is set when the bytes are no frames."""

    def __init__(self) -> None:
        self.broken = False
        self.skip = 0
        self.text = bytearray()
        self.packed = False
        self.inflater = zlib.decompressobj(-15)

    def feed(self, buffer: bytearray) -> Iterator[bytes]:
        """Texts of the frames that are whole in ``buffer``, which is consumed."""
        while buffer and not self.broken:
            if self.skip:
                step = min(self.skip, len(buffer))
                del buffer[:step]
                self.skip -= step
                continue
            head = self._head(buffer)
            if head is None:
                return
            at, start, size = head
            if size > MAX_TEXT:
                del buffer[:start]
                self.skip = size
                self._forget()
                continue
            if len(buffer) < start + size:
                return
            body = bytes(buffer[start : start + size])
            mask = bytes(buffer[at:start])
            first = buffer[0]
            del buffer[: start + size]
            if first & 0x0F < 8:
                yield from self._data(first & 0x0F, first, _unmask(body, mask), last=bool(first & 0x80))

    def _head(self, buffer: bytearray) -> tuple[int, int, int] | None:
        """Read a frame's head: where its mask and its payload start, and the payload's size; ``None``: not yet or broken."""
        if len(buffer) < 2:
            return None
        if buffer[0] & 0x30 or buffer[0] & 0x0F not in {0, 1, 2, 8, 9, 10}:
            self.broken = True
            return None
        size = buffer[1] & 0x7F
        at = 2 if size < 126 else 4 if size == 126 else 10
        start = at + (4 if buffer[1] & 0x80 else 0)
        if len(buffer) < start:
            return None
        if size == 126:
            size = struct.unpack_from(">H", buffer, 2)[0]
        elif size == 127:
            size = struct.unpack_from(">Q", buffer, 2)[0]
        return at, start, size

    def _data(self, kind: int, first: int, body: bytes, *, last: bool) -> Iterator[bytes]:
        if kind:
            self.text.clear()
            self.packed = bool(first & 0x40)
        if len(self.text) + len(body) > MAX_TEXT:
            self._forget()
            return
        self.text += body
        if last:
            whole = bytes(self.text)
            self.text.clear()
            yield self._inflate(whole) if self.packed else whole

    def _inflate(self, packed: bytes) -> bytes:
        try:
            text = self.inflater.decompress(packed + b"\0\0\xff\xff", MAX_TEXT)
        except zlib.error:
            self._forget()
            return b""
        if self.inflater.unconsumed_tail:
            self._forget()
        return text

    def _forget(self) -> None:
        self.text.clear()
        self.inflater = zlib.decompressobj(-15)


def _unmask(body: bytes, mask: bytes) -> bytes:
    if not mask or not body:
        return body
    size = len(body)
    pad = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(body, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")
