"""Which kind of traffic file this is, by its first bytes and never by its name."""

import json
import re

from minewatch.readers.captures import is_capture

CAPTURE, ZEEK, EVE, NETFLOW, FLOW_CSV, UNKNOWN = "capture", "zeek", "eve", "netflow", "flow_csv", "unknown"


def kind_of(head: bytes) -> str:
    """Kind of the file that begins with ``head`` (unpacked, some kilobytes): capture, zeek, eve, netflow or flow_csv."""
    if is_capture(head):
        return CAPTURE
    if head[:2] in {b"\x00\x05", b"\x00\x09", b"\x00\x0a"} and len(head) >= 16:
        return NETFLOW
    text = head.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if text.startswith(("#separator", "#fields", "#path")):
        return ZEEK
    first = text.split("\n", 1)[0].strip()
    if first.startswith("{"):
        return _json_kind(first, text)
    lowered = first.lower()
    if re.search(r"\b(ipaddr|uint(8|16|32|64)|macaddr) (dst|src|bytes|packets)", lowered):
        return FLOW_CSV
    fields = {field.strip().strip('"') for field in lowered.split(",")}
    if {"sa", "da"} <= fields or {"srcaddr", "dstaddr"} <= fields or {"src_ip", "dst_ip"} <= fields:
        return FLOW_CSV
    if {"sourceipv4address", "destinationipv4address"} <= fields or {"src4_addr", "dst4_addr"} <= fields:
        return FLOW_CSV
    return UNKNOWN


def _json_kind(first: str, text: str) -> str:
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        value = {}
    keys = set(value) if isinstance(value, dict) else set()
    if "event_type" in keys or '"event_type"' in text[:4096]:
        return EVE
    if keys & {"id.orig_h", "uid", "_path", "fuid"} or '"id.orig_h"' in text[:4096]:
        return ZEEK
    return UNKNOWN
