"""Use case: export the lake's readings to a file any tool reads."""

import os
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from minewatch.model.errors import InputError, StoreError
from minewatch.model.origin import Origin
from minewatch.model.text import Text
from minewatch.stores.frames import MINUTES_A_DAY, scan, scan_days
from minewatch.stores.lake import Lake
from minewatch.usecases.simulated import meters_origin, readings_origin

Shape = Literal["long", "days"]


@dataclass(frozen=True, slots=True)
class ExportReceipt:
    """What an export wrote, and what the readings in it are."""

    out: Path
    rows: int
    bytes: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Selection:
    """Which readings: meters (``None``: all), days (both ends included; ``None``: open)."""

    meters: AbstractSet[str] | None = None
    first_day: date | None = None
    last_day: date | None = None


EVERYTHING = Selection()


def export_readings(
    *, lake: Lake, out: Path, selection: Selection = EVERYTHING, shape: Shape = "long", slots: int | None = None
) -> ExportReceipt:
    """Write readings to ``out``, ``.parquet`` or ``.csv``, streamed; the file appears whole or not at all.

    ``long``: one row a reading: meter, interval_start (standard time), minutes (length of the slot), kw; missing readings
    have no row. ``days``: one row a meter and day, a column a slot named by its start, empty where missing. ``slots``
    picks one kind of day. Simulated readings get a column ``remark`` that says so, by which an
    import of the file knows them again. Raises ``InputError`` for what cannot be written,
    ``StoreError`` if the disk refuses.
    """
    ending = out.suffix.casefold()
    if ending not in {".parquet", ".csv"}:
        raise InputError(
            Text(f"{out.name} ends in neither .parquet nor .csv.", f"{out.name} 的扩展名既非 .parquet 也非 .csv。"),
            remedy=Text("Name the file so that it does.", "请用其中一种扩展名。"),
        )
    if slots is not None and slots not in lake.slot_kinds:
        raise InputError(
            Text(f"The lake holds no days of {slots} slots.", f"数据湖中没有每日 {slots} 个时段的数据。"),
            remedy=Text(f"It holds: {_kinds(lake) or 'nothing yet'}.", f"现有：{_kinds(lake) or '尚无数据'}。"),
        )
    frame = _days(lake, selection, slots) if shape == "days" else _long(lake, selection, slots)
    if shape == "days":
        frame = _with_columns_of_slots(frame)
    origin = readings_origin(lake) if selection.meters is None else meters_origin(lake, selection.meters)
    if origin.is_simulated:
        frame = frame.with_columns(pl.lit(origin.remark).alias("remark"))
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        if ending == ".csv":
            frame.sink_csv(temporary, datetime_format="%Y-%m-%d %H:%M:%S")
            with temporary.open("rb") as lines:
                rows = sum(1 for _ in lines) - 1
        else:
            frame.sink_parquet(temporary)
            rows = pl.scan_parquet(temporary).select(pl.len()).collect().item()
        temporary.replace(out)
    except OSError as error:
        raise StoreError(
            Text(f"{out} cannot be written: {error}.", f"无法写入 {out}：{error}。"),
            remedy=Text(
                "Make room or choose another place, then run the command again.", "请腾出空间或另选位置后重新运行命令。"
            ),
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return ExportReceipt(out, rows, out.stat().st_size, origin)


def _kinds(lake: Lake) -> str:
    return ", ".join(str(slots) for slots in lake.slot_kinds)


def _long(lake: Lake, selection: Selection, slots: int | None) -> pl.LazyFrame:
    found = scan(lake, first_day=selection.first_day, last_day=selection.last_day, meters=selection.meters)
    if slots is not None:
        found = found.filter(pl.col("minutes") == MINUTES_A_DAY // slots)
    # A name that says what the time stands for, so that the file can be read back without guessing.
    return found.rename({"time": "interval_start"})


def _days(lake: Lake, selection: Selection, slots: int | None) -> pl.LazyFrame:
    kinds = lake.slot_kinds
    if slots is None:
        if len(kinds) != 1:
            raise _no_one_kind(lake)
        slots = kinds[0]
    return scan_days(lake, slots, first_day=selection.first_day, last_day=selection.last_day, meters=selection.meters)


def _no_one_kind(lake: Lake) -> InputError:
    if not lake.slot_kinds:
        return InputError(
            Text("The lake is empty.", "数据湖为空。"), remedy=Text("Import readings first.", "请先导入读数。")
        )
    return InputError(
        Text(
            f"The lake holds days of several kinds ({_kinds(lake)} slots).",
            f"数据湖中有多种每日时段数的数据（{_kinds(lake)}）。",
        ),
        remedy=Text("Choose one with --slots, or export --long.", "请用 --slots 选择一种，或用 --long 导出。"),
    )


def _with_columns_of_slots(frame: pl.LazyFrame) -> pl.LazyFrame:
    kind = frame.collect_schema()["kw"]
    if not isinstance(kind, pl.Array):
        raise TypeError(kind)
    minutes = MINUTES_A_DAY // kind.size
    columns = [
        pl.col("kw").arr.get(i).fill_nan(None).alias(f"{i * minutes // 60:02d}:{i * minutes % 60:02d}")
        for i in range(kind.size)
    ]
    return frame.select("meter", "day", *columns)
