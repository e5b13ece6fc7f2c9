"""A station's physics and what a private mine takes from it."""

from dataclasses import replace

import numpy as np
import pytest

from minewatch.rehearsal.parameters import RegionParameters
from minewatch.rehearsal.plants import draw_stations, river_flow, run_station

PARAMETERS = RegionParameters(seed=9, meters=3000, days=20, slots=24)
FEEDERS = {county: [f"N{county}"] for county in range(8)}


def stations():
    return draw_stations(PARAMETERS, FEEDERS)


def test_some_stations_sell_privately_and_all_have_a_place():
    drawn = stations()
    assert len(drawn) == 9
    assert sum(one.mine_kw > 0 for one in drawn) == 3
    for one in drawn:
        assert one.node == f"N{one.county}"
        assert 400 <= one.capacity_kw <= 12_000
        assert one.mine_kw <= 0.7 * one.capacity_kw + 1


def test_a_private_mine_lowers_delivery_by_as_much():
    station = replace(stations()[0], direct_share=0.0, falsified=False)
    flow = river_flow(PARAMETERS, station.river)
    wish = np.full((20, 24), 0.2 * station.capacity_kw, np.float32)
    alone = run_station(PARAMETERS, station, flow, lambda: None)
    fed = run_station(PARAMETERS, station, flow, lambda: wish)
    free = np.isnan(fed.dispatch)
    np.testing.assert_allclose((alone.delivered - fed.delivered)[free], fed.private[free], rtol=1e-3, atol=0.5)
    assert not alone.private.any()
    np.testing.assert_allclose(fed.generated, fed.own_use + fed.private + fed.delivered, rtol=1e-4, atol=0.5)
    assert (fed.reported == fed.generated).all()


def test_a_falsified_reading_leaves_the_sale_out():
    station = replace(stations()[0], falsified=True)
    wish = np.full((20, 24), 0.2 * station.capacity_kw, np.float32)
    fed = run_station(PARAMETERS, station, river_flow(PARAMETERS, station.river), lambda: wish)
    np.testing.assert_allclose(fed.reported, fed.generated - fed.private, rtol=1e-4, atol=0.5)


def test_dispatch_binds_what_reaches_the_grid():
    for station in stations():
        series = run_station(PARAMETERS, station, river_flow(PARAMETERS, station.river), lambda: None)
        held = ~np.isnan(series.dispatch)
        assert (series.delivered + series.direct)[held].max(initial=0.0) <= series.dispatch[held].max(initial=0.0) + 0.5
        assert (((series.delivered + series.direct) - series.dispatch)[held] < 0.5).all()


def test_floods_rise_faster_than_they_fall():
    flow = river_flow(replace(PARAMETERS, days=200, slots=96), "Qingyi")
    change = np.diff(flow.reshape(-1, 24).mean(axis=1))
    assert change.max() > 1.5 * -change.min()
    assert flow.min() > 0.3


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_share_of_private_sellers_is_met(share):
    mix = replace(PARAMETERS.mines, private_share=share)
    drawn = draw_stations(replace(PARAMETERS, mines=mix), FEEDERS)
    assert sum(one.mine_kw > 0 for one in drawn) == share * len(drawn)
