from datetime import UTC, datetime
from pathlib import Path

import pytest

from minewatch.impact import backtest, network
from minewatch.model.errors import InputError
from minewatch.usecases import impact, impact_out, impact_stop

QUICK = impact_stop.Simulation(trials=200, days=60)
DOC = Path(__file__).parents[2] / "docs" / "impact.md"


@pytest.fixture(scope="module")
def view():
    """The backtest as the documentation shows it, with the defaults of the command."""
    return impact_stop.backtest_2021(simulation=impact_stop.Simulation(trials=2000))


def test_the_table_of_the_documentation_is_fresh(view):
    text = DOC.read_text("utf-8")
    shown = text.split(impact_out.DOC_BEGIN)[1].split(impact_out.DOC_END)[0]
    assert shown == impact_out.doc_block(view), "run: minewatch impact backtest --doc docs/impact.md"
    assert DOC.with_name(impact_out.DOC_FIGURE).exists()


def test_only_sichuans_wet_season_reading_holds_the_great_drop(view):
    change = view.happened[0]
    held = [case.name.en for case, inside in zip(view.stop.cases, change.inside, strict=True) if inside]
    assert held == ["all Sichuan stops: 28.1 % of the world"]
    assert any("coincidence of size" in text.en for text in view.sentences)


def test_four_of_six_retargets_of_that_summer_lay_outside(view):
    first, last = (datetime(2021, *day, tzinfo=UTC).timestamp() for day in ((5, 1), (7, 18)))
    summer = [point for point in view.epochs if first < point.time < last]
    assert len(summer) == 6
    assert sum(not point.forecast.low <= point.change <= point.forecast.high for point in summer) == 4


def test_the_forecast_does_not_see_what_came(monkeypatch):
    early = tuple(epoch for epoch in network.real_epochs() if epoch.time <= backtest.FORECAST_TIME)
    blind = impact_stop.stop_scenario(
        ordered=[impact_stop.Order(impact_stop.YAAN_OFF, "yaan")],
        start=datetime.fromtimestamp(backtest.FORECAST_TIME, UTC),
        height=backtest.FORECAST_HEIGHT,
        simulation=QUICK,
    )
    monkeypatch.setattr(network, "real_epochs", lambda: early)
    again = impact_stop.stop_scenario(
        ordered=[impact_stop.Order(impact_stop.YAAN_OFF, "yaan")],
        start=datetime.fromtimestamp(backtest.FORECAST_TIME, UTC),
        height=backtest.FORECAST_HEIGHT,
        simulation=QUICK,
    )
    assert blind == again


def test_yaan_alone_is_said_to_be_smaller_than_chance_on_every_cambridge_reading(view):
    for case in view.stop.cases[1:4]:
        assert case.world_percent < 3
        assert case.seen.en.startswith("Smaller than chance")
        assert "nobody can claim" in case.seen.en
        assert case.seen.zh.startswith("小于偶然波动")


def test_a_large_stop_is_said_to_show_as_a_sum_only(view):
    assert "not whose machines stopped" in view.stop.cases[-1].seen.en


def test_a_staged_return_brings_blocks_back_sooner():
    cut, back = impact_stop.order_of("2021-06-21T00:00+08:00 sichuan"), "2021-06-26T00:00+08:00 sichuan 90%"
    stated = ["sichuan=40%-of-world"]
    gone = impact_stop.stop_scenario(ordered=[cut], stated=stated, simulation=QUICK).cases[0]
    staged = impact_stop.stop_scenario(
        ordered=[cut, impact_stop.order_of(back, returning=True)], stated=stated, simulation=QUICK
    ).cases[0]
    assert staged.retargets[0].time.best < gone.retargets[0].time.best
    assert staged.retargets[0].change.best > gone.retargets[0].change.best + 5


def test_beyond_the_record_difficulty_and_height_are_enough():
    view = impact_stop.stop_scenario(
        ordered=[impact_stop.order_of("2026-05-01T00:00+08:00 sichuan")],
        stated=["sichuan=5%-of-world"],
        network_input=impact.NetworkInput(1.2e14, 950_000),
        simulation=QUICK,
    )
    assert view.cases[0].retargets[0].height == 951_552
    with pytest.raises(InputError, match="does not reach"):
        impact_stop.stop_scenario(ordered=[impact_stop.order_of("2026-05-01T00:00+08:00 sichuan")], simulation=QUICK)


@pytest.mark.parametrize(
    "text",
    [
        "2021-06-17T22:00 yaan",
        "tonight yaan",
        "2021-06-17T22:00+08:00",
        "2021-06-17T22:00+08:00 yaan 0%",
        "2021-06-17T22:00+08:00 yaan 120%",
    ],
)
def test_an_order_without_time_offset_or_part_is_refused(text):
    with pytest.raises(InputError, match="is not an order"):
        impact_stop.order_of(text)


def test_no_order_is_no_scenario():
    with pytest.raises(InputError, match="No stop was ordered"):
        impact_stop.stop_scenario(ordered=[])


@pytest.mark.parametrize("size", [{"trials": 10}, {"level": 1.0}, {"days": 5}, {"seed": -1}])
def test_sizes_that_give_no_interval_are_refused(size):
    with pytest.raises(InputError, match="no usable interval"):
        impact_stop.Simulation(**size)
