from datetime import date

import numpy as np
import pytest

from minewatch.detect.plants import GRAVITY, Station, judge_stations

DAYS, SLOTS = 20, 24
FIRST = date(2021, 5, 24)


def station(name="H1", *, sold=0.0, hides=False, order=None, river="R", flow=None, **changed):
    rng = np.random.default_rng(7)
    day = np.arange(DAYS * SLOTS).reshape(DAYS, SLOTS) / SLOTS
    inflow = 3.0 + 0.5 * np.sin(day / 3.0) if flow is None else flow
    possible = np.minimum(0.85 * GRAVITY * 50.0 * inflow, 1400.0) * rng.normal(1.0, 0.004, (DAYS, SLOTS))
    own = np.full((DAYS, SLOTS), 15.0)
    dispatch = np.full((DAYS, SLOTS), np.nan) if order is None else order
    public = np.fmin(possible - own - sold, dispatch)
    generated = public + own + sold
    series = {
        "generated": generated - sold if hides else generated,
        "own_use": own,
        "delivered": public * 0.8,
        "direct": public * 0.2,
        "inflow": inflow,
        "dispatch": dispatch,
    }
    return Station(name, river, 1400.0, 50.0, 0.85, **{**series, **changed})


def judged(*stations):
    return {one.station: one for one in judge_stations(stations, first_day=FIRST)}


def test_an_honest_station_is_not_told_even_when_held_back_or_standing():
    order = np.full((DAYS, SLOTS), np.nan)
    order[:, :8] = 500.0
    held = station("held", order=order)
    repaired = station("still")
    repaired.generated[3:5] = 0.0
    repaired.delivered[3:5] = repaired.direct[3:5] = repaired.own_use[3:5] = 0.0
    found = judged(station("honest"), held, repaired)
    assert not any(one.flagged for one in found.values())
    assert found["held"].usable < 0.7


def test_what_is_sold_past_the_grid_stands_in_the_balance():
    one = judged(station(sold=400.0))["H1"]
    assert (one.flagged, one.way) == (True, "balance")
    assert one.kw == pytest.approx(400.0, rel=0.01)
    assert one.kw_low < 400.0 < one.kw_high
    assert one.kwh == pytest.approx(400.0 * 24 * DAYS, rel=0.01)


def test_a_generator_that_hides_it_is_told_by_the_water():
    sold = np.zeros((DAYS, SLOTS))
    sold[8:] = 400.0
    one = judged(station(sold=sold, hides=True))["H1"]
    assert (one.flagged, one.way) == (True, "water")
    assert one.kw == pytest.approx(400.0, rel=0.05)
    assert one.first_slot == 8 * SLOTS


def test_without_a_gauge_the_neighbours_on_the_river_tell():
    gone = np.full((DAYS, SLOTS), np.nan)
    sold = np.zeros((DAYS, SLOTS))
    sold[8:] = 600.0
    found = judged(station("a"), station("b"), station("c", sold=sold, hides=True, inflow=gone))
    assert (found["c"].flagged, found["c"].way) == (True, "river")
    assert found["c"].kw == pytest.approx(600.0, rel=0.1)
    assert not judged(station("alone", inflow=gone))["alone"].flagged


def test_missing_readings_are_no_shortfall():
    one = station()
    one.generated[5:9] = np.nan
    one.delivered[2:4] = np.nan
    assert not judged(one)["H1"].flagged
