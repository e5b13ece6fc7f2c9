"""The tile map of a day and the chart of the timeline."""

from datetime import UTC, date, datetime

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.policy.divisions import provinces
from minewatch.stores.workspace import init
from minewatch.usecases.law_map import TILES, law_map, law_timeline, timeline_figure
from minewatch.usecases.office import Turn, open_office

NOW = datetime(2021, 6, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def turn(tmp_path):
    folder = init(tmp_path / "w", zone="Asia/Shanghai", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        yield Turn(office, Actor("luo", frozenset({Role.INSPECTOR}), ()), NOW)


def test_every_province_has_one_tile_of_its_own():
    assert set(TILES) == {division.code for division in provinces()}
    assert len({place[:2] for place in TILES.values()}) == len(TILES)
    assert len({place[2] for place in TILES.values()}) == len({place[3] for place in TILES.values()}) == len(TILES)


def test_the_map_of_a_day(turn):
    view = law_map(turn=turn)
    assert view.on == date(2021, 6, 20)
    verdicts = {tile.division.code: tile.division.verdict for tile in view.tiles}
    assert len(verdicts) == 34
    assert verdicts["510000"] != "none"
    assert verdicts["310000"] == "none"
    assert "511800" in {row.code for row in view.elsewhere}
    before = law_map(turn=turn, on=date(2021, 6, 17))
    assert {t.division.code: t.division.verdict for t in before.tiles}["510000"] == "none"
    assert before.later == date(2021, 6, 18)
    assert view.first < view.earlier < view.on < view.last


def test_walking_by_days_of_change_meets_every_one(turn):
    seen, day = [], law_map(turn=turn).first
    while day is not None:
        seen.append(day)
        day = law_map(turn=turn, on=day).later
    assert seen[-1] == law_map(turn=turn).last
    assert date(2021, 6, 18) in seen


def test_the_chart_has_a_bar_for_each_instrument_and_every_deadline(turn):
    figure = timeline_figure(turn=turn, language="zh")
    acts = law_timeline(turn=turn).rows
    bars = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert {name for bar in bars for name in bar["y"] if name} == {act.instrument.id for act in acts}
    deadlines = next(trace for trace in figure["data"] if trace["name"] == "期限")
    assert len(deadlines["x"]) == sum(act.act.startswith("deadline") for act in acts)
    assert {act.instrument.code for act in law_timeline(turn=turn, code="510000").rows} == {"510000"}
