"""From raw values in standard time to days of slots, and days of several files to one of each."""

import numpy as np
import polars as pl

from minewatch.readers.issuelog import IssueLog
from minewatch.readers.points import days_schema
from minewatch.readers.rows import ENERGY, Bools, Floats, Ints, Rows
from minewatch.readers.steps import slots_for

DAY = 86_400
COVERED = 0.8
"""Share of a slot's minutes that shorter readings must cover for their mean to stand for the slot."""


_SLOTS = np.array([slots_for(step) if step and 1440 % step == 0 else 0 for step in range(1441)], dtype=np.int64)
"""Slots of the day by step in minutes."""


def without_doubles(rows: Rows, log: IssueLog) -> Rows:
    """Return the rows with one value for each meter and time: the first present; others are told."""
    if len(rows) < 2:
        return rows
    same = (rows.meter[1:] == rows.meter[:-1]) & (rows.time[1:] == rows.time[:-1])
    if not same.any():
        return rows
    return rows.take(_keep_first(rows, rows.time, log))


def _keep_first(rows: Rows, cell: Ints, log: IssueLog) -> Ints:
    """Positions of the first present value of each meter and cell, in order; the others are told."""
    order = np.lexsort((np.isnan(rows.value), cell, rows.meter))
    meter, where, value = rows.meter[order], cell[order], (rows.value * rows.factor)[order]
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = (meter[1:] != meter[:-1]) | (where[1:] != where[:-1])
    kept = value[fresh][np.cumsum(fresh) - 1]
    again = ~fresh & ~np.isnan(value)
    alike = np.abs(value - kept) <= 1e-9 * np.abs(kept) + 1e-12
    rows.tell(log, "duplicate", np.sort(order[again & alike]))
    rows.tell(log, "conflict", np.sort(order[again & ~alike]))
    return order[fresh]


def to_days(rows: Rows, log: IssueLog) -> list[pl.DataFrame]:
    """Lay rows of power and energy (steps and ends known, standard time) into days, one frame for each kind of day."""
    aligned, start = starts_of(rows)
    moved = start != aligned
    off = np.flatnonzero(np.abs(start - aligned) > 60) if moved.any() else np.zeros(0, dtype=np.int64)
    if off.size:
        _, first = np.unique(rows.meter[off], return_index=True)
        rows.tell(log, "off_grid_times", off[first])
    if moved.any():
        kept = _keep_first(rows, aligned, log)
        rows, aligned = rows.take(kept), aligned[kept]
    kw = rows.value * rows.factor * np.where(rows.kind == ENERGY, 60.0 / rows.step, 1.0)
    of_row = _SLOTS[rows.step]
    frames = []
    for count in np.flatnonzero(np.bincount(of_row))[::-1].tolist():
        chosen: Bools = of_row == count
        whole = bool(chosen.all())
        part = rows if whole else rows.take(chosen)
        frames.append(_scatter(part, aligned if whole else aligned[chosen], kw if whole else kw[chosen], count, log))
    return frames


def starts_of(rows: Rows) -> tuple[Ints, Ints]:
    """Return where the interval of each row starts, in seconds of standard time: on its grid, and as its clock has it."""
    # One step for all, the usual case, is a number: dividing by it is many times quicker than by an array.
    step: Ints | np.int64 = rows.step * 60 if (rows.step != rows.step[0]).any() else rows.step[0] * 60
    start = rows.time - (rows.ends == 1) * step
    # A clock a little early or late belongs to the slot it means; one well inside a slot belongs to the slot it is in.
    return (start + step // 10) // step * step, start


def _scatter(rows: Rows, start: Ints, kw: Floats, slots: int, log: IssueLog) -> pl.DataFrame:
    length = DAY // slots
    day = start // DAY
    if len(rows) > 1 and bool(((day[1:] < day[:-1]) & (rows.meter[1:] == rows.meter[:-1])).any()):
        order = np.lexsort((start, rows.meter))
        rows, start, kw, day = rows.take(order), start[order], kw[order], day[order]
    fresh = np.ones(len(rows), dtype=np.bool_)
    fresh[1:] = (day[1:] != day[:-1]) | (rows.meter[1:] != rows.meter[:-1])
    first = np.flatnonzero(fresh)
    cell = (np.cumsum(fresh) - 1) * slots + (start - day * DAY) // length
    table = np.full(len(first) * slots, np.nan)
    whole = rows.step * 60 == length
    table[cell[whole]] = kw[whole]
    if not whole.all():
        _average(rows.take(~whole), cell[~whole], kw[~whole], table, length, log)
    places = rows.source.select("line", "file")[rows.row[first]]
    return pl.DataFrame(
        {
            "meter": rows.names[rows.meter[first]],
            "day": pl.Series(day[first].astype(np.int32)).cast(pl.Date),
            "kw": pl.Series("kw", table.reshape(-1, slots).astype(np.float32), dtype=pl.Array(pl.Float32, slots)),
            "line": places["line"],
            "file": places["file"],
        },
        schema=days_schema(slots),
    )


def _average(rows: Rows, cell: Ints, kw: Floats, table: Floats, length: int, log: IssueLog) -> None:
    """Average readings shorter than the slot where they cover enough of it; tell slots that they do not."""
    _, first = np.unique(rows.meter, return_index=True)
    rows.tell(log, "resampled", first, pl.Series("value", rows.step[first]).cast(pl.String))
    present = ~np.isnan(kw)
    minutes = np.bincount(cell[present], weights=rows.step[present].astype(np.float64), minlength=len(table))
    total = np.bincount(cell[present], weights=(kw * rows.step)[present], minlength=len(table))
    enough = minutes * 60 >= COVERED * length
    np.divide(total, minutes, out=table, where=enough)
    short = (minutes > 0) & ~enough
    if short.any():
        at_short = np.flatnonzero(short[cell] & present)
        _, one = np.unique(cell[at_short], return_index=True)
        rows.tell(log, "partial_slot", at_short[one])


def merge(frames: list[pl.DataFrame], log: IssueLog) -> pl.DataFrame:
    """Join frames of the same kind of day, sorted by meter and day, one row for each.

    The first value of a slot is kept, later ones fill what is missing; repeated days and conflicting ones are told.
    """
    frame = pl.concat(frames)
    order = frame.select(pl.arg_sort_by("meter", "day", maintain_order=True)).to_series()
    if not order.is_sorted():
        frame = frame[order]
    same = (frame["meter"] == frame["meter"].shift(1)) & (frame["day"] == frame["day"].shift(1))
    again = same.fill_null(value=False).to_numpy()
    if not again.any():
        return frame
    kw = frame["kw"].to_numpy().copy()
    target = np.cumsum(~again) - 1
    out = kw[~again]
    position = np.arange(len(kw))
    rank = position - np.maximum.accumulate(np.where(again, 0, position))
    for number in range(1, int(rank.max()) + 1):
        rows = np.flatnonzero(rank == number)
        base, new = out[target[rows]], kw[rows]
        filled = np.isnan(base)
        clash = (~filled & ~np.isnan(new) & (np.abs(base - new) > 1e-6 * np.abs(base))).any(axis=1)
        repeated = (~filled & ~np.isnan(new)).any(axis=1) & ~clash
        _tell_days(frame, rows[clash], "conflict", log)
        _tell_days(frame, rows[repeated], "duplicate", log)
        out[target[rows]] = np.where(filled, new, base)
    kept = frame.filter(pl.Series(~again))
    return kept.with_columns(pl.Series("kw", out, dtype=kept.schema["kw"]))


def _tell_days(frame: pl.DataFrame, rows: Ints, code: str, log: IssueLog) -> None:
    if rows.size:
        tell_days(frame[rows], code, frame["day"].gather(rows).cast(pl.String), log)


def tell_days(days: pl.DataFrame, code: str, values: pl.Series, log: IssueLog) -> None:
    """Record one fault for each day given."""
    log.add_frame(
        code, days.select("line", "file", pl.lit("").alias("column"), "meter").with_columns(values.alias("value"))
    )


def one_kind_of_day(frames: dict[int, pl.DataFrame], log: IssueLog) -> dict[int, pl.DataFrame]:
    """Keep each day of a meter in one frame: the one that covers more of it, of equals the finer; told as duplicates."""
    if len(frames) < 2:
        return frames
    covered = [
        frames[slots].select(
            "meter",
            "day",
            pl.lit(slots).alias("slots"),
            pl.Series("share", (~np.isnan(frames[slots]["kw"].to_numpy())).mean(axis=1)),
        )
        for slots in frames
    ]
    every = pl.concat(covered)
    doubled = every.filter(pl.struct("meter", "day").is_duplicated())
    if doubled.is_empty():
        return frames
    order = doubled.sort("meter", "day", "share", "slots", descending=[False, False, True, True])
    losing = order.filter(~pl.struct("meter", "day").is_first_distinct())
    out = {}
    for slots, frame in frames.items():
        lost = losing.filter(pl.col("slots") == slots).select("meter", "day")
        if lost.height:
            double = frame.join(lost, on=["meter", "day"], how="semi", maintain_order="left")
            tell_days(double, "duplicate", double["day"].cast(pl.String), log)
        kept = frame.join(lost, on=["meter", "day"], how="anti", maintain_order="left") if lost.height else frame
        if kept.height:
            out[slots] = kept
    return out
