"""Small parts are merged without changing a reading, and never where a later import corrected an earlier one."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from minewatch.stores import merging
from minewatch.stores.frames import day_frames
from minewatch.stores.lake import Lake
from minewatch.stores.manifest import ImportRecord
from stores.strategies import FIRST, frame_of, same_bits


def put(lake, frame, source="s"):
    with lake.writing() as writer:
        writer.add(frame, shard=0, slots=24, sources=[source], reader_version="1")
        writer.commit([], ImportRecord(writer.sequence, "2026-01-01T00:00:00+00:00", "1", 0, {}))
    return lake.refreshed()


def held(lake):
    return pl.concat([frame_of({}, 24), *day_frames(lake, 24)])


def a_day(number, meters="abc"):
    """A day of a few meters, one of them with values that are no decimals, one with its own unit."""
    rng = np.random.default_rng(number)
    units = dict(zip(meters, (0.001, np.pi, 1.2), strict=False))
    return frame_of({(m, number): rng.integers(1, 4000, 24) * units[m] for m in meters}, 24)


@pytest.fixture
def lake(tmp_path):
    return Lake.create(tmp_path / "lake", shards=1)


def test_a_lake_filled_day_by_day_stays_in_few_parts(lake):
    days = [a_day(number) for number in range(30)]
    most = 0
    for number, day in enumerate(days):
        lake = put(lake, day, source=f"file{number}")
        most = max(most, len(lake.manifest.parts))
    assert most < merging.MERGE_AT + 2
    assert same_bits(held(lake), pl.concat(days))
    assert {source for part in lake.manifest.parts for source in part.sources} == {f"file{n}" for n in range(30)}
    assert lake.damaged_parts() == ()
    assert [record.first_day for record in lake.manifest.imports[:2]] == ["2021-06-01", "2021-06-02"]


def test_days_may_come_in_any_order(lake):
    order = np.random.default_rng(4).permutation(24).tolist()
    for number in order:
        lake = put(lake, a_day(number))
    assert same_bits(held(lake), pl.concat([a_day(number) for number in range(24)]))
    for block in lake.blocks(0, 24):
        assert block.first_day == FIRST
        assert block.kw.shape[1:] == (24, 24)


def test_corrections_keep_their_own_parts_and_their_order(lake):
    for number in range(6):
        lake = put(lake, a_day(number))
    lake = put(lake, a_day(2).with_columns(pl.Series("kw", a_day(77)["kw"])))
    for number in range(6, 40):
        lake = put(lake, a_day(number))
    expected = pl.concat(
        [a_day(n) for n in range(40) if n != 2] + [a_day(2).with_columns(pl.Series("kw", a_day(77)["kw"]))]
    )
    assert same_bits(held(lake), expected)
    rows = sum(part.rows for part in lake.manifest.parts)
    assert rows == 41 * 3, "the reading that was corrected is still there"


def test_large_parts_are_left_alone(lake, monkeypatch):
    monkeypatch.setattr(merging, "GROUP_READINGS", 24 * 20)
    lake = put(lake, pl.concat([a_day(number) for number in range(20)]))
    large = {part.name for part in lake.manifest.parts if part.rows in {20, 40}}
    for number in range(20, 50):
        lake = put(lake, a_day(number))
    assert large & {part.name for part in lake.manifest.parts}
    assert same_bits(held(lake), pl.concat([a_day(number) for number in range(50)]))


def test_who_opened_the_lake_before_still_reads_it(lake):
    for number in range(7):
        lake = put(lake, a_day(number))
    opened = lake
    before = held(opened)
    lake = put(lake, a_day(7))
    assert len(lake.manifest.parts) < len(opened.manifest.parts), "this import was to merge"
    assert same_bits(held(opened), before)
    lake = put(lake, a_day(8))
    on_disk = {path.stem for path in (lake.folder / "parts").iterdir()}
    assert not on_disk & {part.name for part in opened.manifest.parts}
    assert same_bits(held(lake), pl.concat([a_day(number) for number in range(9)]))
    assert held(lake)["day"].max() == FIRST + timedelta(days=8)
