"""What a sentence claims, measured on the curve itself: the looks say what moved the score, these say what a reader may check."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NIGHT_HOURS = 5
WIDTH = 14
"""Days compared on both sides of a step: the fortnight that the sentence names."""
LEAST_DAYS = 3
LOW_SHARE = 8
"""The lowest load of a day is the mean of this part (an eighth) of its readings."""


def to_a_tenth(kw: float) -> str:
    """Write a power to a tenth of a kW, from 10 kW on in whole kW."""
    return f"{kw:.0f}" if kw >= 10 else f"{kw:.1f}"


@dataclass(frozen=True, slots=True)
class Floor:
    """The lowest load of a day: its median kW, its median change to the next day, and its share of all the energy."""

    kw: float
    change: float
    share: float


def floor_of(kw: NDArray[np.float32]) -> Floor | None:
    """Measure the lowest loads of ``kw`` (days, slots); None where fewer than three days in a row can be compared."""
    slots = kw.shape[1]
    number = max(slots // LOW_SHARE, 1)
    whole = np.isfinite(kw).sum(axis=1) >= 0.75 * slots
    lowest = np.full(len(kw), np.nan)
    lowest[whole] = np.sort(kw[whole].astype(np.float64), axis=1)[:, :number].mean(axis=1)
    steps = np.abs(np.diff(lowest))
    steps = steps[np.isfinite(steps)]
    if steps.size < LEAST_DAYS:
        return None
    middle, mean = float(np.median(lowest[whole])), float(np.nanmean(kw[whole].astype(np.float64)))
    if middle <= 0 or mean <= 0:
        return None
    return Floor(middle, float(np.median(steps)) / middle, min(float(lowest[whole].mean()) / mean, 1.0))


def nights_above(kw: NDArray[np.float32], level: float) -> tuple[int, int]:
    """Nights (00:00 to 05:00) whose every reading is above ``level``, and nights read at all; 0, 0 for daily energy."""
    slots = kw.shape[1]
    if slots < 24:
        return 0, 0
    night = kw[:, : NIGHT_HOURS * slots // 24]
    read = np.isfinite(night)
    known = read.any(axis=1)
    low = np.where(read, night, np.inf).min(axis=1, initial=np.inf)
    return int((known & (low > level)).sum()), int(known.sum())


@dataclass(frozen=True, slots=True)
class Lift:
    """How much higher (lower: negative) the load stood after a slot: median over the hours of the day, and in how many of 24.

    An hour counts whose median moved the same way by at least half as much. ``days`` were compared on the side before.
    """

    kw: float
    hours: int
    days: int


def lift_at(kw: NDArray[np.float32], slot: int) -> Lift | None:
    """Compare each hour of the day in the fortnights before and after ``slot``; None where too few days were read."""
    slots = kw.shape[1]
    flat = kw.astype(np.float64).ravel()
    before = _hours(flat[max(slot - WIDTH * slots, 0) : slot], slot, slots, back=True)
    after = _hours(flat[slot : slot + WIDTH * slots], slot, slots, back=False)
    moved = after - before
    known = moved[np.isfinite(moved)]
    if known.size < 18:
        return None
    middle = float(np.median(known))
    held = int((np.sign(middle) * known >= 0.5 * abs(middle)).sum())
    return Lift(middle, held, min(WIDTH, slot // slots))


def _hours(flat: NDArray[np.float64], slot: int, slots: int, *, back: bool) -> NDArray[np.float64]:
    """Median of each hour of the day over a stretch that ends (``back``) or begins at ``slot``; NaN below three readings."""
    first = slot - flat.size if back else slot
    hour = ((first + np.arange(flat.size)) % slots) * 24 // slots
    out = np.full(24, np.nan)
    for place in range(24):
        here = flat[hour == place]
        here = here[np.isfinite(here)]
        if here.size >= LEAST_DAYS * slots // 24:
            out[place] = np.median(here)
    return out
