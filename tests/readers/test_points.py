import datetime as dt
import math

import polars as pl

from minewatch.readers.points import POINTS, days_schema, empty_points, points_frame


def test_scalars_series_and_defaults():
    stamps = pl.Series([dt.datetime.combine(dt.date(2021, 6, 17), dt.time(h)) for h in range(3)])
    frame = points_frame({"meter": "A", "stamp": stamps, "value": [1.0, None, 3.0], "file": "f.csv", "step": 60}, 3)
    assert frame.schema == pl.Schema(dict(POINTS))
    assert frame["meter"].to_list() == ["A"] * 3
    assert math.isnan(frame["value"][1])
    assert frame["offset"].null_count() == 3
    assert frame["ends"].null_count() == 3
    assert frame["factor"].to_list() == [1.0] * 3


def test_empty_frames_have_the_schema():
    assert empty_points().schema == pl.Schema(dict(POINTS))
    assert days_schema(48)["kw"] == pl.Array(pl.Float32, 48)
