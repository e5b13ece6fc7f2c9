"""Parquet tables in bounded memory: slices of row groups with the wanted columns, typed as the file types them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from minewatch.readers.csvfile import Chunk
from minewatch.readers.issuelog import IssueLog

_CELLS = 4_000_000
_SAMPLE_ROWS = 400
_NESTED = "[…]"
"""What stands for a nested cell that cannot be a day of readings."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column as readers see it: a field of the file, or one element of a field that holds a list a row."""

    heading: str
    field: int
    element: int | None = None


@dataclass(slots=True)
class ParquetTable:
    """A Parquet file as a stream of chunks; row 1 is the headings, so that data rows count from 2 as in a sheet."""

    file: pq.ParquetFile
    size: int
    name: str
    log: IssueLog
    columns: list[_Column]

    @classmethod
    def open(cls, path: Path, name: str, log: IssueLog) -> "ParquetTable | None":
        """Open the file; None, with an issue, when it is damaged."""
        try:
            file = pq.ParquetFile(path)
            return cls(file, path.stat().st_size, name, log, _columns(file))
        except (pa.ArrowException, OSError) as error:
            code = "truncated_file" if "magic bytes" in str(error) or "footer" in str(error) else "unreadable_file"
            log.note(code, name, value=str(error))
            return None

    def sample(self) -> list[list[str]]:
        """Headings and first rows as text."""
        names = [column.heading for column in self.columns]
        rows = []
        try:
            for batch in self.file.iter_batches(batch_size=_SAMPLE_ROWS):
                frame = self._flat(batch, range(len(self.columns)), batch.schema.names)
                rows = [["" if cell is None else str(cell) for cell in row] for row in frame.rows()]
                break
        except (pa.ArrowException, OSError) as error:
            self.log.note("unreadable_file", self.name, value=str(error))
        return [names, *rows]

    def chunks(self, text: Sequence[int], numbers: Sequence[int]) -> Iterator[Chunk]:
        """Yield slices of rows with the wanted columns."""
        wanted = sorted({*text, *numbers})
        names = self.file.schema_arrow.names
        fields = [names[number] for number in sorted({self.columns[i].field for i in wanted})]
        read = fields if len(set(names)) == len(names) else None
        rows = max(1024, _CELLS // max(1, len(wanted)))
        total = max(1, self.file.metadata.num_rows)
        line = 2
        try:
            for batch in self.file.iter_batches(batch_size=rows, columns=read):
                frame = self._flat(batch, wanted, names if read is None else read)
                frame = frame.with_columns(_number(frame[f"c{i}"]) for i in numbers)
                lines = pl.Series("line", np.arange(line, line + frame.height))
                self._tell_lengths(batch, wanted, lines)
                line += frame.height
                yield Chunk(frame, lines, self.size * (line - 2) // total)
        except (pa.ArrowException, OSError) as error:
            self.log.note("truncated_file", self.name, line=line, value=str(error))

    def _flat(self, batch: pa.RecordBatch, wanted: Sequence[int], names: Sequence[str]) -> pl.DataFrame:
        """Return the wanted columns, numbered ``c0``, ``c1`` …, of a batch that holds the fields ``names``."""
        all_names = self.file.schema_arrow.names
        places = {number: number for number in range(len(all_names))}
        if len(names) < len(all_names):
            places = {all_names.index(name): place for place, name in enumerate(names)}
        fields: dict[int, pl.Series] = {}
        flat = {}
        for i in wanted:
            column = self.columns[i]
            if column.field not in fields:
                fields[column.field] = _series(batch.column(places[column.field]))
            field = fields[column.field]
            whole = column.element is None
            flat[f"c{i}"] = _plain(field) if whole else field.list.get(column.element or 0, null_on_oob=True)
        return pl.DataFrame(flat)

    def _tell_lengths(self, batch: pa.RecordBatch, wanted: Sequence[int], lines: pl.Series) -> None:
        """Tell rows whose list is shorter or longer than a day of this file."""
        used = [self.columns[i] for i in wanted if self.columns[i].element is not None]
        for field in {column.field for column in used}:
            width = sum(column.field == field for column in self.columns)
            name = self.file.schema_arrow.names[field]
            lengths = _series(batch.column(batch.schema.names.index(name))).list.len()
            for code, faulty in (("row_too_short", lengths < width), ("row_too_long", lengths > width)):
                odd = faulty.fill_null(value=False)
                told = pl.DataFrame({"line": lines.filter(odd), "value": lengths.filter(odd).cast(pl.String)})
                texts = {"file": self.name, "column": name, "meter": ""}
                self.log.add_frame(code, told.with_columns(pl.lit(text).alias(key) for key, text in texts.items()))


def _columns(file: pq.ParquetFile) -> list[_Column]:
    """Return the file's columns; a list of numbers a row becomes a column an element, headed ``kw1`` … or ``P1`` …."""
    columns = []
    for number, field in enumerate(file.schema_arrow):
        name = str(field.name)
        width = _width(file, number) if _is_list(field.type) else 0
        prefix = name if re.fullmatch("[A-Za-z]{1,12}", name) else "P"
        if width > 1:
            columns += [_Column(f"{prefix}{k + 1}", number, k) for k in range(width)]
        else:
            columns.append(_Column(name, number, 0 if width else None))
    return columns


def _is_list(kind: pa.DataType) -> bool:
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)):
        return False
    inner = kind.value_type
    return bool(pa.types.is_integer(inner) or pa.types.is_floating(inner) or pa.types.is_decimal(inner))


def _width(file: pq.ParquetFile, number: int) -> int:
    """Return the usual length of a field's lists: that of its type, or the most frequent of the first rows."""
    kind = file.schema_arrow.field(number).type
    if pa.types.is_fixed_size_list(kind):
        return int(kind.list_size)
    first = next(file.iter_batches(batch_size=_SAMPLE_ROWS), None)
    if first is None:
        return 0
    lengths = _series(first.column(number)).list.len().drop_nulls().to_list()
    return max(lengths, key=lengths.count, default=0)


def _series(column: pa.Array) -> pl.Series:
    frame = pl.from_arrow(pa.table({"c": column}))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(type(frame))
    series = frame["c"]
    return series.arr.to_list() if isinstance(series.dtype, pl.Array) else series


def _plain(series: pl.Series) -> pl.Series:
    """Return a column without categories, bytes and nesting."""
    if series.dtype.is_nested():
        shown = pl.repeat(_NESTED, len(series), dtype=pl.String, eager=True)
        return shown.set(series.is_null(), None)
    odd = series.dtype in {pl.Categorical, pl.Enum, pl.Binary}
    return series.cast(pl.String, strict=False) if odd else series


def _number(column: pl.Series) -> pl.Series:
    return column.cast(pl.Float64) if column.dtype.is_numeric() else column
