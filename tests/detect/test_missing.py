import math
from types import SimpleNamespace

import pytest

from minewatch.detect.balance import Suspect
from minewatch.detect.missing import SHAPE_MOST, node_llr, plant_llr, screen_llr, shape_llr, split_llr, suspect_llr
from minewatch.detect.residual_shape import residual_model


def node(**changed):
    return SimpleNamespace(**{"z": 8.0, "kw": 10.0, "likeness": 0.1, **changed})


def test_a_surer_node_tells_more_and_its_shape_moves_it_within_bounds():
    assert node_llr(node(z=20.0)) > node_llr(node(z=8.0)) > node_llr(node(z=3.2)) > 0.5
    assert shape_llr(residual_model().prevalence) == pytest.approx(0.0, abs=1e-9)
    assert screen_llr(0.1) == pytest.approx(0.0, abs=1e-9)
    assert shape_llr(1.0) == SHAPE_MOST
    assert shape_llr(0.0) == -SHAPE_MOST
    assert node_llr(node(likeness=0.999)) - node_llr(node(likeness=0.001)) == pytest.approx(2 * SHAPE_MOST)


def test_a_suspect_has_as_much_of_it_as_their_curve_explains():
    whole, half = Suspect("m", 1.0, 9.0, 12.0), Suspect("m", 1.0, 9.0, 5.0)
    assert suspect_llr(node(), whole) == node_llr(node())
    assert suspect_llr(node(), half) == pytest.approx(0.5 * node_llr(node()))
    assert suspect_llr(node(kw=0.0), whole) == 0.0


def test_knots_and_stations_tell_by_the_way_they_were_found():
    assert split_llr(0.1) == pytest.approx(math.log(0.94 / 0.014), abs=0.05)
    ways = [plant_llr(SimpleNamespace(way=way, likeness=0.1)) for way in ("balance", "water", "river")]
    assert ways[0] == ways[1] > ways[2] > 0.0
