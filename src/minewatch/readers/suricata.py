"""Suricata's EVE JSON (docs.suricata.io, EVE JSON format): alert, flow, netflow, tls, http and dns events, one a line.

Alerts count when their signature speaks of mining; where an alert carries the packet's payload, the payload is read like a
capture's. Who is the client follows ``direction`` or the event's ``flow`` object; ports decide nothing.
"""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from minewatch.model.traffic import End, FlowFacts, NameGiven
from minewatch.readers.community import community_id_of_text
from minewatch.readers.lines import text_lines
from minewatch.readers.log_facts import LogItem, http_named, speaks_of_mining, tls_named
from minewatch.readers.session import Session
from minewatch.readers.stratum import keep
from minewatch.readers.traffic_log import TrafficLog
from minewatch.readers.zeek import log_time

_PROTOCOLS = {"TCP": 6, "UDP": 17, "ICMP": 1, "SCTP": 132}


def read_eve(stream: BinaryIO, source: str, log: TrafficLog) -> Iterator[LogItem]:
    """Facts and names out of an EVE file."""
    for number, line in text_lines(stream, log):
        try:
            event = json.loads(line.strip().rstrip(","))
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict):
            if line.strip() not in {"[", "]"}:
                log.note("line_unreadable", line=number, value=line)
            continue
        try:
            yield from _items(event, source)
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            log.note("line_unreadable", line=number, value=line)


def _items(event: dict[str, Any], source: str) -> Iterator[LogItem]:
    kind = event.get("event_type")
    if kind == "dns":
        yield from _names(event)
    if kind not in {"alert", "flow", "netflow", "tls", "http"} or "src_ip" not in event or "dest_ip" not in event:
        return
    facts = _facts(event, source)
    if kind in {"flow", "netflow"}:
        _counts(facts, event[kind], kind)
        yield facts
    elif _speaks(str(kind), event, facts):
        yield facts


def _speaks(kind: str, event: dict[str, Any], facts: FlowFacts) -> bool:
    if kind == "tls":
        tls = event["tls"]
        return tls_named(facts, tls.get("sni"), tls.get("subject"), tls.get("subjectaltname") or [])
    if kind == "http":
        return http_named(facts, event["http"].get("hostname"), event["http"].get("http_user_agent"))
    signature = str(event["alert"].get("signature", ""))
    if facts.protocol != 6 or not speaks_of_mining(signature):
        return False
    keep(facts.alerts, signature)
    _payload(facts, event)
    return True


def _facts(event: dict[str, Any], source: str) -> FlowFacts:
    first = End(str(event["src_ip"]), int(event.get("src_port") or 0))
    second = End(str(event["dest_ip"]), int(event.get("dest_port") or 0))
    flow = event.get("flow")
    told = flow.get("src_ip") if isinstance(flow, dict) else None
    opener = 0
    if event.get("direction") == "to_client" or (told and told == second.address != first.address):
        opener = 1
    protocol = _PROTOCOLS.get(str(event.get("proto", "TCP")).upper(), 6)
    time = log_time(event.get("timestamp"))
    facts = FlowFacts(source, (first, second), time, time, opener=opener, protocol=protocol)
    facts.community_id = str(event.get("community_id") or "") or community_id_of_text(
        first.address, second.address, first.port, second.port, protocol
    )
    return facts


def _payload(facts: FlowFacts, event: dict[str, Any]) -> None:
    """Read the payload an alert carries, as far as it goes."""
    raw = b""
    if isinstance(event.get("payload"), str):
        try:
            raw = base64.b64decode(event["payload"][: 1 << 20])
        except (binascii.Error, ValueError):
            raw = b""
    if not raw and isinstance(event.get("payload_printable"), str):
        raw = event["payload_printable"][: 1 << 20].encode("utf-8", "replace")
    if raw:
        session = Session(facts)
        session.data(0, facts.first_seen, raw)
        session.close()
        facts.turns.clear()
        facts.payload[:] = [len(raw), 0]


def _counts(facts: FlowFacts, counted: dict[str, Any], kind: str) -> None:
    if kind == "flow":
        facts.packets[:] = [int(counted.get("pkts_toserver") or 0), int(counted.get("pkts_toclient") or 0)]
        facts.octets[:] = [int(counted.get("bytes_toserver") or 0), int(counted.get("bytes_toclient") or 0)]
    else:
        facts.packets[0] = int(counted.get("pkts") or 0)
        facts.octets[0] = int(counted.get("bytes") or 0)
    if counted.get("start"):
        facts.first_seen = log_time(counted["start"])
    facts.last_seen = max(log_time(counted["end"]) if counted.get("end") else 0.0, facts.first_seen)
    facts.payload[:] = [max(0, facts.octets[way] - 54 * facts.packets[way]) for way in (0, 1)]


def _names(event: dict[str, Any]) -> Iterator[NameGiven]:
    dns = event["dns"]
    time = log_time(event.get("timestamp"))
    queries = dns.get("queries") or []
    name = str(dns.get("rrname") or (queries[0].get("rrname", "") if queries else "")).lower().rstrip(".")
    if not name:
        return
    found = [dns.get("rdata")] if dns.get("rrtype") in {"A", "AAAA"} else []
    found += [one.get("rdata") for one in (dns.get("answers") or [])[:64] if one.get("rrtype") in {"A", "AAAA"}]
    grouped = dns.get("grouped") or {}
    found += [*(grouped.get("A") or []), *(grouped.get("AAAA") or [])][:64]
    for address in found:
        if isinstance(address, str):
            yield NameGiven(time, name, address)
