"""Gain of every plateau that could be added to a fit: whole-window, step and same-hours-every-day columns, without building them.

A candidate is a column of noughts and ones over the window's hours, times ``scale``. Against a fit with orthonormal ``basis``
(and ``tail``, the rows of the prior, in which candidates are nought) only its sums by day are needed, and those come from
running sums: steps from sums up to an hour, daily blocks from sums up to an hour of the day.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel

STEP = 6
"""Hours between the moments at which a step may stand."""
SHORTEST, LONGEST = 3, 21
"""Lengths of a daily block, hours."""


@kernel
def plateau_gains(scale: Array, left: Array, basis: Array, tail: Array, tail_left: Array, out: Array) -> None:
    """Fill ``out`` (candidates, 6) for a fit's ``left`` misfits (hours,), both times the roots of their weights.

    ``basis`` (hours, columns), ``tail`` (rows of the prior, columns), ``tail_left`` (rows,). Candidates in the order: steady;
    from and until each moment, every ``STEP`` hours; blocks from every hour of the day, each length. Columns of ``out``:
    sum of squares of the candidate; of what of it is not in the basis (its own); own times left; squares of day sums of own
    times left, without and with the candidate fitted (daily blocks; else as without); sum of squares of own in the tail.
    No missing values: hours that do not count have scale 0.
    """
    hours, columns = basis.shape
    days = hours // 24
    running = np.zeros((hours + 1, columns + 2))
    daysum = np.zeros((days, columns))
    squares = np.zeros((days, columns, columns))
    from_left = np.zeros(columns)
    part = np.zeros(columns + 2)
    byday = np.zeros((days, columns + 2))
    for t in range(hours):
        day = t // 24
        for k in range(columns):
            running[t + 1, k] = running[t, k] + scale[t] * basis[t, k]
            daysum[day, k] += basis[t, k] * left[t]
            from_left[k] += basis[t, k] * left[t]
            for j in range(k + 1):
                squares[day, k, j] += basis[t, k] * basis[t, j]
        running[t + 1, columns] = running[t, columns] + scale[t] * left[t]
        running[t + 1, columns + 1] = running[t, columns + 1] + scale[t] * scale[t]
    for k in range(columns):
        for row in range(tail.shape[0]):
            from_left[k] += tail[row, k] * tail_left[row]
    _gain_of_span(running, daysum, squares[:0], from_left, tail, part, byday, 0, hours, out[0])
    place = 1
    for moment in range(STEP, hours - STEP + 1, STEP):
        _gain_of_span(running, daysum, squares[:0], from_left, tail, part, byday, moment, hours, out[place])
        _gain_of_span(running, daysum, squares[:0], from_left, tail, part, byday, 0, moment, out[place + 1])
        place += 2
    for begin in range(24):
        for length in range(SHORTEST, LONGEST + 1):
            for day in range(days):
                base = 24 * day
                end = begin + length
                for k in range(columns + 2):
                    if end <= 24:
                        byday[day, k] = running[base + end, k] - running[base + begin, k]
                    else:
                        byday[day, k] = (
                            running[base + 24, k]
                            - running[base + begin, k]
                            + running[base + end - 24, k]
                            - running[base, k]
                        )
            _gain_of_days(byday, daysum, squares, from_left, tail, part, out[place])
            place += 1


@kernel
def _gain_of_span(
    running: Array,
    daysum: Array,
    squares: Array,
    from_left: Array,
    tail: Array,
    part: Array,
    byday: Array,
    first: int,
    last: int,
    out: Array,
) -> None:
    """Fill one row for a candidate that is one from hour ``first`` to the one before ``last``."""
    for day in range(byday.shape[0]):
        begin = min(max(24 * day, first), last)
        end = max(min(24 * day + 24, last), begin)
        for k in range(byday.shape[1]):
            byday[day, k] = running[end, k] - running[begin, k]
    _gain_of_days(byday, daysum, squares, from_left, tail, part, out)


@kernel
def _gain_of_days(
    byday: Array,
    daysum: Array,
    squares: Array,
    from_left: Array,
    tail: Array,
    part: Array,
    out: Array,
) -> None:
    """Fill one row from sums by day of the candidate times basis, left and itself (``byday``, days × columns + 2).

    With ``squares`` of no day, day sums with the candidate fitted are not taken.
    """
    days, columns = daysum.shape
    part[:] = 0.0
    for day in range(days):
        for k in range(columns + 2):
            part[k] += byday[day, k]
    whole = part[columns + 1]
    power = whole
    own_left = part[columns]
    for k in range(columns):
        power -= part[k] * part[k]
        own_left -= part[k] * from_left[k]
    power = max(power, 1e-9)
    in_tail = 0.0
    for row in range(tail.shape[0]):
        value = 0.0
        for k in range(columns):
            value += tail[row, k] * part[k]
        in_tail += value * value
    size = own_left / power
    before = after = 0.0
    for day in range(days):
        here = byday[day, columns]
        for k in range(columns):
            here -= part[k] * daysum[day, k]
        before += here * here
        if squares.shape[0] > 0:
            own = byday[day, columns + 1]
            for k in range(columns):
                own -= 2.0 * part[k] * byday[day, k]
                cross = 0.0
                for j in range(k):
                    cross += part[j] * squares[day, k, j]
                own += part[k] * (2.0 * cross + part[k] * squares[day, k, k])
            rest = here - own * size
            after += rest * rest
    out[0] = whole
    out[1] = power
    out[2] = own_left
    out[3] = before
    out[4] = after if squares.shape[0] > 0 else before
    out[5] = in_tail
