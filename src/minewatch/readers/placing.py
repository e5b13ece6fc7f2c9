"""Place values in their slots: everything of the given meters, from any number of files, becomes READINGS frames."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from minewatch.model.issues import Issue
from minewatch.readers.clocks import to_standard_time
from minewatch.readers.grid import merge, one_kind_of_day, tell_days, to_days, without_doubles
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.layout import Layout
from minewatch.readers.negative import negative_rows, tell_negative
from minewatch.readers.options import ReadOptions
from minewatch.readers.plausible import set_aside
from minewatch.readers.registers import to_energy
from minewatch.readers.rows import Rows, rows_of
from minewatch.readers.steps import find_ends, find_steps

_BLOCK = 500_000


@dataclass(frozen=True, slots=True)
class Placed:
    """READINGS frames (meter, day, kw) by slots of the day, each sorted by meter and day, and the issues found."""

    days: dict[int, pl.DataFrame]
    issues: tuple[Issue, ...]


def place(
    points: pl.DataFrame | None,
    days: pl.DataFrame | list[pl.DataFrame] | None,
    options: ReadOptions | None = None,
    *,
    log: IssueLog | None = None,
) -> Placed:
    """Place raw values ("points") and whole days ("days") of some meters; all rows of a meter must be given at once.

    ``days`` may be one frame or several of different slots. Values become mean kW of slots of standard time. Gaps stay
    NaN; days without any row are not made up. Of two values for the same slot the first is kept. With a ``log`` of
    one's own the places that were too many to show are counted there (``log.rest()``); without, in ``issues``.
    """
    options = options or ReadOptions()
    own = log is None
    log = log or IssueLog()
    by_slots: dict[int, list[pl.DataFrame]] = {}
    for frame in [days] if isinstance(days, pl.DataFrame) else days or []:
        by_slots.setdefault(_slots(frame), []).append(frame)
    below: list[pl.DataFrame] = []
    if points is not None and points.height:
        for frame in _place_points(points, options, log, below):
            by_slots.setdefault(_slots(frame), []).append(frame)
    merged = {slots: merge(frames, log) for slots, frames in by_slots.items()}
    kept = one_kind_of_day({slots: frame for slots, frame in merged.items() if frame.height}, log)
    out = {}
    for slots, frame in kept.items():
        clean = set_aside(frame, log)
        _tell_gaps(clean, log)
        if options.measured != "reactive":
            tell_negative(clean, below, log)
        out[slots] = clean.select("meter", "day", "kw")
    issues = log.take()
    return Placed(out, (*issues, *log.rest()) if own else issues)


def _slots(frame: pl.DataFrame) -> int:
    kind = frame.schema["kw"]
    if not isinstance(kind, pl.Array):
        raise TypeError(kind)
    return int(kind.size)


def _place_points(
    points: pl.DataFrame, options: ReadOptions, log: IssueLog, below: list[pl.DataFrame]
) -> list[pl.DataFrame]:
    """Lay points out as days; ``below`` is given where the negative ones of them stand."""
    rows = rows_of(points)
    rows = _without_unusable(rows, log)
    zone = options.zone or (options.layout.zone if isinstance(options.layout, Layout) else None)
    frames = []
    for block in rows.blocks(_BLOCK):
        frames += _place_block(block, zone, options, log, below)
    return frames


def _place_block(
    rows: Rows, zone: str | None, options: ReadOptions, log: IssueLog, below: list[pl.DataFrame]
) -> list[pl.DataFrame]:
    kinds = np.flatnonzero(np.bincount(rows.kind, minlength=3))
    frames = []
    for kind in kinds.tolist():
        # Power, energy and registers of one meter are series of their own, with steps of their own.
        part = rows if len(kinds) == 1 else rows.take(rows.kind == kind)
        part = find_steps(part, options.step_minutes, log)
        part = find_ends(part, options.stamps)
        part = to_standard_time(part, zone, log)
        part = without_doubles(part, log)
        part = to_energy(part, log)
        if len(part):
            frames += to_days(part, log)
            below += negative_rows(part)
    return frames


def _without_unusable(rows: Rows, log: IssueLog) -> Rows:
    quality = rows.source["quality"]
    if (quality == "measured").all():
        return rows
    codes = quality.to_physical().to_numpy()[rows.row]
    present = ~np.isnan(rows.value)
    rows.tell(log, "estimated_value", (codes == 1) & present)
    rows.tell(log, "poor_quality", (codes == 2) & present)
    rows.value = np.where(codes == 2, np.nan, rows.value)
    return rows


def _tell_gaps(frame: pl.DataFrame, log: IssueLog) -> None:
    """Tell, once a meter, slots missing between its first and last reading."""
    kw = frame["kw"].to_numpy()
    slots = kw.shape[1]
    day = frame["day"].cast(pl.Int32).to_numpy().astype(np.int64)
    present = ~np.isnan(kw)
    count = np.count_nonzero(present, axis=1)
    any_present = count > 0
    first = np.where(any_present, day * slots + present.argmax(axis=1), np.iinfo(np.int64).max)
    last = np.where(any_present, day * slots + slots - 1 - present[:, ::-1].argmax(axis=1), np.iinfo(np.int64).min)
    summary = (
        pl.DataFrame(
            {
                "meter": frame["meter"],
                "line": frame["line"],
                "file": frame["file"],
                "present": count,
                "first": first,
                "last": last,
            }
        )
        .group_by("meter", maintain_order=True)
        .agg(
            pl.first("line", "file"),
            pl.sum("present"),
            pl.min("first"),
            pl.max("last"),
        )
    )
    some = summary.filter(pl.col("present") > 0).with_columns((pl.col("last") - pl.col("first") + 1).alias("span"))
    gaps = some.filter(pl.col("present") < pl.col("span"))
    text = gaps.select(pl.format("{} / {}", pl.col("span") - pl.col("present"), "span").alias("value")).to_series()
    tell_days(gaps, "gap", text, log)
