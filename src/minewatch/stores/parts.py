"""One part of the lake: a Parquet file of days of one kind in one encoding, sorted by meter and day.

A row group holds whole meters, at most about ``GROUP_READINGS`` readings unless one meter alone has more. Columns:
``meter``, ``day``, ``num``, ``base``, ``den`` (see ``stores/encoding.py``), ``missing`` (NaN in the day) and one
fixed-size binary column ``p0``, ``p1`` … a byte plane.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from minewatch.model.errors import StoreError
from minewatch.model.text import Text
from minewatch.stores.encoding import Bytes, EncodedDays, Encoding

GROUP_READINGS = 4_000_000
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Whole meters of a part: meter i has rows ``starts[i]`` to ``starts[i + 1]``; ``days`` counts from 1970-01-01."""

    meters: list[str]
    starts: Positions
    days: npt.NDArray[np.int32]
    encoded: EncodedDays


def write(
    path: Path, *, meters: npt.NDArray[np.object_], days: npt.NDArray[np.int32], encoded: EncodedDays, note: str
) -> None:
    """Write one part. ``meters`` and ``days`` belong to the rows of ``encoded``, sorted by meter, then day, none twice.

    ``note`` is kept in the file's metadata (the reader's version). ``OSError`` if the disk refuses.
    """
    columns: dict[str, Any] = {
        "meter": pa.array(meters, pa.string()),
        "day": pa.array(days, pa.date32()),
        "num": pa.array(encoded.num),
        "base": pa.array(encoded.base),
        "den": pa.array(encoded.den),
        "missing": pa.array(encoded.missing),
    }
    for number, plane in enumerate(encoded.planes):
        columns[f"p{number}"] = _binary(plane)
    metadata = {"minewatch.encoding": encoded.encoding.value, "minewatch.reader": note}
    table = pa.table(columns).replace_schema_metadata(metadata)
    slots = encoded.planes[0].shape[1]
    with pq.ParquetWriter(
        path,
        table.schema,
        compression="lz4",
        use_dictionary=["meter", "num", "den"],
        write_statistics=["meter", "day"],
    ) as writer:
        for first, last in _whole_meters(meters, max(1, GROUP_READINGS // slots)):
            writer.write_table(table.slice(first, last - first), row_group_size=last - first)


def _binary(plane: Bytes) -> Any:
    flat = np.ascontiguousarray(plane)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(flat.shape[1]), len(flat), [None, pa.py_buffer(flat)])


def _whole_meters(meters: npt.NDArray[np.object_], rows: int) -> Iterator[tuple[int, int]]:
    """Cut the rows between meters, at most ``rows`` a piece unless a meter has more."""
    starts = np.flatnonzero(np.append(True, meters[1:] != meters[:-1]))
    ends = np.append(starts[1:], len(meters))
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + rows, side="right")))
        yield int(starts[first]), int(ends[last - 1])
        first = last


class PartReader:
    """Reads a part row group by row group; the file is open from construction to :meth:`close`."""

    def __init__(self, path: Path, *, encoding: str, slots: int) -> None:
        self._path = path
        self._encoding = Encoding(encoding)
        self._slots = slots
        try:
            self._file = pq.ParquetFile(path, read_dictionary=["meter"], memory_map=False, pre_buffer=False)
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(error) from error

    def __len__(self) -> int:
        return int(self._file.num_row_groups)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read(self, group: int) -> RowGroup:
        """Read one row group; ``StoreError`` if the file is damaged."""
        try:
            table = self._file.read_row_group(group, use_threads=False)
            return self._unpack(table)
        except (OSError, pa.ArrowException, KeyError, ValueError, IndexError) as error:
            raise self._damaged(error) from error

    def _unpack(self, table: Any) -> RowGroup:
        names = table.column("meter").combine_chunks()
        if isinstance(names, pa.ChunkedArray):
            names = names.chunk(0)
        indices = names.indices.to_numpy()
        starts = np.flatnonzero(np.append(True, indices[1:] != indices[:-1]))
        labels = names.dictionary
        numbers = {name: table.column(name).to_numpy() for name in ("num", "base", "den", "missing")}
        encoded = EncodedDays(
            encoding=self._encoding,
            rows=np.arange(len(indices)),
            planes=tuple(self._plane(table.column(f"p{i}")) for i in range(self._encoding.planes)),
            num=numbers["num"],
            base=numbers["base"],
            den=numbers["den"],
            missing=numbers["missing"],
        )
        return RowGroup(
            meters=labels.take(pa.array(indices[starts])).to_pylist(),
            starts=np.append(starts, len(indices)),
            days=table.column("day").cast(pa.int32()).to_numpy(),
            encoded=encoded,
        )

    def _plane(self, column: Any) -> Bytes:
        pieces = [
            np.frombuffer(chunk.buffers()[1], np.uint8, len(chunk) * self._slots, chunk.offset * self._slots)
            for chunk in column.chunks
        ]
        flat = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        return flat.reshape(-1, self._slots)

    def _damaged(self, error: Exception) -> StoreError:
        return StoreError(
            Text(
                f"The part {self._path.name} of the lake is missing or damaged ({error}).",
                f"数据湖中的分片 {self._path.name} 缺失或已损坏（{error}）。",
            ),
            remedy=Text(
                "Restore it from a backup, or make a new workspace and import the original files again.",
                "请从备份恢复，或新建工作区并重新导入原始文件。",
            ),
        )
