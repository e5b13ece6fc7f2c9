"""A glance at a curve: figures that cost a few instructions an hour, to clear what is clear before anything is sorted.

Shares of hours below fixed borders stand in for quantiles: counting needs neither sort nor branch, so sixteen hours are
counted at a time.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction
from minewatch.kernels.grid import copy_days, drop_stuck, may_be_stuck, number_read, size_of, to_hours
from minewatch.kernels.order import LAST_KEY, quantile_of_keys, ratio, rising_bits, sort_columns
from minewatch.kernels.profile import fill_changes
from minewatch.kernels.room import Room, room_for
from minewatch.kernels.steps import best_step, flat_steps, running_hours, whole_steps

LEVEL_BORDERS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5)
CHANGE_BORDERS = (0.01, 0.03, 0.1, 0.3)
JUMP_BORDERS = (0.1, 0.25, 0.5, 1.0)

GLANCE_NAMES = (
    *(f"glance_below_{round(100 * border)}" for border in LEVEL_BORDERS),
    *(f"glance_hour_{round(100 * border)}" for border in CHANGE_BORDERS),
    *(f"glance_day_{round(100 * border)}" for border in CHANGE_BORDERS),
    *(f"glance_jump_{round(100 * border)}" for border in JUMP_BORDERS),
    "glance_flat_share",
    "glance_flat_level",
    "glance_clean_up",
    "glance_clean_down",
    "glance_clean_size",
    "glance_repeat_1h",
    "glance_repeat_24h",
    "glance_step_up",
    "glance_step_up_size",
    "glance_step_down",
    "glance_step_down_size",
    "glance_low_p10",
    "glance_low_p50",
    "glance_top_p10",
    "glance_top_p50",
    "glance_half_p50",
    "glance_even_p50",
    "glance_even_p90",
)
"""What :func:`glance_at` fills, in order; see there."""


_BELOW = 0
_HOUR = len(LEVEL_BORDERS)
_DAY = _HOUR + len(CHANGE_BORDERS)
_JUMP = _DAY + len(CHANGE_BORDERS)
_FLAT = _JUMP + len(JUMP_BORDERS)
STEP_WIDTH = 7
"""Days on both sides of a step."""


@reduction
def count_below(values: Array, border: float) -> float:
    """Return the number of values (fewer than 2^24) below a border, counted in the width of a reading."""
    count = np.float32(0.0)
    most = np.float32(border)
    for t in range(values.shape[0]):
        count += np.float32(1.0) if values[t] < most else np.float32(0.0)
    return float(count)


@kernel
def shares_below(values: Array, borders: tuple[float, ...], by: float, out: Array) -> None:
    """Share of the finite values below each border times ``by``; NaN where there is no finite value."""
    known = count_below(values, np.inf)
    for i in range(len(borders)):
        out[i] = ratio(count_below(values, borders[i] * by), known)


@kernel
def fill_jumps(flat: Array, lag: int, out: Array) -> None:
    """Absolute change over ``lag`` places, NaN where both are infinite."""
    later = flat[lag:]
    for t in range(out.shape[0]):
        out[t] = abs(later[t] - flat[t])


@reduction
def flat_hours(flat: Array, low: Array, high: Array, size: float) -> tuple[float, float, float]:
    """Return the number of sixes of hours read, of those within 6 % of their middle, and the sum of the middles of these.

    ``low`` and ``high``, as long as ``flat``, are room.
    """
    count = flat.shape[0]
    later = flat[1:]
    for t in range(count - 1):
        low[t] = min(flat[t], later[t])
        high[t] = max(flat[t], later[t])
    low2, low4, high2, high4 = low[2:], low[4:], high[2:], high[4:]
    tiny = np.float32(0.02 * size)
    read = inside = 0
    level = 0.0
    for t in range(count - 5):
        least = min(min(low[t], low2[t]), low4[t])
        most = max(max(high[t], high2[t]), high4[t])
        middle = np.float32(0.5) * (least + most)
        even = most - least <= np.float32(0.06) * (abs(middle) + tiny)
        read += 1 if most < np.inf else 0
        inside += 1 if even & (most < np.inf) else 0
        level += float(middle) if even & (most < np.inf) else 0.0
    return read, inside, level


@reduction
def clean_hours(flat: Array, size: float) -> tuple[float, float, float]:
    """Return the number of clean steps up and down and the sum of their sizes: three even hours, then three at another level.

    Even: within a quarter of the step, which is at least a tenth of the size; neighbouring hours count the same step.
    """
    number = max(flat.shape[0] - 6, 0)
    third = np.float32(1.0 / 3.0)
    least = np.float32(0.1 * size)
    a3, a2, a1, b1, b2, b3 = flat, flat[1:], flat[2:], flat[4:], flat[5:], flat[6:]
    ups = downs = 0
    total = 0.0
    for t in range(number):
        low = (a1[t] + a2[t] + a3[t]) * third
        high = (b1[t] + b2[t] + b3[t]) * third
        before = max(max(abs(a1[t] - low), abs(a2[t] - low)), abs(a3[t] - low))
        after = max(max(abs(b1[t] - high), abs(b2[t] - high)), abs(b3[t] - high))
        step = high - low
        even = max(before, after) < np.float32(0.25) * abs(step)
        ups += 1 if even & (step > least) & (step < np.inf) else 0
        downs += 1 if even & (step < -least) & (step > -np.inf) else 0
        total += float(abs(step)) if even & (abs(step) > least) & (abs(step) < np.inf) else 0.0
    return ups, downs, total


@reduction
def repetition(flat: Array, lag: int, mean: float) -> float:
    """Return covariance over variance at a lag, infinite hours counted as the mean; NaN where nothing varies."""
    count = max(flat.shape[0] - lag, 0)
    later = flat[lag:]
    middle = np.float32(mean)
    products = squares = 0.0
    for t in range(count):
        x = flat[t] - middle if flat[t] < np.inf else np.float32(0.0)
        y = later[t] - middle if later[t] < np.inf else np.float32(0.0)
        products += float(x * y)
        squares += float(np.float32(0.5) * (x * x + y * y))
    return ratio(products, squares)


@kernel
def days_side_by_side(hours: Array, across: Array, read: Array, floor: Array, mean: Array) -> None:
    """Sort each day's hours into a column of ``across`` (24, at least days) float32; floor and mean of each day.

    ``read`` (days,) gets how many hours were read. Floor is the mean of the three lowest hours; both are NaN for a day
    with fewer than 18 hours read. What was not read stands last, infinite.
    """
    days = hours.shape[0]
    mean[:] = 0.0
    read[:] = 0
    across[:, days:] = np.float32(np.inf)
    for day in range(days):
        here = hours[day]
        for hour in range(24):
            across[hour, day] = here[hour]
    for hour in range(24):
        row = across[hour][:days]
        for day in range(days):
            value = row[day]
            there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
            row[day] = value if there else np.float32(np.inf)
            mean[day] += value if there else np.float32(0.0)
            read[day] += 1 if there else 0
    sort_columns(across)
    for day in range(days):
        known = read[day] >= 18
        floor[day] = (np.float64(across[0, day]) + across[1, day] + across[2, day]) / 3.0 if known else np.nan
        mean[day] = mean[day] / max(read[day], 1) if known else np.nan


@kernel
def keys_of_days(upper: Array, lower: Array, mean: Array, read: Array, values: Array, keys: Array) -> tuple[Array, int]:
    """Return ``(upper - lower) / mean`` of the whole days as :func:`rising_bits`; rows of :func:`days_side_by_side`.

    Returns them, filled up to a multiple of 32 with the largest key there is, and their number. ``values`` (days,) float32
    and ``keys`` (days + 31,) int32 are room.
    """
    n = 0
    for day in range(mean.shape[0]):
        value = np.float32((upper[day] - lower[day]) / (abs(mean[day]) + 1e-9))
        values[n] = value
        n += 1 if (read[day] == 24) & (value == value) else 0  # noqa: PLR0124 - false for NaN only
    rising_bits(values, n, keys)
    wide = (n + 31) // 32 * 32
    keys[n:wide] = LAST_KEY
    return keys[:wide], n


@kernel
def even_steps(hours: Array, size: float, room: Room, out: Array) -> None:
    """Score and size of the most even step up and down between weeks, as :func:`minewatch.kernels.steps.flat_steps`."""
    days = hours.shape[0]
    steps = room.work[: 3 * days].reshape(days, 3)
    if number_read(hours.reshape(hours.size)) == hours.size:
        whole_steps(hours, STEP_WIDTH, room.hourly, steps)
    else:
        running_hours(hours, room.running[0], room.running[1])
        flat_steps(room.running[0], room.running[1], STEP_WIDTH, room.hourly, steps)
    for side in range(2):
        best = best_step(steps, 1.0 if side == 0 else -1.0, size)
        out[2 * side] = abs(steps[best, 0]) / (steps[best, 1] + 0.02 * size) if best >= 0 else 0.0
        out[2 * side + 1] = abs(steps[best, 0]) / size if best >= 0 else 0.0


@kernel
def glance_at(hours: Array, size: float, room: Room, floor: Array, mean: Array, out: Array) -> None:
    """Glance at one meter; fills ``floor`` and ``mean`` of its days and ``out`` as ``GLANCE_NAMES``.

    below: share of the hours below so many hundredths of the size. hour, day: share of the changes from hour to hour and
    day to day below so many hundredths of the level. jump: share of the changes over two hours below so many hundredths
    of the size. flat: share and level of the sixes of hours that stay within 6 %. clean: steps a day between even sides.
    repeat: likeness to itself one hour and one day earlier. step: :func:`even_steps`. low, top, half, even: over the
    days, lowest over mean, highest less median, median less lowest, and the spread of the middle half of the hours.
    """
    days = hours.shape[0]
    count = hours.size
    known = hours.reshape(count)
    flat = room.columns[0].reshape(room.columns[0].size)
    for t in range(count):
        value = known[t]
        flat[t] = value if value == value else np.float32(np.inf)  # noqa: PLR0124 - false for NaN only, without a branch
    low = room.columns[1].reshape(count)
    high = room.columns[2].reshape(count)
    shares_below(flat, LEVEL_BORDERS, size, out[_BELOW:_HOUR])
    fill_changes(flat, 1, 0.01 * size, low[: count - 1])
    shares_below(low[: count - 1], CHANGE_BORDERS, 1.0, out[_HOUR:_DAY])
    fill_changes(flat, 24, 0.01 * size, low[: count - 24])
    shares_below(low[: count - 24], CHANGE_BORDERS, 1.0, out[_DAY:_JUMP])
    fill_jumps(flat, 2, low[: count - 2])
    shares_below(low[: count - 2], JUMP_BORDERS, size, out[_JUMP:_FLAT])
    sixes, inside, level = flat_hours(flat, low, high, size)
    out[_FLAT] = ratio(inside, sixes)
    out[_FLAT + 1] = level / inside / size if inside > 0.0 else np.nan
    ups, downs, total = clean_hours(flat, size)
    out[_FLAT + 2] = ups / days
    out[_FLAT + 3] = downs / days
    out[_FLAT + 4] = total / (ups + downs) / size if ups + downs > 0.0 else np.nan
    out[_FLAT + 5] = repetition(flat, 1, size)
    out[_FLAT + 6] = repetition(flat, 24, size)
    even_steps(hours, size, room, out[_FLAT + 7 : _FLAT + 11])
    # Columns by the sixteen leave no rest for the vector registers; a short window has no room for more than its days.
    wide = (days + 15) // 16 * 16 if days >= 16 else days
    across = room.columns.reshape(4 * count)[: 24 * wide].reshape(24, wide)
    read = np.empty(days, np.int32)
    days_side_by_side(hours, across, read, floor, mean)
    nought = room.columns[3].reshape(count)[:days]
    nought[:] = np.float32(0.0)
    values = room.single[:days]
    keys = room.single[days : 2 * days + 31].view(np.int32)
    word = room.single[2 * days + 31 : 2 * days + 32].view(np.int32)
    rows = _FLAT + 11
    here, n = keys_of_days(across[0], nought, mean, read, values, keys)
    out[rows], out[rows + 1] = quantile_of_keys(here, n, 0.1, word), quantile_of_keys(here, n, 0.5, word)
    here, n = keys_of_days(across[23], across[12], mean, read, values, keys)
    out[rows + 2], out[rows + 3] = quantile_of_keys(here, n, 0.1, word), quantile_of_keys(here, n, 0.5, word)
    here, n = keys_of_days(across[12], across[0], mean, read, values, keys)
    out[rows + 4] = quantile_of_keys(here, n, 0.5, word)
    here, n = keys_of_days(across[18], across[5], mean, read, values, keys)
    out[rows + 5], out[rows + 6] = quantile_of_keys(here, n, 0.5, word), quantile_of_keys(here, n, 0.9, word)


@kernel
def glance_at_block(kw: Array, size: Array, out: Array) -> None:
    """Glance at every meter of a block.

    ``kw`` (meters, days, slots) float32 in kW with 24, 48 or 96 slots, NaN missing; ``size`` (meters,) gets the mean
    absolute power, ``out`` (meters, ``GLANCE_NAMES``) float32. Both are NaN for a meter with fewer than 48 hours read, or
    that never draws anything.
    """
    days = kw.shape[1]
    hours = np.empty((days, 24), np.float32)
    native = np.empty(kw.shape[1:], np.float32)
    room = room_for(days, kw.shape[2])
    floor = np.empty(days, np.float64)
    mean = np.empty(days, np.float64)
    figures = np.empty(out.shape[1], np.float64)
    for meter in range(kw.shape[0]):
        if may_be_stuck(kw[meter], kw.shape[2]):
            copy_days(kw[meter], native)
            drop_stuck(native, kw.shape[2])
            to_hours(native, hours)
        else:
            to_hours(kw[meter], hours)
        size[meter] = size_of(hours)
        if count_below(hours.reshape(hours.size), np.inf) < 48 or not size[meter] > 0.0:
            size[meter] = np.nan
            out[meter] = np.nan
            continue
        glance_at(hours, size[meter], room, floor, mean, figures)
        for i in range(out.shape[1]):
            out[meter, i] = figures[i]
