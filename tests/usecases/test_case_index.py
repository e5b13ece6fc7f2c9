"""Lines of cases follow the ledger, and show a person only what they may read."""

import pytest

from case_office import BAI, COUNTY, ELSEWHERE, NOW, ROOT, case_office, turn
from minewatch.usecases.case_index import case_lines, line_of, readable_lines
from minewatch.usecases.cases import visible_cases
from minewatch.usecases.steps import Close, ExtendDeadline, give


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def test_lines_say_what_the_read_rows_say(office):
    rows = visible_cases(log=office.log, actor=BAI)
    assert list(case_lines(office.log)) == [line_of(row) for row in rows]


def test_only_what_changed_is_read_again(office, monkeypatch):
    before = case_lines(office.log)
    asked = []
    read = type(office.log).read_rows
    monkeypatch.setattr(
        type(office.log),
        "read_rows",
        lambda self, table, updated_since=0: (
            asked.append(updated_since) or read(self, table, updated_since=updated_since)
        ),
    )
    assert case_lines(office.log) is before
    assert asked == []
    head = office.log.head().position
    give(turn=turn(office), cases=["4"], command=Close(reason="no such site", by="Chen"))
    after = case_lines(office.log)
    assert asked == [head]
    assert [line.state.status for line in after] == ["noticed", "noticed", "noticed", "closed"]
    assert after[0] is before[0]


def test_an_overdue_case_is_past_its_deadline_and_awaited(office):
    line = case_lines(office.log)[0]
    assert not line.overdue("2021-06-17T14:00:00.000000Z")
    assert line.overdue("2021-06-17T14:00:00.000001Z")
    give(turn=turn(office), cases=["1"], command=ExtendDeadline(deadline=NOW.replace(day=20), reason="ill", by="Chen"))
    assert not case_lines(office.log)[0].overdue("2021-06-17T14:00:00.000001Z")


def test_a_county_reads_its_own(office):
    assert [line.number for line in readable_lines(office.log, COUNTY)] == [3, 4]
    assert readable_lines(office.log, ELSEWHERE) == []
    assert readable_lines(office.log, ROOT) == []
