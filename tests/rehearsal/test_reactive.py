"""Motors need reactive power, machines with corrected supplies hardly do."""

import numpy as np
import polars as pl

from minewatch.rehearsal.layout import draw_layout
from minewatch.rehearsal.parameters import RegionParameters
from minewatch.rehearsal.reactive import reactive_power


def tan_phi(region):
    """Reactive over active energy by meter."""
    active = region.readings.select("meter", "day", "kw")
    joined = region.reactive.join(active, on=["meter", "day"])
    p, q = joined["kw"].to_numpy().astype(float), joined["kvar"].to_numpy().astype(float)
    frame = joined.select("meter").with_columns(p=pl.Series(np.nansum(p, axis=1)), q=pl.Series(np.nansum(q, axis=1)))
    total = frame.group_by("meter").agg(pl.col("p").sum(), pl.col("q").sum())
    return total.with_columns(ratio=pl.col("q") / pl.col("p")).join(region.truth, on="meter")


def test_only_three_phase_meters_tell_it(clean_region):
    single = clean_region.meters.filter(pl.col("voltage") == "220V")["meter"]
    assert not set(single) & set(clean_region.reactive["meter"])
    assert clean_region.reactive["meter"].n_unique() > 30
    assert clean_region.reactive.schema["kvar"] == pl.Array(pl.Float32, 96)


def test_motors_are_inductive_and_mines_are_not(clean_region):
    ratios = tan_phi(clean_region)
    motors = ratios.filter(pl.col("kind").is_in(["pump_station", "cold_store", "irrigation"]) & ~pl.col("is_mine"))
    mines = ratios.filter(pl.col("kind") == "big_data")
    assert motors["ratio"].min() > 0.3
    assert mines["ratio"].max() < 0.25


def test_a_mine_lowers_its_hosts_ratio():
    parameters = RegionParameters(seed=3, meters=600, days=4, slots=24)
    layout = draw_layout(parameters)
    pumps = next(account for account in layout.accounts if account.group.kind == "pump_station")
    host, mine = np.full((4, 24), 20.0, np.float32), np.full((4, 24), 60.0, np.float32)
    alone = reactive_power(parameters, pumps, metered=host, mining={}).mean() / 20.0
    both = reactive_power(parameters, pumps, metered=host + mine, mining={pumps.number: mine}).mean() / 80.0
    assert alone > 0.3
    assert both < 0.5 * alone + 0.1
