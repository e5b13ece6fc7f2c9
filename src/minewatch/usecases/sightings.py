"""The file sightings.csv: written, read back, and rows of one flow from several sources made one."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

from minewatch.model.guard import neutral
from minewatch.model.tables import SIGHTINGS
from minewatch.model.traffic import Sighting

SAME_FLOW_GAP = 600.0
"""Seconds between two sources' views of the same ports that still make one flow (rotated captures)."""

_FROM_THE_WIRE = frozenset({"worker", "user_agent", "pool_host"})
_NUMBERS = frozenset({"difficulty", "hash_rate", "hash_rate_low", "hash_rate_high"})
_COUNTS = frozenset(
    {"miner_port", "pool_port", "shares_submitted", "shares_accepted", "shares_rejected", "packets", "octets"}
)


def as_row(sighting: Sighting) -> dict[str, str]:
    """One row of the table, as text: times ISO 8601 UTC to the microsecond, reasons parted by ``;``."""
    row: dict[str, str] = {}
    for name in SIGHTINGS.names:
        value = getattr(sighting, name)
        if name in {"first_seen", "last_seen"}:
            row[name] = iso(value)
        elif name == "reasons":
            row[name] = ";".join(value)
        elif name == "probability":
            row[name] = f"{value:.4f}"
        elif value is None:
            row[name] = ""
        elif isinstance(value, float):
            row[name] = f"{value:.9g}"
        else:
            row[name] = neutral(str(value)) if name in _FROM_THE_WIRE else str(value)
    return row


def iso(time: float) -> str:
    """ISO 8601 in UTC with ``Z``; a time outside what a calendar holds becomes empty."""
    try:
        return datetime.fromtimestamp(time, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except (OverflowError, OSError, ValueError):
        return ""


def write_sightings(path: Path, sightings: Iterable[Sighting]) -> int:
    """Write the table to ``path`` (replaced only when complete); the number of rows."""
    unfinished = path.with_name(path.name + ".part")
    count = 0
    with unfinished.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, SIGHTINGS.names, lineterminator="\n")
        writer.writeheader()
        for sighting in sightings:
            writer.writerow(as_row(sighting))
            count += 1
    unfinished.replace(path)
    return count


def read_sightings(path: Path) -> Iterator[Sighting]:
    """Rows of a file that :func:`write_sightings` wrote."""
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            values: dict[str, object] = dict(row)
            for name, text in row.items():
                if name in {"first_seen", "last_seen"}:
                    values[name] = datetime.fromisoformat(text).timestamp() if text else 0.0
                elif name == "reasons":
                    values[name] = text.split(";") if text else []
                elif name == "probability":
                    values[name] = float(text)
                elif name in _NUMBERS:
                    values[name] = float(text) if text else None
                elif name in _COUNTS:
                    values[name] = int(text)
            known = {field.name for field in fields(Sighting)}
            yield Sighting(**{name: value for name, value in values.items() if name in known})  # type: ignore[arg-type]


def merge_sightings(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Make rows of one flow seen in several sources one row; sorted by first time, then ends.

    One flow: the same community id in different sources, overlapping or at most ``SAME_FLOW_GAP`` apart.
    """
    merged: list[Sighting] = []
    latest: dict[str, int] = {}
    for one in sorted(sightings, key=_order):
        place = latest.get(one.community_id) if one.community_id else None
        if place is not None and _same_flow(merged[place], one):
            merged[place] = _merged(merged[place], one)
            continue
        if one.community_id:
            latest[one.community_id] = len(merged)
        merged.append(one)
    return merged


def _order(one: Sighting) -> tuple[float, str, int, str, int, str]:
    return one.first_seen, one.miner, one.miner_port, one.pool, one.pool_port, one.source


def _same_flow(first: Sighting, second: Sighting) -> bool:
    return second.first_seen - first.last_seen <= SAME_FLOW_GAP and second.source not in first.source.split(" + ")


def _merged(first: Sighting, second: Sighting) -> Sighting:
    """One row of two views; the surer view gives what both cannot give together."""
    main, other = (
        (second, first) if (second.probability, second.octets) > (first.probability, first.octets) else (first, second)
    )
    apart = second.first_seen >= first.last_seen
    result = replace(
        main,
        source=" + ".join(dict.fromkeys([*first.source.split(" + "), second.source])),
        first_seen=min(first.first_seen, second.first_seen),
        last_seen=max(first.last_seen, second.last_seen),
        reasons=list(dict.fromkeys(main.reasons + other.reasons)),
        coin=main.coin or other.coin,
        pool_name=main.pool_name or other.pool_name,
        pool_host=main.pool_host or other.pool_host,
        worker=main.worker or other.worker,
        user_agent=main.user_agent or other.user_agent,
        difficulty=main.difficulty or other.difficulty,
    )
    if not apart:
        return replace(result, packets=max(first.packets, second.packets), octets=max(first.octets, second.octets))
    span = (first.last_seen - first.first_seen, second.last_seen - second.first_seen)
    rates = [
        (one, seconds) for one, seconds in zip((first, second), span, strict=True) if one.hash_rate and seconds > 0
    ]
    total = sum(seconds for _, seconds in rates)
    if total:
        result.hash_rate = sum((one.hash_rate or 0) * seconds for one, seconds in rates) / total
        result.hash_rate_low = sum((one.hash_rate_low or 0) * seconds for one, seconds in rates) / total
        result.hash_rate_high = sum((one.hash_rate_high or 0) * seconds for one, seconds in rates) / total
    return replace(
        result,
        packets=first.packets + second.packets,
        octets=first.octets + second.octets,
        shares_submitted=first.shares_submitted + second.shares_submitted,
        shares_accepted=first.shares_accepted + second.shares_accepted,
        shares_rejected=first.shares_rejected + second.shares_rejected,
    )
