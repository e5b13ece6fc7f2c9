"""The steps of a traffic run: one capture, all logs joined by flow, all flow records put together."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, Protocol

from minewatch.detect.flows import Connection, FlowWatch, connection_of, flow_sighting
from minewatch.detect.pool_index import PoolIndex
from minewatch.detect.traffic import decide
from minewatch.model.issues import Issue
from minewatch.model.traffic import End, FlowFacts, FlowRecord, NameGiven, Sighting
from minewatch.readers import sniff
from minewatch.readers.community import community_id_of_text
from minewatch.readers.flow_csv import read_flow_csv
from minewatch.readers.flows_of_capture import read_capture
from minewatch.readers.foreign import foreign_kind
from minewatch.readers.names import Names
from minewatch.readers.netflow import read_netflow
from minewatch.readers.session import Session
from minewatch.readers.streams import open_stream
from minewatch.readers.suricata import read_eve
from minewatch.readers.tcp import Limits
from minewatch.readers.traffic_log import TrafficLog
from minewatch.readers.workbook import is_workbook
from minewatch.readers.zeek import read_zeek

JOIN_WITHIN = 3_600.0
"""Seconds within which two lines of one community id are of one flow."""
MAX_JOINED = 200_000
HINT = 0.02
"""Probability from which a line of a log is kept for what other lines may add."""


class _Options(Protocol):
    @property
    def threshold(self) -> float: ...

    @property
    def max_flows(self) -> int: ...


@dataclass(slots=True)
class Run:
    """One run's own things: options, pool list, who hears of bytes read, flows looked at, files without traffic, issues."""

    options: _Options
    pools: PoolIndex
    told: Callable[[int], None] = lambda _: None
    flows: int = 0
    unread: int = 0
    issues: list[Issue] = field(default_factory=list)


def read_step(kind: str, paths: list[Path], run: Run) -> list[Sighting]:
    """Sightings of one step."""
    if kind == "logs":
        return _logs(paths, run)
    if kind == "flows":
        return _flows(paths, run)
    return _capture(paths[0], run)


def note_foreign(path: Path, head: bytes, log: TrafficLog) -> None:
    """Tell what a file is that holds no traffic, by its first unpacked bytes ``head``; of standard input nothing is opened."""
    if not head:
        log.note("traffic_empty")
        return
    known = foreign_kind(path, head) if str(path) != "-" else None
    if known is None and is_workbook(head):
        known = "workbook", ""
    if known is not None:
        log.note(f"traffic_{known[0]}", value=known[1])
    else:
        log.note("traffic_unknown_format", value=head[:8].hex())


def _capture(path: Path, run: Run) -> list[Sighting]:
    log = TrafficLog(str(path))
    found: list[Sighting] = []

    def sink(facts: FlowFacts, resolved: dict[str, str]) -> None:
        run.flows += 1
        sighting = _decided(facts, resolved, run)
        if sighting is not None:
            found.append(sighting)
        elif "tls" in facts.marks[0] or "tls" in facts.marks[1]:
            found.extend(_watched(iter([connection_of(facts)]), run))

    watch = FlowWatch()

    def exported(record: FlowRecord) -> None:
        run.flows += 1
        found.extend(_watched(watch.add(record), run))

    with open_stream(path, log, run.told) as stream:
        if sniff.kind_of(stream.peek(1 << 14)) == sniff.CAPTURE:
            read_capture(stream, str(path), sink, log, Limits(flows=run.options.max_flows), exported)
        else:
            run.unread += 1
            note_foreign(path, stream.peek(1 << 14), log)
    run.issues += log.issues
    return found + _watched(watch.close(), run)


def _decided(facts: FlowFacts, resolved: dict[str, str], run: Run) -> Sighting | None:
    sighting = decide(facts, run.pools, resolved, run.options.threshold)
    if sighting is not None and not sighting.community_id:
        first, second = facts.ends
        sighting.community_id = community_id_of_text(
            first.address, second.address, first.port, second.port, facts.protocol
        )
    return sighting


def _logs(paths: list[Path], run: Run) -> list[Sighting]:
    """Join lines of Zeek and Suricata by community id; what shows nothing but counts goes to the watch for behaviour."""
    join = _LogJoin(run)
    for path in paths:
        log = TrafficLog(str(path))
        with open_stream(path, log, run.told) as stream:
            for item in _log_items(stream, str(path), log):
                if isinstance(item, NameGiven):
                    join.names.note(item.address, item.name, item.time)
                else:
                    join.line(item)
        run.issues += log.issues
    return join.close()


class _LogJoin:
    """Flows that some line of a log spoke of, until all lines are read."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.joined: OrderedDict[str, FlowFacts] = OrderedDict()
        self.names = Names()
        self.watch = FlowWatch()
        self.found: list[Sighting] = []

    def line(self, item: FlowFacts) -> None:
        """Take one line's facts."""
        self.run.flows += 1
        known = self.joined.get(item.community_id) if item.community_id else None
        if known is not None and _near(known, item):
            join_facts(known, item)
        elif decide(item, self.run.pools, self._resolved(item), HINT) is not None:
            if known is not None:
                self._finish(self.joined.pop(item.community_id))
            self.joined[item.community_id or f"{len(self.joined)}|{item.first_seen}"] = item
            if len(self.joined) > MAX_JOINED:
                self._finish(self.joined.popitem(last=False)[1])
        elif sum(item.packets):
            self.found += _watched(self.watch.add(_record_of(item)), self.run)

    def close(self) -> list[Sighting]:
        """Decide all that is held."""
        for facts in self.joined.values():
            self._finish(facts)
        return self.found + _watched(self.watch.close(), self.run)

    def _finish(self, facts: FlowFacts) -> None:
        sighting = _decided(facts, self._resolved(facts), self.run)
        if sighting is not None:
            self.found.append(sighting)

    def _resolved(self, facts: FlowFacts) -> dict[str, str]:
        first, second = facts.ends
        return self.names.of(first.address, facts.first_seen) | self.names.of(second.address, facts.first_seen)


def _log_items(stream: BinaryIO, source: str, log: TrafficLog) -> Iterator[FlowFacts | NameGiven]:
    head = stream.peek(1 << 14) if hasattr(stream, "peek") else b""
    reader = read_eve if sniff.kind_of(head) == sniff.EVE else read_zeek
    return reader(stream, source, log)


def _near(known: FlowFacts, item: FlowFacts) -> bool:
    return item.first_seen <= known.last_seen + JOIN_WITHIN and item.last_seen >= known.first_seen - JOIN_WITHIN


def join_facts(known: FlowFacts, item: FlowFacts) -> None:
    """Add to ``known`` what another line says of the same flow."""
    turned = known.ends[0] != item.ends[0]
    known.first_seen = min(known.first_seen, item.first_seen)
    known.last_seen = max(known.last_seen, item.last_seen)
    if item.source not in known.source.split(" + "):
        known.source = f"{known.source} + {item.source}"
    for way in (0, 1):
        there = 1 - way if turned else way
        known.packets[there] = max(known.packets[there], item.packets[way])
        known.octets[there] = max(known.octets[there], item.octets[way])
        known.payload[there] = max(known.payload[there], item.payload[way])
        for mine, theirs in ((known.calls, item.calls), (known.marks, item.marks)):
            for code, count in theirs[way].items():
                mine[there][code] = mine[there].get(code, 0) + count
    for kept, more in (
        (known.agents, item.agents),
        (known.workers, item.workers),
        (known.hosts, item.hosts),
        (known.server_names, item.server_names),
        (known.certificate_names, item.certificate_names),
        (known.alerts, item.alerts),
    ):
        kept.extend([one for one in more if one not in kept][: max(0, 8 - len(kept))])
    if known.carriage == "tcp":
        known.carriage = item.carriage


def _record_of(item: FlowFacts) -> FlowRecord:
    first, second = item.ends
    return FlowRecord(
        item.source, item.first_seen, item.last_seen, first.address, first.port, second.address, second.port,
        item.protocol, item.packets[0], item.octets[0], item.packets[1], item.octets[1],
    )  # fmt: skip


def _flows(paths: list[Path], run: Run) -> list[Sighting]:
    """Judge the shape of connections; a name or first payload a probe exports is used where it is there."""
    watch = FlowWatch()
    found: list[Sighting] = []
    for path in paths:
        log = TrafficLog(str(path))
        with open_stream(path, log, run.told) as stream:
            netflow = sniff.kind_of(stream.peek(1 << 14)) == sniff.NETFLOW
            for record in (read_netflow if netflow else read_flow_csv)(stream, str(path), log):
                run.flows += 1
                told = _told(record, run) if record.server_name or any(record.first_bytes) else None
                if told is not None:
                    found.append(told)
                else:
                    found += _watched(watch.add(record), run)
        run.issues += log.issues
    return found + _watched(watch.close(), run)


def _told(record: FlowRecord, run: Run) -> Sighting | None:
    """Decide a record by the server name or the first payload its probe saw."""
    ends = End(record.client, record.client_port), End(record.server, record.server_port)
    facts = FlowFacts(record.source, ends, record.start, record.end, opener=0, protocol=record.protocol)
    session = Session(facts)
    for way, data in enumerate(record.first_bytes):
        if data:
            session.data(way, record.start, data)
    session.close()
    facts.turns.clear()
    facts.packets[:] = [record.packets, max(0, record.packets_back)]
    facts.octets[:] = [record.octets, max(0, record.octets_back)]
    facts.payload[:] = [1, 1]
    if record.server_name:
        facts.server_names.append(record.server_name.lower())
        facts.marks[0]["tls"] = facts.marks[0]["tls.hello"] = 1
    return _decided(facts, {}, run)


def _watched(connections: Iterator[Connection], run: Run) -> list[Sighting]:
    found = []
    for known in connections:
        sighting = flow_sighting(known, run.pools, run.options.threshold)
        if sighting is not None:
            identity = community_id_of_text(sighting.miner, sighting.pool, sighting.miner_port, sighting.pool_port)
            found.append(replace(sighting, community_id=identity))
    return found
