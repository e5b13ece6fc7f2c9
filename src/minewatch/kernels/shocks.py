"""Looks at what is sudden: lasting jolts at any hour, drops of minutes between flat shoulders; and at noise by level.

The host's usual change of each hour is the median of its changes there, which a jump at another hour each day does not
move, as it would move the median level.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.levels import commonest
from minewatch.kernels.order import quantile, ratio, sort_finite

JOLT_NAMES = (
    "jolt_up_rate",
    "jolt_down_rate",
    "jolt_size",
    "jolt_spread",
    "jolt_common",
    "jolt_balance",
    "jolt_night",
    "jolt_clock",
    "jolt_largest",
    "jolt_tail_99",
    "jolt_tail_999",
    "jolt_tail_night",
    "jolt_sharp",
    "jolt_off_clock",
    "jolt_p90",
    "jolt_pairs",
)
SIDE = 5
"""Hours on both sides of a jolt that must hold their level."""

QUIET_NAMES = (
    "quiet_hour_at",
    "quiet_hour_r2",
    "quiet_hour_low",
    "quiet_hour_high",
    "quiet_hour_least",
    "quiet_hour_level",
    "quiet_hour_slope",
    "quiet_hour_share",
    "quiet_day_at",
    "quiet_day_r2",
    "quiet_day_low",
    "quiet_day_high",
    "quiet_day_slope",
)

_DROP = ("rate", "over_surge", "p50", "p90", "deepest", "night", "small_rate", "small_over_surge")
DROP_NAMES = tuple(f"drop_{which}_{name}" for which in ("hour", "slot") for name in _DROP)


@kernel
def usual_changes(values: Array, kinds: Array, size: float, work: Array, scratch: Array, out: Array) -> None:
    """Median of the change into each hour and 1.48 deviations + 1 % of the size; ``out`` (2 kinds of day, 24, 2).

    The medians are moved by one number so that a day's sum is nought.
    """
    days = values.shape[0] // 24
    for kind in range(2):
        total = 0.0
        for hour in range(24):
            count = 0
            for day in range(days):
                t = 24 * day + hour
                if t > 0 and kinds[day] == kind:
                    work[count] = values[t] - values[t - 1]
                    count += 1
            n = sort_finite(work[:count], scratch)
            middle = quantile(scratch, n, 0.5) if n > 0 else 0.0
            for i in range(n):
                scratch[i] = abs(scratch[i] - middle)
            scratch[:n].sort()
            wide = quantile(scratch, n, 0.5) if n > 0 else 0.0
            out[kind, hour, 0] = middle
            out[kind, hour, 1] = 1.48 * wide + 0.01 * size
            total += middle
        for hour in range(24):
            out[kind, hour, 0] -= total / 24.0


@kernel
def jolt_tails(
    values: Array, kinds: Array, usual: Array, hours: int, work: Array, scratch: Array
) -> tuple[float, float]:
    """99 and 99.9 % quantiles of the unusual changes in the first ``hours`` of the days, in usual deviations, logarithms."""
    count = 0
    for t in range(1, values.shape[0]):
        hour = t % 24
        if hour < hours:
            kind = kinds[t // 24]
            work[count] = abs((values[t] - values[t - 1] - usual[kind, hour, 0]) / usual[kind, hour, 1])
            count += 1
    n = sort_finite(work[:count], scratch)
    return np.log(quantile(scratch, n, 0.99) + 0.1), np.log(quantile(scratch, n, 0.999) + 0.1)


@kernel
def jolt_at(rest: Array, t: int) -> tuple[float, float, float]:
    """Step of the rest over hour ``t``, mean unevenness of its sides, and the largest change in one hour at it."""
    low = high = 0.0
    for k in range(1, SIDE + 1):
        low += rest[t - k]
        high += rest[t + k]
    low /= SIDE
    high /= SIDE
    uneven = 0.0
    for k in range(1, SIDE + 1):
        uneven += abs(rest[t - k] - low) + abs(rest[t + k] - high)
    return high - low, uneven / (2.0 * SIDE), max(abs(rest[t] - rest[t - 1]), abs(rest[t + 1] - rest[t]))


@kernel
def look_jolts(
    values: Array, kinds: Array, size: float, usual: Array, rest: Array, work: Array, scratch: Array, out: Array
) -> None:
    """Sharp lasting jumps of one meter's hours once the host's usual changes are taken away; ``out`` as named.

    A jolt: the five hours after stand more than 6 % of the size from the five before, and both sides are uneven by less
    than 15 % of the step on the mean. pairs: share of jolts that undo the one before within a tenth. off_clock: jolts a
    day at other hours than the two commonest. ``usual`` (2, 24, 2) and ``rest`` (hours,) are room.
    """
    count = values.shape[0]
    out[:] = np.nan
    usual_changes(values, kinds, size, work, scratch, usual)
    level = 0.0
    for t in range(count):
        level += usual[kinds[t // 24], t % 24, 0]
        rest[t] = values[t] - level
    out[9], out[10] = jolt_tails(values, kinds, usual, 24, work, scratch)
    out[11], _ = jolt_tails(values, kinds, usual, 6, work, scratch)
    clock = scratch[count : count + 24]
    clock[:] = 0.0
    jolts = ups = night = pairs = 0
    sharp = last = 0.0
    t = SIDE
    while t < count - SIDE:
        step, uneven, quick = jolt_at(rest, t)
        if not (abs(step) >= 0.06 * size and uneven < 0.15 * abs(step)):
            t += 1
            continue
        work[jolts] = abs(step) / size
        jolts += 1
        clock[t % 24] += 1.0
        night += t % 24 < 6 or t % 24 >= 22
        ups += step > 0.0
        sharp += quick / abs(step)
        pairs += step * last < 0.0 and abs(abs(last) - abs(step)) < 0.1 * abs(step)
        last = step
        t += SIDE
    days = count / 24.0
    out[0] = ups / days
    out[1] = (jolts - ups) / days
    if jolts == 0:
        return
    work[:jolts].sort()
    out[2] = quantile(work, jolts, 0.5)
    out[3] = ratio(quantile(work, jolts, 0.75) - quantile(work, jolts, 0.25), out[2])
    out[4] = commonest(work, jolts) / jolts
    out[5] = min(ups, jolts - ups) / jolts
    out[6] = night / jolts
    out[7] = clock.max() / jolts
    out[8] = work[jolts - 1]
    out[12] = sharp / jolts
    clock.sort()
    out[13] = (jolts - clock[23] - clock[22]) / days
    out[14] = quantile(work, jolts, 0.9)
    out[15] = pairs / jolts


@kernel
def noise_by_level(
    values: Array, lag: int, size: float, work: Array, second: Array, scratch: Array, levels: Array, noise: Array
) -> int:
    """Median noise in tenths of the level; fills ``levels`` and ``noise`` (10,) over ``size``, returns how many tenths.

    With ``lag`` 1 the noise is the distance from the mean of both neighbours, which is the level; with 24 the change
    from the day before, at the mean of both. A tenth with fewer than five values is left out.
    """
    count = 0
    for t in range(lag, values.shape[0] - 1):
        other = values[t + 1] if lag == 1 else values[t]
        level = 0.5 * (values[t - lag] + other)
        change = abs(values[t] - (level if lag == 1 else values[t - lag]))
        if not np.isnan(change):
            work[count] = level
            second[count] = change
            count += 1
    if count < 48:
        return 0
    n = sort_finite(work[:count], scratch)
    borders = np.empty(11)
    borders[0] = -np.inf
    borders[10] = np.inf
    for i in range(1, 10):
        borders[i] = scratch[n * i // 10]
    number = 0
    for i in range(10):
        found = 0
        total = 0.0
        for k in range(count):
            if borders[i] < work[k] <= borders[i + 1]:
                scratch[found] = second[k]
                total += work[k]
                found += 1
        if found >= 5:
            scratch[:found].sort()
            noise[number] = quantile(scratch, found, 0.5) / size
            levels[number] = total / found / size
            number += 1
    return number


@kernel
def look_quiet(values: Array, size: float, work: Array, second: Array, scratch: Array, out: Array) -> None:
    """Noise against level, hour to hour and day to day; ``out`` as ``QUIET_NAMES``.

    People's load is the noisier the higher it is; machines add level and no noise. at: the level at which the straight
    line of noise on level meets no noise, held to -3 … 3 sizes: a constant part shows as a positive value. share: noise
    of the lowest tenth over its level.
    """
    out[:] = np.nan
    levels = np.empty(10)
    noise = np.empty(10)
    for mode in range(2):
        n = noise_by_level(values, 1 if mode == 0 else 24, size, work, second, scratch, levels, noise)
        if n < 4:
            continue
        mean_level = levels[:n].mean()
        mean_noise = noise[:n].mean()
        sxx = sxy = syy = 0.0
        for i in range(n):
            sxx += (levels[i] - mean_level) ** 2
            sxy += (levels[i] - mean_level) * (noise[i] - mean_noise)
            syy += (noise[i] - mean_noise) ** 2
        slope = ratio(sxy, sxx)
        base = 8 * mode
        if abs(slope) > 1e-4:
            out[base] = min(max(mean_level - ratio(mean_noise, slope), -3.0), 3.0)
        out[base + 1] = ratio(sxy * sxy, sxx * syy)
        out[base + 2] = noise[0]
        out[base + 3] = noise[n - 1]
        if mode == 0:
            out[4] = noise[:n].min()
            out[5] = levels[0]
            out[6] = slope
            out[7] = noise[0] / (levels[0] + 0.01)
        else:
            out[12] = slope


@kernel
def look_drops(values: Array, size: float, per_hour: int, work: Array, out: Array) -> None:
    """Count drops of one or two slots between flat shoulders of three, and surges, their mirror images; ``out`` (8,).

    A drop: deeper below the lower shoulder than six times the shoulders' mean unevenness + 1.5 % of the size, and the
    shoulders agree to 30 % of it. Small: less than 5 % of the size. Rates are a day, over_surge is a logarithm.
    """
    out[:] = np.nan
    count = values.shape[0]
    drops = surges = small = small_up = seen = night = 0
    for width in range(1, 3):
        for t in range(3, count - 3 - width):
            left = right = 0.0
            for k in range(3):
                left += values[t - 1 - k]
                right += values[t + width + k]
            left /= 3.0
            right /= 3.0
            value = values[t] if width == 1 else 0.5 * (np.float64(values[t]) + values[t + 1])
            depth = min(left, right) - value
            height = value - max(left, right)
            if np.isnan(left + right + value):
                continue
            seen += 1
            if max(depth, height) <= 0.015 * size:
                continue
            uneven = 0.0
            for k in range(3):
                uneven += abs(values[t - 1 - k] - left) + abs(values[t + width + k] - right)
            if max(depth, height) <= uneven + 0.015 * size or abs(left - right) >= 0.3 * max(depth, height):
                continue
            if depth > 0.05 * size:
                work[drops] = depth / size
                drops += 1
                night += t // per_hour % 24 < 6
            elif height > 0.05 * size:
                surges += 1
            elif depth > 0.0:
                small += 1
            else:
                small_up += 1
    if seen == 0:
        return
    days = count / 24.0 / per_hour
    out[0] = drops / days
    out[1] = np.log((drops + 1.0) / (surges + 1.0))
    out[6] = small / days
    out[7] = np.log((small + 1.0) / (small_up + 1.0))
    if drops > 0:
        work[:drops].sort()
        out[2] = quantile(work, drops, 0.5)
        out[3] = quantile(work, drops, 0.9)
        out[4] = work[drops - 1]
        out[5] = night / drops
