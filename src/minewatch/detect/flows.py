"""Mining by the shape of a connection, for flow records without payload. The port is never looked at as a sign.

A miner holds one TCP connection for hours; small packets go both ways: jobs every half minute or so, shares at random
times, each answered in a few bytes. Collectors cut such a connection into pieces (active timeout); the pieces of one
connection are put together again and judged when it ends. The shape is after Veselý and Žádník (2019), whose tree finds
95.3 % with 2.6 % false alarms, which at their base rate is 2.7 % precision; so here more is asked for before a row is
written: both ways small, steady but with the scatter of chance, and long. Weights are judgement (``model/traffic_reasons``);
they were checked on simulated miners and look-alikes only, because no public flow records of either are at hand.
"""

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from minewatch.detect.pool_index import PoolIndex, PoolMatch, shared_address
from minewatch.model.traffic import End, FlowFacts, FlowRecord, Sighting
from minewatch.model.traffic_reasons import FLOW_CEILING, FLOW_PRIOR, PRIOR, TRAFFIC_REASONS

LEAST_SPAN = 1_200.0
"""Seconds a connection must live to be judged."""
MAX_BYTES_PER_MINUTE = 150_000.0
PIECES_NEEDED = 4
IP_TCP_HEADERS = 52
SYN, FIN, RST, PSH = 2, 1, 4, 8
_PRIVATE = tuple(
    ip_network(net)
    for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fe80::/10")
)
"""Addresses of customers behind a router or a carrier's translation (RFCs 1918, 6598, 4193, 4291)."""


@dataclass(slots=True)
class Connection:
    """All records of one TCP connection so far; ``packets`` and ``octets`` by way, way 0 from ``ends[0]``."""

    source: str
    ends: tuple[End, End]
    first: float
    last: float
    biflow: bool
    covered: float = 0.0
    packets: list[int] = field(default_factory=lambda: [0, 0])
    octets: list[int] = field(default_factory=lambda: [0, 0])
    rates: list[tuple[float, float]] = field(default_factory=list)
    pieces: int = 0
    broken: int = 0
    pushed: int = 0
    flagged: int = 0
    early: list[tuple[int, int, float]] = field(default_factory=list)


class FlowWatch:
    """Puts pieces together; at most ``limit`` connections, each let go ``idle`` seconds after its last record."""

    def __init__(self, limit: int = 100_000, idle: float = 1_800.0) -> None:
        self.limit = limit
        self.idle = idle
        self.held: OrderedDict[tuple[End, End], Connection] = OrderedDict()
        self.seen = 0

    def add(self, record: FlowRecord) -> Iterator[Connection]:
        """Take one record; connections that are over come back."""
        if record.protocol != 6:
            return
        self.seen += 1
        client, server = End(record.client, record.client_port), End(record.server, record.server_port)
        key = (client, server) if client <= server else (server, client)
        known = self.held.get(key)
        if known is not None and record.start - known.last > self.idle:
            yield self.held.pop(key)
            known = None
        if known is None:
            if len(self.held) >= self.limit:
                yield self.held.popitem(last=False)[1]
            known = Connection(record.source, (client, server), record.start, record.end, record.packets_back >= 0)
            self.held[key] = known
        self.held.move_to_end(key)
        _add(known, record, way=0 if known.ends[0] == client else 1)
        oldest = next(iter(self.held.values()))
        if record.start - oldest.last > self.idle:
            yield self.held.popitem(last=False)[1]

    def close(self) -> Iterator[Connection]:
        """Give up all that is held."""
        while self.held:
            yield self.held.popitem(last=False)[1]


def _add(known: Connection, record: FlowRecord, *, way: int) -> None:
    known.first = min(known.first, record.start)
    known.last = max(known.last, record.end)
    known.packets[way] += record.packets
    known.octets[way] += record.octets
    packets = record.packets
    if record.packets_back >= 0:
        known.biflow = True
        known.packets[1 - way] += record.packets_back
        known.octets[1 - way] += max(0, record.octets_back)
        packets += record.packets_back
    length = record.end - record.start
    if way == 0 or record.packets_back >= 0:
        known.covered += length
        known.pieces += 1
        if length >= 30 and len(known.rates) < 512:
            octets = record.octets + max(0, record.octets_back)
            known.rates.append((packets * 60 / length, octets / max(1, packets)))
    if record.flags >= 0:
        known.flagged += 1
        known.pushed += bool(record.flags & PSH)
        known.broken += bool(record.flags & (SYN | FIN | RST))
    if not known.early and record.lengths:
        sign = 1 if way == 0 else -1
        known.early = [
            (0 if one * sign > 0 else 1, size, time)
            for one, size, time in zip(record.ways, record.lengths, record.times or record.lengths, strict=False)
        ]


def connection_of(facts: FlowFacts) -> Connection:
    """Make a connection of a captured talk whose content is hidden, cut into five-minute pieces as a collector would."""
    known = Connection(facts.source, facts.ends, facts.first_seen, facts.last_seen, biflow=True)
    known.packets[:], known.octets[:] = facts.packets, facts.octets
    known.pieces = len(facts.pieces)
    known.covered = min(facts.last_seen - facts.first_seen, 300.0 * known.pieces)
    known.rates = [(packets / 5, octets / packets) for _, packets, octets in facts.pieces]
    return known


def judge(known: Connection) -> tuple[float, list[str]]:
    """Probability and reasons of one connection; 0 and nothing when it is too short, too big or not judged at all."""
    span = known.last - known.first
    total = sum(known.packets)
    if span < LEAST_SPAN or known.covered < 0.6 * span or total < 60:
        return 0.0, []
    if sum(known.octets) * 60 / span > MAX_BYTES_PER_MINUTE:
        return 0.0, []
    lived = "flow_lived_8h" if span >= 28_800 else "flow_lived_3h" if span >= 10_800 else "flow_lived_1h"
    reasons = [lived if span >= 3_600 else "flow_lived_20min"]
    both = min(known.packets) > 0
    reasons += _sizes(known, both=both)
    rate = total * 60 / span * (1 if both else 2)
    reasons += ["flow_rate"] if 4 <= rate <= 120 else ["flow_other_rate"] if rate < 4 or rate > 400 else []
    reasons += _rhythm(known)
    if both:
        share = known.packets[0] / known.packets[1]
        reasons.append("flow_balanced" if 0.5 <= share <= 2.0 else "flow_unbalanced")
    if known.flagged:
        if known.pushed * 2 < known.flagged:
            reasons.append("flow_not_pushed")
        elif known.broken <= max(2, known.flagged // 10):
            reasons.append("flow_pushed")
    reasons += _early(known)
    log_odds = FLOW_PRIOR + sum(TRAFFIC_REASONS[code].weight for code in reasons)
    probability = min(FLOW_CEILING, 1 / (1 + math.exp(-log_odds)))
    reasons.sort(key=lambda code: -TRAFFIC_REASONS[code].weight)
    return probability, reasons


def _sizes(known: Connection, *, both: bool) -> list[str]:
    """Bytes a packet, IP headers included: to the pool about 55 to 260, from it about 70 to 700."""
    means = [known.octets[way] / known.packets[way] if known.packets[way] else 0.0 for way in (0, 1)]
    if not both:
        mean = max(means)
        return ["flow_small_one_way"] if 55 <= mean <= 700 else ["flow_other_packets"]
    miner = miner_side(known)
    to_pool, from_pool = means[miner], means[1 - miner]
    fits = 55 <= to_pool <= 260 and 70 <= from_pool <= 700 and from_pool >= 0.7 * to_pool
    return ["flow_small_packets"] if fits else ["flow_other_packets"]


def _rhythm(known: Connection) -> list[str]:
    """Scatter of the packet rate from piece to piece: shares come by chance, polling by the clock, people in bursts."""
    if len(known.rates) < PIECES_NEEDED:
        return []
    inner = known.rates[1:-1] if len(known.rates) > PIECES_NEEDED + 1 else known.rates
    spread, wide = (_scatter([pair[part] for pair in inner]) for part in (0, 1))
    if spread < 0.02 and wide < 0.02:
        return ["flow_rigid"]
    if spread < 0.25:
        return ["flow_steady"]
    if spread < 0.5:
        return ["flow_fairly_steady"]
    return ["flow_bursty"] if spread > 0.8 else []


def _scatter(values: list[float]) -> float:
    """Return the standard deviation over the mean."""
    mean = sum(values) / len(values)
    if mean <= 0:
        return 0.0
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values)) / mean


def _early(known: Connection) -> list[str]:
    """Signs in the first packets with payload, where a probe exports them."""
    sizes: tuple[list[int], list[int]] = ([], [])
    for way, size, _ in known.early:
        if size > 0:
            sizes[way].append(size)
    if len(sizes[0]) + len(sizes[1]) < 10:
        return []
    miner = miner_side(known)
    found = []
    if _repeats([size for size in sizes[1 - miner] if size >= 150], 12) >= 3:
        found.append("flow_jobs")
    if (
        _repeats([size for size in sizes[miner] if 50 <= size <= 400], 12) >= 3
        and _repeats([size for size in sizes[1 - miner] if size <= 140], 12) >= 2
    ):
        found.append("flow_shares")
    return found or ["flow_no_rhythm"]


def _repeats(sizes: list[int], width: int) -> int:
    """How many of ``sizes`` fall at most into one window of ``width``."""
    ordered = sorted(sizes)
    best = first = 0
    for last, size in enumerate(ordered):
        while size - ordered[first] > width:
            first += 1
        best = max(best, last - first + 1)
    return best


def miner_side(known: Connection) -> int:
    """Which end would be the miner: the private address, else the end that opened, else the higher (ephemeral) port."""
    private = [_is_private(end.address) for end in known.ends]
    if private[0] != private[1]:
        return 0 if private[0] else 1
    if known.biflow:
        return 0
    return 0 if known.ends[0].port >= known.ends[1].port else 1


def _is_private(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed.version == net.version and parsed in net for net in _PRIVATE)


def flow_sighting(known: Connection, pools: PoolIndex, threshold: float = 0.5) -> Sighting | None:
    """Make a row for a connection whose shape is a miner's, or whose peer is a pool's own address on the list.

    ``None`` when it is less sure than ``threshold``.
    """
    probability, reasons = judge(known)
    miner = miner_side(known)
    match = None
    for side in (miner, 1 - miner):
        found = _own_address(known.ends[1 - side], pools, known.first)
        if found is not None and min(known.packets) >= 5:
            match, miner = found, side
            listed = TRAFFIC_REASONS["pool_address"].weight + (
                TRAFFIC_REASONS["list_outdated"].weight if found.stale else 0
            )
            before = math.log(probability / (1 - probability)) if reasons else PRIOR
            probability = min(0.99, 1 / (1 + math.exp(-before - listed)))
            reasons = ["pool_address", *reasons, *(["list_outdated"] if found.stale else [])]
            break
    if not reasons or probability < threshold:
        return None
    return Sighting(
        source=known.source,
        first_seen=known.first,
        last_seen=known.last,
        miner=known.ends[miner].address,
        miner_port=known.ends[miner].port,
        pool=known.ends[1 - miner].address,
        pool_port=known.ends[1 - miner].port,
        dialect="flow",
        coin=match.endpoint.coin if match and match.endpoint.coin != "UNKNOWN" else "",
        probability=probability,
        reasons=[*reasons, "behaviour"] if len(reasons) > 2 else reasons,
        pool_name=match.endpoint.pool if match else "",
        packets=sum(known.packets),
        octets=sum(known.octets),
    )


def _own_address(end: End, pools: PoolIndex, time: float) -> PoolMatch | None:
    """Find a confirmed endpoint listed by this very address and port, unless others share the address."""
    match = pools.match(end.address, end.port, time)
    if match is None or match.kind != "exact" or not match.endpoint.confirmed:
        return None
    return None if match.endpoint.shared or shared_address(end.address) else match
