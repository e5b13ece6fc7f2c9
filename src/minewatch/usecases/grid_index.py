"""The grid of a workspace ready for pages: tree, counties, coordinates and the kept balance, held until something is imported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isnan
from pathlib import Path
from typing import Any

import polars as pl

from minewatch.detect.gridtree import GridTree
from minewatch.model.actors import WHOLE_COUNTRY, Actor, allowed
from minewatch.model.errors import InputError
from minewatch.model.grid_views import LEVELS, NODE_KINDS, GridRow, GridStanding
from minewatch.model.text import Text
from minewatch.readers.gridtables import KINDS
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.grid_keep import KeptBalance, kept_balance, summaries
from minewatch.usecases.import_grid import grid_store, read_tree
from minewatch.usecases.office import Office, Turn

LEAVES = frozenset({"meter", "station"})
Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class GridIndex:
    """The tree of the newest day; by node its county (its own or the nearest above), place, meters and flagged nodes below.

    ``balances`` are the rows of the kept balance, ``kept`` says which; ``counties`` are all codes that occur.
    """

    tree: GridTree
    county: Mapping[str, str]
    places: Mapping[str, Place]
    meters: Mapping[str, int]
    flagged_below: Mapping[str, int]
    balances: Mapping[str, Mapping[str, Any]]
    kept: KeptBalance | None
    counties: frozenset[str]

    def path(self, node: str) -> tuple[str, ...]:
        """Return the nodes from the top down to ``node``, itself included."""
        way = [node]
        while (above := self.tree.above(way[-1])) is not None:
            way.append(above)
        return tuple(reversed(way))

    def row(self, node: str) -> GridRow:
        """Return what a list shows of a node."""
        kind = self.tree.kind[node]
        words = NODE_KINDS.get(kind, Text(kind, kind))
        children = len(self.tree.children.get(node, ()))
        found = self.balances.get(node)
        unbalanced = GridRow(
            node=node,
            kind=kind,
            kind_words=words,
            county=self.county.get(node, ""),
            children=children,
            meters=self.meters.get(node, 0),
            balanced=False,
            flagged=False,
            flagged_below=self.flagged_below.get(node, 0),
            level=-1,
        )
        if found is None or isnan(found["mean_kw"]):  # no hour in which all that the balance needs was read
            return unbalanced
        flagged = bool(found["flagged"])
        kw = found["kw"] if flagged else None
        share = kw / max(abs(found["mean_kw"]), 1e-9) if kw is not None else 0.0
        return replace(
            unbalanced,
            balanced=True,
            flagged=flagged,
            level=level_of(share),
            mean_kw=found["mean_kw"],
            supplied=found["supplied"],
            metered=found["metered"],
            loss=found["loss"],
            kw=kw,
            share=share if flagged else None,
            since=found["since"] if flagged else None,
            since_start=bool(found["since_start"]) and flagged,
        )

    @property
    def standing(self) -> GridStanding:
        """Which balance is shown."""
        flagged = sum(bool(row["flagged"]) for row in self.balances.values())
        if self.kept is None:
            return GridStanding("", None, None, None, 0, 0)
        kept = self.kept
        return GridStanding(kept.made_at, kept.first_day, kept.last_day, kept.simulated, len(self.balances), flagged)


def level_of(share: float) -> int:
    """Return the level of an unexplained share: 0 for nothing."""
    return max(sum(share >= low for low, _ in LEVELS) - 1, 0)


def grid_index(turn: Turn) -> GridIndex:
    """Return the index of the office's grid. ``InputError`` when no grid was imported, ``RuleError`` for who may not see it."""
    turn.may("grid.read")
    return held_index(turn.office)


def held_index(office: Office) -> GridIndex:
    """Return the index, made anew only after an import or a balance; work in the background calls it so that pages need not."""
    folder = office.workspace.folder
    store = grid_store(office.workspace)
    parts = tuple(path.name for kind in ("grid", "meters", "stations") for path in store.parts(kind))
    kept = kept_balance(folder)
    return _index(folder, parts, kept.run if kept else "")


@lru_cache(maxsize=2)
def _index(folder: Path, _parts: tuple[str, ...], run: str) -> GridIndex:
    store = GridStore(folder / "grid")
    tree, _ = read_tree(store=store)
    kept = kept_balance(folder) if run else None
    balances = summaries(folder, run) if run else {}
    order = list(_top_down(tree))
    county = _counties(store, tree, order)
    places, meters, flagged = _summed(store, tree, order, balances)
    return GridIndex(tree, county, places, meters, flagged, balances, kept, frozenset(county.values()))


def _top_down(tree: GridTree) -> Iterator[str]:
    waiting = list(reversed(tree.roots))
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(tree.children.get(node, ()))


def _counties(store: GridStore, tree: GridTree, order: list[str]) -> dict[str, str]:
    grid = store.read("grid", key=KINDS["grid"].key)
    own = dict(grid.select("node", "county_code").iter_rows()) if grid is not None else {}
    county: dict[str, str] = {}
    for node in order:
        above = tree.above(node)
        county[node] = own.get(node) or (county.get(above, "") if above is not None else "")
    return county


def _summed(
    store: GridStore, tree: GridTree, order: list[str], balances: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Place], dict[str, int], dict[str, int]]:
    """Sum meters, flagged nodes and coordinates from the leaves up; a node's own coordinates win over its meters' mean."""
    own = {
        **_places(store, "grid", "node"),
        **_places(store, "stations", "station"),
        **_places(store, "meters", "meter"),
    }
    booked = _booked(store, tree)
    meters: dict[str, int] = {}
    flagged: dict[str, int] = {}
    sums: dict[str, tuple[float, float, int]] = {}
    for node in reversed(order):
        below = tree.children.get(node, ())
        loose = booked.get(node, ())
        meters[node] = len(loose) + sum(meters[one] + (tree.kind[one] == "meter") for one in below)
        flagged[node] = sum(flagged[one] + bool(balances.get(one, {}).get("flagged")) for one in below)
        if node in own:
            sums[node] = (*own[node], 1)
        else:
            parts = [sums[one] for one in below if one in sums] + [(*own[one], 1) for one in loose if one in own]
            if parts:
                sums[node] = (sum(one[0] for one in parts), sum(one[1] for one in parts), sum(one[2] for one in parts))
    return {node: (lat / count, lon / count) for node, (lat, lon, count) in sums.items()}, meters, flagged


def _booked(store: GridStore, tree: GridTree) -> dict[str, list[str]]:
    """Return meters by the node that the books name, those left out that stand in the tree themselves."""
    frame = store.read("meters", key=KINDS["meters"].key)
    found: dict[str, list[str]] = {}
    if frame is not None:
        for meter, node in frame.select("meter", "node").drop_nulls().iter_rows():
            if meter not in tree.kind:
                found.setdefault(node, []).append(meter)
    return found


def _places(store: GridStore, kind: str, name: str) -> dict[str, Place]:
    frame = store.read(kind, key=KINDS[kind].key)
    if frame is None or "latitude" not in frame.columns:
        return {}
    there = frame.filter(pl.col("latitude").is_between(-90.0, 90.0) & pl.col("longitude").is_between(-180.0, 180.0))
    return {node: (lat, lon) for node, lat, lon in there.select(name, "latitude", "longitude").iter_rows()}


def visible_counties(index: GridIndex, actor: Actor) -> frozenset[str]:
    """Return the county codes whose nodes the actor may see; a node of which no county is known may be seen by everybody."""
    if WHOLE_COUNTRY in actor.divisions:
        return index.counties | {""}
    return frozenset(code for code in index.counties if not code or allowed(actor, "grid.read", code)) | {""}


def visible_roots(index: GridIndex, actor: Actor) -> list[str]:
    """Return the nodes that may be seen and hang on nothing that may be seen, leaves left out, by name."""
    may = visible_counties(index, actor)
    found = []
    waiting = list(index.tree.roots)
    while waiting:
        node = waiting.pop()
        if index.tree.kind[node] in LEAVES:
            continue
        if index.county[node] in may:
            found.append(node)
        else:
            waiting += index.tree.children.get(node, ())
    return sorted(found)


def check_node(turn: Turn, index: GridIndex, node: str) -> None:
    """Raise unless the node is there and may be seen; one of another county is refused and the refusal recorded."""
    if node not in index.tree.kind:
        raise InputError(
            Text(f"There is no node {node[:60]!r}.", f"没有节点 {node[:60]!r}。"),
            remedy=Text("Search for it in the grid.", "请在电网页面中查找。"),
        )
    if index.county[node] not in visible_counties(index, turn.actor):
        turn.may("grid.read", index.county[node])
