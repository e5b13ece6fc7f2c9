"""Screening a lake: order, workers, partitions, resumption."""

import itertools
from datetime import date

import numpy as np
import polars as pl
import pytest

from minewatch.model.tables import FINDINGS
from minewatch.stores.results import ResultStore
from minewatch.usecases.screen import first_time, ranked, screen_lake, without_readings
from usecases.memory_lake import MemoryBlock, MemoryLake, example_meters

FIRST = date(2021, 5, 24)


def names(count):
    return tuple(f"m{number:03d}" for number in range(count))


def lake_of(kw, cuts):
    """Spread the meters over shards at the given cuts, two blocks a shard where there are enough."""
    meters = names(len(kw))
    edges = [0, *cuts, len(kw)]
    shards = []
    for low, high in itertools.pairwise(edges):
        middle = (low + high) // 2
        shards.append([MemoryBlock(meters[a:b], FIRST, kw[a:b]) for a, b in ((low, middle), (middle, high)) if b > a])
    return MemoryLake(shards)


def test_one_row_a_meter_most_suspicious_first():
    kw = example_meters(30)
    findings = screen_lake(lake=lake_of(kw, [10]))
    assert tuple(findings.columns) == FINDINGS.names
    assert sorted(findings["meter_id"]) == list(names(30))
    assert findings["probability"].is_sorted(descending=True)


def test_the_same_bits_for_any_workers_and_partition():
    kw = example_meters(40)
    kw[7, :5] = np.nan
    one = screen_lake(lake=lake_of(kw, []), workers=1)
    for cuts, workers in (([3], 1), ([1, 2, 20], 2), (list(range(1, 40)), 4)):
        assert screen_lake(lake=lake_of(kw, cuts), workers=workers).equals(one)


def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path):
    kw = example_meters(30)
    results = ResultStore(tmp_path)

    def killed(done, _all):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen_lake(lake=lake_of(kw, [10, 20]), results=results, workers=1, progress=killed)
    again = lake_of(kw, [10, 20])
    resumed = screen_lake(lake=again, results=results, workers=1)
    assert again.asked < 6
    assert resumed.equals(screen_lake(lake=lake_of(kw, [10, 20])))


def test_only_what_changed_is_screened_again(tmp_path):
    kw = example_meters(30)
    results = ResultStore(tmp_path)
    screen_lake(lake=lake_of(kw, [10, 20]), results=results)
    changed = kw.copy()
    changed[25, 3] += 1
    lake = lake_of(changed, [10, 20])
    assert screen_lake(lake=lake, results=results).equals(screen_lake(lake=lake_of(changed, [10, 20])))
    assert lake.asked == 2
    assert len(list(tmp_path.iterdir())) == 3, "results of the old input are gone"


def test_a_damaged_result_is_made_again(tmp_path):
    kw = example_meters(10)
    results = ResultStore(tmp_path)
    first = screen_lake(lake=lake_of(kw, []), results=results)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert screen_lake(lake=lake_of(kw, []), results=results).equals(first)


def test_a_meter_with_two_kinds_of_days_is_judged_on_the_longer_time():
    fine = example_meters(1, days=20, slots=96)
    daily = np.full((1, 300, 1), 5.0, np.float32)
    lake = MemoryLake([[MemoryBlock(("m000",), FIRST, fine)], [MemoryBlock(("m000",), FIRST, daily)]])
    findings = screen_lake(lake=lake)
    assert findings.height == 1
    assert findings["slots"][0] == 1


def test_meters_without_readings_are_listed_too():
    rows = without_readings(["b", "a"])
    together = ranked(pl.concat([screen_lake(lake=lake_of(example_meters(3), [])), rows]))
    assert together.height == 5
    assert together.filter(pl.col("meter_id") == "a")["data_notes"].to_list() == [["no_readings"]]
    assert together["meter_id"].to_list()[-2:] == ["a", "b"]


def test_an_empty_lake_gives_an_empty_table():
    findings = screen_lake(lake=MemoryLake([[]]))
    assert findings.height == 0
    assert tuple(findings.columns) == FINDINGS.names


def test_people_are_told_before_the_first_screening_of_a_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minewatch.usecases.screen.unready", lambda: ("looks",))
    notice = first_time()
    assert notice is not None
    assert "half a minute" in notice.en
    assert "首次" in notice.zh
    monkeypatch.setattr("minewatch.usecases.screen.unready", tuple)
    assert first_time() is None
