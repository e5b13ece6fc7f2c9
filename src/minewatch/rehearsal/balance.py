"""The grid's own measurements: outages, sunshine fed in, and what each node was supplied with.

For a node with true loads below it P (kW, what runs past the meters included, sunshine fed in subtracted):
supply = P + c + r P², with c and r drawn so that the mean loss is the node's technical loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.layout import Layout, Node, stream
from minewatch.rehearsal.loads import Curve, Loads, Place
from minewatch.rehearsal.parameters import RegionParameters
from minewatch.rehearsal.plants import Station, StationDays


@dataclass(frozen=True, slots=True)
class NodeLoss:
    """The loss model of one node: ``constant_kw`` + ``per_kw2`` × P²; ``share`` is the mean loss over mean load."""

    node: str
    constant_kw: float
    per_kw2: float
    share: float


@dataclass(frozen=True, slots=True)
class Supply:
    """What each node was supplied with: ``kw`` (nodes, days, slots) in the order of ``nodes``, and its loss model."""

    nodes: tuple[Node, ...]
    kw: Curve
    losses: tuple[NodeLoss, ...]
    exports: Mapping[int, Curve]
    """Sunshine fed into the grid, by account."""


def switch_areas(parameters: RegionParameters, layout: Layout, loads: Loads) -> None:
    """Take the power from whole transformer areas for some minutes to hours, as faults and works do (in place)."""
    days, slots = parameters.days, parameters.slots
    for index, node in enumerate(layout.nodes):
        if node.kind != "area":
            continue
        rng = stream(parameters, "grid", index)
        number = int(rng.poisson(parameters.grid.outages_per_area_month * days / 30.0))
        if not number:
            continue
        live = np.ones(days * slots, dtype=np.float32)
        for _ in range(number):
            start = int(rng.integers(0, live.size))
            live[start : start + max(1, int(rng.uniform(0.3, 4.0) * slots / 24.0))] = 0.0
        factor = live.reshape(days, slots)
        loads.metered[list(layout.by_node.get(node.name, ()))] *= factor
        if node.name in loads.unmetered:
            loads.unmetered[node.name] = loads.unmetered[node.name] * factor
        for place, run in enumerate(loads.mines):
            if run.node == node.name:
                loads.mines[place] = replace(run, mine=replace(run.mine, kw=run.mine.kw * factor))


def feed_in(parameters: RegionParameters, layout: Layout, loads: Loads, places: list[Place]) -> dict[int, Curve]:
    """Let roofs feed: the account's own load shrinks by its sunshine (in place); the surplus is returned by account."""
    exports: dict[int, Curve] = {}
    for account in layout.accounts:
        if account.pv_kw <= 0.0:
            continue
        rng = stream(parameters, "grid", 10**6 + account.number)
        sun = places[account.county].sunshine
        made = account.pv_kw * 0.82 * sun * np.clip(1.0 + 0.05 * rng.standard_normal(sun.shape), 0.0, None)
        net = loads.metered[account.number] - made.astype(np.float32)
        loads.metered[account.number] = np.maximum(net, 0.0)
        exports[account.number] = np.maximum(-net, 0.0)
    return exports


def make_supply(
    parameters: RegionParameters,
    layout: Layout,
    loads: Loads,
    exports: Mapping[int, Curve],
    stations: list[tuple[Station, StationDays]],
) -> Supply:
    """Sum loads up the tree, bottom first, adding each node's technical loss; stations' deliveries lower their node's."""
    order = {"area": 0, "feeder": 1, "substation": 2}
    row = {node.name: index for index, node in enumerate(layout.nodes)}
    shape = (len(layout.nodes), parameters.days, parameters.slots)
    below = np.zeros(shape, dtype=np.float64)
    for name, numbers in layout.by_node.items():
        below[row[name]] += loads.metered[list(numbers)].sum(axis=0, dtype=np.float64)
    for name, kw in loads.unmetered.items():
        below[row[name]] += kw
    for number, kw in exports.items():
        below[row[layout.accounts[number].parent]] -= kw
    supply = np.zeros(shape, dtype=np.float32)
    losses: list[NodeLoss | None] = [None] * len(layout.nodes)
    for index in sorted(range(len(layout.nodes)), key=lambda one: order[layout.nodes[one].kind]):
        node = layout.nodes[index]
        loss = _draw_loss(parameters, node, index, below[index])
        losses[index] = loss
        total = below[index] + loss.constant_kw + loss.per_kw2 * below[index] ** 2
        for station, series in stations:
            if station.node == node.name:
                total = total - series.delivered
        supply[index] = total
        if node.parent:
            below[row[node.parent]] += total
    return Supply(layout.nodes, supply, tuple(one for one in losses if one is not None), exports)


def _draw_loss(parameters: RegionParameters, node: Node, index: int, kw: NDArray[np.float64]) -> NodeLoss:
    """Draw a node's loss: none at a substation's bar; areas and feeders get a constant and a quadratic part."""
    rng = stream(parameters, "grid", 2 * 10**6 + index)
    mean, square = float(np.abs(kw).mean()), float((kw**2).mean())
    if node.kind == "substation" or mean <= 0.0:
        return NodeLoss(node.name, 0.0, 0.0, 0.0)
    grid = parameters.grid
    share = float(rng.uniform(*(grid.technical_loss if node.kind == "area" else grid.feeder_loss)))
    constant = float(rng.uniform(*grid.constant_part)) * share * mean
    return NodeLoss(node.name, constant, (share * mean - constant) / square, share)
