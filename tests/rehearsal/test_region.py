"""A region repeats bit for bit, balances, and its truth agrees with its series."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from minewatch.model.tables import READINGS
from minewatch.rehearsal.parameters import COUNTIES, EVASIONS, MineMix, Obedience, RegionParameters
from minewatch.rehearsal.region import simulate


def curves(frame, key="meter", value="kw"):
    """Name → (days × slots,) in float64."""
    ordered = frame.sort(key, "day")
    names = ordered[key].unique(maintain_order=True).to_list()
    values = ordered[value].to_numpy().astype(np.float64)
    return dict(zip(names, values.reshape(len(names), -1), strict=True))


def test_same_seed_same_bits_and_other_seed_others():
    parameters = RegionParameters(seed=3, meters=120, days=6, slots=24)
    one, two, other = simulate(parameters), simulate(parameters), simulate(replace(parameters, seed=4))
    for name in ("readings", "supply", "meters", "grid", "stations", "generation", "truth", "mine_series", "losses"):
        assert getattr(one, name).equals(getattr(two, name), null_equal=True), name
    assert not one.readings["kw"].equals(other.readings["kw"])


def test_readings_follow_the_table(faulty_region):
    assert tuple(faulty_region.readings.columns) == READINGS.names
    assert faulty_region.readings.schema["kw"] == pl.Array(pl.Float32, 48)
    assert faulty_region.readings.null_count().sum_horizontal().item() == 0
    assert not faulty_region.readings.select("meter", "day").is_duplicated().any()
    kw = faulty_region.readings["kw"].to_numpy()
    assert 0.0 < np.isnan(kw).mean() < 0.1
    assert np.nanmin(kw) >= 0.0


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("household", 0.15, 0.45),
        ("shop", 0.4, 3.0),
        ("farm", 0.8, 8.0),
        ("factory_day", 15.0, 160.0),
        ("telecom_mast", 1.4, 4.5),
    ],
)
def test_energy_is_plausible_for_its_class(clean_region, kind, low, high):
    median = clean_region.truth.filter(pl.col.kind == kind)["host_kw"].median()
    assert low < median < high


def test_towns_use_most_in_the_evening(clean_region):
    homes = clean_region.truth.filter((pl.col.kind == "household") & ~pl.col.is_mine)["meter"]
    kw = clean_region.readings.filter(pl.col.meter.is_in(homes.to_list()))["kw"].to_numpy().mean(axis=0)
    assert 72 <= int(kw.argmax()) <= 90
    assert 4 <= int(kw.argmin()) <= 22
    assert kw.max() > 2.5 * kw.min()


def test_every_node_balances(clean_region):
    """Supply = loads below + what runs past the meters − sunshine fed in − stations + constant and quadratic loss."""
    region = clean_region
    meters, supply = curves(region.readings), curves(region.supply)
    mines, delivered = curves(region.mine_series, "site"), curves(region.generation, "station", "delivered_kw")
    losses = {row["node"]: row for row in region.losses.to_dicts()}
    below = {node: np.zeros_like(kw) for node, kw in supply.items()}
    for row in region.truth.to_dicts():
        if row["meter"] is None:
            if row["evasion"] == "before_meter":
                below[row["node"]] += mines[row["site"]]
            continue
        kw = meters[row["meter"]]
        share = row["bypassed"] or 0.0
        below[row["node"]] += kw / (1.0 - share) - meters.get(row["meter"] + "E", 0.0)
    tree = region.grid.filter(pl.col.kind.is_in(["substation", "feeder", "area"])).to_dicts()
    for kind in ("area", "feeder", "substation"):
        for node in (one for one in tree if one["kind"] == kind):
            name, loss = node["node"], losses[node["node"]]
            load = below[name]
            expected = load + loss["constant_kw"] + loss["per_kw2"] * load**2
            if loss["share"] > 0:
                assert (expected - load).mean() == pytest.approx(loss["share"] * np.abs(load).mean(), rel=0.02)
            for station in region.stations.filter(pl.col.node == name)["station"]:
                expected = expected - delivered[station]
            # Meters tell steps of up to 0.0001 kW × CT × PT; roundings of many add up.
            np.testing.assert_allclose(supply[name], expected, atol=0.02 + 2e-3 * np.abs(expected).max())
            if node["parent"]:
                below[node["parent"]] += supply[name]


def test_area_losses_lie_between_half_and_five_per_cent(clean_region):
    shares = clean_region.losses.filter(pl.col.node.str.starts_with("TA"))["share"]
    assert shares.min() >= 0.005
    assert shares.max() <= 0.05


def test_stations_balance_but_for_what_they_sell_privately(clean_region):
    series = curves(clean_region.mine_series, "site")
    sold = {
        row["node"]: series[row["site"]] for row in clean_region.truth.to_dicts() if row["evasion"] == "private_supply"
    }
    assert sold
    frame = clean_region.generation
    generated, own, delivered, direct = (
        curves(frame, "station", one) for one in ("generated_kw", "own_use_kw", "delivered_kw", "direct_sale_kw")
    )
    for station, made in generated.items():
        rest = made - own[station] - delivered[station] - direct[station]
        honest = np.allclose(rest, 0.0, atol=0.01)
        told = station in sold and np.allclose(rest, sold[station], atol=0.01)
        assert honest or told, station
        if station not in sold:
            assert honest


def test_output_never_beats_the_river(clean_region):
    stations = {row["station"]: row for row in clean_region.stations.to_dicts()}
    made = curves(clean_region.generation, "station", "generated_kw")
    inflow = curves(clean_region.generation, "station", "inflow_m3s")
    for name, row in stations.items():
        possible = np.minimum(9.81 * row["efficiency"] * row["head_m"] * inflow[name], row["capacity_kw"])
        assert (made[name] <= possible * 1.03 + 1.0).all()


def test_truth_agrees_with_the_series(clean_region):
    region = clean_region
    series = curves(region.mine_series, "site")
    first = datetime(2021, 5, 24)  # noqa: DTZ001 - standard time
    rows = region.truth.filter(pl.col.is_mine).to_dicts()
    assert {row["evasion"] for row in rows} == set(EVASIONS)
    for row in rows:
        kw = series[row["site"]]
        slot = int((row["since"] - first).total_seconds() // 900)
        assert kw[:slot].max(initial=0.0) == 0.0
        running = kw[kw > 0.05 * kw.max()]
        if row["evasion"] in {"hidden_host", "before_meter", "private_supply", "declared_big_data"}:
            assert row["mine_kw"] == pytest.approx(running.mean(), rel=0.03)
            assert row["mine_kwh"] == pytest.approx(kw.sum() / 4, rel=1e-3)
        if row["until"] is not None:
            end = int((row["until"] - first).total_seconds() // 900)
            assert kw[end:].max(initial=0.0) < 0.05 * kw.max()
    assert not region.truth.filter(~pl.col.is_mine & pl.col.evasion.is_not_null()).height


def test_a_hidden_mine_stands_in_its_hosts_curve(clean_region):
    meters, series = curves(clean_region.readings), curves(clean_region.mine_series, "site")
    rows = clean_region.truth.filter(pl.col.evasion.is_in(["hidden_host", "declared_big_data"])).to_dicts()
    assert rows
    for row in rows:
        # No outage of a whole transformer area may hide the sum; compare where the meter shows anything.
        seen = meters[row["meter"]] > 0
        rest = meters[row["meter"]][seen] - series[row["site"]][seen]
        assert rest.min() > -0.02 * max(series[row["site"]].max(), 1.0)


def test_behaviour_at_the_deadline():
    alike = dict.fromkeys(("early", "in_time", "late", "never", "back"), 0.2)
    mix = MineMix(modes={"steady": 1.0}, per_thousand={"hidden_host": 60.0, "declared_big_data": 30.0})
    rules = Obedience(open_mines=alike, hidden_mines=alike)
    region = simulate(RegionParameters(seed=21, meters=400, mines=mix, obedience=rules))
    series = curves(region.mine_series, "site")
    first, deadline = datetime(2021, 5, 24), datetime(2021, 6, 17, 22)  # noqa: DTZ001 - standard time
    slot = int((deadline - first).total_seconds() // 900)
    seen = set()
    for row in region.truth.filter(pl.col.is_mine).to_dicts():
        kw, behaviour = series[row["site"]], row["behaviour"]
        rated = np.quantile(kw[: slot - 400], 0.9)
        after = kw[slot + 4 : slot + 4 * 30]
        seen.add(behaviour)
        if behaviour in {"early", "in_time"}:
            assert row["stop_at"] <= deadline
            assert kw[slot + 2 :].max() < 0.1 * rated
        elif behaviour == "late":
            assert row["stop_at"] > deadline
            assert kw[-4:].max() < 0.1 * rated
        elif behaviour == "back":
            assert np.median(after) < 0.1 * rated
            assert 38 <= (row["back_at"] - deadline).total_seconds() / 3600 <= 62
            assert kw[-150:].max() > 0.5 * rated or row["evasion"] == "private_supply"
        else:
            assert row["stop_at"] is None
    assert seen == set(alike)


def test_partial_coverage_and_wrong_books(faulty_region):
    read, known = faulty_region.readings["meter"].n_unique(), faulty_region.meters.height
    assert 0.84 < read / known < 0.96
    books = faulty_region.meters.filter(pl.col.direction == "import").select("meter", booked="node")
    moved = faulty_region.truth.join(books, on="meter").filter(pl.col.node != pl.col.booked)
    assert 2 <= moved.height <= 0.05 * known
    assert moved["node"].str.starts_with("TA").all()


def test_grid_is_a_tree_without_orphans(faulty_region):
    grid = faulty_region.grid
    assert not grid["node"].is_duplicated().any()
    assert set(grid["parent"].drop_nulls()) <= set(grid["node"])
    assert grid.filter(pl.col.parent.is_null())["kind"].unique().to_list() == ["substation"]
    assert set(faulty_region.meters["meter"]) == set(grid.filter(pl.col.kind == "meter")["node"])
    assert set(grid["county_code"]) <= {county.code for county in COUNTIES}


def test_a_region_without_mines_has_none():
    mix = MineMix(per_thousand={}, private_share=0.0)
    region = simulate(RegionParameters(seed=2, meters=100, days=3, slots=24, mines=mix))
    assert not region.truth["is_mine"].any()
    assert region.mine_series.height == 0


@pytest.mark.parametrize("bad", [{"meters": 10}, {"days": 0}, {"slots": 7}])
def test_senseless_sizes_are_refused(bad):
    with pytest.raises(ValueError, match="at least 50 meters"):
        simulate(RegionParameters(seed=1, **bad))
