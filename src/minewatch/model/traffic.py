"""Records of the traffic path: what a reader saw of one flow, a pool's endpoint, a sighting, an address holder.

All times are seconds since 1970-01-01 UTC (float); they become ISO 8601 text with ``Z`` only when written. The two ends of
a flow are in the order in which the source showed them first; a *way* is 0 from the first end to the second, 1 back.
Who is the miner is decided later, from the messages, never from the ports.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

FORTH, BACK = 0, 1


class End(NamedTuple):
    """One end of a flow: address as canonical text, port 0 where the source has none."""

    address: str
    port: int


def _two_dicts() -> tuple[dict[str, int], dict[str, int]]:
    return {}, {}


@dataclass(slots=True)
class FlowFacts:
    """Everything a reader learned about one flow; filled while reading, only read afterwards.

    ``opener`` is the way of the first SYN (-1: the source starts in the middle). ``calls`` and ``marks`` count by way the
    methods asked for and the other signs seen (codes such as ``http.mining_extensions``). ``packets``, ``octets`` and
    ``payload`` are by way. ``share_difficulty`` and ``share_work`` sum accepted shares: the former in the pool's own unit
    of difficulty, the latter already in expected hashes (from 256-bit or
    Monero targets); ``asked_…`` sum all submitted ones. ``turns`` are the byte counts of
    the first turns of the talk as (way, bytes); ``sizes`` count payload lengths by way. ``pieces`` are [number, packets,
    bytes] of the first 512 five-minute pieces that had a packet.
    """

    source: str
    ends: tuple[End, End]
    first_seen: float
    last_seen: float
    opener: int = -1
    protocol: int = 6
    packets: list[int] = field(default_factory=lambda: [0, 0])
    octets: list[int] = field(default_factory=lambda: [0, 0])
    payload: list[int] = field(default_factory=lambda: [0, 0])
    calls: tuple[dict[str, int], dict[str, int]] = field(default_factory=_two_dicts)
    marks: tuple[dict[str, int], dict[str, int]] = field(default_factory=_two_dicts)
    carriage: str = "tcp"
    agents: list[str] = field(default_factory=list)
    workers: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    server_names: list[str] = field(default_factory=list)
    certificate_names: list[str] = field(default_factory=list)
    algorithms: list[str] = field(default_factory=list)
    bits: list[str] = field(default_factory=list)
    difficulty: float = 0.0
    submitted: int = 0
    accepted: int = 0
    rejected: int = 0
    share_difficulty: float = 0.0
    share_work: float = 0.0
    asked_difficulty: float = 0.0
    asked_work: float = 0.0
    turns: list[tuple[int, int]] = field(default_factory=list)
    sizes: tuple[dict[int, int], dict[int, int]] = field(default_factory=lambda: ({}, {}))
    gaps: int = 0
    pieces: list[list[int]] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    community_id: str = ""


@dataclass(frozen=True, slots=True)
class PoolEndpoint:
    """One line of the pool list: a host (name or address) and port, with who says so and since when.

    ``port`` 0 means any port; ``since`` and ``until`` are ISO dates of the first and last time the source saw it (empty:
    unknown); ``shared`` is true where the host's addresses serve others too, so that an address alone proves nothing.
    """

    host: str
    port: int
    pool: str
    coin: str
    confirmed: bool
    since: str
    until: str
    origin: str
    shared: bool = False


@dataclass(slots=True)
class Sighting:
    """One flow believed to be mining: the row of ``sightings.csv`` (see ``SIGHTINGS`` in ``model/tables.py``)."""

    source: str
    first_seen: float
    last_seen: float
    miner: str
    miner_port: int
    pool: str
    pool_port: int
    dialect: str
    coin: str
    probability: float
    reasons: list[str]
    pool_name: str = ""
    pool_host: str = ""
    carriage: str = ""
    worker: str = ""
    user_agent: str = ""
    difficulty: float | None = None
    shares_submitted: int = 0
    shares_accepted: int = 0
    shares_rejected: int = 0
    hash_rate: float | None = None
    hash_rate_low: float | None = None
    hash_rate_high: float | None = None
    packets: int = 0
    octets: int = 0
    community_id: str = ""
    customer: str = ""
    customer_note: str = ""


@dataclass(frozen=True, slots=True)
class NameGiven:
    """A name server gave ``address`` for ``name`` at ``time``."""

    time: float
    name: str
    address: str


@dataclass(slots=True)
class FlowRecord:
    """One record of a collector: a row of ``FLOW_RECORDS`` in ``model/tables.py``.

    ``packets_back`` and ``octets_back`` are -1 where the collector exports each way as a record of its own, ``flags`` -1
    where it exports none. ``lengths``, ``ways`` (1 forth, -1 back) and ``times`` describe the first packets with payload
    where a collector exports them (CESNET's per-packet arrays). ``server_name`` is what a TLS-aware probe saw.
    """

    source: str
    start: float
    end: float
    client: str
    client_port: int
    server: str
    server_port: int
    protocol: int = 6
    packets: int = 0
    octets: int = 0
    packets_back: int = -1
    octets_back: int = -1
    flags: int = -1
    lengths: tuple[int, ...] = ()
    ways: tuple[int, ...] = ()
    times: tuple[float, ...] = ()
    server_name: str = ""
    first_bytes: tuple[bytes, bytes] = (b"", b"")
