"""Looks at what remains when each hour's usual level is taken away: two levels, repetition, sudden changes."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction
from minewatch.kernels.order import columns_in_order, quantile, ratio, sort_finite
from minewatch.kernels.room import Room

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


@reduction
def mean_and_number(values: Array) -> tuple[float, float]:
    """Mean of the values that are not NaN, and how many they are."""
    total = number = 0.0
    for t in range(values.shape[0]):
        value = np.float64(values[t])
        there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
        total += value if there else 0.0
        number += 1.0 if there else 0.0
    return total / max(number, 1.0), number


@kernel
def centre(values: Array, centred: Array, known: Array) -> float:
    """Fill ``centred`` with the values less their mean, nought where missing, and ``known`` with 1 and 0; the mean.

    All are alike long, the filled ones float64. Centring first keeps the sums of squares of flat loads exact.
    """
    mean, _ = mean_and_number(values)
    for t in range(values.shape[0]):
        value = np.float64(values[t])
        there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
        centred[t] = value - mean if there else 0.0
        known[t] = 1.0 if there else 0.0
    return mean


@reduction
def sums_of_pairs(
    before: Array, after: Array, had: Array, has: Array
) -> tuple[float, float, float, float, float, float]:
    """Return number, sums, sums of squares and sum of products over the pairs with both."""
    n = sx = sy = sxx = syy = sxy = 0.0
    for t in range(before.shape[0]):
        x = before[t]
        y = after[t]
        n += had[t] * has[t]
        sx += x * has[t]
        sy += y * had[t]
        sxx += x * x * has[t]
        syy += y * y * had[t]
        sxy += x * y
    return n, sx, sy, sxx, syy, sxy


@kernel
def lagged(centred: Array, known: Array, mean: float, lag: int) -> float:
    """Correlation with itself ``lag`` places earlier of what :func:`centre` filled; NaN with fewer than 24 pairs."""
    count = centred.shape[0]
    if count <= lag:
        return np.nan
    n, sx, sy, sxx, syy, sxy = sums_of_pairs(centred[: count - lag], centred[lag:], known[: count - lag], known[lag:])
    if n < 24.0:
        return np.nan
    # What rounding leaves of a constant's variance is none.
    least = 1e-18 * n * mean * mean
    vx = sxx - sx * sx / n
    vy = syy - sy * sy / n
    if vx <= least or vy <= least:
        return np.nan
    return ratio(sxy - sx * sy / n, np.sqrt(vx * vy))


@kernel
def correlation(values: Array, lag: int, centred: Array, known: Array) -> float:
    """Correlation of a series with itself ``lag`` places earlier, over the pairs with both; NaN with fewer than 24.

    ``centred`` and ``known``, alike long, are room.
    """
    return lagged(centred, known, centre(values, centred, known), lag)


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
    later = rest[1:]
    for t in range(later.shape[0]):
        work[t] = abs(later[t] - rest[t])
    n = sort_finite(work[: max(rest.shape[0] - 1, 0)], scratch)
    out[7] = ratio(quantile(scratch, n, 0.99), quantile(scratch, n, 0.5) + 1e-3 * size)
    flat = hours.reshape(hours.size)
    centred = work[: flat.shape[0]]
    known = scratch[: flat.shape[0]]
    mean = centre(rest, centred, known)
    out[9] = lagged(centred, known, mean, 1)
    out[10] = lagged(centred, known, mean, 3)
    out[11] = lagged(centred, known, mean, 6)
    out[12] = lagged(centred, known, mean, 24)
    out[13] = lagged(centred, known, mean, 168)
    mean = centre(flat, centred, known)
    out[14] = lagged(centred, known, mean, 1)
    out[15] = lagged(centred, known, mean, 24)
    out[16] = lagged(centred, known, mean, 168)
    longest = inside = 0
    level = 0.0
    length = 0
    total = 0.0
    for t in range(flat.shape[0] + 1):
        value = flat[t] if t < flat.shape[0] else np.nan
        # Both sides times the run's length: a division would cost more than all else here.
        if length > 0 and abs(value * length - total) <= 0.03 * (abs(total) + 0.02 * size * length):
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
def clean_steps(rest: Array, step: Array, uneven: Array) -> None:
    """Step of the rest over each hour and how uneven its two sides are: three hours before, three after.

    ``step`` and ``uneven`` are as long as ``rest``; the first and last three places are not filled. Slices, because an
    index that might be negative would be looked after at every place.
    """
    number = max(rest.shape[0] - 6, 0)
    third = 1.0 / 3.0
    a3, a2, a1, b1, b2, b3 = rest, rest[1:], rest[2:], rest[4:], rest[5:], rest[6:]
    step = step[3:]
    uneven = uneven[3:]
    for t in range(number):
        low = (a1[t] + a2[t] + a3[t]) * third
        high = (b1[t] + b2[t] + b3[t]) * third
        before = max(max(abs(a1[t] - low), abs(a2[t] - low)), abs(a3[t] - low))
        after = max(max(abs(b1[t] - high), abs(b2[t] - high)), abs(b3[t] - high))
        step[t] = high - low
        uneven[t] = max(before, after)


@kernel
def usual_of_hours(depth: Array, ordered: Array, usual: Array) -> None:
    """Median of ``|depth|`` of each hour of the day; ``depth`` and ``ordered`` (days, 24) float32, ``usual`` (24,)."""
    read = np.empty(24, np.int64)
    for day in range(depth.shape[0]):
        for hour in range(24):
            ordered[day, hour] = abs(depth[day, hour])
    columns_in_order(ordered, ordered, read)
    for hour in range(24):
        usual[hour] = quantile(ordered[:, hour], read[hour], 0.5)


@kernel
def look_clean(hours: Array, rest: Array, ordered: Array, n: int, size: float, room: Room, out: Array) -> None:
    """Clean steps at any hour, sags, and the widest gap between levels; ``out`` as ``CLEAN_NAMES``.

    A clean step: over the hour t the rest goes from one level, held for three hours, to another, held for three; the
    sides are uneven by less than a fifth of the step, which is at least 8 % of the size. common: largest share of steps
    within 8 % of one size. clock: share at the commonest hour of the day. A sag: an hour lower than the mean of its
    neighbours by more than six times the usual of its hour of the day and 2 % of the size; a surge is the same upward.
    gap: widest distance between quantiles 4 % apart, between 8 and 92 %, of the first ``n`` of ``ordered``, the hours read
    in rising order.
    """
    out[:] = np.nan
    count = rest.shape[0]
    days = hours.shape[0]
    ups = downs = night = number = 0
    clock = np.zeros(24, np.float64)
    sizes = room.hourly[0]
    steps = room.hourly[1]
    unevens = room.hourly[2]
    clean_steps(rest, steps, unevens)
    flatness = 0.0
    t = 3
    while t < count - 3:
        step = steps[t]
        uneven = unevens[t]
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
    flat = hours.reshape(hours.size)
    depth = room.columns[0]
    deep = depth.reshape(depth.size)
    deep[0] = np.nan
    deep[count - 1] = np.nan
    before, here, after, inner = flat[: count - 2], flat[1:], flat[2:], deep[1:]
    for t in range(count - 2):
        inner[t] = np.float32(0.5) * (before[t] + after[t]) - here[t]
    usual = np.empty(24, np.float64)
    usual_of_hours(depth, room.columns[1], usual)
    sags = surges = quiet = seen = 0
    depths = room.hourly[0]
    for day in range(days):
        for hour in range(24):
            value = depth[day, hour]
            seen += value == value  # noqa: PLR0124 - false for NaN only, without a branch
            if abs(value) > 6.0 * usual[hour] + 0.02 * size:
                if value > 0:
                    depths[sags] = value / size
                    sags += 1
                    quiet += hour < 6
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
    widest = 0.0
    for i in range(43):
        p = 0.08 + 0.02 * i
        width = quantile(ordered, n, p + 0.02) - quantile(ordered, n, p - 0.02)
        if width > widest:
            widest = width
            out[16] = p
    out[15] = widest / size
