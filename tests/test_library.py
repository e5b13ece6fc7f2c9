"""The public library: what it exports, what importing it costs, and that its three functions go together."""

import subprocess
import sys
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import minewatch
from minewatch.model.errors import InputError
from minewatch.model.tables import FINDINGS
from minewatch.stores.workspace import init
from minewatch.usecases.import_readings import import_files
from usecases.memory_lake import example_meters

FIRST = datetime(2021, 5, 24)  # noqa: DTZ001 - standard time has no zone in tables


def long_frame(kw):
    meters, days, slots = kw.shape
    step = timedelta(minutes=1440 // slots)
    times = [FIRST + number * step for number in range(days * slots)]
    return pl.DataFrame(
        {
            "meter": np.repeat([f"m{number}" for number in range(meters)], days * slots),
            "time": times * meters,
            "kw": kw.ravel(),
        }
    )


def wide_frame(kw):
    flat = {f"m{number}": curve.ravel() for number, curve in enumerate(kw)}
    return pl.DataFrame({"time": long_frame(kw[:1])["time"], **flat})


def days_frame(kw):
    meters, days, slots = kw.shape
    return pl.DataFrame(
        {
            "meter": np.repeat([f"m{number}" for number in range(meters)], days),
            "day": [date(2021, 5, 24) + timedelta(days=number) for number in range(days)] * meters,
            "kw": pl.Series(kw.reshape(-1, slots), dtype=pl.Array(pl.Float32, slots)),
        }
    )


def test_what_is_public():
    assert sorted(minewatch.__all__) == ["__version__", "read", "scan", "screen"]
    with pytest.raises(AttributeError, match="nonsense"):
        _ = minewatch.nonsense


def test_importing_costs_next_to_nothing():
    script = "import sys, minewatch; print([n for n in ('numpy', 'polars', 'typer') if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"


@pytest.mark.parametrize("frame_of", [long_frame, wide_frame, days_frame])
def test_every_layout_of_a_frame_gives_the_same_findings(frame_of):
    kw = example_meters(6)
    findings = minewatch.screen(frame_of(kw))
    assert tuple(findings.columns) == FINDINGS.names
    assert sorted(findings["meter_id"]) == [f"m{number}" for number in range(6)]
    assert findings.equals(minewatch.screen(days_frame(kw)))


@pytest.mark.parametrize("kind", [pl.Float32, pl.Float64, pl.Decimal(12, 3), pl.String, pl.Int32, pl.UInt8])
def test_values_of_every_type(kind):
    frame = long_frame(np.round(example_meters(2))).with_columns(pl.col("kw").clip(0, 255))
    text = pl.col("kw").cast(pl.Int32).cast(pl.String).alias("kw") if kind == pl.String else pl.col("kw").cast(kind)
    findings = minewatch.screen(frame.with_columns(text))
    assert findings.equals(minewatch.screen(frame.with_columns(pl.col("kw").cast(pl.Float64))))


def test_a_list_a_day_of_a_frame():
    frame = days_frame(example_meters(3))
    lists = frame.with_columns(pl.col("kw").arr.to_list())
    assert minewatch.screen(lists).equals(minewatch.screen(frame))


@pytest.mark.parametrize(
    "frame", [pl.DataFrame(), long_frame(example_meters(1)).head(0), pl.DataFrame({"meter": [], "time": [], "kw": []})]
)
def test_an_empty_frame_is_refused(frame):
    with pytest.raises(InputError, match="No meter was found"):
        minewatch.screen(frame)


def test_a_frame_without_meters_is_refused():
    with pytest.raises(InputError, match="No meter was found"):
        minewatch.screen(pl.DataFrame({"a": [1, 2], "b": [3, 4]}))


def test_read_and_scan_give_back_the_readings(tmp_path):
    kw = example_meters(3)
    kw[1, 5, 3:9] = np.nan
    path = tmp_path / "readings.parquet"
    long_frame(kw).write_parquet(path)
    expected = long_frame(kw).filter(pl.col("kw").is_not_nan()).sort("meter", "time")
    frame = minewatch.read(path).sort("meter", "time")
    assert frame.select("meter", "time", "kw").equals(expected)
    workspace = init(tmp_path / "office", zone="+00:00")
    import_files([path], lake=workspace.lake(), now=datetime(2026, 1, 1).astimezone())
    scanned = minewatch.scan(tmp_path / "office").filter(pl.col("meter") == "m1").collect().sort("time")
    assert scanned.select("meter", "time", "kw").equals(expected.filter(pl.col("meter") == "m1"))
