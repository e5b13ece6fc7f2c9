"""Looks for steps in time: from one day on, every hour of the day stands higher (or lower) by the same power.

A household that buys a heater, a school term, a new shift: all change some hours more than others and change the spread
with the level. A machine room changes all hours alike.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.order import quantile, ratio, sort_finite

STEP_NAMES = (
    "step_up_size",
    "step_up_unevenness",
    "step_up_score",
    "step_up_z",
    "step_up_place",
    "step_up_floor",
    "step_up_sharpness",
    "step_down_size",
    "step_down_unevenness",
    "step_down_score",
    "step_down_z",
    "step_down_place",
    "step_down_floor",
    "step_down_sharpness",
    "step_equal",
    "step_share_between",
)


@kernel
def flat_steps(hours: Array, width: int, out: Array) -> None:
    """Step at each day's start, hour by hour, between the ``width`` days before and the ``width`` days from it.

    ``hours`` (days, 24); ``out`` (days, 3): mean step over the hours of the day, its standard deviation over them,
    and the smallest step of any hour. NaN where fewer than 20 hours have at least half of the days on both sides.
    """
    days = hours.shape[0]
    for day in range(days):
        out[day, 0] = np.nan
        out[day, 1] = np.nan
        out[day, 2] = np.nan
        if day < width or day + width > days:
            continue
        total = square = 0.0
        least = np.inf
        count = 0
        for hour in range(24):
            before = after = 0.0
            n_before = n_after = 0
            for k in range(width):
                value = hours[day - 1 - k, hour]
                if not np.isnan(value):
                    before += value
                    n_before += 1
                value = hours[day + k, hour]
                if not np.isnan(value):
                    after += value
                    n_after += 1
            if 2 * n_before < width or 2 * n_after < width:
                continue
            step = after / n_after - before / n_before
            total += step
            square += step * step
            least = min(least, abs(step))
            count += 1
        if count >= 20:
            mean = total / count
            out[day, 0] = mean
            out[day, 1] = np.sqrt(max(square / count - mean * mean, 0.0))
            out[day, 2] = least


@kernel
def best_step(steps: Array, sign: float, size: float) -> int:
    """Day of the most even step of a sign: largest step over (its unevenness + 2 % of the size); -1: none."""
    best = -1
    score = 0.0
    for day in range(steps.shape[0]):
        value = sign * steps[day, 0]
        if value > 0.0:
            here = value / (steps[day, 1] + 0.02 * size)
            if here > score:
                score = here
                best = day
    return best


@kernel
def mean_between(values: Array, start: int, stop: int) -> float:
    """Mean of the values that are not NaN from ``start`` to before ``stop``, cut to the array; NaN: none."""
    total = 0.0
    count = 0
    for i in range(max(start, 0), min(stop, values.shape[0])):
        if not np.isnan(values[i]):
            total += values[i]
            count += 1
    return total / count if count > 0 else np.nan


@kernel
def look_steps(
    steps: Array, floor: Array, mean: Array, width: int, size: float, work: Array, scratch: Array, out: Array
) -> None:
    """Describe the most even step up and down of one meter; ``steps`` from :func:`flat_steps`, ``out`` as named.

    z: step over the median absolute step of all days. place: share of the window before it. floor: change of the daily
    floor at the same day over the step. sharpness: share of the step that stands in the change over two days. equal:
    smaller of the two sizes over the larger, signed. share_between: share of days from the one to the other.
    """
    days = steps.shape[0]
    for day in range(days):
        work[day] = abs(steps[day, 0])
    n = sort_finite(work[:days], scratch)
    usual = quantile(scratch, n, 0.5)
    for k in range(2):
        base = 7 * k
        best = best_step(steps, 1.0 if k == 0 else -1.0, size)
        if best < 0:
            for i in range(7):
                out[base + i] = np.nan
            out[base] = 0.0 if n > 0 else np.nan
            continue
        step = steps[best, 0]
        out[base] = abs(step) / size
        out[base + 1] = ratio(steps[best, 1], abs(step))
        out[base + 2] = abs(step) / (steps[best, 1] + 0.02 * size)
        out[base + 3] = ratio(abs(step), usual + 0.002 * size)
        out[base + 4] = best / days
        change = mean_between(floor, best, best + width) - mean_between(floor, best - width, best)
        out[base + 5] = ratio(change, step)
        sharp = mean_between(mean, best, best + 2) - mean_between(mean, best - 2, best)
        out[base + 6] = ratio(sharp, step)
    up = out[0]
    down = out[7]
    larger = max(up, down)
    out[14] = min(up, down) / larger if larger > 0.0 else np.nan
    out[15] = out[11] - out[4]
