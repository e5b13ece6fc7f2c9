"""How many shards, how large a row group: ``python bench/lake/shards.py [METERS [DAYS]]``.

Writes the same simulated meters (whole Wh, 96 a day) to lakes of several shapes and reads every block back. Times are
processor time of one thread of reading (best of several runs, page cache warm); the rate is given as a share of the rate of
copying as much float32 in memory. The last two rows hold as many readings as one import and as one import a day.
"""

import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from minewatch.stores import parts
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord

RUNS = 3
FIRST = date(2021, 1, 1)


def frame(meters: list[str], days: range, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    shape = (len(meters) * len(days), 96)
    kw = (np.rint(rng.gamma(2, 30, (shape[0], 1)) * rng.gamma(3, 1 / 3, shape)) / 1000 * 4).astype(np.float32)
    dates = pl.Series([FIRST + timedelta(days=day) for day in days])
    return pl.DataFrame(
        {
            "meter": pl.Series(meters).gather(np.repeat(np.arange(len(meters)), len(days))),
            "day": dates.gather(np.tile(np.arange(len(days)), len(meters))),
            "kw": pl.Series(kw, dtype=pl.Array(pl.Float32, 96)),
        }
    )


def fill(folder: Path, meters: list[str], pieces: list[range], shards: int) -> Lake:
    lake = Lake.create(folder, shards=shards)
    for piece in pieces:
        with lake.writing() as writer:
            for shard in range(shards):
                mine = [meter for meter in meters if shard_of(meter, shards) == shard]
                if mine:
                    days = frame(mine, piece, shard + shards * piece.start)
                    writer.add(days, shard=shard, slots=96, sources=["bench"], reader_version="bench")
            writer.commit([], ImportRecord(writer.sequence, "2026-01-01T00:00:00+00:00", "bench", 0, {}))
    return lake.refreshed()


def read_all(lake: Lake) -> int:
    return sum(block.kw.size for shard in range(lake.shards) for block in lake.blocks(shard, 96))


def measure(lake: Lake) -> tuple[float, int]:
    readings = read_all(lake)
    best = 1e9
    for _ in range(RUNS):
        start = time.process_time()
        read_all(lake)
        best = min(best, time.process_time() - start)
    return readings / best, readings


def copy_rate() -> float:
    a = np.ones(4_000_000, np.float32)
    b = np.empty_like(a)
    np.copyto(b, a)
    best = 1e9
    for _ in range(20):
        start = time.process_time()
        np.copyto(b, a)
        best = min(best, time.process_time() - start)
    return a.size / best


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    days = int(sys.argv[2]) if len(sys.argv) > 2 else 365
    meters = [f"51300{number:08d}" for number in range(count)]
    limit = copy_rate()
    print("| shards | row group | imports | readings | bytes a reading | M readings/s | of memory copy | peak RSS MB |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    whole = [range(days)]
    daily = [range(day, day + 1) for day in range(min(days, 60))]
    shapes = [(16, 4, whole), (64, 1, whole), (64, 4, whole), (64, 8, whole), (256, 4, whole)]
    shapes += [(64, 4, [range(len(daily))]), (64, 4, daily)]
    for shards, group, pieces in shapes:
        parts.GROUP_READINGS = group * 1_000_000
        with tempfile.TemporaryDirectory() as folder:
            lake = fill(Path(folder) / "lake", meters, pieces, shards)
            rate, readings = measure(lake)
            size = sum(part.bytes for part in lake.manifest.parts) / readings
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"| {shards} | {group} M | {len(pieces)} | {readings / 1e6:.1f} M | {size:.2f} | {rate / 1e6:.0f} "
            f"| {rate / limit:.3f} | {peak} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
