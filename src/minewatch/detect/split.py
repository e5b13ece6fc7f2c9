"""Split loads: several small accounts of one node that start, stop and stumble at the same moments.

One mine behind several meters loses its network, its breaker and its start together, and is throttled and switched by one
hand. What people do in the same account stands on top of that: it rises for an hour or two and comes back. So each account is
reduced to its lower envelope over some hours (:mod:`minewatch.kernels.changes`), of which only falls and lasting steps are
left, the usual day taken away; its changes are held against every other account's. Accounts tied by more than chance, three
or more in one knot, are told as one load. Where most accounts of a node fall or come back in one slot the node itself had an
outage, and that ties nobody. A steady mine that never stumbles ties nobody either and is not found this way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Block
from minewatch.detect.screen import screen_block
from minewatch.kernels.changes import envelope_steps, unusual_steps

Floats = NDArray[np.float64]
Readings = NDArray[np.floating[Any]]

TIED_Z = 8.5
"""Standard errors that each pair of three accounts must be tied by; set on simulated regions other than those reported."""
JOINED_Z = 6.0
"""Standard errors with at least two of a knot from which an account joins it."""
LEAST_ACCOUNTS = 3
ENVELOPE_HOURS = 4.0
"""What rises for less is forgotten."""
COMMON = 0.65
"""Share of a node's accounts that must move the same way in one slot for the node itself to have moved (an outage)."""
LIT_KW = 0.02
"""Mean of an account's envelope from which it can tell of such a move."""
LEAST_LIT = 6
"""Accounts that can tell, without which an outage of the node is not known from a mine's."""


@dataclass(frozen=True, slots=True)
class SplitLoad:
    """Accounts that move together; ``kw`` is their mean power together, ``likeness`` the screen's view of their sum.

    ``each_kw`` is the mean power of each of ``meters``.
    """

    meters: tuple[str, ...]
    kw: float
    likeness: float
    each_kw: tuple[float, ...]


def together(kw: Readings) -> Floats:
    """Ties between accounts of (meters, days, slots) kW in standard errors, (meters, meters); 0 on the diagonal."""
    meters, days, slots = kw.shape
    count = days * slots
    steps, sizes = np.empty((meters, count), dtype=np.float32), np.empty(meters)
    width = max(round(ENVELOPE_HOURS * slots / 24), 2)
    envelope_steps(kw.reshape(meters, count), width, np.empty((4, count)), steps, sizes)
    unusual_steps(steps, slots, _common(steps[sizes > LIT_KW]))
    ties = np.asarray(steps @ steps.T, dtype=np.float64) * np.sqrt(count)
    np.fill_diagonal(ties, 0.0)
    return np.asarray(ties)


def _common(steps: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return slots in which most accounts move the same way by a unit of their own, and the slots beside them."""
    if len(steps) < LEAST_LIT:
        return np.zeros(steps.shape[1], dtype=np.bool_)
    least = COMMON * len(steps)
    moves = (np.count_nonzero(steps >= 1.0, axis=0) > least) | (np.count_nonzero(steps <= -1.0, axis=0) > least)
    beside = moves.copy()
    beside[1:] |= moves[:-1]
    beside[:-1] |= moves[1:]
    return np.asarray(beside)


def split_loads(meters: Sequence[str], kw: Readings, *, first_day: date) -> tuple[SplitLoad, ...]:
    """Knots of accounts of one node, the largest power first. NaN is missing and ties nobody."""
    if len(meters) < LEAST_ACCOUNTS:
        return ()
    found = []
    for knot in knots(together(kw)):
        total = np.asarray(np.nansum(kw[knot], axis=0, dtype=np.float64))
        look = screen_block(Block(("split",), first_day, total[None].astype(np.float32))).row(0, named=True)
        names = tuple(meters[one] for one in knot)
        each = tuple(float(np.nanmean(kw[one], dtype=np.float64)) for one in knot)
        found.append(SplitLoad(names, float(total.mean()), float(look["probability"]), each))
    return tuple(sorted(found, key=lambda one: (-one.kw, one.meters)))


def knots(ties: Floats) -> list[list[int]]:
    """Return who hangs together: threes tied pair by pair, joined where they share one, and whoever is tied well to two."""
    strong = ties > TIED_Z
    left = np.flatnonzero(strong.sum(axis=1) >= 2).tolist()
    knot_of: dict[int, set[int]] = {}
    for a, b, c in combinations(left, LEAST_ACCOUNTS):
        if strong[a, b] and strong[a, c] and strong[b, c]:
            joined = {a, b, c}.union(*(knot_of.get(one, ()) for one in (a, b, c)))
            knot_of.update(dict.fromkeys(joined, joined))
    found = list({id(one): one for one in knot_of.values()}.values())
    for knot in found:
        well = (ties[:, sorted(knot)] > JOINED_Z).sum(axis=1) >= 2
        knot.update(set(np.flatnonzero(well).tolist()) - knot_of.keys())
    return sorted(sorted(one) for one in found)
