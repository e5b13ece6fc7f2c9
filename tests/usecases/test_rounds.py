"""Rounds of a day and what an inspector has to do."""

from datetime import timedelta

import pytest

from case_office import CHEN, LUO, MA, NOW, case_office, turn
from minewatch.model.errors import InputError
from minewatch.usecases.drawing import DrawOrder, commit, draw, recheck
from minewatch.usecases.rounds import Team, draws, next_days, number_of, plan_day, rounds_of, visits_today
from minewatch.usecases.steps import Close, RecordVisit, give

DAY = NOW.date()


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def plan(office, *teams, day=DAY):
    plan_day(turn=turn(office), campaign="ya", day=day, teams=[Team(*one) for one in teams])


def test_an_inspector_sees_the_round_of_the_day_in_order(office):
    plan(office, (("luo", "ma"), ("case-2", "case-1")), (("ma",), ("case-3",)))
    assert [(one.row.id, one.order, one.done) for one in visits_today(turn=turn(office, LUO))] == [
        ("case-2", 1, False),
        ("case-1", 2, False),
    ]
    assert [one.row.id for one in visits_today(turn=turn(office, MA))] == ["case-2", "case-1", "case-3"]
    assert visits_today(turn=turn(office, LUO, NOW + timedelta(days=1))) == ()
    assert visits_today(turn=turn(office, CHEN)) == ()


def test_the_last_plan_of_a_day_counts(office):
    plan(office, (("luo",), ("case-1",)))
    plan(office, (("luo",), ("case-2",)))
    plan(office, (("luo",), ("case-1",)), day=DAY + timedelta(days=1))
    assert [one.row.id for one in visits_today(turn=turn(office, LUO))] == ["case-2"]
    assert [row["day"] for row in rounds_of(turn=turn(office), campaign="ya")] == ["2021-06-18", "2021-06-17"]
    assert rounds_of(turn=turn(office), campaign="other") == ()


def test_a_visit_made_today_is_done(office):
    plan(office, (("luo",), ("case-1", "case-2")))
    visit = RecordVisit(at=NOW, inspectors=("luo", "ma"), found="f", machines=None, running=False)
    give(turn=turn(office, MA), cases=["1"], command=visit)
    assert [(one.row.id, one.done) for one in visits_today(turn=turn(office, LUO))] == [
        ("case-1", True),
        ("case-2", False),
    ]


def test_a_seed_that_was_committed_to_is_told_before_the_draw(office):
    commit(turn=turn(office), name="d1", seed="secret")
    (row,) = draws(turn=turn(office))
    assert (row.name, row.drawn_at, row.seed, row.visits) == ("d1", "", "", ())
    assert len(row.commitment) == 64
    assert visits_today(turn=turn(office, LUO)) == ()


def drawn(office):
    """A draw among the two cases that both inspectors may go to."""
    give(turn=turn(office), cases=["3", "4"], command=Close(reason="not of the draw", by="Chen"))
    commit(turn=turn(office), name="d1", seed="secret")
    draw(turn=turn(office), order=DrawOrder(name="d1", campaign="ya", seed="secret", count=1, team=2, recused={}))


def test_a_drawn_visit_is_a_task_until_made_and_can_be_redrawn(office):
    drawn(office)
    (row,) = draws(turn=turn(office), campaign="ya")
    ((case, people),) = row.visits
    assert set(people) == {"luo", "ma"}
    assert row.among == 2
    assert draws(turn=turn(office), campaign="other") == ()
    assert draws(turn=turn(office), case=case) == (row,)
    assert draws(turn=turn(office), case="case-3") == ()
    later = turn(office, LUO, NOW + timedelta(days=2))
    assert [(one.row.id, one.source.en) for one in visits_today(turn=later)] == [(case, "spot check d1")]
    visit = RecordVisit(at=NOW, inspectors=("luo", "ma"), found="f", machines=None, running=False)
    give(turn=later, cases=[case], command=visit)
    assert [one.done for one in visits_today(turn=later)] == [True]
    assert visits_today(turn=turn(office, LUO, NOW + timedelta(days=4))) == ()
    assert recheck(office=office, name="d1")[0]


@pytest.mark.parametrize(
    "team",
    [((), ("case-1",)), (("luo",), ()), (("chen",), ("case-1",)), (("luo",), ("case-9",)), (("luo",), ("case-3",))],
)
def test_what_cannot_be_planned(office, team):
    with pytest.raises(InputError):
        plan(office, team)
    assert rounds_of(turn=turn(office)) == ()


def test_days_and_numbers(office):
    assert next_days(turn(office), 2) == (DAY, DAY + timedelta(days=1))
    assert number_of("case-12") == 12
