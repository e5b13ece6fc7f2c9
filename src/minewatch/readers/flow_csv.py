"""Flow records as CSV: nfdump (1.6's ``-o csv`` and 1.7's), CESNET's typed headings with per-packet arrays, and their kin.

Columns are found by their names, whatever their order. Times without a zone are taken as UTC and said so in the issues.
CESNET arrays (``PPI_PKT_LENGTHS`` and the like) are read as ``[a|b|c]``; ``IDP_CONTENT`` (the first packet's payload in
hexadecimal) is handed on so that it can be read like a capture's.
"""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from minewatch.model.traffic import FlowRecord
from minewatch.readers.lines import text_lines
from minewatch.readers.traffic_log import TrafficLog

ALIASES: dict[str, tuple[str, ...]] = {
    "start": ("ts", "firstseen", "first_seen", "time_first", "start", "start_time", "flowstartmilliseconds", "first", "stime"),
    "end": ("te", "lastseen", "last_seen", "time_last", "end", "end_time", "flowendmilliseconds", "last", "ltime"),
    "duration": ("td", "duration", "dur"),
    "client": ("sa", "srcaddr", "src_ip", "srcip", "src4_addr", "src_addr", "sourceipv4address", "sourceipv6address", "saddr"),
    "server": (
        "da", "dstaddr", "dst_ip", "dstip", "dst4_addr", "dst_addr", "destinationipv4address", "destinationipv6address", "daddr",
    ),
    "client_port": ("sp", "srcport", "src_port", "sourcetransportport", "sport"),
    "server_port": ("dp", "dstport", "dst_port", "destinationtransportport", "dport"),
    "protocol": ("pr", "proto", "protocol", "protocolidentifier", "prot"),
    "packets": ("ipkt", "packets", "in_packets", "packetdeltacount", "pkts", "spkts"),
    "octets": ("ibyt", "bytes", "in_bytes", "octetdeltacount", "sbytes"),
    "packets_back": ("opkt", "packets_rev", "out_packets", "dpkts"),
    "octets_back": ("obyt", "bytes_rev", "out_bytes", "dbytes"),
    "flags": ("flg", "flags", "tcp_flags", "tcpcontrolbits"),
    "lengths": ("ppi_pkt_lengths",),
    "ways": ("ppi_pkt_directions",),
    "times": ("ppi_pkt_times",),
    "server_name": ("tls_sni", "sni"),
    "first_bytes": ("idp_content",),
    "first_bytes_back": ("idp_content_rev",),
}  # fmt: skip
NEEDED = ("start", "client", "server", "packets", "octets")
_PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "icmp6": 58, "gre": 47, "esp": 50, "sctp": 132}
_LETTERS = {"F": 1, "S": 2, "R": 4, "P": 8, "A": 16, "U": 32, "E": 64, "C": 128}
_ENDS_TABLE = ("summary", "flows,bytes", "time window", "total flows", "sys:")


def read_flow_csv(stream: BinaryIO, source: str, log: TrafficLog) -> Iterator[FlowRecord]:
    """Read the records of a CSV of flows, in file order."""
    columns: dict[str, int] = {}
    delimiter = ","
    for number, line in text_lines(stream, log):
        if not columns:
            delimiter = max(",;\t", key=line.count)
            columns = find_columns(line.split(delimiter))
            if not all(name in columns for name in NEEDED):
                log.note("traffic_unknown_format", line=number, value=line)
                return
            continue
        if line.lower().startswith(_ENDS_TABLE):
            return
        try:
            yield _record(_cells(line, delimiter), columns, source)
        except (ValueError, IndexError, OverflowError, csv.Error):
            log.note("line_unreadable", line=number, value=line)


def find_columns(headings: list[str]) -> dict[str, int]:
    """Which column holds what; typed headings (``uint64 BYTES``) are known by their last word."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        places.setdefault(heading.strip().strip('"').lower().split(" ")[-1], place)
    found = {}
    for name, aliases in ALIASES.items():
        known = [places[alias] for alias in aliases if alias in places]
        if known:
            found[name] = known[0]
    return found


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _record(cells: list[str], columns: dict[str, int], source: str) -> FlowRecord:
    def cell(name: str) -> str:
        place = columns.get(name, -1)
        return cells[place].strip() if 0 <= place < len(cells) else ""

    start = csv_time(cell("start"))
    end = csv_time(cell("end")) if cell("end") else start + float(cell("duration") or 0)
    client, server = cell("client"), cell("server")
    if not client or not server:
        raise ValueError("no addresses")
    protocol = cell("protocol").lower()
    return FlowRecord(
        source,
        start,
        max(start, end),
        client,
        _whole(cell("client_port")),
        server,
        _whole(cell("server_port")),
        _PROTOCOLS.get(protocol, _whole(protocol) if protocol.isdecimal() else 6 if not protocol else 0),
        _whole(cell("packets")),
        _whole(cell("octets")),
        _whole(cell("packets_back")) if cell("packets_back") not in {"", "0"} else -1,
        _whole(cell("octets_back")) if cell("octets_back") not in {"", "0"} else -1,
        tcp_flags(cell("flags")),
        tuple(_whole(one) for one in array(cell("lengths"))),
        tuple(int(one) for one in array(cell("ways"))),
        tuple(csv_time(one) for one in array(cell("times"))),
        cell("server_name").strip('"'),
        (_bytes(cell("first_bytes")), _bytes(cell("first_bytes_back"))),
    )


def array(text: str) -> list[str]:
    """Items of ``[a|b|c]`` (also parted by blanks or commas where there is no bar), at most 64."""
    inner = text.strip().strip('"').strip("[]").strip()
    pieces = inner.split("|") if "|" in inner else re.split(r"[;,\s]+", inner)
    return [one.strip() for one in pieces[:64] if one.strip()]


def _whole(text: str) -> int:
    """Read a count, also as nfdump shortens it (``1.5 M``)."""
    if not text:
        return 0
    scaled = re.fullmatch(r"([0-9.]+)\s*([KMGT])", text)
    value = float(scaled.group(1)) * 1000 ** ("KMGT".index(scaled.group(2)) + 1) if scaled else float(text)
    if not 0 <= value < 1e18:
        raise ValueError(text)
    return int(value)


def _bytes(text: str) -> bytes:
    cleaned = text.strip('"').removeprefix("0x")
    return bytes.fromhex(cleaned[:4096]) if cleaned and re.fullmatch(r"(?:[0-9a-fA-F]{2})+", cleaned) else b""


def tcp_flags(text: str) -> int:
    """TCP flags of a number or of letters such as ``...AP.SF``; -1 when there are none."""
    if not text:
        return -1
    if text.isdecimal():
        return int(text) & 0xFF
    if text.lower().startswith("0x"):
        return int(text, 16) & 0xFF
    return sum(bit for letter, bit in _LETTERS.items() if letter in text.upper())


def csv_time(text: str) -> float:
    """Seconds since 1970 UTC out of a number (also milliseconds) or an ISO 8601 text, without a zone taken as UTC."""
    cleaned = text.strip().strip('"')
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", cleaned):
        value = float(cleaned)
        found = value / 1000 if value > 1e11 else value
    else:
        parsed = datetime.fromisoformat(cleaned)
        found = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    if not 0 <= found < 1e11:
        raise ValueError(text)
    return found
