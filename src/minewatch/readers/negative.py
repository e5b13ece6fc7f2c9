"""Negative readings: kept, and told once a meter by the first of them and the line where it stands."""

import numpy as np
import polars as pl

from minewatch.readers.grid import DAY, starts_of
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.rows import Rows


def negative_rows(rows: Rows) -> list[pl.DataFrame]:
    """Return where negative rows of power and energy stand (``meter``, ``start`` of the interval, place); none: nothing.

    The rows are those that :func:`minewatch.readers.grid.to_days` lays out; ``start`` counts seconds of standard time.
    """
    negative = np.flatnonzero(rows.value * rows.factor < 0)
    if not negative.size:
        return []
    chosen = rows.take(negative)
    places = chosen.source.select("line", "file", "column")[chosen.row]
    start = pl.Series("start", starts_of(chosen)[0])
    return [places.with_columns(chosen.names[chosen.meter].alias("meter"), start)]


def tell_negative(days: pl.DataFrame, rows: list[pl.DataFrame], log: IssueLog) -> None:
    """Tell of each meter with negative values in ``days`` (sorted by meter and day) the first, in kW.

    Its place is that of the first of the ``rows`` of :func:`negative_rows` in its slot; the day's, where it came as a day.
    """
    kw = days["kw"].to_numpy()
    below = kw < 0
    some = np.flatnonzero(below.any(axis=1))
    if not some.size:
        return
    chosen = days[some]
    some = some[chosen["meter"].is_first_distinct().to_numpy()]
    slot = below[some].argmax(axis=1)
    length = DAY // kw.shape[1]
    first = days[some].select(
        "meter",
        "line",
        "file",
        pl.lit("").alias("column"),
        pl.Series("value", [f"{value:g}" for value in kw[some, slot]]),
        (pl.col("day").cast(pl.Int32).cast(pl.Int64) * DAY + pl.Series(slot) * length).alias("start"),
    )
    if rows:
        known = pl.concat(rows).with_columns(pl.col("start") // length * length)
        known = known.unique(["meter", "start"], keep="first", maintain_order=True)
        found = first.join(known, on=["meter", "start"], how="left", maintain_order="left", suffix="_of_row")
        own = [pl.coalesce(f"{name}_of_row", name).alias(name) for name in ("line", "file", "column")]
        first = found.with_columns(own)
    log.add_frame("negative_values", first.select("file", "line", "column", "value", "meter"))
