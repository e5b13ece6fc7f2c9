"""Decode or screen one lake in a fresh process and print, as JSON, what it cost: ``python bench/speed/one_lake.py LAKE``.

Nothing but minewatch is imported here, so that the peak of memory is that of a screening. It is the high-water mark of this
process alone (``VmHWM``).
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

STARTED = time.perf_counter()

from minewatch.detect.identity import shipped_judge  # noqa: E402 - the clock must stand before the imports
from minewatch.stores.lake import Lake  # noqa: E402
from minewatch.usecases.screen import BLOCK_READINGS, screen_lake  # noqa: E402

IMPORTED = time.perf_counter()


def cost(work: Callable[[], object], runs: int) -> dict[str, float]:
    """Seconds of the processor and of the clock, each the least of some runs, and of the first run's clock."""
    processor, clock = [], []
    for _ in range(runs):
        start = time.process_time(), time.perf_counter()
        work()
        processor.append(time.process_time() - start[0])
        clock.append(time.perf_counter() - start[1])
    return {"processor": min(processor), "clock": min(clock), "first": clock[0]}


def decode(lake: Lake) -> int:
    return sum(
        block.kw.size
        for slots in lake.slot_kinds
        for shard in range(lake.shards)
        for block in lake.blocks(shard, slots, readings=BLOCK_READINGS)
    )


def children_seconds() -> float:
    """Processor seconds of the processes that compiled beside this one."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_gib() -> float:
    """Most memory this process ever held."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lake", type=Path)
    parser.add_argument("--decode", action="store_true", help="decode only")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    lake = Lake.open(options.lake)
    told: dict[str, object] = {"imported": IMPORTED - STARTED}
    if options.decode:
        told["readings"] = decode(lake)
        told |= cost(lambda: decode(lake), options.runs)
    else:
        found = []

        def screen() -> None:
            found[:] = [screen_lake(lake=lake, judge=shipped_judge(), workers=options.workers)]

        told |= cost(screen, options.runs)
        told["peak"] = peak_gib()
        told["all_processors"] = time.process_time() + children_seconds()
        told["digest"] = sha256(found[0].write_ndjson().encode()).hexdigest()
        told["meters"] = found[0].height
    print(json.dumps(told))


if __name__ == "__main__":
    main()
