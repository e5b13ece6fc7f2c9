"""The balance of a group of neighbouring nodes: transformer areas of one feeder and the feeder itself, or a substation.

Slot by slot, supplied less what read meters took is split into technical loss, what unread meters probably drew and what
nothing explains (:mod:`minewatch.detect.unexplained`). Before that, meters that the books place at the wrong node are found by
their curves and moved (:mod:`minewatch.detect.matching`); afterwards the customers are ranked by how much of their own curve
stands in the residual, which is what bypassing a meter leaves behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Block
from minewatch.detect.matching import Match, lagged, match, misplaced
from minewatch.detect.screen import screen_block
from minewatch.detect.split import SplitLoad, split_loads
from minewatch.detect.unexplained import Split, split
from minewatch.detect.unread import MeterKind, Peers

Floats = NDArray[np.float64]

LEAST_SHARE = 0.2
"""Least share of a customer's metered curve that must run past the meter to be told."""
LEAST_SUSPECT_Z = 5.0
"""Standard errors below which no customer is named: of seventy curves some always fit a little."""
LEAST_TAP_Z = 6.0
LEAST_TAP_OF_NODE = 0.03
FLAG_Z = 3.1
"""Significance from which a node is told; set on simulated regions other than those reported (docs/benchmarks.md)."""
LEAST_OF_NODE = 0.02
"""Unexplained load below this share of the node's is not told: no loss model is that good."""
MOST_LOOKED_AT = 10
CLOCK_MINUTES = 3.0
CLOCK_MOST = 30.0
CLOCK_Z = 8.0
NORMAL_80 = 1.2816


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that are looked at together, and the read meters booked at them.

    ``supply`` and ``passed_on`` (what read nodes below took, stations fed in negative) are (nodes, days, slots) kW; ``kw``
    (meters, days, slots), feeding meters negative; NaN missing. ``booked`` is the node of each meter in the books.
    """

    nodes: tuple[str, ...]
    first_day: date
    supply: Floats
    passed_on: Floats
    meters: tuple[str, ...]
    kw: Floats
    booked: NDArray[np.int64]
    unread: tuple[tuple[MeterKind, ...], ...]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A customer's meter whose curve stands in the residual: ``share`` of it, in standard errors ``z``, as mean kW."""

    meter: str
    share: float
    z: float
    kw: float


@dataclass(frozen=True, slots=True)
class NodeFinding:
    """The balance of one node over the window. Series are (days, 24) kW; energies kWh.

    ``kw`` is the mean unexplained power from ``since_hour`` to ``until_hour`` (hours of the window) with its 80 % interval;
    ``likeness`` the screen's probability for the unexplained series as if it were a meter. ``moved_in`` and ``moved_out``
    are meters that hang elsewhere than booked.
    """

    node: str
    first_day: date
    flagged: bool
    z: float
    mean_kw: float
    supplied: Floats
    metered: Floats
    split: Split
    kw: float
    kw_low: float
    kw_high: float
    since_hour: int
    until_hour: int
    likeness: float
    pattern: str
    suspects: tuple[Suspect, ...]
    moved_in: tuple[str, ...]
    moved_out: tuple[str, ...]
    clocks: tuple[tuple[str, float], ...]
    read_meters: int
    unread_meters: int
    estimated_share: float
    together: tuple[SplitLoad, ...] = ()


def hourly(kw: Floats) -> Floats:
    """Mean of each hour of (…, days, slots) over the slots that are there; NaN where none is."""
    parts = kw.reshape(*kw.shape[:-1], 24, -1)
    present = np.isfinite(parts)
    total = np.where(present, parts, 0.0).sum(axis=-1)
    count = present.sum(axis=-1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


def balance_group(group: Group, *, peers: Peers) -> tuple[NodeFinding, ...]:
    """Balance every node of a group that has a supply meter; nodes without a reading are left out."""
    kw, estimated = _without_gaps(group.kw)
    residual = _residual(group, kw, group.booked)
    found = match(residual, kw) if len(kw) else Match(np.zeros((len(group.nodes), 0)), np.zeros((len(group.nodes), 0)))
    moves = misplaced(found, group.booked) if len(kw) else []
    placed = group.booked.copy()
    for meter, node in moves:
        placed[meter] = node
    if moves:
        residual = _residual(group, kw, placed)
        found = match(residual, kw)
    findings = []
    for index in range(len(group.nodes)):
        if not np.isfinite(group.supply[index]).any():
            continue
        findings.append(_node(group, index, (kw, placed, residual[index], found, estimated), peers))
    return tuple(findings)


def _without_gaps(kw: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Put a meter's usual reading of that slot of the day into its gaps, for the sum only; and say where."""
    missing = ~np.isfinite(kw)
    if not missing.any():
        return kw, missing
    ordered = np.sort(kw, axis=1)
    count = (~missing).sum(axis=1)
    middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None, :] // 2, axis=1)
    return np.where(missing, np.nan_to_num(middle), kw), missing


def _residual(group: Group, kw: Floats, placed: NDArray[np.int64]) -> Floats:
    taken = np.stack([kw[placed == index].sum(axis=0) for index in range(len(group.nodes))])
    return np.asarray(group.supply - group.passed_on - taken)


def _node(
    group: Group, index: int, known: tuple[Floats, NDArray[np.int64], Floats, Match, NDArray[np.bool_]], peers: Peers
) -> NodeFinding:
    kw, placed, residual, found, estimated = known
    supply = group.supply[index]
    here = np.flatnonzero(placed == index)
    own = supply - group.passed_on[index]
    mean_kw = float(np.nanmean(own))
    usual = float(np.nanmedian(np.abs(supply)))
    with_load = supply.reshape(supply.shape[0], 24, -1)
    live = np.isfinite(with_load).all(axis=2) & (np.abs(np.nan_to_num(with_load)).min(axis=2) > 0.15 * usual)
    suspects, clocks = _suspects(group, kw, residual, found.z[index], here)
    tap = None
    if suspects and suspects[0].z > LEAST_TAP_Z and suspects[0].kw > LEAST_TAP_OF_NODE * abs(mean_kw):
        tap = hourly(kw[group.meters.index(suspects[0].meter)])
    missing = hourly(residual)
    parted = split(missing, hourly(supply), peers.expect(group.unread[index]), live, tap)
    shape = (missing - parted.loss - parted.unread)[None]
    look = screen_block(Block((group.nodes[index],), group.first_day, shape.astype(np.float32))).row(0, named=True)
    since, until = _period(parted, tapped=tap is not None)
    part = parted.unexplained.reshape(-1)[since:until]
    size = float(part.mean()) if part.size else 0.0
    error = float(np.hypot(parted.error_kw, parted.share_error * float(np.nanmean(tap)) if tap is not None else 0.0))
    error = float(np.hypot(error, 0.03 * size))
    z = max(parted.z, suspects[0].z / LEAST_TAP_Z * FLAG_Z if tap is not None else 0.0)
    return NodeFinding(
        node=group.nodes[index],
        first_day=group.first_day,
        flagged=bool(z > FLAG_Z and size > LEAST_OF_NODE * abs(mean_kw)),
        z=float(z),
        mean_kw=mean_kw,
        supplied=hourly(own),
        metered=hourly(own) - missing,
        split=parted,
        kw=size,
        kw_low=max(size - NORMAL_80 * error, 0.0),
        kw_high=size + NORMAL_80 * error,
        since_hour=since,
        until_hour=until,
        likeness=float(look["probability"]),
        pattern=look["pattern"] or "",
        suspects=suspects,
        moved_in=tuple(group.meters[i] for i in here if group.booked[i] != index),
        moved_out=tuple(group.meters[i] for i in np.flatnonzero((group.booked == index) & (placed != index))),
        clocks=clocks,
        read_meters=len(here),
        unread_meters=len(group.unread[index]),
        estimated_share=float(estimated[here].mean()) if len(here) else 0.0,
        together=split_loads([group.meters[i] for i in here], group.kw[here], first_day=group.first_day),
    )


def _suspects(
    group: Group, kw: Floats, residual: Floats, found: Floats, here: NDArray[np.int64]
) -> tuple[tuple[Suspect, ...], tuple[tuple[str, float], ...]]:
    """Rank customers of the node by how surely their own curve stands in the residual; and meters whose clock is off."""
    first = sorted(here.tolist(), key=lambda meter: -float(found[meter]))[:MOST_LOOKED_AT]
    suspects, clocks = [], []
    for meter in first:
        share, z, ahead = lagged(residual, kw[meter])
        if share > LEAST_SHARE and min(float(found[meter]), z) > LEAST_SUSPECT_Z:
            # The joint fit parts customers who act alike, the lagged one a clock that is off: both must see it.
            sure = min(float(found[meter]), z)
            suspects.append(Suspect(group.meters[meter], share, sure, share * float(kw[meter].mean())))
        elif CLOCK_MINUTES < abs(ahead) < CLOCK_MOST and abs(float(found[meter])) > CLOCK_Z and kw.shape[2] >= 48:
            clocks.append((group.meters[meter], ahead))
    return tuple(sorted(suspects, key=lambda one: -one.z)), tuple(clocks)


def _period(parted: Split, *, tapped: bool) -> tuple[int, int]:
    """First hour and the hour after the last of what is unexplained."""
    hours = parted.plateau.size
    if tapped or not parted.plateaus:
        return 0, hours
    on = np.flatnonzero(parted.plateau.reshape(-1) > 0.25 * float(parted.plateau.max()))
    return (int(on[0]), int(on[-1]) + 1) if on.size and parted.plateau.max() > 0.0 else (0, hours)


def ranked(findings: Sequence[NodeFinding]) -> tuple[NodeFinding, ...]:
    """Sort findings: flagged and most significant first, ties by kW, then by name."""
    return tuple(sorted(findings, key=lambda one: (not one.flagged, -one.z, -one.kw, one.node)))
