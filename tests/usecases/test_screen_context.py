from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from minewatch.detect.block import Block
from minewatch.stores.lake import shard_of
from minewatch.usecases.screen_context import phase_volts, surroundings
from minewatch.usecases.screen_inputs import Tables

FIRST = date(2021, 5, 24)
DAYS = (FIRST, FIRST + timedelta(days=9))
SHARDS = 8


def at(text):
    return datetime.fromisoformat(text)


def outages(*rows):
    return pl.DataFrame(rows, schema={"county_code": pl.String, "start": pl.Datetime, "end": pl.Datetime}, orient="row")


def meters(*rows):
    schema = dict.fromkeys(("meter", "county_code", "declared_use", "voltage"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def weather(place, warmth):
    times = [datetime.combine(FIRST, datetime.min.time()) + timedelta(minutes=15 * n) for n in range(10 * 96)]
    return pl.DataFrame(
        {"county_code": [place] * len(times), "start": times, "temperature_c": [float(warmth)] * len(times)},
        schema={"county_code": pl.String, "start": pl.Datetime, "temperature_c": pl.Float64},
    )


BOOKS = meters(
    ("a", "511802", "机械加工", "380V"), ("b", "511823", "数据中心", "10kV"), ("c", None, "居民生活", "220V")
)


def test_each_meter_has_what_is_known_where_it_stands():
    tables = Tables(
        weather=pl.concat([weather("511802", 20), weather("510000", 10), weather(None, 5)]),
        outages=outages(
            ("511823", at("2021-05-25T07:00"), at("2021-05-25T08:00")),
            (None, at("2021-05-26T07:00"), at("2021-05-26T08:00")),
            ("511823", at("2020-05-25T07:00"), at("2020-05-25T08:00")),
        ),
        meters=BOOKS,
    )
    known = surroundings(tables, days=DAYS, shards=SHARDS)
    block = Block(("a", "b", "c"), FIRST - timedelta(days=2), np.ones((3, 4, 96), np.float32))
    context = known.of(block)
    warmth = {meter: context.temperature_of(meter) for meter in "abc"}
    assert {meter: float(array[-1, 0]) for meter, array in warmth.items()} == {"a": 20, "b": 10, "c": 5}
    assert np.isnan(warmth["a"][:2]).all()
    assert [len(context.outages_of(meter)) for meter in "abc"] == [1, 2, 1]
    assert context.declared_use == {"a": "process_plant", "b": "server_room"}
    assert context.phase_volts["a"] == pytest.approx(219.4, abs=0.1)
    assert context.phase_volts["b"] == pytest.approx(5773.5, abs=0.1)


def test_only_the_units_of_meters_it_concerns_are_screened_again():
    there, elsewhere = shard_of("a", SHARDS), shard_of("b", SHARDS)
    assert there != elsewhere
    first = Tables(meters=BOOKS, outages=outages(("511823", at("2021-05-25T07:00"), at("2021-05-25T08:00"))))
    more = Tables(
        meters=BOOKS,
        outages=outages(
            ("511823", at("2021-05-25T07:00"), at("2021-05-25T08:00")),
            ("511802", at("2021-05-27T07:00"), at("2021-05-27T08:00")),
            ("511823", at("2022-05-27T07:00"), at("2022-05-27T08:00")),
        ),
    )
    before, after = (surroundings(one, days=DAYS, shards=SHARDS) for one in (first, more))
    assert before.digest(elsewhere, 96) == after.digest(elsewhere, 96)
    assert before.digest(there, 96) != after.digest(there, 96)


@pytest.mark.parametrize(
    ("written", "volts"),
    [
        ("220V", 220.0),
        ("交流10千伏", 5773.5),
        ("380v", 219.4),
        ("0.4kV", 230.9),
        ("", None),
        ("high", None),
        ("0V", None),
    ],
)
def test_a_voltage_class_says_the_volts_of_a_phase(written, volts):
    assert phase_volts(written) == (None if volts is None else pytest.approx(volts, abs=0.1))
