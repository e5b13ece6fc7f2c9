"""When did it start and stop: from the day of an even step to the slot."""

from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

WIDTH = 7
"""Days compared on both sides of a step."""

LEAST_STAGE = 0.12
"""A first stage is at least this share of the largest step; what is smaller cannot be told from the host's own drift."""

REACH = 6
"""Days around the day found in which the slot is looked for: a step in stages is found late."""


def step_slot(kw: NDArray[np.float32], day: int, size_kw: float | NDArray[np.float64], *, reach: int = REACH) -> int:
    """Slot (counted from the window's start) at which a step of ``size_kw`` near the start of ``day`` fits best.

    ``kw`` (days, slots). Each reading less the median of its slot in the week before is compared with nought before
    the step and with ``size_kw`` after it; the step is put where the sum of absolute misfits is least, within
    ``reach`` days of ``day``. ``size_kw`` may be an array (slots,): a part that runs some hours only steps in these.
    """
    slots = int(kw.shape[1])
    first, last = max(day - reach, min(3, day)), min(day + reach, kw.shape[0])
    earlier = kw[max(first - WIDTH, 0) : first]
    if earlier.size == 0:
        return int(day * slots)
    rest = (kw[first:last] - _median(earlier)).astype(np.float64)
    cost = np.nan_to_num(np.abs(rest) - np.abs(rest - size_kw)).ravel()
    gain = np.concatenate(([0.0], np.cumsum(cost)))
    return first * slots + int(np.argmin(gain))


def rise_slot(kw: NDArray[np.float32], day: int, size_kw: float) -> int:
    """Slot at which a rise began whose largest step, of ``size_kw``, was found near the start of ``day``."""
    return first_stage(kw, step_slot(kw, day, size_kw), size_kw)


def first_stage(kw: NDArray[np.float32], slot: int, size_kw: float) -> int:
    """Slot at which a rise in stages began, whose largest step of ``size_kw`` stands at ``slot``; ``slot`` where it is one.

    A day's lift is what seven tenths of its hours stand above their medians in the window's first days. Walking back from the
    largest step, the rise began with the first of the days in a row whose lift is above ``LEAST_STAGE`` of that
    step and twice the usual lift of the first days.
    """
    slots = int(kw.shape[1])
    last = slot // slots
    early = max(3, min(7, last // 3))
    if last < early + 2:
        return slot
    rest = kw[:last] - _median(kw[:early])
    lift = np.array([_low(day) for day in rest])
    usual = np.abs(lift[:early])
    least = max(LEAST_STAGE * size_kw, 2.0 * float(np.max(usual, initial=0.0, where=np.isfinite(usual))))
    day = last
    while day > early and not lift[day - 1] < least:
        day -= 1
    stage = lift[day:last][:2]
    stage = stage[np.isfinite(stage)]
    if stage.size < 2:
        return slot
    return min(step_slot(kw, day, float(np.median(stage))), slot)


def _low(day: NDArray[np.float32]) -> float:
    """Value that seven tenths of a day's readings are above; NaN where less than half were read."""
    read = day[np.isfinite(day)]
    return float(np.quantile(read, 0.3)) if 2 * read.size >= day.size else float("nan")


def _median(days: NDArray[np.float32]) -> NDArray[np.float32]:
    """Median of each slot over days, NaN where none was read, without a warning."""
    ordered = np.sort(days, axis=0)
    n = np.isfinite(days).sum(axis=0)
    columns = np.arange(days.shape[1])
    low, high = np.maximum(n - 1, 0) // 2, n // 2
    middle = (ordered[low, columns] + ordered[np.minimum(high, len(days) - 1), columns]) / 2
    return np.where(n > 0, middle, np.float32(np.nan)).astype(np.float32)


def moment(first_day: date, slot: int, slots: int) -> datetime:
    """Start of a slot counted from the first day's 00:00, in the meter's standard time."""
    return datetime.combine(first_day, time()) + timedelta(minutes=slot * (24 * 60 // slots))
