"""Sites on a plain map: distances in kilometres, cases at their coordinates or at their meters, states and counties."""

from datetime import UTC, datetime
from math import asin, cos, hypot, radians, sin, sqrt

import pytest

from minewatch.casework.commands import OpenCase
from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError
from minewatch.usecases.cases import open_cases
from minewatch.usecases.grid_index import grid_index
from minewatch.usecases.office import Turn, open_office
from minewatch.usecases.site_map import map_figure, site_map
from region_office import region_workspace

NOW = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
CHEN = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
COUNTY = Actor("wu", frozenset({Role.SUPERVISOR}), ("511802",))


def case(name, county, **more):
    return OpenCase(
        campaign="c",
        site=name,
        jurisdiction=county,
        origin="list",
        summary="",
        mining_kw=50.0,
        **{"meters": (), **more},
    )


@pytest.fixture
def turn(tmp_path):
    folder = region_workspace(tmp_path / "w")
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        turn = Turn(office, CHEN, NOW)
        index = grid_index(turn)
        meter = next(name for name, kind in index.tree.kind.items() if kind == "meter" and name in index.places)
        new = [
            case("here", "511802", location="29.98,103.01"),
            case("by its meter", "511825", meters=(meter,)),
            case("nowhere", "511825"),
            case("odd", "511825", location="north of the river,somewhere"),
        ]
        open_cases(log=office.log, actor=CHEN, at=NOW, new=new)
        yield turn


def test_cases_stand_where_they_are_and_distances_are_kilometres(turn):
    view = site_map(turn=turn, nodes="none")
    assert [site.name for site in view.sites] == ["case-1", "case-2"]
    assert view.without == 2
    index = grid_index(turn)
    meter = turn.office.log.read_rows("cases")[1]["meters"][0]
    (lat1, lon1), (lat2, lon2) = (29.98, 103.01), index.places[meter]
    half = sin(radians(lat2 - lat1) / 2) ** 2
    half += cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lon2 - lon1) / 2) ** 2
    great_circle = 2 * 6371.0 * asin(sqrt(half))
    one, two = view.sites
    assert hypot(one.east_km - two.east_km, one.north_km - two.north_km) == pytest.approx(great_circle, rel=0.01)


def test_nodes_stand_at_the_mean_of_their_meters(turn):
    view = site_map(turn=turn, nodes="all")
    kinds = {site.what.split(":")[0] for site in view.sites}
    assert {"substation", "feeder", "suspected"} <= kinds
    assert all(site.address.startswith(("/grid/", "/cases/")) for site in view.sites)
    assert all(abs(site.east_km) < 200 and abs(site.north_km) < 200 for site in view.sites), (
        "Ya'an is smaller than that"
    )


def test_only_landmarks_and_gaps_unless_all_are_asked_for(turn):
    few, every = site_map(turn=turn), site_map(turn=turn, nodes="all")
    assert {site.what.split(":")[0] for site in few.sites} <= {"substation", "station", "suspected"}
    assert len(few.sites) < len(every.sites)
    with pytest.raises(InputError, match="no choice of nodes"):
        site_map(turn=turn, nodes="some")


def test_states_are_chosen_and_counties_kept_apart(turn):
    assert site_map(turn=turn, states=frozenset({"closed"}), nodes="none").sites == ()
    assert len(site_map(turn=turn, states=frozenset({"suspected"}), nodes="none").sites) == 2
    with pytest.raises(InputError, match="is no state"):
        site_map(turn=turn, states=frozenset({"gone"}))
    county = site_map(turn=Turn(turn.office, COUNTY, NOW))
    assert [site.name for site in county.sites if site.address.startswith("/cases/")] == ["case-1"]
    index = grid_index(turn)
    assert all(index.county[site.name] == "511802" for site in county.sites if site.address.startswith("/grid/"))


def test_the_figure_has_a_trace_a_state_and_axes_of_equal_scale(turn):
    figure = map_figure(site_map(turn=turn), language="zh")
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"
    assert sum(len(trace["x"]) for trace in figure["data"]) == len(site_map(turn=turn).sites)
    assert any(trace["name"].startswith("案件：") for trace in figure["data"])
