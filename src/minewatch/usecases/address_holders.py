"""From a miner's address and time to the account that held it; where more than one did, that is said and none is named."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path

from minewatch.model.issues import Issue
from minewatch.model.traffic import Sighting
from minewatch.readers.accounts import Holding, read_holdings

MANY_SHOWN = 5


@dataclass(slots=True)
class HolderBook:
    """Holdings by network, for look-ups by address, port and time."""

    by_network: dict[tuple[int, int, int], list[Holding]] = field(default_factory=dict)
    prefixes: set[tuple[int, int]] = field(default_factory=set)

    def add(self, holding: Holding) -> None:
        """Take one line of a table."""
        network = holding.network
        self.prefixes.add((network.version, network.prefixlen))
        key = network.version, network.prefixlen, int(network.network_address)
        self.by_network.setdefault(key, []).append(holding)

    def sort(self) -> None:
        """Order what was added; call once before asking."""
        for listed in self.by_network.values():
            listed.sort(key=lambda one: one.since)

    def holders(self, address: str, port: int, first: float, last: float) -> list[Holding]:
        """Find who held ``address`` at ``port`` in that time: the closest network's lines, port blocks before others."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return []
        for version, length in sorted(self.prefixes, key=lambda one: -one[1]):
            if version != parsed.version:
                continue
            shift = parsed.max_prefixlen - length
            listed = self.by_network.get((version, length, int(parsed) >> shift << shift), [])
            stop = bisect_right(listed, last, key=lambda one: one.since)
            known = [one for one in listed[:stop] if one.until >= first]
            if known:
                blocks = [one for one in known if one.kind == "nat"]
                leases = [one for one in known if one.kind == "leases"]
                if blocks:
                    return [one for one in blocks if not port or one.low <= port <= one.high]
                return leases or known
        return []


def read_holders(
    customers: Path | None, leases: Path | None, nat: Path | None, issues: list[Issue]
) -> HolderBook | None:
    """Read the tables given; ``None`` when none is. Lines that cannot be used are added to ``issues``."""
    if customers is None and leases is None and nat is None:
        return None
    book = HolderBook()
    for kind, path in (("customers", customers), ("leases", leases), ("nat", nat)):
        if path is not None:
            holdings, log = read_holdings(path, kind)
            for holding in holdings:
                book.add(holding)
            issues += log.issues
    book.sort()
    return book


def name_holder(sighting: Sighting, book: HolderBook | None) -> Sighting:
    """Add the account that held the miner's address at that time, or say why none is named (``model/traffic_reasons``)."""
    if book is None:
        return sighting
    held = book.holders(sighting.miner, sighting.miner_port, sighting.first_seen, sighting.last_seen)
    names = sorted({one.customer for one in held})
    if not names:
        return replace(sighting, customer_note="not_covered")
    if len(names) > 1:
        shown = ", ".join(names[:MANY_SHOWN]) + (" …" if len(names) > MANY_SHOWN else "")
        return replace(sighting, customer_note=f"many_customers ({len(names)}): {shown}")
    covers = any(one.since <= sighting.first_seen and one.until >= sighting.last_seen for one in held)
    note = "" if covers else "part_of_time"
    return replace(sighting, customer=names[0], customer_note=note)
