"""Slow, obvious twin of unpacking days: one reading at a time, in whole numbers and one division."""

import struct
from fractions import Fraction

import numpy as np


def reading(planes, row, slot, unit):
    """One reading from its bytes; a code is a whole number, so only the last step rounds."""
    held = bytes(int(plane[row, slot]) for plane in planes)
    if len(held) == 4:
        return struct.unpack("<f", held)[0]
    code = int.from_bytes(held, "little")
    if code == 256 ** len(held) - 1:
        return np.nan
    num, base, den = (int(number) for number in unit)
    exact = Fraction(code * num + base, den)
    near = np.float32(float(exact))
    beside = (np.nextafter(near, np.float32(side), dtype=np.float32) for side in (-np.inf, np.inf))
    # float(exact) has rounded once already: of the float32 around it, take the one nearest to the exact number.
    return min((near, *beside), key=lambda one: (abs(Fraction(float(one)) - exact), int(one.view(np.uint32)) & 1))


def days(planes, num, base, den, rows, targets, over, out):
    """Fill ``out`` as ``decode_days`` does."""
    for row, target in zip(rows, targets, strict=True):
        for slot in range(out.shape[1]):
            value = reading(planes, row, slot, (num[row], base[row], den[row]))
            if not (over and np.isnan(value)):
                out[target, slot] = value
