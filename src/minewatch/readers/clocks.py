"""From written times to standard time: offsets, zones, the hour skipped in spring and the one lived twice."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from minewatch.readers.issuelog import IssueLog
from minewatch.readers.options import check_zone
from minewatch.readers.rows import NO_OFFSET, Bools, Ints, Rows
from minewatch.readers.zones import Change, changes, offsets_at, standard_offset


def to_standard_time(rows: Rows, zone: str | None, log: IssueLog) -> Rows:
    """Return the rows with ``time`` in standard time, sorted again.

    Standard time is the zone's; without a zone it is the smallest offset that a meter's times are written with
    (daylight saving time is ahead of it), and naive times are taken as they stand. Naive times of a named zone are
    resolved by their order: where clocks run twice through an hour, the first row of a time is its first pass, the second its
    second. Times that a spring change skips are told and left out.
    """
    told = rows.offset != NO_OFFSET
    given = check_zone(zone) if zone is not None else None
    if not told.any() and not isinstance(given, ZoneInfo):
        return rows
    time = rows.time.copy()
    keep = np.ones(len(rows), dtype=np.bool_)
    if told.any():
        time[told] += 60 * (_standard(rows, told, given, log) - rows.offset)[told]
    naive = ~told
    if isinstance(given, ZoneInfo) and naive.any():
        offset, keep = _resolve(rows, naive, given, log)
        time = np.where(naive, time + 60 * (standard_offset(given) - offset), time)
    rows.time = time
    return rows.take(keep).sorted()


def _standard(rows: Rows, told: Bools, given: timedelta | ZoneInfo | None, log: IssueLog) -> Ints:
    """Offset of standard time of each row's meter, in minutes."""
    if isinstance(given, ZoneInfo):
        return np.full(len(rows), standard_offset(given), dtype=np.int64)
    if given is not None:
        return np.full(len(rows), round(given.total_seconds() / 60), dtype=np.int64)
    smallest = np.full(len(rows.names), NO_OFFSET, dtype=np.int64)
    np.minimum.at(smallest, rows.meter[told], rows.offset[told])
    if (rows.offset[told] == 0).all():
        files = rows.source["file"].unique()
        for file in files:
            log.note("utc_assumed", str(file))
    return smallest[rows.meter]


def _resolve(rows: Rows, naive: Bools, zone: ZoneInfo, log: IssueLog) -> tuple[Ints, Bools]:
    """Offsets of naive times in minutes, and which of them exist."""
    offset = np.zeros(len(rows), dtype=np.int64)
    minutes = rows.time[naive] // 60
    offset[naive] = offsets_at(minutes, zone)
    keep = np.ones(len(rows), dtype=np.bool_)
    for change in changes(zone, int(minutes.min()), int(minutes.max())):
        if change.after > change.before:
            _spring(rows, naive, change, offset, keep)
        elif change.after < change.before:
            _autumn(rows, naive, change, offset, log)
    skipped = ~keep
    shown = skipped & ~np.isnan(rows.value)
    if shown.any():
        stamps = pl.Series("value", rows.time[shown] * 1_000_000).cast(pl.Datetime("us")).dt.strftime("%Y-%m-%d %H:%M")
        rows.tell(log, "nonexistent_time", shown, stamps)
    return offset, keep


def _spring(rows: Rows, naive: Bools, change: Change, offset: Ints, keep: Bools) -> None:
    low, high = (change.at + change.before) * 60, (change.at + change.after) * 60
    inside = naive & (rows.time >= low) & (rows.time < high)
    # The moment of the change itself may end an interval or be a register's reading: it is the old clock's last.
    edge = inside & (rows.time == low) & ((rows.ends == 1) | (rows.kind == 2))
    offset[inside] = change.before
    keep[inside & ~edge] = False


def _autumn(rows: Rows, naive: Bools, change: Change, offset: Ints, log: IssueLog) -> None:
    low, high = (change.at + change.after) * 60, (change.at + change.before) * 60
    near = np.flatnonzero(naive & (rows.time >= low) & (rows.time <= high))
    if not near.size:
        return
    meter, time, ends = rows.meter[near], rows.time[near], rows.ends[near] == 1
    file = rows.source["file"].to_physical().cast(pl.Int64).to_numpy()[rows.row[near]]
    occurrence = _occurrence(meter, file, time, rows.row[near])
    # Intervals named by their end may be named by "start plus step": then the last label of the hour stands twice.
    twice = ends & (occurrence == 1)
    late = int((twice & (time == high)).sum()) > int((twice & (time == low)).sum())
    labels = ends & late
    inside = np.where(labels, (time > low) & (time <= high), (time >= low) & (time < high))
    offset[near] = np.where(inside, np.where(occurrence == 0, change.before, change.after), offset[near])
    offset[near[labels & (time == low)]] = change.before
    _tell_once(rows, near[inside], occurrence[inside], file[inside], log)


def _occurrence(meter: Ints, file: Ints, time: Ints, row: Ints) -> Ints:
    """How many rows of the same meter, file and time stand before each."""
    order = np.lexsort((row, time, file, meter))
    ordered = np.column_stack([meter, file, time])[order]
    fresh = np.ones(len(order), dtype=np.bool_)
    fresh[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    position = np.arange(len(order))
    starts = np.maximum.accumulate(np.where(fresh, position, 0))
    out = np.empty(len(order), dtype=np.int64)
    out[order] = position - starts
    return out


def _tell_once(rows: Rows, near: Ints, occurrence: Ints, file: Ints, log: IssueLog) -> None:
    """Tell meters whose repeated hour stands in a file only once (daily values are no such hour)."""
    if not near.size:
        return
    keys = np.column_stack([rows.meter[near], file])
    distinct, first, group = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    seen_twice = np.zeros(len(distinct), dtype=np.bool_)
    seen_twice[group.reshape(-1)[occurrence > 0]] = True
    steps = rows.step[near[first]]
    lone = ~seen_twice & (steps > 0) & (steps < 1440)
    rows.tell(log, "repeated_hour_once", near[first[lone]])
