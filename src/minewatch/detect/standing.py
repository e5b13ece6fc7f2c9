"""Where a meter stands in figures that anybody can check, taken of every meter: base load, night load, load against its past.

They move no probability. Held against the meters of the same class (:mod:`minewatch.detect.peers`) they are evidence to read.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minewatch.kernels.glance import GLANCE_NAMES

STANDING = ("base_share", "night_share", "growth")
"""What :func:`standing_of` returns, in order; columns of ``model.tables.FINDINGS``."""

WEEK = 7
MOST_DAYS = 14
"""Days compared at either end of a window: whole weeks, so that weekends weigh the same, and few, so that a year costs little."""
NIGHT = 5
"""The night is the first hours of the day, 00:00 to 05:00."""
DAYTIME = (8, 20)

_BASE = GLANCE_NAMES.index("glance_low_p50")

Floats = NDArray[np.float32]


def compared_days(days: int) -> int:
    """Return how many days at either end of a window are held against each other: 14, or 7 in short ones; 0 below 14 days."""
    return MOST_DAYS if days >= 2 * MOST_DAYS else WEEK if days >= 2 * WEEK else 0


def standing_of(kw: Floats, glances: Floats | None) -> Floats:
    """Return the figures ``STANDING`` of each meter: (meters, 3) float32, NaN where there is too little to tell.

    ``kw`` (meters, days, slots) in kW, NaN missing; ``glances`` as ``detect.looks.take_glances`` gives them, None for daily
    energy. ``base_share``: the lowest hour of the day over the day's mean, median of the days. ``night_share``: mean from
    00:00 to 05:00 over mean from 08:00 to 20:00, and ``growth``: mean of the last days over that of the first, both over
    :func:`compared_days` at either end (the former over all days of a shorter window). At least half of a stretch must have
    been read, and the mean that divides be above nought.
    """
    meters, days, slots = kw.shape
    out = np.full((meters, len(STANDING)), np.nan, np.float32)
    width = compared_days(days)
    sums = [_sums(end) for end in ((kw[:, :width], kw[:, days - width :]) if width else (kw,))]
    if glances is not None:
        out[:, 0] = glances[:, _BASE]
        low, high = (hour * slots // 24 for hour in DAYTIME)
        out[:, 1] = _ratio(_mean(sums, slice(NIGHT * slots // 24)), _mean(sums, slice(low, high)))
    if width:
        out[:, 2] = _ratio(_mean(sums[1:], slice(None)), _mean(sums[:1], slice(None)))
    return out


@dataclass(frozen=True, slots=True)
class _Sums:
    """Sum and number of the readings of each slot over some days: (meters, slots), and how many days these are."""

    total: NDArray[np.float64]
    read: NDArray[np.float64]
    days: int


def _sums(part: Floats) -> _Sums:
    """Add a stretch up day by day: each slot by itself, so that the bits are the same in whatever company a meter stands."""
    with np.errstate(invalid="ignore"):
        total = part.sum(axis=1)
    read = np.full(total.shape, np.float32(part.shape[1]))
    gaps = np.flatnonzero(~np.isfinite(total).all(axis=1))
    if gaps.size:
        known = np.isfinite(part[gaps])
        total[gaps] = np.where(known, part[gaps], np.float32(0.0)).sum(axis=1)
        read[gaps] = known.sum(axis=1, dtype=np.float32)
    return _Sums(total.astype(np.float64), read.astype(np.float64), part.shape[1])


def _mean(parts: list[_Sums], slots: slice) -> NDArray[np.float64]:
    """Mean of what was read of each meter in some slots; NaN where that is less than half."""
    total = sum(one.total[:, slots].sum(axis=1) for one in parts)
    read = sum(one.read[:, slots].sum(axis=1) for one in parts)
    size = sum(one.days * one.total[0, slots].size for one in parts) if len(parts[0].total) else 0
    return np.where(2 * np.asarray(read) >= max(size, 1), np.asarray(total) / np.maximum(read, 1.0), np.nan)


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0.0, above / below, np.nan)
