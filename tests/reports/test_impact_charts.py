"""Pictures have units, range and source in them, and are the same bytes for the same view."""

from datetime import date

import pytest
from matplotlib import font_manager

from minewatch.model.errors import ConfigurationError
from minewatch.model.impact_views import Spread
from minewatch.reports import impact_charts
from minewatch.usecases import impact, impact_out, impact_stop

JUNE = date(2021, 6, 17)
QUICK = impact_stop.Simulation(trials=100, days=40)


@pytest.fixture(scope="module")
def views():
    load = Spread(900.0, None, 1100.0, "kW")
    return {
        "hashrate": impact.hashrate_of_load(
            load=load, on=JUNE, economics=impact.Economics(), network_input=impact.NetworkInput()
        ),
        "share": impact.share_of(part="yaan", on=JUNE),
        "site": impact.share_of(part="sichuan", on=JUNE, hashrate=Spread(10.0, None, 30.0, "PH/s")),
        "stop": impact_stop.stop_scenario(
            ordered=[impact_stop.order_of("2021-06-18T22:00+08:00 sichuan")], simulation=QUICK
        ),
        "backtest": impact_stop.backtest_2021(simulation=QUICK),
    }


@pytest.fixture
def drawn_texts(monkeypatch):
    """All texts of the figures that are saved while the fixture is in use."""
    found = []
    save = impact_charts._saved

    def keep(figure, form):
        found.extend(text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text")))
        return save(figure, form)

    monkeypatch.setattr(impact_charts, "_saved", keep)
    return found


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("hashrate", ["PH/s", "J/TH"]),
        ("share", ["% of the hash rate of Sichuan", "% of the hash rate of the world"]),
        ("site", ["% of the hash rate of Sichuan"]),
        ("stop", ["difficulty, %", "minutes", "95 % interval"]),
        ("backtest", ["difficulty, %", "blocks a day", "95 % interval", "what came: -27.94 %"]),
    ],
)
def test_a_picture_names_units_range_and_source(views, drawn_texts, name, units):
    impact_out.picture(views[name], language="en", form="svg")
    together = " | ".join(drawn_texts)
    for unit in units:
        assert unit in together
    assert "Source: " in together


def test_shares_of_different_wholes_never_share_an_axis(views, drawn_texts):
    impact_out.picture(views["share"], language="en", form="svg")
    labels = [text for text in drawn_texts if text.startswith("% of the hash rate of ")]
    assert sorted(labels) == sorted({f"% of the hash rate of {whole}" for whole in ("Sichuan", "China", "the world")})


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_view_is_the_same_bytes(views, form):
    first, second = (impact_out.picture(views["stop"], language="en", form=form) for _ in range(2))
    assert first == second
    assert first.startswith(b"\x89PNG" if form == "png" else b"<?xml")


def test_chinese_without_a_font_for_it_is_an_error_with_a_remedy(views, monkeypatch):
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [])
    with pytest.raises(ConfigurationError) as caught:
        impact_out.picture(views["share"], language="zh", form="svg")
    assert "--lang en" in caught.value.remedy
