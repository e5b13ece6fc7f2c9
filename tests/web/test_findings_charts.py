"""Figures of the findings pages: every reading where it belongs, gaps left open, long curves as means."""

import math
from datetime import date, datetime

import pytest

from minewatch.model.findings_views import FindingCurve, PeersView
from minewatch.model.text import Text
from minewatch.model.views import SeriesView
from minewatch.web.findings_charts import MOST_POINTS, curve_figure, heat_figure, peers_figure

NAN = float("nan")


def series(days=2, slots=24, value=float):
    kw = [value(n) for n in range(days * slots)]
    return SeriesView(date(2021, 6, 1), slots, kw, [0.5 * one for one in kw])


def test_a_curve_has_a_point_a_reading_and_leaves_gaps_open():
    found = series(value=lambda n: NAN if n == 3 else float(n))
    since = datetime(2021, 6, 1, 5)  # noqa: DTZ001 - the meter's standard time
    figure = curve_figure(FindingCurve("M", found, since, None), "en")
    load, part = figure["data"]
    assert load["x"][:2] == ["2021-06-01T00:00", "2021-06-01T01:00"]
    assert load["y"][:5] == [0.0, 1.0, 2.0, None, 4.0]
    assert part["y"][4] == 2.0
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == ["2021-06-01T05:00"]


def test_a_long_curve_is_drawn_as_means_of_equal_stretches():
    days = math.ceil(MOST_POINTS * 2.5 / 96)
    figure = curve_figure(FindingCurve("M", series(days, 96, lambda n: float(n % 3)), None, None), "zh")
    load = figure["data"][0]
    assert len(load["x"]) <= MOST_POINTS
    assert set(load["y"]) == {1.0}
    assert load["name"] == "负荷"


def test_a_heat_map_has_days_across_and_time_of_day_down():
    (heat,) = heat_figure(series(value=lambda n: NAN if n == 25 else float(n)), "en")["data"]
    assert heat["x"] == ["2021-06-01", "2021-06-02"]
    assert heat["y"][:2] == ["00:00", "01:00"]
    assert heat["z"][0] == [0.0, 24.0]
    assert heat["z"][1] == [1.0, None]


@pytest.mark.parametrize("figure", [heat_figure(None, "en"), curve_figure(FindingCurve("M", None, None, None), "en")])
def test_no_readings_make_an_empty_figure(figure):
    assert figure == {"data": [], "layout": {}}


def test_the_meter_is_marked_among_its_peers():
    peers = PeersView(Text("", ""), 5, 0.8, (3, 0, 0, 1, 0, 0, 0, 0, 0, 1), 2.0)
    figure = peers_figure(peers, 1.0, "en")
    assert figure["data"][0]["y"] == [3, 0, 0, 1, 0, 0, 0, 0, 0, 1]
    assert figure["layout"]["shapes"][0]["x0"] == 9
