import re
import xml.etree.ElementTree as ET
from array import array
from datetime import datetime

import numpy as np
import pytest

from minewatch.model.balance_views import PlantSeriesView
from minewatch.model.views import SeriesView
from minewatch.reports.charts import day_profile, plant_timeline, shades, timeline
from screen_views import FIRST, series

SINCE = datetime(2021, 6, 7)  # noqa: DTZ001 - the meter's standard time


def drawn(svg):
    """Parse; the class of each shape -> its elements."""
    found = {}
    for element in ET.fromstring(svg).iter():  # noqa: S314 - our own bytes
        found.setdefault(element.get("class", element.tag), []).append(element)
    return found


def spans(path):
    """The horizontal spans of a path's pieces."""
    for piece in path.get("d").split("M")[1:]:
        xs = [
            float(pair.split()[0]) for pair in re.split("[LHVZ]", piece)[:1] + re.findall(r"L([^LZ]+)", piece) if pair
        ]
        yield min(xs), max(xs)


@pytest.mark.parametrize("slots", [1, 24, 48, 96])
@pytest.mark.parametrize("days", [1, 2, 21, 731])
def test_any_window_is_drawn_small_and_well_formed(days, slots):
    curve = series(days, slots, start=days / 3, gap=days > 2)
    line = timeline(curve, since=SINCE, until=None, caption="c")
    day = day_profile(curve, since=SINCE, until=None, caption="d")
    shapes = drawn(line)
    assert shapes["host-line"]
    assert ("{http://www.w3.org/2000/svg}image" in shapes or "image" in shapes) == (slots > 1 and days > 1)
    assert bool(day) == (slots > 1 and days > 1)
    assert len(line) + len(day) < 150_000
    if day:
        assert drawn(day)["mining-area"]


@pytest.mark.parametrize("chart", [timeline, day_profile])
def test_the_same_view_gives_the_same_bytes(chart):
    first, second = (chart(series(60, 96), since=SINCE, until=None, caption="c") for _ in range(2))
    assert first == second


def test_a_gap_breaks_the_curve_and_is_shaded():
    kw = array("f", [5.0] * 8 + [np.nan] * 8 + [5.0] * 8)
    shapes = drawn(timeline(SeriesView(FIRST, 24, kw, array("f", [4.0] * 24)), since=None, until=None, caption="c"))
    left, right = 52.0, 908.0
    third = (right - left) / 3
    for css in ("host-line", "host-band", "mining-area", "mining-line"):
        pieces = list(spans(shapes[css][0]))
        assert len(pieces) == 2, css
        assert pieces[0] == pytest.approx((left, left + third), abs=0.1)
        assert pieces[1] == pytest.approx((right - third, right), abs=0.1)
    levels = {float(y) for y in re.findall(r"\d+\.\d (\d+\.\d)", shapes["host-line"][0].get("d"))}
    assert len(levels) == 1, "nothing may be drawn at another height than the readings"
    assert len(list(re.finditer("M", shapes["gap"][0].get("d")))) == 1


def test_mining_has_a_line_only_while_it_runs():
    shapes = drawn(timeline(series(21, 24, start=7, stop=14, gap=False), since=None, until=None, caption="c"))
    third = (908 - 52) / 3
    assert list(spans(shapes["mining-line"][0])) == [pytest.approx((52 + third, 52 + 2 * third), abs=2.1)]


@pytest.mark.parametrize("slots", [1, 24])
def test_a_meter_without_any_reading_has_no_curve(slots):
    nothing = array("f", [np.nan] * slots * 5)
    shapes = drawn(timeline(SeriesView(FIRST, slots, nothing, nothing, ()), since=None, until=None, caption="c"))
    assert "host-line" not in shapes
    assert "mining-area" not in shapes
    assert shapes["gap"]


@pytest.mark.parametrize(("since", "until", "marks"), [(None, None, 0), (SINCE, None, 3), (SINCE, SINCE, 6)])
def test_since_and_until_are_marked_in_each_panel(since, until, marks):
    assert len(drawn(timeline(series(), since=since, until=until, caption="c")).get("mark", [])) == marks


def test_a_mark_stands_at_its_moment():
    mark = drawn(timeline(series(21, 24), since=SINCE, until=None, caption="c"))["mark"][0]
    x = float(re.match(r"M(\S+)", mark.get("d"))[1])
    assert x == pytest.approx(52 + 7 / 21 * (908 - 52), abs=0.1)


def test_the_mean_day_takes_weekends_apart_and_the_days_without_mining():
    days = np.full((21, 24), 2.0)
    days[7:] = 10.0
    days[12:14] = 14.0  # Saturday and Sunday
    days[19:21] = 14.0
    curve = SeriesView(FIRST, 24, array("f", days.ravel().tolist()), array("f", [8.0] * 504))
    shapes = drawn(day_profile(curve, since=SINCE, until=None, caption="d"))
    heights = {
        css: {float(y) for y in re.findall(r"\d+\.\d (\d+\.\d)", shapes[css][0].get("d"))}
        for css in ("other-line", "weekday-line", "weekend-line")
    }
    assert all(len(ys) == 1 for ys in heights.values())
    other, weekday, weekend = (230 - ys.pop() for ys in heights.values())
    assert weekday / other == pytest.approx(5, rel=0.02)
    assert weekend / other == pytest.approx(7, rel=0.02)


def test_lightness_only_rises():
    light = [
        0.2126 * (r / 255) ** 2.2 + 0.7152 * (g / 255) ** 2.2 + 0.0722 * (b / 255) ** 2.2 for r, g, b, _ in shades()
    ]
    assert (np.diff(light) > 0).all()


def test_a_station_s_lines_and_gap_are_drawn_and_what_cannot_be_told_is_shaded():
    missing = np.full(72, 5.0)
    missing[10:20] = np.nan
    flat = [10.0] * 72
    view = PlantSeriesView(FIRST, 24, flat, [0.5] * 72, flat, [15.0] * 72, missing.tolist())
    shapes = drawn(plant_timeline(view, since=SINCE, until=None, caption="c"))
    assert {"host-line", "weekend-line", "other-line", "base-line", "mining-area", "mark"} <= shapes.keys()
    assert len(list(spans(shapes["mining-area"][0]))) == 2
