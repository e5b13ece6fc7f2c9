from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from minewatch.detect.block import Block, Contract
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


def test_what_the_contract_says_is_taken_from_the_books():
    columns = ("meter", "declared_use", "tariff", "contract", "voltage", "county_code")
    rows = [("a", "机械加工", "大工业", "grid", "10kV", None), ("b", None, "农业生产", None, None, None)]
    books = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    known = surroundings(
        Tables(meters=books.with_columns(capacity_kva=pl.Series([315.0, None]))), days=DAYS, shards=SHARDS
    )
    assert known.contracts == {
        "a": Contract("机械加工", "process_plant", "大工业", "two_part", 315.0),
        "b": Contract("", None, "农业生产", "agricultural", None),
    }
    assert known.of(Block(("a",), FIRST, np.ones((1, 4, 96), np.float32))).contracts == known.contracts
    earlier = surroundings(Tables(meters=books), days=DAYS, shards=SHARDS)
    assert earlier.contracts["a"].capacity_kva is None
    changed = [shard for shard in range(SHARDS) if earlier.digest(shard, 96) != known.digest(shard, 96)]
    assert changed == [shard_of("a", SHARDS)]


def test_a_price_class_told_as_the_use_counts_and_what_says_nothing_is_left_out():
    books = meters(("a", None, "居民生活", None), ("b", None, "商业", None))
    found = surroundings(Tables(meters=books), days=DAYS, shards=SHARDS).contracts
    assert found == {"a": Contract("居民生活", None, "居民生活", "residential", None)}


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
