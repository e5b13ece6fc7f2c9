"""Rehearse: simulate a region with known truth, write it as a utility would export it, compare findings with the truth."""

import gzip
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from minewatch.model.errors import InputError, StoreError
from minewatch.model.rehearsal_views import RehearsalView, WrittenFile
from minewatch.model.text import Text
from minewatch.rehearsal.exports import (
    REMARK,
    generation_rows,
    node_curves,
    power_curves,
    register_curves,
    xlsx_bytes,
)
from minewatch.rehearsal.parameters import COUNTIES, GridParameters, RegionParameters
from minewatch.rehearsal.region import Region, simulate

Progress = Callable[[str, int, int], None]
"""Told (what, done, all)."""

LABEL = Text(
    "SIMULATED: invented customers, mines and power stations; no record of anybody.",
    "模拟数据：用户、矿场和电站均为虚构，不涉及任何真实个人或单位。",
)

PREFIX = "模拟_SIMULATED_"
"""Every file of curves begins with it."""

README = """SIMULATED DATA / 模拟数据

Everything in this folder was made by `minewatch rehearse` with seed {seed}. Customers, mines, power stations, weather and
network outages are invented; only the names and codes of the counties and the calendar of June 2021 are real. It is no
record of any person, firm or day and proves nothing about anybody.
本文件夹内的全部数据均由 minewatch rehearse（随机种子 {seed}）模拟生成。用户、矿场、电站、天气、网络中断均为虚构，
仅区县名称、行政区划代码和 2021 年 6 月的日历为真实内容；不是任何个人、单位或日期的真实记录，不能证明任何事情。

curves/            96-point curves of the customers, as a utility exports them (power P1..P96 or registers R1..R96)
feed_in/           the same of roofs that feed sunshine into the grid (reverse direction)
supply/            what transformer areas, feeders and substations were supplied with
reactive.parquet   reactive power (kvar) of all but single-phase meters, one array a day
{more}meters.csv         meters, customers, declared use, contract, voltage, county, node as the books have it
grid.csv           substations, feeders, transformer areas, meters, stations: parent and validity
stations.csv       small hydro stations; generation.csv: their generation, own use, delivery, inflow, dispatch
suspected_projects.csv: what the grid company suspects, right or wrong
weather.csv        simulated temperature by county; network_outages.csv: known outages of the public network
truth/             what is true. Do not read it before you have looked for yourself.
"""

CURRENTS_FILE = "currents.parquet"
CURRENTS_LINE = "currents.parquet   currents (A) of the phases of the same meters, one array a phase and day\n"
"""Line of the note where currents were asked for."""

_SAFE_SEED = 2**63

MOST_METER_DAYS = 2_000_000
"""A region is simulated in memory: about 1.3 kB a meter and day."""


@dataclass(frozen=True, slots=True)
class Flaws:
    """What is wrong with the utility's data beyond the usual gaps, as shares of the meters from 0 to 1."""

    unread_meters: float = 0.0
    """Meters whose readings never reach the system."""
    wrong_topology: float = 0.0
    """Low-voltage meters that the books place in a neighbouring transformer area."""
    skewed_clocks: float = 0.0
    """Meters whose clock is off by up to ten minutes."""


def simulate_region(
    *,
    seed: int,
    meters: int = 3000,
    days: int = 32,
    flaws: Flaws | None = None,
    currents: bool = False,
    progress: Progress = lambda _what, _done, _total: None,
) -> Region:
    """Simulate a region in memory with the default mix of mines. InputError: a size that makes no region.

    With ``currents`` those of the phases are made too; everything else stays the same to the bit.
    """
    if not 0 <= seed < _SAFE_SEED:
        raise InputError(
            Text(f"The seed {seed} cannot be used.", f"种子 {seed} 不可用。"),
            remedy=Text("Give a whole number from 0 up.", "请给出不小于 0 的整数。"),
        )
    if not 50 <= meters <= 200_000:
        raise InputError(
            Text(f"{meters} meters make no region.", f"无法用 {meters} 个计量点模拟一个地区。"),
            remedy=Text("Give from 50 to 200000 meters.", "请给出 50 至 200000 个。"),
        )
    if not 1 <= days <= 731:
        raise InputError(
            Text(f"{days} days cannot be simulated.", f"无法模拟 {days} 天。"),
            remedy=Text("Give from 1 to 731 days.", "请给出 1 至 731 天。"),
        )
    if meters * days > MOST_METER_DAYS:
        remedy = Text(
            f"Keep meters × days at {MOST_METER_DAYS:,} or less.", f"请使 计量点数×天数 不超过 {MOST_METER_DAYS:,}。"
        )
        raise InputError(
            Text(
                f"{meters} meters over {days} days do not fit into memory.",
                f"内存不足以模拟 {meters} 个计量点 {days} 天的数据。",
            ),
            remedy=remedy,
        )
    flaws = flaws or Flaws()
    for name in Flaws.__slots__:
        if not 0.0 <= getattr(flaws, name) <= 1.0:
            option, share = f"--{name.replace('_', '-')}", getattr(flaws, name)
            wrong = Text(f"{option} is a share and cannot be {share}.", f"{option} 是比例，不能为 {share}。")
            raise InputError(wrong, remedy=Text("Give a number from 0 to 1.", "请给出 0 至 1 之间的数。"))
    grid = GridParameters(
        coverage=1.0 - flaws.unread_meters, wrong_topology=flaws.wrong_topology, skewed_clocks=flaws.skewed_clocks
    )
    parameters = RegionParameters(seed=seed, meters=meters, days=days, grid=grid, currents=currents)
    return simulate(parameters, progress=progress)


def rehearse(
    *,
    out: Path,
    seed: int,
    meters: int = 3000,
    days: int = 32,
    flaws: Flaws | None = None,
    currents: bool = False,
    progress: Progress = lambda _what, _done, _total: None,
) -> RehearsalView:
    """Simulate a region and write it below ``out``; the same arguments give the same bytes.

    ``currents``: those of the phases too, which leaves the other tables as they are.
    An ``out`` that holds something else than an earlier rehearsal is refused with InputError.
    """
    _check_folder(out)
    region = simulate_region(seed=seed, meters=meters, days=days, flaws=flaws, currents=currents, progress=progress)
    return write_region(region, out=out, progress=progress)


def _check_folder(out: Path) -> None:
    if out.is_file():
        raise InputError(Text(f"{out} is a file.", f"{out} 是文件。"), remedy=Text("Name a folder.", "请指定文件夹。"))
    if out.is_dir() and any(out.iterdir()) and not _is_rehearsal(out):
        raise InputError(
            Text(f"{out} holds other files.", f"{out} 中有其他文件。"),
            remedy=Text("Name an empty or a new folder.", "请指定空文件夹或新文件夹。"),
        )


def _is_rehearsal(out: Path) -> bool:
    note = out / "README.txt"
    return note.is_file() and note.read_bytes().startswith(b"SIMULATED DATA")


def write_region(region: Region, *, out: Path, progress: Progress = lambda _what, _done, _total: None) -> RehearsalView:
    """Write the region's tables below ``out``: what a utility would hand over, and the truth apart in ``truth/``."""
    files = list(_files(region))
    written = []
    try:
        _forget_earlier_curves(out)
        for number, (path, what, content) in enumerate(files):
            progress("files", number, len(files))
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            data = content()
            target.write_bytes(data)
            written.append(WrittenFile(path, len(data), what))
    except OSError as error:
        remedy = Text(
            "Free some space or name another folder, and run the command again.",
            "请腾出磁盘空间或另指定文件夹，然后重新运行。",
        )
        raise StoreError(
            Text(
                f"{out} could not be written: {error.strerror or error}.",
                f"无法写入 {out}：{error.strerror or error}。",
            ),
            remedy=remedy,
        ) from error
    progress("files", len(files), len(files))
    truth = region.truth
    return RehearsalView(
        label=LABEL,
        folder=str(out),
        seed=region.parameters.seed,
        meters=region.readings["meter"].n_unique(),
        readings=region.readings.height * region.parameters.slots,
        mines=truth.filter("is_mine")["site"].n_unique(),
        mines_metered=truth.filter(pl.col("is_mine") & pl.col("meter").is_not_null())["site"].n_unique(),
        files=tuple(written),
    )


def _forget_earlier_curves(out: Path) -> None:
    """Remove what an earlier rehearsal wrote and this one may not overwrite by name; nothing else is touched."""
    if _is_rehearsal(out):
        for folder in ("curves", "feed_in", "supply"):
            for path in (out / folder).glob(f"{PREFIX}*"):
                path.unlink()
        (out / CURRENTS_FILE).unlink(missing_ok=True)


_Entry = tuple[str, Text, Callable[[], bytes]]


def _files(region: Region) -> Iterator[_Entry]:
    seed = region.parameters.seed
    more = CURRENTS_LINE if region.parameters.currents else ""
    yield "README.txt", Text("what this is", "说明"), lambda: README.format(seed=seed, more=more).encode()
    yield from _curve_files(region)
    tables = {
        "meters.csv": (region.meters, Text("meters and customers", "计量点与用户")),
        "grid.csv": (region.grid, Text("the grid's tree", "电网拓扑")),
        "stations.csv": (region.stations, Text("small hydro stations", "小水电站")),
        "generation.csv": (generation_rows(region.generation), Text("generation", "发电数据")),
        "weather.csv": (_long_weather(region), Text("simulated weather", "模拟天气")),
        "suspected_projects.csv": (region.suspects, Text("the grid company's list", "电网公司上报的疑似项目")),
        "network_outages.csv": (region.network_outages, Text("network outages", "网络中断")),
    }
    for name, (frame, what) in tables.items():
        yield name, what, partial(_csv, _remarked(frame), bom=True)
    reactive = _remarked(region.reactive)
    yield "reactive.parquet", Text("reactive power", "无功功率"), partial(_parquet, reactive)
    if region.parameters.currents:
        amperes = _remarked(region.currents)
        yield CURRENTS_FILE, Text("currents of the phases", "三相电流"), partial(_parquet, amperes)
    truth = _remarked(region.truth)
    yield "truth/truth.csv", Text("the truth", "真实情况"), lambda: _csv(truth, bom=True)
    yield "truth/truth.parquet", Text("the truth", "真实情况"), lambda: _parquet(truth)
    series = _remarked(region.mine_series)
    yield "truth/mine_series.parquet", Text("power of every mine", "各矿场功率"), lambda: _parquet(series)
    losses = _remarked(region.losses)
    yield "truth/losses.csv", Text("loss of every node", "各节点线损"), lambda: _csv(losses, bom=True)


_SHAPES = {
    "511803": "gzip",
    "511823": "registers",
    "511824": "gb18030",
    "511827": "xlsx",
}
"""How a county's system exports; all others as UTF-8 with byte order mark, power."""


def _curve_files(region: Region) -> Iterator[_Entry]:
    parameters = region.parameters
    points = f"{parameters.slots}点"
    imports = region.meters.filter(pl.col("direction") == "import")
    for county in COUNTIES:
        meters = imports.filter(pl.col("county_code") == county.code)
        readings = region.readings.filter(pl.col("meter").is_in(meters["meter"].implode()))
        if readings.is_empty():
            continue
        what = Text(f"curves of {county.name}", f"{county.name_zh}用户曲线")
        stem = f"curves/{PREFIX}{county.code}_{county.name_zh}_{points}"
        shape = _SHAPES.get(county.code, "utf-8")
        if shape == "registers":
            yield (
                f"{stem}正向有功总示值.csv",
                what,
                partial(_registers, parameters, readings, meters),
            )
            continue
        frame = power_curves(readings, meters)
        if shape == "gzip":
            yield f"{stem}功率曲线.csv.gz", what, partial(_gzipped, frame)
        elif shape == "gb18030":
            yield f"{stem}功率曲线_GB18030.csv", what, partial(_gb18030, frame)
        elif shape == "xlsx":
            yield f"{stem}功率曲线.xlsx", what, partial(xlsx_bytes, frame, sheet=REMARK)
        else:
            yield f"{stem}功率曲线.csv", what, partial(_csv, frame, bom=True)
    exporting = region.meters.filter(pl.col("direction") == "export")
    back = region.readings.filter(pl.col("meter").is_in(exporting["meter"].implode()))
    if back.height:
        frame = power_curves(back, exporting)
        name = f"feed_in/{PREFIX}光伏反向有功_{points}功率曲线.csv"
        yield name, Text("sunshine fed in", "光伏上网"), lambda: _csv(frame, bom=True)
    nodes = node_curves(region.supply)
    name = f"supply/{PREFIX}台区线路关口_{points}功率曲线.csv"
    yield name, Text("supply of areas and feeders", "台区、线路供电量"), lambda: _csv(nodes, bom=True)


def _long_weather(region: Region) -> pl.DataFrame:
    slots = region.parameters.slots
    minutes = 1440 // slots
    return (
        region.weather.with_columns(pl.lit([one * minutes for one in range(slots)]).alias("minute"))
        .explode("temperature_c", "minute")
        .select(
            "county_code",
            (pl.col("day").cast(pl.Datetime) + pl.duration(minutes="minute")).alias("start"),
            pl.col("temperature_c").round(1),
        )
    )


def _remarked(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.drop("simulated", strict=False).with_columns(pl.lit(REMARK).alias("remark"))


def _csv(frame: pl.DataFrame, *, bom: bool) -> bytes:
    return (b"\xef\xbb\xbf" if bom else b"") + frame.write_csv().encode()


def _registers(parameters: RegionParameters, readings: pl.DataFrame, meters: pl.DataFrame) -> bytes:
    return _csv(register_curves(parameters, readings, meters), bom=False)


def _gzipped(frame: pl.DataFrame) -> bytes:
    return gzip.compress(_csv(frame, bom=False), 6, mtime=0)


def _gb18030(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode("gb18030")


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return bytes(buffer.getvalue())
