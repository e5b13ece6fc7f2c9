"""Zeek logs, TSV or JSON: conn, ssl, http, dns and notice (docs.zeek.org, log reference), one line at a time.

A line becomes facts of a flow, or a name given for an address. Lines of other logs are passed over. The fields of TSV come
from its ``#`` lines, which may stand again in the middle of a concatenated file.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from minewatch.model.traffic import End, FlowFacts, NameGiven
from minewatch.readers.community import community_id_of_text
from minewatch.readers.lines import text_lines
from minewatch.readers.log_facts import LogItem, http_named, speaks_of_mining, tls_named
from minewatch.readers.stratum import keep
from minewatch.readers.traffic_log import TrafficLog

_PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "sctp": 132}


def read_zeek(stream: BinaryIO, source: str, log: TrafficLog) -> Iterator[LogItem]:
    """Facts and names out of one Zeek log."""
    fields: list[str] = []
    path, separator = "", "\t"
    for number, line in text_lines(stream, log):
        if line.startswith("#"):
            key, _, rest = line[1:].partition(separator if line.startswith(("#fields", "#path", "#types")) else " ")
            if key == "separator":
                separator = rest.strip().encode().decode("unicode_escape", "replace") or "\t"
            elif key == "fields":
                fields = rest.split(separator)
            elif key == "path":
                path = rest.strip()
            continue
        row = _json_row(line) if line.startswith("{") else _tsv_row(line, fields, separator)
        if row is None:
            log.note("line_unreadable", line=number, value=line)
            continue
        try:
            yield from _items(row.get("_path") or path or _path_of(row), row, source)
        except (ValueError, TypeError, OverflowError):
            log.note("line_unreadable", line=number, value=line)


def _json_row(line: str) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    nested = value.get("id")
    if isinstance(nested, dict):
        value.update({f"id.{name}": inner for name, inner in nested.items()})
    return value


def _tsv_row(line: str, fields: list[str], separator: str) -> dict[str, Any] | None:
    values = line.split(separator)
    if not fields or len(values) != len(fields):
        return None
    return {name: value for name, value in zip(fields, values, strict=True) if value not in {"-", "(empty)"}}


def _path_of(row: dict[str, Any]) -> str:
    """Tell a JSON log without ``_path`` by its fields."""
    signs = (("note", "notice"), ("conn_state", "conn"), ("cipher", "ssl"), ("server_name", "ssl"), ("qtype", "dns"),
             ("query", "dns"), ("uri", "http"), ("user_agent", "http"), ("proto", "conn"))  # fmt: skip
    return next((path for sign, path in signs if sign in row), "")


def _items(path: object, row: dict[str, Any], source: str) -> Iterator[LogItem]:
    if path == "dns":
        yield from _names(row)
        return
    if path not in {"conn", "ssl", "http", "notice"} or "id.orig_h" not in row:
        if path != "notice" or "src" not in row or "dst" not in row:
            return
        row = {"id.orig_h": row["src"], "id.orig_p": row.get("p", 0), "id.resp_h": row["dst"], "id.resp_p": 0} | row
    facts = _facts(row, source)
    if path == "conn":
        _conn(facts, row)
        yield facts
    elif _speaks(str(path), row, facts):
        yield facts


def _speaks(path: str, row: dict[str, Any], facts: FlowFacts) -> bool:
    if path == "ssl":
        return tls_named(facts, row.get("server_name"), row.get("subject"))
    if path == "http":
        return http_named(facts, row.get("host"), row.get("user_agent"))
    told = f"{row.get('note', '')} {row.get('msg', '')} {row.get('sub', '')}"
    keep(facts.alerts, f"{row.get('note', '')}: {row.get('msg', '')}")
    return speaks_of_mining(told)


def _facts(row: dict[str, Any], source: str) -> FlowFacts:
    first = End(str(row["id.orig_h"]), int(row.get("id.orig_p", 0)))
    second = End(str(row["id.resp_h"]), int(row.get("id.resp_p", 0)))
    protocol = _PROTOCOLS.get(str(row.get("proto", "tcp")).lower(), 6)
    time = log_time(row.get("ts"))
    facts = FlowFacts(source, (first, second), time, time, opener=0, protocol=protocol)
    told = str(row.get("community_id", ""))
    facts.community_id = told or community_id_of_text(first.address, second.address, first.port, second.port, protocol)
    return facts


def _conn(facts: FlowFacts, row: dict[str, Any]) -> None:
    facts.last_seen += max(0.0, float(row.get("duration") or 0))
    facts.packets[:] = [int(row.get("orig_pkts") or 0), int(row.get("resp_pkts") or 0)]
    facts.payload[:] = [int(row.get("orig_bytes") or 0), int(row.get("resp_bytes") or 0)]
    facts.octets[:] = [
        int(row.get("orig_ip_bytes") or facts.payload[0]),
        int(row.get("resp_ip_bytes") or facts.payload[1]),
    ]


def _names(row: dict[str, Any]) -> Iterator[NameGiven]:
    answers = row.get("answers") or []
    listed = answers.split(",") if isinstance(answers, str) else answers
    name = str(row.get("query", "")).lower().rstrip(".")
    time = log_time(row.get("ts"))
    if name:
        for answer in listed[:64] if isinstance(listed, list) else []:
            if (
                isinstance(answer, str)
                and re.fullmatch(r"[0-9a-fA-F:.]+", answer)
                and (":" in answer or answer.count(".") == 3)
            ):
                yield NameGiven(time, name, answer)


def log_time(value: object) -> float:
    """Seconds since 1970 UTC out of a number or an ISO 8601 text; ``ValueError`` when it is neither."""
    if isinstance(value, int | float):
        found = float(value)
    else:
        text = str(value).strip()
        try:
            found = float(text)
        except ValueError:
            parsed = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text))
            found = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    if not 0 <= found < 1e11:
        raise ValueError(value)
    return found
