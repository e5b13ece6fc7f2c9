"""Which meters and nodes are balanced against which: the tree cut into groups, and a group filled with readings.

A node is balanced when it has a supply meter of its own, under its own name among the readings; nodes without one are looked
through to the next above. Neighbours under one feeder are one group, so that a meter booked next door can be found.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.balance import Group
from minewatch.detect.gridtree import GridTree
from minewatch.detect.unread import MeterKind

Floats = NDArray[np.float64]

LEAVES = frozenset({"meter", "station"})
"""Kinds of nodes that end the tree; all others may have a supply meter."""


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Names only: nodes of a group, what read nodes and stations below each of them, meters and their place."""

    nodes: tuple[str, ...]
    below: tuple[tuple[str, ...], ...]
    stations: tuple[tuple[str, ...], ...]
    meters: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> frozenset[str]:
        """Every name whose readings the group needs."""
        return frozenset(self.nodes).union(*self.below, *self.meters)


@dataclass(frozen=True, slots=True)
class Books:
    """What the books say: kind of each meter, which of them measure what is fed in, the customer of each."""

    kinds: Mapping[str, MeterKind]
    feeding: frozenset[str]
    customers: Mapping[str, str]


def books_of(meters: pl.DataFrame | None) -> Books:
    """Take the books out of the table of meters."""
    if meters is None:
        return Books({}, frozenset(), {})
    kinds, feeding, customers = {}, set(), {}
    columns = ("meter", "customer", "declared_use", "voltage", "ct", "pt", "direction")
    for meter, customer, use, voltage, ct, pt, direction in meters.select(columns).iter_rows():
        kinds[meter] = MeterKind(use or "", voltage or "", float((ct or 1.0) * (pt or 1.0)))
        if direction in {"export", "反向", "上网"}:
            feeding.add(meter)
        if customer:
            customers[meter] = customer
    return Books(kinds, frozenset(feeding), customers)


def plan_groups(tree: GridTree, *, supplied: frozenset[str]) -> list[GroupPlan]:
    """Cut the tree into groups; ``supplied`` are names that have supply readings."""
    nodes = [name for name, kind in tree.kind.items() if kind not in LEAVES and name in supplied]
    home = {name: nearest(tree, tree.above(name), supplied) for name in tree.kind}
    below: dict[str, list[str]] = {name: [] for name in nodes}
    stations: dict[str, list[str]] = {name: [] for name in nodes}
    meters: dict[str, list[str]] = {name: [] for name in nodes}
    for name, kind in tree.kind.items():
        above = home[name]
        if above is None:
            continue
        if kind == "station":
            stations[above].append(name)
        elif kind == "meter":
            meters[above].append(name)
        elif name in below:
            below[above].append(name)
    groups: dict[str, list[str]] = {}
    for name in nodes:
        key = name if below[name] else home[name] or name
        groups.setdefault(key, []).append(name)
    return [
        GroupPlan(
            nodes=tuple(sorted(names)),
            below=tuple(tuple(sorted(below[one])) for one in sorted(names)),
            stations=tuple(tuple(sorted(stations[one])) for one in sorted(names)),
            meters=tuple(tuple(sorted(meters[one])) for one in sorted(names)),
        )
        for _, names in sorted(groups.items())
    ]


def nearest(tree: GridTree, name: str | None, supplied: frozenset[str]) -> str | None:
    """Return the first of ``name`` and what is above it that is supplied."""
    while name is not None and name not in supplied:
        name = tree.above(name)
    return name


def fill_group(
    plan: GroupPlan,
    *,
    series: Mapping[str, NDArray[np.floating[Any]]],
    delivered: Mapping[str, Floats],
    books: Books,
    first_day: date,
    shape: tuple[int, int],
) -> Group:
    """Fill a plan with readings: ``series`` and ``delivered`` hold (days, slots) kW by name; what is absent was not read."""
    nothing = np.full(shape, np.nan)
    read: list[str] = []
    booked: list[int] = []
    curves: list[NDArray[np.floating[Any]]] = []
    unread: list[tuple[MeterKind, ...]] = []
    for index, meters in enumerate(plan.meters):
        silent = []
        for meter in meters:
            kw = series.get(meter)
            if kw is None or not np.isfinite(kw).any():
                if meter not in books.feeding:
                    silent.append(books.kinds.get(meter, MeterKind()))
                continue
            read.append(meter)
            booked.append(index)
            curves.append(-kw if meter in books.feeding else kw)
        unread.append(tuple(silent))
    return Group(
        nodes=plan.nodes,
        first_day=first_day,
        supply=np.stack([np.asarray(series.get(one, nothing), dtype=np.float64) for one in plan.nodes]),
        passed_on=np.stack(
            [
                _sum((series.get(one, nothing) for one in below), shape)
                - _sum((delivered.get(one, np.zeros(shape)) for one in stations), shape)
                for below, stations in zip(plan.below, plan.stations, strict=True)
            ]
        ),
        meters=tuple(read),
        kw=np.stack(curves) if curves else np.zeros((0, *shape), dtype=np.float32),
        booked=np.array(booked, dtype=np.int64),
        unread=tuple(unread),
        above=tuple(
            next((index for index, below in enumerate(plan.below) if name in below), -1) for name in plan.nodes
        ),
    )


def _sum(parts: Iterable[NDArray[np.floating[Any]]], shape: tuple[int, int]) -> Floats:
    total = np.zeros(shape)
    for part in parts:
        total = total + part
    return total
