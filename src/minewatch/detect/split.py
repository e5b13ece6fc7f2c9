"""Split loads: several small accounts of one node that start, stop and stumble at the same moments.

One mine behind several meters loses its network, its breaker and its start together. Each account's strong changes (beyond
its own usual ones, the usual day taken away) are held against every other account's; accounts tied by more than chance, three
or more in one knot, are told as one load. A steady mine that never stumbles ties nobody and is not found this way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Block
from minewatch.detect.screen import screen_block

Floats = NDArray[np.float64]

TIED_Z = 7.5
"""Standard errors from which two accounts are tied; honest pairs of the 14 simulated regions looked at reached 6.8."""
JOINED_Z = 4.5
"""Standard errors with at least two of a knot from which an account joins it."""
LEAST_ACCOUNTS = 3
CLIP = 12.0


@dataclass(frozen=True, slots=True)
class SplitLoad:
    """Accounts that move together; ``kw`` is their mean power together, ``likeness`` the screen's view of their sum.

    ``each_kw`` is the mean power of each of ``meters``.
    """

    meters: tuple[str, ...]
    kw: float
    likeness: float
    each_kw: tuple[float, ...]


def together(kw: Floats) -> Floats:
    """Ties between accounts of (meters, days, slots) kW in standard errors, (meters, meters); 0 on the diagonal."""
    flat = np.nan_to_num(kw).reshape(len(kw), -1)
    step = np.diff(flat, axis=1, prepend=flat[:, :1]).reshape(kw.shape)
    step = (step - np.median(step, axis=1, keepdims=True)).reshape(flat.shape)
    usual = 1.4826 * np.median(np.abs(step), axis=1, keepdims=True) + 0.05 * np.abs(flat).mean(axis=1, keepdims=True)
    strong = np.clip(step / (usual + 1e-6), -CLIP, CLIP)
    norm = np.sqrt((strong**2).sum(axis=1, keepdims=True))
    unit = strong / np.where(norm > 0.0, norm, 1.0)
    ties = unit @ unit.T * np.sqrt(flat.shape[1])
    np.fill_diagonal(ties, 0.0)
    return np.asarray(ties)


def split_loads(meters: Sequence[str], kw: Floats, *, first_day: date) -> tuple[SplitLoad, ...]:
    """Knots of accounts of one node, the largest power first. NaN is missing and ties nobody."""
    if len(meters) < LEAST_ACCOUNTS:
        return ()
    ties = together(kw)
    found = []
    left = set(range(len(meters)))
    for start in np.flatnonzero((ties > TIED_Z).any(axis=1)).tolist():
        if start not in left:
            continue
        knot = _knot(ties, start, left)
        if len(knot) < LEAST_ACCOUNTS:
            continue
        left -= knot
        chosen = sorted(knot)
        total = np.nansum(kw[chosen], axis=0)
        look = screen_block(Block(("split",), first_day, total[None].astype(np.float32))).row(0, named=True)
        names = tuple(meters[one] for one in chosen)
        each = tuple(float(np.nanmean(kw[one])) for one in chosen)
        found.append(SplitLoad(names, float(total.mean()), float(look["probability"]), each))
    return tuple(sorted(found, key=lambda one: (-one.kw, one.meters)))


def _knot(ties: Floats, start: int, left: set[int]) -> set[int]:
    """Return what hangs together with ``start`` by strong ties, and whoever is tied well to two of them."""
    knot, todo = {start}, [start]
    while todo:
        one = todo.pop()
        for other in np.flatnonzero(ties[one] > TIED_Z).tolist():
            if other in left and other not in knot:
                knot.add(other)
                todo.append(other)
    if len(knot) > 1:
        members = sorted(knot)
        knot |= {one for one in left - knot if int((ties[one, members] > JOINED_Z).sum()) >= 2}
    return knot
