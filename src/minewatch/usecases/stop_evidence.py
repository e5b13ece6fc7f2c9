"""What besides a site's own meters tells whether it stopped: its node's balance, the station that feeds it, its traffic.

Each is optional: what was not imported is named with the reason, never guessed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cached_property
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.gridtree import GridTree
from minewatch.detect.stop import Verdict, judge_stop
from minewatch.detect.stop_sources import Said, Session, Source, judge_traffic, node_less_others, said_of
from minewatch.model.traffic import Sighting
from minewatch.readers.gridtables import KINDS
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.balance import quantity_of
from minewatch.usecases.balance_plan import LEAVES, Books, books_of
from minewatch.usecases.balance_stream import Window
from minewatch.usecases.import_grid import read_tree
from minewatch.usecases.screen import MeterBlockLike

Floats = NDArray[np.float64]
Heard = tuple[Said, tuple[str, ...]]
"""What a source says, and the names of exactly what it rests on: kind, of what, SHA-256."""

SURE = 0.9
"""A flow counts as the site's mining from this probability on."""
HOURS = 24
"""Slots a day below which a series cannot date a stop."""
KEPT = 4
"""Nodes whose readings are held at a time: cases of one node often follow each other."""


class SiteReadings(Protocol):
    """What verification needs of a lake."""

    @property
    def slot_kinds(self) -> tuple[int, ...]: ...  # noqa: D102
    def shards_of(self, meters: set[str] | None) -> tuple[int, ...]: ...  # noqa: D102
    def blocks(  # noqa: D102
        self, shard: int, slots: int, *, first_day: date | None, last_day: date | None, meters: set[str] | None
    ) -> Iterator[MeterBlockLike]: ...


@dataclass(frozen=True, slots=True)
class Site:
    """One site to be judged: its meters, mining power, deadline and the last moment that counts; ``zone`` is standard time."""

    meters: tuple[str, ...]
    mining_kw: float
    deadline: datetime
    as_of: datetime
    first: date
    zone: timezone

    @property
    def begin(self) -> datetime:
        """Start of the window."""
        return datetime.combine(self.first, time(0), self.zone)

    @property
    def last(self) -> date:
        """Last day that is read."""
        return max(self.as_of.astimezone(self.zone).date(), self.deadline.astimezone(self.zone).date())

    @property
    def days(self) -> int:
        """Days of the window."""
        return (self.last - self.first).days + 1


def judged(source: Source, kw: NDArray[np.float32], site: Site) -> Said:
    """Judge a series (days, slots) that starts on the site's first day, by its readings up to the last moment that counts."""
    slots = kw.shape[1]
    width = timedelta(minutes=24 * 60 / slots)
    cut = kw.copy()
    cut.reshape(-1)[max(0, int((site.as_of - site.begin) / width)) :] = np.nan
    whole = cut[: (site.as_of - site.begin).days + 1]
    verdict = judge_stop(whole, mining_kw=site.mining_kw, deadline_slot=int((site.deadline - site.begin) / width))
    return said_of(source, verdict, begin=site.begin, slot=width)


def cannot(source: Source, why: str) -> Said:
    """Return that a source cannot tell, with the code of the reason."""
    return Said(source=source, verdict=Verdict.CANNOT_TELL, why=why)


def curves(lake: SiteReadings, names: Iterable[str], *, site: Site, slots: int) -> dict[str, NDArray[np.float32]]:
    """Return the readings of ``names`` over the site's window, (days, slots) each; who has none is left out."""
    wanted = set(names)
    found: dict[str, NDArray[np.float32]] = {}
    for shard in lake.shards_of(wanted):
        for block in lake.blocks(shard, slots, first_day=site.first, last_day=site.last, meters=wanted):
            for number, name in enumerate(block.meters):
                kw = np.full((site.days, slots), np.nan, np.float32)
                begin = (block.first_day - site.first).days
                kw[begin : begin + block.kw.shape[1]] = block.kw[number]
                found[name] = kw
    return found


@dataclass(frozen=True, slots=True)
class _Below:
    """What hangs on a node: read nodes, stations and meters whose nearest read node it is."""

    nodes: tuple[str, ...]
    stations: tuple[str, ...]
    meters: tuple[str, ...]


@dataclass
class Grounds:
    """The grid's books, generation and sightings of a workspace, read once for all cases of a run. ``on``: whose grid."""

    lake: SiteReadings
    store: GridStore
    sightings: Sequence[Sighting]
    on: date
    _groups: dict[tuple[str, date, date, int], tuple[_Below, dict[str, NDArray[np.float32]]]] = field(
        default_factory=dict
    )

    @cached_property
    def tree(self) -> GridTree | None:
        """The grid on the day, None where none was imported."""
        return read_tree(store=self.store, on=self.on)[0] if self.store.parts("grid") else None

    @cached_property
    def books(self) -> Books:
        """The books of meters; empty where none were imported."""
        return books_of(self.store.read("meters", key=KINDS["meters"].key))

    @cached_property
    def generation(self) -> pl.DataFrame | None:
        """Generation of the stations, None where none was imported."""
        return self.store.read("generation", key=KINDS["generation"].key)

    def is_node(self, name: str) -> bool:
        """Whether a name is a node or a station of the grid and no meter."""
        return self.tree is not None and self.tree.kind.get(name, "meter") != "meter"

    def heard(self, site: Site) -> tuple[Heard, ...]:
        """Return what node, station and traffic say of a site, each with what names exactly the data it rests on."""
        return self._node(site), self._station(site), self._traffic(site)

    def _above(self, site: Site) -> list[str]:
        """Return what lies above the site's first meter in the grid, nearest first; a node given as its meter counts itself."""
        tree = self.tree
        if tree is None:
            return []
        name: str | None = next((one for one in site.meters if one in tree.kind), None)
        if name is not None and tree.kind[name] == "meter":
            name = tree.above(name)
        found: list[str] = []
        while name is not None:
            found.append(name)
            name = tree.above(name)
        return found

    def _node(self, site: Site) -> Heard:
        tree = self.tree
        above = [one for one in self._above(site) if tree is not None and tree.kind[one] != "station"]
        slots = next((kind for kind in self.lake.slot_kinds if kind >= HOURS), None)
        if tree is None or not above or slots is None:
            return cannot(Source.NODE, "no_node" if not above else "too_coarse"), ()
        supplied = curves(self.lake, above, site=site, slots=slots)
        node = next((one for one in above if one in supplied), None)
        if node is None:
            return cannot(Source.NODE, "no_supply"), ()
        below, series = self._group(tree, node, site, slots)
        shape = (site.days, slots)
        nothing = np.full(shape, np.nan)
        passed_on = np.zeros(shape)
        for one in below.nodes:
            passed_on += series.get(one, nothing)
        delivered = self._quantity("delivered", site, slots)
        for one in below.stations:
            passed_on -= delivered.get(one, np.zeros(shape))
        others = [
            (-1.0 if one in self.books.feeding else 1.0) * series[one].astype(np.float64)
            for one in below.meters
            if one in series and one not in site.meters
        ]
        left = node_less_others(
            supplied[node].astype(np.float64), passed_on, np.stack(others) if others else np.zeros((0, *shape))
        ).astype(np.float32)
        return judged(Source.NODE, left, site), (f"node:{node}:{_digest(left)}",)

    def _group(
        self, tree: GridTree, node: str, site: Site, slots: int
    ) -> tuple[_Below, dict[str, NDArray[np.float32]]]:
        """Return what hangs on a node, with its readings over the site's window; the last few are kept."""
        key = (node, site.first, site.last, slots)
        if key not in self._groups:
            if len(self._groups) >= KEPT:
                self._groups.pop(next(iter(self._groups)))
            inner = [one for one in _descend(tree, node) if tree.kind[one] not in LEAVES]
            read = curves(self.lake, inner, site=site, slots=slots)
            below = _below(tree, node, frozenset(read))
            series = curves(self.lake, below.meters, site=site, slots=slots)
            self._groups[key] = below, {**read, **series}
        return self._groups[key]

    def _station(self, site: Site) -> Heard:
        tree = self.tree
        named = [one for one in site.meters if tree is not None and tree.kind.get(one) == "station"]
        named += [one for one in self._above(site) if tree is not None and tree.kind[one] == "station"]
        if not named:
            return cannot(Source.STATION, "no_station"), ()
        generated = self._quantity("generated", site, None)
        if named[0] not in generated:
            return cannot(Source.STATION, "no_generation"), ()
        left = generated[named[0]]
        if left.shape[1] < HOURS:
            return cannot(Source.STATION, "too_coarse"), ()
        for quantity in ("own_use", "delivered", "direct_sale"):
            part = self._quantity(quantity, site, left.shape[1]).get(named[0])
            if part is not None:
                left = left - (np.nan_to_num(part) if quantity != "delivered" else part)
        kw = left.astype(np.float32)
        return judged(Source.STATION, kw, site), (f"station:{named[0]}:{_digest(kw)}",)

    def _quantity(self, quantity: str, site: Site, slots: int | None) -> dict[str, Floats]:
        """Lay a quantity of generation into the site's window, by station; ``slots`` None: as it was imported."""
        table = self.generation
        if table is None:
            return {}
        kind = table.schema["values"]
        own = int(kind.size) if isinstance(kind, pl.Array) else 1
        return quantity_of(table, quantity, Window(site.first, site.days, slots or own))

    def _traffic(self, site: Site) -> Heard:
        accounts = {self.books.customers[one] for one in site.meters if one in self.books.customers}
        mine = [one for one in self.sightings if one.customer in accounts and one.probability >= SURE]
        until = max((one.last_seen for one in self.sightings), default=None)
        said = judge_traffic(
            [Session(_utc(one.first_seen), _utc(one.last_seen)) for one in mine],
            deadline=site.deadline,
            as_of=site.as_of,
            watched_until=None if until is None else _utc(until),
        )
        text = ";".join(f"{one.first_seen} {one.last_seen} {one.miner} {one.pool}" for one in mine)
        return said, (f"traffic:{hashlib.sha256(text.encode()).hexdigest()}",) if mine else ()


def _descend(tree: GridTree, node: str) -> Iterator[str]:
    """Yield everything below a node."""
    waiting = list(tree.children.get(node, ()))
    while waiting:
        one = waiting.pop()
        yield one
        waiting += tree.children.get(one, ())


def _below(tree: GridTree, node: str, supplied: frozenset[str]) -> _Below:
    nodes, stations, meters = [], [], []
    waiting = list(tree.children.get(node, ()))
    while waiting:
        one = waiting.pop()
        kind = tree.kind[one]
        if kind == "meter":
            meters.append(one)
        elif kind == "station":
            stations.append(one)
        elif one in supplied:
            nodes.append(one)
        else:
            waiting += tree.children.get(one, ())
    return _Below(tuple(sorted(nodes)), tuple(sorted(stations)), tuple(sorted(meters)))


def _digest(kw: NDArray[np.float32]) -> str:
    return hashlib.sha256(kw.tobytes()).hexdigest()


def _utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
