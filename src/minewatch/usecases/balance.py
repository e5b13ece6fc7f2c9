"""Use case: balance every node of a workspace's grid, in bounded memory: as many groups at a time as fit a budget.

Two passes over the lake: the first gathers what meters of a kind usually draw, the second fills groups of neighbouring nodes
with their readings, batch after batch, and balances them. Groups do not depend on each other, so the findings are the same
however they are cut into batches.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.balance import NodeFinding, balance_group, hourly, ranked
from minewatch.detect.dating import moment
from minewatch.detect.gridtree import GridTree
from minewatch.detect.unread import Peers
from minewatch.model.balance_views import BalanceView, EnergyLine, NodeView, SuspectView
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.model.views import Estimate, SeriesView
from minewatch.readers.gridtables import KINDS
from minewatch.stores.gridstore import GridStore
from minewatch.stores.lake import Lake
from minewatch.usecases.balance_plan import Books, GroupPlan, books_of, fill_group, plan_groups
from minewatch.usecases.import_grid import read_tree
from minewatch.usecases.screen_files import simulated_label

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

BATCH_READINGS = 40_000_000
"""Readings held at a time: 160 MB as read, some four times that while a batch is worked on."""


@dataclass(frozen=True, slots=True)
class Window:
    """The days balanced and the slots of a day."""

    first_day: date
    days: int
    slots: int

    @property
    def last_day(self) -> date:
        """Last day, included."""
        return self.first_day + timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True)
class BalanceRun:
    """What a run found: findings in order, the tree and the books they refer to."""

    findings: tuple[NodeFinding, ...]
    tree: GridTree
    books: Books
    window: Window
    simulated: Text | None
    digest: str = ""


class Tables(Protocol):
    """Tables of the grid by kind, as :class:`minewatch.stores.gridstore.GridStore` keeps them."""

    def read(self, kind: str, *, key: Sequence[str]) -> pl.DataFrame | None:
        """Return all rows of a kind; None where there are none."""


def run_balance(
    *,
    lake: Lake,
    store: GridStore,
    first_day: date | None = None,
    last_day: date | None = None,
    readings: int = BATCH_READINGS,
    progress: Progress | None = None,
) -> BalanceRun:
    """Balance all nodes that have supply readings under their own name.

    Raises ``InputError`` when there is no grid, no readings finer than a day, or no supply reading of any node.
    """
    tree, _ = read_tree(store=store, on=last_day)
    books = books_of(store.read("meters", key=KINDS["meters"].key))
    window = _window(lake, first_day, last_day)
    told = progress or (lambda _done, _all: None)
    peers, present = _peers(lake, window, books, tree)
    plans = plan_groups(
        tree, supplied=frozenset(name for name in present if tree.kind.get(name) not in {"meter", None})
    )
    if not plans:
        raise InputError(
            "No node of the grid has supply readings.",
            remedy="Import them under the nodes' names: minewatch import readings FILE…",
        )
    delivered = _delivered(store, window)
    findings: list[NodeFinding] = []
    done = 0
    for batch in _batches(plans, readings // (window.days * window.slots)):
        series = _series(lake, window, frozenset().union(*(plan.names for plan in batch)))
        for plan in batch:
            group = fill_group(
                plan,
                series=series,
                delivered=delivered,
                books=books,
                first_day=window.first_day,
                shape=(window.days, window.slots),
            )
            findings += balance_group(group, peers=peers)
            done += 1
            told(done, len(plans))
    simulated = simulated_label([Path(source.path) for source in lake.manifest.sources])
    return BalanceRun(ranked(findings), tree, books, window, simulated, _digest(lake, store, window))


def _digest(lake: Lake, store: GridStore, window: Window) -> str:
    """Digest of what the run rests on: readings, tables of the grid, days."""
    names = [lake.shard_digest(shard, window.slots) for shard in range(lake.shards)]
    names += [path.stem for kind in ("grid", "meters", "generation") for path in store.parts(kind)]
    return sha256(",".join([*names, str(window)]).encode()).hexdigest()[:16]


def _window(lake: Lake, first_day: date | None, last_day: date | None) -> Window:
    slots = next((kind for kind in lake.slot_kinds if kind > 1), None)
    days = None if slots is None else lake.days(slots)
    if slots is None or days is None:
        raise InputError(
            "The workspace holds no readings finer than a day.", remedy="Import some: minewatch import readings FILE…"
        )
    first, last = max(days[0], first_day or days[0]), min(days[1], last_day or days[1])
    if last < first:
        raise InputError(f"There are no readings from {first} to {last}.", remedy=f"Readings: {days[0]} to {days[1]}.")
    return Window(first, (last - first).days + 1, slots)


def _blocks(lake: Lake, window: Window, names: frozenset[str] | None) -> Iterator[tuple[tuple[str, ...], Floats]]:
    """Yield meters with their readings laid into the window, (meters, days, slots)."""
    shards = range(lake.shards) if names is None else lake.shards_of(names)
    for shard in shards:
        for block in lake.blocks(
            shard, window.slots, first_day=window.first_day, last_day=window.last_day, meters=names
        ):
            kw = np.full((len(block.meters), window.days, window.slots), np.nan)
            begin = (block.first_day - window.first_day).days
            kw[:, begin : begin + block.kw.shape[1]] = block.kw
            yield block.meters, kw


def _peers(lake: Lake, window: Window, books: Books, tree: GridTree) -> tuple[Peers, frozenset[str]]:
    """First pass: what meters of a kind draw, and which names have readings."""
    peers = Peers(window.days)
    present: set[str] = set()
    for meters, kw in _blocks(lake, window, None):
        present.update(meters)
        own = [i for i, meter in enumerate(meters) if meter in books.kinds and meter not in books.feeding]
        own = [i for i in own if tree.kind.get(meters[i], "meter") == "meter"]
        if own:
            peers.add([books.kinds[meters[i]] for i in own], hourly(kw[own]))
    return peers, frozenset(present)


def _series(lake: Lake, window: Window, names: frozenset[str]) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    for meters, kw in _blocks(lake, window, names):
        found.update(zip(meters, kw, strict=True))
    return found


def _batches(plans: Sequence[GroupPlan], meters: int) -> Iterator[list[GroupPlan]]:
    batch: list[GroupPlan] = []
    held = 0
    for plan in plans:
        if batch and held + len(plan.names) > meters:
            yield batch
            batch, held = [], 0
        batch.append(plan)
        held += len(plan.names)
    if batch:
        yield batch


def _delivered(store: GridStore, window: Window) -> dict[str, Floats]:
    """Lay what stations delivered into the window."""
    generation = store.read("generation", key=KINDS["generation"].key)
    return {} if generation is None else quantity_of(generation, "delivered", window)


def quantity_of(generation: pl.DataFrame, quantity: str, window: Window) -> dict[str, Floats]:
    """Lay one quantity of generation into the window by station; finer or coarser days are brought to its slots."""
    found: dict[str, Floats] = {}
    for station, day, values in (
        generation.filter(pl.col("quantity") == quantity).select("station", "day", "values").rows()
    ):
        place = (day - window.first_day).days
        if 0 <= place < window.days:
            kw = np.asarray(values, dtype=np.float64)
            found.setdefault(station, np.full((window.days, window.slots), np.nan))[place] = _to_slots(kw, window.slots)
    return found


def _to_slots(kw: Floats, slots: int) -> Floats:
    if kw.size == slots:
        return kw
    if kw.size > slots and kw.size % slots == 0:
        return np.asarray(kw.reshape(slots, -1).mean(axis=1))
    return np.repeat(kw, slots // kw.size) if slots % kw.size == 0 else np.full(slots, np.nan)


def balance_view(run: BalanceRun) -> BalanceView:
    """Return the run as a view."""
    notes = (
        Text(
            "Unexplained is not proven: a wrong book, an unread large customer or a faulty meter leave the same gap.",
            "无法解释不等于已证实：台账错误、大用户未采集或表计故障也会造成同样的缺口。",
        ),
    )
    nodes = tuple(_node_view(run, one) for one in run.findings)
    return BalanceView(run.window.first_day, run.window.last_day, nodes, run.simulated, notes)


def _node_view(run: BalanceRun, one: NodeFinding) -> NodeView:
    found = one.kw > 0.0
    energy, series = one.energy, one.series
    lines = (
        (Text("supplied", "供电量"), energy.supplied),
        (Text("metered", "已计量"), energy.metered),
        (Text("technical loss (estimated)", "技术线损（估计）"), energy.loss),
        (Text("unread meters (estimated)", "未采集计量点（估计）"), energy.unread),
        (Text("unexplained", "无法解释"), energy.unexplained),
        (Text("rest", "余项"), energy.rest),
    )
    return NodeView(
        node=one.node,
        kind=run.tree.kind.get(one.node, ""),
        flagged=one.flagged,
        z=one.z,
        mean_kw=one.mean_kw,
        unexplained=Estimate(one.kw, one.kw_low, one.kw_high) if found else None,
        since=moment(one.first_day, one.since_hour, 24) if found else None,
        until=moment(one.first_day, one.until_hour, 24) if found and not one.still_there else None,
        since_start=one.since_hour == 0,
        likeness=one.likeness,
        energy=tuple(EnergyLine(what, kwh) for what, kwh in lines),
        suspects=tuple(
            SuspectView(who.meter, run.books.customers.get(who.meter, ""), who.share, who.z, who.kw)
            for who in one.suspects
        ),
        moved_in=one.moved_in,
        moved_out=one.moved_out,
        clocks=one.clocks,
        reset=one.reset,
        read_meters=one.read_meters,
        unread_meters=one.unread_meters,
        balance=None if series is None else _view_of(one.first_day, series.supplied, series.split.unexplained),
        residual=None if series is None else _view_of(one.first_day, series.left, series.split.unexplained),
        together=tuple(load.meters for load in one.together),
    )


def _view_of(first_day: date, kw: Floats, part: Floats) -> SeriesView:
    return SeriesView(
        first_day=first_day,
        slots=24,
        kw=array("f", kw.astype(np.float32).ravel().tolist()),
        mining_kw=array("f", part.astype(np.float32).ravel().tolist()),
        daily_base_kw=array("f"),
    )


def findings_frame(view: BalanceView) -> pl.DataFrame:
    """Return one row a node for CSV: figures, dates, suspects and moved meters."""
    rows = [_row(one) for one in view.nodes]
    types: Mapping[str, type[pl.DataType]] = {"kw": pl.Float64, "since": pl.Datetime, "until": pl.Datetime}
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides=types)


def _row(one: NodeView) -> dict[str, float | int | str | datetime | None]:
    estimate = one.unexplained
    energy = {line.what.en.split(" (")[0].replace(" ", "_") + "_kwh": round(line.kwh, 1) for line in one.energy}
    return {
        "node": one.node,
        "kind": one.kind,
        "flagged": "yes" if one.flagged else "no",
        "significance": round(one.z, 2),
        "mean_kw": round(one.mean_kw, 3),
        "kw": None if estimate is None else round(estimate.value, 3),
        "kw_low": None if estimate is None else round(estimate.low, 3),
        "kw_high": None if estimate is None else round(estimate.high, 3),
        "since": one.since,
        "until": one.until,
        "mining_likeness": round(one.likeness, 3),
        **energy,
        "suspects": "; ".join(f"{who.meter} {who.share:.2f}" for who in one.suspects[:3]),
        "move_together": " | ".join("; ".join(meters) for meters in one.together),
        "moved_in": "; ".join(one.moved_in),
        "moved_out": "; ".join(one.moved_out),
        "clocks": "; ".join(f"{meter} {minutes:+.0f} min" for meter, minutes in one.clocks),
        "clocks_set_right": "; ".join(f"{meter} {minutes:+.0f} min" for meter, minutes in one.reset),
        "read_meters": one.read_meters,
        "unread_meters": one.unread_meters,
    }
