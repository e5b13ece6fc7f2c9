"""Separation of a curve into a host that repeats and a part that is switched: one size, on or off, seldom changed.

x(day, hour) = host(kind of day, hour) + drift(day) + size · on(day, hour) + rest, least sum of absolute rests with a
price on every switch (a two-state Viterbi path). Nothing is assumed about when it runs.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.order import columns_of_kind, quantile, ratio, sort_columns, sort_finite, sort_first
from minewatch.kernels.residual import correlation
from minewatch.kernels.room import Room

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
def host_of_kind(less: Array, kinds: Array, kind: int, ordered: Array, host: Array) -> int:
    """Median of each hour of the day over the days of a kind into ``host`` (24,); returns how many such days there are.

    ``ordered`` (days, 24) float32 is room.
    """
    read = np.empty(24, np.int64)
    rows = columns_of_kind(less, kinds, kind, ordered, read)
    for hour in range(24):
        host[hour] = quantile(ordered[:rows, hour], read[hour], 0.5)
    return rows


@kernel
def drift_of(less: Array, across: Array, drift: Array) -> None:
    """Drift of each day: the median over 21 days of the daily medians of ``less`` (days, 24); NaN with none read near.

    A day with fewer than twelve hours has no median. ``across`` (24, days) float32 is room: days lie side by side.
    """
    days = less.shape[0]
    read = np.zeros(days, np.int64)
    for day in range(days):
        for hour in range(24):
            value = less[day, hour]
            there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
            across[hour, day] = value if there else np.inf
            read[day] += there
    sort_columns(across)
    daily = np.empty(days + 2 * DRIFT_REACH, np.float32)
    daily[:] = np.inf
    for day in range(days):
        if read[day] >= 12:
            daily[day + DRIFT_REACH] = quantile(across[:, day], read[day], 0.5)
    read[:] = 0
    near = across[: 2 * DRIFT_REACH + 1]
    for k in range(2 * DRIFT_REACH + 1):
        for day in range(days):
            near[k, day] = daily[day + k]
            read[day] += daily[day + k] < np.inf
    sort_columns(near)
    for day in range(days):
        drift[day] = quantile(near[:, day], read[day], 0.5)


@kernel
def take_host(
    hours: Array, on: Array, size: float, kinds: Array, less: Array, ordered: Array, drift: Array, rest: Array
) -> float:
    """Fit the host to the hours less ``size`` where ``on``; fill ``rest`` (days x 24) and return the sum of absolutes.

    The host is the median of each hour over the days of a kind, plus the drift (:func:`drift_of`). ``less`` and
    ``ordered`` (days, 24) float32 and ``drift`` (days,) are room.
    """
    days = hours.shape[0]
    for day in range(days):
        for hour in range(24):
            less[day, hour] = hours[day, hour] - size * on[24 * day + hour]
    host = np.zeros((2, 24), np.float32)
    for kind in range(2):
        host_of_kind(less, kinds, kind, ordered, host[kind])
    for day in range(days):
        mine = host[kinds[day]]
        for hour in range(24):
            less[day, hour] -= mine[hour]
    drift_of(less, ordered.reshape(ordered.size)[: 24 * days].reshape(24, days), drift)
    total = 0.0
    for day in range(days):
        here = drift[day]
        for hour in range(24):
            # A NaN drift, where no day near was read, makes the rest missing too.
            value = less[day, hour] - here
            rest[24 * day + hour] = value
            if not np.isnan(value):
                total += abs(value)
    return total


@kernel
def switch_costs(rest: Array, low: Array, high: Array, price: Array, cost: Array) -> None:
    """Cost of the cheapest path of on and off for several pairs of levels at once; all arrays but ``rest`` alike long.

    An hour costs ``|rest - level|``, a switch its price; missing hours cost nothing.
    """
    number = low.shape[0]
    off = np.zeros(number, np.float64)
    on = np.zeros(number, np.float64)
    for t in range(rest.shape[0]):
        value = rest[t]
        if np.isnan(value):
            for k in range(number):
                to_off = on[k] + price[k]
                to_on = off[k] + price[k]
                stay = off[k]
                off[k] = min(to_off, stay)
                on[k] = min(on[k], to_on)
            continue
        for k in range(number):
            to_off = on[k] + price[k]
            to_on = off[k] + price[k]
            stay_off = off[k]
            stay_on = on[k]
            off[k] = min(to_off, stay_off) + abs(value - low[k])
            on[k] = min(to_on, stay_on) + abs(value - high[k])
    for k in range(number):
        cost[k] = min(off[k], on[k])


@kernel
def switch_path(rest: Array, low: float, high: float, price: float, back: Array, on: Array) -> float:
    """Cheapest path of on and off as in :func:`switch_costs`; fills ``on``, returns the cost.

    ``back`` (hours,) uint8 is room for the way back: bit 0 tells that off comes from on, bit 1 that on comes from off.
    """
    count = rest.shape[0]
    off_cost = on_cost = 0.0
    for t in range(count):
        to_off = on_cost + price
        to_on = off_cost + price
        from_on = to_off < off_cost
        from_off = to_on < on_cost
        back[t] = np.uint8(from_on) | (np.uint8(from_off) << np.uint8(1))
        off_cost = to_off if from_on else off_cost
        on_cost = to_on if from_off else on_cost
        value = rest[t]
        if not np.isnan(value):
            off_cost += abs(value - low)
            on_cost += abs(value - high)
    state = 1 if on_cost < off_cost else 0
    for t in range(count - 1, -1, -1):
        on[t] = state
        state ^= (back[t] >> state) & 1
    return min(off_cost, on_cost)


@kernel
def refine(rest: Array, on: Array, size: float, scratch: Array) -> float:
    """Size that fits best given when it is on: median of the rest while on less while off, added to ``size``."""
    middle = np.empty(2, np.float64)
    for state in range(2):
        n = 0
        for t in range(rest.shape[0]):
            value = rest[t]
            scratch[n] = value
            n += (on[t] == state) & (value == value)  # noqa: PLR0124 - false for NaN only, without a branch
        if n == 0:
            return size
        sort_first(scratch, n)
        middle[state] = quantile(scratch, n, 0.5)
    return float(size + middle[1] - middle[0])


@kernel
def first_guess(rest: Array, size: float, before: float) -> tuple[float, float]:
    """Return the size of ``GRID`` whose cheapest path costs least, and its lower level; nought where none beats ``before``."""
    number = len(GRID)
    guess = np.empty(number, np.float64)
    cost = np.empty(number, np.float64)
    low = np.empty(number, np.float64)
    high = np.empty(number, np.float64)
    price = np.empty(number, np.float64)
    for k in range(number):
        guess[k] = GRID[k] * size
        low[k] = -0.5 * guess[k]
        high[k] = 0.5 * guess[k]
        price[k] = SWITCH_PRICE * guess[k]
    switch_costs(rest, low, high, price, cost)
    best = np.argmin(cost)
    if not cost[best] < before:
        return 0.0, 0.0
    chosen = guess[best]
    for k in range(3):
        low[k] = 0.5 * (k - 2) * chosen
        high[k] = low[k] + chosen
        price[k] = SWITCH_PRICE * chosen
    switch_costs(rest, low[:3], high[:3], price[:3], cost[:3])
    return chosen, low[np.argmin(cost[:3])]


@kernel
def look_separate(hours: Array, mean: Array, size: float, room: Room, rest: Array, on: Array, out: Array) -> None:
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
    apart = kinds_of_day(mean, size, room.scratch, kinds)
    state = on[:count]
    state[:] = 0
    work = room.work
    scratch = room.scratch
    less = room.columns[0]
    ordered = room.columns[1]
    drift = room.single[:days]
    back = room.back
    before = take_host(hours, state, 0.0, kinds, less, ordered, drift, rest)
    if not before > 0.0:
        return
    chosen, low = first_guess(rest, size, before)
    out[15] = before / count / size
    out[16] = apart
    if chosen == 0.0:
        out[0] = 0.0
        out[13] = out[15]
        return
    switch_path(rest, low, low + chosen, SWITCH_PRICE * chosen, back, state)
    for _ in range(2):
        take_host(hours, state, chosen, kinds, less, ordered, drift, rest)
        found = refine(rest, state, chosen, scratch)
        for t in range(count):
            rest[t] += chosen * state[t]
        chosen = max(found, 0.02 * size)
        switch_path(rest, 0.0, chosen, SWITCH_PRICE * chosen, back, state)
    after = take_host(hours, state, chosen, kinds, less, ordered, drift, rest)
    describe_parts(hours, rest, state, chosen, size, work, scratch, out)
    out[0] = (before - after - SWITCH_PRICE * chosen * out[3] * days) / before
    out[1] = chosen / size
    out[4] = ratio(before - after, chosen * (out[3] * days + 1.0))
    out[13] = after / count / size
    out[14] = correlation(rest, 24, room.hourly[0], room.hourly[1])


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
