"""Money of a case: what can be reckoned is, what cannot says why; nothing is recorded."""

import pytest

from case_office import COUNTY, case_office, turn
from minewatch.model.errors import InputError, RuleError
from minewatch.usecases.money_trial import keep_statement, money_trial

PRICES = """prices:
  - {id: energy, kind: energy, amount: "0.5224", from: 2021-01-01, source: "tariff sheet, line 3"}
  - {id: transmission, kind: transmission, amount: "0.1923", from: 2021-01-01, source: "tariff sheet, line 4"}
  - {id: station, kind: station, amount: "0.20", from: 2021-01-01, source: "contract"}
"""


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def test_without_prices_what_is_missing_is_said(office):
    before = office.log.head()
    view = money_trial(turn=turn(office), case="case-1", kwh="20000")
    assert view.prices == ""
    titles = {title.en for title, _ in view.missing}
    assert "Theft of electricity" in titles
    assert all(why.zh for _, why in view.missing)
    assert office.log.head() == before


def test_with_the_offices_prices_each_line_has_its_clause(office):
    (office.workspace.folder / "prices.yaml").write_text(PRICES, "utf-8")
    view = money_trial(turn=turn(office), case="case-1", kwh="20000")
    assert view.prices == "prices.yaml"
    theft = next(one for _, one in view.statements if one.title.en == "Theft of electricity")
    assert str(theft.lines[0].amount.best) == "10448.00"
    assert all(line.clause.en and line.clause.zh for line in theft.lines)
    assert any(kind == "gains" and one.title.en == "Generator's unlawful gains" for kind, one in view.statements)


def test_the_power_of_the_case_is_taken_when_nothing_is_given(office):
    assert money_trial(turn=turn(office), case="case-1").kw == "95"
    assert money_trial(turn=turn(office), case="case-4").kw == ""


def test_a_statement_is_kept_as_it_was_shown(office):
    keep_statement(turn=turn(office), case="case-1", kind="evaded", kwh="", kw="20000")
    event = office.log.stream("case-1")[-1]
    assert event.name == "case.money_stated/1"
    shown = dict(money_trial(turn=turn(office), case="case-1", kw="20000").statements)["evaded"]
    assert event.payload["statement"]["totals"][0]["best"] == str(shown.totals[0][1].best)
    with pytest.raises(InputError):
        keep_statement(turn=turn(office), case="case-1", kind="x", kwh="", kw="1")


def test_who_may_not_read_the_case_reads_no_money(office):
    with pytest.raises(RuleError):
        money_trial(turn=turn(office, COUNTY), case="case-1")
