"""How much higher a curve stood while a suspect's part is held to have existed: the same hours inside and outside its time."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.onset import median_of
from minewatch.kernels.order import quantile, sort_finite

SIDE = 14
"""Days beside each end that are compared the second time."""

LEAST_HOURS = 72
"""An end nearer than this to the window's is none: there is too little to compare with."""

_ONCE = ("middle", "high", "low", "on", "mean", "hours_on", "sure", "above")
SPAN_NAMES = (*(f"{name}_all" for name in _ONCE), *(f"{name}_near" for name in _ONCE), "days_inside")
"""Figures of :func:`span_figures` in order; powers are over the estimated power."""


@kernel
def is_near(hour: int, begin: int, end: int, last: int, reach: int) -> bool:
    """Tell whether an hour lies within ``reach`` hours of one of the two ends that stand inside the window."""
    near_begin = begin > 0 and begin - reach <= hour < begin + reach
    near_end = end < last and end - reach <= hour < end + reach
    return near_begin or near_end


@kernel
def span_figures(rest: Array, spread: Array, begin: int, end: int, unit: float, out: Array) -> None:
    """Fill ``out`` (``SPAN_NAMES``) for a part between the hours ``begin`` and ``end``, counted from the window's start.

    ``rest`` (days, 24) and ``spread`` (24,) from :func:`minewatch.kernels.onset.without_hours`. Of each hour of the day the
    step is its median inside less that outside. Once with all days, once with ``SIDE`` days beside the ends: the steps'
    median, 80 % and 20 % quantile; over the hours whose step is above two fifths of that 80 % the mean step, the mean with
    the inside's mean for its median, their share of the hours, and the mean weighted by 1 / ``spread``²; and the mean of the
    distances above half of ``unit`` of single hours inside from their median outside. All NaN without an end inside the window.
    """
    days = rest.shape[0]
    last = 24 * days
    out[:] = np.nan
    if begin <= LEAST_HOURS and end >= last - LEAST_HOURS:
        return
    scratch = np.empty(days + 128)
    outside = np.empty(days)
    inside = np.empty(days)
    base = np.empty(24)
    step = np.empty(24)
    mean = np.empty(24)
    for side in range(2):
        place = 8 * side
        reach = last if side == 0 else 24 * SIDE
        total = 0.0
        count = 0
        for hour in range(24):
            for day in range(days):
                t = 24 * day + hour
                within = begin <= t < end
                near = is_near(t, begin, end, last, reach)
                outside[day] = rest[day, hour] if near and not within else np.nan
                inside[day] = rest[day, hour] if near and within else np.nan
            base[hour] = median_of(outside, scratch)
            n = sort_finite(inside, scratch)
            step[hour] = quantile(scratch, n, 0.5) - base[hour]
            mean[hour] = (np.mean(scratch[:n]) if n > 0 else np.nan) - base[hour]
            for day in range(days):
                if begin <= 24 * day + hour < end and rest[day, hour] - base[hour] > 0.5 * unit:
                    total += rest[day, hour] - base[hour]
                    count += 1
        n = sort_finite(step, scratch)
        high = quantile(scratch, n, 0.8)
        out[place] = quantile(scratch, n, 0.5) / unit
        out[place + 1] = high / unit
        out[place + 2] = quantile(scratch, n, 0.2) / unit
        steps = means = weighted = weights = 0.0
        on = 0
        for hour in range(24):
            if step[hour] > 0.4 * high:
                steps += step[hour]
                means += mean[hour]
                weighted += step[hour] / spread[hour] ** 2
                weights += 1.0 / spread[hour] ** 2
                on += 1
        if on > 0:
            out[place + 3] = steps / on / unit
            out[place + 4] = means / on / unit
            out[place + 5] = on / 24.0
            out[place + 6] = weighted / weights / unit
        if count > 0:
            out[place + 7] = total / count / unit
    out[16] = (end - begin) / 24.0
