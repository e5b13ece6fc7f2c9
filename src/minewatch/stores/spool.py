"""A spool: frames in, the same rows out partition by partition, by way of the disk, in bounded memory.

An import reads files in any order; days must be placed meter by meter. Rows are therefore dealt out to partitions by
the hash of their meter id, into Arrow IPC files, and taken back one partition at a time.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from minewatch.stores.files import disk_errors

FLUSH_BYTES = 64 << 20
"""Rows are kept in memory up to this size, so that every partition gets pieces worth a write."""


@dataclass(slots=True)
class _Pending:
    frames: list[pl.DataFrame] = field(default_factory=list)
    bytes: int = 0


class Spool:
    """Deals rows out by meter. Frames of one ``kind`` (any name) must share one schema; ``meter`` is a column of each.

    Partition p of ``shards * pieces`` belongs to shard ``p % shards``: a shard may be split in pieces so that each
    fits in memory. Use as a context manager; ``StoreError`` if the disk is full.
    """

    def __init__(self, folder: Path, *, shards: int, pieces: int = 1) -> None:
        self._folder = folder
        self._partitions = shards * pieces
        self._places: dict[str, int] = {}
        self._pending: dict[str, _Pending] = {}
        self._writers: dict[tuple[int, str], Any] = {}
        self._sinks: list[Any] = []
        self._tags: dict[int, set[str]] = {}
        with disk_errors("spooling the readings"):
            folder.mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close(quietly=True)

    def add(self, frame: pl.DataFrame, *, kind: str, tag: str) -> None:
        """Take the rows of ``frame``; ``tag`` (a source's digest) is remembered for the partitions it reaches."""
        places = self._partition_numbers(frame["meter"])
        for place in np.unique(places).tolist():
            self._tags.setdefault(place, set()).add(tag)
        pending = self._pending.setdefault(kind, _Pending())
        pending.frames.append(frame.with_columns(pl.Series("__partition", places)))
        pending.bytes += int(frame.estimated_size())
        if pending.bytes >= FLUSH_BYTES:
            self._flush(kind)

    def finish(self) -> None:
        """Write out what is held; nothing may be added afterwards."""
        for kind in list(self._pending):
            self._flush(kind)
        self._close(quietly=False)

    def partitions(self) -> Iterator[int]:
        """Return the partitions that hold rows, ascending."""
        return iter(sorted({place for place, _ in self._writers}))

    def meters(self) -> frozenset[str]:
        """Return every meter that was named."""
        return frozenset(self._places)

    def tags(self, partition: int) -> tuple[str, ...]:
        """Return the tags of the frames that reached a partition, sorted."""
        return tuple(sorted(self._tags.get(partition, ())))

    def take(self, partition: int, kind: str) -> pl.DataFrame | None:
        """Return the rows of a partition in the order they came, and remove their file; ``None`` if it has none."""
        path = self._path(partition, kind)
        if (partition, kind) not in self._writers or not path.exists():
            return None
        with disk_errors("reading the spooled readings"):
            with pa.OSFile(str(path), "rb") as handle, pa.ipc.open_stream(handle) as stream:
                table = stream.read_all()
            path.unlink()
        taken = pl.from_arrow(table.unify_dictionaries())
        if not isinstance(taken, pl.DataFrame):
            raise TypeError("a spool file holds a table")
        return taken

    def kinds(self, partition: int) -> tuple[str, ...]:
        """Return the kinds of frames that reached a partition, sorted."""
        return tuple(sorted(kind for place, kind in self._writers if place == partition))

    def _path(self, partition: int, kind: str) -> Path:
        return self._folder / f"{partition}-{kind}.arrow"

    def _partition_numbers(self, meters: pl.Series) -> npt.NDArray[np.int32]:
        names = meters.unique()
        places = self._places
        for name in names:
            if name not in places:
                places[name] = zlib.crc32(name.encode()) % self._partitions
        numbers = pl.Series([places[name] for name in names], dtype=pl.Int32)
        return meters.replace_strict(names, numbers, return_dtype=pl.Int32).to_numpy()

    def _flush(self, kind: str) -> None:
        pending = self._pending.pop(kind)
        frame = pl.concat(pending.frames)
        with disk_errors("spooling the readings"):
            for (place,), rows in frame.partition_by("__partition", as_dict=True, maintain_order=True).items():
                self._write(int(place), kind, rows.drop("__partition"))

    def _write(self, partition: int, kind: str, rows: pl.DataFrame) -> None:
        table = rows.to_arrow(compat_level=pl.CompatLevel.oldest())
        writer = self._writers.get((partition, kind))
        if writer is None:
            sink = pa.OSFile(str(self._path(partition, kind)), "wb")
            self._sinks.append(sink)
            options = pa.ipc.IpcWriteOptions(compression="lz4")
            writer = self._writers[partition, kind] = pa.ipc.new_stream(sink, table.schema, options=options)
        writer.write_table(table)

    def _close(self, *, quietly: bool) -> None:
        """Close every file, whatever happens to the others; quietly when something has failed already."""
        closing = [*(self._writers.values() if self._sinks else ()), *self._sinks]
        self._sinks = []
        failed: OSError | None = None
        for one in closing:
            try:
                one.close()
            except OSError as error:
                failed = failed or error
        if failed is not None and not quietly:
            with disk_errors("spooling the readings"):
                raise failed
