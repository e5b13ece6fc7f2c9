import numpy as np
import pytest

from minewatch.model.text import Text
from minewatch.reports.svg import STYLE, band, document, gaps, line, picture, stairs, words

EDGES = np.array([0.0, 10.0, 20.0, 30.0])
BROKEN = np.array([1.0, np.nan, 3.0])


def test_a_line_is_broken_where_a_value_is_missing():
    drawn = line(np.arange(5.0), np.array([1, 2, np.nan, 4, 5.0]), "host-line")
    assert drawn == '<path class="host-line" d="M0.0 1.0L1.0 2.0M3.0 4.0L4.0 5.0"/>'


def test_steps_keep_their_level_over_their_bin():
    assert stairs(EDGES, BROKEN, "x") == '<path class="x" d="M0.0 1.0L10.0 1.0M20.0 3.0L30.0 3.0"/>'


def test_a_band_leaves_out_what_is_missing():
    drawn = band(EDGES, np.zeros(3), BROKEN, "x")
    assert drawn.count("M") == drawn.count("Z") == 2
    assert "M0.0 1.0L10.0 1.0L10.0 0.0L0.0 0.0Z" in drawn


def test_gaps_are_shaded_where_nothing_was_read():
    assert gaps(EDGES, BROKEN, 5, 9) == '<path class="gap" d="M10.0 5.0H20.0V9.0H10.0Z"/>'
    assert not gaps(EDGES, np.ones(3), 5, 9)


@pytest.mark.parametrize("shape", [lambda v: line(EDGES[:3], v, "x"), lambda v: band(EDGES, v, v, "x")])
def test_nothing_is_drawn_for_nothing(shape):
    assert not shape(np.full(3, np.nan))


def test_words_stand_in_both_languages():
    assert 'class="zh name">功率<' in words(1, 2, Text("Power", "功率"), css="name")
    assert 'class="en name">Power<' in words(1, 2, Text("Power", "功率"), css="name")


def test_a_document_is_named_by_its_caption():
    svg = document(10, 5, [picture(b"x", x=0, y=0, width=1, height=1)], kind="day", caption="f1-day")
    assert svg.startswith('<svg class="chart day" viewBox="0 0 10 5" role="img" aria-labelledby="f1-day">')
    assert "data:image/png;base64,eA==" in svg


def test_the_style_fetches_nothing():
    assert "url(" not in STYLE
    assert "@import" not in STYLE
