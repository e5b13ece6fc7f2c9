"""Looks at what remains when each hour's usual level is taken away: two levels, repetition, sudden changes."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.order import quantile, ratio, sort_finite

RESIDUAL_NAMES = (
    "two_levels_share",
    "two_levels_gap",
    "two_levels_on",
    "two_levels_switches",
    "two_levels_tightness",
    "rest_size",
    "rest_tails",
    "rest_change_tails",
    "rest_skew",
    "repeat_1h",
    "repeat_3h",
    "repeat_6h",
    "repeat_24h",
    "repeat_168h",
    "load_repeat_1h",
    "load_repeat_24h",
    "load_repeat_168h",
    "flat_run_longest",
    "flat_run_share",
    "flat_run_level",
)

BINS = 64


@kernel
def rest_of(hours: Array, quantiles: Array, out: Array) -> None:
    """Each hour less its hour-of-day median; ``quantiles`` (24, 5), ``out`` (days x 24) float64."""
    for day in range(hours.shape[0]):
        for hour in range(24):
            out[24 * day + hour] = hours[day, hour] - quantiles[hour, 2]


@kernel
def correlation(values: Array, lag: int) -> float:
    """Correlation of a series with itself ``lag`` places earlier, over the pairs with both; NaN with fewer than 24."""
    n = 0
    sx = sy = 0.0
    for t in range(lag, values.shape[0]):
        if not np.isnan(values[t]) and not np.isnan(values[t - lag]):
            n += 1
            sx += values[t - lag]
            sy += values[t]
    if n < 24:
        return np.nan
    sxx = syy = sxy = 0.0
    for t in range(lag, values.shape[0]):
        if not np.isnan(values[t]) and not np.isnan(values[t - lag]):
            dx = values[t - lag] - sx / n
            dy = values[t] - sy / n
            sxx += dx * dx
            syy += dy * dy
            sxy += dx * dy
    return ratio(sxy, np.sqrt(sxx * syy))


@kernel
def split_level(ordered: Array, n: int) -> int:
    """Split a rising array in the two groups with the least variance within (Otsu 1979); index of the upper's first."""
    total = 0.0
    for i in range(n):
        total += ordered[i]
    best = 0
    most = -1.0
    lower = 0.0
    stride = max(n // 256, 1)
    last = 0
    for i in range(stride, n, stride):
        for k in range(last, i):
            lower += ordered[k]
        last = i
        gap = lower / i - (total - lower) / (n - i)
        between = gap * gap * i * (n - i)
        if between > most:
            most = between
            best = i
    return best


@kernel
def look_two_levels(rest: Array, size: float, scratch: Array, out: Array) -> None:
    """Fill the first nine of ``RESIDUAL_NAMES`` from the rest of one meter's hours."""
    n = sort_finite(rest, scratch)
    for i in range(9):
        out[i] = np.nan
    if n < 48:
        return
    cut = split_level(scratch, n)
    low = scratch[:cut]
    high = scratch[cut:n]
    mean_low = low.mean()
    mean_high = high.mean()
    gap = mean_high - mean_low
    mean = (mean_low * cut + mean_high * (n - cut)) / n
    square = cube = within = 0.0
    for i in range(n):
        d = scratch[i] - mean
        square += d * d
        cube += d * d * d
        d = scratch[i] - (mean_low if i < cut else mean_high)
        within += d * d
    out[0] = ratio(square - within, square)
    out[1] = gap / size
    out[2] = (n - cut) / n
    border = 0.5 * (mean_low + mean_high)
    switches = 0
    pairs = 0
    for t in range(1, rest.shape[0]):
        if not np.isnan(rest[t]) and not np.isnan(rest[t - 1]):
            pairs += 1
            if (rest[t] > border) != (rest[t - 1] > border):
                switches += 1
    out[3] = switches / pairs * 24.0 if pairs > 0 else np.nan
    spread_low = quantile(low, cut, 0.75) - quantile(low, cut, 0.25)
    spread_high = quantile(high, n - cut, 0.75) - quantile(high, n - cut, 0.25)
    out[4] = ratio(0.5 * (spread_low + spread_high), gap + 1e-3 * size)
    out[5] = np.sqrt(square / n) / size
    out[6] = ratio(
        quantile(scratch, n, 0.99) - quantile(scratch, n, 0.01),
        quantile(scratch, n, 0.75) - quantile(scratch, n, 0.25) + 1e-3 * size,
    )
    out[8] = ratio(cube / n, (square / n) ** 1.5 + 1e-12)


@kernel
def look_residual(hours: Array, rest: Array, size: float, work: Array, scratch: Array, out: Array) -> None:
    """Fill the others of ``RESIDUAL_NAMES``: tails of changes, repetition at fixed lags, flat runs.

    A flat run: at least six hours that each stay within 3 % (of level plus a fiftieth of the size) of the run's mean.
    """
    for t in range(1, rest.shape[0]):
        work[t - 1] = abs(rest[t] - rest[t - 1])
    n = sort_finite(work[: max(rest.shape[0] - 1, 0)], scratch)
    out[7] = ratio(quantile(scratch, n, 0.99), quantile(scratch, n, 0.5) + 1e-3 * size)
    flat = hours.ravel()
    out[9] = correlation(rest, 1)
    out[10] = correlation(rest, 3)
    out[11] = correlation(rest, 6)
    out[12] = correlation(rest, 24)
    out[13] = correlation(rest, 168)
    out[14] = correlation(flat, 1)
    out[15] = correlation(flat, 24)
    out[16] = correlation(flat, 168)
    longest = inside = 0
    level = 0.0
    length = 0
    total = 0.0
    for t in range(flat.shape[0] + 1):
        value = flat[t] if t < flat.shape[0] else np.nan
        if length > 0:
            mean = total / length
            if abs(value - mean) <= 0.03 * (abs(mean) + 0.02 * size):
                length += 1
                total += value
                continue
        if length >= 6:
            inside += length
            level += total
            longest = max(longest, length)
        length = 0 if np.isnan(value) else 1
        total = 0.0 if np.isnan(value) else value
    out[17] = np.log1p(longest)
    out[18] = inside / max(flat.shape[0], 1)
    out[19] = level / inside / size if inside > 0 else np.nan
