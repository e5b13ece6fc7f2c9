"""What the contract says of made curves: overruns with and without the part, declared uses, prices that do not fit."""

from datetime import date, datetime

import numpy as np
import pytest

from minewatch.detect.block import Block, Context, Contract
from minewatch.detect.contract import on_contract
from minewatch.detect.screen import screen_block
from minewatch.model.reasons import sentence
from usecases.memory_lake import example_meters

FIRST = date(2021, 6, 1)
DAY_10 = datetime.fromisoformat("2021-06-11T00:00")


def load(days=30, slots=96):
    """40 kW, from day 10 on 55 kW."""
    kw = np.full((days, slots), 40.0, np.float32)
    kw[10:] += 15.0
    return kw


def told(kw, *, since=DAY_10, kvar=None, steady=True, mining_kw=15.0, **says):
    found = on_contract(
        kw,
        contract=Contract(**says),
        kvar=kvar,
        first_day=FIRST,
        mining_kw=mining_kw,
        since=since,
        steady=steady,
    )
    assert all(weight == 0.0 for weight, _ in found.values())
    return {code: figures for code, (_, figures) in found.items()}


def test_no_contract_says_nothing():
    nothing = on_contract(load(), contract=None, kvar=None, first_day=FIRST, mining_kw=15.0, since=None, steady=True)
    assert nothing == {}
    assert told(load()) == {}


def test_an_overrun_that_came_with_the_part_is_told_as_such():
    found = told(load(), capacity_kva=50.0)
    assert found == {
        "beyond_contract_with_part": {
            "capacity": "50", "by": "5", "unit": "kW", "first": "2021-06-11", "before": "0", "after": "100",
        }
    }  # fmt: skip
    said = sentence("beyond_contract_with_part", found["beyond_contract_with_part"])
    assert "50 kVA for 100 % of the time, typically by 5 kW (first on 2021-06-11); before that for 0 %" in said.en
    assert "合同容量50千伏安" in said.zh


def test_an_overrun_that_was_there_before_is_not_laid_on_the_part():
    assert told(load(), capacity_kva=30.0)["beyond_contract"]["percent"] == "100"
    assert list(told(load(), since=None, capacity_kva=50.0)) == ["beyond_contract"]


def test_reactive_power_counts_towards_the_capacity():
    kw = load()
    assert told(kw, capacity_kva=60.0) == {}
    assert told(kw, capacity_kva=60.0, kvar=0.6 * kw)["beyond_contract_with_part"]["unit"] == "kVA"


@pytest.mark.parametrize("capacity", [None, 0.0, -5.0, 55.0, 54.0, 1e9])
def test_within_the_contract_or_within_the_error_of_a_meter_nothing_is_told(capacity):
    assert told(load(), capacity_kva=capacity) == {}


def test_a_start_of_a_motor_is_no_overrun():
    kw = load()
    kw[3, 5:8] = 90.0
    assert told(kw, capacity_kva=60.0) == {}
    kw[3:9, 5:9] = 90.0
    assert "beyond_contract" in told(kw, capacity_kva=60.0)


def test_missing_readings_and_daily_energy_are_no_overrun():
    kw = load()
    kw[10:] = np.nan
    assert told(kw, capacity_kva=50.0) == {}
    assert told(load(slots=1), capacity_kva=50.0) == {}


def test_a_declared_use_is_told_where_it_draws_such_a_part():
    cold = {"use": "冷库", "use_code": "cold_store"}
    assert told(load(), **cold) == {"declared_draws_so": {"use": "冷库"}}
    assert told(load(), steady=False, use="路灯", use_code="timed_lights") == {"declared_draws_so": {"use": "路灯"}}
    assert told(load(), use="路灯", use_code="timed_lights") == {}


@pytest.mark.parametrize("kind", ["residential", "agricultural"])
def test_a_price_for_living_or_farming_seldom_fits_a_part_around_the_clock(kind):
    price = {"tariff": "某类", "tariff_kind": kind}
    assert told(load(), **price) == {"tariff_unlike_part": {"tariff": "某类", "kw": "15"}}
    assert told(load(), steady=False, **price) == {}
    assert told(load(), mining_kw=0.4, **price) == {}
    assert told(load(), use="水产养殖", use_code="pump_station", **price).keys() == {"declared_draws_so"}
    assert told(load(), use="烘干", use_code="electric_heating", **price) == {}
    assert told(load(), tariff="大工业", tariff_kind="two_part") == {}


def test_the_contract_is_told_by_the_screen_and_moves_nothing():
    block = Block(("a", "b"), FIRST, example_meters(2, mines=1).astype(np.float32))
    known = Context(contracts={"a": Contract("商业", None, "居民生活", "residential", 3.0)})
    plain, with_it = screen_block(block).row(0, named=True), screen_block(block, context=known).row(0, named=True)
    assert with_it["probability"] == plain["probability"]
    assert [code for code in with_it["reasons"] if code not in plain["reasons"]] == [
        "beyond_contract_with_part",
        "tariff_unlike_part",
    ]
