"""Time and memory of a balance over many nodes, against decoding the same readings. All data is simulated.

    python bench/balance/scale.py --feeders 150 --folder /tmp/scale    # twice: builds, then measures

Every feeder has six transformer areas of 117 meters; 30 days of hours. Curves are households with a mine at every twentieth
area; 24 feeders are drawn, the others repeat them moved by whole weeks. Times are the process's CPU seconds, on one core
with OMP_NUM_THREADS=1 and POLARS_MAX_THREADS=1; peak memory is the process's own, so each size is a run of its own.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from minewatch.stores.gridstore import GridStore
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord, SourceRecord
from minewatch.usecases.balance import Effort, run_balance

FIRST = date(2021, 5, 24)
DAYS, SLOTS, AREAS, METERS, SHARDS = 30, 24, 6, 117, 64
TEMPLATES = 24
"""Feeders whose curves are drawn; the others repeat them, each area moved by some whole days."""


@cache
def template(number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the curves of a feeder's meters (areas, meters, days, slots) and what its areas and itself were supplied with."""
    rng = np.random.default_rng([1, number])
    hour = np.arange(SLOTS)
    day = 0.15 + 0.5 * np.exp(-(((hour - 19.5) / 2.5) ** 2))
    kw = rng.lognormal(0.0, 0.4, (AREAS, METERS, 1, 1)) * day * rng.gamma(2.0, 0.5, (AREAS, METERS, DAYS, SLOTS))
    kw = np.round(kw, 3)
    mine = np.array([3.0 if (number * AREAS + area) % 20 == 0 else 0.0 for area in range(AREAS)])
    areas = (kw.sum(axis=1) + mine[:, None, None]) * 1.015 + 0.2
    supply = np.concatenate([areas, areas.sum(axis=0, keepdims=True) * 1.01])
    return kw.astype(np.float32), supply.astype(np.float32)


def curve_of(name: str) -> np.ndarray:
    """Return the curve of a meter (M), area (A) or feeder (F) by its name."""
    number = int(name[1:7])
    kw, supply = template(number % TEMPLATES)
    if name[0] == "F":
        found = supply[AREAS]
    elif name[0] == "A":
        found = supply[int(name[7])]
    else:
        found = kw[int(name[7]), int(name[8:])]
    return np.roll(found, 7 * (number // TEMPLATES % 4), axis=0)


def lines_of(feeders: int) -> Iterator[tuple[str, str | None, str]]:
    """Yield the lines of the tree."""
    for number in range(feeders):
        feeder = f"F{number:06d}"
        yield feeder, None, "feeder"
        for area in range(AREAS):
            name = f"A{number:06d}{area}"
            yield name, feeder, "area"
            for meter in range(METERS):
                yield f"M{number:06d}{area}{meter:03d}", name, "meter"


def build(folder: Path, feeders: int) -> None:
    """Write the lake, shard after shard, and the grid."""
    lake = Lake.create(folder / "lake", shards=SHARDS)
    grid = pl.DataFrame(lines_of(feeders), schema=["node", "parent", "kind"], orient="row")
    shard = np.array([shard_of(name, SHARDS) for name in grid["node"]])
    days = [FIRST + timedelta(days=one) for one in range(DAYS)]
    with lake.writing() as writer:
        for number in range(SHARDS):
            names = np.sort(grid["node"].gather(np.flatnonzero(shard == number)).to_numpy())
            for some in np.array_split(names, max(len(names) // 20_000, 1)):
                kw = np.concatenate([curve_of(name) for name in some])
                frame = pl.DataFrame(
                    {
                        "meter": np.repeat(some, DAYS),
                        "day": pl.Series(days * len(some), dtype=pl.Date),
                        "kw": pl.Series(kw, dtype=pl.Array(pl.Float32, SLOTS)),
                    }
                )
                writer.add(frame, shard=number, slots=SLOTS, sources=["0" * 64], reader_version="bench")
        record = SourceRecord("0" * 64, str(folder), 1, "bench", "bench", writer.sequence)
        writer.commit([record], ImportRecord(writer.sequence, "2021-07-01T00:00:00+00:00", "bench", 0, {}))
    grid = grid.with_columns(
        pl.lit(None, dtype=pl.Date).alias("valid_from"),
        pl.lit(None, dtype=pl.Date).alias("valid_to"),
        pl.lit("bench").alias("file"),
        pl.lit(0).alias("line"),
    )
    store = GridStore(folder / "grid")
    store.add("grid", "0" * 64, grid)
    meters = grid.filter(pl.col("kind") == "meter").select(
        pl.col("node").alias("meter"),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("customer", "voltage", "direction")),
        pl.lit("household").alias("declared_use"),
        pl.lit(1.0).alias("ct"),
        pl.lit(1.0).alias("pt"),
    )
    store.add("meters", "1" * 64, meters)


def told(done: int, total: int) -> None:
    """Draw how far the run is."""
    if sys.stderr.isatty():
        print(f"\r{100 * done / total:5.1f} %", end="", file=sys.stderr)


def main() -> None:
    """Build if need be, decode, balance, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeders", type=int, default=150)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--readings", type=int, default=20_000_000, help="readings held at a time")
    parser.add_argument("--workers", type=int, default=1, help="threads")
    given = parser.parse_args()
    if not (given.folder / "lake").exists():
        given.folder.mkdir(parents=True, exist_ok=True)
        build(given.folder, given.feeders)
        return
    lake, store = Lake.open(given.folder / "lake"), GridStore(given.folder / "grid")
    begin = time.process_time()
    count = sum(block.kw.size for shard in range(lake.shards) for block in lake.blocks(shard, SLOTS))
    decoding = time.process_time() - begin
    begin, watch = time.process_time(), time.perf_counter()
    effort = Effort(readings=given.readings, workers=given.workers, scratch=given.folder)
    run = run_balance(lake=lake, store=store, effort=effort, progress=told)
    balancing = time.process_time() - begin
    figures = {
        "nodes": len(run.findings),
        "meters": sum(one.read_meters for one in run.findings),
        "readings": count,
        "decoding_cpu_seconds": round(decoding, 2),
        "balancing_cpu_seconds": round(balancing, 2),
        "balancing_wall_seconds": round(time.perf_counter() - watch, 2),
        "ratio": round(balancing / decoding, 1),
        "flagged": sum(one.flagged for one in run.findings),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
