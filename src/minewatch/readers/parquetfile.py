"""Parquet tables in bounded memory: slices of row groups with the wanted columns, typed as the file types them."""

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


@dataclass(slots=True)
class ParquetTable:
    """A Parquet file as a stream of chunks; row 1 is the headings, so that data rows count from 2 as in a sheet."""

    file: pq.ParquetFile
    size: int
    name: str
    log: IssueLog

    @classmethod
    def open(cls, path: Path, name: str, log: IssueLog) -> "ParquetTable | None":
        """Open the file; None, with an issue, when it is damaged."""
        try:
            return cls(pq.ParquetFile(path), path.stat().st_size, name, log)
        except (pa.ArrowException, OSError) as error:
            code = "truncated_file" if "magic bytes" in str(error) or "footer" in str(error) else "unreadable_file"
            log.note(code, name, value=str(error))
            return None

    def sample(self) -> list[list[str]]:
        """Headings and first rows as text."""
        names = [str(name) for name in self.file.schema_arrow.names]
        rows = []
        try:
            for batch in self.file.iter_batches(batch_size=_SAMPLE_ROWS):
                frame = _frame(pa.Table.from_batches([batch]))
                rows = [["" if cell is None else str(cell) for cell in row] for row in frame.rows()]
                break
        except (pa.ArrowException, OSError) as error:
            self.log.note("unreadable_file", self.name, value=str(error))
        return [names, *rows]

    def chunks(self, text: Sequence[int], numbers: Sequence[int]) -> Iterator[Chunk]:
        """Yield slices of rows with the wanted columns."""
        wanted = sorted({*text, *numbers})
        names = self.file.schema_arrow.names
        rows = max(1024, _CELLS // max(1, len(wanted)))
        total = max(1, self.file.metadata.num_rows)
        line = 2
        try:
            for batch in self.file.iter_batches(batch_size=rows, columns=[names[i] for i in wanted]):
                table = pa.Table.from_batches([batch]).select([names[i] for i in wanted])
                frame = _frame(table.rename_columns([f"c{i}" for i in wanted]))
                frame = frame.with_columns(_number(frame[f"c{i}"]) for i in numbers)
                lines = pl.Series("line", np.arange(line, line + frame.height))
                line += frame.height
                yield Chunk(frame, lines, self.size * (line - 2) // total)
        except (pa.ArrowException, OSError) as error:
            self.log.note("truncated_file", self.name, line=line, value=str(error))


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    if not isinstance(frame, pl.DataFrame):
        raise TypeError(type(frame))
    return frame.with_columns(pl.col(pl.Categorical, pl.Enum, pl.Binary).cast(pl.String, strict=False))


def _number(column: pl.Series) -> pl.Series:
    return column.cast(pl.Float64) if column.dtype.is_numeric() else column
