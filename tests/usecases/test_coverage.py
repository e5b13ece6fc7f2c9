"""Coverage: expected and read by day and hour, gaps by meter, against counts made by hand."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest

from minewatch.readers.options import ReadOptions
from minewatch.stores.lake import Lake
from minewatch.usecases.coverage import coverage_key, known_coverage, measure_coverage, meter_days
from minewatch.usecases.import_readings import import_files

DAY = date(2021, 6, 1)


def write_days(lake, meters, kw):
    """Import hourly readings of whole days through a file, missing ones left out."""
    start = datetime.combine(DAY, time())
    rows = [
        (meter, (start + timedelta(hours=int(slot))).isoformat(" "), float(value))
        for meter, series in zip(meters, kw.reshape(len(meters), -1), strict=True)
        for slot, value in enumerate(series)
        if np.isfinite(value)
    ]
    path = lake.folder.parent / f"{'-'.join(meters)}.csv"
    pl.DataFrame(rows, schema=["meter", "time", "kw"], orient="row").write_csv(path)
    options = ReadOptions(zone="+08:00", stamps="start", kind="power", unit="kW")
    import_files([path], lake=lake, now=datetime(2021, 7, 1, tzinfo=UTC), options=options)


@pytest.fixture
def lake(tmp_path):
    kw = np.full((3, 4, 24), 5.0, dtype=np.float32)
    kw[0, 1] = np.nan
    kw[0, 2, 3:9] = np.nan
    kw[1, :2] = np.nan
    kw[2, 2:] = np.nan
    lake = Lake.create(tmp_path / "lake", shards=2)
    write_days(lake, ["a", "b", "c"], kw)
    return lake.refreshed()


def test_days_hours_and_gaps(tmp_path, lake):
    found = measure_coverage(folder=tmp_path, lake=lake)
    assert (found.meters, found.days) == (3, 4)
    assert found.by_day.select("expected", "read", "full").rows() == [(2, 2, 2), (2, 1, 1), (3, 2, 1), (3, 2, 2)]
    hours = found.by_day["hours"].to_list()
    assert hours[2][2:10] == [2, 1, 1, 1, 1, 1, 1, 2]
    rows = {row["meter"]: row for row in found.by_meter.iter_rows(named=True)}
    assert (rows["a"]["days_missing"], rows["a"]["longest_gap"]) == (1, 1)
    assert rows["a"]["share"] == pytest.approx((96 - 24 - 6) / 96)
    assert (rows["b"]["first_day"], rows["b"]["days_missing"], rows["b"]["share"]) == (date(2021, 6, 3), 0, 1.0)
    assert (rows["c"]["last_day"], rows["c"]["days_missing"], rows["c"]["longest_gap"]) == (date(2021, 6, 2), 2, 2)
    assert found.by_meter["meter"].to_list() == ["c", "a", "b"], "the worst first"


def test_it_is_known_until_something_is_imported(tmp_path, lake):
    assert known_coverage(folder=tmp_path, lake=lake) is None
    found = measure_coverage(folder=tmp_path, lake=lake)
    known = known_coverage(folder=tmp_path, lake=lake)
    assert known is not None
    assert known.by_meter.equals(found.by_meter)
    before = coverage_key(lake)
    write_days(lake, ["d"], np.ones((1, 4, 24), dtype=np.float32))
    assert coverage_key(lake.refreshed()) != before
    assert known_coverage(folder=tmp_path, lake=lake.refreshed()) is None


def test_one_meter_by_day(lake):
    ((slots, first, read),) = meter_days(lake=lake, meter="a")
    assert (slots, first, read) == (24, DAY, [24, 0, 18, 24])
    assert list(meter_days(lake=lake, meter="nobody")) == []


def test_an_empty_lake_has_no_coverage(tmp_path):
    lake = Lake.create(tmp_path / "lake", shards=2)
    found = measure_coverage(folder=tmp_path, lake=lake)
    assert isinstance(found.by_day, pl.DataFrame)
    assert (found.meters, found.days) == (0, 0)
