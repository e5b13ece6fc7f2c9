"""Tables that say who held an address: customers, leases, and port blocks of a carrier's address translation.

CSV in UTF-8 with headings. Customers: ``address`` (or ``network``), ``customer``, optional ``from``, ``to``. Leases:
``address``, ``customer``, ``from``, ``to``. NAT: ``address``, ``port_low``, ``port_high``, ``customer``, ``from``, ``to``. Times
are ISO 8601; without a zone they are UTC; an empty one is open. Common other headings are known (``ip``, ``start``, ``end``,
``account``, ``meter``).
"""

import csv
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.flow_csv import csv_time
from minewatch.readers.traffic_log import TrafficLog

_NAMES = {
    "address": ("address", "network", "ip", "cidr", "ip_address", "public_ip", "public_address"),
    "customer": ("customer", "account", "meter", "customer_id", "account_id", "user", "subscriber"),
    "from": ("from", "start", "valid_from", "since", "lease_start", "begin"),
    "to": ("to", "end", "valid_to", "until", "lease_end", "expiry"),
    "port_low": ("port_low", "port_from", "port_start", "first_port"),
    "port_high": ("port_high", "port_to", "port_end", "last_port"),
}


@dataclass(frozen=True, slots=True)
class Holding:
    """One line: who held a network, and which of its ports, from ``since`` until ``until`` (seconds since 1970 UTC)."""

    kind: str
    network: IPv4Network | IPv6Network
    customer: str
    since: float = 0.0
    until: float = float("inf")
    low: int = 0
    high: int = 65_535


def read_holdings(path: Path, kind: str) -> tuple[list[Holding], TrafficLog]:
    """Lines of one table, and what was wrong with others; ``kind`` is customers, leases or nat."""
    log = TrafficLog(str(path))
    found: list[Holding] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            fields = {name: _heading(rows.fieldnames or [], name) for name in _NAMES}
            needed = ["address", "customer"] + (["port_low", "port_high"] if kind == "nat" else [])
            lacking = [name for name in needed if not fields[name]]
            if lacking:
                raise InputError(
                    Text(
                        f"The {kind} table {path} has no column {', '.join(lacking)}.",
                        f"{kind} 表 {path} 缺少列：{'、'.join(lacking)}。",
                    ),
                    remedy=Text(
                        "Name the columns in its first line; see docs/traffic.md.",
                        "请在首行写明各列名称；见 docs/traffic.md。",
                    ),
                )
            for row in rows:
                try:
                    found.append(_holding(row, fields, kind))
                except (ValueError, TypeError):
                    log.note("join_table_line", line=rows.line_num, value=str(list(row.values())))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            Text(f"The {kind} table {path} cannot be read: {error}.", f"无法读取 {kind} 表 {path}：{error}。"),
            remedy=Text("Give a CSV file in UTF-8.", "请提供 UTF-8 编码的 CSV 文件。"),
        ) from error
    return found, log


def _heading(headings: object, name: str) -> str:
    by_name = {str(one).strip().lower(): str(one) for one in headings} if isinstance(headings, list) else {}
    return next((by_name[alias] for alias in _NAMES[name] if alias in by_name), "")


def _holding(row: dict[str, str], fields: dict[str, str], kind: str) -> Holding:
    def cell(name: str) -> str:
        return (row.get(fields[name]) or "").strip() if fields[name] else ""

    customer = cell("customer")
    low, high = (int(cell("port_low")), int(cell("port_high"))) if kind == "nat" else (0, 65_535)
    if not customer or not 0 <= low <= high <= 65_535:
        raise ValueError(row)
    since = csv_time(cell("from")) if cell("from") else 0.0
    until = csv_time(cell("to")) if cell("to") else float("inf")
    if until < since:
        raise ValueError(row)
    return Holding(kind, ip_network(cell("address"), strict=False), customer, since, until, low, high)
