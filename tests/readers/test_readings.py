"""The first promise: a simple long CSV becomes points, and points become days."""

import polars as pl

from minewatch.readers.options import ReadOptions
from minewatch.readers.placing import place
from minewatch.readers.readings import open_readings


def test_long_csv_becomes_days(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("meter,time,kw\nA,2021-06-17 00:00,1.5\nA,2021-06-17 00:15,x\nA,2021-06-17 00:30,2\n", "utf-8")
    batches = list(open_readings(path).batches())
    placed = place(pl.concat([b.frame for b in batches if b.kind == "points"]), None, ReadOptions())
    row = placed.days[96].row(0, named=True)
    assert row["meter"] == "A"
    assert row["kw"][0] == 1.5
    assert row["kw"][1] != row["kw"][1]
    issues = [(i.code, i.line, i.column, i.value) for b in batches for i in b.issues]
    assert issues == [("bad_number", 3, "kw", "x")]
