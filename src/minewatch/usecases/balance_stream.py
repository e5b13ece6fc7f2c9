"""Readings of a lake brought to groups of nodes in bounded memory: two passes, whatever the number of meters.

The first pass gathers what meters of a kind draw and which nodes have readings. Where all readings fit, the second holds them;
otherwise it writes each meter's row to the file of the batch that needs it, and batches are read back one after the other. The
lake keeps meters by a hash of their name, so any other order would read it once a batch.
"""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.balance import hourly
from minewatch.detect.unread import Peers
from minewatch.stores.files import disk_errors
from minewatch.stores.lake import Lake
from minewatch.usecases.balance_books import GridBooks, GridPlan, ShardRows, rows_by_shard
from minewatch.usecases.balance_plan import LEAVES

Readings = NDArray[np.float32]
Keys = NDArray[np.int64]
Told = Callable[[float], None]
"""Is told what share of a pass is done."""
Unit = TypeVar("Unit")
Result = TypeVar("Result")


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

    @property
    def readings(self) -> int:
        """Readings of one meter."""
        return self.days * self.slots


def look_through(
    lake: Lake, books: GridBooks, window: Window, *, workers: int = 1, told: Told | None = None
) -> tuple[Peers, frozenset[str], ShardRows]:
    """First pass: what meters of a kind draw, which nodes have readings of their own, and the books' rows by shard."""
    shards = rows_by_shard(books, lake.shards)
    kinds, feeding = books.meters["kind"].to_numpy(), books.meters["feeding"].to_numpy()
    named = books.meters["named"].to_numpy()

    def look(shard: int) -> tuple[Peers, set[str]]:
        peers = Peers(window.days)
        present: set[str] = set()
        for rows, meters, kw in _blocks(lake, shards, shard, window):
            known = rows >= 0
            own = np.flatnonzero(known & named[rows] & ~feeding[rows])
            if own.size:
                peers.add([books.kinds[kind] for kind in kinds[rows[own]].tolist()], hourly(kw[own]))
            present.update(meters[i] for i in np.flatnonzero(~known).tolist())
        return peers, present

    peers = Peers(window.days)
    present: set[str] = set()
    for number, (some, names) in enumerate(spread(look, range(lake.shards), workers=workers), start=1):
        peers.join(some)
        present |= names
        if told:
            told(number / lake.shards)
    tree = books.tree.kind
    return peers, frozenset(name for name in present if tree.get(name) not in {None, *LEAVES}), shards


def spread(work: Callable[[Unit], Result], units: Iterable[Unit], *, workers: int) -> Iterator[Result]:
    """Do ``work`` on some threads and yield its results in the order of the units; what is not begun is given up on an error."""
    with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
        try:
            yield from pool.map(work, units)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _blocks(
    lake: Lake, shards: ShardRows, shard: int, window: Window
) -> Iterator[tuple[Keys, tuple[str, ...], Readings]]:
    """Yield blocks: row of each meter in the books (-1: a node or unknown), names, readings laid into the window."""
    held = shards.of(shard)
    # Without bounds the lake need not look up the days of each meter.
    days = (window.first_day, window.last_day)
    first_day, last_day = (None, None) if lake.days(window.slots) == days else days
    for block in lake.blocks(shard, window.slots, first_day=first_day, last_day=last_day):
        rows = np.fromiter((held.get(meter, -1) for meter in block.meters), np.int64, len(block.meters))
        begin = (block.first_day - window.first_day).days
        if block.kw.shape[1] == window.days:
            yield rows, block.meters, block.kw
            continue
        kw = np.full((len(rows), window.days, window.slots), np.nan, dtype=np.float32)
        kw[:, begin : begin + block.kw.shape[1]] = block.kw
        yield rows, block.meters, kw


@dataclass(frozen=True, slots=True)
class Flow:
    """How the second pass runs: readings held at a time, where to spill the others, on how many threads, whom to tell."""

    readings: int
    scratch: Path | None = None
    workers: int = 1
    told: Told | None = None


def batches_of(
    lake: Lake, plan: GridPlan, window: Window, *, shards: ShardRows, flow: Flow
) -> Iterator[tuple[list[int], dict[str, Readings]]]:
    """Second pass: yield batch after batch, its groups' numbers and the readings (days, slots) of all names they need."""
    batches = list(plan.batches(flow.readings // window.readings))
    nodes = sorted({name for group in plan.groups for name in group.names})
    keys = {name: -1 - number for number, name in enumerate(nodes)}
    needed = _needed(plan, batches, keys)
    place = (
        tempfile.TemporaryDirectory(prefix="minewatch-balance-", dir=flow.scratch)
        if len(batches) > 1
        else nullcontext("")
    )
    with place as folder:
        spill = _Spill(Path(folder) if folder else None, (window.days, window.slots))

        def fill(shard: int) -> None:
            _fill(spill, _blocks(lake, shards, shard, window), needed)

        for number, _ in enumerate(spread(fill, range(lake.shards), workers=flow.workers), start=1):
            if flow.told:
                flow.told(number / lake.shards)
        names = plan.books.meters["meter"]
        for number, groups in enumerate(batches):
            held, kw = spill.take(number)
            meters = names.gather(np.maximum(held, 0)).to_list()
            told = [nodes[-1 - key] if key < 0 else name for key, name in zip(held.tolist(), meters, strict=True)]
            yield groups, dict(zip(told, kw, strict=True))


@dataclass(frozen=True, slots=True)
class _Needed:
    """Which batch needs a meter (by row of the books, -1 none) and which batches need a node (by name); keys of nodes."""

    meter: NDArray[np.int32]
    node: dict[str, tuple[int, ...]]
    keys: dict[str, int]


def _needed(plan: GridPlan, batches: Sequence[Sequence[int]], keys: dict[str, int]) -> _Needed:
    meter = np.full(plan.books.meters.height, -1, dtype=np.int32)
    node: dict[str, set[int]] = {}
    for number, groups in enumerate(batches):
        meter[plan.order[plan.first[groups[0]] : plan.first[groups[-1] + 1]]] = number
        for group in groups:
            for name in plan.groups[group].names:
                node.setdefault(name, set()).add(number)
    return _Needed(meter, {name: tuple(sorted(some)) for name, some in node.items()}, keys)


def _fill(spill: "_Spill", blocks: Iterable[tuple[Keys, tuple[str, ...], Readings]], needed: _Needed) -> None:
    for rows, meters, kw in blocks:
        batch = np.where(rows >= 0, needed.meter[rows], -1)
        order = np.argsort(batch, kind="stable")
        cuts = np.append(np.flatnonzero(np.diff(batch[order], prepend=-1)), len(order)).tolist()
        for begin, end in pairwise(cuts):
            chosen = order[begin:end]
            spill.put(int(batch[chosen[0]]), rows[chosen], kw[chosen])
        for place in np.flatnonzero(rows < 0).tolist():
            for number in needed.node.get(meters[place], ()):
                spill.put(number, np.array([needed.keys[meters[place]]]), kw[place : place + 1])


class _Spill:
    """Rows of readings by batch: in files of a folder, or in memory where there is none. Several threads may put."""

    def __init__(self, folder: Path | None, shape: tuple[int, int]) -> None:
        self._folder = folder
        self._shape = shape
        self._held: dict[int, list[tuple[Keys, Readings]]] = {}
        self._lock = Lock()

    def put(self, batch: int, keys: Keys, kw: Readings) -> None:
        """Keep rows for a batch; ``StoreError`` when the disk refuses."""
        if self._folder is None:
            with self._lock:
                self._held.setdefault(batch, []).append((keys, kw.copy()))
            return
        with self._lock, disk_errors(f"writing readings to {self._folder}"):
            for suffix, part in (("keys", keys), ("kw", kw)):
                with (self._folder / f"{batch}.{suffix}").open("ab") as handle:
                    handle.write(np.ascontiguousarray(part).tobytes())

    def take(self, batch: int) -> tuple[Keys, Readings]:
        """Return a batch's rows and forget them."""
        if self._folder is None:
            parts = self._held.pop(batch, [])
            keys = np.concatenate([one for one, _ in parts]) if parts else np.zeros(0, dtype=np.int64)
            return keys, np.concatenate([kw for _, kw in parts]) if parts else np.zeros((0, *self._shape), np.float32)
        paths = [self._folder / f"{batch}.{suffix}" for suffix in ("keys", "kw")]
        if not paths[0].exists():
            return np.zeros(0, dtype=np.int64), np.zeros((0, *self._shape), np.float32)
        keys, kw = np.fromfile(paths[0], np.int64), np.fromfile(paths[1], np.float32)
        for path in paths:
            path.unlink()
        return keys, kw.reshape(-1, *self._shape)
