from datetime import date

import numpy as np
import pytest

from minewatch.detect.plants import Station, judge_stations
from minewatch.model.origin import Origin
from minewatch.usecases.balance_stream import Window
from minewatch.usecases.plants import PlantRun
from minewatch.usecases.plants_report import add_plant_money, plants_page, plants_view

FIRST = date(2021, 5, 24)
SHAPE = (20, 24)


@pytest.fixture(name="run")
def made_run():
    nothing = np.full(SHAPE, np.nan)
    made = np.full(SHAPE, 1000.0)

    def station(name, delivered):
        return Station(name, "R", 1400.0, 50.0, 0.85, made, made * 0.01, made * delivered, nothing, nothing, nothing)

    stations = {"H1": station("H1", 0.69), "H2": station("H2", 0.99)}
    found = judge_stations(list(stations.values()), first_day=FIRST)
    return PlantRun(found, Window(FIRST, *SHAPE), "d", stations, {"H1": "SS1"}, origin=Origin.SIMULATED)


def test_a_station_s_view_has_its_energy_and_the_gap(run):
    told, honest = plants_view(run).plants
    assert (told.station, told.node, told.flagged, honest.flagged) == ("H1", "SS1", True, False)
    energy = {line.what.en: line.kwh for line in told.energy}
    assert energy["generated, as reported"] == pytest.approx(480_000.0)
    assert energy["not accounted for"] == pytest.approx(144_000.0, rel=1e-3)
    assert energy["not accounted for"] == pytest.approx(told.kwh)
    assert told.since_start
    assert told.until is None


def test_the_page_shows_stations_gap_and_what_money_needs_in_both_languages(run):
    view = add_plant_money(plants_view(run), run, rules=None)
    for language, word in (("en", "not accounted for"), ("zh", "去向不明")):
        page = plants_page(view, top=5, language=language).decode()
        assert word in page
        assert "--division" in page
        assert page.count("<svg") == 1
        assert "SIMULATED" in page or "模拟" in page
        assert page == plants_page(view, top=5, language=language).decode()
    assert "<svg" not in plants_page(view, top=0, language="en").decode()
