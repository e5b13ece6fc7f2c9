"""Machines and fleets: a dated table, who pays at a power price, and mixes by age and by profitability.

The method is Cambridge's (CBECI methodology): among the machines on sale by a date, those whose electricity costs less
than they earn are in; the most and the least efficient of them bound the fleet; the best guess is their mean, with equal
weights (until version 1.3 of the method) or weights that fall with age (version 1.4). Electricity is the only cost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minewatch.impact.network import HASHES_PER_SHARE_DIFFICULTY, data_rows
from minewatch.model.errors import InputError
from minewatch.model.impact_views import MixLine, Source, Spread
from minewatch.model.text import Text

PUE = Spread(1.01, 1.10, 1.20, "kW/kW")
"""Power at the meter over power of the machines: Cambridge's lower, best and upper values."""

OLDEST_DAYS = 1825
"""Five years: machines older than this are out (157,680,000 s, version 1.3.1 of the method)."""

JOULE_PER_KWH = 3.6e6
_MONTH_DAYS = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Machine:
    """One model: nameplate TH/s and watts at the plug, month of release, where the figures come from."""

    model: str
    th: float
    watts: float
    released: date
    source: Source

    @property
    def j_per_th(self) -> float:
        """Energy for one terahash, in joules: watts over TH/s."""
        return self.watts / self.th


def machine_table() -> tuple[Machine, ...]:
    """Return the shipped table, oldest first; the day of release is taken as the month's first."""
    rows = data_rows("machines.csv")
    table = [
        Machine(
            row["model"],
            float(row["th"]),
            float(row["watts"]),
            date.fromisoformat(row["released"] + "-01"),
            Source(Text(row["source"], row["source_zh"]), row["grade"], date.fromisoformat(row["released"] + "-01")),
        )
        for row in rows
    ]
    return tuple(sorted(table, key=lambda machine: (machine.released, machine.model)))


def income_per_th_day(difficulty: float, coins_per_block: float) -> float:
    """Return the coins 1 TH/s earns on average in a day of 86,400 s."""
    return 1e12 * 86_400 / (difficulty * HASHES_PER_SHARE_DIFFICULTY) * coins_per_block


def break_even(money_per_th_day: float, power_price: float) -> float:
    """Return the efficiency in J/TH above which electricity costs more than a machine earns.

    ``money_per_th_day`` and ``power_price`` (per kWh) are in the same currency.
    """
    if power_price <= 0:
        raise InputError(
            Text(
                f"A power price of {power_price:g} per kWh lets every machine pay.",
                f"电价为每千瓦时 {power_price:g} 时，任何矿机都有利可图。",
            ),
            remedy=Text(
                "Give the price the mine pays per kWh, above zero.", "请给出矿场实际支付的每千瓦时电价，须大于零。"
            ),
        )
    return money_per_th_day / 86_400 * JOULE_PER_KWH / power_price


def age_weight(released: date, on: date) -> float:
    """Return the weight of a machine by age: 1, .8, .6, .4, .2 a year from two months after release, then 0."""
    months = (on - released).days / _MONTH_DAYS
    if months >= 60:
        return 0.0
    years = max(0, int((months - 2) // 12))
    return 1.0 - 0.2 * min(years, 4)


def fleet(machines: Sequence[Machine], on: date, *, threshold: float | None, by_age: bool) -> tuple[MixLine, ...]:
    """Return the mix on a date, most efficient first; weights are shares of hash rate and add up to 1.

    threshold: break-even efficiency in J/TH; None when no price is known, and then profitability excludes nobody.
    by_age: weights that fall with age instead of equal ones. Raises InputError when no machine is left: Cambridge then
    keeps the last known value, which a single date does not have.
    """
    kept = [
        (machine, age_weight(machine.released, on) if by_age else 1.0)
        for machine in machines
        if 0 <= (on - machine.released).days <= OLDEST_DAYS and (threshold is None or machine.j_per_th < threshold)
    ]
    total = sum(weight for _, weight in kept)
    if not total:
        raise InputError(
            Text(
                f"No machine of the table was on sale and paid for its electricity on {on}.",
                f"{on} 时，机型表中没有已上市且收入高于电费的矿机。",
            ),
            remedy=Text(
                "Check date, coin price and power price; without a coin price the mix goes by age alone.",
                "请核对日期、币价和电价；不给币价时仅按机型年代估算构成。",
            ),
        )
    lines = [
        MixLine(machine.model, machine.released, machine.j_per_th, weight / total, machine.source)
        for machine, weight in kept
    ]
    return tuple(sorted(lines, key=lambda line: line.j_per_th))


def efficiency(mix: Sequence[MixLine]) -> Spread:
    """Return a fleet's efficiency in J/TH: best machine, weighted mean, worst machine of positive weight."""
    used = [line for line in mix if line.weight > 0]
    mean = sum(line.weight * line.j_per_th for line in used)
    return Spread(min(line.j_per_th for line in used), mean, max(line.j_per_th for line in used), "J/TH")


def yearly_twh(hashrate: float, j_per_th: float, pue: float) -> float:
    """Return TWh a year of 365.25 days for ``hashrate`` in hashes a second (Cambridge's energy equation)."""
    return hashrate / 1e12 * j_per_th * pue * 365.25 * 24 / 1e12
