"""Curves to write in many formats, and the way back: what a reader should make of them."""

import datetime as dt

import numpy as np
import polars as pl

from minewatch.readers.options import ReadOptions
from minewatch.readers.placing import place
from minewatch.readers.readings import open_readings

FIRST = dt.date(2021, 6, 14)
DAYS = 15


def midnight(year, month, day):
    """Start of a day on the meter's wall, without a zone."""
    return dt.datetime.combine(dt.date(year, month, day), dt.time())


def curve(slots=96, days=DAYS, seed=1, scale=20.0):
    """Mean kW of one meter, days × slots, with three decimals."""
    rng = np.random.default_rng(seed)
    return np.round(rng.gamma(2.0, scale / 2, (days, slots)), 3)


def curves(slots=96, days=DAYS):
    return {"0012345": curve(slots, days, 1), "M2": curve(slots, days, 2)}


def times(slots=96, days=DAYS, *, ends=False, first=FIRST):
    step = dt.timedelta(minutes=1440 // slots)
    start = dt.datetime.combine(first, dt.time()) + (step if ends else dt.timedelta())
    return [start + i * step for i in range(days * slots)]


def read(*paths, options=None, log=None):
    """Read and place files; return days by slots and all issues."""
    options = options or ReadOptions()
    points, days, issues = [], [], []
    for path in paths:
        for batch in open_readings(path, options, log=log).batches():
            issues += batch.issues
            if batch.frame.height:
                (points if batch.kind == "points" else days).append(batch.frame)
    placed = place(pl.concat(points) if points else None, days, options, log=log)
    return placed.days, [*issues, *placed.issues]


def codes(issues):
    return {issue.code for issue in issues}


def as_dict(frame):
    """Meter → days × slots."""
    return {
        str(meter): part.sort("day")["kw"].to_numpy() for (meter,), part in frame.group_by("meter", maintain_order=True)
    }


def assert_same(frame, expected, *, first=FIRST, atol=1e-4):
    """The frame holds exactly these meters' days, from ``first`` on, without a hole in the calendar."""
    got = as_dict(frame)
    assert sorted(got) == sorted(expected)
    for meter, kw in expected.items():
        days = frame.filter(pl.col("meter") == meter)["day"].to_list()
        assert days == [first + dt.timedelta(days=i) for i in range(len(kw))]
        np.testing.assert_allclose(got[meter], kw, rtol=2e-5, atol=atol, equal_nan=True)
