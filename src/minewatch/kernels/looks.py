"""All looks of a block of meters in one compiled call: one meter at a time in cache, buffers used again."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel
from minewatch.kernels.edges import (
    EDGE_NAMES,
    JUMP_NAMES,
    clock_edges,
    look_edges,
    look_jumps,
)
from minewatch.kernels.floor import FLOOR_NAMES, LEVEL_NAMES, day_floor, look_floor, look_levels
from minewatch.kernels.grid import copy_days, drop_stuck, size_of, to_hours
from minewatch.kernels.levels import BINS, PEAK_NAMES, PLATEAU_NAMES, look_peaks, look_plateaus, lower_envelope
from minewatch.kernels.order import columns_in_order, copy_row, sort_finite
from minewatch.kernels.profile import NOISE_NAMES, PROFILE_NAMES, hour_quantiles, look_noise, look_profile
from minewatch.kernels.residual import CLEAN_NAMES, RESIDUAL_NAMES, look_clean, look_residual, look_two_levels, rest_of
from minewatch.kernels.room import Room, room_for
from minewatch.kernels.separate import SEPARATE_NAMES, kinds_of_day, look_separate
from minewatch.kernels.shocks import DROP_NAMES, JOLT_NAMES, QUIET_NAMES, look_drops, look_jolts, look_quiet
from minewatch.kernels.steps import STEP_NAMES, look_steps

NAMES = (
    *LEVEL_NAMES,
    *FLOOR_NAMES,
    *PROFILE_NAMES,
    *NOISE_NAMES,
    *STEP_NAMES,
    *EDGE_NAMES,
    *JUMP_NAMES,
    *RESIDUAL_NAMES,
    *CLEAN_NAMES,
    *PEAK_NAMES,
    *PLATEAU_NAMES,
    *JOLT_NAMES,
    *QUIET_NAMES,
    *DROP_NAMES,
    *SEPARATE_NAMES,
)
"""Names of the figures that :func:`look_at` and :func:`look_closely_at` fill, in order; the first in log kW, the others over the
meter's mean."""

COSTLY = frozenset((*PEAK_NAMES, *PLATEAU_NAMES, *JOLT_NAMES, *QUIET_NAMES, *DROP_NAMES, *SEPARATE_NAMES))
"""Figures that cost more than all others together: taken only of meters that the others cannot clear."""

_FLOOR = len(LEVEL_NAMES)
_PROFILE = _FLOOR + len(FLOOR_NAMES)
_NOISE = _PROFILE + len(PROFILE_NAMES)
_STEP = _NOISE + len(NOISE_NAMES)
_EDGE = _STEP + len(STEP_NAMES)
_JUMP = _EDGE + len(EDGE_NAMES)
_RESIDUAL = _JUMP + len(JUMP_NAMES)
_CLEAN = _RESIDUAL + len(RESIDUAL_NAMES)
_CLOSE = _CLEAN + len(CLEAN_NAMES)
_PLATEAU = len(PEAK_NAMES)
_JOLT = _PLATEAU + len(PLATEAU_NAMES)
_QUIET = _JOLT + len(JOLT_NAMES)
_DROP = _QUIET + len(QUIET_NAMES)
_SEPARATE = _DROP + len(DROP_NAMES)


@kernel
def look_closely(native: Array, hours: Array, mean: Array, size: float, rest: Array, room: Room, out: Array) -> None:
    """Take the ``COSTLY`` looks of one meter; ``rest`` (hours,) is overwritten."""
    days = hours.shape[0]
    flat = hours.reshape(hours.size)
    values = room.hourly[3]
    envelope = room.hourly[4]
    copy_row(flat, values)
    histogram = np.empty(BINS, np.float64)
    lower_envelope(values, room.hourly[0], envelope)
    look_peaks(values, size, 24, histogram, out[:12])
    look_peaks(values, size, 6, histogram, out[12:24])
    look_peaks(envelope, size, 24, histogram, out[24:_PLATEAU])
    look_plateaus(values, envelope, size, room.hourly[:3], room.work, room.scratch, out[_PLATEAU:_JOLT])
    kinds = np.empty(days, np.int8)
    kinds_of_day(mean, size, room.scratch, kinds)
    look_jolts(values, kinds, size, room, out[_JOLT:_QUIET])
    look_quiet(values, size, room, out[_QUIET:_DROP])
    look_drops(flat, size, 1, room, out[_DROP : _DROP + 8])
    if native.shape[1] > 24:
        look_drops(native.reshape(native.size), size, native.shape[1] // 24, room, out[_DROP + 8 : _SEPARATE])
    else:
        out[_DROP + 8 : _SEPARATE] = np.nan
    look_separate(hours, mean, size, room, rest, room.small, out[_SEPARATE:])


@kernel
def hours_to_look_at(kw: Array, native: Array, hours: Array) -> float:
    """Fill the slots of one meter, stuck ones dropped, and its hours; returns its size.

    The size is NaN for a meter with fewer than 48 hours read, or that never draws anything.
    """
    copy_days(kw, native)
    drop_stuck(native, kw.shape[1])
    to_hours(native, hours)
    size = size_of(hours)
    read = 0
    for value in hours.ravel():
        if not np.isnan(value):
            read += 1
    return size if read >= 48 and size > 0.0 else np.nan


@kernel
def look_at(kw: Array, out: Array) -> None:
    """Take every look but the ``COSTLY`` ones at every meter of a block.

    ``kw`` (meters, days, slots) float32 in kW with 24, 48 or 96 slots, NaN missing; ``out`` (meters, ``NAMES``)
    float32. A meter with fewer than 48 hours read, or that never draws anything, gets NaN throughout, and so do the
    ``COSTLY`` figures of every meter.
    """
    days = kw.shape[1]
    hours = np.empty((days, 24), np.float32)
    native = np.empty(kw.shape[1:], np.float32)
    room = room_for(days, kw.shape[2])
    work = room.work
    scratch = room.scratch
    rest = np.empty(24 * days, np.float64)
    floor = np.empty(days, np.float64)
    mean = np.empty(days, np.float64)
    quantiles = np.empty((24, 5), np.float64)
    edges = np.empty((24, 3), np.float64)
    ordered = np.empty(24 * days, np.float64)
    columns = room.columns[2]
    read_of_hour = np.empty(24, np.int64)
    steps = np.empty((days, 3), np.float64)
    looks = np.empty(_CLOSE, np.float64)
    out[:] = np.nan
    for meter in range(kw.shape[0]):
        size = hours_to_look_at(kw[meter], native, hours)
        if np.isnan(size):
            continue
        n = sort_finite(hours.reshape(hours.size), ordered)
        look_levels(ordered, n, size, looks[:_FLOOR])
        day_floor(hours, floor, mean)
        look_floor(floor, mean, size, work, scratch, looks[_FLOOR:_PROFILE])
        columns_in_order(hours, columns, read_of_hour)
        hour_quantiles(columns, read_of_hour, quantiles)
        look_profile(columns, read_of_hour, quantiles, size, work, scratch, looks[_PROFILE:_NOISE])
        low = looks[6] * size
        high = looks[8] * size
        look_noise(hours, size, low, high, work, scratch, looks[_NOISE:_STEP])
        look_steps(hours, floor, mean, size, steps, room, looks[_STEP:_EDGE])
        clock_edges(hours, size, room.columns[3], columns, edges)
        look_edges(hours, edges, quantiles, size, work, scratch, looks[_EDGE:_JUMP])
        look_jumps(hours, size, room, looks[_JUMP:_RESIDUAL])
        rest_of(hours, quantiles, rest)
        look_two_levels(rest, size, scratch, looks[_RESIDUAL:])
        look_residual(hours, rest, size, work, scratch, looks[_RESIDUAL:_CLEAN])
        look_clean(hours, rest, ordered, n, size, room, looks[_CLEAN:])
        for i in range(_CLOSE):
            out[meter, i] = looks[i]


@kernel
def look_closely_at(kw: Array, out: Array) -> None:
    """Take the ``COSTLY`` looks at every meter of a block, as :func:`look_at` takes the others, which ``out`` keeps."""
    days = kw.shape[1]
    hours = np.empty((days, 24), np.float32)
    native = np.empty(kw.shape[1:], np.float32)
    room = room_for(days, kw.shape[2])
    rest = np.empty(24 * days, np.float64)
    floor = np.empty(days, np.float64)
    mean = np.empty(days, np.float64)
    looks = np.empty(out.shape[1] - _CLOSE, np.float64)
    out[:, _CLOSE:] = np.nan
    for meter in range(kw.shape[0]):
        size = hours_to_look_at(kw[meter], native, hours)
        if not np.isnan(size):
            day_floor(hours, floor, mean)
            look_closely(native, hours, mean, size, rest, room, looks)
            for i in range(looks.shape[0]):
                out[meter, _CLOSE + i] = looks[i]
