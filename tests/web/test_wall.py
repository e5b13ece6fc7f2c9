"""The wall's pages: for whom, what they say, the data they refresh from."""

import pytest

from case_office import DEADLINE
from console_cases import fill_console


@pytest.fixture
def filled(console):
    return fill_console(console)


def test_the_wall_tells_the_deadline_and_the_load(filled):
    page = filled.client("supervisor").get("/wall").text
    assert "1 h 29 min left" in page
    assert 'data-chart="/wall/load.json?campaign=ya"' in page
    assert "雅安 Ya&#39;an" in page
    assert "Rehearsal" in page


def test_the_big_screen_needs_no_hand(filled):
    page = filled.client("auditor").get("/wall/screen").text
    assert "1 h 29 min left" in page
    assert "<form" not in page
    assert "<nav" not in page


def test_the_data_moves_with_the_clock(filled):
    client = filled.client("analyst")
    before = client.get("/wall.json").json()
    assert before["next"]["left"]["minutes"] == 89
    assert "1 h 29 min left" in before["figures"]
    filled.at = DEADLINE
    client = filled.client("analyst")  # an hour and a half without a click ends a session
    after = client.get("/wall.json?form=screen&campaign=ya").json()
    assert after["next"]["left"]["minutes"] == 0
    assert "screen-tiles" in after["figures"]
    assert before["load"] != after["load"]


def test_the_figure_has_power_sites_and_the_deadline(filled):
    figure = filled.client("analyst").get("/wall/load.json").json()
    power, sites = figure["data"]
    assert len(power["x"]) == len(power["y"]) == len(sites["y"])
    assert power["y"][-1] == 1000.0
    assert sites["y"][-1] == 3
    filled.at = DEADLINE
    assert filled.client("analyst").get("/wall/load.json").json()["layout"]["shapes"][0]["x0"] == "2021-06-17T22:00"


def test_a_county_sees_its_part(filled):
    data = filled.client("county").get("/wall.json").json()
    assert data["sites"] == 2
    assert {row["division"] for row in data["counties"]} == {"511802"}


def test_elsewhere_there_is_no_campaign(filled):
    client = filled.client("elsewhere")
    assert "No campaign" in client.get("/wall").text
    assert client.get("/wall?campaign=ya").status_code == 403
    assert client.get("/wall/load.json").json() == {"data": [], "layout": {}}


def test_an_administrator_reads_no_cases(filled):
    client = filled.client("admin")
    assert client.get("/wall").status_code == 403
    assert "/wall" not in client.get("/").text


def test_nobody_who_is_not_signed_in_sees_anything(filled):
    for path in ("/wall", "/wall/screen", "/wall.json", "/wall/load.json", "/cases", "/campaigns"):
        answer = filled.anonymous().get(path, follow_redirects=False)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/sign-in")
