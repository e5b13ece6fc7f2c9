"""Importing: what goes in comes out, once; overlaps are merged and told; nothing is half done."""

import csv
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from minewatch.model.errors import ConflictError, InputError
from minewatch.readers.options import ReadOptions
from minewatch.stores.frames import day_frames, scan
from minewatch.stores.lake import Lake
from minewatch.usecases import import_readings
from minewatch.usecases.import_readings import import_files
from stores.strategies import FIRST, frame_of, same_bits

NOW = datetime(2026, 11, 23, tzinfo=UTC)

# Shrinking a failure would take minutes with a lake on disk behind every example.
FAST = [Phase.explicit, Phase.generate]
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def long_csv(path, values, *, start="2021-06-01", step=60, meter="m1"):
    """A long table of one or several meters: ``values`` is a list, or a dict of lists."""
    series = values if isinstance(values, dict) else {meter: values}
    with path.open("a" if path.exists() else "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        if out.tell() == 0:
            writer.writerow(["meter", "time", "kw"])
        first = np.datetime64(f"{start}T00:00:00")
        for name, rows in series.items():
            for i, value in enumerate(rows):
                stamp = str(first + np.timedelta64(i * step, "m")).replace("T", " ")
                writer.writerow([name, stamp, "" if value is None else value])
    return path


def take(lake, *paths, **options):
    receipt = import_files(paths, lake=lake, now=NOW, **options)
    return receipt, lake.refreshed()


def held(lake, slots=24):
    frames = list(day_frames(lake, slots))
    return pl.concat([frame_of({}, slots), *frames]).sort("meter", "day")


@pytest.fixture
def lake(tmp_path):
    return Lake.create(tmp_path / "lake", shards=3)


def day(seed, scale=1000):
    return (np.random.default_rng(seed).integers(0, 5000, 24) / scale).tolist()


def test_readings_arrive_and_the_receipt_says_so(lake, tmp_path):
    a, b = day(1), day(2)
    path = long_csv(tmp_path / "a.csv", {"m1": a + b, "m2": b})
    told = []
    receipt, lake = take(lake, path, progress=lambda done, whole: told.append((done, whole)))
    assert (receipt.meters, receipt.days, receipt.readings, receipt.known) == (2, {24: 3}, 72, 0)
    assert receipt.committed
    expected = frame_of({("m1", 0): a, ("m1", 1): b, ("m2", 0): b}, 24)
    assert same_bits(held(lake), expected)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == 2 * path.stat().st_size
    (source,) = lake.manifest.sources
    assert source.path == str(path)
    assert {digest for part in lake.manifest.parts for digest in part.sources} == {source.digest}
    assert lake.manifest.imports[0].at == "2026-11-23T00:00:00+00:00"
    assert not list((lake.folder / "tmp").iterdir())


def test_the_same_file_twice_changes_nothing(lake, tmp_path):
    path = long_csv(tmp_path / "a.csv", day(1))
    _, lake = take(lake, path)
    before = (lake.folder / "manifest.json").read_bytes()
    receipt, lake = take(lake, path)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(path.read_bytes())
    again, lake = take(lake, copy, path)
    for one in (receipt, again):
        assert not one.committed
        assert one.readings == 0
        assert set(one.issue_counts) == {"same_file"}
    assert (lake.folder / "manifest.json").read_bytes() == before


def test_the_same_content_twice_in_one_import_counts_once(lake, tmp_path):
    path = long_csv(tmp_path / "a.csv", day(1))
    copy = tmp_path / "b.csv"
    copy.write_bytes(path.read_bytes())
    receipt, _ = take(lake, tmp_path / "*.csv")
    assert [source.new for source in receipt.sources] == [True, False]
    assert receipt.readings == 24


def test_overlap_is_stored_once_and_counted(lake, tmp_path):
    _, lake = take(lake, long_csv(tmp_path / "a.csv", day(1) + day(2)))
    receipt, lake = take(lake, long_csv(tmp_path / "b.csv", day(2) + day(3), start="2021-06-02"))
    assert (receipt.readings, receipt.known, receipt.days) == (24, 24, {24: 1})
    assert receipt.issue_counts == {"already_imported": 24}
    assert same_bits(held(lake), frame_of({("m1", 0): day(1), ("m1", 1): day(2), ("m1", 2): day(3)}, 24))
    assert sum(part.rows for part in lake.manifest.parts) == 3


def test_gaps_are_filled_from_a_later_file(lake, tmp_path):
    whole = day(1)
    first = [value if i < 10 or i > 20 else None for i, value in enumerate(whole)]
    _, lake = take(lake, long_csv(tmp_path / "a.csv", first))
    receipt, lake = take(lake, long_csv(tmp_path / "b.csv", whole))
    assert "differs_from_earlier" not in receipt.issue_counts
    assert same_bits(held(lake), frame_of({("m1", 0): whole}, 24))


def test_a_difference_names_both_files_and_keeps_both(lake, tmp_path):
    old = day(1)
    new = [*old[:7], old[7] + 1.5, *old[8:]]
    _, lake = take(lake, long_csv(tmp_path / "old.csv", old))
    receipt, lake = take(lake, long_csv(tmp_path / "new.csv", new))
    (issue,) = [issue for issue in receipt.issues if issue.code == "differs_from_earlier"]
    assert issue.file.endswith("new.csv")
    assert issue.value.startswith("2021-06-01 07:00: ")
    assert "old.csv" in issue.value
    assert (issue.meter, issue.count) == ("m1", 1)
    assert same_bits(held(lake), frame_of({("m1", 0): new}, 24))
    assert len(lake.manifest.parts) == 2
    back, lake = take(lake, long_csv(tmp_path / "back.csv", [*old[:23], None]))
    assert back.issue_counts["differs_from_earlier"] == 1
    assert same_bits(held(lake), frame_of({("m1", 0): old}, 24))


def test_a_check_judges_everything_and_keeps_nothing(lake, tmp_path):
    path = long_csv(tmp_path / "a.csv", day(1))
    with path.open("a") as out:
        out.write("m1,2021-06-01 07:00:00,abc\n,2021-06-01 08:00:00,1\n")
    before = (lake.folder / "manifest.json").read_bytes()
    receipt, lake = take(lake, path, check=True, issues_csv=tmp_path / "issues.csv")
    assert not receipt.committed
    assert receipt.readings == 24
    assert {"bad_number", "no_meter"} <= set(receipt.issue_counts)
    assert (lake.folder / "manifest.json").read_bytes() == before
    assert not list((lake.folder / "parts").iterdir())
    rows = list(csv.DictReader((tmp_path / "issues.csv").read_text("utf-8-sig").splitlines()))
    assert {(row["code"], row["line"]) for row in rows} >= {("bad_number", "26"), ("no_meter", "27")}


def test_meters_without_a_reading_are_named(lake, tmp_path):
    path = long_csv(tmp_path / "a.csv", {"m1": day(1), "m2": [None] * 24})
    receipt, _ = take(lake, path)
    assert receipt.meters_without_readings == ("m2",)


def test_files_that_cannot_be_read_do_not_stop_the_others(lake, tmp_path):
    good = long_csv(tmp_path / "a.csv", day(1))
    (tmp_path / "b.csv").write_text("")
    (tmp_path / "c.parquet").write_bytes(b"PAR1 nonsense")
    (tmp_path / "d.xml").write_text("<a>")
    receipt, lake = take(lake, good, tmp_path / "b.csv", tmp_path / "c.parquet", tmp_path / "d.xml")
    assert receipt.readings == 24
    assert len({issue.file for issue in receipt.issues}) == 3
    assert [source.path for source in lake.manifest.sources] == [str(good)]
    assert held(lake).height == 1


def test_no_file_is_an_error_and_so_is_a_second_import_at_once(lake, tmp_path):
    with pytest.raises(InputError):
        take(lake, tmp_path / "nothing*.csv")
    path = long_csv(tmp_path / "a.csv", day(1))
    with lake.writing(), pytest.raises(ConflictError):
        take(lake, path)


def test_other_options_are_another_reading(lake, tmp_path):
    path = long_csv(tmp_path / "a.csv", day(1))
    _, lake = take(lake, path)
    receipt, lake = take(lake, path, options=ReadOptions(unit="W"))
    assert receipt.committed
    assert receipt.issue_counts["differs_from_earlier"] > 0


def test_a_spool_in_many_pieces_gives_the_same_lake(tmp_path, monkeypatch):
    path = long_csv(tmp_path / "a.csv", {f"m{i}": day(i) + day(i + 1) for i in range(30)})
    _, whole = take(Lake.create(tmp_path / "one", shards=2), path)
    monkeypatch.setattr(import_readings, "PIECE_BYTES", 2000)
    monkeypatch.setattr("minewatch.stores.spool.FLUSH_BYTES", 3000)
    _, pieces = take(Lake.create(tmp_path / "two", shards=2), path)
    assert len(pieces.manifest.parts) > len(whole.manifest.parts)
    assert same_bits(held(whole), held(pieces))


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    data=st.dictionaries(
        st.tuples(st.sampled_from(["a", "户2", "0007"]), st.integers(0, 3)),
        st.lists(
            st.one_of(st.integers(-(10**5), 10**6).map(lambda k: np.float32(k / 1000)), st.just(np.float32("nan"))),
            min_size=24,
            max_size=24,
        ),
        min_size=1,
    ),
    layout=st.sampled_from(["csv", "parquet"]),
)
def test_import_scan_import_gives_the_readings_back_bit_for_bit(tmp_path_factory, data, layout):
    folder = tmp_path_factory.mktemp("round")
    data = {key: np.array(kw, np.float32) for key, kw in data.items() if not np.isnan(kw).all()}
    if not data:
        return
    frame = frame_of(data, 24)
    long = frame.explode("kw").with_columns(
        time=pl.col("day").cast(pl.Datetime("us")) + pl.duration(hours=pl.int_range(pl.len()).over("meter", "day") % 24)
    )
    long = long.filter(pl.col("kw").is_not_nan()).select("meter", "time", "kw")
    path = folder / f"a.{layout}"
    if layout == "csv":
        long.write_csv(path)
    else:
        long.write_parquet(path)
    options = ReadOptions(step_minutes=60, stamps="start", kind="power", unit="kW")
    receipt, lake = take(Lake.create(folder / "lake", shards=2), path, options=options)
    if receipt.issue_counts.get("spike"):
        return
    assert same_bits(held(lake), frame)
    again = folder / "again.parquet"
    scan(lake).select("meter", "time", "kw").sink_parquet(again)
    _, second = take(Lake.create(folder / "second", shards=1), again, options=options)
    assert same_bits(held(second), frame)
    assert frame["day"].min() >= FIRST
