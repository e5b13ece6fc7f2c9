"""Clocks that are off by whole slots: a meter's or a supply meter's readings stand some slots too early or too late.

A wrong time zone, a reset clock or an end-of-interval stamp read as its start moves all readings of a meter alike. What a
customer does from one reading to the next is their own, so their readings fit what the node lacks at one delay and at no
other: the delay at which the two correlate best (cross-correlation of changes). Less than a slot is told by
:func:`minewatch.detect.matching.lagged`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.matching import Match, changes

Floats = NDArray[np.float64]
Readings = NDArray[np.floating[Any]]

LEAST_Z = 8.0
"""Standard errors that the best delay must show."""
MARGIN_Z = 6.0
"""And by so many more than no delay at all."""
MOST_HOURS = 12.0
LEAST_METERS = 3
"""Read meters a node must have of its own for its supply meter to be judged: of one supply meter below, either may be off."""
LOST = (-2.2, -0.45)
"""Share of its own curve that a meter with a wrong clock leaves in the residual: it was taken out at the wrong time."""
LOST_Z = 3.0


def delay(signal: Floats, own: Floats, *, most: int) -> tuple[int, float, float]:
    """Return by how many slots ``own`` must be moved later to stand in ``signal``, and its z there and without moving.

    Both are changes (slots,); delays of up to ``most`` slots either way are tried, the window taken as a ring.
    """
    size = float(np.sqrt((own @ own) * (signal @ signal) / len(own)))
    if size <= 1e-12:
        return 0, 0.0, 0.0
    ring = np.fft.irfft(np.fft.rfft(signal) * np.conj(np.fft.rfft(own)), len(own)) / size
    lags = np.arange(-most, most + 1)
    z = ring[lags]
    best = int(np.argmax(z))
    return int(lags[best]), float(z[best]), float(ring[0])


def moved(kw: Readings, slots: int) -> Floats:
    """Move readings (days, slots) by whole slots later (earlier if negative); NaN where nothing comes from."""
    flat = np.full(kw.size, np.nan)
    source = kw.ravel()
    if slots >= 0:
        flat[slots:] = source[: kw.size - slots]
    else:
        flat[:slots] = source[-slots:]
    return flat.reshape(kw.shape)


def _off(found: tuple[int, float, float]) -> bool:
    slots, best, unmoved = found
    return slots != 0 and best > LEAST_Z and best - unmoved > MARGIN_Z


def supply_delay(supply: Floats, meters: Readings, passed_on: Floats) -> int:
    """Return by how many slots a supply meter's readings (days, slots) must be moved to fit what was taken; mostly 0.

    ``meters`` (number, days, slots) and ``passed_on`` (days, slots) are what was taken. Where the part that swings most speaks
    alone, its clock may be the one that is off: the others together must ask for the same delay.
    """
    if len(meters) < LEAST_METERS:
        return 0
    most = int(MOST_HOURS * supply.shape[1] / 24)
    own, whole = changes(supply), meters.sum(axis=0, dtype=np.float64) + np.nan_to_num(passed_on)
    found = delay(changes(whole), own, most=most)
    if not _off(found):
        return 0
    parts = np.concatenate([meters, np.nan_to_num(passed_on)[None]])
    swings = np.abs(np.diff(parts.reshape(len(parts), -1), axis=1)).sum(axis=1)
    again = delay(changes(whole - parts[int(np.argmax(swings))]), own, most=most)
    return found[0] if _off(again) and again[0] == found[0] else 0


def meter_delays(residual: Floats, kw: Readings, found: Match, booked: NDArray[np.int64]) -> dict[int, int]:
    """Return meters whose readings must be moved, and by how many slots, of ``kw`` (meters, days, slots)."""
    most = int(MOST_HOURS * kw.shape[2] / 24)
    off = {}
    for meter, home in enumerate(booked.tolist()):
        if LOST[0] < found.share[home, meter] < LOST[1] and found.z[home, meter] < -LOST_Z:
            told = delay(changes(residual[home] + kw[meter]), changes(kw[meter]), most=most)
            if _off(told):
                off[meter] = told[0]
    return off
