"""From orders ("all mines of Ya'an off at 22:00, Sichuan's by the 20th") to cuts of the world's hash rate.

A part inside another is not cut twice: when Sichuan goes off after Ya'an, only the rest of Sichuan goes. Every way the
sources allow gives one reading; readings are never mixed or averaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from minewatch.impact.shares import WORLD, Chain, Link, chains, holds, studies
from minewatch.impact.stop import Cut
from minewatch.model.errors import InputError
from minewatch.model.text import Text

MOST_READINGS = 12


@dataclass(frozen=True, slots=True)
class Order:
    """At ``at`` (unix seconds) ``fraction`` of the part's own mining goes off; negative: of what is off, comes back."""

    at: int
    part: str
    fraction: float = 1.0


@dataclass(frozen=True, slots=True)
class Reading:
    """One consistent set of shares: part -> its chain up to the world, and its share as a fraction of the world."""

    chains: dict[str, Chain]
    shares: dict[str, float]


def _inside(part: str, whole: str, of: dict[str, Chain]) -> bool:
    return part != whole and holds(of[part], whole)


def readings(parts: Sequence[str], day: date, links: tuple[Link, ...]) -> tuple[Reading, ...]:
    """Return every consistent reading of the parts' shares of the world, smallest total first.

    A part inside another uses the other's own chain above it; parts beside each other use one study where one has both. A
    chain whose figure is only a range gives two readings, one for each end.
    """
    ways = [chains(part, WORLD, day, links) for part in parts]
    sets = [dict(zip(parts, combination, strict=True)) for combination in product(*ways)]
    nested = [of for of in sets if all(_agree(of, inner, outer) for inner in of for outer in of if inner != outer)]
    pure = [of for of in nested if len(studies(tuple(of.values()))) <= 1] or nested
    found = [reading for of in pure for reading in _ends(of)]
    if len(found) > MOST_READINGS:
        raise InputError(
            Text(
                f"The sources allow {len(found)} different readings of these parts.",
                f"各来源对这些部分有 {len(found)} 种不同说法。",
            ),
            remedy=Text(
                "State the shares you mean with --state, for example --state sichuan=28%-of-world.",
                "请用 --state 写明采用的份额，如 --state sichuan=28%-of-world。",
            ),
        )
    return tuple(sorted(found, key=lambda reading: sum(reading.shares.values())))


def _agree(of: dict[str, Chain], inner: str, outer: str) -> bool:
    if not _inside(inner, outer, of):
        return True
    above = of[outer].links
    return of[inner].links[-len(above) :] == above


def _ends(of: dict[str, Chain]) -> list[Reading]:
    exact = all(link.percent.best is not None for chain in of.values() for link in chain.links)
    if exact:
        return [Reading(of, {part: (chain.percent.best or 0.0) / 100 for part, chain in of.items()})]
    low = {part: chain.percent.low / 100 for part, chain in of.items()}
    high = {part: chain.percent.high / 100 for part, chain in of.items()}
    return [Reading(of, low), Reading(of, high)]


def cuts_of(orders: Sequence[Order], reading: Reading) -> tuple[Cut, ...]:
    """Return what the orders take from the world's hash rate, or give back, at their times.

    What comes back to a part is a fraction of its own cut; parts ordered off by name come back by name.
    """
    off = dict.fromkeys(reading.shares, 0.0)
    cuts = []
    for order in sorted(orders, key=lambda order: order.at):
        part = order.part
        if order.fraction < 0:
            change = order.fraction * off[part]
        else:
            inside = sum(
                amount for other, amount in off.items() if other != part and _inside(other, part, reading.chains)
            )
            above = max([0.0, *(off[o] / reading.shares[o] for o in off if _inside(part, o, reading.chains))])
            wanted = order.fraction * reading.shares[part]
            change = max(0.0, wanted - inside - off[part]) if above < 1 else 0.0
        off[part] += change
        cuts.append(Cut(order.at, change))
    return tuple(cuts)
