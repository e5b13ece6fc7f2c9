"""Whose curve is in a node's residual: meters that hang elsewhere, customers who bypass their meter, clocks that are off.

Supplied less metered, a node's residual should know nothing of any single customer. What a customer does from one reading
to the next is nearly their own (the usual day is taken away first), so the residual's changes are held against each
meter's changes, a matched filter. With r the residual and x the meter:

- the meter hangs on another node: −x stands in its own node's r, +x in the other's;
- a share b of the customer's load runs past the meter: b/(1−b)·x stands in r;
- its clock is off by δ: δ·x′ stands in r.

All meters of a group of neighbouring nodes are fitted together, so that customers who act alike share what they explain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

from minewatch.kernels.changes import own_changes

Floats = NDArray[np.float64]
Readings = NDArray[np.floating[Any]]

CLIP = 6.0
"""Changes beyond so many robust spreads are cut: one spike is no proof of anything."""
RIDGE = 1e-3
TOGETHER = 384
"""Meters fitted together at most: the work grows with the cube of their number, and neighbours have little in common."""
LEAST_EACH = 1.5
"""Standard errors that each of two nodes must show at least of a meter that is booked at the wrong one."""


@dataclass(frozen=True, slots=True)
class Match:
    """Coefficients of meters in residuals: ``share`` and ``z`` are (nodes, meters); ``z`` is in standard errors."""

    share: Floats
    z: Floats


@dataclass(frozen=True, slots=True)
class Curves:
    """Meters ready to be fitted: number of meters, and sets of them (places, unit columns, sizes, inverse Cholesky factor)."""

    meters: int
    sets: tuple[tuple[NDArray[np.int64], NDArray[np.float32], Floats, Floats], ...]


def changes(kw: Readings) -> Floats:
    """Take changes from slot to slot of (…, days, slots) less the usual day's, (…, days × slots).

    Clipped; 0 where one of the two readings is missing.
    """
    return _changes(kw, np.dtype(np.float64))


def meter_changes(kw: Readings) -> NDArray[np.float32]:
    """Take the :func:`changes` of many meters, in half the memory."""
    return _changes(kw, np.dtype(np.float32))


def _changes(kw: Readings, kind: np.dtype[Any]) -> NDArray[Any]:
    days, slots = kw.shape[-2:]
    out = np.empty((*kw.shape[:-2], days * slots), dtype=kind)
    rooms = np.empty((2, slots)), np.empty(days * slots)
    own_changes(kw.reshape(-1, days * slots), slots, CLIP, *rooms, out.reshape(-1, days * slots))
    return out


def prepare(x: NDArray[np.floating[Any]], *, together: Sequence[NDArray[np.int64]] = ()) -> Curves:
    """Make the :func:`changes` of meters ``x`` (meters, slots) ready; ``together`` cuts them into sets fitted apart."""
    scale = np.sqrt(np.einsum("ij,ij->i", x, x, dtype=np.float64))
    sets = []
    for some in together or (np.arange(len(x)),):
        usable = some[scale[some] > 1e-9]
        if usable.size:
            unit = (x[usable] / scale[usable, None]).astype(np.float32)
            gram = (unit @ unit.T).astype(np.float64)
            gram[np.diag_indices_from(gram)] += RIDGE
            factor, _ = lapack.dtrtri(np.linalg.cholesky(gram), lower=1)
            sets.append((usable, unit, scale[usable], np.asarray(factor)))
    return Curves(len(x), tuple(sets))


def match(r: Floats, curves: Curves) -> Match:
    """Fit the curves of each set together to each residual's :func:`changes` ``r`` (nodes, slots)."""
    share = np.zeros((len(r), curves.meters))
    z = np.zeros_like(share)
    left = r.astype(np.float32)
    for usable, unit, scale, factor in curves.sets:
        found = (left @ unit.T).astype(np.float64) @ factor.T @ factor
        rest = left - found.astype(np.float32) @ unit
        free = max(r.shape[1] - len(unit), r.shape[1] // 4)
        noise = np.sqrt(np.einsum("ij,ij->i", rest, rest, dtype=np.float64) / free)
        error = noise[:, None] * np.sqrt(np.einsum("ij,ij->j", factor, factor))[None, :]
        share[:, usable] = found / scale
        z[:, usable] = found / np.maximum(error, 1e-12)
    return Match(share, z)


def sets_of(booked: NDArray[np.int64], *, most: int = TOGETHER) -> tuple[NDArray[np.int64], ...]:
    """Cut meters into sets of whole nodes, of at most ``most`` meters each unless a single node has more."""
    found: list[list[int]] = []
    for node in np.unique(booked).tolist():
        mine = np.flatnonzero(booked == node).tolist()
        if found and len(found[-1]) + len(mine) <= most:
            found[-1] += mine
        else:
            found.append(mine)
    return tuple(np.array(one, dtype=np.int64) for one in found)


def misplaced(found: Match, booked: NDArray[np.int64], *, least_z: float = 6.0) -> list[tuple[int, int]]:
    """Meters that hang on another node than booked: (meter, node). ``booked`` is the node of each meter in the books.

    Asked for: the curve is missing at home (about −1 times it stands there) and present at another node (about +1); together
    by ``least_z`` standard errors, since the smaller of two nodes often shows it better than the larger.
    """
    result = []
    for meter in range(found.share.shape[1]):
        home = int(booked[meter])
        if not (-2.2 < found.share[home, meter] < -0.45 and found.z[home, meter] < -LEAST_EACH):
            continue
        others = [
            node
            for node in range(found.share.shape[0])
            if node != home and 0.45 < found.share[node, meter] < 2.2 and found.z[node, meter] > LEAST_EACH
        ]
        best = max(others, key=lambda node: found.z[node, meter], default=home)
        if best != home and np.hypot(found.z[home, meter], found.z[best, meter]) > least_z:
            result.append((meter, best))
    return result


def lagged(r: Floats, x: Readings, *, slots: int) -> tuple[float, float, float]:
    """Hold the :func:`changes` of one residual against those of one meter, and of it a slot earlier and later.

    Returns the share, its standard errors z, and roughly by how many minutes the meter's clock is ahead (``slots`` a day). A
    clock that is off puts the difference of two neighbouring readings into the residual: coefficients of both signs that add
    up to nought. A customer who bypasses the meter leaves coefficients that add up to a share.
    """
    own = x.astype(np.float64)
    here, before, after = own[1:-1], own[:-2], own[2:]
    left = r[1:-1]
    columns = (here, before, after)
    stacked = np.stack(columns)
    gram = stacked @ stacked.T
    gram[np.diag_indices(3)] += 1e-9 + 1e-6 * float(gram.trace())
    onto = stacked @ left
    found, whole = np.linalg.solve(gram, np.stack([onto, np.ones(3)], axis=1)).T
    square = float(left @ left) - 2.0 * float(found @ onto) + float(found @ gram @ found)
    noise = max(square, 0.0) / max(len(r) - 3, 1)
    share = float(found.sum())
    error = float(np.sqrt(noise * max(float(whole.sum()), 0.0)))
    ahead = float(found[2] - found[1]) / max(1.0 + share, 0.2) * 24.0 * 60.0 / slots
    return share, share / max(error, 1e-12), ahead
