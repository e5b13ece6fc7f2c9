"""The grid as pages: tree, search, one node; a county sees its own; charts are the kept curves; the single-line picture."""

from datetime import UTC, datetime
from math import isnan

import numpy as np
import pytest

from minewatch.model.actors import Actor, Role, covers
from minewatch.model.errors import InputError, RuleError
from minewatch.stores.workspace import open_workspace
from minewatch.usecases.balance import balance_view, run_balance
from minewatch.usecases.grid_index import grid_index, level_of, visible_roots
from minewatch.usecases.grid_keep import keep_balance
from minewatch.usecases.grid_line import single_line
from minewatch.usecases.grid_pages import (
    PAGE,
    balance_figure,
    grid_children,
    grid_node,
    grid_roots,
    grid_search,
    residual_figure,
    residual_heat,
)
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.office import Turn, open_office
from region_office import region_workspace

NOW = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
ALL = Actor("li", frozenset({Role.ANALYST}), ("000000",))


@pytest.fixture(scope="module", name="balanced")
def made_balanced(tmp_path_factory):
    folder = region_workspace(tmp_path_factory.mktemp("grid") / "w")
    workspace = open_workspace(folder)
    view = balance_view(run_balance(lake=workspace.lake(), store=grid_store(workspace)))
    keep_balance(folder=folder, view=view, at=NOW)
    return folder, view


@pytest.fixture
def turn(balanced):
    with open_office(given=balanced[0], variable=None, start=balanced[0], address=None) as office:
        yield Turn(office, ALL, NOW)


def of_county(turn, code):
    return Turn(turn.office, Actor("wu", frozenset({Role.ANALYST}), (code,)), NOW)


def walk(turn, view):
    for row in view.rows:
        yield row
        yield from walk(turn, grid_children(turn=turn, node=row.node))


def test_the_whole_tree_is_reached_from_the_roots(turn):
    index = grid_index(turn)
    nodes = [row.node for row in walk(turn, grid_roots(turn=turn))]
    assert len(nodes) == len(set(nodes))
    assert set(nodes) | set(index.tree.roots) == set(index.tree.kind)


def test_figures_of_a_row_are_those_of_the_balance(turn, balanced):
    found = {one.node: one for one in balanced[1].nodes}
    rows = [row for row in walk(turn, grid_roots(turn=turn)) if row.balanced]
    assert {row.node for row in rows} == {node for node, one in found.items() if not isnan(one.mean_kw)}
    for row in rows:
        one = found[row.node]
        assert row.flagged == one.flagged
        assert row.supplied == pytest.approx(one.energy[0].kwh)
        if one.flagged:
            assert row.kw == one.unexplained.value
            assert row.share == pytest.approx(one.unexplained.value / abs(one.mean_kw))
            assert row.level > 0
    standing = grid_roots(turn=turn).standing
    assert (standing.nodes, standing.flagged) == (len(found), sum(one.flagged for one in found.values()))
    assert standing.simulated is not None


def test_flagged_nodes_are_counted_upwards_and_found_by_search(turn, balanced):
    flagged = {one.node for one in balanced[1].nodes if one.flagged}
    found = grid_search(turn=turn, flagged=True)
    assert {row.node for row in found.rows} == flagged
    gaps = [row.kw for row in found.rows]
    assert gaps == sorted(gaps, reverse=True)
    for row, path in zip(found.rows, found.paths, strict=True):
        for above in path:
            assert grid_index(turn).row(above).flagged_below >= 1, (row.node, above)
    name = found.rows[0].node
    assert [row.node for row in grid_search(turn=turn, text=name.lower()).rows] == [name]
    assert grid_search(turn=turn, text="no such").found == 0


def test_a_county_sees_its_own_and_the_refusal_is_recorded(turn):
    index = grid_index(turn)
    code = next(iter(set(index.county.values()) - {""}))
    county = of_county(turn, code)
    rows = list(walk(county, grid_roots(turn=county)))
    assert rows
    assert all(covers(code, row.county) for row in rows)
    assert set(visible_roots(index, county.actor)) < set(visible_roots(index, turn.actor))
    stranger = next(node for node, other in index.county.items() if other and not covers(code, other))
    before = len(turn.office.log.stream("access"))
    for call in (grid_node, grid_children):
        with pytest.raises(RuleError):
            call(turn=county, node=stranger)
    for figure in (balance_figure, residual_figure, residual_heat):
        with pytest.raises(RuleError):
            figure(turn=county, node=stranger, language="en")
    assert len(turn.office.log.stream("access")) == before + 5
    assert grid_search(turn=county, text=stranger).found == 0


def test_a_node_has_its_balance_money_and_charts(turn, balanced):
    one = next(one for one in balanced[1].nodes if one.flagged)
    page = grid_node(turn=turn, node=one.node)
    assert page.balance is not None
    assert page.balance.money, "money by the rules of its county"
    assert page.path == () or page.path[-1].children
    curve = balance_figure(turn=turn, node=one.node, language="zh")["data"]
    kept = np.array([np.nan if kw is None else kw for kw in curve[0]["y"]])
    assert np.allclose(kept, np.asarray(one.balance.kw), atol=0.006, equal_nan=True)
    assert len(curve[1]["x"]) == 14 * 24
    heat = residual_heat(turn=turn, node=one.node, language="en")["data"][0]
    assert (len(heat["z"]), len(heat["z"][0]), len(heat["x"])) == (24, 14, 14)
    assert residual_figure(turn=turn, node=one.node, language="en")["data"]
    with pytest.raises(InputError, match="no node"):
        grid_node(turn=turn, node="../../etc/passwd")


def test_customers_of_another_county_are_not_named(turn, balanced):
    index = grid_index(turn)
    for one in balanced[1].nodes:
        code = index.county[one.node]
        page = grid_node(turn=of_county(turn, code), node=one.node)
        named = [who.meter for who in page.balance.suspects] + [*page.balance.moved_in, *page.balance.moved_out]
        assert all(covers(code, index.county.get(meter, code)) for meter in named)


def test_the_picture_has_a_box_a_node_and_none_overlap(turn):
    index = grid_index(turn)
    for root in visible_roots(index, turn.actor):
        picture = single_line(turn=turn, index=index, node=root)
        if picture is None:
            continue
        names = [box.row.node for box in picture.boxes]
        assert len(names) == len(set(names))
        assert root in names
        for number, box in enumerate(picture.boxes):
            assert box.x + box.width <= picture.width
            assert box.y + box.height <= picture.height
            for other in picture.boxes[number + 1 :]:
                apart_x = box.x + box.width <= other.x or other.x + other.width <= box.x
                apart_y = box.y + box.height <= other.y or other.y + other.height <= box.y
                assert apart_x or apart_y, (box.row.node, other.row.node)


def test_stations_stand_on_the_node_they_deliver_to(turn):
    index = grid_index(turn)
    station = next(node for node, kind in index.tree.kind.items() if kind == "station")
    above = index.tree.above(station)
    rows = grid_node(turn=turn, node=above).plants
    assert station in {row.station for row in rows}
    assert next(row for row in rows if row.station == station).capacity_kw > 0


def test_levels_of_the_share():
    assert [level_of(share) for share in (0.0, 0.01, 0.03, 0.1, 0.2, 0.9)] == [0, 0, 1, 2, 3, 4]


def test_without_a_balance_the_tree_stands_and_a_chart_says_what_to_do(tmp_path):
    folder = region_workspace(tmp_path / "w")
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        turn = Turn(office, ALL, NOW)
        page = grid_roots(turn=turn)
        assert page.standing.made_at == ""
        assert not any(row.balanced for row in page.rows)
        assert grid_node(turn=turn, node=page.rows[0].node).balance is None
        with pytest.raises(InputError, match="Nothing was balanced"):
            balance_figure(turn=turn, node=page.rows[0].node, language="en")


def test_a_wide_node_is_paged(tmp_path):
    folder = region_workspace(tmp_path / "w")
    lines = ["node,parent,kind", "S1,,substation", *(f"F{n:05d},S1,feeder" for n in range(5_000))]
    path = tmp_path / "wide.csv"
    path.write_text("\n".join(lines))
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        import_grid_files([path], what="grid", store=grid_store(office.workspace))
        turn = Turn(office, ALL, NOW)
        page = grid_children(turn=turn, node="S1", page=50)
        assert (page.found, page.pages, len(page.rows)) == (5_000, 50, PAGE)
        assert page.rows[-1].node == "F04999"
        picture = single_line(turn=turn, index=grid_index(turn), node="S1")
        assert picture.hidden == 5_000 - 40
        assert [row.node for row in grid_roots(turn=of_county(turn, "650000")).rows] == ["S1"], (
            "no county is known of it"
        )
