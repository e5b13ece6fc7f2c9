"""Looks at what is sudden: lasting jolts at any hour, drops of minutes between flat shoulders; and at noise by level.

The host's usual change of each hour is the median of its changes there, which a jump at another hour each day does not
move, as it would move the median level.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.levels import commonest
from minewatch.kernels.order import columns_of_kind, deviation_of, quantile, ratio, sort_first
from minewatch.kernels.room import Room

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
def fill_changes_into(values: Array, change: Array) -> None:
    """Change into each hour; NaN for the first. ``change`` (days, 24) float32."""
    flat = change.reshape(change.size)
    flat[0] = np.nan
    later = values[1:]
    into = flat[1:]
    for t in range(later.shape[0]):
        into[t] = later[t] - values[t]


@kernel
def usual_changes(change: Array, kinds: Array, size: float, room: Room, out: Array) -> None:
    """Median of the change into each hour and 1.48 deviations + 1 % of the size; ``out`` (2 kinds of day, 24, 2).

    ``change`` (days, 24) float32. The medians are moved by one number so that a day's sum is nought.
    """
    ordered = room.columns[1]
    read = np.empty(24, np.int64)
    for kind in range(2):
        rows = columns_of_kind(change, kinds, kind, ordered, read)
        total = 0.0
        for hour in range(24):
            column = ordered[:rows, hour]
            n = read[hour]
            middle = quantile(column, n, 0.5) if n > 0 else 0.0
            wide = deviation_of(column, n, middle) if n > 0 else 0.0
            out[kind, hour, 0] = middle
            out[kind, hour, 1] = 1.48 * wide + 0.01 * size
            total += middle
        for hour in range(24):
            out[kind, hour, 0] -= total / 24.0


@kernel
def jolt_tails(change: Array, kinds: Array, usual: Array, hours: int, scratch: Array) -> tuple[float, float]:
    """99 and 99.9 % quantiles of the unusual changes in the first ``hours`` of the days, in usual deviations, logarithms."""
    n = 0
    for day in range(change.shape[0]):
        mine = usual[kinds[day]]
        for hour in range(hours):
            value = abs((change[day, hour] - mine[hour, 0]) / mine[hour, 1])
            scratch[n] = value
            n += value == value  # noqa: PLR0124 - false for NaN only, without a branch
    sort_first(scratch, n)
    return np.log(quantile(scratch, n, 0.99) + 0.1), np.log(quantile(scratch, n, 0.999) + 0.1)


@kernel
def jolts_at(rest: Array, sums: Array, step: Array, uneven: Array) -> None:
    """Step of the rest over each hour and mean unevenness of its sides; the first and last ``SIDE`` are not filled.

    ``sums``, as long as ``rest``, is room. Slices, because an index that might be negative would be looked after at
    every place.
    """
    number = max(rest.shape[0] - 2 * SIDE, 0)
    p1, p2, p3, p4 = rest[1:], rest[2:], rest[3:], rest[4:]
    fifth = 1.0 / SIDE
    for t in range(rest.shape[0] - SIDE + 1):
        sums[t] = (rest[t] + p1[t] + p2[t] + p3[t] + p4[t]) * fifth
    above = sums[SIDE + 1 :]
    b0, b1, b2, b3, b4 = rest[6:], rest[7:], rest[8:], rest[9:], rest[10:]
    step = step[SIDE:]
    uneven = uneven[SIDE:]
    for t in range(number):
        low = sums[t]
        high = above[t]
        total = abs(rest[t] - low) + abs(p1[t] - low) + abs(p2[t] - low) + abs(p3[t] - low) + abs(p4[t] - low)
        total += abs(b0[t] - high) + abs(b1[t] - high) + abs(b2[t] - high) + abs(b3[t] - high) + abs(b4[t] - high)
        step[t] = high - low
        uneven[t] = total * (0.5 * fifth)


@kernel
def look_jolts(values: Array, kinds: Array, size: float, room: Room, out: Array) -> None:
    """Sharp lasting jumps of one meter's hours once the host's usual changes are taken away; ``out`` as named.

    A jolt: the five hours after stand more than 6 % of the size from the five before, and both sides are uneven by less
    than 15 % of the step on the mean. pairs: share of jolts that undo the one before within a tenth. off_clock: jolts a
    day at other hours than the two commonest.
    """
    count = values.shape[0]
    out[:] = np.nan
    work = room.work
    scratch = room.scratch
    change = room.columns[0]
    fill_changes_into(values, change)
    usual = np.empty((2, 24, 2), np.float64)
    usual_changes(change, kinds, size, room, usual)
    rest = room.hourly[0]
    steps = room.hourly[1]
    unevens = room.hourly[2]
    level = 0.0
    for t in range(count):
        level += usual[kinds[t // 24], t % 24, 0]
        rest[t] = values[t] - level
    out[9], out[10] = jolt_tails(change, kinds, usual, 24, scratch)
    out[11], _ = jolt_tails(change, kinds, usual, 6, scratch)
    jolts_at(rest, work, steps, unevens)
    clock = scratch[count : count + 24]
    clock[:] = 0.0
    jolts = ups = night = pairs = 0
    sharp = last = 0.0
    t = SIDE
    while t < count - SIDE:
        step = steps[t]
        if not (abs(step) >= 0.06 * size and unevens[t] < 0.15 * abs(step)):
            t += 1
            continue
        quick = max(abs(rest[t] - rest[t - 1]), abs(rest[t + 1] - rest[t]))
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
def levels_and_changes(values: Array, lag: int, level: Array, change: Array) -> int:
    """Fill level and change as :func:`noise_by_level` takes them, those that are known; returns how many there are."""
    count = 0
    now = values[lag:]
    other = values[lag + 1 :] if lag == 1 else now
    for t in range(values.shape[0] - 1 - lag):
        here = 0.5 * (values[t] + other[t])
        moved = abs(now[t] - (here if lag == 1 else values[t]))
        level[count] = here
        change[count] = moved
        count += moved == moved  # noqa: PLR0124 - false for NaN only, without a branch
    return count


@kernel
def tenths_of(level: Array, ordered: Array, tenth: Array) -> None:
    """Tell for each level in which tenth it lies, 0 to 9; ``ordered`` are the same levels in rising order."""
    n = level.shape[0]
    tenth[:] = 0
    for i in range(1, 10):
        border = np.float32(ordered[n * i // 10])
        for t in range(n):
            tenth[t] += np.int8(1) if level[t] > border else np.int8(0)


@kernel
def noise_by_level(values: Array, lag: int, size: float, room: Room, levels: Array, noise: Array) -> int:
    """Median noise in tenths of the level; fills ``levels`` and ``noise`` (10,) over ``size``, returns how many tenths.

    With ``lag`` 1 the noise is the distance from the mean of both neighbours, which is the level; with 24 the change
    from the day before, at the mean of both. A tenth with fewer than five values is left out.
    """
    scratch = room.scratch
    level = room.columns[0].reshape(room.columns[0].size)
    change = room.columns[1].reshape(room.columns[1].size)
    count = levels_and_changes(values, lag, level, change)
    if count < 48:
        return 0
    for t in range(count):
        scratch[t] = level[t]
    sort_first(scratch, count)
    tenth = room.small[:count]
    tenths_of(level[:count], scratch, tenth)
    number = np.zeros(10, np.int64)
    total = np.zeros(10, np.float64)
    for t in range(count):
        number[tenth[t]] += 1
        total[tenth[t]] += level[t]
    place = np.zeros(10, np.int64)
    for i in range(1, 10):
        place[i] = place[i - 1] + number[i - 1]
    for t in range(count):
        scratch[place[tenth[t]]] = change[t]
        place[tenth[t]] += 1
    found = 0
    for i in range(10):
        if number[i] >= 5:
            mine = scratch[place[i] - number[i] : place[i]]
            sort_first(mine, number[i])
            noise[found] = quantile(mine, number[i], 0.5) / size
            levels[found] = total[i] / number[i] / size
            found += 1
    return found


@kernel
def look_quiet(values: Array, size: float, room: Room, out: Array) -> None:
    """Noise against level, hour to hour and day to day; ``out`` as ``QUIET_NAMES``.

    People's load is the noisier the higher it is; machines add level and no noise. at: the level at which the straight
    line of noise on level meets no noise, held to -3 … 3 sizes: a constant part shows as a positive value. share: noise
    of the lowest tenth over its level.
    """
    out[:] = np.nan
    levels = np.empty(10)
    noise = np.empty(10)
    for mode in range(2):
        n = noise_by_level(values, 1 if mode == 0 else 24, size, room, levels, noise)
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
def classify_drops(values: Array, width: int, size: float, depth: Array, kind: Array) -> None:
    """Tell what stands at each place between its shoulders of three, as :func:`look_drops` says.

    ``kind`` (int8): 1 drop, 2 surge, 3 small drop, 4 small surge, 0 nothing, -1 not known; ``depth`` (float32): how far
    outside its shoulders. Both are as long as ``values``; the first three and last ``3 + width`` places are not filled.
    Without a branch, so that many places are judged at a time.
    """
    third = np.float32(1.0 / 3.0)
    least = np.float32(0.015 * size)
    large = np.float32(0.05 * size)
    number = max(values.shape[0] - 6 - width, 0)
    # Slices, because an index that might be negative would be looked after at every place.
    a3, a2, a1, first, second = values[:number], values[1:], values[2:], values[3:], values[2 + width :]
    b1, b2, b3 = values[3 + width :], values[4 + width :], values[5 + width :]
    depth = depth[3:]
    kind = kind[3:]
    for t in range(number):
        a, b, c = a1[t], a2[t], a3[t]
        d, e, f = b1[t], b2[t], b3[t]
        left = (a + b + c) * third
        right = (d + e + f) * third
        value = np.float32(0.5) * (first[t] + second[t])
        down = min(left, right) - value
        up = value - max(left, right)
        most = max(down, up)
        uneven = abs(a - left) + abs(b - left) + abs(c - left) + abs(d - right) + abs(e - right) + abs(f - right)
        clear = (most > uneven + least) & (abs(left - right) < np.float32(0.3) * most)
        told = (np.int8(1) if down > up else np.int8(2)) + (np.int8(0) if most > large else np.int8(2))
        known = left + right + value
        depth[t] = most
        kind[t] = (told if clear else np.int8(0)) if known == known else np.int8(-1)  # noqa: PLR0124 - false for NaN


@kernel
def look_drops(values: Array, size: float, per_hour: int, room: Room, out: Array) -> None:
    """Count drops of one or two slots between flat shoulders of three, and surges, their mirror images; ``out`` (8,).

    ``values`` float32. A drop: deeper below the lower shoulder than six times the shoulders' mean unevenness + 1.5 % of
    the size, and the shoulders agree to 30 % of it. Small: less than 5 % of the size. Rates are a day, over_surge is a
    logarithm.
    """
    out[:] = np.nan
    count = values.shape[0]
    depths = room.work
    depth = room.single
    kind = room.kinds
    number = np.zeros(5, np.int64)
    night = known = 0
    for width in range(1, 3):
        classify_drops(values, width, size, depth, kind)
        for t in range(3, count - 3 - width):
            known += kind[t] >= 0
        for t in range(3, count - 3 - width):
            if kind[t] <= 0:
                continue
            if kind[t] == 1:
                depths[number[1]] = depth[t] / size
                night += t // per_hour % 24 < 6
            number[kind[t]] += 1
    if known == 0:
        return
    drops = number[1]
    days = count / 24.0 / per_hour
    out[0] = drops / days
    out[1] = np.log((drops + 1.0) / (number[2] + 1.0))
    out[6] = number[3] / days
    out[7] = np.log((number[3] + 1.0) / (number[4] + 1.0))
    if drops > 0:
        depths[:drops].sort()
        out[2] = quantile(depths, drops, 0.5)
        out[3] = quantile(depths, drops, 0.9)
        out[4] = depths[drops - 1]
        out[5] = night / drops
