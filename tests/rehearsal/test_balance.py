"""Outages take whole transformer areas, roofs feed in, and losses have the parts they say."""

from dataclasses import replace

import numpy as np

from minewatch.rehearsal.balance import feed_in, make_supply, switch_areas
from minewatch.rehearsal.layout import draw_layout
from minewatch.rehearsal.loads import make_loads, make_places
from minewatch.rehearsal.parameters import GridParameters, RegionParameters

PARAMETERS = RegionParameters(
    seed=6, meters=200, days=4, slots=48, grid=GridParameters(pv_share=0.3, outages_per_area_month=20.0)
)


def made(parameters):
    layout, places = draw_layout(parameters), make_places(parameters)
    return layout, places, make_loads(parameters, layout, places, progress=lambda _done, _total: None)


def test_an_outage_takes_everything_below_the_area_at_once():
    layout, _, loads = made(PARAMETERS)
    switch_areas(PARAMETERS, layout, loads)
    dark = 0
    for node in layout.nodes:
        members = list(layout.by_node.get(node.name, ()))
        homes = [one for one in members if layout.accounts[one].group.kind == "household"]
        if node.kind == "area" and homes:
            off = (loads.metered[homes] == 0.0).all(axis=0)
            dark += int(off.sum())
            if node.name in loads.unmetered:
                assert not loads.unmetered[node.name][off].any()
            for run in loads.mines:
                if run.node == node.name:
                    assert not run.mine.kw[off].any()
    assert dark > 10


def test_roofs_take_from_the_load_and_feed_the_rest():
    layout, places, loads = made(PARAMETERS)
    before = loads.metered.copy()
    exports = feed_in(PARAMETERS, layout, loads, places)
    assert exports
    for number, fed in exports.items():
        assert not (fed * loads.metered[number]).any(), "a meter imports or exports, never both in a slot"
        made_kw = before[number] - loads.metered[number] + fed
        assert made_kw.min() > -1e-4
        assert made_kw.max() <= layout.accounts[number].pv_kw
        assert not made_kw[:, :8].any(), "no sun at night"
    honest = [account.number for account in layout.accounts if account.number not in exports]
    np.testing.assert_array_equal(loads.metered[honest], before[honest])


def test_without_loss_supply_is_the_plain_sum():
    grid = GridParameters(technical_loss=(0.0, 0.0), feeder_loss=(0.0, 0.0), pv_share=0.0)
    parameters = replace(PARAMETERS, grid=grid)
    layout, _, loads = made(parameters)
    supply = make_supply(parameters, layout, loads, {}, [])
    top = [index for index, node in enumerate(layout.nodes) if node.kind == "substation"]
    everything = loads.metered.sum(axis=0, dtype=np.float64) + sum(loads.unmetered.values())
    np.testing.assert_allclose(supply.kw[top].sum(axis=0, dtype=np.float64), everything, rtol=1e-5)
