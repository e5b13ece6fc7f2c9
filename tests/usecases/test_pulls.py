import pytest

from case_office import BAI, COUNTY, ROOT, case_office, turn
from minewatch.casework.commands import Dispute, DisputeKind
from minewatch.model.errors import InputError, MissingError, RuleError
from minewatch.usecases.cases import act
from minewatch.usecases.pulls import (
    CaseFilter,
    cursor_of,
    events_of_case,
    one_case,
    position_of,
    pull_campaigns,
    pull_cases,
    pull_events,
)

EVERY = CaseFilter()


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def dispute(office, case):
    command = Dispute(kind=DisputeKind.FIGURES, raised_by="p", grounds="g", raised_at=turn(office).at)
    act(log=office.log, actor=BAI, at=turn(office).at, case=case, command=command)


def test_a_row_that_changes_while_one_pages_is_met_again(office):
    first = pull_cases(turn=turn(office), since="", limit=2, wanted=EVERY)
    dispute(office, "case-1")
    rest = pull_cases(turn=turn(office), since=first.cursor, limit=9, wanted=EVERY)
    seen = [row["id"] for row in (*first.rows, *rest.rows)]
    assert set(seen) == {"case-1", "case-2", "case-3", "case-4"}
    assert rest.rows[-1]["id"] == "case-1"
    assert rest.rows[-1]["disputed"] == "figures"


def test_the_last_cursor_is_the_head_so_that_nothing_is_read_twice(office):
    done = pull_cases(turn=turn(office, COUNTY), since="", limit=9, wanted=EVERY)
    assert position_of(done.cursor) == office.log.head().position
    assert not done.more


def test_exactly_a_page_is_not_more(office):
    assert not pull_cases(turn=turn(office), since="", limit=4, wanted=EVERY).more
    assert pull_cases(turn=turn(office), since="", limit=3, wanted=EVERY).more


def test_who_may_read_no_cases_is_refused(office):
    with pytest.raises(RuleError):
        pull_cases(turn=turn(office, ROOT), since="", limit=9, wanted=EVERY)
    with pytest.raises(RuleError):
        pull_events(turn=turn(office), since="", limit=9)


def test_one_case_is_for_who_may_read_it(office):
    assert one_case(turn=turn(office), case="case-1")["overdue"] is False
    with pytest.raises(RuleError):
        one_case(turn=turn(office, COUNTY), case="case-1")
    with pytest.raises(MissingError):
        one_case(turn=turn(office), case="case-9")
    assert events_of_case(turn=turn(office), case="case-1")[0].version == 1


def test_campaigns_that_touch_the_divisions_are_pulled(office):
    assert [row["id"] for row in pull_campaigns(turn=turn(office, COUNTY), since="", limit=9).rows] == ["campaign-ya"]


def test_a_cursor_is_read_back():
    assert position_of(cursor_of(123456)) == 123456
    assert position_of("") == 0
    for wrong in ("L", "x1", "L-1", "L" + "f" * 16, "L1.0", "L１"):
        with pytest.raises(InputError):
            position_of(wrong)
