"""What screening costs, as ratios: ``python bench/speed/screening.py [--write]`` in the bench environment.

Simulated meters of 96 readings a day (households, shops, round-the-clock loads; one in a hundred with an even load on top).
Processor time of one thread, best of three, so that a busy machine does not spoil it; peers on the very same series, fewer
of them where they are slow. The last table goes from a lake on disk to findings, everything included.
"""

import argparse
import platform
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import numpy as np
import polars as pl
import pycatch22
from aeon.transformations.collection.convolution_based import MiniRocket
from aeon.transformations.collection.feature_based import Catch22

from minewatch.detect.block import Block
from minewatch.detect.looks import take_glances, take_looks
from minewatch.detect.screen import screen_block
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.usecases.screen import screen_lake

FIRST = date(2021, 1, 1)
PAGE = Path(__file__).parents[2] / "docs/benchmarks.md"


def meters_of(count: int, days: int, seed: int) -> np.ndarray:
    """Draw (meters, days, 96) in kW, rounded to Wh."""
    rng = np.random.default_rng(seed)
    hour = (np.arange(96) + 0.5) / 4
    peak = rng.uniform(7, 21, (count, 1, 1))
    shape = rng.uniform(0.05, 0.6, (count, 1, 1)) + np.exp(-(((hour - peak) / 3) ** 2))
    kw = shape * rng.lognormal(0, 0.2, (count, days, 1)) * rng.gamma(4, 0.25, (count, days, 96))
    kw *= rng.lognormal(0, 1, (count, 1, 1))
    kw[::100] += 2.0
    return (np.rint(kw * 250) / 250).astype(np.float32)


def best(work: Callable[[], object], runs: int = 3) -> float:
    """Processor seconds of the quickest of some runs, after one that warms up."""
    work()
    took = []
    for _ in range(runs):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


def in_memory(days: int) -> Iterator[tuple[str, float]]:
    """Yield name and readings a second of each step and peer."""
    kw = meters_of(400, days, 0)
    names = tuple(f"m{i}" for i in range(len(kw)))
    block = Block(names, FIRST, kw)
    yield "sum of the array (limit)", kw.size / best(lambda: kw.sum(dtype=np.float64))
    yield "**screen, all included**", kw.size / best(lambda: screen_block(block))
    yield "a glance at every meter", kw.size / best(lambda: take_glances(block))
    yield "cheap looks at every meter", kw.size / best(lambda: take_looks(block, costly=False))
    yield "all looks, the costly ones too", kw.size / best(lambda: take_looks(block, costly=True))
    some = kw[:40].reshape(40, -1).astype(np.float64)
    catch = Catch22(n_jobs=1)
    yield "aeon Catch22, features alone", some.size / best(lambda: catch.fit_transform(some[:, None, :]), 1)
    few = [list(series) for series in some[:8]]
    yield (
        "pycatch22, features alone",
        some[:8].size / best(lambda: [pycatch22.catch22_all(series) for series in few], 1),
    )
    rocket = MiniRocket(n_jobs=1, random_state=0)
    rocket.fit(some[:, None, :].astype(np.float32))
    yield (
        "MiniRocket transform alone",
        some.size / best(lambda: rocket.transform(some[:, None, :].astype(np.float32)), 1),
    )


def fill(folder: Path, count: int, days: int) -> Lake:
    """Write a lake of simulated meters."""
    lake = Lake.create(folder, shards=8)
    names = np.array([f"51300{number:08d}" for number in range(count)])
    shard = np.array([shard_of(name, 8) for name in names])
    with lake.writing() as writer:
        for number in range(8):
            mine = names[shard == number]
            if not len(mine):
                continue
            kw = meters_of(len(mine), days, number)
            frame = pl.DataFrame(
                {
                    "meter": np.repeat(mine, days),
                    "day": [FIRST + timedelta(days=d) for d in range(days)] * len(mine),
                    "kw": pl.Series(kw.reshape(-1, 96), dtype=pl.Array(pl.Float32, 96)),
                }
            )
            writer.add(frame, shard=number, slots=96, sources=["bench"], reader_version="bench")
        writer.commit([], ImportRecord(writer.sequence, "2026-01-01T00:00:00+00:00", "bench", 0, {}))
    return lake.refreshed()


def decode(lake: Lake) -> int:
    return sum(block.kw.size for shard in range(lake.shards) for block in lake.blocks(shard, 96))


def from_lake(sizes: list[int], days: int) -> list[str]:
    """Rows of the table from disk to findings."""
    rows = []
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            lake = fill(Path(folder) / "lake", count, days)
            readings = decode(lake)
            decoding = best(lambda lake=lake: decode(lake), 2)
            screening = best(lambda lake=lake: screen_lake(lake=lake, workers=1), 2)
            same = screen_lake(lake=lake, workers=1).equals(screen_lake(lake=lake, workers=3))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        rows.append(
            f"| {readings / 1e6:.1f} M | {decoding:.2f} s | {screening:.2f} s | {screening / decoding:.1f} | "
            f"{readings / screening / 1e6:.1f} M | {'yes' if same else 'NO'} | {peak:.2f} GiB |"
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--meters", type=int, nargs="+", default=[200, 1000, 5000])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rates = dict(in_memory(options.days))
    ours = rates["**screen, all included**"]
    lines = [
        (
            f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, one thread, {options.days} days of 96 readings; Python "
            f"{platform.python_version()}, numpy {version('numpy')}, numba {version('numba')}, aeon {version('aeon')}, "
            f"pycatch22 {version('pycatch22')}."
        ),
        "",
        "| in memory | M readings/s | the screen is faster by |",
        "|---|---:|---:|",
        *(f"| {name} | {rate / 1e6:.2f} | {ours / rate:.2f} |" for name, rate in rates.items()),
        "",
        "| lake on disk | decode alone | decode + screen | ratio | readings/s | same for 1 and 3 workers | peak memory |",
        "|---:|---:|---:|---:|---:|---|---:|",
        *from_lake(options.meters, options.days),
    ]
    print("\n".join(lines))
    if options.write:
        begin, end = "<!-- speed: begin -->\n", "<!-- speed: end -->"
        page = PAGE.read_text("utf-8")
        PAGE.write_text(page.split(begin)[0] + begin + "\n".join(lines) + "\n" + end + page.split(end)[1], "utf-8")


if __name__ == "__main__":
    main()
