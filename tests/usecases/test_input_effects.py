from datetime import date, datetime, timedelta

import numpy as np
import pytest
from polars.testing import assert_frame_equal

from minewatch.detect.block import Context
from minewatch.usecases.input_effects import with_only
from minewatch.usecases.screen import screen_lake
from usecases.memory_lake import MemoryBlock, MemoryLake, example_meters

FIRST = date(2021, 6, 1)


def lake():
    kw = example_meters(8, slots=48)
    for day in (12, 17, 22):
        kw[0, day, 20:24] -= 5.8
    return MemoryLake([[MemoryBlock(tuple(f"m{i}" for i in range(8)), FIRST, kw)]])


def outages():
    start = datetime.combine(FIRST, datetime.min.time()) + timedelta(hours=10)
    return {"": tuple((start + timedelta(days=day), start + timedelta(days=day, hours=2)) for day in (12, 17, 22))}


def test_taking_every_weight_out_again_gives_the_screening_of_the_curves_alone():
    context = Context(outages=outages(), deadline=datetime.fromisoformat("2021-06-28T22:00"))
    with_all, alone = screen_lake(lake=lake(), context=context, workers=1), screen_lake(lake=lake(), workers=1)
    assert with_all["probability"].to_list() != alone["probability"].to_list()
    columns = ["meter_id", "probability"]
    assert_frame_equal(with_only(with_all, ()).select(columns), alone.select(columns), rel_tol=1e-6)
    assert_frame_equal(with_only(with_all, ("outages", "deadline")), with_all)
    assert "drops_with_network" in dict(with_all.select("meter_id", "reasons").iter_rows())["m0"]


@pytest.mark.parametrize("given", [("outages",), ("weather",)])
def test_only_the_inputs_kept_count(given):
    found = screen_lake(lake=lake(), context=Context(outages=outages()), workers=1)
    chance = dict(with_only(found, given).select("meter_id", "probability").iter_rows())
    told = dict(found.select("meter_id", "probability").iter_rows())
    assert (chance["m0"] == told["m0"]) == (given == ("outages",))
    assert np.isfinite(list(chance.values())).all()
