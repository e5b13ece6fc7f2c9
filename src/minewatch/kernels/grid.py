"""From native slots to the hourly grid on which the looks are taken."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction
from minewatch.kernels.order import copy_row


@reduction
def mean_size(values: Array) -> float:
    """Return the mean absolute value of those that are not NaN; NaN where there is none."""
    total = 0.0
    count = 0
    for t in range(values.shape[0]):
        value = values[t]
        there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
        total += np.float64(abs(value)) if there else 0.0
        count += 1 if there else 0
    return total / count if count > 0 else np.nan


@reduction
def number_read(values: Array) -> float:
    """Return how many values (float32, fewer than 2^24) are not NaN, counted in the width of a reading."""
    count = np.float32(0.0)
    for t in range(values.shape[0]):
        value = values[t]
        count += np.float32(1.0) if value == value else np.float32(0.0)  # noqa: PLR0124 - false for NaN only
    return float(count)


@kernel
def copy_days(kw: Array, out: Array) -> None:
    """Copy the days of one meter; both (days, slots)."""
    for day in range(kw.shape[0]):
        copy_row(kw[day], out[day])


@kernel
def hours_of_day(slots: Array, per: int, out: Array) -> None:
    """Mean power of each hour of one day of ``per`` slots (1, 2 or 4) an hour; NaN where one of them is missing."""
    if per == 4:
        for hour in range(24):
            total = 0.0 + slots[4 * hour]
            total += slots[4 * hour + 1]
            total += slots[4 * hour + 2]
            total += slots[4 * hour + 3]
            out[hour] = total / 4.0
    elif per == 2:
        for hour in range(24):
            total = 0.0 + slots[2 * hour]
            total += slots[2 * hour + 1]
            out[hour] = total / 2.0
    else:
        for hour in range(24):
            out[hour] = 0.0 + slots[hour]


@kernel
def to_hours(kw: Array, out: Array) -> None:
    """Mean power of each hour of one meter.

    ``kw`` is (days, slots) with 24, 48 or 96 slots, ``out`` is (days, 24) float32. An hour is the mean of the slots
    that were read, NaN when more than half of them are missing.
    """
    per = kw.shape[1] // 24
    for day in range(kw.shape[0]):
        hours_of_day(kw[day], per, out[day])
        if number_read(out[day]) == 24.0:
            continue
        for hour in range(24):
            if not np.isnan(out[day, hour]):
                continue
            total = 0.0
            count = 0
            for k in range(per):
                value = kw[day, hour * per + k]
                if not np.isnan(value):
                    total += value
                    count += 1
            out[day, hour] = total / count if 2 * count >= per and count > 0 else np.nan


@kernel
def size_of(hours: Array) -> float:
    """Mean absolute power of one meter's hours: the unit in which every look measures; NaN with no reading."""
    return mean_size(hours.reshape(hours.size))


@kernel
def may_be_stuck(kw: Array, least: int) -> bool:
    """Tell whether :func:`drop_stuck` can find anything. ``kw`` (days, slots).

    A row of ``least`` equal readings holds one whole piece of half as many, counted off from the start; nearly every piece
    shows at its second reading that it is none.
    """
    flat = kw.reshape(kw.size)
    part = least // 2
    for start in range(0, flat.shape[0] - part + 1, part):
        piece = flat[start : start + part]
        value = piece[0]
        alike = 1
        while alike < part and piece[alike] == value:
            alike += 1
        if alike == part and value != 0.0 and value == value:  # noqa: PLR0124 - false for NaN only
            return True
    return False


@kernel
def drop_stuck(kw: Array, least: int) -> int:
    """Turn readings of a stuck meter into NaN, in place, and return how many.

    A meter is stuck where exactly the same value, not nought, stands for at least ``least`` slots, while its other
    readings hardly ever repeat (under 5 % of neighbours equal). A coarse meter repeats all the time and is left alone.
    ``kw`` (days, slots).
    """
    flat = kw.reshape(kw.size)
    count = flat.shape[0]
    if not may_be_stuck(kw, least):
        return 0
    inside = 0
    equal = 0
    pairs = 0
    start = 0
    for t in range(1, count + 1):
        if t < count and flat[t] == flat[start]:
            continue
        length = t - start
        if not np.isnan(flat[start]):
            if length >= least and flat[start] != 0.0:
                inside += length
            else:
                equal += length - 1
                pairs += length
        start = t
    if inside == 0 or equal > 0.05 * pairs:
        return 0
    start = 0
    for t in range(1, count + 1):
        if t < count and flat[t] == flat[start]:
            continue
        if t - start >= least and flat[start] != 0.0:
            for k in range(start, t):
                kw[k // kw.shape[1], k % kw.shape[1]] = np.nan
        start = t
    return inside
