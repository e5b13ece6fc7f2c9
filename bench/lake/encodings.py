"""Which bytes for a day: size and speed of every layout that was considered. ``python bench/lake/encodings.py``.

For each data set the days are written in each layout as one Parquet file (row groups of about 4 M readings), read back with
one thread into one float32 array that is used again and again, and compared bit for bit. The rate is given as a share of
the rate of copying the same float32 array in memory, which no reader can beat. Times are processor time, so that other work
on the machine disturbs them little; best of several runs, page cache warm.
The simulated sets are made here from a seed; the real ones are read from ``shared/data`` above the repository if it is there.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from minewatch.stores.encoding import EncodedDays, canonical, decode, encode

GROUP = 4_000_000
RUNS = 5


@dataclass
class Days:
    """Days of some meters: kW of shape (rows, slots) and the first row of each meter."""

    name: str
    kw: np.ndarray
    starts: np.ndarray


def simulated() -> list[Days]:
    rng = np.random.default_rng(20210617)
    meters, days = 100, 365
    daily = 1 + 0.5 * np.sin(np.arange(96) / 96 * 2 * np.pi)
    size = rng.gamma(2, 30, (meters * days, 1)) * daily * rng.gamma(3, 1 / 3, (meters * days, 96))
    starts = np.arange(0, meters * days, days)
    gaps = rng.random(size.shape) < 0.002
    house = (np.rint(size) / 1000 * 4).astype(np.float32)
    house[gaps] = np.nan
    ratio = (np.rint(size) * 0.01 * 4 * 30).astype(np.float32)
    noise = (size / 250).astype(np.float32)
    return [
        Days("simulated, 96 a day, whole Wh", house, starts),
        Days("simulated, 96 a day, 0.01 kWh x 30", ratio, starts),
        Days("simulated, 96 a day, no decimals", noise, starts),
    ]


def real() -> list[Days]:
    home = next(
        (up / "shared" / "data" / "meters" for up in Path(__file__).parents if (up / "shared" / "data").is_dir()), None
    )
    found = []
    for stem, slots in (("cambridge_buildings_60min", 24), ("sgsc_houses_30min", 48), ("bdg2_buildings_60min", 24)):
        path = home / f"{stem}.parquet" if home else None
        if path is None or not path.exists():
            sys.stderr.write(f"{stem}: not here, left out\n")
            continue
        columns = pl.read_parquet(path).select(pl.selectors.numeric()).to_numpy().astype(np.float32)
        days = len(columns) // slots
        kw = np.ascontiguousarray(columns[: days * slots].T).reshape(-1, slots)
        found.append(Days(f"{stem} (real)", kw, np.arange(columns.shape[1]) * days))
    return found


def fixed(plane: np.ndarray) -> pa.Array:
    flat = np.ascontiguousarray(plane).view(np.uint8).reshape(len(plane), -1)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(flat.shape[1]), len(flat), [None, pa.py_buffer(flat)])


def raw(column: pa.ChunkedArray, width: int) -> np.ndarray:
    (chunk,) = column.chunks
    return np.frombuffer(chunk.buffers()[1], np.uint8, len(chunk) * width, chunk.offset * width).reshape(-1, width)


Layout = tuple[str, str, Callable[[Path], None], Callable[[Path, np.ndarray], None]]
"""Name, codec, writer, reader."""


def write(path: Path, columns: dict[str, pa.Array], codec: str, slots: int, **options: object) -> None:
    pq.write_table(pa.table(columns), path, compression=codec, row_group_size=GROUP // slots, **options)


def groups(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path, pre_buffer=False) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, use_threads=False)


def float_layouts(kw: np.ndarray) -> list[Layout]:
    """Lay float32 out as lists and as fixed-size days."""
    slots = kw.shape[1]

    def lists(path: Path, out: np.ndarray) -> None:
        at = 0
        for table in groups(path):
            flat = table.column("kw").chunk(0).flatten().to_numpy(zero_copy_only=False).reshape(-1, slots)
            out[at : at + len(flat)] = flat
            at += len(flat)

    def floats(path: Path, out: np.ndarray) -> None:
        at = 0
        for table in groups(path):
            flat = raw(table.column("kw"), 4 * slots).view(np.float32)
            out[at : at + len(flat)] = flat
            at += len(flat)

    nested = pa.FixedSizeListArray.from_arrays(pa.array(kw.ravel()), slots)
    split = {"use_dictionary": False, "use_byte_stream_split": True}
    plain = {"use_dictionary": False}
    return [
        ("list<float32>, dictionary", "zstd", lambda p: write(p, {"kw": nested}, "zstd", slots), lists),
        ("list<float32>, byte stream split", "zstd", lambda p: write(p, {"kw": nested}, "zstd", slots, **split), lists),
        *(
            ("binary day, float32", codec, lambda p, c=codec: write(p, {"kw": fixed(kw)}, c, slots, **plain), floats)
            for codec in ("none", "lz4", "zstd")
        ),
    ]


def plane_layouts(days: EncodedDays) -> list[Layout]:
    """Three ways to lay the bytes of the lake's own encoding, each with two codecs."""
    slots, count = days.planes[0].shape[1], len(days.planes)
    together = np.concatenate(days.planes, axis=1)
    woven = np.stack(days.planes, axis=2).reshape(len(together), -1)

    def of_columns(table: pa.Table) -> list[np.ndarray]:
        return [raw(table.column(f"p{i}"), slots) for i in range(count)]

    def of_one(table: pa.Table) -> list[np.ndarray]:
        flat = raw(table.column("p"), slots * count)
        return [flat[:, i * slots : (i + 1) * slots] for i in range(count)]

    def of_woven(table: pa.Table) -> list[np.ndarray]:
        flat = raw(table.column("p"), slots * count).reshape(-1, slots, count)
        return [flat[:, :, i] for i in range(count)]

    columns = {f"p{i}": plane for i, plane in enumerate(days.planes)}
    shapes = (
        ("numbers, not split", {"p": woven}, of_woven),
        ("planes in one column", {"p": together}, of_one),
        ("a column a plane", columns, of_columns),
    )
    return [
        (
            f"{days.encoding.value}, {name}",
            codec,
            lambda p, b=given, c=codec: write(
                p, {key: fixed(value) for key, value in b.items()}, c, slots, use_dictionary=False
            ),
            decoding(days, split),
        )
        for name, given, split in shapes
        for codec in ("lz4", "zstd")
    ]


def decoding(days: EncodedDays, split: Callable[[pa.Table], list[np.ndarray]]) -> Callable[[Path, np.ndarray], None]:
    def read(path: Path, out: np.ndarray) -> None:
        at = 0
        for table in groups(path):
            some = slice(at, at + table.num_rows)
            given = EncodedDays(
                days.encoding,
                days.rows,
                tuple(split(table)),
                days.num[some],
                days.base[some],
                days.den[some],
                days.missing[some],
            )
            every = np.arange(table.num_rows)
            decode(given, every, every, out[some])
            at += table.num_rows

    return read


def best(work: Callable[[], None]) -> float:
    work()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    print("| data | layout | codec | bytes a reading | decoding / memory copy |")
    print("|---|---|---|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for data in [*simulated(), *real()]:
            kw = canonical(data.kw)
            # One encoding at a time: the one that most days of the set get.
            days = max(encode(kw, data.starts), key=lambda one: len(one.rows))
            expected = kw[days.rows]
            out = np.empty_like(expected)
            copy = best(lambda a=out, b=expected: np.copyto(a, b))
            for name, codec, writer, reader in [*float_layouts(expected), *plane_layouts(days)]:
                path = Path(folder) / "days.parquet"
                writer(path)
                out.fill(-1)
                seconds = best(lambda r=reader, p=path, o=out: r(p, o))
                assert np.array_equal(out.view(np.uint32), expected.view(np.uint32)), name
                size = path.stat().st_size / expected.size
                print(f"| {data.name} | {name} | {codec} | {size:.2f} | {copy / seconds:.3f} |", flush=True)


if __name__ == "__main__":
    main()
