"""What happens to readings between the meter and the system: gaps, lost days, spikes, frozen values, clocks that run off."""

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.parameters import FaultParameters


def shifted(kw: NDArray[np.float32], *, minutes: float) -> NDArray[np.float32]:
    """Return the curve a meter reports whose clock is ``minutes`` fast (negative: slow).

    A slot then holds power of the times a little before (after) it; at the window's ends the first (last) value stands
    for the unknown one. ``kw`` is (days, slots).
    """
    days, slots = kw.shape
    flat = kw.ravel().astype(np.float64)
    steps = -minutes * slots / 1440.0
    energy = np.concatenate(([0.0], np.cumsum(flat)))
    edges = np.clip(np.arange(flat.size + 1) + steps, 0.0, flat.size)
    moved = np.diff(np.interp(edges, np.arange(flat.size + 1), energy))
    width = np.diff(edges)
    moved = np.where(width > 0.0, moved / np.where(width > 0.0, width, 1.0), flat[0] if steps < 0.0 else flat[-1])
    return np.asarray(moved.reshape(days, slots), dtype=np.float32)


def as_read(
    rng: np.random.Generator, kw: NDArray[np.float32], *, faults: FaultParameters, step_kw: float
) -> NDArray[np.float32]:
    """Return what the system holds of a meter's true curve ``kw`` (days, slots): NaN where nothing usable arrived.

    ``step_kw`` is the smallest power the meter tells (its resolution times CT×PT). Rates are those of ``faults``.
    """
    days, slots = kw.shape
    months = days / 30.0
    flat = kw.ravel().astype(np.float64)
    spikes, frozen, gaps, lost = (
        int(one)
        for one in rng.poisson(
            [faults.spikes * months, faults.frozen * months, faults.gaps * months, faults.lost_days * months]
        )
    )
    for slot in rng.integers(0, flat.size, spikes):
        flat[slot] = flat[slot] * rng.uniform(5.0, 50.0)
    for start in rng.integers(0, flat.size, frozen):
        flat[start : start + int(rng.uniform(2.0, 10.0) * slots / 24.0) + 1] = flat[start]
    for start in rng.integers(0, flat.size, gaps):
        hours = faults.gap_hours * rng.lognormal(0.0, 0.9)
        flat[start : start + int(hours * slots / 24.0) + 1] = np.nan
    for day in rng.integers(0, days, lost):
        flat[day * slots : (day + 1) * slots] = np.nan
    if rng.random() < faults.bad_meters:
        flat[rng.random(flat.size) < rng.uniform(0.1, 0.5)] = np.nan
    return (np.round(flat / step_kw) * step_kw).reshape(days, slots).astype(np.float32)
