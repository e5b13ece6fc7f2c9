"""The balance of a group of neighbouring nodes: transformer areas of one feeder and the feeder itself, or a substation.

Slot by slot, supplied less what read meters took is split into technical loss, what unread meters probably drew and what
nothing explains (:mod:`minewatch.detect.unexplained`). Before that, meters that the books place at the wrong node are found by
their curves and moved (:mod:`minewatch.detect.matching`); afterwards the customers are ranked by how much of their own curve
stands in the residual, which is what bypassing a meter leaves behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Block
from minewatch.detect.clocks import meter_delays, moved, supply_delay
from minewatch.detect.matching import Match, changes, lagged, match, meter_changes, misplaced, prepare, sets_of
from minewatch.detect.residual_shape import mining_likeness, noise_of, shape_figures
from minewatch.detect.screen import screen_block
from minewatch.detect.split import SplitLoad, split_loads
from minewatch.detect.unexplained import Split, split
from minewatch.detect.unread import MeterKind, Peers

Floats = NDArray[np.float64]
Readings = NDArray[np.floating[Any]]

LEAST_SHARE = 0.2
"""Least share of a customer's metered curve that must run past the meter to be told."""
LEAST_SUSPECT_Z = 3.5
"""Standard errors below which a customer is not even ranked: of seventy curves some always fit a little."""
NAMED_Z = 5.0
"""Standard errors from which a customer is named as the subject of evidence."""
LEAST_TAP_Z = 6.0
LEAST_TAP_OF_NODE = 0.03
FLAG_Z = 2.85
"""Significance from which a node is told; set on simulated regions other than those reported (docs/benchmarks.md)."""
LEAST_OF_NODE = 0.02
"""Unexplained load below this share of the node's is not told: no loss model is that good."""
MOST_LOOKED_AT = 6
CLOCK_MINUTES = 3.0
CLOCK_MOST = 30.0
CLOCK_Z = 8.0
REACH = {"plateau": (0.5, 0.3, 0.02, 2.06, 0.99), "tapped": (1.4, 0.1, 0.02, 1.56, 1.37)}
"""What the interval's error is made of (shares of the fit's own error, of unread meters' load, of the size) and how many of it
the 80 % interval reaches down and up; set on simulated regions other than those reported (seeds 9300 to 9499). It reaches further
down: what was found was found because it came out large.
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes that are looked at together, and the read meters booked at them.

    ``supply`` and ``passed_on`` (what read nodes below took, stations fed in negative) are (nodes, days, slots) kW; ``kw``
    (meters, days, slots), feeding meters negative; NaN missing. ``booked`` is the node of each meter in the books, ``above`` the
    place of the node in the group that each node's supply is passed on from, -1 where that one is not in the group.
    """

    nodes: tuple[str, ...]
    first_day: date
    supply: Floats
    passed_on: Floats
    meters: tuple[str, ...]
    kw: Readings
    booked: NDArray[np.int64]
    unread: tuple[tuple[MeterKind, ...], ...]
    above: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Suspect:
    """A customer's meter whose curve stands in the residual: ``share`` of it, in standard errors ``z``, as mean kW."""

    meter: str
    share: float
    z: float
    kw: float


@dataclass(frozen=True, slots=True)
class Energy:
    """The node's energy over the window, kWh: supplied = metered + loss + unread + unexplained + rest where all was read."""

    supplied: float
    metered: float
    loss: float
    unread: float
    unexplained: float
    rest: float


@dataclass(frozen=True, slots=True)
class NodeSeries:
    """What a finding rests on, (days, 24) kW each: what was supplied below the node's read nodes, what meters took, the split."""

    supplied: Floats
    metered: Floats
    split: Split

    @property
    def left(self) -> Floats:
        """What is missing after losses and unread meters."""
        return np.asarray(self.supplied - self.metered - self.split.loss - self.split.unread)


@dataclass(frozen=True, slots=True)
class NodeFinding:
    """The balance of one node over the window.

    ``kw`` is the mean unexplained power from ``since_hour`` to ``until_hour`` (hours of the window) with its 80 % interval;
    ``likeness`` the probability that a residual of its shape is mining (:mod:`minewatch.detect.residual_shape`), told through
    ``noise_kw``: the spread that the loss model and unread meters leave. ``moved_in`` and ``moved_out``
    are meters that hang elsewhere than booked; ``clocks`` meters whose clock is off by less than a slot (minutes, told only);
    ``reset`` meters and supply meters whose readings were moved by whole slots (minutes later). ``series`` is None once the
    finding was made :func:`compact`.
    """

    node: str
    first_day: date
    flagged: bool
    z: float
    mean_kw: float
    energy: Energy
    kw: float
    kw_low: float
    kw_high: float
    since_hour: int
    until_hour: int
    still_there: bool
    likeness: float
    noise_kw: float
    pattern: str
    suspects: tuple[Suspect, ...]
    moved_in: tuple[str, ...]
    moved_out: tuple[str, ...]
    clocks: tuple[tuple[str, float], ...]
    reset: tuple[tuple[str, float], ...]
    read_meters: int
    unread_meters: int
    estimated_share: float
    together: tuple[SplitLoad, ...] = ()
    series: NodeSeries | None = None


def compact(one: NodeFinding) -> NodeFinding:
    """Return a finding without its hourly series: some hundred bytes instead of some ten thousand."""
    return replace(one, series=None)


def hourly(kw: Readings) -> Floats:
    """Mean of each hour of (…, days, slots) over the slots that are there; NaN where none is."""
    if kw.shape[-1] == 24:
        return np.asarray(kw, dtype=np.float64)
    parts = kw.reshape(*kw.shape[:-1], 24, -1)
    present = np.isfinite(parts)
    total = np.where(present, parts, 0.0).sum(axis=-1, dtype=np.float64)
    count = present.sum(axis=-1)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


@dataclass(slots=True)
class _Known:
    """A group with its books and clocks set right: what every node's balance starts from."""

    group: Group
    supply: Floats
    passed_on: Floats
    kw: Readings
    estimated: NDArray[np.bool_]
    placed: NDArray[np.int64]
    reset: tuple[dict[int, int], dict[int, int]]
    residual: Floats
    left: Floats
    steps: Readings
    found: Match


def balance_group(group: Group, *, peers: Peers) -> tuple[NodeFinding, ...]:
    """Balance every node of a group that has a supply meter; nodes without a reading are left out."""
    known = _set_right(group)
    read = [index for index in range(len(group.nodes)) if np.isfinite(known.supply[index]).any()]
    findings = [_node(known, index, peers) for index in read]
    if not findings:
        return ()
    return _looked_at(findings, group.first_day)


def _looked_at(findings: Sequence[NodeFinding], first_day: date) -> tuple[NodeFinding, ...]:
    """Give what is missing the load-shape look of a meter, all nodes at once."""
    series = [one.series for one in findings if one.series is not None]
    shapes = np.stack([one.left for one in series]).astype(np.float32)
    looks = screen_block(Block(tuple(one.node for one in findings), first_day, shapes))
    figures = np.stack(
        [
            shape_figures(one.left, one.split.unexplained, one.split.plateau, float(screened))
            for one, screened in zip(series, looks["probability"], strict=True)
        ]
    )
    return tuple(
        replace(one, likeness=float(likeness), pattern=pattern or "")
        for one, likeness, pattern in zip(findings, mining_likeness(figures), looks["pattern"], strict=True)
    )


def _set_right(group: Group) -> _Known:
    """Move supply meters and meters whose clock is off by whole slots, then meters that hang elsewhere than booked."""
    kw, estimated = _without_gaps(group.kw)
    supply, passed_on = group.supply.copy(), group.passed_on.copy()
    late: tuple[dict[int, int], dict[int, int]] = ({}, {})
    above = group.above or (-1,) * len(group.nodes)
    # Whoever is passed on to comes last, so that what is passed on is right by then.
    for index in sorted(range(len(group.nodes)), key=lambda one: (one in above, one)):
        slots = supply_delay(supply[index], kw[group.booked == index], passed_on[index])
        if slots:
            late[0][index] = slots
            right = moved(supply[index], slots)
            if above[index] >= 0:
                passed_on[above[index]] += right - np.nan_to_num(supply[index])
            supply[index] = right
    placed = group.booked.copy()
    residual = _residual(supply - passed_on, kw, placed)
    if not len(kw):
        nothing = np.zeros((len(group.nodes), 0))
        left = changes(residual)
        known = (residual, left, np.zeros((0, left.shape[1])), Match(nothing, nothing))
        return _Known(group, supply, passed_on, kw, estimated, placed, late, *known)
    steps, left = meter_changes(kw), changes(residual)
    sets = sets_of(placed)
    curves = prepare(steps, together=sets)
    found = match(left, curves)
    late[1].update(meter_delays(residual, kw, found, placed))
    for meter, slots in late[1].items():
        shifted, gaps = _without_gaps(moved(group.kw[meter], slots)[None])
        kw[meter], estimated[meter], steps[meter] = shifted[0], gaps[0], meter_changes(shifted)[0]
    if late[1]:
        residual = _residual(supply - passed_on, kw, placed)
        left, curves = changes(residual), prepare(steps, together=sets)
        found = match(left, curves)
    moves = misplaced(found, group.booked)
    for meter, node in moves:
        placed[meter] = node
    if moves:
        residual = _residual(supply - passed_on, kw, placed)
        left = changes(residual)
        found = match(left, curves)
    return _Known(group, supply, passed_on, kw, estimated, placed, late, residual, left, steps, found)


def _without_gaps(kw: Readings) -> tuple[Readings, NDArray[np.bool_]]:
    """Put a meter's usual reading of that slot of the day into its gaps, for the sum only; and say where."""
    missing = ~np.isfinite(kw)
    filled = kw.copy()
    gaps = np.flatnonzero(missing.any(axis=(1, 2)))
    if gaps.size:
        ordered = np.sort(kw[gaps], axis=1)
        count = (~missing[gaps]).sum(axis=1)
        middle = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None, :] // 2, axis=1)
        filled[gaps] = np.where(missing[gaps], np.nan_to_num(middle), kw[gaps])
    return filled, missing


def _residual(own: Floats, kw: Readings, placed: NDArray[np.int64]) -> Floats:
    return np.asarray(own - np.stack([kw[placed == index].sum(axis=0, dtype=np.float64) for index in range(len(own))]))


def _node(known: _Known, index: int, peers: Peers) -> NodeFinding:
    group, supply = known.group, known.supply[index]
    here = np.flatnonzero(known.placed == index)
    own = supply - known.passed_on[index]
    mean_kw = float(np.nanmean(own))
    usual = float(np.nanmedian(np.abs(supply)))
    with_load = supply.reshape(supply.shape[0], 24, -1)
    live = np.isfinite(with_load).all(axis=2) & (np.abs(np.nan_to_num(with_load)).min(axis=2) > 0.15 * usual)
    suspects, clocks = _suspects(known, index, here)
    tap = None
    if suspects and suspects[0].z > LEAST_TAP_Z and suspects[0].kw > LEAST_TAP_OF_NODE * abs(mean_kw):
        tap = hourly(known.kw[group.meters.index(suspects[0].meter)])
    missing = hourly(known.residual[index])
    parted = split(missing, hourly(supply), peers.expect(group.unread[index]), live, tap)
    since, until = _period(parted, tapped=tap is not None)
    part = parted.unexplained.reshape(-1)[since:until]
    size = float(part.mean()) if part.size else 0.0
    error = float(np.hypot(parted.error_kw, parted.share_error * float(np.nanmean(tap)) if tap is not None else 0.0))
    error = float(np.hypot(error, 0.03 * size))
    below, above = _reach(error, unread_kw=float(parted.unread.mean()), size=size, tapped=tap is not None)
    z = max(parted.z, suspects[0].z / LEAST_TAP_Z * FLAG_Z if tap is not None else 0.0)
    series = NodeSeries(hourly(own), hourly(own) - missing, parted)
    return NodeFinding(
        node=group.nodes[index],
        first_day=group.first_day,
        flagged=bool(z > FLAG_Z and size > LEAST_OF_NODE * abs(mean_kw)),
        z=float(z),
        mean_kw=mean_kw,
        energy=_energy(series),
        kw=size,
        kw_low=max(size - below, 0.0),
        kw_high=size + above,
        since_hour=since,
        until_hour=until,
        still_there=until == parted.plateau.size,
        likeness=0.0,
        noise_kw=noise_of(series.left, parted.unexplained),
        pattern="",
        suspects=suspects,
        moved_in=tuple(group.meters[i] for i in here if group.booked[i] != index),
        moved_out=tuple(group.meters[i] for i in np.flatnonzero((group.booked == index) & (known.placed != index))),
        clocks=clocks,
        reset=_reset(known, index, here),
        read_meters=len(here),
        unread_meters=len(group.unread[index]),
        estimated_share=float(known.estimated[here].mean()) if len(here) else 0.0,
        together=split_loads([group.meters[i] for i in here], group.kw[here], first_day=group.first_day),
        series=series,
    )


def _reach(error: float, *, unread_kw: float, size: float, tapped: bool) -> tuple[float, float]:
    """Return how far the 80 % interval of the unexplained power reaches down and up, kW."""
    of_error, of_unread, of_size, below, above = REACH["tapped" if tapped else "plateau"]
    spread = float(np.sqrt((of_error * error) ** 2 + (of_unread * unread_kw) ** 2 + (of_size * size) ** 2))
    return below * spread, above * spread


def _energy(series: NodeSeries) -> Energy:
    parted = series.split
    parts = (series.supplied, series.metered, parted.loss, parted.unread, parted.unexplained, parted.rest)
    return Energy(*(float(np.nansum(part)) for part in parts))


def _reset(known: _Known, index: int, here: NDArray[np.int64]) -> tuple[tuple[str, float], ...]:
    """Supply meter and meters of the node that were moved by whole slots, in minutes later."""
    slot = 24.0 * 60.0 / known.supply.shape[2]
    nodes, meters = known.reset
    told = [(known.group.nodes[index], nodes[index] * slot)] if index in nodes else []
    return (*told, *((known.group.meters[i], meters[i] * slot) for i in here.tolist() if i in meters))


def _suspects(
    known: _Known, index: int, here: NDArray[np.int64]
) -> tuple[tuple[Suspect, ...], tuple[tuple[str, float], ...]]:
    """Rank customers of the node by how surely their own curve stands in the residual; and meters whose clock is off."""
    found, slots = known.found.z[index], known.kw.shape[2]
    worth = [meter for meter in here.tolist() if found[meter] > LEAST_SUSPECT_Z or abs(found[meter]) > CLOCK_Z]
    first = sorted(worth, key=lambda meter: -float(found[meter]))[:MOST_LOOKED_AT]
    suspects, clocks = [], []
    for meter in first:
        share, z, ahead = lagged(known.left[index], known.steps[meter], slots=slots)
        name = known.group.meters[meter]
        # The joint fit parts customers who act alike, the lagged one a clock that is off: both must see it.
        sure = min(float(found[meter]), z)
        if share > LEAST_SHARE and sure > LEAST_SUSPECT_Z:
            suspects.append(Suspect(name, share, sure, share * float(known.kw[meter].mean(dtype=np.float64))))
        elif CLOCK_MINUTES < abs(ahead) < CLOCK_MOST and abs(float(found[meter])) > CLOCK_Z and slots >= 48:
            clocks.append((name, ahead))
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
