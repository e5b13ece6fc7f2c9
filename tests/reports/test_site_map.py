"""The map of sites: dots where they lie, told by shape, names escaped, one site alone still has a map."""

import pytest

from minewatch.model.pages import Dot, SiteMap
from minewatch.model.text import Text
from minewatch.reports.page_charts import map_png
from minewatch.reports.site_map import box_of, map_svg, radius_of

DOTS = (Dot(29.2, 102.3, 900.0, "off"), Dot(30.4, 103.1, None, "open"), Dot(29.8, 102.8, 25.0, "running"))
SITES = SiteMap(DOTS, ((Text("<Shimian>", "石棉县"), 29.2, 102.3),), Text("c", "说明"))


def test_every_site_is_drawn_and_names_are_escaped():
    drawn = map_svg(SITES, caption="b1")
    assert [drawn.count(f'class="{kind}"') for kind in ("off", "open", "running")] == [2, 2, 2]
    assert "&lt;Shimian>" in drawn
    assert "石棉县" in drawn
    assert map_svg(SITES, caption="b1") == drawn


@pytest.mark.parametrize("dots", [DOTS, DOTS[:1], (*DOTS, Dot(29.2, 102.3, 5e6, "off"))])
def test_all_dots_lie_in_the_box(dots):
    west, east, south, north = box_of(SiteMap(dots, (), Text("", "")))
    assert all(west < dot.longitude < east and south < dot.latitude < north for dot in dots)
    assert radius_of(dots[-1]) <= 26


def test_a_picture_for_paper():
    assert map_png(SITES, "zh").startswith(b"\x89PNG")
    assert map_png(SITES, "en") == map_png(SITES, "en")
