"""Looks at levels and at the floor: what is drawn when least is drawn, and how little that changes."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.order import quantile, ratio, sort_finite

LEVELS = (0.001, 0.01, 0.02, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 0.999)
LEVEL_NAMES = (
    "level_log_kw",
    "level_p001",
    "level_p01",
    "level_p02",
    "level_p05",
    "level_p10",
    "level_p25",
    "level_p50",
    "level_p75",
    "level_p90",
    "level_p95",
    "level_p99",
    "level_p999",
    "level_near_floor",
    "level_dip_below_floor",
)


@kernel
def look_levels(ordered: Array, n: int, size: float, out: Array) -> None:
    """Levels of one meter over ``size``: quantiles, the share of hours near the floor, how far dips go below it.

    The first ``n`` of ``ordered`` are the hours read in rising order, ``out`` as ``LEVEL_NAMES``. Near the floor: within
    5 % of the mean above the 2 % quantile.
    """
    out[0] = np.log10(size)
    for i in range(len(LEVELS)):
        out[1 + i] = ratio(quantile(ordered, n, LEVELS[i]), size)
    floor = quantile(ordered, n, 0.02)
    near = 0
    for i in range(n):
        if ordered[i] > floor + 0.05 * size:
            break
        near += 1
    out[13] = near / n
    out[14] = ratio(floor - quantile(ordered, n, 0.001), abs(floor) + 0.01 * size)


FLOOR_NAMES = (
    "floor_med",
    "floor_p05",
    "floor_p25",
    "floor_p95",
    "floor_spread",
    "floor_daily_change",
    "floor_daily_change_p90",
    "floor_week_swing",
    "mean_week_swing",
    "floor_slope_on_mean",
    "floor_at_nought",
    "floor_r2",
    "mean_daily_change",
    "floor_to_mean_p10",
    "floor_to_mean_p90",
    "mean_shift_constant",
)


@kernel
def day_floor(hours: Array, floor: Array, mean: Array) -> None:
    """Floor (mean of the three lowest hours) and mean of each day; NaN for a day with fewer than 18 hours read."""
    for day in range(hours.shape[0]):
        a = b = c = np.inf
        total = 0.0
        count = 0
        for hour in range(24):
            value = hours[day, hour]
            if np.isnan(value):
                continue
            total += value
            count += 1
            if value < a:
                a, b, c = value, a, b
            elif value < b:
                b, c = value, b
            elif value < c:
                c = value
        if count < 18:
            floor[day] = np.nan
            mean[day] = np.nan
        else:
            floor[day] = (a + b + c) / 3.0
            mean[day] = total / count


@kernel
def week_swing(daily: Array, scratch: Array) -> float:
    """Highest less lowest of the medians of the seven days of the week; needs no calendar."""
    low = np.inf
    high = -np.inf
    for phase in range(7):
        n = sort_finite(daily[phase::7], scratch)
        if n > 0:
            middle = quantile(scratch, n, 0.5)
            low = min(low, middle)
            high = max(high, middle)
    return high - low if high >= low else np.nan


@kernel
def changes(daily: Array, work: Array, scratch: Array) -> int:
    """Sort the absolute day-to-day changes into ``scratch`` and return their number."""
    for day in range(1, daily.shape[0]):
        work[day - 1] = abs(daily[day] - daily[day - 1])
    return sort_finite(work[: max(daily.shape[0] - 1, 0)], scratch)


@kernel
def look_floor(floor: Array, mean: Array, size: float, work: Array, scratch: Array, out: Array) -> None:
    """Take the floor of one meter through time; ``floor`` and ``mean`` are of its days, ``out`` as ``FLOOR_NAMES``.

    ``floor_at_nought``: the floor that a straight line of the daily floor on the daily mean leaves where the mean would
    vanish: a constant part shows as a positive value. ``mean_shift_constant``: see :func:`shift_constant`.
    """
    n = sort_finite(floor, scratch)
    middle = quantile(scratch, n, 0.5)
    out[0] = middle / size
    out[1] = quantile(scratch, n, 0.05) / size
    out[2] = quantile(scratch, n, 0.25) / size
    out[3] = quantile(scratch, n, 0.95) / size
    for day in range(floor.shape[0]):
        work[day] = abs(floor[day] - middle)
    n = sort_finite(work[: floor.shape[0]], scratch)
    unit = abs(middle) + 0.01 * size
    out[4] = quantile(scratch, n, 0.5) / unit
    n = changes(floor, work, scratch)
    out[5] = quantile(scratch, n, 0.5) / unit
    out[6] = quantile(scratch, n, 0.9) / unit
    out[7] = week_swing(floor, scratch) / size
    out[8] = week_swing(mean, scratch) / size
    count = 0
    sx = sy = 0.0
    for day in range(floor.shape[0]):
        if not np.isnan(mean[day]):
            count += 1
            sx += mean[day]
            sy += floor[day]
    sxx = sxy = syy = 0.0
    for day in range(floor.shape[0]):
        if not np.isnan(mean[day]):
            dx = mean[day] - sx / count
            dy = floor[day] - sy / count
            sxx += dx * dx
            sxy += dx * dy
            syy += dy * dy
    slope = ratio(sxy, sxx)
    out[9] = slope
    out[10] = ratio(sy / count - slope * sx / count, size) if count > 0 else np.nan
    out[11] = ratio(sxy * sxy, sxx * syy)
    n = changes(mean, work, scratch)
    out[12] = quantile(scratch, n, 0.5) / size
    for day in range(floor.shape[0]):
        work[day] = ratio(floor[day], mean[day])
    n = sort_finite(work[: floor.shape[0]], scratch)
    out[13] = quantile(scratch, n, 0.1)
    out[14] = quantile(scratch, n, 0.9)
    n = sort_finite(mean, scratch)
    out[15] = shift_constant(scratch, n, size)


@kernel
def shift_constant(ordered: Array, n: int, size: float) -> float:
    """Constant part of a shifted log-normal variable by three quantiles, over ``size``.

    Load of people and weather is near log-normal: its spread grows with its level. A constant added to it moves the
    level and not the spread, and comes out as (q10 q90 - q50^2) / (q10 + q90 - 2 q50) (Munro & Wixley 1970). NaN
    where the quantiles are symmetric; held to -3 … 3.
    """
    low = quantile(ordered, n, 0.1)
    middle = quantile(ordered, n, 0.5)
    high = quantile(ordered, n, 0.9)
    bend = low + high - 2.0 * middle
    if np.isnan(bend) or abs(bend) < 1e-4 * size:
        return np.nan
    return min(max((low * high - middle * middle) / bend / size, -3.0), 3.0)
