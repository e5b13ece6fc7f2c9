"""Exports hold what the lake holds, bit for bit, and can be imported again."""

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from minewatch.model.errors import InputError, StoreError
from minewatch.readers.options import ReadOptions
from minewatch.stores.frames import day_frames
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.usecases.export_readings import Selection, export_readings
from minewatch.usecases.import_readings import import_files
from stores.strategies import frame_of, readings, same_bits

# Shrinking a failure would take minutes with a lake on disk behind every example.
FAST = [Phase.explicit, Phase.generate]
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def filled(folder, *frames):
    lake = Lake.create(folder, shards=3)
    for frame in frames:
        with lake.writing() as writer:
            shards = frame["meter"].map_elements(lambda m: shard_of(m, 3), return_dtype=pl.Int64)
            slots = frame.schema["kw"].size
            for shard in sorted(set(shards)):
                writer.add(frame.filter(shards == shard), shard=shard, slots=slots, sources=["s"], reader_version="1")
            writer.commit([], ImportRecord(writer.sequence, "2026-01-01T00:00:00+00:00", "1", 0, {}))
    return lake.refreshed()


def day(seed, slots=24):
    return (np.random.default_rng(seed).integers(1, 5000, slots) / 1000).astype(np.float32)


@pytest.mark.parametrize("shape", ["long", "days"])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
@settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(frame=readings(24, meters=3, days=3))
def test_export_and_import_give_the_readings_back(tmp_path_factory, shape, ending, frame):
    kw = np.nan_to_num(frame["kw"].to_numpy(), nan=np.nan, posinf=7, neginf=-7)
    # What is no plausible reading is set aside by the readers, on purpose.
    plain = frame.with_columns(pl.Series("kw", np.round(kw % 100, 3), dtype=frame.schema["kw"]))
    folder = tmp_path_factory.mktemp("export")
    lake = filled(folder / "lake", plain)
    out = folder / f"out.{ending}"
    receipt = export_readings(lake=lake, out=out, shape=shape)
    assert receipt.rows == (int((~np.isnan(kw)).sum()) if shape == "long" else plain.height)
    second = Lake.create(folder / "second", shards=1)
    # A few readings of a meter, far apart, do not tell their step.
    options = ReadOptions(step_minutes=60) if shape == "long" else None
    import_files([out], lake=second, now=datetime(2026, 1, 1, tzinfo=UTC), options=options)
    back = pl.concat([frame_of({}, 24), *day_frames(second.refreshed(), 24)])
    assert same_bits(back, plain)


def test_long_export_has_no_rows_for_gaps(tmp_path):
    kw = day(1)
    kw[3] = np.nan
    lake = filled(tmp_path / "lake", frame_of({("a", 0): kw}, 24))
    export_readings(lake=lake, out=tmp_path / "a.csv")
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines[0] == "meter,interval_start,minutes,kw"
    assert lines[1].startswith("a,2021-06-01 00:00:00,60,")
    assert len(lines) == 24


def test_days_export_has_empty_cells_for_gaps(tmp_path):
    kw = day(1)
    kw[3] = np.nan
    lake = filled(tmp_path / "lake", frame_of({("a", 0): kw}, 24))
    export_readings(lake=lake, out=tmp_path / "a.csv", shape="days")
    head, row = (tmp_path / "a.csv").read_text().splitlines()
    assert head.split(",")[:4] == ["meter", "day", "00:00", "01:00"]
    assert row.split(",")[5] == ""


def test_selection_and_kinds(tmp_path):
    lake = filled(
        tmp_path / "lake",
        frame_of({(m, d): day(d) for m in "ab" for d in range(5)}, 24),
        frame_of({("c", 0): day(9, 96)}, 96),
    )
    chosen = Selection(frozenset({"a"}), date(2021, 6, 2), date(2021, 6, 3))
    assert export_readings(lake=lake, out=tmp_path / "x.parquet", selection=chosen).rows == 48
    assert export_readings(lake=lake, out=tmp_path / "x.parquet").rows == 5 * 2 * 24 + 96
    assert export_readings(lake=lake, out=tmp_path / "x.parquet", slots=96).rows == 96
    assert export_readings(lake=lake, out=tmp_path / "x.parquet", shape="days", slots=24).rows == 10
    with pytest.raises(InputError, match="several kinds"):
        export_readings(lake=lake, out=tmp_path / "x.parquet", shape="days")
    with pytest.raises(InputError, match="no days of 48"):
        export_readings(lake=lake, out=tmp_path / "x.parquet", slots=48)
    with pytest.raises(InputError, match=r"neither \.parquet"):
        export_readings(lake=lake, out=tmp_path / "x.txt")


def test_a_failed_export_leaves_the_old_file(tmp_path):
    lake = filled(tmp_path / "lake", frame_of({("a", 0): day(1)}, 24))
    with pytest.raises(StoreError):
        export_readings(lake=lake, out=tmp_path / "no such folder" / "x.csv")
    out = tmp_path / "x.csv"
    out.write_text("old")
    next((lake.folder / "parts").iterdir()).write_bytes(b"broken")
    with pytest.raises((StoreError, pl.exceptions.ComputeError)):
        export_readings(lake=lake, out=out)
    assert out.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lake", "x.csv"]


def test_an_empty_lake_exports_an_empty_table(tmp_path):
    lake = Lake.create(tmp_path / "lake", shards=2)
    assert export_readings(lake=lake, out=tmp_path / "x.csv").rows == 0
    with pytest.raises(InputError, match="empty"):
        export_readings(lake=lake, out=tmp_path / "x.csv", shape="days")
