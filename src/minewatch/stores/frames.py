"""The lake as Polars frames: a lazy long table or lazy days, read shard by shard in bounded memory."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from minewatch.stores.blocks import EPOCH, MeterBlock
from minewatch.stores.lake import Lake

MINUTES_A_DAY = 1440

LONG_SCHEMA = pl.Schema({"meter": pl.String(), "time": pl.Datetime("us"), "minutes": pl.Int16(), "kw": pl.Float32()})
"""``time``: start of the slot in the meter's standard time; ``minutes``: its length; ``kw``: mean power in it."""

LONG_READINGS = 1_000_000
"""Readings of a block when it becomes a long frame, which takes some 30 bytes a reading."""


def days_schema(slots: int) -> pl.Schema:
    """Return the schema of a ``readings`` frame with ``slots`` slots a day."""
    return pl.Schema({"meter": pl.String(), "day": pl.Date(), "kw": pl.Array(pl.Float32(), slots)})


def days_frame(block: MeterBlock) -> pl.DataFrame:
    """Return the days of a block that hold a reading, as a ``readings`` frame sorted by meter and day (a copy)."""
    meters, days, slots = block.kw.shape
    flat = block.kw.reshape(meters * days, slots)
    held = np.flatnonzero(~np.isnan(flat).all(axis=1))
    names = pl.Series("meter", list(block.meters), dtype=pl.String)
    first = (block.first_day - EPOCH).days
    return pl.DataFrame(
        {
            "meter": names.gather(held // days),
            "day": pl.Series((held % days + first).astype(np.int32)).cast(pl.Date),
            "kw": pl.Series(flat[held], dtype=pl.Array(pl.Float32, slots)),
        }
    )


def long_frame(days: pl.DataFrame) -> pl.DataFrame:
    """Return days as a long table (meter, time, minutes, kw), one row a reading; missing readings have no row."""
    kw = days["kw"].to_numpy()
    slots = kw.shape[1]
    minutes = MINUTES_A_DAY // slots
    rows, places = np.nonzero(~np.isnan(kw))
    starts = days["day"].cast(pl.Datetime("us")).to_physical().to_numpy()
    return pl.DataFrame(
        {
            "meter": days["meter"].gather(rows),
            "time": pl.Series(starts[rows] + places * (minutes * 60_000_000)).cast(pl.Datetime("us")),
            "minutes": pl.repeat(minutes, len(rows), dtype=pl.Int16, eager=True),
            "kw": pl.Series(kw[rows, places], dtype=pl.Float32),
        }
    )


def day_frames(
    lake: Lake,
    slots: int,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    meters: AbstractSet[str] | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield ``readings`` frames of one kind of day, shard by shard, meters ascending within a shard."""
    for shard in lake.shards_of(meters):
        for block in lake.blocks(
            shard, slots, first_day=first_day, last_day=last_day, meters=meters, readings=LONG_READINGS
        ):
            yield days_frame(block)


def scan_days(
    lake: Lake,
    slots: int,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    meters: AbstractSet[str] | None = None,
) -> pl.LazyFrame:
    """Return the lake's days of one kind as a lazy ``readings`` frame."""

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        del batch_size
        found = day_frames(lake, slots, first_day=first_day, last_day=last_day, meters=meters)
        yield from _trimmed(found, with_columns, predicate, n_rows)

    return register_io_source(source, schema=days_schema(slots))


def scan(
    lake: Lake,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    meters: AbstractSet[str] | None = None,
) -> pl.LazyFrame:
    """Return the lake as a lazy long frame of columns ``LONG_SCHEMA``, every kind of day, finest first."""

    def source(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        del batch_size
        found = (
            long_frame(days)
            for slots in lake.slot_kinds
            for days in day_frames(lake, slots, first_day=first_day, last_day=last_day, meters=meters)
        )
        yield from _trimmed(found, with_columns, predicate, n_rows)

    return register_io_source(source, schema=LONG_SCHEMA)


def _trimmed(
    frames: Iterator[pl.DataFrame], columns: list[str] | None, predicate: pl.Expr | None, rows: int | None
) -> Iterator[pl.DataFrame]:
    """Apply what Polars pushed down: rows wanted, columns wanted, how many."""
    left = rows
    for given in frames:
        frame = given if left is None else given.head(left)
        if left is not None:
            left -= frame.height
        if predicate is not None:
            frame = frame.filter(predicate)
        yield frame if columns is None else frame.select(columns)
        if left is not None and left <= 0:
            return
