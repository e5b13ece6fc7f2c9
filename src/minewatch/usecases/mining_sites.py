"""From sightings to sites: whose machines they are, how many flows, and the hash rate of all of them together."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from minewatch.detect.hash_rate import site_hash_rate
from minewatch.model.errors import StoreError
from minewatch.model.guard import neutral
from minewatch.model.text import Text
from minewatch.model.traffic import Sighting
from minewatch.usecases.sightings import iso

COLUMNS = ("site", "customer", "coin", "flows", "first_seen", "last_seen", "shares", "hash_rate", "hash_rate_low",
           "hash_rate_high", "probability", "pools")  # fmt: skip


@dataclass(frozen=True, slots=True)
class MiningSite:
    """All sightings of one customer, or of one address where no table names its holder, and one coin.

    ``hash_rate`` in H/s over the whole time seen, with its 80 % interval; ``None``: no share with a known difficulty.
    ``probability`` is that of the surest flow.
    """

    site: str
    customer: str
    coin: str
    flows: int
    first_seen: float
    last_seen: float
    shares: int
    hash_rate: tuple[float, float, float] | None
    probability: float
    pools: tuple[str, ...]


def sites_of(sightings: Iterable[Sighting]) -> list[MiningSite]:
    """Group sightings by holder (else address) and coin; the largest hash rate first, then the most flows."""
    groups: dict[tuple[str, str, str], list[Sighting]] = {}
    for one in sightings:
        groups.setdefault((one.customer or one.miner, one.customer, one.coin), []).append(one)
    sites = [
        MiningSite(
            site,
            customer,
            coin,
            len(listed),
            min(one.first_seen for one in listed),
            max(one.last_seen for one in listed),
            sum(one.shares_accepted or one.shares_submitted for one in listed),
            site_hash_rate(listed),
            max(one.probability for one in listed),
            tuple(sorted({one.pool_name or one.pool_host or one.pool for one in listed})),
        )
        for (site, customer, coin), listed in groups.items()
    ]
    return sorted(
        sites, key=lambda one: (-(one.hash_rate[0] if one.hash_rate else 0.0), -one.flows, one.site, one.coin)
    )


def write_sites(path: Path, sites: Iterable[MiningSite]) -> None:
    """Write the sites as CSV; times ISO 8601 UTC, rates in H/s, pools parted by ``;``. ``StoreError`` if it cannot be."""
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(_row(one) for one in sites)
    except OSError as error:
        raise StoreError(
            Text(f"{path} cannot be written: {error}.", f"无法写入 {path}：{error}。"),
            remedy=Text("Choose another place for --sites.", "请为 --sites 另选位置。"),
        ) from error


def _row(one: MiningSite) -> list[object]:
    rates = [f"{rate:.6g}" for rate in one.hash_rate] if one.hash_rate else ["", "", ""]
    seen = [iso(one.first_seen), iso(one.last_seen)]
    sure = [f"{one.probability:.4f}", ";".join(one.pools)]
    row = [one.site, one.customer, one.coin, one.flows, *seen, one.shares, *rates, *sure]
    return [neutral(cell) if isinstance(cell, str) else cell for cell in row]
