"""The lake gives back what was put in: merged over imports, sharded, filtered; and nothing that was not committed."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from minewatch.model.errors import ConfigurationError, ConflictError, StoreError
from minewatch.stores import parts
from minewatch.stores.frames import day_frames, scan, scan_days
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import FORMAT, ImportRecord
from stores.strategies import FIRST, bits, frame_of, readings, same_bits

# Shrinking a failure would take minutes with a lake on disk behind every example.
FAST = [Phase.explicit, Phase.generate]
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


def put(lake, frame, slots):
    """Import a readings frame as one import."""
    with lake.writing() as writer:
        shards = frame["meter"].map_elements(lambda m: shard_of(m, lake.shards), return_dtype=pl.Int64)
        for shard in sorted(set(shards)):
            writer.add(frame.filter(shards == shard), shard=shard, slots=slots, sources=["s"], reader_version="1")
        writer.commit([], ImportRecord(writer.sequence, "2026-01-01T00:00:00+00:00", "1", 0, {}))
    return lake.refreshed()


def everything(lake, slots, **options):
    return pl.concat([days_schema_frame(slots), *day_frames(lake, slots, **options)])


def days_schema_frame(slots):
    return frame_of({}, slots)


def flat(meters, days, slots=24, start=0):
    rng = np.random.default_rng(len(meters) + days)
    return frame_of(
        {(m, start + d): (rng.integers(0, 4000, slots) / 1000).astype(np.float32) for m in meters for d in range(days)},
        slots,
    )


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(frame=readings(24), shards=st.integers(1, 3))
def test_what_goes_in_comes_out_bit_for_bit(tmp_path_factory, frame, shards):
    lake = put(Lake.create(tmp_path_factory.mktemp("lake"), shards=shards), frame, 24)
    assert same_bits(everything(lake, 24), frame)


@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(imports=st.lists(readings(6), min_size=2, max_size=4), limit=st.sampled_from([1, 40, 4_000_000]))
def test_the_later_import_wins_and_a_gap_hides_nothing(tmp_path_factory, imports, limit):
    lake = Lake.create(tmp_path_factory.mktemp("lake"), shards=1)
    expected = {}
    # Six slots a day are no kind a user has; the lake does not mind and the test stays small.
    for frame in imports:
        lake = put(lake, frame, 6)
        for meter, day, kw in frame.iter_rows():
            old = expected.get((meter, day), np.full(6, np.nan, np.float32))
            new = np.array(kw, np.float32)
            expected[meter, day] = np.where(np.isnan(new), old, new)
    seen = {}
    for block in lake.blocks(0, 6, readings=limit):
        assert list(block.meters) == sorted(block.meters)
        for meter, days in zip(block.meters, block.kw, strict=True):
            assert meter not in {m for m, _ in seen}
            for number, kw in enumerate(days):
                seen[meter, block.first_day + timedelta(days=number)] = kw.copy()
    for key, kw in seen.items():
        want = expected.pop(key, np.full(6, np.nan, np.float32))
        assert np.array_equal(bits(kw), bits(want))
    assert not expected


def test_a_correction_that_is_taken_back_wins_again(tmp_path):
    lake = Lake.create(tmp_path, shards=1)
    for kw in (1.0, 2.0, 1.0):
        lake = put(lake, frame_of({("a", 0): [kw]}, 1), 1)
        assert everything(lake, 1)["kw"].to_list() == [[kw]]


def test_row_groups_hold_whole_meters_and_blocks_stay_small(tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "GROUP_READINGS", 24 * 10)
    frame = flat([f"m{i}" for i in range(7)], 4)
    lake = put(Lake.create(tmp_path, shards=1), frame, 24)
    (part,) = lake.manifest.parts
    assert part.rows == 28
    assert part.meters == 7
    blocks = [(block.meters, block.kw.shape) for block in lake.blocks(0, 24, readings=24 * 8)]
    assert [len(meters) for meters, _ in blocks] == [2, 2, 2, 1]
    assert all(shape[1:] == (4, 24) for _, shape in blocks)
    assert same_bits(everything(lake, 24), frame)


def test_a_stray_day_does_not_blow_up_the_block(tmp_path):
    frame = frame_of({("a", 0): [1.0], ("b", 0): [2.0], ("b", 40000): [3.0], ("c", 1): [4.0]}, 1)
    lake = put(Lake.create(tmp_path, shards=1), frame, 1)
    sizes = [block.kw.size for block in lake.blocks(0, 1, readings=100)]
    assert sizes == [1, 40001, 1]


def test_filters_by_meter_and_day(tmp_path):
    lake = Lake.create(tmp_path, shards=4)
    for start in (0, 5):
        lake = put(lake, flat(["a", "b", "c", "d"], 5, start=start), 24)
    wanted = everything(
        lake, 24, meters={"b", "zz"}, first_day=FIRST + timedelta(days=3), last_day=FIRST + timedelta(days=6)
    )
    assert wanted["meter"].unique().to_list() == ["b"]
    assert wanted["day"].to_list() == [FIRST + timedelta(days=d) for d in (3, 4, 5, 6)]
    assert lake.days(24) == (FIRST, FIRST + timedelta(days=9))
    assert lake.days(96) is None
    assert lake.shards_of({"b"}) == (shard_of("b", 4),)


def test_the_shard_of_a_meter_never_changes():
    assert shard_of("123456789", 1 << 32) == 0xCBF43926  # the check value published for CRC-32
    assert [shard_of(m, 64) for m in ("5130001234567", "户号0001", "")] == [62, 40, 0]


def test_kinds_of_days_stay_apart_and_scan_shows_both(tmp_path):
    lake = put(Lake.create(tmp_path, shards=2), flat(["a"], 2, slots=24), 24)
    lake = put(lake, flat(["b"], 3, slots=1), 1)
    assert lake.slot_kinds == (24, 1)
    long = scan(lake).sort("meter", "time").collect()
    assert long.schema == {
        "meter": pl.String(),
        "time": pl.Datetime("us"),
        "minutes": pl.Int16(),
        "kw": pl.Float32(),
    }
    assert long.group_by("minutes").len().sort("minutes").rows() == [(60, 48), (1440, 3)]
    hours = long.filter(pl.col("meter") == "a")["time"].to_list()
    assert hours[0].isoformat() == "2021-06-01T00:00:00"
    assert hours[25].isoformat() == "2021-06-02T01:00:00"
    few = scan(lake).filter(pl.col("minutes") == 1440).select("kw").head(2).collect()
    assert few.shape == (2, 1)
    assert scan_days(lake, 1).select(pl.len()).collect().item() == 3


def test_missing_readings_have_no_row_in_the_long_table(tmp_path):
    kw = np.full(24, np.nan, np.float32)
    kw[[3, 5]] = [1.5, 2.5]
    lake = put(Lake.create(tmp_path, shards=1), frame_of({("a", 0): kw}, 24), 24)
    hour = datetime(2021, 6, 1, 3)  # noqa: DTZ001 - the meter's standard time has no zone
    assert scan(lake).select("time", "kw").collect().rows() == [(hour, 1.5), (hour + timedelta(hours=2), 2.5)]


def test_days_without_a_reading_are_not_kept(tmp_path):
    frame = frame_of({("a", 0): np.full(24, np.nan), ("a", 1): np.ones(24)}, 24)
    lake = put(Lake.create(tmp_path, shards=1), frame, 24)
    assert everything(lake, 24)["day"].to_list() == [FIRST + timedelta(days=1)]


def test_what_is_not_committed_leaves_no_trace(tmp_path):
    lake = put(Lake.create(tmp_path, shards=1), flat(["a"], 3), 24)
    before = lake.manifest

    def interrupted():
        with lake.writing() as writer:
            writer.add(flat(["b"], 3), shard=0, slots=24, sources=[], reader_version="1")
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert lake.refreshed().manifest == before
    assert len(list((tmp_path / "parts").iterdir())) == 1
    assert not list((tmp_path / "tmp").iterdir())


def test_a_day_may_stand_only_once_in_an_import(tmp_path):
    frame = flat(["a"], 1)
    with Lake.create(tmp_path, shards=1).writing() as writer, pytest.raises(ValueError, match="twice"):
        writer.add(pl.concat([frame, frame]), shard=0, slots=24, sources=[], reader_version="1")


def test_the_digest_of_a_shard_changes_with_its_parts_only(tmp_path):
    lake = Lake.create(tmp_path, shards=2)
    empty = [lake.shard_digest(shard, 24) for shard in (0, 1)]
    lake = put(lake, flat(["a"], 1), 24)
    now = [lake.shard_digest(shard, 24) for shard in (0, 1)]
    home = shard_of("a", 2)
    assert now[home] != empty[home]
    assert now[1 - home] == empty[1 - home]


def test_two_writers_at_once_are_refused(tmp_path):
    lake = Lake.create(tmp_path, shards=1)
    with lake.writing(), pytest.raises(ConflictError, match="Another process"), lake.writing():
        pass


def test_there_is_one_lake_in_a_folder(tmp_path):
    Lake.create(tmp_path, shards=1)
    with pytest.raises(ConflictError):
        Lake.create(tmp_path, shards=1)
    with pytest.raises(ConfigurationError):
        Lake.open(tmp_path / "elsewhere")


@pytest.mark.parametrize("damage", ["cut", "gone", "garbage"])
def test_a_damaged_part_is_told_and_named(tmp_path, damage):
    lake = put(Lake.create(tmp_path, shards=1), flat(["a", "b"], 30), 24)
    (path,) = (tmp_path / "parts").iterdir()
    assert lake.damaged_parts() == ()
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"x" * 2000)
    with pytest.raises(StoreError, match=path.stem):
        list(lake.blocks(0, 24))
    assert lake.damaged_parts() == (path.stem,)


def test_a_manifest_of_a_later_format_is_refused(tmp_path):
    Lake.create(tmp_path, shards=1)
    path = tmp_path / "manifest.json"
    path.write_text(path.read_text().replace(f'"format":{FORMAT}', '"format":9'))
    with pytest.raises(ConfigurationError, match="later version"):
        Lake.open(tmp_path)
    path.write_text("{")
    with pytest.raises(StoreError, match="manifest"):
        Lake.open(tmp_path)


def test_dates_before_1970_are_days_too(tmp_path):
    kw = pl.Series([[1.0]], dtype=pl.Array(pl.Float32, 1))
    frame = pl.DataFrame({"meter": ["a"], "day": [date(1969, 12, 30)], "kw": kw})
    lake = put(Lake.create(tmp_path, shards=1), frame, 1)
    assert same_bits(everything(lake, 1), frame)


def test_streams_of_blocks_open_at_once_do_not_share_memory(tmp_path):
    lake = put(Lake.create(tmp_path, shards=1), flat(["a", "b"], 3), 24)
    one = next(iter(first := lake.blocks(0, 24, meters={"a"})))
    kept = one.kw.copy()
    other = next(iter(second := lake.blocks(0, 24, meters={"b"})))
    assert np.array_equal(one.kw, kept)
    assert not np.array_equal(other.kw, kept)
    first.close()
    second.close()
    assert same_bits(everything(lake, 24), flat(["a", "b"], 3))
