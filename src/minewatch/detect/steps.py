"""Where the load jumps by about the suspected power: what else changes with such a step belongs to the part, not to its host."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_STEPS = 3
MOST_STEPS = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the slots of an hour before it and of an hour after it, and its kW, negative where the load fell."""

    before: slice
    after: slice
    kw: float


def steps_near(kw: NDArray[np.float64], mining_kw: float, *, hour: int) -> Iterator[Step]:
    """Yield the steps of ``kw`` (slots in a row, NaN missing) of 0.75 to 1.25 times ``mining_kw``, at most ``MOST_STEPS``.

    A step counts between one slot and the next but one (the slot between may hold part of it), where both sides stay for an
    ``hour`` (slots, at least two).
    """
    jump = np.abs(kw[2:] - kw[:-2])
    likely = np.flatnonzero((jump >= 0.6 * mining_kw) & (jump <= 1.4 * mining_kw)) + 1
    free, found = hour, 0
    for at in likely[likely + 1 + hour <= kw.size].tolist():
        if at < free or found == MOST_STEPS:
            continue
        before, after = slice(at - hour, at), slice(at + 1, at + 1 + hour)
        size = float(np.median(kw[after]) - np.median(kw[before]))
        spread = max(float(np.ptp(kw[before])), float(np.ptp(kw[after])))
        if not (0.75 <= abs(size) / mining_kw <= 1.25 and spread <= 0.3 * abs(size)):
            continue
        yield Step(before, after, size)
        free, found = at + hour + 1, found + 1
