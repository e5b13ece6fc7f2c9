"""Looks at the levels a curve keeps returning to: peaks of its histogram, and plateaus of its lower envelope.

A room of machines under a host that comes and goes leaves sharp levels: the same bottom hour after hour, another one while
part of it is off, a jump from one to the other. People's load has no level that it returns to but its own standby.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.order import quantile, ratio, sort_finite

_PEAK = (
    "mass",
    "level",
    "rank",
    "height",
    "second_mass",
    "second_level",
    "second_rank",
    "second_height",
    "third_mass",
    "third_level",
    "sum",
    "valley",
)
PEAK_NAMES = tuple(f"peak_{which}_{name}" for which in ("all", "night", "floor") for name in _PEAK)
BINS = 300
BIN = 0.01
"""Histograms count from nought to three times the size in bins of a hundredth."""
APART = 6
AROUND = 12
FAINT = 0.003

ENVELOPE = (6, 4)
"""Hours: what lasts less than six is no part of the lower envelope, what drops out for less than four does not break it."""

PLATEAU_NAMES = (
    "plateau_share",
    "plateau_length",
    "plateau_number",
    "plateau_hug",
    "plateau_tightness",
    "plateau_jump_rate",
    "plateau_jump_size",
    "plateau_jump_spread",
    "plateau_jump_common",
    "plateau_jump_night",
    "plateau_jump_clock",
    "plateau_jump_balance",
    "plateau_jump_largest",
    "plateau_jump_part",
    "plateau_levels",
)


@kernel
def extreme_ahead(values: Array, width: int, sign: float, out: Array) -> None:
    """Lowest (``sign`` 1) or highest (-1) of the ``width`` values from each place on; NaN left out, NaN where none is."""
    count = values.shape[0]
    for t in range(count):
        best = np.inf
        for k in range(t, min(t + width, count)):
            if not np.isnan(values[k]):
                best = min(best, sign * values[k])
        out[t] = sign * best if best < np.inf else np.nan


@kernel
def extreme_behind(values: Array, width: int, sign: float, out: Array) -> None:
    """Lowest (``sign`` 1) or highest (-1) of the ``width`` values up to each place."""
    for t in range(values.shape[0]):
        best = np.inf
        for k in range(max(t - width + 1, 0), t + 1):
            if not np.isnan(values[k]):
                best = min(best, sign * values[k])
        out[t] = sign * best if best < np.inf else np.nan


@kernel
def lower_envelope(values: Array, room: Array, out: Array) -> None:
    """Cut off peaks by an opening over six hours, then fill drops by a closing over four (Serra 1982); ``room`` as ``values``."""
    extreme_ahead(values, ENVELOPE[0], 1.0, room)
    extreme_behind(room, ENVELOPE[0], -1.0, out)
    extreme_ahead(out, ENVELOPE[1], -1.0, room)
    extreme_behind(room, ENVELOPE[1], 1.0, out)


@kernel
def fill_histogram(values: Array, size: float, hours: int, histogram: Array) -> int:
    """Share of the values in each bin, of those in the first ``hours`` of their day; returns how many were counted."""
    histogram[:] = 0.0
    count = 0
    for t in range(values.shape[0]):
        if t % 24 < hours and not np.isnan(values[t]):
            place = int(min(max(values[t] / size / BIN, 0.0), BINS - 1.0))
            histogram[place] += 1.0
            count += 1
    if count > 0:
        for place in range(histogram.shape[0]):
            histogram[place] /= count
    return count


@kernel
def look_peaks(values: Array, size: float, hours: int, histogram: Array, out: Array) -> None:
    """Three highest peaks, at least six bins apart, of the histogram of hourly values; ``out`` (12,) as ``_PEAK``.

    A peak is three bins; height: logarithm of its mass over that of its surroundings (12 bins on both sides); rank:
    share of the values below it; valley: the lower of the first two peaks over the lowest place between them, a
    logarithm. NaN with fewer than 24 values.
    """
    out[:] = np.nan
    if fill_histogram(values, size, hours, histogram) < 24:
        return
    first = second = -1
    total = 0.0
    for peak in range(3):
        best = -1
        mass = 0.0
        for k in range(1, BINS - 1):
            if (first >= 0 and abs(k - first) < APART) or (second >= 0 and abs(k - second) < APART):
                continue
            here = histogram[k - 1] + histogram[k] + histogram[k + 1]
            if here > mass:
                mass = here
                best = k
        if best < 0:
            break
        total += mass
        if peak == 2:
            out[8] = mass
            out[9] = best * BIN
            continue
        below = around = 0.0
        for k in range(best):
            below += histogram[k]
        for k in range(max(best - AROUND, 0), min(best + AROUND + 1, BINS)):
            if abs(k - best) > 2:
                around += histogram[k]
        out[4 * peak] = mass
        out[4 * peak + 1] = best * BIN
        out[4 * peak + 2] = below
        out[4 * peak + 3] = np.log((mass + FAINT) / (around * 3.0 / (2.0 * AROUND - 4.0) + FAINT))
        if peak == 0:
            first = best
        else:
            second = best
    out[10] = total
    if second >= 0:
        valley = 1.0
        for k in range(min(first, second) + 1, max(first, second)):
            valley = min(valley, histogram[k - 1] + histogram[k] + histogram[k + 1])
        out[11] = np.log((min(out[0], out[4]) + FAINT) / (valley + FAINT))


@kernel
def find_plateaus(envelope: Array, size: float, spells: Array) -> int:
    """Find the runs of at least seven hours in which the envelope stays within 2 % of the size + 1 % of their mean.

    ``spells`` (3, hours) gets start, end and level of each; returns how many there are.
    """
    count = envelope.shape[0]
    number = 0
    t = 0
    while t < count:
        if np.isnan(envelope[t]):
            t += 1
            continue
        total = envelope[t]
        end = t + 1
        while end < count:
            level = total / (end - t)
            if not abs(envelope[end] - level) <= 0.02 * size + 0.01 * abs(level):
                break
            total += envelope[end]
            end += 1
        if end - t >= 7:
            spells[0, number] = t
            spells[1, number] = end
            spells[2, number] = total / (end - t)
            number += 1
        t = end
    return number


@kernel
def look_plateaus(
    values: Array, envelope: Array, size: float, spells: Array, work: Array, scratch: Array, out: Array
) -> None:
    """Describe the plateaus of one meter's hours ``values`` and the jumps between neighbours; ``out`` as named.

    length: logarithm of the median; number: a day. hug: share of the covered hours within 3 % of the size of their
    plateau; tightness: their median distance from it. A jump: from one plateau to the next within two hours, more than 5 %
    of the size; part: mean square of the jumps over the variance of the levels.
    """
    count = values.shape[0]
    out[:] = np.nan
    number = find_plateaus(envelope, size, spells)
    covered = hugging = 0
    total = 0.0
    for i in range(number):
        level = spells[2, i]
        covered += int(spells[1, i] - spells[0, i])
        total += level * (spells[1, i] - spells[0, i])
        for t in range(int(spells[0, i]), int(spells[1, i])):
            if abs(values[t] - level) < 0.03 * size:
                work[hugging] = abs(values[t] - level)
                hugging += 1
    out[0] = covered / max(count, 1)
    out[2] = number / max(count, 1) * 24.0
    if number == 0:
        return
    out[3] = hugging / covered
    n = sort_finite(work[:hugging], scratch)
    out[4] = quantile(scratch, n, 0.5) / size
    for i in range(number):
        work[i] = spells[1, i] - spells[0, i]
    n = sort_finite(work[:number], scratch)
    out[1] = np.log(quantile(scratch, n, 0.5))
    variance = 0.0
    for i in range(number):
        variance += (spells[1, i] - spells[0, i]) * (spells[2, i] - total / covered) ** 2 / covered
    out[14] = np.sqrt(variance) / size
    describe_jumps(spells, number, size, count, variance, work, scratch, out)


@kernel
def describe_jumps(
    spells: Array, number: int, size: float, count: int, variance: float, work: Array, scratch: Array, out: Array
) -> None:
    """Fill the entries of ``PLATEAU_NAMES`` about jumps; common: largest share of jumps within 16 % of each other."""
    jumps = ups = night = 0
    square = 0.0
    clock = scratch[count : count + 24]
    clock[:] = 0.0
    for i in range(1, number):
        step = spells[2, i] - spells[2, i - 1]
        if spells[0, i] - spells[1, i - 1] <= 2.0 and abs(step) > 0.05 * size:
            work[jumps] = abs(step) / size
            jumps += 1
            square += step * step
            ups += step > 0.0
            hour = int(spells[0, i]) % 24
            clock[hour] += 1.0
            night += hour < 6 or hour >= 22
    out[5] = jumps / count * 24.0
    if jumps == 0:
        return
    work[:jumps].sort()
    out[6] = quantile(work, jumps, 0.5)
    out[7] = ratio(quantile(work, jumps, 0.75) - quantile(work, jumps, 0.25), out[6])
    out[8] = commonest(work, jumps) / jumps
    out[9] = night / jumps
    out[10] = clock.max() / jumps
    out[11] = min(ups, jumps - ups) / jumps
    out[12] = work[jumps - 1]
    out[13] = square / jumps / (variance + 1e-9)


@kernel
def commonest(ordered: Array, n: int) -> int:
    """Return the largest number of the first ``n`` rising values that lie within 16 % of each other."""
    most = first = 0
    for i in range(n):
        while ordered[first] < ordered[i] / 1.16:
            first += 1
        most = max(most, i - first + 1)
    return most
