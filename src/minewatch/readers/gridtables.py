"""Tables of the grid and of what is known around it: tree, meters, stations, generation, weather, outages, holidays.

CSV, XLSX or Parquet with English or Chinese headings.

The line of headings is looked for among the first lines; columns that are not known are left alone. Files are streamed
through the same openers as readings. A line that lacks what is needed is set aside and told; a number or a date that
cannot be read counts as missing and is told. Nothing raises for what a file holds.
"""

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.grid_issues import grid_issue
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.readers.csvfile import Chunk, CsvTable, delimiter_of, encoding_of, sample_of, split_lines
from minewatch.readers.foreign import foreign_kind, is_binary
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.parquetfile import ParquetTable
from minewatch.readers.sources import ExpandsTooMuchError, digest_of
from minewatch.readers.workbook import WorkbookTable, is_workbook

HEADINGS_WITHIN = 30
MOST_SHOWN = 20
"""Places of one fault and column that are told one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the headings it may stand under besides, its type, whether a line needs it."""

    name: str
    headings: tuple[str, ...]
    kind: Literal["text", "number", "date", "time"] = "text"
    needed: bool = False


@dataclass(frozen=True, slots=True)
class TableKind:
    """One kind of table. ``slots``: the table has a column a slot (S1…S96), read into an array ``values``."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    slots: bool = False


PLACE = (
    Column("latitude", ("纬度", "lat"), "number"),
    Column("longitude", ("经度", "lon", "lng"), "number"),
)
"""Where a thing stands, degrees; missing: not known."""

GRID = TableKind(
    "grid",
    (
        Column("node", ("节点", "节点编号", "设备编号", "id", "child", "下级"), needed=True),
        Column("parent", ("上级", "上级节点", "上级编号", "所属节点", "parent node")),
        Column("kind", ("类型", "节点类型", "设备类型", "type"), needed=True),
        Column("county_code", ("区划代码", "县区代码", "division")),
        Column("valid_from", ("生效日期", "起始日期", "投运日期", "from"), "date"),
        Column("valid_to", ("失效日期", "终止日期", "退运日期", "to"), "date"),
        *PLACE,
    ),
    ("node", "parent", "valid_from"),
)
CONTRACTED = (
    "合同容量", "合同容量(kva)", "合同容量(千伏安)", "合同容量(kw)", "合同容量(千瓦)", "报装容量", "contracted capacity",
    "contracted_capacity_kva",
)  # fmt: skip
METERS = TableKind(
    "meters",
    (
        Column("meter", ("计量点", "计量点编号", "电表资产号", "表号", "meter id"), needed=True),
        Column("customer", ("户号", "用户编号", "客户编号", "account", "customer id")),
        Column("declared_use", ("用电类别", "申报用途", "行业", "行业类别", "use")),
        Column("tariff", ("电价类别", "价类")),
        Column("contract", ("供电方式", "合同类型", "contract kind")),
        Column("voltage", ("电压等级", "供电电压", "voltage class")),
        Column("capacity_kva", CONTRACTED, "number"),
        Column("ct", ("ct变比", "电流互感器变比"), "number"),
        Column("pt", ("pt变比", "电压互感器变比"), "number"),
        Column("county_code", ("区划代码", "县区代码", "division")),
        Column("node", ("台区", "所属台区", "台区编号", "变压器", "所属节点", "transformer", "area", "parent")),
        Column("direction", ("方向", "计量方向")),
        Column("opened", ("立户日期", "开户日期"), "date"),
        *PLACE,
    ),
    ("meter",),
)
STATIONS = TableKind(
    "stations",
    (
        Column("station", ("电站", "电站编号", "电厂", "plant"), needed=True),
        Column("county_code", ("区划代码", "县区代码", "division")),
        Column("river", ("河流", "流域")),
        Column("node", ("并网点", "所属节点", "上级节点")),
        Column("capacity_kw", ("装机容量", "装机容量(千瓦)", "装机容量(kw)", "capacity"), "number", needed=True),
        Column("head_m", ("水头", "水头(米)", "水头(m)", "head"), "number"),
        Column("efficiency", ("效率",), "number"),
        Column("contract", ("供电方式", "合同类型", "contract kind")),
        Column("remark", ("备注", "说明")),
    ),
    ("station",),
)
GENERATION = TableKind(
    "generation",
    (
        Column("station", ("电站", "电站编号", "电厂", "plant"), needed=True),
        Column("day", ("日期", "数据日期", "date"), "date", needed=True),
        Column("quantity", ("量", "数据类型", "指标"), needed=True),
        Column("unit", ("单位",)),
    ),
    ("station", "day", "quantity"),
    slots=True,
)
WEATHER = TableKind(
    "weather",
    (
        Column("county_code", ("区划代码", "县区代码", "division")),
        Column("start", ("时间", "time", "起始时间", "观测时间"), "time", needed=True),
        Column("temperature_c", ("气温", "温度", "temperature", "气温(℃)", "气温(°c)"), "number", needed=True),
    ),
    ("county_code", "start"),
)
"""A line without a division holds everywhere; so does one of :data:`OUTAGES`."""
OUTAGES = TableKind(
    "outages",
    (
        Column("county_code", ("区划代码", "县区代码", "division")),
        Column(
            "start", ("开始时间", "中断时间", "中断开始", "起始时间", "停运时间", "begin", "from"), "time", needed=True
        ),
        Column("end", ("结束时间", "恢复时间", "中断结束", "终止时间", "to"), "time", needed=True),
        Column("what", ("类型", "中断类型", "对象", "kind", "type")),
    ),
    ("county_code", "start", "end", "what"),
)
"""Times when the network of a region or a mining pool was known to be down."""
HOLIDAYS = TableKind(
    "holidays", (Column("day", ("日期", "放假日期", "节假日", "date", "holiday"), "date", needed=True),), ("day",)
)
KINDS = {kind.name: kind for kind in (GRID, METERS, STATIONS, GENERATION, WEATHER, OUTAGES, HOLIDAYS)}

QUANTITIES = {
    "发电": "generated", "发电量": "generated", "发电出力": "generated", "厂用": "own_use", "厂用电": "own_use",
    "上网": "delivered", "上网电量": "delivered", "直供": "direct_sale", "来水": "inflow", "来水流量": "inflow",
    "调度": "dispatch", "调度指令": "dispatch",
}  # fmt: skip
"""Chinese names of the quantities of generation."""


@dataclass(frozen=True, slots=True)
class GridTable:
    """What one file held: typed columns of its kind (all of them, null where absent), ``line`` of each row, faults."""

    kind: str
    digest: str
    frame: pl.DataFrame
    issues: tuple[Issue, ...]


def read_grid_table(path: Path, kinds: Sequence[TableKind]) -> GridTable:
    """Read ``path`` as whichever of ``kinds`` knows most of its headings and lacks no needed one.

    Raises ``InputError`` when there is no such file; every other fault is an issue of the result, which then may be empty.
    """
    if not path.is_file():
        raise InputError(
            Text(f"There is no file {path}.", f"没有文件 {path}。"),
            remedy=Text("Give the path of a CSV, XLSX or Parquet file.", "请给出 CSV、XLSX 或 Parquet 文件的路径。"),
        )
    log = IssueLog()
    name = path.name
    try:
        opened = _open(path, log)
        if opened is None:
            issues = log.take() or (grid_issue("grid_no_column", name, column=kinds[0].columns[0].name, value="—"),)
            return GridTable(kinds[0].name, digest_of(path), _empty(kinds[0]), issues)
        rows, chunks_from = opened
        line, kind, columns = _headings(rows, kinds)
        lacking = [one for one in kind.columns if one.needed and one.name not in columns]
        if lacking and is_binary(sample_of(path)[0]):
            log.note("binary_file", name)
            return GridTable(kind.name, digest_of(path), _empty(kind), log.take())
        if lacking:
            issues = tuple(
                grid_issue("grid_no_column", name, line=line, column=one.name, value=", ".join(one.headings))
                for one in lacking
            )
            return GridTable(kind.name, digest_of(path), _empty(kind), (*log.take(), *issues))
        slots = _slot_columns(rows[line - 1]) if kind.slots else []
        wanted = sorted({*columns.values(), *slots})
        parts = list(chunks_from(line, wanted))
    except ExpandsTooMuchError:
        log.note("expands_too_much", name)
        return GridTable(kinds[0].name, digest_of(path), _empty(kinds[0]), log.take())
    text = pl.concat([part.frame.with_columns(pl.col("*").cast(pl.String), part.lines) for part in parts])
    frame, found = _typed(text, kind, columns, name, slots)
    return GridTable(kind.name, digest_of(path), frame, (*log.take(), *log.rest(), *found))


_Opened = tuple[Sequence[Sequence[str]], Callable[[int, Sequence[int]], Iterator[Chunk]]]


def _open(path: Path, log: IssueLog) -> _Opened | None:
    """Return the first rows and a function from (line of the headings, columns) to chunks; None: told in ``log``."""
    start, fault = sample_of(path)
    if fault:
        log.note("unreadable_file", path.name, said=fault)
        return None
    foreign = foreign_kind(path, start)
    if foreign is not None:
        log.note(foreign[0], path.name, value=foreign[1])
        return None
    if start.startswith(b"PAR1"):
        parquet = ParquetTable.open(path, path.name, log)
        return None if parquet is None else (parquet.sample(), lambda _line, columns: parquet.chunks(columns, ()))
    if is_workbook(start):
        book = WorkbookTable.open(path, path.name, None, log)
        if book is None or not book.names:
            return None
        sheet = book.names[0]

        def of_sheet(line: int, columns: Sequence[int]) -> Iterator[Chunk]:
            book.start(sheet, line)
            return book.chunks(columns, ())

        return book.sample(sheet), of_sheet
    encoding = encoding_of(start)
    text = codecs.decode(start, encoding, "replace").removeprefix("\ufeff")
    if not text.strip():
        log.note("empty_file", path.name)
        return None
    delimiter = delimiter_of(text)
    rows = split_lines(text, delimiter)

    def of_text(line: int, columns: Sequence[int]) -> Iterator[Chunk]:
        width = len(rows[line - 1])
        table = CsvTable(
            path, path.name, encoding=encoding, delimiter=delimiter, decimal=".", width=width, skip=line, log=log
        )
        return table.chunks(columns, ())

    return rows, of_text


def _plain(heading: str) -> str:
    kept = heading.replace("\ufeff", "").casefold().replace("（", "(").replace("）", ")")
    return "".join(kept.replace("_", " ").split())


def _headings(rows: Sequence[Sequence[str]], kinds: Sequence[TableKind]) -> tuple[int, TableKind, dict[str, int]]:
    """Return the line of headings, the kind and the place of each column: fewest needed ones lacking, most known."""
    best: tuple[tuple[int, int], int, TableKind, dict[str, int]] = ((-99, 0), 1, kinds[0], {})
    for kind in kinds:
        names = {_plain(text): one.name for one in kind.columns for text in (one.name, *one.headings)}
        for number, cells in enumerate(rows[:HEADINGS_WITHIN], start=1):
            columns: dict[str, int] = {}
            for place, cell in enumerate(cells):
                name = names.get(_plain(str(cell)))
                if name is not None:
                    columns.setdefault(name, place)
            lacking = sum(one.needed and one.name not in columns for one in kind.columns)
            if columns and (-lacking, len(columns)) > best[0]:
                best = (-lacking, len(columns)), number, kind, columns
    return best[1], best[2], best[3]


def _slot_columns(headings: Sequence[str]) -> list[int]:
    """Places of the columns of slots (S1…, P1…, R1… or V1…), in their order; as many as make a day."""
    found = {}
    for place, heading in enumerate(headings):
        text = _plain(str(heading))
        if text[:1] in {"s", "p", "r", "v"} and text[1:].isdigit():
            found[int(text[1:])] = place
    most = next((count for count in (96, 48, 24, 1) if all(one in found for one in range(1, count + 1))), 0)
    return [found[one] for one in range(1, most + 1)]


_TYPES: dict[str, Any] = {
    "text": pl.String,
    "number": pl.Float64,
    "date": pl.Date,
    "time": pl.Datetime("us"),
}


def schema_of(kind: TableKind, slots: int = 96) -> dict[str, Any]:
    """Types of the columns of a kind, ``line`` last."""
    values = {"values": pl.Array(pl.Float32, slots)} if kind.slots else {}
    return {**{one.name: _TYPES[one.kind] for one in kind.columns}, **values, "line": pl.Int64}


def _empty(kind: TableKind) -> pl.DataFrame:
    return pl.DataFrame(schema=schema_of(kind))


def _typed(
    text: pl.DataFrame, kind: TableKind, columns: dict[str, int], file: str, slots: Sequence[int]
) -> tuple[pl.DataFrame, list[Issue]]:
    issues: list[Issue] = []
    out = {}
    for one in kind.columns:
        if one.name not in columns:
            out[one.name] = pl.Series(one.name, [None] * text.height, dtype=_TYPES[one.kind])
            continue
        column = text[f"c{columns[one.name]}"].str.strip_chars(" \t\r\u00a0\u3000\"'").replace("", None)
        value = _read(column, one.kind)
        bad = column.is_not_null() & value.is_null()
        if bad.any():
            code = {"number": "grid_bad_number", "time": "grid_bad_time"}.get(one.kind, "grid_bad_date")
            issues += _told(code, file, text["line"].filter(bad), one.name, column.filter(bad))
        out[one.name] = value.rename(one.name)
    frame = pl.DataFrame(out).with_columns(text["line"].cast(pl.Int64))
    if kind.slots:
        table = text.select(
            pl.col(f"c{place}").cast(pl.Float32, strict=False).fill_null(float("nan")) for place in slots
        )
        width = max(len(slots), 1)
        values = table.to_numpy() if slots else [[float("nan")]] * text.height
        frame = frame.with_columns(pl.Series("values", values, dtype=pl.Array(pl.Float32, width)))
    for one in kind.columns:
        if one.needed:
            missing = frame[one.name].is_null()
            issues += _told("grid_missing", file, frame["line"].filter(missing), one.name, None)
            frame = frame.filter(~missing)
    if kind is OUTAGES:
        reversed_ = frame["end"] <= frame["start"]
        span = frame["start"].cast(pl.String) + " – " + frame["end"].cast(pl.String)
        issues += _told("outage_reversed", file, frame["line"].filter(reversed_), "end", span.filter(reversed_))
        frame = frame.filter(~reversed_)
    if kind is GENERATION:
        plain = pl.col("quantity").str.to_lowercase().str.strip_suffix("_kw").str.strip_suffix("_m3s")
        frame = frame.with_columns(plain.replace(QUANTITIES))
    return frame, issues


def _read(column: pl.Series, kind: str) -> pl.Series:
    if kind == "number":
        return column.str.replace_all(",", "").cast(pl.Float64, strict=False)
    if kind == "date":
        day = column.str.slice(0, 10).str.replace_all(r"[/.年月]", "-").str.strip_suffix("日")
        return day.str.to_date("%Y-%m-%d", strict=False).fill_null(column.str.to_date("%Y%m%d", strict=False))
    if kind == "time":
        stamp = column.str.replace("T", " ", literal=True).str.replace_all("/", "-", literal=True)
        # A month, a day or an hour written with one digit.
        stamp = stamp.str.replace_all(r"([- ])(\d)([-: ]|$)", "${1}0${2}${3}").str.replace_all(
            r"([- ])(\d)([-: ]|$)", "${1}0${2}${3}"
        )
        whole = stamp.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False, time_unit="us")
        return whole.fill_null(stamp.str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="us"))
    return column


def _told(code: str, file: str, lines: pl.Series, column: str, values: pl.Series | None) -> list[Issue]:
    """One issue for each of the first places, one more that counts the rest."""
    issues = [
        grid_issue(code, file, line=int(lines[i]), column=column, value="" if values is None else str(values[i]))
        for i in range(min(len(lines), MOST_SHOWN))
    ]
    if len(lines) > MOST_SHOWN:
        issues.append(grid_issue(code, file, column=column, count=len(lines) - MOST_SHOWN))
    return issues
