"""Time and memory of a balance over many nodes, against decoding the same readings. All data is simulated.

    python bench/balance/scale.py --feeders 150 --folder /tmp/scale

Every feeder has six transformer areas of sixty meters; 30 days of hours. Curves are households with a random mine at every
twentieth area. Peak memory is the process's own, so each size is a run of its own.
"""

import argparse
import json
import resource
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from minewatch.stores.gridstore import GridStore
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord, SourceRecord
from minewatch.usecases.balance import run_balance

FIRST = date(2021, 5, 24)
DAYS, SLOTS, AREAS, METERS, SHARDS = 30, 24, 6, 60, 64


def feeder_of(number: int) -> tuple[list[tuple[str, str | None, str]], dict[str, np.ndarray]]:
    """Lines of the tree and curves of one feeder."""
    rng = np.random.default_rng([1, number])
    hour = np.arange(SLOTS)
    day = 0.15 + 0.5 * np.exp(-(((hour - 19.5) / 2.5) ** 2))
    feeder = f"F{number:06d}"
    lines: list[tuple[str, str | None, str]] = [(feeder, None, "feeder")]
    curves: dict[str, np.ndarray] = {}
    total = np.zeros((DAYS, SLOTS))
    for area in range(AREAS):
        name = f"A{number:06d}{area}"
        lines.append((name, feeder, "area"))
        kw = rng.lognormal(0.0, 0.4, (METERS, 1, 1)) * day * rng.gamma(2.0, 0.5, (METERS, DAYS, SLOTS))
        below = kw.sum(axis=0) + (3.0 if (number * AREAS + area) % 20 == 0 else 0.0)
        supply = below * 1.015 + 0.2
        total += supply
        curves[name] = supply.astype(np.float32)
        for meter in range(METERS):
            identity = f"M{number:06d}{area}{meter:02d}"
            lines.append((identity, name, "meter"))
            curves[identity] = np.round(kw[meter], 3).astype(np.float32)
    curves[feeder] = (total * 1.01).astype(np.float32)
    return lines, curves


def build(folder: Path, feeders: int) -> tuple[Lake, GridStore]:
    """Write the lake and the grid."""
    lake = Lake.create(folder / "lake", shards=SHARDS)
    lines: list[tuple[str, str | None, str]] = []
    shards: dict[int, dict[str, np.ndarray]] = {number: {} for number in range(SHARDS)}
    for number in range(feeders):
        own, curves = feeder_of(number)
        lines += own
        for name, kw in curves.items():
            shards[shard_of(name, SHARDS)][name] = kw
    days = [FIRST + timedelta(days=one) for one in range(DAYS)]
    with lake.writing() as writer:
        for shard, curves in shards.items():
            names = sorted(curves)
            kw = np.concatenate([curves[name] for name in names])
            frame = pl.DataFrame(
                {
                    "meter": np.repeat(names, DAYS),
                    "day": pl.Series(days * len(names), dtype=pl.Date),
                    "kw": pl.Series(kw, dtype=pl.Array(pl.Float32, SLOTS)),
                }
            )
            writer.add(frame, shard=shard, slots=SLOTS, sources=["0" * 64], reader_version="bench")
        record = SourceRecord("0" * 64, str(folder), 1, "bench", "bench", writer.sequence)
        writer.commit([record], ImportRecord(writer.sequence, "2021-07-01T00:00:00+00:00", "bench", 0, {}))
    grid = pl.DataFrame(lines, schema=["node", "parent", "kind"], orient="row").with_columns(
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
    return lake.refreshed(), store


def main() -> None:
    """Build if need be, decode, balance, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeders", type=int, default=150)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--readings", type=int, default=10_000_000, help="readings held at a time")
    given = parser.parse_args()
    if not (given.folder / "lake").exists():
        given.folder.mkdir(parents=True, exist_ok=True)
        build(given.folder, given.feeders)
        return
    lake, store = Lake.open(given.folder / "lake"), GridStore(given.folder / "grid")
    begin = time.perf_counter()
    count = sum(block.kw.size for shard in range(lake.shards) for block in lake.blocks(shard, SLOTS))
    decoding = time.perf_counter() - begin
    begin = time.perf_counter()
    run = run_balance(lake=lake, store=store, readings=given.readings)
    balancing = time.perf_counter() - begin
    figures = {
        "nodes": len(run.findings),
        "readings": count,
        "decoding_seconds": round(decoding, 2),
        "balancing_seconds": round(balancing, 2),
        "ratio": round(balancing / decoding, 1),
        "flagged": sum(one.flagged for one in run.findings),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
