"""Delimited text in bounded memory: whole lines are cut into blocks, each block becomes a table with line numbers.

A line is a physical line: a quotation mark that is not closed on its line is ignored, so that one stray mark cannot
swallow the rest of a file.
"""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.exceptions import PolarsError

from minewatch.model.issues import VALUE_LENGTH
from minewatch.model.text import Text
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.numbers import MISSING_SPELLINGS
from minewatch.readers.sources import BrokenEndError, ExpandsTooMuchError, Opened, open_plain

BLOCK = 16 << 20
LONGEST_LINE = 64 << 20
SAMPLE = 512 << 10

_REPLACED = "\ufffd".encode()

DELIMITERS = ("\t", ";", "|", ",")
_PADDING = re.compile(r"\t+(?=[\",;])|^\t+|(?<=[\",;])\t+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table.

    Columns ``c0``, ``c1`` … as asked for (text, or float64 where numbers were asked and all were numbers or missing),
    the line of each row, and how far the file has been read; ``short``: lines told already as cut off.
    """

    frame: pl.DataFrame
    lines: pl.Series
    bytes_done: int
    short: tuple[int, ...] = ()


def sample_of(path: Path) -> tuple[bytes, Text | None]:
    """Return the first plain bytes of a file, cut after a whole line, and what is wrong with it if nothing can be read."""
    opened = open_plain(path)
    data = b""
    fault: Text | None = None
    try:
        while len(data) < SAMPLE and (piece := opened.read(SAMPLE - len(data))):
            data += piece
    except ExpandsTooMuchError:
        pass
    except BrokenEndError as error:
        fault = error.why
    finally:
        opened.close()
    if len(data) >= SAMPLE and b"\n" in data:
        data = data[: data.rfind(b"\n") + 1]
    return data, None if data else fault


def encoding_of(sample: bytes) -> str:
    """Find the encoding: byte order mark, NUL pattern of UTF-16, valid UTF-8, valid GB18030, else Latin-1."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if sample.startswith(mark):
            return name
    head = np.frombuffer(sample[: len(sample) // 2 * 2], dtype=np.uint8)
    if head.size >= 8:
        even, odd = (head[0::2] == 0).mean(), (head[1::2] == 0).mean()
        if odd > 0.4 and even < 0.05:
            return "utf-16-le"
        if even > 0.4 and odd < 0.05:
            return "utf-16-be"
    for name in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(name)()
        try:
            decoder.decode(sample)
        except UnicodeDecodeError:
            continue
        return name
    # A few damaged bytes do not make a Chinese or an English export a Western European one.
    utf8 = sample.decode("utf-8", "replace").count("\ufffd")
    gb = sample.decode("gb18030", "replace").count("\ufffd")
    fewest = min(utf8, gb)
    if fewest * 200 < len(sample):
        return "utf-8" if utf8 <= gb else "gb18030"
    return "latin-1"


def delimiter_of(text: str) -> str:
    """Find the delimiter: the first of tab, semicolon, bar, comma that cuts most lines into equally many fields."""
    # Exports put a tab behind a long number so that a spreadsheet takes it as text: "0012345<tab>,2021-06-14".
    lines = [_PADDING.sub("", line) for line in text.splitlines()[:400] if line.strip()]
    best, best_score = ",", 0.0
    for mark in DELIMITERS:
        widths = [line.count(mark) for line in lines if mark in line]
        if not widths:
            continue
        usual = max(set(widths), key=widths.count)
        score = widths.count(usual) / len(lines)
        if score > best_score + 0.1:
            best, best_score = mark, score
    return best


def split_lines(text: str, delimiter: str) -> list[list[str]]:
    """Cut lines into cells; line ``i`` of the result is physical line ``i + 1``."""
    rows = []
    for line in text.split("\n"):
        clean = line.rstrip("\r").replace("\x00", "")
        try:
            cells = next(csv.reader([clean], delimiter=delimiter), [])
        except csv.Error:
            cells = clean.split(delimiter)
        rows.append([cell.strip() for cell in cells])
    if rows and rows[-1] in ([], [""]):
        rows.pop()
    return rows


class CsvTable:
    """A delimited text file as a stream of chunks; faults of its bytes and lines go to ``log`` under ``name``."""

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        encoding: str,
        delimiter: str,
        decimal: str,
        width: int,
        skip: int,
        log: IssueLog,
    ) -> None:
        self.path = path
        self.name = name
        self.encoding = encoding
        self.delimiter = delimiter
        self.decimal = decimal
        self.width = width
        self.skip = skip
        self.log = log
        # Lines end with a carriage return alone, as on old Macs.
        self.bare_returns = False

    def chunks(self, text: Sequence[int], numbers: Sequence[int]) -> Iterator[Chunk]:
        """Yield the rows below the headings with the columns asked for; never raises for what the file holds."""
        line = 1
        to_skip = self.skip
        for block, position in self._blocks():
            clean = self._clean(block, line)
            first = line
            line += clean.count(b"\n") + (not clean.endswith(b"\n"))
            while to_skip and clean:
                _, _, clean = clean.partition(b"\n")
                to_skip -= 1
                first += 1
            if clean:
                yield self._parse(clean, first, text, numbers, position)

    def _blocks(self) -> Iterator[tuple[bytes, int]]:
        """Whole lines as UTF-8 without byte order mark, and how far the file has been read."""
        opened = open_plain(self.path)
        decoder = None
        if self.encoding not in {"utf-8", "utf-8-sig"}:
            decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        rest = b""
        started = False
        try:
            while True:
                piece = self._next(opened)
                data = decoder.decode(piece, final=not piece).encode("utf-8") if decoder is not None else piece
                if self.bare_returns:
                    data = data.replace(b"\r", b"\n")
                if not started and data:
                    data = data.removeprefix(codecs.BOM_UTF8)
                    started = True
                block = rest + data
                if not piece:
                    if block:
                        yield block, opened.position()
                    return
                cut = block.rfind(b"\n") + 1
                rest = block[cut:]
                if len(rest) > LONGEST_LINE:
                    self.log.note(
                        "unreadable_file", self.name, said=Text("a line of more than 64 MB", "有超过 64 MB 的行")
                    )
                    return
                if cut:
                    yield block[:cut], opened.position()
        finally:
            opened.close()

    def _next(self, opened: Opened) -> bytes:
        try:
            return opened.read(BLOCK)
        except BrokenEndError as error:
            self.log.note("truncated_file", self.name, said=error.why)
        except ExpandsTooMuchError:
            self.log.note("expands_too_much", self.name)
        return b""

    def _clean(self, block: bytes, first: int) -> bytes:
        """Repair what would stop the parser, keeping the number of lines, and tell it."""
        if b"\x00" in block:
            self._tell("nul_bytes", block, b"\x00", first, value="")
            block = block.replace(b"\x00", b"")
        if not block.isascii():
            try:
                block.decode("utf-8")
            except UnicodeDecodeError:
                block = block.decode("utf-8", "replace").encode("utf-8")
            if _REPLACED in block:
                self._tell("wrong_encoding", block, _REPLACED, first, value=self.encoding)
        if b'"' in block:
            block = self._close_quotes(block, first)
        return block

    def _tell(self, code: str, block: bytes, mark: bytes, first: int, *, value: str) -> None:
        hits = [first + number for number, line in enumerate(block.split(b"\n")) if mark in line]
        self._add(code, hits, [value] * len(hits))

    def _add(self, code: str, lines: Sequence[int], values: Sequence[str]) -> None:
        frame = pl.DataFrame({"line": lines, "value": values}, schema={"line": pl.Int64, "value": pl.String})
        blank = pl.lit("")
        self.log.add_frame(
            code, frame.with_columns(pl.lit(self.name).alias("file"), blank.alias("column"), blank.alias("meter"))
        )

    def _close_quotes(self, block: bytes, first: int) -> bytes:
        ends = line_ends(block)
        before = np.concatenate([[0], np.cumsum(np.frombuffer(block, np.uint8) == ord('"'))])
        marks = np.diff(before[np.concatenate([[0], ends])])
        odd = np.flatnonzero(marks % 2)
        if not odd.size:
            return block
        lines = block.split(b"\n")
        self._add("unclosed_quote", [first + int(i) for i in odd], [_shown(lines[i]) for i in odd])
        for i in odd:
            lines[i] = lines[i].replace(b'"', b"")
        return b"\n".join(lines)

    def _parse(self, block: bytes, first: int, text: Sequence[int], numbers: Sequence[int], position: int) -> Chunk:
        # A line of empty cells before the data fixes the number of columns, one more than the headings have.
        padded = self.delimiter.encode() * self.width + b"\n" + block
        wanted = [*sorted({*text, *numbers}), self.width]
        frame = self._frame(padded, wanted, set(numbers))
        lines = pl.Series("line", np.arange(first, first + frame.height))
        surplus = frame.to_series(len(wanted) - 1)
        if surplus.null_count() < frame.height:
            over = surplus.is_not_null()
            self._add("row_too_long", lines.filter(over).to_list(), surplus.filter(over).to_list())
        last = f"c{wanted[-2]}"
        short = self._tell_short(block, first, wanted[-2]) if frame[last].null_count() else ()
        return Chunk(frame.drop(f"c{self.width}"), lines, position, short)

    def _frame(self, padded: bytes, wanted: list[int], numbers: set[int]) -> pl.DataFrame:
        for typed in (True, False):
            kinds = {f"c{i}": pl.Float64 if typed and i in numbers else pl.String for i in range(self.width + 1)}
            try:
                return pl.read_csv(
                    padded,
                    has_header=False,
                    schema=kinds,
                    columns=wanted,
                    separator=self.delimiter,
                    decimal_comma=self.decimal == "," and self.delimiter != ",",
                    null_values=list(MISSING_SPELLINGS) if typed else None,
                    extra_columns="ignore",
                ).slice(1)
            except PolarsError:
                if not typed:
                    raise
        raise AssertionError

    def _tell_short(self, block: bytes, first: int, last: int) -> tuple[int, ...]:
        """Tell, and return, lines that end before the column ``last``; a quoted delimiter only makes a line look longer."""
        ends = line_ends(block)
        before = np.concatenate([[0], np.cumsum(np.frombuffer(block, np.uint8) == ord(self.delimiter))])
        starts = np.concatenate([[0], ends])
        short = np.flatnonzero((np.diff(before[starts]) < last) & (np.diff(starts) > 2))
        values = [_shown(block[starts[i] : starts[i + 1]]) for i in short[:1000]]
        values += [""] * (len(short) - len(values))
        lines = tuple(first + int(i) for i in short)
        self._add("row_too_short", lines, values)
        return lines


def line_ends(block: bytes) -> npt.NDArray[np.int64]:
    """Positions after each line of a block, the last line with or without its end."""
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")) + 1
    if not block.endswith(b"\n"):
        ends = np.append(ends, len(block))
    return ends.astype(np.int64)


def _shown(line: bytes) -> str:
    return line[: 4 * VALUE_LENGTH].decode("utf-8", "replace").strip()[:VALUE_LENGTH]
