"""Axes of the charts: round ticks for numbers and for times, and the fewer points that show the same curve."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick: where it stands on the axis and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A curve in bins: start of each bin and, over the readings in it, the lowest, mean and highest (NaN: no reading).

    ``edges`` has one more entry than the others and counts slots from the window's start.
    """

    edges: Floats
    low: Floats
    mean: Floats
    high: Floats


def number_ticks(low: float, high: float, wanted: int = 4) -> tuple[Tick, ...]:
    """Return ticks at multiples of 1, 2 or 5 times a power of ten within ``[low, high]``, about ``wanted`` of them."""
    span = high - low
    if not span > 0:
        return (Tick(low, _number(low, 1.0)),)
    largest = span / max(2.0, 0.6 * wanted)
    power = 10.0 ** math.floor(math.log10(largest))
    step = next(power * factor for factor in (5, 2, 1) if power * factor <= largest * (1 + 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(Tick(k * step, _number(k * step, step)) for k in range(first, last + 1))


def _number(value: float, step: float) -> str:
    """Write ``value`` with the decimals that ``step`` needs."""
    decimals = max(0, -math.floor(math.log10(step)))
    return f"{value:.{decimals}f}"


def time_ticks(first_day: date, days: int) -> tuple[Tick, ...]:
    """Return ticks in days from the window's start: hours for up to two days, then days, weeks and months."""
    if days <= 2:
        step = 3 if days == 1 else 6
        return tuple(Tick(hour / 24, _hour(first_day, hour, 24 * days)) for hour in range(0, 24 * days + 1, step))
    if days <= 70:
        step = next(step for step in (1, 2, 7, 14) if days / step <= 9 or step == 14)
        return tuple(
            Tick(float(k), _day(first_day + timedelta(k), with_year=k == 0)) for k in range(0, days - step // 2, step)
        )
    months = days / 30.4
    every = next((step for step in (1, 2, 3, 6, 12, 24) if months / step <= 10), 60)
    ticks = []
    number = first_day.year * 12 + first_day.month - 1 + (first_day.day > 1)
    number += -number % every
    while (at := (date(number // 12, number % 12 + 1, 1) - first_day).days) < days:
        ticks.append(Tick(float(at), f"{number // 12}-{number % 12 + 1:02d}"))
        number += every
    return tuple(ticks)


def _hour(first_day: date, hour: int, end: int) -> str:
    """Label an hour of a short window, with the date at midnight; the window ends at 24:00."""
    if hour == end:
        return "24:00"
    day = f"{first_day + timedelta(hour // 24):%m-%d} " if hour % 24 == 0 else ""
    return f"{day}{hour % 24:02d}:00"


def _day(day: date, *, with_year: bool) -> str:
    """Label a day."""
    return day.isoformat() if with_year else f"{day:%m-%d}"


def days_from(first_day: date, moment: datetime) -> float:
    """Return ``moment`` in days from the start of ``first_day``."""
    start = datetime(first_day.year, first_day.month, first_day.day, tzinfo=moment.tzinfo)
    return (moment - start) / timedelta(days=1)


def envelope(values: Floats, bins: int) -> Envelope:
    """Put ``values`` in at most ``bins`` bins of nearly equal width, never more than there are values.

    A bin's low, mean and high are over its readings; a bin without any is NaN.
    """
    edges = np.unique(np.linspace(0, values.size, min(bins, values.size) + 1).round().astype(np.int64))
    starts = edges[:-1]
    present = np.isfinite(values)
    count = np.add.reduceat(present.astype(np.int64), starts)
    empty = count == 0
    low = np.minimum.reduceat(np.where(present, values, np.inf), starts)
    high = np.maximum.reduceat(np.where(present, values, -np.inf), starts)
    mean = np.add.reduceat(np.where(present, values, 0.0), starts) / np.maximum(count, 1)
    for part in (low, mean, high):
        part[empty] = np.nan
    return Envelope(edges.astype(np.float64), low, mean, high)


def mean_over(table: Floats, axis: int) -> Floats:
    """Return the mean over ``axis`` of what is present, NaN where nothing is."""
    present = np.isfinite(table)
    count = present.sum(axis=axis)
    total = np.where(present, table, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
