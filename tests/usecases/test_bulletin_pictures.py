"""Pictures of a bulletin: the sites' load with the deadline, and the map; nothing is drawn of what is not there."""

from datetime import date

import pytest

from minewatch.model.pages import Curve, SiteMap
from minewatch.usecases.access import find_actor
from minewatch.usecases.bulletin_pictures import load_curve, site_map, yesterday_of
from minewatch.usecases.cases import visible_cases
from minewatch.usecases.office import Turn, open_office
from paper_office import at, paper_office


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    office = paper_office(folder)
    placed = ("--site", "丙站", "--kw", "40", "--location", "29.23,102.36", "--division", "511824")
    office.run("case", "open", "--campaign", "ya", *placed, *at("chen", "19 15:00"))
    with open_office(given=office.folder, variable=None, start=folder, address=None) as opened:
        turn = Turn(opened, find_actor(log=opened.log, name="chen"), opened.instant("2021-06-19 16:00"))
        yield turn, visible_cases(log=opened.log, actor=turn.actor)


def test_the_load_falls_at_the_deadline(desk):
    turn, rows = desk
    heading, curve = load_curve(turn, turn.office.workspace.lake(), rows, on=date(2021, 6, 19))
    assert "against the deadline" in heading.text.en
    assert isinstance(curve, Curve)
    assert [name.en for _, name in curve.marks] == ["deadline"]
    days = curve.series.days
    assert curve.series.first_day.toordinal() + days - 1 == date(2021, 6, 19).toordinal()
    kw = list(curve.series.kw)
    assert kw[0] > 900
    assert kw[-1] < 100
    assert "1 to 1 of 1 sites" in curve.caption.en


def test_no_readings_no_curve_and_no_coordinates_no_map(desk):
    turn, rows = desk
    lake = turn.office.workspace.lake()
    assert load_curve(turn, lake, [row for row in rows if not row["meters"]], on=date(2021, 6, 19)) == []
    assert site_map(turn, rows[:2]) == []


def test_the_map_has_the_sites_with_coordinates(desk):
    turn, rows = desk
    _, drawn = site_map(turn, rows)
    assert isinstance(drawn, SiteMap)
    assert [(dot.latitude, dot.longitude, dot.kind) for dot in drawn.dots] == [(29.23, 102.36, "open")]
    assert [name.zh for name, _, _ in drawn.names] == ["石棉县"]
    assert "1 of 3 sites" in drawn.caption.en


def test_the_last_day_of_a_period():
    assert yesterday_of("2021-06-19T00:00+08:00") == date(2021, 6, 18)
