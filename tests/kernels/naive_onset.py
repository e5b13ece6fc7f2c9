"""Slow, obvious twins of the kernels that date and measure a suspect's part."""

import numpy as np

from kernels.naive import q, ratio
from minewatch.kernels.order import sort_finite
from minewatch.kernels.separate import kinds_of_day


def med(values):
    return q(values, 0.5)


def kinds(hours, size):
    """Kinds of day as the separation has them: held by its own tests."""
    out = np.zeros(len(hours), np.int8)
    read = (~np.isnan(hours)).sum(axis=1)
    mean = np.full(len(hours), np.nan)
    scratch = np.empty(64)
    for day in np.flatnonzero(read >= 12):
        mean[day] = scratch[: sort_finite(hours[day], scratch)].mean()
    kinds_of_day(mean, size, np.empty(len(hours) + 64), out)
    return out


def without_hours(hours, size):
    days = len(hours)
    kind = kinds(hours, size)
    middle = np.array([med(row) if (~np.isnan(row)).sum() >= 12 else np.nan for row in hours])
    local = np.array([middle[day] - med(middle[max(day - 3, 0) : day + 4]) for day in range(days)])
    rest = np.full((days, 24), np.nan)
    for one in range(2):
        chosen = kind == one
        for hour in range(24):
            shape = med((hours[:, hour].astype(float) - middle)[chosen])
            rest[chosen, hour] = hours[chosen, hour] - shape - med(local[chosen])
    changes = [med(np.abs(np.diff(rest[:, hour]))) for hour in range(24)]
    return rest, np.array([(size if np.isnan(one) else 1.05 * one) + 0.01 * size for one in changes])


def daily_level(rest, weight):
    read = np.where(np.isnan(rest), 0.0, weight)
    total = np.where(np.isnan(rest), 0.0, rest * weight).sum(axis=1)
    return np.where(read.sum(axis=1) > 0.4 * weight.sum(), total / np.maximum(read.sum(axis=1), 1e-300), np.nan)


def day_steps(level, width):
    days = len(level)
    return np.array(
        [
            med(level[day : day + width]) - med(level[max(day - width, 0) : day])
            if min(width, 3) <= day <= days - 2
            else np.nan
            for day in range(days)
        ]
    )


def hour_steps(rest, day, reach):
    return np.array([med(rest[day : day + reach, h]) - med(rest[max(day - reach, 0) : day, h]) for h in range(24)])


def describe_day(level, rest, steps, noise, day, unit, on):
    days = len(level)
    old, new = level[:day], level[day:]
    before, just = med(old), med(level[max(day - 4, 0) : day])
    first = med(level[: max(3, min(7, day // 2))])
    fortnight = med(new[:14])
    usual = 1.05 * med(np.abs(np.diff(old)))
    two = med(level[max(day - 2, 0) : day])
    quarter = max(day // 4, 2)
    hourly = hour_steps(rest, day, 7)
    away = np.abs(np.arange(days) - day) > 1
    middle = 0.5 * (before + fortnight)

    def top(values):
        return max([0.0, *values[~np.isnan(values)]])

    return [
        *(step[day] / unit for step in steps),
        *(ratio(step[day], one) for step, one in zip(steps, noise, strict=True)),
        (med(new) - before) / unit,
        (fortnight - before) / unit,
        (just - first) / unit,
        (just - before) / unit,
        (q(new, 0.1) - before) / unit,
        (q(old, 0.9) - before) / unit,
        (q(new, 0.1) - q(old, 0.9)) / unit,
        (before - q(old, 0.1)) / unit,
        usual / unit,
        ratio(fortnight - before, usual + 0.003 * unit),
        ratio(level[day] - two, med(new[:2]) - two),
        (med(level[max(days - 7, day) :]) - first) / unit,
        (q(new, 0.9) - before) / unit,
        med(hourly) / unit,
        ratio(q(hourly, 0.75) - q(hourly, 0.25), med(hourly)),
        q(hourly, 0.1) / unit,
        q(hourly, 0.9) / unit,
        top(steps[1][: max(day - 1, 0)]) / noise[1],
        top(steps[1][day + 2 :]) / noise[1],
        top(steps[2][away]) / unit,
        day / days,
        day,
        days - day,
        on,
        (med(old[max(day - quarter, 0) :]) - med(level[:quarter])) / unit,
        (new[~np.isnan(new)] > q(old, 0.9)).mean(),
        (old[~np.isnan(old)] > middle).mean(),
        1 - (new[:14][~np.isnan(new[:14])] > middle).mean(),
    ]


def span_figures(rest, spread, begin, end, unit):
    t = np.arange(rest.size).reshape(rest.shape)
    within = (t >= begin) & (t < end)
    out = []
    for reach in (rest.size, 24 * 14):
        near = np.zeros_like(within)
        for place in (begin, end):
            if 0 < place < rest.size:
                near |= (t >= place - reach) & (t < place + reach)
        base = np.array([med(rest[near[:, h] & ~within[:, h], h]) for h in range(24)])
        inside = [rest[near[:, h] & within[:, h], h] for h in range(24)]
        step = np.array([med(one) for one in inside]) - base
        mean = np.array([np.nanmean(one) for one in inside]) - base
        high = q(step, 0.8)
        on = step > 0.4 * high
        over = (rest - base)[within]
        out += [q(step, 0.5) / unit, high / unit, q(step, 0.2) / unit]
        out += [step[on].mean() / unit, mean[on].mean() / unit, on.mean()]
        out += [np.average(step[on], weights=1 / spread[on] ** 2) / unit, over[over > 0.5 * unit].mean() / unit]
    return [*out, (end - begin) / 24]
