"""Currents carry the metered power, motors draw even ones, machines hang in rows or on one phase, 10 kV often tells two."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from minewatch.rehearsal.currents import circuit_shares, machine_shares, phase_currents
from minewatch.rehearsal.layout import draw_layout
from minewatch.rehearsal.parameters import FaultParameters, RegionParameters
from minewatch.rehearsal.region import simulate

CLEAN = FaultParameters(gaps=0.0, lost_days=0.0, spikes=0.0, frozen=0.0, bad_meters=0.0)
PARAMETERS = RegionParameters(seed=11, meters=600, days=4, faults=CLEAN)


@pytest.fixture(scope="module")
def region():
    return simulate(replace(PARAMETERS, currents=True))


@pytest.fixture(scope="module")
def layout():
    return draw_layout(PARAMETERS)


def account_of(layout, kind):
    return next(one for one in layout.accounts if one.group.kind == kind and one.voltage != "220V")


def test_nothing_else_changes_when_they_are_asked_for(region):
    plain = simulate(PARAMETERS)
    assert plain.currents.is_empty()
    assert plain.currents.schema == region.currents.schema
    for name in ("readings", "reactive", "supply", "meters", "truth", "weather"):
        assert getattr(plain, name).equals(getattr(region, name))


def test_meters_of_three_phases_tell_them_and_many_at_high_voltage_two(region):
    single = region.meters.filter(pl.col("voltage") == "220V")["meter"]
    assert not set(single) & set(region.currents["meter"])
    by_phase = {str(name): set(rows["meter"]) for (name,), rows in region.currents.group_by("phase")}
    assert by_phase["A相电流"] == by_phase["C相电流"] == set(region.reactive["meter"])
    without = by_phase["A相电流"] - by_phase["B相电流"]
    high = set(region.meters.filter(pl.col("voltage").is_in(["10kV", "35kV"]))["meter"])
    assert without
    assert without < high


def test_they_carry_the_apparent_power_of_the_meter(region):
    volts = {"380V": 380.0, "10kV": 10e3, "35kV": 35e3}
    voltage = dict(region.meters.select("meter", "voltage").iter_rows())
    whole = region.currents.group_by("meter", "day").agg(n=pl.len(), amperes=pl.col("ampere").arr.to_list())
    whole = (
        whole.filter(pl.col("n") == 3)
        .join(region.readings, on=["meter", "day"])
        .join(region.reactive, on=["meter", "day"])
    )
    assert whole.height > 100
    ratios = []
    for meter, amperes, kw, kvar in whole.select("meter", "amperes", "kw", "kvar").iter_rows():
        told = volts[voltage[meter]] / 3.0**0.5 * np.sum(amperes, axis=0) / 1000.0
        ratios.append(np.sum(told) / np.sum(np.hypot(kw, kvar)))
    assert np.median(ratios) == pytest.approx(1.0, abs=0.03)
    assert np.all((np.array(ratios) > 0.85) & (np.array(ratios) < 1.3))


def test_motors_are_even_and_single_phase_circuits_are_not(layout):
    def spread(*kinds):
        found = []
        for account in layout.accounts:
            if account.group.kind in kinds and account.voltage == "380V":
                kw = np.full((4, 96), account.mean_kw, np.float32)
                means = phase_currents(PARAMETERS, account, metered=kw, mining=None, machines=0).mean(axis=(1, 2))
                found.append(means.max() / means.min())
        return np.array(found)

    assert spread("irrigation").max() < 1.35
    assert np.median(spread("restaurant", "shop", "farm")) > 1.35


def test_machines_of_a_mine_hang_in_rows_or_on_one_phase():
    rng = np.random.default_rng(1)
    many = np.array([machine_shares(rng, 300) for _ in range(50)])
    assert np.allclose(many.sum(axis=1), 1.0)
    assert many.max() < 0.4
    few = np.array([machine_shares(rng, 2) for _ in range(200)])
    alone = (few.max(axis=1) > 0.99).mean()
    assert 0.45 < alone < 0.75
    assert (np.sort(few, axis=1)[:, 0] == 0.0).all()


def test_a_mine_adds_its_current_where_it_hangs(layout):
    account = account_of(layout, "shop")
    host, mine = np.full((4, 96), 2.0, np.float32), np.full((4, 96), 9.0, np.float32)
    plain = phase_currents(PARAMETERS, account, metered=host, mining=None, machines=0)
    with_it = phase_currents(PARAMETERS, account, metered=host + mine, mining=mine, machines=200)
    added = with_it.mean(axis=(1, 2)) - plain.mean(axis=(1, 2))
    assert added.sum() == pytest.approx(9000.0 / 219.4, rel=0.1)
    assert added.max() / added.min() < 1.4


def test_shares_of_circuits_are_whole_and_wander_less_the_more_there_are():
    few, many = (circuit_shares(np.random.default_rng(2), kw=kw, count=960, spacing=12.0) for kw in (1.0, 100.0))
    assert np.allclose(few.sum(axis=0), 1.0)
    assert few.std(axis=1).mean() > 2 * many.std(axis=1).mean()
