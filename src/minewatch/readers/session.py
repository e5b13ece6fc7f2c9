"""One TCP talk: what its two byte streams carry, by content and never by port.

Each way has its own lexer, because what answers a miner is not always of its kind (an HTTP 400 to Stratum, JSON to TLS).
A lexer stands at a boundary and decides by the next bytes: a JSON line, an HTTP head, a TLS record, a WebSocket frame, or
nothing known, and then it looks on for the next boundary. Everything is bounded: a line, a head, a body, a frame, and how
much is read of a talk that shows no sign of mining.
"""

import json
import re

from minewatch.model.traffic import FlowFacts
from minewatch.readers.http import Head, body_text, is_http, parse_head, read_head
from minewatch.readers.stratum import Interpreter, keep
from minewatch.readers.tls import TlsHandshake
from minewatch.readers.websocket import Frames, looks_like_frame

MAX_LINE = 1 << 16
MAX_HEAD = 1 << 14
MAX_BODY = 1 << 17
BARREN = 1 << 17
"""Bytes read of a talk without any sign of mining; afterwards it is only counted."""
MAX_TURNS = 24
MAX_SIZES = 64

UNTIL_CLOSE = 1 << 62
"""Length of an HTTP body that ends with the connection (RFC 9112, 6.3)."""

NOISE_FIRST, NOISE_ANSWER = 64, 234
"""Stratum V2: bytes of the two messages of the Noise handshake (sv2-spec, 04-Protocol-Security)."""

START, JUNK, BODY, CHUNKED, SKIP, FRAMES, TLS, SILENT = range(8)
_TELLING = re.compile(rb'"(?:method|result|error|params|job|blob|coinbasevalue)"')
"""Without one of these keys a body is no message of mining, and is not parsed."""
_RESTART = re.compile(rb"\n[ \t\r]*[{\[]|(?:POST|GET|HTTP/1\.[01]) ?[ /0-9]")


class Session:
    """Feeds both ways of one flow through their lexers into one interpreter."""

    def __init__(self, facts: FlowFacts) -> None:
        self.facts = facts
        self.reader = Interpreter(facts)
        self.lexers = (Lexer(self, 0), Lexer(self, 1))
        self.lexed = 0
        self.tunnelled = False
        self.done = False

    def data(self, way: int, time: float, data: bytes) -> None:
        """Bytes of one way in order, each once."""
        self._count(way, len(data))
        if self.done:
            return
        self.lexers[way].feed(data)
        if not self.reader.mining:
            self.lexed += len(data)
            quiet = self.lexers[0].state == SILENT and self.lexers[1].state == SILENT
            if (self.lexed > BARREN or quiet) and not self.noise:
                self.stop()
        del time

    def gap(self, way: int) -> None:
        """Bytes of one way are missing here."""
        self.facts.gaps += 1
        self.lexers[way].gap()

    def close(self) -> None:
        """End the talk."""
        for lexer in self.lexers:
            lexer.close()
        self.stop()

    def stop(self) -> None:
        """Let go of everything but the facts."""
        self.done = True
        for lexer in self.lexers:
            lexer.buffer.clear()
            lexer.state = SILENT

    @property
    def noise(self) -> bool:
        """Whether the talk began with a Stratum V2 handshake by its sizes."""
        turns = self.facts.turns
        return len(turns) >= 2 and turns[0][1] == NOISE_FIRST and turns[1][1] >= NOISE_ANSWER and len(turns) < MAX_TURNS

    def switch_to_frames(self) -> None:
        """Both ways speak WebSocket from here."""
        self.facts.carriage = "websocket"
        for lexer in self.lexers:
            lexer.upgraded = True

    def _count(self, way: int, size: int) -> None:
        turns = self.facts.turns
        if turns and turns[-1][0] == way:
            turns[-1] = way, turns[-1][1] + size
        elif len(turns) < MAX_TURNS:
            turns.append((way, size))
        sizes = self.facts.sizes[way]
        if size in sizes or len(sizes) < MAX_SIZES:
            sizes[size] = sizes.get(size, 0) + 1


class Lexer:
    """Cuts one way into messages."""

    __slots__ = ("buffer", "frames", "head", "left", "pieces", "session", "state", "tls", "upgraded", "way")

    def __init__(self, session: Session, way: int) -> None:
        self.session = session
        self.way = way
        self.buffer = bytearray()
        self.state = START
        self.left = 0
        self.head: Head | None = None
        self.pieces = bytearray()
        self.frames: Frames | None = None
        self.tls: TlsHandshake | None = None
        self.upgraded = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        if self.state == SILENT:
            return
        if self.state == JUNK and (not self.buffer or data[:2] in {b'{"', b"{ "} or is_http(data[:16])):
            self.session.reader.text(self.way, bytes(self.buffer))
            self.buffer.clear()
            self.state = START
        self.buffer += data
        while self.buffer and self._step():
            pass

    def gap(self) -> None:
        """Something is missing: what is half read cannot be finished."""
        if self.state == BODY and self.pieces:
            self._body_ends()
        self.session.reader.text(self.way, bytes(self.buffer[:MAX_LINE]))
        self.buffer.clear()
        self.pieces.clear()
        if self.state == TLS:
            self.state = SILENT
        elif self.state == FRAMES:
            self.frames = None
        elif self.state != SILENT:
            self.state = JUNK

    def close(self) -> None:
        """No more bytes come: read what is left as far as it goes."""
        if self.state in {BODY, CHUNKED} and self.pieces:
            self._body_ends()
        if self.state in {START, JUNK} and self.buffer and not self._json(bytes(self.buffer)):
            self.session.reader.text(self.way, bytes(self.buffer[:MAX_LINE]))

    def _step(self) -> bool:
        """Take one thing off the buffer; false when more bytes are needed."""
        state = self.state
        if state == START:
            return self._start()
        if state == JUNK:
            return self._junk()
        if state in {BODY, SKIP}:
            return self._body()
        if state == CHUNKED:
            return self._chunk()
        if state == FRAMES:
            return self._frames()
        if state == TLS:
            return self._tls()
        self.buffer.clear()
        return False

    def _start(self) -> bool:
        buffer = self.buffer
        if self.upgraded:
            self.state = FRAMES
            return True
        stripped = len(buffer) - len(buffer.lstrip(b" \t\r\n\0"))
        if stripped:
            del buffer[:stripped]
            return bool(buffer)
        first = buffer[0]
        if first in b"{[":
            return self._line()
        if is_http(buffer):
            return self._http()
        if first in {0x16, 0x17, 0x14, 0x15} and (len(buffer) < 3 or (buffer[1] == 3 and buffer[2] <= 4)):
            if len(buffer) < 3:
                return False
            self.state = TLS
            self.tls = TlsHandshake()
            self.session.reader.mark(self.way, "tls", mining=False)
            return True
        if looks_like_frame(buffer):
            self.session.facts.carriage = "websocket"
            self.state = FRAMES
            return True
        self.state = JUNK
        return True

    def _line(self) -> bool:
        buffer = self.buffer
        end = buffer.find(b"\n")
        if end < 0:
            if len(buffer) > MAX_LINE:
                self.session.reader.text(self.way, bytes(buffer[:MAX_LINE]))
                self.state = JUNK
                return True
            if buffer[-1] in b"}]" and self._json(bytes(buffer)):
                buffer.clear()
            return False
        line = bytes(buffer[:end])
        del buffer[: end + 1]
        if len(line) <= MAX_LINE and not self._json(line):
            self.session.reader.text(self.way, line)
        return True

    def _json(self, text: bytes, *, answers_only: bool = False) -> bool:
        """Read JSON values standing one after the other; false when the first is none."""
        try:
            decoded = text.decode("utf-8", "replace").strip()
        except ValueError:
            return False
        at, read = 0, False
        while at < len(decoded):
            try:
                value, at = _DECODER.raw_decode(decoded, at)
            except (ValueError, RecursionError):
                break
            read = True
            self.session.reader.message(self.way, value, answers_only=answers_only)
            while at < len(decoded) and decoded[at] in " \r\n\t,":
                at += 1
        return read

    def _junk(self) -> bool:
        """Look for the next boundary in bytes that are nothing known."""
        buffer = self.buffer
        found = _RESTART.search(buffer)
        if found is None:
            if len(buffer) > 256:
                self.session.reader.text(self.way, bytes(buffer))
                del buffer[:-16]
            return False
        self.session.reader.text(self.way, bytes(buffer[: found.start()]))
        del buffer[: found.start()]
        self.state = START
        if not is_http(buffer) and buffer[0] not in b"\n{[":
            del buffer[:1]
            self.state = JUNK
        return True

    def _http(self) -> bool:
        buffer = self.buffer
        size = read_head(buffer)
        if size < 0:
            if len(buffer) > MAX_HEAD:
                self.state = JUNK
                del buffer[:1]
                return True
            return False
        head = parse_head(bytes(buffer[:size]))
        del buffer[:size]
        self.head = head
        self._head_facts(head)
        if head.upgrade and head.status == 101:
            self.session.switch_to_frames()
            return True
        if head.tunnel:
            self.session.tunnelled = True
        elif head.chunked:
            self.state, self.left = CHUNKED, 0
        elif head.length:
            self.state, self.left = BODY, head.length
        elif head.status == 200 and not head.sized and not self.session.tunnelled:
            self.state, self.left = BODY, UNTIL_CLOSE
        return True

    def _head_facts(self, head: Head) -> None:
        session, way = self.session, self.way
        if not session.reader.mining and session.facts.carriage == "tcp" and not (head.tunnel or session.tunnelled):
            session.facts.carriage = "http"
        for code, mining in head.signs:
            session.reader.mark(way, code, mining=mining)
        keep(session.facts.agents, head.agent)
        keep(session.facts.hosts, head.host)
        if any(mining for _, mining in head.signs):
            keep(session.facts.workers, head.user)

    def _body(self) -> bool:
        taken = bytes(self.buffer[: self.left])
        del self.buffer[: len(taken)]
        self.left -= len(taken)
        if self.state == BODY:
            self.pieces += taken[: MAX_BODY - len(self.pieces)]
        if self.left:
            return False
        if self.state == BODY:
            self._body_ends()
        self.state = START
        return True

    def _chunk(self) -> bool:
        """One chunk (RFC 9112, 7.1): its size line, then as many bytes."""
        buffer = self.buffer
        if self.left:
            taken = bytes(buffer[: self.left])
            del buffer[: len(taken)]
            self.left -= len(taken)
            self.pieces += taken[: MAX_BODY - len(self.pieces)]
            return not self.left
        end = buffer.find(b"\n", 1 if buffer[:1] == b"\n" else 2 if buffer[:2] == b"\r\n" else 0)
        if end < 0:
            if len(buffer) > 64:
                self.state = JUNK
                return True
            return False
        line = bytes(buffer[:end]).strip().split(b";")[0]
        del buffer[: end + 1]
        if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", line):
            self.state = JUNK
            return True
        self.left = int(line, 16)
        if not self.left:
            self._body_ends()
            self.state = START
        return True

    def _body_ends(self) -> None:
        head, pieces = self.head, bytes(self.pieces)
        self.pieces.clear()
        text = body_text(head, pieces) if head else pieces
        stripped = text.lstrip()
        if stripped[:1] in {b"{", b"["} and _TELLING.search(stripped):
            if len(stripped) < MAX_LINE:
                self._json(stripped, answers_only=bool(head and head.status))
            elif b'"coinbasevalue"' in stripped and b'"previousblockhash"' in stripped:
                self.session.reader.mark(self.way, "gbt.answer")

    def _frames(self) -> bool:
        if self.frames is None:
            self.frames = Frames()
        for text in self.frames.feed(self.buffer):
            for line in text.split(b"\n"):
                if line.strip()[:1] in {b"{", b"["} and not self._json(line):
                    self.session.reader.text(self.way, line)
        if self.frames.broken:
            self.frames = None
            self.buffer.clear()
        return False

    def _tls(self) -> bool:
        tls = self.tls
        if tls is None or not tls.feed(self.buffer):
            self.state = SILENT
            self.buffer.clear()
        if tls is not None:
            if tls.server_names:
                self.session.reader.mark(self.way, "tls.hello", mining=False)
            for name in tls.server_names:
                keep(self.session.facts.server_names, name)
            if tls.certificate_names:
                self.session.reader.mark(self.way, "tls.certificate", mining=False)
            for name in tls.certificate_names:
                keep(self.session.facts.certificate_names, name)
            if tls.broken:
                self.state = JUNK
        return False


_DECODER = json.JSONDecoder()
