from datetime import date

import pytest

from minewatch.model.errors import InputError
from minewatch.model.impact_views import Spread
from minewatch.usecases import impact

JUNE = date(2021, 6, 17)
LOAD = Spread(90_000.0, None, 110_000.0, "kW")


def hashrate(**options):
    given = {"load": LOAD, "on": JUNE, "economics": impact.Economics(), "network_input": impact.NetworkInput()}
    return impact.hashrate_of_load(**(given | options))


def test_without_a_price_nobody_is_left_out_and_it_says_so():
    view = hashrate()
    assert any("no machine is left out" in text.en for text in view.sentences)
    assert len(hashrate(economics=impact.Economics(38_000, 0.20)).mix) < len(view.mix)


def test_the_range_holds_the_best_guess_and_names_its_driver():
    view = hashrate()
    assert view.hashrate.low < view.hashrate.best < view.hashrate.high
    assert any("mainly because of the efficiency" in text.en for text in view.sentences)
    assert view.world_share.best == pytest.approx(100 * view.hashrate.best / 102_781, rel=1e-3)


def test_no_line_of_income_without_its_price():
    assert [line.value.unit for line in hashrate().income] == ["BTC/day"]
    priced = hashrate(economics=impact.Economics(coin_price=38_000))
    assert [line.value.unit for line in priced.income] == ["BTC/day", "USD/day"]
    assert priced.income[1].source.grade == "U"


@pytest.mark.parametrize(
    ("seen", "words"),
    [((1, 1.0), "less than the load"), ((10**6, 1e6), "more than the load"), ((2_000_000, 100_000.0), "agree")],
)
def test_traffic_is_held_against_the_load(seen, words):
    view = hashrate(shares_seen=([seen], 600.0))
    assert any(words in text.en for text in view.sentences)


def test_the_whole_network_is_near_cambridges_figures_of_that_summer():
    # Cambridge for mid June 2021: 35 to 234, best 93 TWh a year at 133 EH/s; the epoch that holds the day ran at 103.
    world = hashrate(economics=impact.Economics(38_000, 0.05)).world_energy
    assert world.low == pytest.approx(34.9 * 102.8 / 133.5, rel=0.01)
    assert world.best == pytest.approx(92.8 * 102.8 / 133.5, rel=0.05)


def test_traffic_is_turned_back_into_power():
    view = hashrate(shares_seen=([(4000, 65_536.0)], 60.0))
    assert view.seen_load.low < view.seen_load.best < view.seen_load.high
    assert view.seen_load.best == pytest.approx(view.seen_in_traffic.best * view.efficiency.best * 1.1)


def test_several_steps_are_held_against_each_model():
    steps = [Spread(3.2, None, 3.3, "kW"), Spread(6.5, None, 6.6, "kW")]
    one_pue = Spread(1.0, 1.0, 1.0, "kW/kW")
    sentences = [text.en for text in hashrate(steps=steps, pue=one_pue).sentences]
    assert any(text.startswith("One model alone could explain") and "Antminer S19 95T" in text for text in sentences)
    mixed = hashrate(steps=[steps[0], Spread(1.30, None, 1.31, "kW")], pue=one_pue)
    assert any("the hall is mixed" in text.en for text in mixed.sentences)


def test_a_difficulty_needs_its_height():
    with pytest.raises(InputError, match="without a height"):
        hashrate(network_input=impact.NetworkInput(difficulty=1e14))


def test_every_percentage_in_a_sentence_on_shares_names_its_whole():
    view = impact.share_of(part="yaan", on=JUNE)
    for text in view.sentences:
        if "%" in text.en:
            assert "Sichuan" in text.en or "China" in text.en or "the world" in text.en, text.en
            assert "四川" in text.zh or "中国" in text.zh or "全球" in text.zh, text.zh
    assert any(
        "Do not swap them: 10 % is its share of Sichuan; of the world it is 0.685–5.9 %" in t.en for t in view.sentences
    )


def test_ten_per_cent_of_sichuan_is_never_put_as_a_share_of_the_world():
    view = impact.share_of(part="yaan", on=JUNE)
    world = [line for line in view.lines if line.whole.en == "the world"]
    assert len(world) == 4
    assert max(line.percent.high for line in world) < 6


def test_the_share_of_a_site_follows_from_the_network_and_the_region():
    view = impact.share_of(part="sichuan", on=JUNE, hashrate=Spread(1000.0, 1000.0, 1000.0, "PH/s"))
    by_whole = {}
    for line in view.lines:
        by_whole.setdefault(line.whole.en, []).append(line.percent.best)
    assert by_whole["the world"] == [pytest.approx(0.973, abs=0.001)]
    assert min(by_whole["Sichuan"]) == pytest.approx(0.973 / 54 * 100, rel=1e-3)
    assert all(value < 100 for values in by_whole.values() for value in values)


def test_freed_energy_has_no_default_factor():
    plain = impact.freed_energy(load=LOAD, on=JUNE, economics=impact.Economics(), network_input=impact.NetworkInput())
    units = {line.value.unit for line in plain.lines}
    assert "households" not in units
    assert "t CO2/day" not in units
    assert any("anywhere between nothing and all" in text.en for text in plain.sentences)
    with pytest.raises(InputError, match="and its source"):
        impact.Factor(2000.0, " ")


def test_freed_energy_cites_each_factor():
    view = impact.freed_energy(
        load=LOAD,
        on=JUNE,
        economics=impact.Economics(coin_price=35_000.0, fees=0.4),
        network_input=impact.NetworkInput(),
        deliverable=impact.Factor(50_000.0, "dispatch"),
        household=impact.Factor(2000.0, "yearbook"),
        carbon=impact.Factor(0.8, "ministry"),
        until=date(2021, 7, 1),
    )
    cited = [line.source.reference.en for line in view.lines if line.source and line.source.grade == "U"]
    assert sum("dispatch" in text for text in cited) == 2
    assert any("yearbook" in text for text in cited)
    assert any("ministry" in text for text in cited)
    assert view.lines[-1].value.unit == "BTC"
