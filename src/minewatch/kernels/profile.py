"""Looks at the hours of the day: envelope, spread against level, sharp edges at fixed clock times, noise."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.floor import shift_constant
from minewatch.kernels.order import quantile, ratio, sort_finite, sort_first

PROFILE_NAMES = (
    "profile_low_min",
    "profile_low_max",
    "profile_low_std",
    "profile_mid_min",
    "profile_mid_max",
    "profile_mid_std",
    "profile_high_min",
    "profile_high_max",
    "profile_high_std",
    "profile_spread_min",
    "profile_spread_med",
    "profile_spread_rel_min",
    "profile_spread_rel_med",
    "profile_level_at_no_spread",
    "profile_level_spread_r2",
    "profile_shift_med",
    "profile_shift_p25",
    "profile_day_share",
)


@kernel
def hour_quantiles(ordered: Array, read: Array, out: Array) -> None:
    """Fill ``out`` (24, 5) with the 5, 25, 50, 75, 95 % quantiles of each hour of the day; NaN: never read.

    ``ordered`` (days, 24) and ``read`` (24,) as :func:`~minewatch.kernels.order.columns_in_order` gives them.
    """
    for hour in range(24):
        column = ordered[:, hour]
        out[hour, 0] = quantile(column, read[hour], 0.05)
        out[hour, 1] = quantile(column, read[hour], 0.25)
        out[hour, 2] = quantile(column, read[hour], 0.5)
        out[hour, 3] = quantile(column, read[hour], 0.75)
        out[hour, 4] = quantile(column, read[hour], 0.95)


@kernel
def low_high_std(values: Array) -> tuple[float, float, float]:
    """Lowest, highest and standard deviation of the values that are not NaN."""
    low = np.inf
    high = -np.inf
    total = 0.0
    count = 0
    for i in range(values.shape[0]):
        if not np.isnan(values[i]):
            low = min(low, values[i])
            high = max(high, values[i])
            total += values[i]
            count += 1
    if count == 0:
        return np.nan, np.nan, np.nan
    square = 0.0
    for i in range(values.shape[0]):
        if not np.isnan(values[i]):
            square += (values[i] - total / count) ** 2
    return low, high, np.sqrt(square / count)


@kernel
def look_profile(
    ordered: Array, read: Array, quantiles: Array, size: float, work: Array, scratch: Array, out: Array
) -> None:
    """Envelope over the day and spread against level; ``quantiles`` from :func:`hour_quantiles`, ``out`` as named.

    ``profile_level_at_no_spread``: where the straight line of the hours' level on their spread (75 % less 25 %)
    meets no spread at all; load that people cause comes down to about nought there, a constant part stays.
    """
    for k in range(3):
        low, high, std = low_high_std(quantiles[:, 2 * k])
        out[3 * k] = low / size
        out[3 * k + 1] = high / size
        out[3 * k + 2] = std / size
    count = 0
    sx = sy = 0.0
    for hour in range(24):
        spread = quantiles[hour, 3] - quantiles[hour, 1]
        work[hour] = spread / size
        work[24 + hour] = ratio(spread, abs(quantiles[hour, 2]) + 0.01 * size)
        if not np.isnan(spread):
            count += 1
            sx += spread
            sy += quantiles[hour, 2]
    n = sort_finite(work[:24], scratch)
    out[9] = quantile(scratch, n, 0.0)
    out[10] = quantile(scratch, n, 0.5)
    n = sort_finite(work[24:48], scratch)
    out[11] = quantile(scratch, n, 0.0)
    out[12] = quantile(scratch, n, 0.5)
    sxx = sxy = syy = 0.0
    for hour in range(24):
        if not np.isnan(work[hour]):
            dx = work[hour] * size - sx / count
            dy = quantiles[hour, 2] - sy / count
            sxx += dx * dx
            sxy += dx * dy
            syy += dy * dy
    out[13] = ratio(sy / count - ratio(sxy, sxx) * sx / count, size) if count > 0 else np.nan
    out[14] = ratio(sxy * sxy, sxx * syy)
    for hour in range(24):
        work[hour] = shift_constant(ordered[:, hour], read[hour], size)
    n = sort_finite(work[:24], scratch)
    out[15] = quantile(scratch, n, 0.5)
    out[16] = quantile(scratch, n, 0.25)
    between = 0.0
    within = 0.0
    for day in range(ordered.shape[0]):
        for hour in range(24):
            value = ordered[day, hour]
            if value < np.inf:
                within += (value - quantiles[hour, 2]) ** 2
                between += (value - sy / count) ** 2
    out[17] = ratio(within, between)


NOISE_NAMES = (
    "noise_hour_p10",
    "noise_hour_p25",
    "noise_hour_p50",
    "noise_hour_p90_to_p50",
    "noise_hour_p99_to_p50",
    "noise_floor_p50",
    "noise_day_p10",
    "noise_day_p25",
    "noise_day_p50",
    "noise_day_p90_to_p50",
    "noise_high_p50",
)


@kernel
def fill_changes(flat: Array, lag: int, tiny: float, out: Array) -> None:
    """Change over ``lag`` places over the level at both ends (plus ``tiny``); ``out`` is shorter by ``lag``."""
    later = flat[lag:]
    for t in range(out.shape[0]):
        here = later[t]
        before = flat[t]
        out[t] = abs(here - before) / (np.float32(0.5) * (abs(here) + abs(before)) + np.float32(tiny))


@kernel
def look_noise(hours: Array, size: float, low: float, high: float, work: Array, scratch: Array, out: Array) -> None:
    """Change from hour to hour and from day to day over the level, over all hours and at the floor and at the top.

    ``low`` and ``high`` are the meter's 25 and 75 % levels in kW: hours below (above) count as floor (top).
    """
    flat = hours.reshape(hours.size)
    count = flat.shape[0]
    change = work[: count - 1]
    fill_changes(flat, 1, 0.01 * size, change)
    n = sort_finite(change, scratch)
    middle = quantile(scratch, n, 0.5)
    out[0] = quantile(scratch, n, 0.1)
    out[1] = quantile(scratch, n, 0.25)
    out[2] = middle
    out[3] = ratio(quantile(scratch, n, 0.9), middle + 1e-4)
    out[4] = ratio(quantile(scratch, n, 0.99), middle + 1e-4)
    n = 0
    later = flat[1:]
    for t in range(count - 1):
        scratch[n] = change[t]
        n += (later[t] <= low) & (flat[t] <= low)
    sort_first(scratch, n)
    out[5] = quantile(scratch, n, 0.5)
    n = 0
    for t in range(count - 1):
        scratch[n] = change[t]
        n += (later[t] >= high) & (flat[t] >= high)
    sort_first(scratch, n)
    out[10] = quantile(scratch, n, 0.5)
    change = work[: count - 24]
    fill_changes(flat, 24, 0.01 * size, change)
    n = sort_finite(change, scratch)
    middle = quantile(scratch, n, 0.5)
    out[6] = quantile(scratch, n, 0.1)
    out[7] = quantile(scratch, n, 0.25)
    out[8] = middle
    out[9] = ratio(quantile(scratch, n, 0.9), middle + 1e-4)
