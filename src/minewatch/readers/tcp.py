"""TCP flows out of segments: a bounded flow table and bounded reassembly that survives what captures really hold.

Handled: retransmission, overlap (what came first is kept), reordering, sequence wrap, a start in the middle, segments
lost on the wire or by the capture (told from each other by the peer's acknowledgement), snapped payload, reused ports.
Bounds: ``Limits.flows`` flows (the longest idle is closed first), ``Limits.pending`` bytes a way and
``Limits.pending_total`` in all waiting for a hole to fill. A flow that shows no sign of mining keeps counters only.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from minewatch.model.traffic import End, FlowFacts
from minewatch.readers.packets import Segment, address_text
from minewatch.readers.session import Session
from minewatch.readers.traffic_log import TrafficLog

FIN, SYN, RST, ACK = 1, 2, 4, 16
DAY = 86_400.0
PIECE = 300
MAX_PIECES = 512
WINDOW = 1 << 30
"""A sequence number further away than this is another connection's or nonsense."""
MAX_WAITING = 256
"""Segments of one way that may wait for a hole to fill."""

_Key = tuple[bytes, int, bytes, int]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the flow table: flows, bytes waiting, seconds without a packet after which a flow is closed."""

    flows: int = 65_536
    pending: int = 1 << 18
    pending_total: int = 1 << 26
    idle: float = 3_600.0


class _Half:
    """One way of a flow: the next sequence number wanted and what lies beyond it."""

    __slots__ = ("next", "pending", "waiting")

    def __init__(self) -> None:
        self.next = -1
        self.pending: dict[int, tuple[bytes, int]] = {}
        self.waiting = 0


class _Talk:
    """One TCP flow under way."""

    __slots__ = ("closing", "facts", "first_ack", "halves", "session", "syn_seq")

    def __init__(self, facts: FlowFacts) -> None:
        self.facts = facts
        self.halves = (_Half(), _Half())
        self.session: Session | None = None
        self.closing = False
        self.syn_seq = -1


class FlowTable:
    """Takes segments in file order, hands ``FlowFacts`` of finished flows that carried payload to ``sink``."""

    def __init__(
        self, source: str, sink: Callable[[FlowFacts], None], log: TrafficLog, limits: Limits | None = None
    ) -> None:
        self.source = source
        self.sink = sink
        self.log = log
        self.limits = limits or Limits()
        self.talks: OrderedDict[_Key, _Talk] = OrderedDict()
        self.waiting = 0
        self.swept = 0.0
        self.latest = 0.0
        self.jumped = False

    def add(self, time: float, segment: Segment) -> None:
        """Take one TCP segment."""
        time = self._steady(time)
        key = (segment.source, segment.source_port, segment.target, segment.target_port)
        way = 0
        talk = self.talks.get(key)
        if talk is None:
            back = (segment.target, segment.target_port, segment.source, segment.source_port)
            talk = self.talks.get(back)
            if talk is not None:
                key, way = back, 1
        flags = segment.flags
        if talk is not None and flags & SYN and self._is_new_connection(talk, segment, way):
            self._close(key)
            talk = None
            key = (segment.source, segment.source_port, segment.target, segment.target_port)
            way = 0
        if talk is None:
            talk = self._open(key, time, segment)
        else:
            self.talks.move_to_end(key)
        facts = talk.facts
        facts.last_seen = max(facts.last_seen, time)
        facts.packets[way] += 1
        facts.octets[way] += segment.octets
        _count_piece(facts.pieces, int(time) // PIECE, segment.octets)
        if flags & (SYN | FIN | RST):
            self._signal(talk, segment, way)
        if segment.payload or segment.missing:
            self._payload(talk, segment, way, time)
        if flags & ACK and talk.halves[1 - way].pending:
            self._acknowledged(talk, 1 - way, segment.ack, time)
        if time - self.swept > 60.0:
            self._sweep(time)

    def _steady(self, time: float) -> float:
        """Return the time, or the last one where a single packet jumps a day ahead: its clock is damaged, not the others'."""
        if self.latest and time - self.latest > DAY and not self.jumped:
            self.jumped = True
            return self.latest
        self.jumped = False
        self.latest = time
        return time

    def close(self) -> None:
        """End of the source: finish every flow."""
        while self.talks:
            self._close(next(iter(self.talks)))

    def _open(self, key: _Key, time: float, segment: Segment) -> _Talk:
        if len(self.talks) >= self.limits.flows:
            self.log.note("flow_evicted")
            self._close(next(iter(self.talks)))
        ends = (
            End(address_text(segment.source), segment.source_port),
            End(address_text(segment.target), segment.target_port),
        )
        talk = _Talk(FlowFacts(self.source, ends, time, time))
        self.talks[key] = talk
        return talk

    @staticmethod
    def _is_new_connection(talk: _Talk, segment: Segment, way: int) -> bool:
        """Tell a SYN that reuses the ports from a repeat of the one that opened this flow."""
        if segment.flags & ACK:
            return False
        known = talk.syn_seq if talk.facts.opener == way else -1
        return talk.closing or (known != segment.seq and (sum(talk.facts.payload) > 0 or known >= 0))

    @staticmethod
    def _signal(talk: _Talk, segment: Segment, way: int) -> None:
        half = talk.halves[way]
        if segment.flags & SYN:
            if half.next < 0:
                half.next = (segment.seq + 1) & 0xFFFFFFFF
            if talk.facts.opener < 0:
                talk.facts.opener = 1 - way if segment.flags & ACK else way
                if not segment.flags & ACK:
                    talk.syn_seq = segment.seq
        else:
            talk.closing = True

    def _payload(self, talk: _Talk, segment: Segment, way: int, time: float) -> None:
        if talk.session is None:
            talk.session = Session(talk.facts)
        if talk.session.done:
            talk.facts.payload[way] += len(segment.payload)
            return
        half = talk.halves[way]
        seq = (segment.seq + 1) & 0xFFFFFFFF if segment.flags & SYN else segment.seq
        if half.next < 0:
            half.next = seq
        ahead = _distance(seq, half.next)
        if abs(ahead) >= WINDOW:
            half.next = seq
            ahead = 0
            talk.session.gap(way)
        if ahead <= 0:
            self._deliver(talk, way, time, segment.payload, segment.missing, -ahead)
            self._drain(talk, way, time)
        else:
            self._wait(half, seq, segment)
            if (
                len(half.pending) > MAX_WAITING
                or half.waiting > self.limits.pending
                or self.waiting > self.limits.pending_total
            ):
                self._skip_hole(talk, way, time)

    def _wait(self, half: _Half, seq: int, segment: Segment) -> None:
        known = half.pending.get(seq)
        if known is not None and len(known[0]) >= len(segment.payload):
            return
        grown = len(segment.payload) + 64 - (len(known[0]) + 64 if known else 0)
        half.pending[seq] = (segment.payload, segment.missing)
        half.waiting += grown
        self.waiting += grown

    @staticmethod
    def _deliver(talk: _Talk, way: int, time: float, payload: bytes, missing: int, overlap: int) -> None:
        """Hand on what of ``payload`` is new; ``overlap`` bytes of it were seen before."""
        half = talk.halves[way]
        fresh = payload[overlap:] if overlap else payload
        beyond = len(payload) + missing - overlap
        if beyond <= 0 or talk.session is None:
            return
        half.next = (half.next + beyond) & 0xFFFFFFFF
        talk.facts.payload[way] += len(fresh)
        if fresh:
            talk.session.data(way, time, fresh)
        if missing:
            talk.session.gap(way)

    def _drain(self, talk: _Talk, way: int, time: float) -> None:
        """Deliver what waited and now fits."""
        half = talk.halves[way]
        while half.pending:
            seq = half.next if half.next in half.pending else -1
            if seq < 0:
                seq = min(half.pending, key=lambda one: _distance(one, half.next))
                if _distance(seq, half.next) > 0:
                    return
            payload, missing = half.pending.pop(seq)
            half.waiting -= len(payload) + 64
            self.waiting -= len(payload) + 64
            self._deliver(talk, way, time, payload, missing, -_distance(seq, half.next))

    def _skip_hole(self, talk: _Talk, way: int, time: float) -> None:
        """Give the nearest hole up and go on behind it."""
        half = talk.halves[way]
        if half.pending and talk.session is not None:
            half.next = min(half.pending, key=lambda one: _distance(one, half.next))
            talk.session.gap(way)
            self._drain(talk, way, time)

    def _acknowledged(self, talk: _Talk, way: int, ack: int, time: float) -> None:
        """Skip holes the peer has acknowledged: the capture missed them, no retransmission will fill them."""
        half = talk.halves[way]
        while half.pending:
            nearest = min(half.pending, key=lambda one: _distance(one, half.next))
            if not 0 < _distance(ack, nearest) < WINDOW:
                return
            self._skip_hole(talk, way, time)

    def _sweep(self, time: float) -> None:
        self.swept = time
        for key in list(self.talks):
            if time - self.talks[key].facts.last_seen <= self.limits.idle:
                return
            self._close(key)

    def _close(self, key: _Key) -> None:
        talk = self.talks.pop(key)
        for way in (0, 1):
            while talk.halves[way].pending:
                self._skip_hole(talk, way, talk.facts.last_seen)
        if talk.session is None:
            return
        talk.session.close()
        self.sink(talk.facts)


def _count_piece(pieces: list[list[int]], number: int, octets: int) -> None:
    """Count one packet in the five-minute piece ``number``."""
    if pieces and pieces[-1][0] == number:
        pieces[-1][1] += 1
        pieces[-1][2] += octets
    elif len(pieces) < MAX_PIECES:
        pieces.append([number, 1, octets])


def _distance(seq: int, base: int) -> int:
    """Signed distance of two sequence numbers (RFC 1982 serial arithmetic)."""
    return ((seq - base + 0x80000000) & 0xFFFFFFFF) - 0x80000000
