"""Open a table of readings — delimited text, a workbook, Parquet — and stream it through its layout."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.csvfile import Chunk, CsvTable, delimiter_of, encoding_of, sample_of, split_lines
from minewatch.readers.dateorder import day_first_of
from minewatch.readers.foreign import is_binary
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.layout import Layout
from minewatch.readers.options import ReadOptions
from minewatch.readers.parquetfile import ParquetTable
from minewatch.readers.recognise import Recognised, UnknownLayoutError, recognise
from minewatch.readers.sources import ExpandsTooMuchError
from minewatch.readers.tabular import Converter
from minewatch.readers.workbook import WorkbookTable, is_workbook

Frames = Iterator[tuple[pl.DataFrame, Literal["points", "days"], int]]
Chunks = Callable[[Sequence[int], Sequence[int]], Iterator[Chunk]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table ready to be streamed: what was recognised, and a function from wanted columns to chunks."""

    found: Recognised
    chunks: Chunks
    looked_through: Chunks | None = None
    """The same for a look ahead of the reading, whose faults are told when it is read; None: looking tells none."""


def open_table(path: Path, name: str, options: ReadOptions, log: IssueLog) -> tuple[Layout | None, Frames]:
    """Recognise the layout of a table and return it with the stream of its frames; faults go to ``log``."""
    try:
        table = _open(path, name, options, log)
        if table is None:
            return None, iter(())
        layout = _with_date_order(table, name, options, log)
        converter = Converter(layout, table.found.headings, file=name, default_meter=stem_of(path), log=log)
    except UnknownLayoutError as error:
        if is_binary(sample_of(path)[0]):
            log.note("binary_file", name)
        else:
            log.note("unknown_layout", name, said=error.why)
        return None, iter(())
    except ExpandsTooMuchError:
        log.note("expands_too_much", name)
        return None, iter(())
    for code, value in table.found.assumed:
        log.note(code, name, value=value)
    return layout, _stream(table, converter)


def _stream(table: Table, converter: Converter) -> Frames:
    for chunk in table.chunks(converter.text, converter.numbers):
        parts = list(converter.convert(chunk))
        for part in parts:
            yield part.frame, part.kind, chunk.bytes_done


def stem_of(path: Path) -> str:
    """Name of a file without its endings: the id of the one meter of a file that names none."""
    name = path.name
    for ending in (".gz", ".zst", ".zstd"):
        name = name.removesuffix(ending)
    return Path(name).stem or name


def _open(path: Path, name: str, options: ReadOptions, log: IssueLog) -> Table | None:
    start, fault = sample_of(path)
    if fault:
        log.note("unreadable_file", name, said=fault)
        return None
    if not start.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return None
    if start.startswith(b"PAR1"):
        return _parquet(path, name, options, log)
    if is_workbook(start):
        return _workbook(path, name, options, log)
    return _delimited(path, name, start, options, log)


def _delimited(path: Path, name: str, start: bytes, options: ReadOptions, log: IssueLog) -> Table:
    given = options.layout if isinstance(options.layout, Layout) else None
    encoding = options.encoding or (given.encoding if given else None) or encoding_of(start)
    try:
        text = codecs.decode(start, encoding, "replace")
    except (LookupError, TypeError) as error:
        raise InputError(
            Text(f"“{encoding}” is not an encoding.", f"“{encoding}”不是编码名称。"),
            remedy=Text("Give utf-8, gb18030 or utf-16.", "请写 utf-8、gb18030 或 utf-16。"),
        ) from error
    text = text.removeprefix("\ufeff")
    bare_returns = "\n" not in text and "\r" in text
    if bare_returns:
        text = text.replace("\r", "\n")
    delimiter = options.delimiter or (given.delimiter if given else None) or delimiter_of(text)
    rows = split_lines(text, delimiter)
    found = _recognise(rows, path, name, delimiter, options)
    found = replace(found, layout=replace(found.layout, encoding=encoding, delimiter=delimiter))

    def chunks(text: Sequence[int], numbers: Sequence[int], to: IssueLog = log) -> Iterator[Chunk]:
        table = CsvTable(
            path,
            name,
            encoding=encoding,
            delimiter=delimiter,
            decimal=found.layout.decimal,
            width=len(found.headings),
            skip=found.layout.header_line,
            log=to,
        )
        table.bare_returns = bare_returns
        return table.chunks(text, numbers)

    return Table(found, chunks, partial(chunks, to=IssueLog()))


def _parquet(path: Path, name: str, options: ReadOptions, log: IssueLog) -> Table | None:
    table = ParquetTable.open(path, name, log)
    if table is None:
        return None
    return Table(_recognise(table.sample(), path, name, None, options), table.chunks)


def _workbook(path: Path, name: str, options: ReadOptions, log: IssueLog) -> Table | None:
    given = options.layout if isinstance(options.layout, Layout) else None
    wanted = options.sheet or (given.sheet if given else None)
    table = WorkbookTable.open(path, name, wanted, log)
    if table is None:
        return None
    failure = UnknownLayoutError(Text("the workbook is empty", "工作簿为空"))
    for sheet in table.names:
        rows = table.sample(sheet)
        if not rows:
            continue
        try:
            found = _recognise(rows, path, f"{name} {sheet}", None, options)
        except UnknownLayoutError as error:
            failure = error
            continue
        found = replace(found, layout=replace(found.layout, sheet=wanted))
        table.start(sheet, found.layout.header_line)
        return Table(found, table.chunks)
    raise failure


def _recognise(
    rows: Sequence[Sequence[str]], path: Path, title: str, delimiter: str | None, options: ReadOptions
) -> Recognised:
    if not isinstance(options.layout, Layout):
        return recognise(
            rows, title=f"{path.name} {title.removeprefix(str(path))}", delimiter=delimiter, options=options
        )
    return _mapped(rows, options.layout, options)


def _mapped(rows: Sequence[Sequence[str]], layout: Layout, options: ReadOptions) -> Recognised:
    """Apply a given mapping: its headings are looked for in its line first, then in any of the first rows."""
    layout.check()
    named = {layout.meter, layout.time, layout.date, layout.clock, *layout.values} - {None}
    if layout.header_line == 0:
        width = max((len(row) for row in rows), default=0)
        headings = tuple(f"column {i + 1}" for i in range(width))
        return Recognised(_overruled(layout, options), headings)
    order = sorted(range(min(len(rows), 60)), key=lambda i: (i != layout.header_line - 1, i))
    for i in order:
        cells = [str(cell).strip() for cell in rows[i]]
        if named <= set(cells):
            return Recognised(_overruled(replace(layout, header_line=i + 1), options), tuple(cells))
    missing = ", ".join(sorted(str(name) for name in named)[:5])
    raise UnknownLayoutError(
        Text(f"the headings of the mapping were not found: {missing}", f"未找到映射文件中的表头：{missing}")
    )


def _overruled(layout: Layout, options: ReadOptions) -> Layout:
    return replace(
        layout,
        kind=options.kind or layout.kind,
        unit=options.unit or layout.unit,
        stamps=options.stamps or layout.stamps,
        zone=options.zone or layout.zone,
        step_minutes=options.step_minutes or layout.step_minutes,
        meter_id=options.meter or layout.meter_id,
        day_first=layout.day_first if options.day_first is None else options.day_first,
        decimal=options.decimal or layout.decimal,
    )


def _with_date_order(table: Table, name: str, options: ReadOptions, log: IssueLog) -> Layout:
    """Let the whole column decide whether dates are day first; tell when it cannot."""
    layout = table.found.layout
    heading = layout.time or layout.date
    if layout.day_first is not None or heading is None or options.day_first is not None:
        return layout
    index = table.found.headings.index(heading) if heading in table.found.headings else None
    if index is None:
        return layout
    order = day_first_of(chunk.frame[f"c{index}"] for chunk in (table.looked_through or table.chunks)([index], []))
    if order.guessed:
        shown = Text("day first", "日/月/年") if order.day_first else Text("month first", "月/日/年")
        log.note("ambiguous_dates", name, column=heading, said=shown)
    return replace(layout, day_first=order.day_first)
