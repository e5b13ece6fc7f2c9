"""Screen a lake: every meter gets a finding. The same bits for any number of workers and however meters were partitioned."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.block import NOTHING_ELSE, Block, Context
from minewatch.detect.identity import Judge, shipped_judge
from minewatch.detect.ready import unready
from minewatch.detect.screen import SCHEMA, screen_blocks
from minewatch.model.text import Text
from minewatch.usecases.prepare import prepare

BLOCK_READINGS = 1_000_000
"""Readings of a block: few enough to stay in the processor's cache between decoding and judging. No figure depends on it."""

Progress = Callable[[int, int], None]
"""Told (done, all) work units."""


def unwatched(_done: int, _all: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how far each stage of a run is, as (done, all): simulating, reading (bytes), screening (units)."""

    simulating: Progress = unwatched
    reading: Progress = unwatched
    screening: Progress = unwatched


NOBODY = Watch()
"""A run that nobody watches."""


def first_time() -> Text | None:
    """Return what to tell people before a screening that has to compile its kernels first; None where that is done."""
    if not unready():
        return None
    return Text(
        "First screening on this computer: it prepares itself once, which takes about half a minute on two processors.",
        "本机首次筛查：需先做一次准备，双核处理器约需半分钟。",
    )


class MeterBlockLike(Protocol):
    """Whole meters over a common window, as the lake gives them; ``kw`` may be overwritten by the next block."""

    @property
    def meters(self) -> tuple[str, ...]: ...  # noqa: D102 - a port's attributes are told in its class
    @property
    def first_day(self) -> date: ...  # noqa: D102
    @property
    def kw(self) -> NDArray[np.float32]: ...  # noqa: D102


class ReadingsSource(Protocol):
    """What screening needs of a lake."""

    @property
    def shards(self) -> int: ...  # noqa: D102
    @property
    def slot_kinds(self) -> tuple[int, ...]: ...  # noqa: D102
    def shard_digest(self, shard: int, slots: int) -> str: ...  # noqa: D102
    def blocks(self, shard: int, slots: int, *, readings: int = ...) -> Iterator[MeterBlockLike]: ...  # noqa: D102


class Results(Protocol):
    """Where finished work units are kept (see ``stores.results``)."""

    def get(self, key: str) -> pl.DataFrame | None: ...  # noqa: D102
    def put(self, key: str, frame: pl.DataFrame) -> None: ...  # noqa: D102
    def keep_only(self, keys: frozenset[str]) -> None: ...  # noqa: D102


class Around(Protocol):
    """What else is known, unit by unit (``usecases.screen_context``); a ``Context`` says it of all blocks alike."""

    def digest(self, shard: int, slots: int) -> str: ...  # noqa: D102
    def of(self, block: Block) -> Context: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit of work: the days of one kind in one shard, and the key that names its result."""

    shard: int
    slots: int
    key: str


def screen_lake(
    *,
    lake: ReadingsSource,
    context: Context | Around = NOTHING_ELSE,
    judge: Judge | None = None,
    workers: int = 2,
    results: Results | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Screen every meter of ``lake`` and return findings as ``model.tables.FINDINGS`` says, most suspicious first.

    A meter that has days of several kinds (say 15 minutes, later 60) is judged on the kind with the most readings in time.
    With ``results``, finished units are kept and not done again while their input, the context and the detector
    (model, rules and kernels) stay the same. ``judge`` is the shipped model unless another is given.
    The first screening on a computer compiles first, with as many processes as it has ``workers``.
    """
    judge = judge or shipped_judge()
    prepare(processes=workers)
    around = _Alike(context) if isinstance(context, Context) else context
    units = [
        Unit(shard, slots, _key(lake.shard_digest(shard, slots), shard, slots, around, judge.detector))
        for slots in lake.slot_kinds
        for shard in range(lake.shards)
    ]

    def work(unit: Unit) -> pl.DataFrame:
        kept = results.get(unit.key) if results else None
        if kept is not None:
            return kept
        blocks = (
            Block(block.meters, block.first_day, block.kw)
            for block in lake.blocks(unit.shard, unit.slots, readings=BLOCK_READINGS)
        )
        found = screen_blocks(blocks, context=around.of, model=judge.model)
        if results:
            results.put(unit.key, found)
        return found

    frames = []
    with ThreadPoolExecutor(max_workers=max(workers, 1)) as pool:
        try:
            for done, frame in enumerate(pool.map(work, units), start=1):
                frames.append(frame)
                if progress:
                    progress(done, len(units))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if results:
        results.keep_only(frozenset(unit.key for unit in units))
    return ranked(pl.concat(frames) if frames else pl.DataFrame(schema=SCHEMA))


def ranked(findings: pl.DataFrame) -> pl.DataFrame:
    """Return one row a meter (the kind of day with the most time read), most suspicious first, ties by kW, then by meter."""
    return (
        findings.with_columns(
            time_read=pl.col("coverage") * ((pl.col("last_day") - pl.col("first_day")).dt.total_days() + 1)
        )
        .sort("time_read", "slots", descending=[True, True], nulls_last=True)
        .unique("meter_id", keep="first", maintain_order=True)
        .drop("time_read")
        .sort("probability", "mining_kw", "meter_id", descending=[True, True, False], nulls_last=True)
    )


def without_readings(meters: Sequence[str]) -> pl.DataFrame:
    """Return findings for meters that were named in the files but gave no usable reading: probability 0, said as such."""
    rows = {"meter_id": list(meters), "probability": [0.0] * len(meters), "coverage": [0.0] * len(meters)}
    notes = pl.Series("data_notes", [["no_readings"]] * len(meters), dtype=pl.List(pl.String))
    empty = [
        pl.Series(name, [[]] * len(meters), dtype=dtype)
        for name, dtype in SCHEMA.items()
        if isinstance(dtype, pl.List) and name != "data_notes"
    ]
    frame = pl.DataFrame(rows).with_columns(notes, *empty)
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _key(digest: str, shard: int, slots: int, around: Around, detector: str) -> str:
    given = sha256(repr((digest, shard, slots, detector, around.digest(shard, slots))).encode())
    return given.hexdigest()


@dataclass(frozen=True, slots=True)
class _Alike:
    """The same context for every block."""

    context: Context

    def digest(self, shard: int, slots: int) -> str:
        del shard, slots
        given = self.context
        parts = [
            *(_arrays(table) for table in (given.temperature_c, given.reactive_kvar, given.currents_a)),
            *(repr(sorted(table.items())) for table in (given.declared_use, given.phase_volts, given.places)),
            *(repr(sorted(table.items())) for table in (given.outages, given.deadlines)),
            repr(sorted(given.contracts.items())),
            repr((sorted(given.holidays), given.deadline, given.prevalence)),
        ]
        return sha256("|".join(parts).encode()).hexdigest()

    def of(self, block: Block) -> Context:
        del block
        return self.context


def _arrays(table: Mapping[str, NDArray[np.float32]]) -> str:
    return repr([(name, sha256(table[name].tobytes()).hexdigest()) for name in sorted(table)])
