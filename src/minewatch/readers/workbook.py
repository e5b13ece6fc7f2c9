"""Workbooks (XLSX, old XLS): each sheet as a table of text. A sheet has at most a million rows: it is read whole."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.csvfile import Chunk
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.sources import BrokenEndError, ExpandsTooMuchError, read_all

_MOST_PACKED = 1 << 30
_MOST_UNPACKED = 6 << 30
_MOST_RATIO = 400
_SAMPLE_ROWS = 400
_ROWS = 100_000


def is_workbook(start: bytes) -> bool:
    """Whether the first bytes are those of a ZIP (XLSX) or of an old XLS."""
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))


@dataclass(slots=True)
class WorkbookTable:
    """A workbook as a stream of chunks: the sheet that was recognised and all later sheets with the same headings."""

    reader: fastexcel.ExcelReader
    names: list[str]
    size: int
    name: str
    log: IssueLog
    sheet: str = ""
    header_line: int = 1
    _frames: dict[str, pl.DataFrame] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, name: str, sheet: str | None, log: IssueLog) -> "WorkbookTable | None":
        """Open the workbook; None, with an issue, when it is damaged. ``InputError`` for a sheet that it lacks."""
        try:
            data = read_all(path, _MOST_PACKED)
            if data.startswith(b"PK"):
                _refuse_bomb(data)
            reader = fastexcel.read_excel(data)
        except ExpandsTooMuchError:
            raise
        except (BrokenEndError, OSError) as error:
            log.note("unreadable_file", name, value=str(error))
            return None
        except (fastexcel.FastExcelError, zipfile.BadZipFile, ValueError):
            log.note("damaged_workbook", name)
            return None
        names = list(reader.sheet_names)
        if sheet is not None and sheet not in names:
            raise InputError(
                Text(f"{path.name} has no sheet “{sheet}”.", f"{path.name} 中没有工作表“{sheet}”。"),
                remedy=Text(f"Choose one of {', '.join(names)}.", f"请从以下工作表中选择：{'、'.join(names)}。"),
            )
        return cls(reader, [sheet] if sheet is not None else names, len(data), name, log)

    def sample(self, sheet: str) -> list[list[str]]:
        """First rows of a sheet as text."""
        rows = self._load(sheet).head(_SAMPLE_ROWS).rows()
        return [["" if cell is None else str(cell).strip() for cell in row] for row in rows]

    def start(self, sheet: str, header_line: int) -> None:
        """Choose the sheet to begin with."""
        self.sheet = sheet
        self.header_line = header_line

    def _load(self, sheet: str) -> pl.DataFrame:
        if sheet not in self._frames:
            try:
                loaded = self.reader.load_sheet(sheet, header_row=None, dtypes="string")
                frame = loaded.to_polars()
            except (fastexcel.FastExcelError, ValueError) as error:
                self.log.note("unreadable_file", self.name, value=f"{sheet}: {error}")
                frame = pl.DataFrame()
            frame = frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)})
            self._frames = {sheet: frame.with_columns(_times_of_day(pl.col(pl.String)))}
        return self._frames[sheet]

    def chunks(self, text: Sequence[int], numbers: Sequence[int]) -> Iterator[Chunk]:
        """Yield the rows of the chosen sheet and of later ones with the same headings."""
        wanted = [f"c{i}" for i in sorted({*text, *numbers})]
        heading = None
        following = self.names[self.names.index(self.sheet) :]
        for number, sheet in enumerate(following):
            frame = self._load(sheet)
            if frame.height <= self.header_line or any(name not in frame.columns for name in wanted):
                continue
            row = frame.row(self.header_line - 1) if self.header_line else None
            if heading is not None and row != heading:
                continue
            heading = row if number == 0 else heading
            body = frame.slice(self.header_line).select(wanted)
            for begin in range(0, body.height, _ROWS):
                part = body.slice(begin, _ROWS)
                first = self.header_line + begin + 1
                lines = pl.Series("line", np.arange(first, first + part.height))
                yield Chunk(part, lines, self.size * (number + 1) // len(following))


def _times_of_day(cells: pl.Expr) -> pl.Expr:
    """Turn times of day, which a workbook keeps as parts of its day 0 (and 24:00 as its day 1), into 0:15 or 24:00."""
    return cells.str.replace(r"^1899-12-3[01][ T](\d\d:\d\d(?::\d\d)?)(?:\.0+)?$", "$1").str.replace(
        r"^1900-01-01[ T]00:00:00(?:\.0+)?$", "24:00:00"
    )


def _refuse_bomb(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        entries = packed.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _MOST_UNPACKED or (unpacked > (256 << 20) and unpacked > _MOST_RATIO * len(data)):
        raise ExpandsTooMuchError
