from datetime import date

import pytest

from minewatch.reports.policy_charts import map_picture, timeline_picture
from minewatch.usecases import policy as use


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_are_drawn_and_the_same_each_time(language):
    packs = use.open_library()
    view, table = use.map_view(packs, on=date(2021, 6, 12)), use.timeline_view(packs)
    first = map_picture(view, table, "png", language)
    assert first.startswith(b"\x89PNG")
    assert map_picture(view, table, "png", language) == first
    assert timeline_picture(table, "png", language).startswith(b"\x89PNG")


def test_svg_names_the_day():
    packs = use.open_library()
    picture = map_picture(use.map_view(packs, on=date(2021, 6, 12)), use.timeline_view(packs), "svg")
    assert b"<svg" in picture
