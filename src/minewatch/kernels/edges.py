"""Looks for edges at fixed clock times, for jumps of one size, and for short drops that come back.

A machine room on a timer, a night tariff or a price signal switches the same power up and down, on the hour, with a
flat top; people and weather do not repeat a size.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction
from minewatch.kernels.order import columns_in_order, deviation_of, quantile, ratio, sort_finite
from minewatch.kernels.room import Room

EDGE_NAMES = (
    "edge_up_size",
    "edge_up_z",
    "edge_up_hour",
    "edge_up_share",
    "edge_down_size",
    "edge_down_z",
    "edge_down_hour",
    "edge_down_share",
    "edge_equal",
    "edge_hours_on",
    "edge_top_slope",
    "edge_top_spread",
    "edge_week_swing",
    "edge_up_narrow",
    "edge_down_narrow",
)


@kernel
def clock_edges(hours: Array, size: float, rise: Array, ordered: Array, out: Array) -> None:
    """Rise over two hours centred on each clock hour; ``out`` (24, 3): median, z and share of days with half of it.

    z is the median over (1.48 median absolute deviation + 2 % of the size). The rise at hour h compares hour h+1
    with hour h-1 so that an edge within hour h counts whole. ``rise`` and ``ordered`` (days, 24) float32 are room.
    """
    flat = hours.reshape(hours.size)
    rises = rise.reshape(rise.size)
    count = flat.shape[0]
    rises[0] = np.nan
    rises[count - 1] = np.nan
    later = flat[2:]
    inner = rises[1:]
    for t in range(count - 2):
        inner[t] = later[t] - flat[t]
    read = np.empty(24, np.int64)
    columns_in_order(rise, ordered, read)
    for hour in range(24):
        n = read[hour]
        column = ordered[:, hour]
        middle = quantile(column, n, 0.5)
        share = 0
        for i in range(n):
            share += (column[i] > 0.5 * middle) if middle > 0.0 else (middle < 0.0 and column[i] < 0.5 * middle)
        out[hour, 0] = middle
        out[hour, 1] = middle / (1.48 * deviation_of(column, n, middle) + 0.02 * size)
        out[hour, 2] = share / n if n > 0 else np.nan


@kernel
def look_edges(
    hours: Array, edges: Array, quantiles: Array, size: float, work: Array, scratch: Array, out: Array
) -> None:
    """Describe the sharpest rise and fall at fixed hours; ``edges`` from :func:`clock_edges`, ``out`` as named.

    ``quantiles`` (24, 5) of the hours. top: the hours between rise and fall; its slope and spread are over the edge.
    narrow: the change within one hour over the change within two. week_swing: how much the rise differs by weekday.
    """
    up = down = -1
    best_up = best_down = 0.0
    for hour in range(24):
        if edges[hour, 1] > best_up:
            best_up = edges[hour, 1]
            up = hour
        if -edges[hour, 1] > best_down:
            best_down = -edges[hour, 1]
            down = hour
    for i in range(len(EDGE_NAMES)):
        out[i] = np.nan
    if up < 0 or down < 0:
        return
    rise = edges[up, 0]
    fall = -edges[down, 0]
    out[0] = rise / size
    out[1] = best_up
    out[2] = up
    out[3] = edges[up, 2]
    out[4] = fall / size
    out[5] = best_down
    out[6] = down
    out[7] = edges[down, 2]
    out[8] = min(rise, fall) / max(rise, fall)
    on = (down - up) % 24
    out[9] = on
    unit = 0.5 * (rise + fall)
    first = (up + 1) % 24
    last = (down - 1) % 24
    out[10] = ratio(quantiles[last, 2] - quantiles[first, 2], unit)
    spread = 0.0
    for k in range(1, on):
        hour = (up + k) % 24
        spread += quantiles[hour, 3] - quantiles[hour, 1]
    out[11] = ratio(spread / max(on - 1, 1), unit)
    flat = hours.ravel()
    low = np.inf
    high = -np.inf
    days = hours.shape[0]
    for phase in range(7):
        count = 0
        for day in range(phase, days, 7):
            t = 24 * day + up
            if 0 < t < flat.shape[0] - 1:
                work[count] = flat[t + 1] - flat[t - 1]
                count += 1
        n = sort_finite(work[:count], scratch)
        if n > 0:
            middle = quantile(scratch, n, 0.5)
            low = min(low, middle)
            high = max(high, middle)
    out[12] = ratio(high - low, unit)
    before = (up - 1) % 24
    out[13] = ratio(
        max(quantiles[up, 2] - quantiles[before, 2], quantiles[first, 2] - quantiles[up, 2]), rise + 0.01 * size
    )
    after = (down + 1) % 24
    out[14] = ratio(
        max(quantiles[last, 2] - quantiles[down, 2], quantiles[down, 2] - quantiles[after, 2]), fall + 0.01 * size
    )


JUMP_NAMES = (
    "jump_peak",
    "jump_size",
    "jump_balance",
    "jump_share",
    "jump_alone",
    "dip_rate",
    "dip_depth",
    "dip_depth_spread",
    "dip_over_spike",
    "dip_to",
)

JUMP_BINS = 40
JUMP_FIRST = 0.04
JUMP_GROWTH = 1.12
JUMP_BORDERS = (JUMP_FIRST * JUMP_GROWTH ** np.arange(JUMP_BINS + 1)).astype(np.float32)
_SHIFT = 18
"""A float32's bits less the last 18 number cells that are a 32nd of an octave wide, less than a third of a bin."""
_CELLS = JUMP_BORDERS.view(np.uint32) >> _SHIFT
_CELL_STARTS = (np.arange(_CELLS[0], _CELLS[-1] + 1, dtype=np.uint32) << np.uint32(_SHIFT)).view(np.float32)
_FIRST = int(_CELLS[0]) - 1
# Place 0 takes what is too small and the last what is too large or missing.
_BIN_OF_CELL = np.concatenate(([0], np.searchsorted(JUMP_BORDERS, _CELL_STARTS, "right"), [JUMP_BINS + 1])).astype(
    np.int64
)
_NEXT_BORDER = np.concatenate((JUMP_BORDERS, [np.inf, np.inf])).astype(np.float32)


@kernel
def count_jumps(flat: Array, size: float, room: Room, up: Array, down: Array) -> None:
    """Count changes over two places by their size over ``size``: ``up`` and ``down`` (``JUMP_BINS`` + 2,).

    The first place counts what is smaller than every bin, the last what is larger or missing.
    """
    number = flat.shape[0] - 2
    relative = room.single[:number]
    later = flat[2:]
    for t in range(number):
        relative[t] = (later[t] - flat[t]) / np.float32(size)
    bits = relative.view(np.uint32)
    counts = np.zeros((2, JUMP_BINS + 2), np.int64)
    last = _BIN_OF_CELL.shape[0] - 1
    for t in range(number):
        value = abs(relative[t])
        cell = np.int64((bits[t] & np.uint32(0x7FFFFFFF)) >> np.uint32(_SHIFT)) - _FIRST
        place = _BIN_OF_CELL[min(max(cell, 0), last)]
        place += value >= _NEXT_BORDER[place]
        counts[np.int64(bits[t] >> np.uint32(31)), place] += 1
    for k in range(JUMP_BINS + 2):
        up[k] = counts[0, k]
        down[k] = counts[1, k]


@reduction
def squares_of_changes(flat: Array) -> tuple[float, float]:
    """Return number and sum of squares of the changes over two places that are known."""
    seen = 0.0
    total = 0.0
    later = flat[2:]
    for t in range(later.shape[0]):
        change = np.float64(later[t] - flat[t])
        there = change == change  # noqa: PLR0124 - false for NaN only, without a branch
        seen += 1.0 if there else 0.0
        total += change * change if there else 0.0
    return seen, total


@kernel
def look_jumps(hours: Array, size: float, room: Room, out: Array) -> None:
    """Jumps of one size up and down, and short drops; ``out`` as ``JUMP_NAMES``.

    Jumps are changes over two hours counted in 40 bins that grow by 12 % from 4 % of the size. peak: the largest
    excess of a bin (with its neighbours) over what the bins on both sides lead to expect, the smaller of up and
    down, in standard deviations of a count. balance: fewer over more. share: such jumps a day. alone: the part of
    all variance of changes. A dip: lower by more than 8 % than both neighbours, which agree to a third of its depth;
    to: level in the dip over the level before it.
    """
    flat = hours.reshape(hours.size)
    count = flat.shape[0]
    work = room.work
    scratch = room.scratch
    counts = np.empty((2, JUMP_BINS + 2), np.float64)
    count_jumps(flat, size, room, counts[0], counts[1])
    up = counts[0, 1:]
    down = counts[1, 1:]
    seen, total = squares_of_changes(flat)
    peak = 0.0
    best = -1
    for k in range(3, JUMP_BINS - 3):
        lesser = np.inf
        for side in range(2):
            bins = up if side == 0 else down
            here = bins[k - 1] + bins[k] + bins[k + 1]
            around = 1.5 * (bins[k - 3] + bins[k - 2]) * 0.5 + 1.5 * (bins[k + 2] + bins[k + 3]) * 0.5
            lesser = min(lesser, (here - around) / np.sqrt(around + 4.0))
        if lesser > peak:
            peak = lesser
            best = k
    for i in range(len(JUMP_NAMES)):
        out[i] = np.nan
    out[0] = peak
    if best >= 0 and seen > 0:
        width = JUMP_FIRST * JUMP_GROWTH ** (best + 0.5)
        rises = up[best - 1] + up[best] + up[best + 1]
        falls = down[best - 1] + down[best] + down[best + 1]
        out[1] = width
        out[2] = min(rises, falls) / max(rises, falls)
        out[3] = (rises + falls) / seen * 24.0
        out[4] = ratio((rises + falls) * (width * size) ** 2, total)
    dips = 0
    spikes = 0
    seen = 0.0
    for t in range(1, count - 1):
        before = flat[t - 1]
        after = flat[t + 1]
        here = flat[t]
        if np.isnan(before) or np.isnan(after) or np.isnan(here):
            continue
        seen += 1.0
        level = 0.5 * (before + after)
        depth = level - here
        if abs(depth) > 0.08 * size and abs(before - after) < 0.33 * abs(depth):
            if depth > 0:
                work[dips] = depth / size
                scratch[dips] = here / level
                dips += 1
            else:
                spikes += 1
    if seen > 0:
        out[5] = dips / seen * 24.0
        out[8] = (dips + 1.0) / (spikes + 1.0)
    if dips > 0:
        scratch[:dips].sort()
        out[9] = quantile(scratch, dips, 0.5)
        work[:dips].sort()
        out[6] = quantile(work, dips, 0.5)
        out[7] = ratio(quantile(work, dips, 0.75) - quantile(work, dips, 0.25), out[6])
