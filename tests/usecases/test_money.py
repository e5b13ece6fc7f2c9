from datetime import date
from decimal import Decimal

import pytest

from minewatch.model.errors import InputError, RuleError
from minewatch.policy.library import library
from minewatch.policy.money import Cycle
from minewatch.policy.pricetable import NO_PRICES, read_prices
from minewatch.usecases.money import (
    Rules,
    evaded_statement,
    gains_statement,
    read_cycles,
    span_of,
    surcharge_statement,
    theft_statement,
)

PRICES = read_prices(
    "prices:\n"
    "  - {id: td, kind: transmission, amount: 0.1923, from: 2021-01-01, source: made up}\n"
    "  - {id: energy, kind: energy, amount: 0.55, from: 2021-01-01, source: made up}\n"
    "  - {id: station, kind: station, amount: 0.25, from: 2021-01-01, source: made up}\n",
    "prices.yaml",
)
YAAN = Rules(library(), date(2021, 6, 18), "511800", PRICES)
MAY = [Cycle(date(2022, 5, 1), date(2022, 5, 31), Decimal(31000))]


def test_the_worked_example_of_the_facts():
    statement = evaded_statement(rules=Rules(library(), date(2021, 6, 18), "511800"), kw="20000")
    assert "43200000 kWh" in statement.quantity
    assert statement.totals[0][1].best == Decimal("2037690.00")
    assert any("transmission" in note.en for note in statement.notes)
    with_price = evaded_statement(rules=YAAN, kw="20000")
    assert with_price.totals[0][1].best == Decimal("10345050.00")


def test_the_sum_of_the_funds_is_that_of_the_facts():
    rules = Rules(library(), date(2021, 6, 18), "511800")
    assert sum(one.amount for _, one in rules.tariffs("fund")) == Decimal("0.04716875")


def test_theft_keeps_the_fine_apart_and_every_line_has_its_clause():
    statement = theft_statement(rules=YAAN, kwh="900:1000:1200")
    amounts = {name.en: (span.low, span.best, span.high) for name, span in statement.totals}
    assert amounts["owed to the supplier"] == (Decimal(1980), Decimal(2200), Decimal(2640))
    assert amounts["fine, at most, apart from it"] == (Decimal(2475), Decimal(2750), Decimal(3300))
    assert all("cn-" in line.clause.en or "your table" in line.clause.en for line in statement.lines)


def test_the_rules_of_1996_end_with_may_2024():
    assert theft_statement(rules=Rules(library(), date(2024, 5, 31), "511800", PRICES), kwh="1").lines
    with pytest.raises(RuleError):
        theft_statement(rules=Rules(library(), date(2024, 6, 1), "511800", PRICES), kwh="1")


def test_gains_and_their_ceiling():
    statement = gains_statement(rules=YAAN, kwh="100000")
    assert [line.amount.best for line in statement.lines] == [Decimal(25000), Decimal(125000)]
    other = gains_statement(rules=YAAN, kwh="100000", category="re-supply")
    assert other.lines[1].amount.best == Decimal(75000)
    with pytest.raises(InputError):
        gains_statement(rules=Rules(library(), date(2021, 6, 18), "511800"), kwh="1")
    with pytest.raises(InputError, match="No fine is set for 'resupply'") as told:
        gains_statement(rules=YAAN, kwh="100000", category="resupply")
    assert "other-area, re-supply" in told.value.remedy


@pytest.mark.parametrize(
    ("on", "code", "price"),
    [
        ("2021-10-01", "370100", "0.3"),
        ("2022-01-05", "460100", "0.8"),
        ("2022-02-01", "150200", "1"),
        ("2022-06-01", "511800", "2"),
    ],
)
def test_the_ladder_of_surcharges_by_place_and_day(on, code, price):
    day = date.fromisoformat(on)
    rules = Rules(library(), day, code)
    month = [Cycle(day, day, Decimal(1000))]
    statement = surcharge_statement(rules=rules, cycles=month, start=day)
    assert statement.totals[0][1].best == 1000 * Decimal(price)


def test_no_surcharge_before_the_rule_or_where_none_stands():
    early = surcharge_statement(
        rules=Rules(library(), date(2022, 6, 1), "511800"),
        cycles=[Cycle(date(2022, 3, 1), date(2022, 3, 31), Decimal(9))],
        start=date(2021, 1, 1),
    )
    assert early.lines == ()
    with pytest.raises(RuleError):
        surcharge_statement(rules=YAAN, cycles=MAY, start=date(2021, 1, 1))


def test_a_draft_needs_to_be_asked_for_and_a_warning_to_be_given():
    rules = Rules(library(), date(2022, 6, 1), "370100")
    with pytest.raises(RuleError, match="draft"):
        surcharge_statement(rules=rules, cycles=MAY, start=date(2022, 5, 1), pack="cn-sd-202202")
    with pytest.raises(RuleError, match="warned"):
        surcharge_statement(rules=rules, cycles=MAY, start=date(2022, 5, 1), pack="cn-sd-202202", draft=True)
    statement = surcharge_statement(
        rules=rules, cycles=MAY, start=date(2022, 5, 1), pack="cn-sd-202202", draft=True, warned=date(2022, 5, 22)
    )
    assert statement.totals[0][1].best == Decimal(20000)
    assert any("TRIAL" in note.en for note in statement.notes)


def test_quantities_are_read_or_refused():
    assert span_of("1:2:3").high == 3
    for wrong in ("", "1:2", "3:2:1", "-1", "nan", "much"):
        with pytest.raises(InputError):
            span_of(wrong)
    with pytest.raises(InputError):
        evaded_statement(rules=Rules(library(), date(2021, 6, 18), "511800", NO_PRICES))


def test_cycles_come_from_a_file(tmp_path):
    path = tmp_path / "c.csv"
    path.write_text('起始日期,终止日期,电量\n2022-05-01,2022/05/31,"31,000"\n', "utf-8")
    assert read_cycles(path) == MAY
    path.write_text("first,last,kwh\n2022-05-01,soon,1\n", "utf-8")
    with pytest.raises(InputError, match=r"c\.csv:2"):
        read_cycles(path)
