"""From native slots to the hourly grid on which the looks are taken."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel


@kernel
def to_hours(kw: Array, out: Array) -> None:
    """Mean power of each hour of one meter.

    ``kw`` is (days, slots) with 24, 48 or 96 slots, ``out`` is (days, 24) float32. An hour is the mean of the slots
    that were read, NaN when more than half of them are missing.
    """
    per = kw.shape[1] // 24
    for day in range(kw.shape[0]):
        for hour in range(24):
            total = 0.0
            for k in range(per):
                total += kw[day, hour * per + k]
            if not np.isnan(total):
                out[day, hour] = total / per
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
    total = 0.0
    count = 0
    for day in range(hours.shape[0]):
        for hour in range(hours.shape[1]):
            value = hours[day, hour]
            if not np.isnan(value):
                total += abs(value)
                count += 1
    return total / count if count > 0 else np.nan


@kernel
def drop_stuck(kw: Array, least: int) -> int:
    """Turn readings of a stuck meter into NaN, in place, and return how many.

    A meter is stuck where exactly the same value, not nought, stands for at least ``least`` slots, while its other
    readings hardly ever repeat (under 5 % of neighbours equal). A coarse meter repeats all the time and is left alone.
    ``kw`` (days, slots).
    """
    flat = kw.ravel()
    count = flat.shape[0]
    same = 0
    for t in range(1, count):
        same += flat[t] == flat[t - 1]
    if same < least - 1:
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
