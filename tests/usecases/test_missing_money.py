from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from minewatch.model.views import Estimate
from minewatch.policy.library import library
from minewatch.policy.pricetable import NO_PRICES, read_prices
from minewatch.usecases.missing_money import MissingEnergy, node_money, plant_money, rules_on
from minewatch.usecases.money import Rules

PRICES = read_prices(
    "prices:\n"
    "  - {id: td, kind: transmission, amount: 0.1923, from: 2021-01-01, source: made up}\n"
    "  - {id: energy, kind: energy, amount: 0.55, from: 2021-01-01, source: made up}\n"
    "  - {id: station, kind: station, amount: 0.25, from: 2021-01-01, source: made up}\n",
    "prices.yaml",
)
YAAN = Rules(library(), date(2021, 6, 18), "511800", PRICES)
ENERGY = MissingEnergy(date(2021, 6, 16), (0.0, 600.0, 400.0), Estimate(10.0, 8.0, 13.0), began_before=False)


def titles(statements):
    return [one.title.en for one in statements]


def test_energy_keeps_the_power_s_interval():
    assert ENERGY.kwh == "800.0:1000.0:1300.0"
    assert [day for day, _ in ENERGY.days] == [date(2021, 6, 17), date(2021, 6, 18)]
    assert ENERGY.days[0][1].high == Decimal("780.0")


def test_a_node_s_statements_low_best_and_high_with_fine_apart():
    statements, needs = node_money(ENERGY, rules=YAAN)
    assert titles(statements) == ["Evaded charges", "Theft of electricity"]
    evaded, theft = statements
    assert [one.best for one in evaded.totals] == ["239.47"]
    assert evaded.lines[0].arithmetic == "1000 kWh × 0.1923 CNY/kWh"
    assert [(one.what.en, one.low, one.best, one.high) for one in theft.totals] == [
        ("owed to the supplier", "1,760.00", "2,200.00", "2,860.00"),
        ("fine, at most, apart from it", "2,200.00", "2,750.00", "3,575.00"),
    ]
    assert [one.at_most for one in theft.lines] == [False, False, True]
    assert [one.en for one in needs] == ["No differential surcharge in hand stands in 511800 on 2021-06-18."]


def test_what_began_before_the_window_is_reckoned_by_the_unknown_duration_too():
    energy = replace(ENERGY, kw=Estimate(20_000.0, 20_000.0, 20_000.0), began_before=True)
    statements, _ = node_money(energy, rules=replace(YAAN, prices=NO_PRICES))
    assert titles(statements) == ["Evaded charges", "Evaded charges, if the duration cannot be found out"]
    assert "43200000 kWh" in statements[1].quantity
    assert statements[1].totals[0].best == "2,037,690.00"


def test_without_prices_or_division_the_page_says_what_is_needed():
    statements, needs = node_money(ENERGY, rules=replace(YAAN, prices=NO_PRICES))
    assert titles(statements) == ["Evaded charges"]
    said = " ".join(one.en for one in needs)
    assert "kind transmission" in said
    assert "kind energy" in said
    statements, needs = node_money(ENERGY, rules=None)
    assert statements == ()
    assert "--division" in needs[0].en
    assert "--division" in needs[0].zh


def test_after_the_rules_of_1996_no_fee_is_reckoned():
    statements, needs = node_money(ENERGY, rules=Rules(library(), date(2024, 6, 1), "511800", PRICES))
    assert "Theft of electricity" not in titles(statements)
    assert any("No rule on theft" in one.en for one in needs)


@pytest.mark.parametrize(
    ("first_day", "on", "amount"),
    [
        (date(2022, 5, 2), date(2022, 5, 5), "780.00"),
        (date(2022, 3, 1), date(2022, 3, 31), "117.00"),
        (date(2021, 9, 2), date(2021, 9, 30), "78.00"),
        (date(2021, 8, 1), date(2021, 9, 30), None),
    ],
)
def test_the_surcharge_is_the_nearest_rule_s_and_never_before_its_first_day(first_day, on, amount):
    energy = MissingEnergy(first_day, (100.0,) * 3, Estimate(10.0, 8.0, 13.0), began_before=False)
    statements, needs = node_money(energy, rules=Rules(library(), on, "511800", PRICES))
    found = [one.totals[0].high for one in statements if one.title.en == "Differential surcharge"]
    assert found == ([] if amount is None else [amount])
    assert any("begins on 2021-09-03" in one.en for one in needs) is (amount is None)


def test_a_station_s_gains_and_what_its_buyer_evaded():
    statements, needs = plant_money(ENERGY, rules=YAAN)
    assert titles(statements) == ["Generator's unlawful gains", "Evaded charges"]
    assert statements[0].totals[0].best == "250.00"
    assert needs == ()
    statements, needs = plant_money(ENERGY, rules=replace(YAAN, prices=NO_PRICES))
    assert titles(statements) == ["Evaded charges"]
    assert "kind station" in needs[0].en
    assert plant_money(ENERGY, rules=None)[0] == ()


def test_rules_need_a_division(tmp_path):
    day = date(2021, 6, 18)
    assert rules_on(day, division=None, prices=None, packs=None) is None
    rules = rules_on(day, division="511800", prices=None, packs=tmp_path / "none")
    assert rules.tariffs("fund")
