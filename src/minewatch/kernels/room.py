"""Memory that the looks work in: taken once for a block of meters and used again for each.

The first touch of fresh memory costs more than all the arithmetic of a look, so no kernel that runs once a meter asks
for arrays as long as the curve.
"""

from typing import NamedTuple

import numpy as np

from minewatch.kernels.compiled import Array, kernel


class Room(NamedTuple):
    """Arrays that any look may overwrite; what a look leaves in them is nobody's.

    ``hours`` is days x 24, ``slots`` days x the native slots, both at least; float64 unless said.
    """

    work: Array
    """(slots,)"""
    scratch: Array
    """(slots,)"""
    hourly: Array
    """(5, hours)"""
    single: Array
    """(slots,) float32"""
    columns: Array
    """(4, days, 24) float32"""
    running: Array
    """(2, days + 1, 24)"""
    small: Array
    """(hours + days,) int8"""
    back: Array
    """(hours,) uint8"""
    kinds: Array
    """(slots,) int8"""


@kernel
def room_for(days: int, slots: int) -> Room:
    """Return room for meters of so many days and slots a day."""
    hours = 24 * days
    wide = max(hours + 256, days * slots)
    return Room(
        np.empty(wide, np.float64),
        np.empty(wide, np.float64),
        np.empty((5, hours), np.float64),
        np.empty(wide, np.float32),
        np.empty((4, days, 24), np.float32),
        np.empty((2, days + 1, 24), np.float64),
        np.empty(hours + days, np.int8),
        np.empty(hours, np.uint8),
        np.empty(wide, np.int8),
    )
