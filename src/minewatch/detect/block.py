"""What a detector is given: a block of meters over the same days, and what else is known about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray


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
class Context:
    """What else is known; everything is optional and sharpens the judgement where given.

    ``temperature_c`` is (days, 24) outdoor temperature, NaN missing. ``reactive_kvar`` holds (days, slots) arrays by
    meter. ``declared_use`` holds a code of ``model.reasons.ALTERNATIVES`` by meter. ``outages`` are times (start,
    end) when the region's network or its pools were known to be down. ``deadline`` is when an order told mines to
    stop. All times are the meters' standard time.
    """

    temperature_c: NDArray[np.float32] | None = None
    reactive_kvar: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    declared_use: Mapping[str, str] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    outages: tuple[tuple[datetime, datetime], ...] = ()
    deadline: datetime | None = None
    prevalence: float | None = None

    def between(self, first: int, last: int, days: int) -> "Context":
        """Return what is known of the days ``first`` to ``last`` (counted from 0) of a block of ``days`` days."""
        if self.temperature_c is None and not self.reactive_kvar:
            return self
        warmth = self.temperature_c
        if warmth is not None and len(warmth) == days:
            warmth = warmth[first : last + 1]
        kvar = {
            meter: values[first : last + 1] if len(values) == days else values
            for meter, values in self.reactive_kvar.items()
        }
        return replace(self, temperature_c=warmth, reactive_kvar=kvar)


NOTHING_ELSE = Context()
"""Nothing but the curves is known."""
