"""A case opened on a finding keeps its figures and the digest of its readings, while the lake still has exactly these."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.usecases.finding_evidence import frozen, readings_behind
from minewatch.usecases.stops import read_series

DAYS = [date(2021, 6, 1), date(2021, 6, 2)]
CELLS = {
    "meter_id": "a",
    "probability": "0.9",
    "mean_kw": "100.000",
    "first_day": "2021-06-01",
    "last_day": "2021-06-02",
}


@pytest.fixture
def lake(tmp_path):
    made = Lake.create(tmp_path / "lake", shards=2)
    kw = np.full((2, 96), 100, np.float32)
    with made.writing() as writer:
        frame = pl.DataFrame({"meter": ["a", "a"], "day": DAYS, "kw": pl.Series(kw, dtype=pl.Array(pl.Float32, 96))})
        writer.add(frame, shard=shard_of("a", 2), slots=96, sources=["s"], reader_version="t")
        writer.commit((), ImportRecord(writer.sequence, "2021-06-03T00:00:00Z", "t", 1, {}))
    return made.refreshed()


def test_the_digest_is_that_of_the_readings(lake):
    series = read_series(lake, ["a"], first=DAYS[0], last=DAYS[1])
    assert readings_behind(lake, ("a",), CELLS) == (f"readings:{series.digest}",)


@pytest.mark.parametrize(
    ("meters", "change"),
    [
        (("a",), {"mean_kw": "101"}),
        (("a",), {"mean_kw": "many"}),
        (("a",), {"first_day": "yesterday"}),
        (("a",), {"first_day": "2021-06-03"}),
        (("b",), {}),
        (("a", "b"), {}),
        ((), {}),
    ],
)
def test_nothing_is_tied_that_is_not_the_same(lake, meters, change):
    assert readings_behind(lake, meters, {**CELLS, **change}) == ()


def test_without_a_lake_nothing_is_tied():
    assert readings_behind(None, ("a",), CELLS) == ()


def test_only_the_figures_are_kept():
    assert "meter_id" not in frozen(CELLS)
    assert frozen({**CELLS, "since": ""})["mean_kw"] == "100.000"
    assert "since" not in frozen({**CELLS, "since": ""})
