"""When a suspect's part began: a curve freed of its hours and days of the week, tested for a step at each day.

Taken only of suspects. The daily level is told by the hours that are quiet from day to day, once with all of them and once
with those that stand higher after the clearest step: a part that runs at night moves the nights. Days are proposed by
several tests, and each proposed day is described by the same figures; which of them is right is not judged here.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.order import copy_row, quantile, ratio, sort_finite
from minewatch.kernels.separate import kinds_of_day

WIDTHS = (2, 4, 7, 14)
"""Days compared on both sides of a day."""

MOST = 40
"""No more days are ever proposed."""

LEAST_READ = 12
"""Hours without which a day has no level."""

DAY_NAMES = (
    *(f"step_{width}" for width in WIDTHS),
    *(f"clear_{width}" for width in WIDTHS),
    "whole",
    "fortnight",
    "risen",
    "just_before",
    "low_after",
    "high_before",
    "apart",
    "low_before",
    "noise",
    "clear_noise",
    "first_day",
    "in_all",
    "high_after",
    "hours_middle",
    "hours_spread",
    "hours_low",
    "hours_high",
    "earlier_clear",
    "later_clear",
    "other_step",
    "place",
    "days_before",
    "days_after",
    "hours_on",
    "drift",
    "above_after",
    "above_before",
    "below_after",
)
"""Figures of a proposed day by one daily level, in order: powers are over the estimated power of the part."""


@kernel
def median_of(values: Array, scratch: Array) -> float:
    """Median of the values that are not NaN; NaN where there is none. ``scratch`` is at least as long."""
    return quantile(scratch, sort_finite(values, scratch), 0.5)


@kernel
def without_hours(hours: Array, size: float, scratch: Array, rest: Array, spread: Array) -> None:
    """Take the usual shape of the day and the difference of two kinds of day out of a curve, and leave its level.

    ``hours`` (days, 24) float32, NaN missing. ``rest`` (days, 24) float64: the hour less the median distance of that hour
    from its day's median over the days of the kind, less that kind's median distance from the week around it. ``spread``
    (24,): robust deviation of an hour's change from day to day, and 1 % of ``size``.
    """
    days = hours.shape[0]
    middle = np.empty(days)
    mean = np.empty(days)
    local = np.empty(days)
    column = np.empty(days)
    kinds = np.empty(days, np.int8)
    for day in range(days):
        n = sort_finite(hours[day], scratch)
        middle[day] = quantile(scratch, n, 0.5) if n >= LEAST_READ else np.nan
        mean[day] = np.mean(scratch[:n]) if n >= LEAST_READ else np.nan
    kinds_of_day(mean, size, scratch, kinds)
    for day in range(days):
        local[day] = middle[day] - median_of(middle[max(day - 3, 0) : day + 4], scratch)
    rest[:] = np.nan
    for kind in range(2):
        for day in range(days):
            column[day] = local[day] if kinds[day] == kind else np.nan
        offset = median_of(column, scratch)
        for hour in range(24):
            for day in range(days):
                column[day] = hours[day, hour] - middle[day] if kinds[day] == kind else np.nan
            shape = median_of(column, scratch)
            for day in range(days):
                if kinds[day] == kind:
                    rest[day, hour] = hours[day, hour] - shape - offset
    for hour in range(24):
        column[0] = np.nan
        for day in range(1, days):
            column[day] = abs(rest[day, hour] - rest[day - 1, hour])
        usual = 1.05 * median_of(column, scratch)
        spread[hour] = (size if np.isnan(usual) else usual) + 0.01 * size


@kernel
def daily_level(rest: Array, weight: Array, level: Array) -> None:
    """Weighted mean over the hours of each day into ``level`` (days,); NaN where less than two fifths of it were read."""
    whole = np.sum(weight)
    for day in range(rest.shape[0]):
        total = read = 0.0
        for hour in range(24):
            if not np.isnan(rest[day, hour]):
                total += weight[hour] * rest[day, hour]
                read += weight[hour]
        level[day] = total / read if read > 0.4 * whole else np.nan


@kernel
def day_steps(level: Array, width: int, scratch: Array, out: Array) -> None:
    """Median level of the ``width`` days from each day on less that of the days before it; NaN near the ends."""
    days = level.shape[0]
    for day in range(days):
        out[day] = np.nan
        if min(width, 3) <= day <= days - 2:
            after = median_of(level[day : day + width], scratch)
            out[day] = after - median_of(level[max(day - width, 0) : day], scratch)


@kernel
def hour_steps(rest: Array, day: int, reach: int, scratch: Array, out: Array) -> None:
    """Step of each hour of the day: its median over ``reach`` days from ``day`` on less that over those before."""
    for hour in range(24):
        after = median_of(rest[day : day + reach, hour], scratch)
        out[hour] = after - median_of(rest[max(day - reach, 0) : day, hour], scratch)


@kernel
def largest(values: Array) -> int:
    """Place of the largest value above nought that is not NaN, the first of equals; -1: none."""
    best = -1
    top = 0.0
    for place in range(values.shape[0]):
        if values[place] > top:
            top = values[place]
            best = place
    return best


@kernel
def joined_by(proposed: Array, number: int, day: int) -> int:
    """Put a day among the ``number`` proposed unless it is there, is the first or no room is left; the new number."""
    if day < 1 or number == proposed.shape[0]:
        return number
    for place in range(number):
        if proposed[place] == day:
            return number
    proposed[number] = day
    return number + 1


@kernel
def propose_days(
    level: Array, steps: Array, changes: Array, scratch: Array, work: Array, proposed: Array, number: int
) -> int:
    """Propose days by one daily level; returns the new number.

    The largest three steps (five over four days) that stand three days apart, and before the largest step over a week the
    day since which the level never was, and the day since which three days were, above the first days by two and four usual
    changes. ``steps`` from :func:`day_steps`, ``changes`` absolute changes from day to day, ``work`` (days,) is room.
    """
    days = level.shape[0]
    for width in range(steps.shape[0]):
        copy_row(steps[width], work[:days])
        for _ in range(5 if width == 1 else 3):
            best = largest(work[:days])
            if best < 0:
                break
            work[max(best - 2, 0) : min(best + 3, days)] = np.nan
            number = joined_by(proposed, number, best)
    big = largest(steps[2])
    if big <= 4:
        return number
    early = max(3, min(7, big // 3))
    base = median_of(level[:early], scratch)
    usual = 1.05 * median_of(changes[1:big], scratch)
    for times in (2.0, 4.0):
        least = base + times * usual
        day = big
        while day > early and not level[day - 1] < least:
            day -= 1
        number = joined_by(proposed, number, day)
        for day in range(early, big + 1):
            if median_of(level[day : day + 3], scratch) > least:
                number = joined_by(proposed, number, day)
                break
    return number


@kernel
def largest_ratio(steps: Array, noise: float, start: int, stop: int) -> float:
    """Largest step over its noise from ``start`` to before ``stop``; nought where none is above it."""
    top = 0.0
    for day in range(max(start, 0), min(stop, steps.shape[0])):
        top = max(top, steps[day])
    return top / noise


@kernel
def share_beyond(level: Array, border: float) -> float:
    """Share of the days read whose level is above a border; NaN where no day was read."""
    above = read = 0
    for day in range(level.shape[0]):
        if not np.isnan(level[day]):
            read += 1
            above += level[day] > border
    return above / read if read > 0 else np.nan


@kernel
def describe_day(
    level: Array,
    rest: Array,
    changes: Array,
    steps: Array,
    noise: Array,
    day: int,
    unit: float,
    on: float,
    scratch: Array,
    out: Array,
) -> None:
    """Fill ``out`` (``DAY_NAMES``) for one proposed day; ``unit`` is the estimated power, ``on`` the hours' share that counts."""
    days = level.shape[0]
    for k in range(4):
        out[k] = steps[k, day] / unit
        out[4 + k] = ratio(steps[k, day], noise[k])
    hourly = np.empty(24)
    n = sort_finite(level[day:], scratch)
    after = quantile(scratch, n, 0.5)
    low_after = quantile(scratch, n, 0.1)
    high_after = quantile(scratch, n, 0.9)
    n = sort_finite(level[:day], scratch)
    before = quantile(scratch, n, 0.5)
    low_before = quantile(scratch, n, 0.1)
    high_before = quantile(scratch, n, 0.9)
    fortnight = median_of(level[day : day + 14], scratch)
    just = median_of(level[max(day - 4, 0) : day], scratch)
    first = median_of(level[: max(3, min(7, day // 2))], scratch)
    usual = 1.05 * median_of(changes[1:day], scratch)
    two_after = median_of(level[day : day + 2], scratch)
    two_before = median_of(level[max(day - 2, 0) : day], scratch)
    quarter = max(day // 4, 2)
    drift = median_of(level[max(day - quarter, 0) : day], scratch) - median_of(level[:quarter], scratch)
    out[8] = (after - before) / unit
    out[9] = (fortnight - before) / unit
    out[10] = (just - first) / unit
    out[11] = (just - before) / unit
    out[12] = (low_after - before) / unit
    out[13] = (high_before - before) / unit
    out[14] = (low_after - high_before) / unit
    out[15] = (before - low_before) / unit
    out[16] = usual / unit
    out[17] = ratio(fortnight - before, usual + 0.003 * unit)
    out[18] = ratio(level[day] - two_before, two_after - two_before)
    out[19] = (median_of(level[max(days - 7, day) :], scratch) - first) / unit
    out[20] = (high_after - before) / unit
    hour_steps(rest, day, 7, scratch, hourly)
    n = sort_finite(hourly, scratch)
    out[21] = quantile(scratch, n, 0.5) / unit
    out[22] = ratio(quantile(scratch, n, 0.75) - quantile(scratch, n, 0.25), quantile(scratch, n, 0.5))
    out[23] = quantile(scratch, n, 0.1) / unit
    out[24] = quantile(scratch, n, 0.9) / unit
    out[25] = largest_ratio(steps[1], noise[1], 0, day - 1)
    out[26] = largest_ratio(steps[1], noise[1], day + 2, days)
    out[27] = max(
        largest_ratio(steps[2], unit, 0, day - 1),
        largest_ratio(steps[2], unit, day + 2, days),
    )
    out[28] = day / days
    out[29] = day
    out[30] = days - day
    out[31] = on
    out[32] = drift / unit
    middle = 0.5 * (before + fortnight)
    out[33] = share_beyond(level[day:], high_before)
    out[34] = share_beyond(level[:day], middle)
    out[35] = 1.0 - share_beyond(level[day : day + 14], middle)


@kernel
def onset_days(hours: Array, unit: float, size: float, extra: Array, rest: Array, spread: Array, out: Array) -> Array:
    """Propose days on which a part of ``unit`` kW may have begun, and describe each; returns the days.

    ``hours`` (days, 24) float32 of one meter, NaN missing, ``size`` its mean absolute kW; ``extra`` are days proposed
    elsewhere, which come last. Fills ``rest`` and ``spread`` (:func:`without_hours`) and a row of ``out`` (``MOST``, twice
    ``DAY_NAMES``) for each day: by all quiet hours, and by those hours that stand higher after the clearest step.
    """
    days = hours.shape[0]
    number = 0
    proposed = np.empty(MOST, np.int64)
    scratch = np.empty(days + 128)
    work = np.empty(days)
    weight = np.empty(24)
    level = np.empty((2, days))
    steps = np.empty((2, 4, days))
    noise = np.empty((2, 4))
    changes = np.empty((2, days))
    hourly = np.empty(24)
    on = 1.0
    without_hours(hours, size, scratch, rest, spread)
    for hour in range(24):
        weight[hour] = min(1.0 / spread[hour] ** 2, 25.0 / np.max(spread) ** 2)
    for side in range(2):
        if side == 1:
            big = largest(steps[0, 3])
            if big > 0:
                hour_steps(rest, big, 28, scratch, hourly)
                top = quantile(scratch, sort_finite(hourly, scratch), 0.85)
                if top > 0.0:
                    on = 0.0
                    for hour in range(24):
                        share = hourly[hour] / top
                        share = min(share, 1.0) if share > 0.3 else 0.0
                        on += share / 24.0
                        weight[hour] *= share
        daily_level(rest, weight, level[side])
        changes[side, 0] = np.nan
        for day in range(1, days):
            changes[side, day] = abs(level[side, day] - level[side, day - 1])
        for k in range(4):
            day_steps(level[side], WIDTHS[k], scratch, steps[side, k])
            for day in range(days):
                work[day] = abs(steps[side, k, day])
            noise[side, k] = median_of(work, scratch) + 0.003 * size
        number = propose_days(level[side], steps[side], changes[side], scratch, work, proposed, number)
    for day in extra:
        number = joined_by(proposed, number, min(day, days - 1))
    width = len(DAY_NAMES)
    for place in range(number):
        for side in range(2):
            describe_day(
                level[side],
                rest,
                changes[side],
                steps[side],
                noise[side],
                proposed[place],
                unit,
                on,
                scratch,
                out[place, side * width : (side + 1) * width],
            )
    return proposed[:number]
