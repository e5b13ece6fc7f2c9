"""What screening costs, as ratios: ``python bench/speed/screening.py [--write]`` in the bench environment.

Simulated meters of 96 readings a day (households, shops, round-the-clock loads; one in a hundred with an even load on top).
Processor time of one thread, best of three, so that a busy machine does not spoil it; peers on the very same series, fewer
of them where they are slow. The second table goes from a lake on disk to findings, everything included, each size in fresh
processes that import nothing but minewatch; ``--largest`` adds 3.5 thousand million readings.
"""

import argparse
import cProfile
import platform
import pstats
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pycatch22
from aeon.transformations.collection.convolution_based import MiniRocket
from aeon.transformations.collection.feature_based import Catch22
from lakes import LARGEST, SIZES, cold_start, lake_of, line_of_cost
from speed_meters import FIRST, meters_of

from minewatch.detect.block import Block
from minewatch.detect.looks import take_glances, take_looks
from minewatch.detect.screen import screen_block
from minewatch.stores.lake import Lake
from minewatch.usecases.documentation import write_between
from minewatch.usecases.screen import screen_lake

PAGE = Path(__file__).parents[2] / "docs/benchmarks.md"


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


def in_memory_table(days: int) -> list[str]:
    """Lines of the table of steps and peers."""
    rates = dict(in_memory(days))
    ours = rates["**screen, all included**"]
    return [
        "| in memory, one thread | M readings/s | the screen is faster by |",
        "|---|---:|---:|",
        *(f"| {name} | {rate / 1e6:.2f} | {ours / rate:.2f} |" for name, rate in rates.items()),
        "",
    ]


def profile_lines(folder: Path | None) -> list[str]:
    """Where a profiler sees the time go, from lake to findings: own time by function, one worker."""
    with lake_of(2_000, 365, folder) as place:
        lake = Lake.open(place)
        work = [lambda: screen_lake(lake=lake, workers=1)] * 2
        work[0]()
        profiler = cProfile.Profile()
        # Work done in a thread of the pool is seen only by a profiler of that thread.
        threading.setprofile(lambda *_: profiler.enable())
        work[1]()
        threading.setprofile(None)
    found = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    own = sorted(((row[2], name) for (_, _, name), row in found.items()), reverse=True)
    whole = sum(seconds for seconds, _ in own)
    told = "; ".join(f"`{name}` {seconds / whole:.0%}" for seconds, name in own[:10])
    return [f"Where the time goes (own time by function, cProfile, 2,000 × 365): {told}."]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument(
        "--largest", action="store_true", help="3.5 thousand million readings too: 4 GB of disk, minutes"
    )
    parser.add_argument("--lake-only", action="store_true", help="only what is measured from a lake on disk")
    parser.add_argument("--folder", type=Path, help="where the lakes are made for the time being")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sizes = [*SIZES, *([LARGEST] if options.largest else [])]
    lines = [
        (
            f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {options.days} days of 96 readings in memory; Python "
            f"{platform.python_version()}, numpy {version('numpy')}, numba {version('numba')}, aeon {version('aeon')}, "
            f"pycatch22 {version('pycatch22')}."
        ),
        "",
        *([] if options.lake_only else in_memory_table(options.days)),
        *line_of_cost(sizes, options.folder),
        "",
        *cold_start(options.folder),
        "",
        *profile_lines(options.folder),
    ]
    print("\n".join(lines))
    if options.write:
        write_between(PAGE, name="speed", text="\n".join(lines))


if __name__ == "__main__":
    main()
