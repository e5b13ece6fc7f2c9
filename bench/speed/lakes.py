"""Lakes of every size, and what decoding and screening them costs, each measured in a fresh process."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from speed_meters import FIRST, meters_of

from minewatch.stores.blocks import EPOCH
from minewatch.stores.encoding import EncodedDays, encode
from minewatch.stores.lake import Lake, LakeWriter, shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.stores.merging import PartRows

HERE = Path(__file__).parent
DRAWN = 400
"""Different meters drawn; larger lakes repeat them under other names."""

SIZES = ((200, 60), (1000, 60), (5000, 60), (10_000, 365))
LARGEST = (100_000, 365)
"""Meters and days: 3.5 thousand million readings."""

Told = dict[str, Any]


def fill(folder: Path, count: int, days: int) -> Lake:
    """Write a lake of simulated meters: 8 shards up to 30 million readings, 64 (as a workspace has) above."""
    shards = 8 if count * days * 96 <= 30_000_000 else 64
    lake = Lake.create(folder, shards=shards)
    drawn = encode(meters_of(DRAWN, days, 0).reshape(-1, 96), np.arange(0, DRAWN * days, days))
    numbers: list[list[int]] = [[] for _ in range(shards)]
    for number in range(count):
        numbers[shard_of(name_of(number), shards)].append(number)
    with lake.writing() as writer:
        for shard, mine in enumerate(numbers):
            for encoded in drawn:
                add(writer, shard, np.array(mine, np.int64), encoded, days)
        writer.commit([], ImportRecord(writer.sequence, datetime.now(UTC).isoformat(), "bench", 0, {}))
    return lake.refreshed()


def name_of(number: int) -> str:
    return f"51300{number:08d}"


def add(writer: LakeWriter, shard: int, numbers: np.ndarray, encoded: EncodedDays, days: int) -> None:
    """Write the meters ``numbers`` of a shard whose days stand in ``encoded``, byte for byte those of a meter drawn."""
    held = np.searchsorted(encoded.rows, np.arange(0, DRAWN * days + 1, days))
    first, last = held[numbers % DRAWN], held[numbers % DRAWN + 1]
    lengths = last - first
    if not lengths.sum():
        return
    rows = np.arange(lengths.sum()) + np.repeat(first - np.cumsum(lengths) + lengths, lengths)
    piece = replace(
        encoded,
        rows=np.arange(len(rows)),
        planes=tuple(plane[rows] for plane in encoded.planes),
        **{name: getattr(encoded, name)[rows] for name in ("num", "base", "den", "missing")},
    )
    names = np.repeat(np.array([name_of(int(number)) for number in numbers], object), lengths)
    day = (encoded.rows[rows] % days + (FIRST - EPOCH) // timedelta(days=1)).astype(np.int32)
    part = PartRows(names, day, piece, ("bench",), writer.sequence)
    writer._parts.append(writer._write(part, shard=shard, note="bench"))  # noqa: SLF001 - encoding all anew takes minutes


def measured(lake: Path, *arguments: str, cache: str = "") -> Told:
    """Run ``one_lake.py`` on a lake in a fresh process."""
    own = {"MINEWATCH_CACHE": cache} if cache else {}
    command = [sys.executable, str(HERE / "one_lake.py"), str(lake), *arguments]
    threads = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(command, env=os.environ | threads | own, check=True, capture_output=True, text=True)
    found: Told = json.loads(done.stdout)
    return found


@contextmanager
def lake_of(count: int, days: int, folder: Path | None) -> Iterator[Path]:
    """Yield a lake that is gone afterwards, in ``folder`` or where temporary files go."""
    home = Path(tempfile.mkdtemp(prefix="minewatch-bench-", dir=folder))
    try:
        fill(home / "lake", count, days)
        yield home / "lake"
    finally:
        shutil.rmtree(home)


def line_of_cost(sizes: list[tuple[int, int]], folder: Path | None) -> list[str]:
    """Lines of the table from disk to findings; every number is the least of some runs of a fresh process."""
    lines = [
        (
            "| meters × days | readings | decode alone | decode + screen | ratio | ns a reading | readings/s, one worker "
            "| two workers, clock | against one | same for 1, 2, 3 workers | peak, one worker | two |"
        ),
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|---:|---:|",
    ]
    for count, days in sizes:
        runs = str(max(2, min(7, 60_000_000 // (count * days))))
        with lake_of(count, days, folder) as lake:
            decoding = measured(lake, "--decode", "--runs", runs)
            one, two, three = (measured(lake, "--workers", str(n), "--runs", runs if n < 3 else "1") for n in (1, 2, 3))
        readings = decoding["readings"]
        same = len({told["digest"] for told in (one, two, three)}) == 1
        lines.append(
            f"| {count:,} × {days} | {readings / 1e6:,.1f} M | {decoding['processor']:.3f} s | {one['processor']:.3f} s "
            f"| {one['processor'] / decoding['processor']:.1f} | {1e9 * one['processor'] / readings:.1f} "
            f"| {readings / one['processor'] / 1e6:.0f} M | {two['clock']:.2f} s | {one['clock'] / two['clock']:.2f} × "
            f"| {'yes' if same else 'NO'} | {one['peak']:.2f} GiB | {two['peak']:.2f} GiB |"
        )
        sys.stderr.write(lines[-1] + "\n")
    return lines


def cold_start(folder: Path | None) -> list[str]:
    """Lines on the first screening after an installation, and on every later one."""
    with lake_of(200, 60, folder) as lake, tempfile.TemporaryDirectory(dir=folder) as cache:
        fresh = measured(lake, "--runs", "1", "--workers", str(os.cpu_count() or 1), cache=cache)
        again = measured(lake, "--runs", "1", cache=cache)
        warm = measured(lake, "--runs", "5", cache=cache)
        with tempfile.TemporaryDirectory(dir=folder) as other:
            alone = measured(lake, "--runs", "1", cache=other)
    return [
        (
            "Cold start (200 meters × 60 days, seconds of the clock): "
            f"imports {again['imported']:.1f}; first screening of a process {again['first']:.2f}, later ones "
            f"{warm['clock']:.2f}; once after installing, when the kernels are compiled, {fresh['first']:.0f} "
            f"with {os.cpu_count()} processes ({fresh['all_processors']:.0f} s of all processors together, peak of one "
            f"{fresh['peak']:.2f} GiB), {alone['first']:.0f} with one ({alone['all_processors']:.0f} s of the processor, "
            f"{alone['peak']:.2f} GiB)."
        )
    ]
