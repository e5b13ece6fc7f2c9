"""Frames hold what their docstrings say."""

from datetime import date

import numpy as np
import polars as pl

from minewatch.rehearsal.tables import TRUTH_SCHEMA, readings_table


def test_readings_are_laid_out_name_by_name():
    kw = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    frame = readings_table(["a", "b"], [date(2021, 6, 1), date(2021, 6, 2), date(2021, 6, 3)], kw)
    assert frame.schema == {"meter": pl.String, "day": pl.Date, "kw": pl.Array(pl.Float32, 4)}
    assert frame.row(4) == ("b", date(2021, 6, 2), [16.0, 17.0, 18.0, 19.0])


def test_no_names_no_rows():
    frame = readings_table([], [date(2021, 6, 1)], np.empty((0, 1, 24), np.float32), key="site")
    assert frame.height == 0
    assert frame.schema["kw"] == pl.Array(pl.Float32, 24)


def test_truth_has_its_columns(clean_region):
    assert dict(clean_region.truth.schema) == TRUTH_SCHEMA
    assert not clean_region.truth["meter"].drop_nulls().is_duplicated().any()
    tampering = clean_region.truth.filter("tampers")
    assert tampering.height >= 1
    assert not tampering.filter(pl.col("evasion") == "before_meter").height
