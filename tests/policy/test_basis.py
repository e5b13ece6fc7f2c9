from datetime import date

import pytest

from minewatch.model.errors import RuleError
from minewatch.policy.basis import TakenOn, doubts, legal_basis
from minewatch.policy.library import library

PERSON = TakenOn("Li Hua, head of division", "The prefecture confirmed the order by telephone on 9 June, record 7.")


@pytest.mark.parametrize(
    "identity",
    ["cn-nm-8-20210525", "cn-ya-20210617", "cn-sc-20210618", "cn-qh-20210609", "cn-xj-cj-20210609", "cn-yn-20210612",
     "cn-fsdc51-20210521", "cn-sc-nea-20210602"],
)  # fmt: skip
def test_drafts_and_reports_are_no_legal_basis(identity):
    with pytest.raises(RuleError, match="cannot be the legal basis"):
        legal_basis(library().get(identity), date(2021, 6, 20))


def test_a_named_person_may_take_a_reported_instrument_on():
    basis = legal_basis(library().get("cn-xj-cj-20210609"), date(2021, 6, 9), PERSON)
    assert basis.taken_on == PERSON
    assert basis.version == library().get("cn-xj-cj-20210609").version


@pytest.mark.parametrize("nobody", [TakenOn("", "because"), TakenOn("Li Hua", "  ")])
def test_without_name_or_reason_it_stays_refused(nobody):
    with pytest.raises(RuleError, match="reported only"):
        legal_basis(library().get("cn-xj-cj-20210609"), date(2021, 6, 9), nobody)


def test_what_had_no_effect_that_day_is_refused_whoever_takes_it_on():
    with pytest.raises(RuleError, match="no effect on that day"):
        legal_basis(library().get("cn-sc-20210618"), date(2021, 6, 12), PERSON)
    with pytest.raises(RuleError, match="no effect on that day"):
        legal_basis(library().get("cn-sc-nea-20210602"), date(2021, 6, 12), PERSON)


def test_an_instrument_in_force_needs_nobody():
    held = library().get("cn-3assoc-20210518")
    assert doubts(held, date(2021, 6, 1)) == ()
    assert legal_basis(held, date(2021, 6, 1)).taken_on is None
