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


CLEAN_NAMES = (
    "clean_up_rate",
    "clean_down_rate",
    "clean_size",
    "clean_size_spread",
    "clean_common",
    "clean_balance",
    "clean_night",
    "clean_clock",
    "clean_flatness",
    "clean_largest",
    "sag_rate",
    "sag_over_surge",
    "sag_depth_p50",
    "sag_depth_p90",
    "sag_at_night",
    "gap_width",
    "gap_place",
)


@kernel
def clean_step(rest: Array, t: int) -> tuple[float, float]:
    """Step of the rest over the hour ``t`` and how uneven its two sides are: three hours before, three after."""
    low = high = 0.0
    for k in range(1, 4):
        low += rest[t - k]
        high += rest[t + k]
    low /= 3.0
    high /= 3.0
    uneven = 0.0
    for k in range(1, 4):
        uneven = max(uneven, max(abs(rest[t - k] - low), abs(rest[t + k] - high)))
    return high - low, uneven


@kernel
def look_clean(hours: Array, rest: Array, size: float, work: Array, scratch: Array, out: Array) -> None:
    """Clean steps at any hour, sags, and the widest gap between levels; ``out`` as ``CLEAN_NAMES``.

    A clean step: over the hour t the rest goes from one level, held for three hours, to another, held for three; the
    sides are uneven by less than a fifth of the step, which is at least 8 % of the size. common: largest share of steps
    within 8 % of one size. clock: share at the commonest hour of the day. A sag: an hour lower than the mean of its
    neighbours by more than six times the usual of its hour of the day and 2 % of the size; a surge is the same upward.
    gap: widest distance between quantiles 4 % apart, between 8 and 92 %.
    """
    out[:] = np.nan
    count = rest.shape[0]
    days = hours.shape[0]
    ups = downs = night = number = 0
    clock = work[:24]
    clock[:] = 0.0
    sizes = scratch[: count // 3 + 8]
    flatness = 0.0
    t = 3
    while t < count - 3:
        step, uneven = clean_step(rest, t)
        if abs(step) > 0.08 * size and uneven < 0.2 * abs(step):
            sizes[number] = abs(step) / size
            number += 1
            flatness += uneven / abs(step)
            if step > 0:
                ups += 1
            else:
                downs += 1
            hour = t % 24
            clock[hour] += 1.0
            if hour < 6 or hour >= 22:
                night += 1
            t += 3
        else:
            t += 1
    out[0] = ups / max(days, 1)
    out[1] = downs / max(days, 1)
    if number > 0:
        sizes[:number].sort()
        middle = quantile(sizes, number, 0.5)
        out[2] = middle
        out[3] = ratio(quantile(sizes, number, 0.75) - quantile(sizes, number, 0.25), middle)
        common = 0
        first = 0
        for i in range(number):
            while sizes[first] < sizes[i] / 1.16:
                first += 1
            common = max(common, i - first + 1)
        out[4] = common / number
        out[5] = min(ups, downs) / max(ups, downs)
        out[6] = night / number
        out[7] = clock.max() / number
        out[8] = flatness / number
        out[9] = sizes[number - 1]
    flat = hours.ravel()
    sags = surges = quiet = seen = 0
    depths = scratch[:count]
    for hour in range(24):
        for day in range(days):
            t = 24 * day + hour
            work[day] = np.nan
            if 0 < t < count - 1:
                work[day] = abs(0.5 * (flat[t - 1] + flat[t + 1]) - flat[t])
        n = sort_finite(work[:days], work[days:])
        usual = quantile(work[days:], n, 0.5)
        for day in range(days):
            t = 24 * day + hour
            if 0 < t < count - 1:
                depth = 0.5 * (flat[t - 1] + flat[t + 1]) - flat[t]
                if np.isnan(depth):
                    continue
                seen += 1
                if abs(depth) > 6.0 * usual + 0.02 * size:
                    if depth > 0:
                        depths[sags] = depth / size
                        sags += 1
                        if hour < 6:
                            quiet += 1
                    else:
                        surges += 1
    if seen > 0:
        out[10] = sags / seen * 720.0
        out[11] = np.log((sags + 1.0) / (surges + 1.0))
    if sags > 0:
        depths[:sags].sort()
        out[12] = quantile(depths, sags, 0.5)
        out[13] = quantile(depths, sags, 0.9)
        out[14] = quiet / sags
    n = sort_finite(flat, scratch)
    widest = 0.0
    for i in range(43):
        p = 0.08 + 0.02 * i
        width = quantile(scratch, n, p + 0.02) - quantile(scratch, n, p - 0.02)
        if width > widest:
            widest = width
            out[16] = p
    out[15] = widest / size
