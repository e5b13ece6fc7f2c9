"""The list of cases: filters, counts, sorts and pages; the counts of a filter leave the filter itself out."""

import pytest

from case_office import COUNTY, LATER, case_office, turn
from minewatch.model.errors import InputError
from minewatch.usecases.case_list import FLAGS, SORTS, CaseQuery, case_list, overlaps, titles_of
from minewatch.usecases.steps import Dispute, DisputeKind, give


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def ask(office, *, actor=None, now=None, **query):
    at = turn(office) if now is None else turn(office, now=now)
    if actor is not None:
        at = turn(office, actor)
    return case_list(turn=at, query=CaseQuery(**query))


def numbers(view):
    return [row.number for row in view.rows]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [1, 2, 3, 4]),
        ({"state": "suspected"}, [4]),
        ({"division": "511802"}, [3, 4]),
        ({"division": "511800"}, [1, 2, 3, 4]),
        ({"words": "M3"}, [2]),
        ({"words": "case-3"}, [3]),
        ({"words": "站 m"}, [1, 2]),
        ({"words": "nothing"}, []),
        ({"campaign": "ya"}, [1, 2, 3, 4]),
        ({"campaign": "other"}, []),
        ({"sort": "kw", "descending": True}, [2, 3, 1, 4]),
        ({"sort": "division"}, [3, 4, 1, 2]),
        ({"sort": "deadline"}, [1, 2, 3, 4]),
        ({"size": 3, "page": 2}, [4]),
        ({"size": 3, "page": 99}, [4]),
    ],
)
def test_filters_and_sorts(office, query, found):
    assert numbers(ask(office, **query)) == found


def test_overdue_depends_on_the_time(office):
    assert numbers(ask(office, flag="overdue")) == []
    later = ask(office, flag="overdue", now=LATER)
    assert numbers(later) == [1, 2, 3]
    assert later.rows[0].overdue
    assert later.rows[0].left.text.en == "overdue by 1 d 11 h"


def test_every_flag_and_sort_can_be_asked_for(office):
    give(
        turn=turn(office),
        cases=["1"],
        command=Dispute(kind=DisputeKind.FIGURES, raised_by="x", grounds="y", raised_at=turn(office).at),
    )
    assert numbers(ask(office, flag="disputed")) == [1]
    for flag in FLAGS:
        for sort in SORTS:
            assert ask(office, flag=flag, sort=sort).total <= 4


def test_counts_leave_their_own_filter_out(office):
    view = ask(office, state="suspected", division="511802")
    assert {one.key: one.count for one in view.states} == {"suspected": 1, "noticed": 1}
    assert {one.key: one.count for one in view.counties} == {"511802": 1}
    assert [(one.key, one.text.en, one.count) for one in view.campaigns] == [("ya", "雅安 Ya'an", 1)]
    assert view.simulated


def test_a_county_sees_its_own_and_counts_them_only(office):
    view = ask(office, actor=COUNTY)
    assert numbers(view) == [3, 4]
    assert view.total == sum(one.count for one in view.states) == 2
    assert {one.key for one in view.counties} == {"511802"}


@pytest.mark.parametrize(
    "wrong", [{"sort": "x"}, {"sort": ""}, {"state": "x"}, {"flag": "x"}, {"size": 0}, {"size": 501}]
)
def test_what_cannot_be_asked(office, wrong):
    with pytest.raises(InputError):
        ask(office, **wrong)


def test_titles_and_regions(office):
    assert titles_of(turn(office)) == {"ya": "雅安 Ya'an"}
    assert overlaps(COUNTY, ["511800"])
    assert not overlaps(COUNTY, ["650000"])
