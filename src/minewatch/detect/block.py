"""What a detector is given: a block of meters over the same days, and what else is known about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

Outages = tuple[tuple[datetime, datetime], ...]
"""Times (start, end), the meters' standard time."""

Moved = dict[str, tuple[float, dict[str, str]]]
"""How a circumstance moves the judgement of a meter: reason code → (log-odds, figures of its sentence)."""

EVERYWHERE = ""
"""The place of what holds for all meters."""


@dataclass(frozen=True, slots=True)
class Block:
    """Meters read over the same days at the same step.

    ``kw`` is (meters, days, slots) float32, mean active power in kW, NaN missing; slots are 96, 48, 24 or 1 (daily
    energy over 24 h). Day 0 is ``first_day`` in the meters' standard time.
    """

    meters: tuple[str, ...]
    first_day: date
    kw: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.kw.ndim != 3 or self.kw.shape[0] != len(self.meters) or self.kw.shape[2] not in {96, 48, 24, 1}:
            message = f"a block of {len(self.meters)} meters needs (meters, days, 96|48|24|1), not {self.kw.shape}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Contract:
    """What the books say of an account's contract; what they leave open is empty or None.

    ``use`` and ``tariff`` in their own words; ``use_code`` a code of ``model.reasons.ALTERNATIVES``; ``tariff_kind`` a key of
    ``model.contracts.TARIFFS``; ``capacity_kva`` what may be drawn at most.
    """

    use: str = ""
    use_code: str | None = None
    tariff: str = ""
    tariff_kind: str | None = None
    capacity_kva: float | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What else is known of the meters of one block; everything is optional and sharpens the judgement where given.

    By place (GB/T 2260 code, ``""`` everywhere; a meter's own county comes before its city and province):
    ``temperature_c``, (days, 24) outdoor temperature, NaN missing, and ``outages``, when the network or the pools were
    known to be down. ``places`` names the county of a meter. By meter: ``reactive_kvar`` (days, slots), ``currents_a``
    (3, days, slots) in the phases A, B, C, ``phase_volts`` nominal volts from a phase to neutral where the currents are measured,
    ``declared_use`` a code of ``model.reasons.ALTERNATIVES``, ``contracts`` what else the books say, ``deadlines`` when an order
    told it to stop; ``deadline`` is that of every other meter. ``holidays`` are public holidays. Arrays cover the block's days
    at its step; all times are the meters' standard time. ``prevalence`` is the share of mines expected among all meters.
    """

    temperature_c: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    reactive_kvar: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    currents_a: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    phase_volts: Mapping[str, float] = field(default_factory=dict)
    declared_use: Mapping[str, str] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    outages: Mapping[str, Outages] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    deadline: datetime | None = None
    deadlines: Mapping[str, datetime] = field(default_factory=dict)
    prevalence: float | None = None

    def between(self, first: int, last: int, days: int, meters: Iterable[str]) -> "Context":
        """Return what is known of some meters on the days ``first`` to ``last`` (counted from 0) of a block of ``days`` days."""

        def cut(values: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
            inside = (slice(None),) * axis + (slice(first, last + 1),)
            return values[inside] if values.shape[axis] == days else values

        wanted = list(meters)
        return replace(
            self,
            temperature_c={place: cut(values, 0) for place, values in self.temperature_c.items()},
            reactive_kvar={one: cut(self.reactive_kvar[one], 0) for one in wanted if one in self.reactive_kvar},
            currents_a={one: cut(self.currents_a[one], 1) for one in wanted if one in self.currents_a},
        )

    def temperature_of(self, meter: str) -> NDArray[np.float32] | None:
        """Return the outdoor temperature where a meter stands: the nearest place that has one."""
        for place in around(self.places.get(meter, EVERYWHERE)):
            if place in self.temperature_c:
                return self.temperature_c[place]
        return None

    def outages_of(self, meter: str) -> Outages:
        """Return the outages where a meter stands, those of its county, city, province and of everywhere together."""
        found = {one for place in around(self.places.get(meter, EVERYWHERE)) for one in self.outages.get(place, ())}
        return tuple(sorted(found))

    def deadline_of(self, meter: str) -> datetime | None:
        """Return when a meter was told to stop."""
        return self.deadlines.get(meter, self.deadline)


def around(place: str) -> tuple[str, ...]:
    """Return a place and the larger ones it lies in, nearest first: county, city, province, everywhere."""
    larger = (place, f"{place[:4]}00", f"{place[:2]}0000") if len(place) == 6 else (place,)
    return tuple(dict.fromkeys((*larger, EVERYWHERE)))


NOTHING_ELSE = Context()
"""Nothing but the curves is known."""
