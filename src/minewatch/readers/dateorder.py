"""Whether dates written with numbers alone are day first or month first: decided by the whole column."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from minewatch.readers.stamps import date_order, parse_stamps, written_with_numbers


@dataclass(frozen=True, slots=True)
class DateOrder:
    """``day_first`` is None where the order does not matter; ``guessed`` tells that no date could decide it."""

    day_first: bool | None
    guessed: bool = False


def day_first_of(columns: Iterable[pl.Series]) -> DateOrder:
    """Read a column piece by piece until a day above 12 decides.

    When none does, dots mean day first; otherwise the order whose dates lie closer together is taken, day first when
    both lie alike.
    """
    distinct: pl.Series | None = None
    for column in columns:
        if distinct is None and not written_with_numbers(column.head(1000)):
            return DateOrder(None)
        day, month = date_order(column)
        if day != month:
            return DateOrder(day)
        # Up to here no day is above 12: at most 144 distinct dates a year are kept.
        dates = column.cast(pl.String).str.strip_chars().str.extract(r"^(\S+)").unique()
        distinct = dates if distinct is None else pl.concat([distinct, dates]).unique()
    if distinct is None:
        return DateOrder(None)
    if distinct.str.contains(r"^\d+\.\d+\.").any():
        return DateOrder(day_first=True)
    spans = []
    for day_first in (True, False):
        stamps = parse_stamps(distinct, day_first=day_first).stamp.cast(pl.Int64)
        spans.append(int(stamps.max() or 0) - int(stamps.min() or 0))  # type: ignore[arg-type]
    return DateOrder(spans[0] <= spans[1], guessed=True)
