"""What the energy a mine no longer takes amounts to: water, households, carbon; and what the mine earned.

No factor is built in. Household use, carbon intensity, coin price and what the grid can take are the user's, each with a
source; without them the line is left out rather than filled with a default.
"""

from collections.abc import Sequence
from itertools import pairwise

from minewatch.impact import retarget
from minewatch.impact.energy import PETA
from minewatch.impact.machines import income_per_th_day
from minewatch.impact.network import Epoch, subsidy
from minewatch.model.errors import InputError
from minewatch.model.impact_views import Spread
from minewatch.model.text import Text

HOURS = 24


def scaled(spread: Spread, factor: float, unit: str) -> Spread:
    """Return ``spread`` times a factor not below zero, in another unit."""
    best = None if spread.best is None else spread.best * factor
    return Spread(spread.low * factor, best, spread.high * factor, unit)


def energy_per_day(load: Spread) -> Spread:
    """Return MWh a day of a constant load in kW."""
    return scaled(load, HOURS / 1000, "MWh/day")


def delivered_and_spilled(load: Spread, deliverable_kw: float | None) -> tuple[Spread, Spread]:
    """Return the freed power in kW that the grid can take and that is spilled (or never generated).

    ``deliverable_kw`` is what line and market take beyond today's; unknown (None) leaves both between nothing and all.
    """
    if deliverable_kw is None:
        return Spread(0.0, None, load.high, "kW"), Spread(0.0, None, load.high, "kW")
    ends = (load.low, load.best, load.high)
    low, best, high = (None if kw is None else min(kw, deliverable_kw) for kw in ends)
    spill = [None if kw is None else max(0.0, kw - deliverable_kw) for kw in ends]
    return (
        Spread(low or 0.0, best, high or 0.0, "kW"),
        Spread(spill[0] or 0.0, spill[1], spill[2] or 0.0, "kW"),
    )


def households(load: Spread, kwh_a_year: float) -> Spread:
    """Return how many households of ``kwh_a_year`` the load would supply in energy (not in peak power)."""
    return scaled(load, HOURS * 365.25 / kwh_a_year, "households")


def carbon_avoided(delivered: Spread, kg_per_kwh: float) -> Spread:
    """Return tonnes of CO2 a day avoided when the delivered power displaces generation of this factor.

    Spilled water displaces nothing, so spilled energy is not in it.
    """
    return scaled(delivered, HOURS * kg_per_kwh / 1000, "t CO2/day")


def coins_per_day(rate: Spread, difficulty: float, height: int, fees_per_block: float) -> Spread:
    """Return coins a day that a hash rate in PH/s earns on average: subsidy of the height plus fees given, in BTC."""
    per_petahash = 1000 * income_per_th_day(difficulty, subsidy(height) + fees_per_block)
    return scaled(rate, per_petahash, "BTC/day")


def coins_between(rate: Spread, start: int, end: int, epochs: Sequence[Epoch], fees_per_block: float) -> Spread:
    """Return the coins a steady hash rate in PH/s earned on average from ``start`` to ``end`` (unix seconds), in BTC.

    Each second counts at the difficulty of its epoch and that epoch's first subsidy. Raises InputError when the period
    leaves the record.
    """
    if not epochs[0].time <= start < end <= epochs[-1].time:
        raise InputError(
            Text(
                "The period of the income is empty or leaves the shipped record of the network.",
                "收益时段为空，或超出随软件提供的全网记录。",
            ),
            remedy=Text(
                "Give a period that starts before it ends and ends before January 2025, or leave it out.",
                "请给出起点早于终点、且在 2025 年 1 月之前结束的时段，或不指定时段。",
            ),
        )
    per_petahash = sum(
        max(0, min(end, b.time) - max(start, a.time))
        * PETA
        / retarget.hashes_per_block(a.bits)
        * (subsidy(a.height) + fees_per_block)
        for a, b in pairwise(epochs)
    )
    return scaled(rate, per_petahash, "BTC")
