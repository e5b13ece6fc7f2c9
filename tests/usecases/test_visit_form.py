"""The page of a visit: for whom, with whom, in which state."""

import pytest

from case_office import COUNTY, GAO, LUO, MA, case_office, turn
from minewatch.model.errors import RuleError
from minewatch.usecases.steps import Close, give
from minewatch.usecases.visit_form import CHECKS, visit_form


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def test_it_has_what_is_needed_on_site(office):
    form = visit_form(turn=turn(office, LUO), case="case-1")
    assert (form.meters, form.location, form.deadline, form.offset) == (
        ("m1",),
        "29.23,102.36",
        "2021-06-17 22:00",
        480,
    )
    assert form.colleagues == ("luo", "ma")
    assert [key for key, _ in form.checks] == list(CHECKS)
    assert not any("=" in key for key in CHECKS)
    assert form.possible
    assert [entry.id for entry in form.last] == ["E2", "E1"]
    assert visit_form(turn=turn(office, MA), case="case-3").colleagues == ("ma",)


def test_a_closed_case_takes_no_visits(office):
    give(turn=turn(office), cases=["1"], command=Close(reason="r", by="Chen"))
    assert not visit_form(turn=turn(office, LUO), case="case-1").possible


@pytest.mark.parametrize("actor", [COUNTY, GAO])
def test_who_may_not_visit(office, actor):
    with pytest.raises(RuleError):
        visit_form(turn=turn(office, actor), case="case-1")
