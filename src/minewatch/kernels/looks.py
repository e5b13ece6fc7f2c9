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
from minewatch.kernels.grid import drop_stuck, size_of, to_hours
from minewatch.kernels.profile import NOISE_NAMES, PROFILE_NAMES, hour_quantiles, look_noise, look_profile
from minewatch.kernels.residual import CLEAN_NAMES, RESIDUAL_NAMES, look_clean, look_residual, look_two_levels, rest_of
from minewatch.kernels.separate import SEPARATE_NAMES, look_separate
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
    *SEPARATE_NAMES,
)
"""Names of the figures that :func:`look_at` fills, in order; all without unit (over the meter's mean) but the first."""

COSTLY = frozenset(SEPARATE_NAMES)
"""Figures that cost more than all others together."""

_FLOOR = len(LEVEL_NAMES)
_PROFILE = _FLOOR + len(FLOOR_NAMES)
_NOISE = _PROFILE + len(PROFILE_NAMES)
_STEP = _NOISE + len(NOISE_NAMES)
_EDGE = _STEP + len(STEP_NAMES)
_JUMP = _EDGE + len(EDGE_NAMES)
_RESIDUAL = _JUMP + len(JUMP_NAMES)
_CLEAN = _RESIDUAL + len(RESIDUAL_NAMES)
_SEPARATE = _CLEAN + len(CLEAN_NAMES)


@kernel
def look_at(kw: Array, costly: bool, out: Array) -> None:  # noqa: FBT001 - kernels take plain arguments
    """Take every look at every meter of a block.

    ``kw`` (meters, days, slots) float32 in kW with 24, 48 or 96 slots, NaN missing; ``out`` (meters, ``NAMES``)
    float32. A meter with fewer than 48 hours read, or that never draws anything, gets NaN throughout, and so do the
    ``COSTLY`` figures of every meter unless ``costly``.
    """
    days = kw.shape[1]
    hours = np.empty((days, 24), np.float32)
    native = np.empty(kw.shape[1:], np.float32)
    room = 26 * days + 256
    on = np.empty(25 * days, np.int8)
    back = np.empty((24 * days, 2), np.bool_)
    scratch = np.empty(room, np.float64)
    work = np.empty(room, np.float64)
    rest = np.empty(24 * days, np.float64)
    floor = np.empty(days, np.float64)
    mean = np.empty(days, np.float64)
    quantiles = np.empty((24, 5), np.float64)
    edges = np.empty((24, 3), np.float64)
    steps = np.empty((days, 3), np.float64)
    looks = np.empty(out.shape[1], np.float64)
    for meter in range(kw.shape[0]):
        native[:] = kw[meter]
        drop_stuck(native, kw.shape[2])
        to_hours(native, hours)
        size = size_of(hours)
        read = 0
        for value in hours.ravel():
            if not np.isnan(value):
                read += 1
        if read < 48 or not size > 0.0:
            out[meter] = np.nan
            continue
        look_levels(hours, size, scratch, looks[:_FLOOR])
        day_floor(hours, floor, mean)
        look_floor(floor, mean, size, work, scratch, looks[_FLOOR:_PROFILE])
        hour_quantiles(hours, work, scratch, quantiles)
        look_profile(hours, quantiles, size, work, scratch, looks[_PROFILE:_NOISE])
        low = looks[6] * size
        high = looks[8] * size
        look_noise(hours, size, low, high, work, scratch, looks[_NOISE:_STEP])
        look_steps(hours, floor, mean, size, steps, work, scratch, looks[_STEP:_EDGE])
        clock_edges(hours, size, work, scratch, edges)
        look_edges(hours, edges, quantiles, size, work, scratch, looks[_EDGE:_JUMP])
        look_jumps(hours, size, work, scratch, looks[_JUMP:_RESIDUAL])
        rest_of(hours, quantiles, rest)
        look_two_levels(rest, size, scratch, looks[_RESIDUAL:])
        look_residual(hours, rest, size, work, scratch, looks[_RESIDUAL:_CLEAN])
        look_clean(hours, rest, size, work, scratch, looks[_CLEAN:_SEPARATE])
        if costly:
            look_separate(hours, mean, size, work, scratch, rest, on, back, looks[_SEPARATE:])
        else:
            looks[_SEPARATE:] = np.nan
        for i in range(out.shape[1]):
            out[meter, i] = looks[i]
