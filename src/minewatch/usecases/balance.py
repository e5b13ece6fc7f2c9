"""Use case: balance every node of a workspace's grid, in bounded memory: as many groups at a time as fit a budget.

Two passes over the lake: the first gathers what meters of a kind usually draw, the second fills groups of neighbouring nodes
with their readings, batch after batch, and balances them. Groups do not depend on each other, so the findings are the same
however they are cut into batches.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.balance import NodeFinding, balance_group, compact, ranked
from minewatch.detect.dating import moment
from minewatch.detect.gridtree import GridTree
from minewatch.detect.unread import Peers
from minewatch.model.balance_views import BalanceView, EnergyLine, NodeView, SuspectView
from minewatch.model.errors import InputError
from minewatch.model.origin import Origin
from minewatch.model.text import Text
from minewatch.model.views import Estimate, SeriesView
from minewatch.readers.gridtables import KINDS
from minewatch.stores.gridstore import GridStore
from minewatch.stores.lake import Lake
from minewatch.usecases.balance_books import GridPlan, plan_grid, read_books
from minewatch.usecases.balance_plan import Books, fill_group
from minewatch.usecases.balance_stream import Flow, Told, Window, batches_of, look_through, spread
from minewatch.usecases.simulated import balance_origin

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

BATCH_READINGS = 40_000_000
"""Readings held at a time: 160 MB, and as much again while a batch is gathered."""
LOOKED, FILLED = 0.2, 0.35
"""Shares of a run's time after the first pass over the lake and after the second, for the progress."""
KEPT_SERIES = 2_000
"""Findings that keep their hourly series: some 45 kB each in a month of hours."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How a run goes about it.

    ``readings`` are held at a time; where there are more, all are written once to a throw-away folder in ``scratch`` (the
    system's place for temporary files otherwise; four bytes a reading). ``keep`` findings keep their hourly series: those that
    matter most. ``workers`` are threads.
    """

    readings: int = BATCH_READINGS
    keep: int = KEPT_SERIES
    workers: int = 2
    scratch: Path | None = None


USUAL_EFFORT = Effort()


@dataclass(frozen=True, slots=True)
class BalanceRun:
    """What a run found: findings in order, the tree of nodes, the customers of the suspects, days, label, input digest."""

    findings: tuple[NodeFinding, ...]
    tree: GridTree
    customers: Mapping[str, str]
    window: Window
    origin: Origin
    digest: str = ""


def run_balance(
    *,
    lake: Lake,
    store: GridStore,
    first_day: date | None = None,
    last_day: date | None = None,
    effort: Effort = USUAL_EFFORT,
    progress: Progress | None = None,
) -> BalanceRun:
    """Balance all nodes that have supply readings under their own name; the findings are the same whatever the ``effort``.

    Raises ``InputError`` when there is no grid, no readings finer than a day, or no supply reading of any node.
    """
    books = read_books(store, on=last_day)
    window = _window(lake, first_day, last_day)
    steps = _Steps(progress)
    peers, present, shards = look_through(lake, books, window, workers=effort.workers, told=steps.part(0.0, LOOKED))
    plan = plan_grid(books, supplied=present)
    if not plan.groups:
        raise InputError(
            Text("No node of the grid has supply readings.", "电网中没有任何节点有供电读数。"),
            remedy=Text(
                "Import them under the nodes' names: minewatch import readings FILE…",
                "请以节点名称导入：minewatch import readings 文件…",
            ),
        )
    delivered = _delivered(store, window)
    found = Kept(effort.keep)
    flow = Flow(effort.readings, effort.scratch, effort.workers, steps.part(LOOKED, FILLED))
    balanced = steps.part(FILLED, 1.0)
    done = 0
    for numbers, series in batches_of(lake, plan, window, shards=shards, flow=flow):
        work = partial(
            _balance_one,
            plan,
            series=series,
            delivered=delivered,
            books=plan.books_of(numbers),
            window=window,
            peers=peers,
        )
        for some in spread(work, numbers, workers=effort.workers):
            found.add(some)
            done += 1
            balanced(done / len(plan.groups))
    origin = balance_origin(lake, store)
    findings = found.ranked()
    customers = _customers(store, {who.meter for one in findings for who in one.suspects})
    return BalanceRun(findings, books.tree, customers, window, origin, _digest(lake, store, window))


def _balance_one(
    plan: GridPlan,
    number: int,
    *,
    series: Mapping[str, NDArray[np.float32]],
    delivered: Mapping[str, Floats],
    books: Books,
    window: Window,
    peers: Peers,
) -> tuple[NodeFinding, ...]:
    group = fill_group(
        plan.group(number),
        series=series,
        delivered=delivered,
        books=books,
        first_day=window.first_day,
        shape=(window.days, window.slots),
    )
    return balance_group(group, peers=peers)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Progress of a run as thousandths of the whole."""

    progress: Progress | None

    def part(self, begin: float, end: float) -> Told:
        """Return who is told what share is done of the part of a run from ``begin`` to ``end``."""

        def told(share: float) -> None:
            if self.progress:
                self.progress(round(1000 * (begin + (end - begin) * share)), 1000)

        return told


@dataclass(slots=True)
class Kept:
    """Findings as they come; only the ``most`` that rank first keep their series, so that memory does not grow with them."""

    most: int
    findings: list[NodeFinding] = field(default_factory=list)
    whole: int = 0

    def add(self, some: Sequence[NodeFinding]) -> None:
        """Take findings of a group."""
        self.findings += some
        self.whole += len(some)
        if self.whole > 2 * self.most + 100:
            self._drop()

    def ranked(self) -> tuple[NodeFinding, ...]:
        """Return all findings in order."""
        self._drop()
        return tuple(self.findings)

    def _drop(self) -> None:
        ordered = ranked(self.findings)
        self.findings = [*ordered[: self.most], *(compact(one) for one in ordered[self.most :])]
        self.whole = min(self.most, len(ordered))


def _customers(store: GridStore, meters: set[str]) -> dict[str, str]:
    """Return the customers of some meters."""
    table = store.read("meters", key=KINDS["meters"].key)
    if table is None or not meters:
        return {}
    named = table.filter(pl.col("meter").is_in(sorted(meters)) & pl.col("customer").is_not_null())
    return dict(named.select("meter", "customer").iter_rows())


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
            Text("The workspace holds no readings finer than a day.", "工作区中没有细于日的读数。"),
            remedy=Text("Import some: minewatch import readings FILE…", "请先导入：minewatch import readings 文件…"),
        )
    first, last = max(days[0], first_day or days[0]), min(days[1], last_day or days[1])
    if last < first:
        raise InputError(
            Text(f"There are no readings from {first} to {last}.", f"{first} 至 {last} 没有读数。"),
            remedy=Text(f"Readings: {days[0]} to {days[1]}.", f"现有读数：{days[0]} 至 {days[1]}。"),
        )
    return Window(first, (last - first).days + 1, slots)


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
    return BalanceView(run.window.first_day, run.window.last_day, nodes, run.origin.label, notes)


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
        noise_kw=one.noise_kw,
        energy=tuple(EnergyLine(what, kwh) for what, kwh in lines),
        suspects=tuple(
            SuspectView(who.meter, run.customers.get(who.meter, ""), who.share, who.z, who.kw) for who in one.suspects
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


def findings_frame(view: BalanceView, *, origin: Origin = Origin.MEASURED) -> pl.DataFrame:
    """Return one row a node for CSV: figures, dates, suspects and moved meters, and whether the data is simulated."""
    rows = [_row(one) | {"simulated": origin.cell} for one in view.nodes]
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
        "noise_kw": round(one.noise_kw, 3),
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
