from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from minewatch.model.errors import StoreError
from minewatch.stores.lake import Lake, shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.usecases.balance_books import plan_grid, read_books
from minewatch.usecases.balance_stream import Flow, Window, batches_of, look_through, spread
from usecases.test_balance_books import METERS, SUPPLIED, MemoryTables, grid

FIRST = date(2021, 5, 24)
WINDOW = Window(FIRST, 4, 24)


@pytest.fixture(name="lake")
def made_lake(tmp_path):
    lake = Lake.create(tmp_path / "lake", shards=2)
    with lake.writing() as writer:
        for shard in range(2):
            frames = []
            for number, name in enumerate(["A", "B", "F", "S", "a", "apart", "b", "c", "stranger"]):
                if shard_of(name, 2) == shard:
                    days = [FIRST + timedelta(days=day) for day in range(4 if name != "c" else 2)]
                    kw = np.full((len(days), 24), float(number + 1), dtype=np.float32)
                    frames.append(
                        pl.DataFrame({"meter": [name] * len(days), "day": days}).with_columns(
                            pl.Series("kw", kw, dtype=pl.Array(pl.Float32, 24))
                        )
                    )
            if frames:
                writer.add(pl.concat(frames), shard=shard, slots=24, sources=["0" * 64], reader_version="t")
        writer.commit([], ImportRecord(writer.sequence, "2021-07-01T00:00:00+00:00", "t", 0, {}))
    return lake.refreshed()


def made_plan(lake):
    books = read_books(MemoryTables(grid=grid(), meters=METERS), on=date(2021, 6, 1))
    peers, present, shards = look_through(lake, books, WINDOW)
    return peers, present, plan_grid(books, supplied=present), shards


def test_the_first_pass_tells_nodes_with_readings_and_what_peers_draw(lake):
    peers, present, _, _ = made_plan(lake)
    assert present == SUPPLIED
    assert peers.counts == {"home": 1, "shop": 1}, "a and apart; b feeds in, c is in no table of meters"


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("readings", [10_000, 1])
def test_every_batch_gets_the_readings_of_its_names(lake, readings, workers, tmp_path):
    _, _, plan, shards = made_plan(lake)
    seen, told = {}, []
    flow = Flow(readings, tmp_path, workers, told.append)
    for groups, series in batches_of(lake, plan, WINDOW, shards=shards, flow=flow):
        for number in groups:
            wanted = plan.group(number).names & {"A", "B", "F", "S", "a", "b", "c"}
            assert wanted <= series.keys()
            seen |= {name: series[name] for name in wanted}
    assert {name: float(np.nanmax(kw)) for name, kw in seen.items()} == {
        "A": 1.0, "B": 2.0, "F": 3.0, "S": 4.0, "a": 5.0, "b": 7.0, "c": 8.0,
    }  # fmt: skip
    assert np.isnan(seen["c"][2:]).all()
    assert told == [0.5, 1.0]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("minewatch-balance")]


def test_a_disk_that_refuses_is_told(lake, tmp_path, monkeypatch):
    _, _, plan, shards = made_plan(lake)

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    batches = batches_of(lake, plan, WINDOW, shards=shards, flow=Flow(1, tmp_path))
    monkeypatch.setattr("pathlib.Path.open", full)
    with pytest.raises(StoreError):
        list(batches)


def test_results_come_in_order_and_an_error_stops_what_is_not_begun():
    assert list(spread(lambda unit: unit * unit, range(20), workers=4)) == [unit * unit for unit in range(20)]
    begun = []

    def fail(unit):
        begun.append(unit)
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - any error does
        list(spread(fail, range(1000), workers=1))
    assert len(begun) < 1000
