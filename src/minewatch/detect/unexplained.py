"""Supplied less metered, split: technical loss, what unread meters probably drew, and what nothing explains.

In hours, with P the load below the node:

    supplied − metered = constant loss + r P² + Σ expected load of unread meters + unexplained + noise

Losses and unread meters have expectations with spreads (a prior), so they cannot swallow everything nor hide behind each
other; the unexplained part is made of plateaus, each at least nought: steady, steady from or until a moment, or on at the same
hours of every day. They are added one by one, the most significant first (forward selection), and all coefficients are fitted
together by non-negative least squares with large misfits weighed down (Huber's weights). A plateau's standard error is
taken from whole days (residuals of one day are no independent witnesses; Liang and Zeger 1986) together with the spreads
of losses and unread meters, against which it is held.

A technical loss of 0.5 to 5 % of the energy of transformer areas and feeders is taken as usual, some third of it constant.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from minewatch.detect.unread import Expected
from minewatch.kernels.plateaus import LONGEST, SHORTEST, STEP, plateau_gains

Floats = NDArray[np.float64]

CONSTANT_LOSS = (0.009, 0.007)
"""Expected constant loss and its spread, as shares of the mean load."""
QUADRATIC_LOSS = (0.016, 0.010)
"""Expected loss that goes with the square of the load and its spread, as shares of the mean load."""
PERSISTENCE = 6.0
"""Hours that misfits of one hour go on for: by so much fewer independent witnesses."""
WEIGHTS = {"steady": 1.0, "from": 0.8, "until": 0.8, "daily": 0.3}
"""Significance counts by so much: there is one steady plateau but hundreds of others to choose the best from."""
LEAST_Z = 2.0
LEAST_Z_BESIDE_TAP = 4.0
"""Beside a customer's own curve a plateau must stand out by itself: what the curve's fit leaves is easily taken for one."""
MOST_PLATEAUS = 3


@dataclass(frozen=True, slots=True)
class Plateau:
    """One part of the unexplained load. ``first`` and ``last``: hours of the window, for ``daily`` on-hour and length."""

    kind: str
    first: int
    last: int
    kw: float
    error: float
    z: float


@dataclass(frozen=True, slots=True)
class Split:
    """How a node's missing energy splits; all series (days, 24) kW. ``z`` is the first plateau's weighed significance.

    ``tapped`` is the part that follows a customer's own curve (``share`` times it, ± ``share_error``).
    """

    loss: Floats
    unread: Floats
    plateau: Floats
    tapped: Floats
    rest: Floats
    z: float
    error_kw: float
    share: float = 0.0
    share_error: float = 0.0
    plateaus: tuple[Plateau, ...] = field(default=())

    @property
    def unexplained(self) -> Floats:
        """What neither losses nor unread meters explain, as fitted."""
        return self.plateau + self.tapped


@cache
def _candidates(days: int) -> tuple[tuple[tuple[str, int, int], ...], Floats, NDArray[np.bool_]]:
    """Return candidates in the kernel's order: kind, first and last; the weight of each; which are daily blocks."""
    hours = days * 24
    names = [("steady", 0, hours)]
    for moment in range(STEP, hours - STEP + 1, STEP):
        names += [("from", moment, hours), ("until", 0, moment)]
    names += [("daily", begin, length) for begin in range(24) for length in range(SHORTEST, LONGEST + 1)]
    kinds = [kind for kind, _, _ in names]
    return tuple(names), np.array([WEIGHTS[kind] for kind in kinds]), np.array([kind == "daily" for kind in kinds])


def _column(name: tuple[str, int, int], days: int) -> Floats:
    """Return a candidate as a column of noughts and ones over the window's hours."""
    kind, first, last = name
    hours = np.arange(days * 24)
    on = (hours - first) % 24 < last if kind == "daily" else (hours >= first) & (hours < last)
    return on.astype(np.float64)


@dataclass(slots=True)
class _Work:
    """One node being fitted: readings, columns with their expectations, weights."""

    y: Floats
    base: Floats
    relative: Floats
    live: NDArray[np.bool_]
    scale: float
    weight: Floats
    sigma: float
    own_ways: float

    def fit(self, extra: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Fit base and extra columns: coefficients, misfits, the weighed system and its prior's misfits."""
        known = self.base.shape[1]
        spread = self.sigma * np.sqrt(PERSISTENCE)
        columns = np.concatenate([self.base, extra], axis=1)
        prior = np.zeros((known, columns.shape[1]))
        bound = np.isfinite(self.relative)
        prior[np.arange(known), np.arange(known)] = np.where(bound, spread / self.relative, 0.0)
        aim = np.where(bound, spread / self.relative, 0.0)
        root = np.sqrt(self.weight)
        system = np.concatenate([columns * root[:, None], prior])
        found, _ = nnls(system, np.concatenate([self.y * root, aim]))
        misfit = (self.y - columns @ found) * self.live
        return found, misfit, system, aim - prior @ found

    def weigh(self, misfit: Floats) -> None:
        """Take the noise from the misfits and weigh large ones down."""
        self.sigma = 1.4826 * float(np.median(np.abs(misfit[self.live]))) + 2e-3 * self.scale
        self.weight = 1.0 / np.maximum(1.0, np.abs(misfit) / (4.0 * self.sigma))


def split(missing: Floats, load: Floats, unread: list[Expected], live: NDArray[np.bool_], tap: Floats | None) -> Split:
    """Split ``missing`` = supplied − metered of one node. All arrays (days, 24), kW.

    ``load`` is what the node carries, ``live`` the hours to be used, ``tap`` the curve of a customer who is thought to bypass
    the meter, if any.
    """
    days = missing.shape[0]
    if not (live & np.isfinite(missing) & np.isfinite(load)).any():
        nothing = np.zeros((days, 24))
        return Split(nothing, nothing, nothing, nothing, nothing, 0.0, 0.0)
    work = _work(missing, load, unread, live, tap)
    names, weights, _ = _candidates(days)
    columns = np.zeros((days * 24, 0))
    chosen: list[int] = []
    plateaus: list[Plateau] = []
    while True:
        found, misfit, system, prior_misfit = work.fit(columns * work.live[:, None])
        work.weigh(misfit)
        parts = [
            max(size, 1.0) * one.own_ways * float(one.kw.mean()) for size, one in zip(found[2:], unread, strict=False)
        ]
        work.own_ways = float(np.hypot.reduce(parts)) if parts else 0.0
        if len(chosen) == MOST_PLATEAUS:
            break
        size, error = _gain(work, system, misfit, prior_misfit, days)
        z = np.where(size > 0.0, size / error, 0.0) * weights
        best = int(np.argmax(z))
        if z[best] < (LEAST_Z if tap is None else LEAST_Z_BESIDE_TAP) or best in chosen:
            break
        chosen.append(best)
        columns = np.column_stack([columns, _column(names[best], days)])
        plateaus.append(Plateau(*names[best], float(size[best]), float(error[best]), float(z[best])))
    return _result(work, unread, tap, (found, misfit), (columns, plateaus), days)


def _work(missing: Floats, load: Floats, unread: list[Expected], live: NDArray[np.bool_], tap: Floats | None) -> _Work:
    on = (live & np.isfinite(missing) & np.isfinite(load)).ravel()
    flat = np.where(on, np.nan_to_num(load).ravel(), 0.0)
    scale = max(float(np.abs(flat[on]).mean()), 1e-3)
    square = max(float((flat[on] ** 2).mean()), 1e-9)
    parts = [np.full(flat.size, CONSTANT_LOSS[0] * scale), QUADRATIC_LOSS[0] * scale * flat**2 / square]
    relative = [CONSTANT_LOSS[1] / CONSTANT_LOSS[0], QUADRATIC_LOSS[1] / QUADRATIC_LOSS[0]]
    for one in unread:
        parts.append(one.kw.ravel())
        relative.append(one.spread)
    if tap is not None:
        parts.append(np.nan_to_num(tap).ravel())
        relative.append(np.inf)
    base = np.stack(parts, axis=1) * on[:, None]
    y = np.where(on, np.nan_to_num(missing).ravel(), 0.0)
    first = y - base[:, : 2 + len(unread)].sum(axis=1)
    sigma = 1.4826 * float(np.median(np.abs(first[on] - np.median(first[on])))) + 1e-3 * scale
    return _Work(y, base, np.array(relative), on, scale, np.ones(flat.size), sigma, 0.0)


def _gain(work: _Work, system: Floats, misfit: Floats, prior_misfit: Floats, days: int) -> tuple[Floats, Floats]:
    """Return kW and standard error of every candidate if it were added."""
    names, _, daily = _candidates(days)
    root = np.sqrt(work.weight)
    orthogonal, _ = np.linalg.qr(system)
    hours = len(misfit)
    found = np.empty((len(names), 6))
    basis, tail = np.ascontiguousarray(orthogonal[:hours]), np.ascontiguousarray(orthogonal[hours:])
    plateau_gains(work.live * root, misfit * root, basis, tail, prior_misfit, found)
    whole, power, own_left, before, after, in_tail = found.T
    size = own_left / power
    # Misfits of whole days without the candidate: they hold its own pattern too and so ask that it stands out from days that
    # differ. A block of the same hours every day would drown itself in that; for those the misfits with it in are used half.
    spread = np.where(daily, np.sqrt(before * after), before)
    variance = (spread + work.sigma**2 * PERSISTENCE * in_tail) / power**2
    variance = np.maximum(variance, 3.0 * work.sigma**2 / power) + work.own_ways**2
    return np.where(power > 1e-5 * whole, size, 0.0), np.sqrt(variance)


def _result(
    work: _Work,
    unread: list[Expected],
    tap: Floats | None,
    fitted: tuple[Floats, Floats],
    chosen: tuple[Floats, list[Plateau]],
    days: int,
) -> Split:
    found, misfit = fitted
    columns, plateaus = chosen
    known = work.base.shape[1]
    sizes = found[known : known + columns.shape[1]]

    def series(first: int, last: int) -> Floats:
        return np.asarray((work.base[:, first:last] @ found[first:last]).reshape(days, 24))

    told = 2 + len(unread)
    share = float(found[told]) if tap is not None else 0.0
    shares = columns.mean(axis=0) if columns.size else np.zeros(0)
    error = float(np.sqrt(sum((part * one.error) ** 2 for part, one in zip(shares, plateaus, strict=True))))
    share_error = 0.0
    if tap is not None:
        power = float((work.base[:, told] ** 2).sum())
        share_error = work.sigma * float(np.sqrt(PERSISTENCE / max(power, 1e-9)))
    kept = tuple(
        Plateau(one.kind, one.first, one.last, float(kw), one.error, one.z)
        for one, kw in zip(plateaus, sizes, strict=True)
    )
    return Split(
        loss=series(0, 2),
        unread=series(2, told),
        plateau=np.asarray((columns @ sizes).reshape(days, 24)) if columns.size else np.zeros((days, 24)),
        tapped=series(told, known),
        rest=misfit.reshape(days, 24),
        z=plateaus[0].z if plateaus else 0.0,
        error_kw=error,
        share=share,
        share_error=share_error,
        plateaus=kept,
    )
