"""The pool list: hosts, ports, pools and coins, with who says so and when.

The list shipped beside this module (``pools.csv``, sources and licences in ``pools-NOTICE.txt``) is a start; ``--pools FILE``
reads another in place of it. Three shapes of CSV are read by their headings: our own
(``host,port,pool,coin,confirmed,since,until,origin,shared``), mining-pool-domain-intel's (``domain,port,scheme,pool_name,…``)
and the sMaSheD dump's (``pool,fqdn,port,crypto``).
"""

import csv
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from pathlib import Path

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.model.traffic import PoolEndpoint

SHIPPED = Path(__file__).with_name("pools.csv")
OWN = ("host", "port", "pool", "coin", "confirmed", "since", "until", "origin", "shared")
SMASHED_SEEN = "2018-05-19"
"""The sMaSheD dump carries no dates; its captures were made on this day."""


def read_pools(path: Path) -> list[PoolEndpoint]:
    """Read a pool list; a line without a host is passed over. Raises ``InputError`` for a file of no known shape."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(line for line in stream if not line.startswith("#"))
            endpoints = list(_endpoints(set(rows.fieldnames or ()), rows))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            Text(f"The pool list {path} cannot be read: {error}.", f"无法读取矿池名单 {path}：{error}。"),
            remedy=Text(
                "Give a CSV file in UTF-8; see docs/traffic.md.", "请提供 UTF-8 编码的 CSV 文件；见 docs/traffic.md。"
            ),
        ) from error
    if not endpoints:
        raise InputError(
            Text(f"The pool list {path} holds no endpoint.", f"矿池名单 {path} 中没有任何端点。"),
            remedy=Text(
                f"Its first line must name the columns {','.join(OWN)}.", f"首行须写明以下各列：{'、'.join(OWN)}。"
            ),
        )
    return endpoints


def _endpoints(fields: set[str], rows: Iterable[dict[str, str]]) -> Iterator[PoolEndpoint]:
    for row in rows:
        if "host" in fields:
            made = PoolEndpoint(
                _host(row["host"]), _port(row.get("port")), _text(row, "pool"), _text(row, "coin").upper(),
                _text(row, "confirmed").lower() in {"1", "yes", "true", "confirmed"}, _text(row, "since"),
                _text(row, "until"), _text(row, "origin"), _text(row, "shared").lower() in {"1", "yes", "true"},
            )  # fmt: skip
        elif "domain" in fields:
            made = PoolEndpoint(
                _host(row["domain"]), _port(row.get("port")), _text(row, "pool_name"), _text(row, "coin").upper(),
                _text(row, "confidence") == "confirmed", _text(row, "first_seen"), _text(row, "last_seen"), "mpdi",
            )  # fmt: skip
        elif "fqdn" in fields:
            made = PoolEndpoint(
                _host(row["fqdn"]), _port(row.get("port")), _text(row, "pool"), _text(row, "crypto").upper(),
                True, SMASHED_SEEN, SMASHED_SEEN, "smashed",
            )  # fmt: skip
        else:
            return
        if made.host:
            yield made


def _text(row: dict[str, str], name: str) -> str:
    return (row.get(name) or "").strip()


def _host(text: str | None) -> str:
    """Return the host in small letters; empty for an address nobody can reach from outside, such as 0.0.0.0 or 127.0.0.1."""
    host = (text or "").strip().lower().rstrip(".")
    try:
        return host if ip_address(host).is_global else ""
    except ValueError:
        return host


def _port(text: str | None) -> int:
    digits = (text or "").strip()
    return int(digits) if digits.isdecimal() and len(digits) <= 5 and int(digits) <= 65_535 else 0
