"""Separation of a curve into a host that repeats and a part that is switched: one size, on or off, seldom changed.

x(day, hour) = host(kind of day, hour) + drift(day) + size · on(day, hour) + rest, least sum of absolute rests with a
price on every switch (a two-state Viterbi path). Nothing is assumed about when it runs.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.order import quantile, ratio, sort_finite
from minewatch.kernels.residual import correlation

SEPARATE_NAMES = (
    "separate_gain",
    "separate_size",
    "separate_on",
    "separate_switches",
    "separate_gain_per_switch",
    "separate_noise_ratio",
    "separate_sharp",
    "separate_sharp_spread",
    "separate_clock",
    "separate_hours_std",
    "separate_on_night",
    "separate_on_evening",
    "separate_week",
    "separate_rest",
    "separate_rest_repeat",
    "separate_before",
    "separate_kinds_apart",
)

GRID = (0.08, 0.13, 0.2, 0.3, 0.45, 0.7, 1.0, 1.5)
DRIFT_REACH = 10
SWITCH_PRICE = 2.0


@kernel
def kinds_of_day(mean: Array, size: float, scratch: Array, kinds: Array) -> float:
    """Split the seven days of the week in two kinds by the median of their daily means; needs no calendar.

    ``kinds`` (days,) gets 0 or 1; returns how far apart the kinds stand over ``size``, nought where there is one kind.
    """
    levels = np.empty(7, np.float64)
    for phase in range(7):
        n = sort_finite(mean[phase::7], scratch)
        levels[phase] = quantile(scratch, n, 0.5)
    kinds[:] = 0
    n = sort_finite(levels, scratch)
    if n < 7:
        return 0.0
    gap = 0.0
    border = np.inf
    for i in range(1, 4):
        # Weekends are one to three days of seven, and the lower ones.
        if scratch[i] - scratch[i - 1] > gap:
            gap = scratch[i] - scratch[i - 1]
            border = 0.5 * (scratch[i] + scratch[i - 1])
    if gap < 0.06 * size:
        return 0.0
    for day in range(mean.shape[0]):
        kinds[day] = 1 if levels[day % 7] > border else 0
    return gap / size


@kernel
def take_host(
    hours: Array, on: Array, size: float, kinds: Array, work: Array, scratch: Array, daily: Array, rest: Array
) -> float:
    """Fit the host to the hours less ``size`` where ``on``; fill ``rest`` (days x 24) and return the sum of absolutes.

    The host is the median of each hour over the days of a kind, plus the drift: the median over 21 days of the daily
    medians of what that leaves. ``daily`` (2 x days) is room.
    """
    days = hours.shape[0]
    for kind in range(2):
        for hour in range(24):
            count = 0
            for day in range(days):
                if kinds[day] == kind:
                    work[count] = hours[day, hour] - size * on[24 * day + hour]
                    count += 1
            if count == 0:
                continue
            n = sort_finite(work[:count], scratch)
            middle = quantile(scratch, n, 0.5)
            for day in range(days):
                if kinds[day] == kind:
                    rest[24 * day + hour] = hours[day, hour] - size * on[24 * day + hour] - middle
    for day in range(days):
        n = sort_finite(rest[24 * day : 24 * day + 24], scratch)
        daily[day] = quantile(scratch, n, 0.5) if n >= 12 else np.nan
    total = 0.0
    for day in range(days):
        n = sort_finite(daily[max(day - DRIFT_REACH, 0) : min(day + DRIFT_REACH + 1, days)], scratch)
        drift = quantile(scratch, n, 0.5)
        for t in range(24 * day, 24 * day + 24):
            # A NaN drift, where no day near was read, makes the rest missing too.
            rest[t] -= drift
            if not np.isnan(rest[t]):
                total += abs(rest[t])
    return total


@kernel
def switch_path(rest: Array, low: float, high: float, price: float, back: Array, on: Array) -> float:
    """Cheapest path of on and off: cost |rest - level| an hour, ``price`` a switch; fills ``on``, returns the cost.

    ``back`` (hours, 2) bool is room for the way back. Missing hours cost nothing.
    """
    count = rest.shape[0]
    off_cost = on_cost = 0.0
    for t in range(count):
        back[t, 0] = on_cost + price < off_cost
        back[t, 1] = off_cost + price < on_cost
        stay_off = min(off_cost, on_cost + price)
        stay_on = min(on_cost, off_cost + price)
        value = rest[t]
        if np.isnan(value):
            off_cost = stay_off
            on_cost = stay_on
        else:
            off_cost = stay_off + abs(value - low)
            on_cost = stay_on + abs(value - high)
    state = 1 if on_cost < off_cost else 0
    for t in range(count - 1, -1, -1):
        on[t] = state
        if back[t, state]:
            state = 1 - state
    return min(off_cost, on_cost)


@kernel
def refine(rest: Array, on: Array, size: float, work: Array, scratch: Array) -> float:
    """Size that fits best given when it is on: median of the rest while on less while off, added to ``size``."""
    count = 0
    for t in range(rest.shape[0]):
        if on[t] == 1:
            work[count] = rest[t]
            count += 1
    n = sort_finite(work[:count], scratch)
    if n == 0:
        return size
    high = quantile(scratch, n, 0.5)
    count = 0
    for t in range(rest.shape[0]):
        if on[t] == 0:
            work[count] = rest[t]
            count += 1
    n = sort_finite(work[:count], scratch)
    if n == 0:
        return size
    return size + high - quantile(scratch, n, 0.5)


@kernel
def look_separate(
    hours: Array, mean: Array, size: float, work: Array, scratch: Array, rest: Array, on: Array, back: Array, out: Array
) -> None:
    """Separate one meter; ``out`` as ``SEPARATE_NAMES``, ``on`` (days x 24) int8 is left as found.

    gain: share of the sum of absolute rests that the switched part explains, switches paid. noise_ratio: rests while
    on over while off, a logarithm; a part that adds no noise of its own leaves them alike. sharp: change over three
    hours at a switch over the size. clock: share of the switches at the commonest hour. week: range of the share on
    by weekday.
    """
    out[:] = np.nan
    days = hours.shape[0]
    count = 24 * days
    kinds = on[count : count + days]
    apart = kinds_of_day(mean, size, scratch, kinds)
    state = on[:count]
    state[:] = 0
    daily = work[count : count + days]
    before = take_host(hours, state, 0.0, kinds, work, scratch, daily, rest)
    if not before > 0.0:
        return
    best = before
    chosen = 0.0
    for k in range(len(GRID)):
        guess = GRID[k] * size
        cost = switch_path(rest, -0.5 * guess, 0.5 * guess, SWITCH_PRICE * guess, back, state)
        if cost < best:
            best = cost
            chosen = guess
    out[15] = before / count / size
    out[16] = apart
    if chosen == 0.0:
        state[:] = 0
        out[0] = 0.0
        out[13] = out[15]
        return
    low = 0.0
    least = np.inf
    for k in range(3):
        cost = switch_path(rest, (0.5 * k - 1.0) * chosen, 0.5 * k * chosen, SWITCH_PRICE * chosen, back, state)
        if cost < least:
            least = cost
            low = (0.5 * k - 1.0) * chosen
    switch_path(rest, low, low + chosen, SWITCH_PRICE * chosen, back, state)
    after = before
    for _ in range(2):
        after = take_host(hours, state, chosen, kinds, work, scratch, daily, rest)
        found = refine(rest, state, chosen, work, scratch)
        for t in range(count):
            rest[t] += chosen * state[t]
        chosen = max(found, 0.02 * size)
        switch_path(rest, 0.0, chosen, SWITCH_PRICE * chosen, back, state)
    after = take_host(hours, state, chosen, kinds, work, scratch, daily, rest)
    describe_parts(hours, rest, state, chosen, size, work, scratch, out)
    out[0] = (before - after - SWITCH_PRICE * chosen * out[3] * days) / before
    out[1] = chosen / size
    out[4] = ratio(before - after, chosen * (out[3] * days + 1.0))
    out[13] = after / count / size
    out[14] = correlation(rest, 24)


@kernel
def describe_parts(
    hours: Array, rest: Array, on: Array, part: float, size: float, work: Array, scratch: Array, out: Array
) -> None:
    """Fill the entries of ``SEPARATE_NAMES`` that describe when and how the part switches."""
    count = rest.shape[0]
    days = hours.shape[0]
    flat = hours.ravel()
    running = 0
    wide_on = wide_off = 0.0
    n_on = n_off = 0
    for t in range(count):
        running += on[t]
        if not np.isnan(rest[t]):
            if on[t] == 1:
                wide_on += abs(rest[t])
                n_on += 1
            else:
                wide_off += abs(rest[t])
                n_off += 1
    out[2] = running / count
    if n_on > 0 and n_off > 0:
        out[5] = np.log((wide_on / n_on + 0.005 * size) / (wide_off / n_off + 0.005 * size))
    clock = scratch[count : count + 24]
    clock[:] = 0.0
    switches = 0
    sharp = 0
    for t in range(1, count):
        if on[t] != on[t - 1]:
            switches += 1
            clock[t % 24] += 1.0
            if 2 <= t < count - 1 and not np.isnan(flat[t + 1] - flat[t - 2]):
                sign = 1.0 if on[t] > on[t - 1] else -1.0
                work[sharp] = sign * (flat[t + 1] - flat[t - 2]) / part
                sharp += 1
    out[3] = switches / days
    if switches > 0:
        out[8] = clock.max() / switches
    if sharp > 0:
        work[:sharp].sort()
        out[6] = quantile(work, sharp, 0.5)
        out[7] = quantile(work, sharp, 0.75) - quantile(work, sharp, 0.25)
    clock[:] = 0.0
    for t in range(count):
        clock[t % 24] += on[t] / days
    out[9] = clock.std()
    out[10] = clock[:6].mean()
    out[11] = clock[18:21].mean()
    low = 1.0
    high = 0.0
    for phase in range(7):
        running = 0
        seen = 0
        for day in range(phase, days, 7):
            for t in range(24 * day, 24 * day + 24):
                running += on[t]
                seen += 1
        if seen > 0:
            low = min(low, running / seen)
            high = max(high, running / seen)
    out[12] = high - low
