"""Looks for steps in time: from one day on, every hour of the day stands higher (or lower) by the same power.

A household that buys a heater, a school term, a new shift: all change some hours more than others and change the spread
with the level. A machine room changes all hours alike.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction
from minewatch.kernels.order import columns_in_order, quantile, ratio, sort_finite
from minewatch.kernels.room import Room

_SIDE = (
    "size",
    "width",
    "score",
    "z",
    "place",
    "long",
    "unevenness",
    "least",
    "surprise",
    "spread_change",
    "shape_same",
    "floor",
    "sharp_day",
    "sharp_hour",
)
STEP_NAMES = (
    *("step_up_" + name for name in _SIDE),
    *("step_down_" + name for name in _SIDE),
    "step_equal",
    "step_share_between",
    "step_up_score_w3",
    "step_up_score_w7",
    "step_up_score_w14",
    "step_down_score_w3",
    "step_down_score_w7",
    "step_down_score_w14",
)
WIDTHS = (3, 7, 14)
REACH = 28


@kernel
def running_hours(hours: Array, total: Array, read: Array) -> None:
    """Sum and number of what was read of each hour of the day before each day; both (days + 1, 24) float64."""
    total[0] = 0.0
    read[0] = 0.0
    for day in range(hours.shape[0]):
        for hour in range(24):
            value = np.float64(hours[day, hour])
            there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
            total[day + 1, hour] = total[day, hour] + (value if there else 0.0)
            read[day + 1, hour] = read[day, hour] + (1.0 if there else 0.0)


@kernel
def window_means(total: Array, read: Array, width: int, mean: Array, number: Array) -> None:
    """Mean of each hour of the day over the ``width`` days from each day, and how many of them were read.

    ``total`` and ``read`` from :func:`running_hours`; ``mean`` (nought where nothing was read) and ``number``, both (at
    least days - width + 1, 24) float64, are filled so far.
    """
    for day in range(total.shape[0] - width):
        for hour in range(24):
            number[day, hour] = read[day + width, hour] - read[day, hour]
            mean[day, hour] = (total[day + width, hour] - total[day, hour]) / max(number[day, hour], 1.0)


@reduction
def step_between(
    before: Array, after: Array, n_before: Array, n_after: Array, half: float
) -> tuple[float, float, float]:
    """Sum, sum of squares and number of the hours' steps between two windows; see :func:`flat_steps`."""
    step = square = number = 0.0
    for hour in range(24):
        here = after[hour] - before[hour] if (n_before[hour] >= half) & (n_after[hour] >= half) else 0.0
        step += here
        square += here * here
        number += 1.0 if (n_before[hour] >= half) & (n_after[hour] >= half) else 0.0
    return step, square, number


@kernel
def flat_steps(total: Array, read: Array, width: int, work: Array, out: Array) -> None:
    """Step at each day's start, hour by hour, between the ``width`` days before and the ``width`` days from it.

    ``total`` and ``read`` from :func:`running_hours`; ``work`` (at least 48 (days + 1),) float64, contiguous, is room.
    ``out`` (days, 3): mean step over the hours of the day, its standard deviation over them, and how many hours of the day
    were compared: those with at least half of the days read on both sides. Mean and deviation are NaN where these are
    fewer than 20.
    """
    days = out.shape[0]
    size = total.size
    flat = work.reshape(work.size)
    means = flat[:size].reshape(total.shape)
    numbers = flat[size : 2 * size].reshape(total.shape)
    window_means(total, read, width, means, numbers)
    for day in range(days):
        out[day, 0] = np.nan
        out[day, 1] = np.nan
        out[day, 2] = 0.0
        if width <= day <= days - width:
            earlier = day - width
            step, square, number = step_between(means[earlier], means[day], numbers[earlier], numbers[day], 0.5 * width)
            out[day, 2] = number
            if number >= 20.0:
                mean = step / number
                out[day, 1] = np.sqrt(max(square / number - mean * mean, 0.0))
                out[day, 0] = mean


@kernel
def whole_steps(hours: Array, width: int, work: Array, out: Array) -> None:
    """As :func:`flat_steps`, to the bit, of hours (days, 24) of which none is missing, without counting them."""
    days = out.shape[0]
    size = 24 * (days + 1)
    flat = work.reshape(work.size)
    total = flat[:size].reshape(days + 1, 24)
    means = flat[size : 2 * size].reshape(days + 1, 24)
    # The same sums as of hours that were counted, so in the same order: no bit may depend on whether a meter has gaps.
    number = np.full(24, np.float64(width))
    total[0] = 0.0
    for day in range(days):
        for hour in range(24):
            total[day + 1, hour] = total[day, hour] + np.float64(hours[day, hour])
    for day in range(days + 1 - width):
        for hour in range(24):
            means[day, hour] = (total[day + width, hour] - total[day, hour]) / np.float64(width)
    for day in range(days):
        out[day, 0] = np.nan
        out[day, 1] = np.nan
        out[day, 2] = 0.0
        if width <= day <= days - width:
            step, square, _ = step_between(means[day - width], means[day], number, number, 0.5 * width)
            mean = step / 24.0
            out[day, 2] = 24.0
            out[day, 1] = np.sqrt(max(square / 24.0 - mean * mean, 0.0))
            out[day, 0] = mean


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
def hour_medians(hours: Array, start: int, stop: int, room: Room, medians: Array, spreads: Array) -> None:
    """Median and (75 % less 25 %) spread of each hour of the day over the days from ``start`` to before ``stop``."""
    ordered = room.columns[0, : stop - start]
    read = np.empty(24, np.int64)
    columns_in_order(hours[start:stop], ordered, read)
    for hour in range(24):
        column = ordered[:, hour]
        medians[hour] = quantile(column, read[hour], 0.5)
        spreads[hour] = quantile(column, read[hour], 0.75) - quantile(column, read[hour], 0.25)


@kernel
def sharp_hour(hours: Array, day: int, step: float, before: Array) -> float:
    """Share of a step that stands within two hours at the place, within two days of ``day``, where it fits best.

    ``before`` (24,) is the usual level before the step. The step is put where the sum of absolute misfits is least.
    """
    first = 24 * max(day - 2, 0)
    last = 24 * min(day + 2, hours.shape[0])
    flat = hours.ravel()
    best = first
    gain = 0.0
    least = 0.0
    for t in range(first, last):
        rest = flat[t] - before[t % 24]
        if not np.isnan(rest):
            gain += abs(rest) - abs(rest - step)
            if gain < least:
                least = gain
                best = t + 1
    total = 0.0
    count = 0
    for side in range(2):
        for k in range(1, 4):
            t = best + k if side == 1 else best - k
            if 0 <= t < flat.shape[0] and not np.isnan(flat[t]):
                rest = flat[t] - before[t % 24]
                total += rest if side == 1 else -rest
                count += 1
    return ratio(2.0 * total, count * step) if count >= 4 else np.nan


@kernel
def describe_step(
    hours: Array, floor: Array, mean: Array, day: int, width: int, size: float, room: Room, out: Array
) -> None:
    """Describe one step from up to 28 days on both sides; fills ``out`` from ``long`` to ``sharp_hour``.

    A machine room is *added*: the medians of all hours move by the same power (``unevenness``, ``least``), by no
    more than chance lets them differ (``surprise``: mean squared deviation over the one expected), the spread of
    each hour stays (``spread_change``, a logarithm) and so does the shape of the day (``shape_same``, a
    correlation).
    """
    days = hours.shape[0]
    first = max(day - REACH, 0)
    last = min(day + REACH, days)
    before = room.scratch[:24]
    spread_before = room.scratch[24:48]
    after = room.scratch[48:72]
    spread_after = room.scratch[72:96]
    hour_medians(hours, first, day, room, before, spread_before)
    hour_medians(hours, day, last, room, after, spread_after)
    total = square = surprise = 0.0
    wide_before = wide_after = 0.0
    least = np.inf
    sx = sy = sxx = syy = sxy = 0.0
    count = 0
    for hour in range(24):
        step = after[hour] - before[hour]
        if np.isnan(step):
            continue
        count += 1
        total += step
        square += step * step
        wide_before += spread_before[hour]
        wide_after += spread_after[hour]
        sx += before[hour]
        sy += after[hour]
        sxx += before[hour] * before[hour]
        syy += after[hour] * after[hour]
        sxy += before[hour] * after[hour]
    if count < 20:
        out[:] = np.nan
        return
    step = total / count
    for hour in range(24):
        here = after[hour] - before[hour]
        if not np.isnan(here):
            least = min(least, here * (1.0 if step > 0 else -1.0))
            # The standard error of a median is about 0.93 spreads over the root of the number of days.
            expected = 0.86 * (spread_before[hour] ** 2 / (day - first) + spread_after[hour] ** 2 / (last - day))
            surprise += (here - step) ** 2 / (expected + (0.005 * size) ** 2)
    out[0] = abs(step) / size
    out[1] = ratio(np.sqrt(max(square / count - step * step, 0.0)), abs(step))
    out[2] = ratio(least, abs(step))
    out[3] = min(surprise / count, 1000.0)
    out[4] = np.log((wide_after + 0.05 * size) / (wide_before + 0.05 * size))
    vx = sxx / count - (sx / count) ** 2
    vy = syy / count - (sy / count) ** 2
    out[5] = ratio(sxy / count - sx / count * sy / count, np.sqrt(max(vx * vy, 0.0)))
    change = mean_between(floor, day, day + width) - mean_between(floor, day - width, day)
    out[6] = ratio(change, step)
    change = mean_between(mean, day, day + 2) - mean_between(mean, day - 2, day)
    out[7] = ratio(change, step)
    out[8] = sharp_hour(hours, day, step, before)


@kernel
def look_steps(hours: Array, floor: Array, mean: Array, size: float, steps: Array, room: Room, out: Array) -> None:
    """Find and describe the most even step up and down of one meter; ``out`` as ``STEP_NAMES``.

    ``steps`` (days, 3) is room for :func:`flat_steps`, taken over 3, 7 and 14 days on both sides. score: step over (its
    unevenness + 2 % of the size), the best over the widths. z: step over the median absolute step of all days. place:
    share of the window before it. equal: smaller of the two sizes over the larger.
    """
    days = steps.shape[0]
    out[:] = np.nan
    out[2] = 0.0
    out[16] = 0.0
    total = room.running[0]
    read = room.running[1]
    work = room.work
    scratch = room.scratch
    running_hours(hours, total, read)
    for k in range(3):
        flat_steps(total, read, WIDTHS[k], room.hourly, steps)
        for day in range(days):
            work[day] = abs(steps[day, 0])
        n = sort_finite(work[:days], scratch)
        usual = quantile(scratch, n, 0.5)
        for side in range(2):
            best = best_step(steps, 1.0 if side == 0 else -1.0, size)
            if best < 0:
                continue
            base = 14 * side
            score = abs(steps[best, 0]) / (steps[best, 1] + 0.02 * size)
            out[30 + 3 * side + k] = score
            if score > out[base + 2]:
                out[base] = abs(steps[best, 0]) / size
                out[base + 1] = WIDTHS[k]
                out[base + 2] = score
                out[base + 3] = ratio(abs(steps[best, 0]), usual + 0.002 * size)
                out[base + 4] = best / days
    for side in range(2):
        base = 14 * side
        if not np.isnan(out[base + 4]):
            best = int(out[base + 4] * days + 0.5)
            describe_step(hours, floor, mean, best, int(out[base + 1]), size, room, out[base + 5 : base + 14])
    larger = max(out[0], out[14])
    out[28] = min(out[0], out[14]) / larger if larger > 0.0 else np.nan
    out[29] = out[18] - out[4]
