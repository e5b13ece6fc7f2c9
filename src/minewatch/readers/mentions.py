"""Where a file names something: lines of text files, rows of workbooks, in any packing and encoding that readings come in."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from minewatch.readers.csvfile import encoding_of
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.sources import open_plain
from minewatch.readers.workbook import WorkbookTable, is_workbook

PIECE = 1 << 22


def lines_naming(path: Path, names: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    """Yield (name, line, text) for every line that holds one of ``names``, counted from 1 as an editor does.

    In a workbook a line is a row of the first sheet, its cells parted by tabs. A Parquet file has no lines and yields none.
    """
    opened = open_plain(path)
    try:
        start = opened.read(PIECE)
        if is_workbook(start):
            yield from _rows(path, names)
        elif not start.startswith(b"PAR1"):
            yield from _lines(start, opened.read, names)
    finally:
        opened.close()


def _rows(path: Path, names: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    table = WorkbookTable.open(path, path.name, None, IssueLog())
    if table is None:
        return
    table.start(table.names[0], 0)
    table.names = table.names[:1]
    width = max((len(row) for row in table.sample(table.sheet)), default=0)
    for chunk in table.chunks(range(width), ()) if width else ():
        for line, cells in zip(chunk.lines.to_list(), chunk.frame.rows(), strict=True):
            held = ["" if cell is None else str(cell) for cell in cells]
            for name in names:
                if any(name in cell for cell in held):
                    yield name, int(line), "\t".join(held)


def _lines(start: bytes, read: Callable[[int], bytes], names: Sequence[str]) -> Iterator[tuple[str, int, str]]:
    encoding = encoding_of(start).removesuffix("-sig")
    if encoding.startswith("utf-16"):
        data = start
        while piece := read(PIECE):
            data += piece
        for number, text in enumerate(data.decode(encoding, "replace").splitlines(), start=1):
            yield from ((name, number, text) for name in names if name in text)
        return
    wanted = [(name, name.encode(encoding)) for name in names]
    number, rest, piece = 0, b"", start
    while piece:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            number += 1
            yield from ((name, number, _text(line, encoding)) for name, raw in wanted if raw in line)
        piece = read(PIECE)
    if rest:
        yield from ((name, number + 1, _text(rest, encoding)) for name, raw in wanted if raw in rest)


def _text(line: bytes, encoding: str) -> str:
    return line.decode(encoding, "replace").strip("\ufeff\r")
