"""Power stations: what was generated and not accounted for, and what the water could have made but was not reported.

Balance: generated − own use − delivered − contracted direct sales = undeclared supply. Where the generator's own meter hides
the sale too, the water does not: P = η ρ g Q H, limited by the capacity. Slots in which a dispatch order holds the station
back, or in which it stands still, say nothing about a sale and are left out: water is lawfully spilt then. Without readings
of the inflow, stations of the same river tell how much of its capacity it should make.

NDRC's notice 1283 of 2021, item 5, asks to watch drops of a plant's grid output that neither inflow nor dispatch explains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Block
from minewatch.detect.screen import screen_block

Floats = NDArray[np.float64]

GRAVITY = 9.81
"""kW per m³/s and metre of head at full efficiency (ρ g / 1000)."""
METER_ERROR = 0.01
"""Relative error allowed to the sum of a station's meters."""
WATER_ERROR = 0.06
"""Relative error allowed to inflow, head and efficiency together."""
RIVER_ERROR = 0.12
"""Relative error allowed where only neighbours on the river tell."""
LEAST_SLOTS = 48
BUSY = 0.9
"""Quantile of a station's best ratio to its neighbours that counts as all it can make."""


@dataclass(frozen=True, slots=True)
class Station:
    """One station of the books and its series, (days, slots) kW, ``inflow`` m³/s; NaN missing, dispatch NaN: no order."""

    name: str
    river: str
    capacity_kw: float
    head_m: float | None
    efficiency: float | None
    generated: Floats
    own_use: Floats
    delivered: Floats
    direct: Floats
    inflow: Floats
    dispatch: Floats


@dataclass(frozen=True, slots=True)
class PlantFinding:
    """What one station does not account for. ``way``: balance, water or river; ``missing`` (days, slots) kW, NaN: not told.

    ``expected`` is the output it should have made: by its meters what was generated, else by water or river; ``over`` the
    slots in which more is missing than the errors allow. ``kw`` is the mean while it is missing, with bounds from the
    errors allowed; ``first_slot`` and ``last_slot`` count from the window's start.
    """

    station: str
    way: str
    flagged: bool
    kw: float
    kw_low: float
    kw_high: float
    kwh: float
    of_capacity: float
    first_slot: int
    last_slot: int
    likeness: float
    usable: float
    missing: Floats
    expected: Floats
    over: NDArray[np.bool_]


def judge_stations(stations: Sequence[Station], *, first_day: date) -> tuple[PlantFinding, ...]:
    """Judge every station by its own meters first, then by the water, else by its river; largest share first."""
    rivers = _rivers(stations)
    found = []
    for one in stations:
        balance = _finding(one, "balance", _undeclared(one), METER_ERROR, one.generated, first_day)
        if balance.flagged:
            found.append(balance)
            continue
        if one.head_m and one.efficiency and np.isfinite(one.inflow).sum() >= LEAST_SLOTS:
            expected = _by_water(one)
            found.append(_finding(one, "water", _shortfall(one, expected), WATER_ERROR, expected, first_day))
        else:
            expected = _by_river(one, rivers)
            found.append(_finding(one, "river", _shortfall(one, expected), RIVER_ERROR, expected, first_day))
    return tuple(sorted(found, key=lambda one: (not one.flagged, -one.of_capacity, one.station)))


def _undeclared(one: Station) -> Floats:
    return np.asarray(one.generated - one.own_use - one.delivered - np.nan_to_num(one.direct))


def _by_water(one: Station) -> Floats:
    made = (one.efficiency or 0.0) * GRAVITY * (one.head_m or 0.0) * one.inflow
    return np.asarray(np.minimum(made, one.capacity_kw))


def _rivers(stations: Sequence[Station]) -> Mapping[str, list[Station]]:
    rivers: dict[str, list[Station]] = {}
    for one in stations:
        rivers.setdefault(one.river, []).append(one)
    return rivers


def _by_river(one: Station, rivers: Mapping[str, list[Station]]) -> Floats:
    """Output expected from neighbours' share of their capacity: the station's own best ratio to them times their median."""
    others = [other.generated / other.capacity_kw for other in rivers.get(one.river, []) if other.name != one.name]
    if not others:
        return np.full_like(one.generated, np.nan)
    ordered = np.sort(np.stack(others), axis=0)
    middle = np.asarray(ordered[(len(others) - 1) // 2])
    ratio = one.generated / np.where(middle > 0.02, middle, np.nan)
    known = ratio[np.isfinite(ratio) & (one.generated > 0.01 * one.capacity_kw)]
    if known.size < LEAST_SLOTS:
        return np.full_like(one.generated, np.nan)
    return np.asarray(np.minimum(float(np.quantile(known, BUSY)) * middle, one.capacity_kw))


def _shortfall(one: Station, expected: Floats) -> Floats:
    """Take expected less reported; NaN while an order holds the station back or it stands still."""
    public = one.delivered + np.nan_to_num(one.direct)
    held = np.isfinite(one.dispatch) & (public > 0.97 * np.nan_to_num(one.dispatch))
    still = one.generated < 0.005 * one.capacity_kw
    return np.where(held | still, np.nan, expected - one.generated)


def _finding(
    one: Station, way: str, missing: Floats, allowed: float, reference: Floats, first_day: date
) -> PlantFinding:
    flat = missing.ravel()
    told = np.isfinite(flat)
    bound = allowed * np.nan_to_num(np.where(np.isfinite(reference), reference, one.capacity_kw)).ravel()
    bound = np.maximum(bound, 0.005 * one.capacity_kw)
    over = told & (np.nan_to_num(flat) > bound)
    usable = float(told.mean())
    nothing = PlantFinding(
        one.name,
        way,
        False,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0,
        flat.size,
        0.0,
        usable,
        missing,
        reference,
        over.reshape(missing.shape),
    )
    # A sale lasts: single slots over the bound are chance or a meter that was read late.
    if told.sum() < LEAST_SLOTS or over.sum() < max(LEAST_SLOTS, 0.05 * told.sum()):
        return nothing
    kw = float(flat[over].mean())
    error = float(bound[over].mean())
    places = np.flatnonzero(over)
    shape = np.where(told, np.clip(np.nan_to_num(flat), 0.0, None), np.nan).reshape(missing.shape)
    look = screen_block(Block((one.name,), first_day, shape[None].astype(np.float32))).row(0, named=True)
    return PlantFinding(
        station=one.name,
        way=way,
        flagged=True,
        kw=kw,
        kw_low=max(kw - error, 0.0),
        kw_high=kw + error,
        kwh=float(flat[over].sum()) * 24.0 / missing.shape[1],
        of_capacity=kw / one.capacity_kw,
        first_slot=int(places[0]),
        last_slot=int(places[-1]) + 1,
        likeness=float(look["probability"]),
        usable=usable,
        missing=missing,
        expected=reference,
        over=over.reshape(missing.shape),
    )
