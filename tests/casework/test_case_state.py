"""Where a case stands: what a verification leaves behind, when a load counts as off, when a case is overdue."""

from dataclasses import replace

import pytest

from minewatch.casework.case_state import CaseState, CaseStatus, evolve, is_overdue, off_at
from minewatch.model.events import NewEvent

HOUR = "2021-06-17T{:02d}:00:00.000000Z".format
NOTICED = CaseState(id="case-1", status=CaseStatus.NOTICED, deadline=HOUR(14))


def seen(outcome, *, at=None, span=(None, None), back=None, why=""):
    return NewEvent(
        "case.stop_verified/2",
        {
            "outcome": outcome,
            "why": why,
            "stopped_at": at,
            "stopped_from": span[0],
            "stopped_to": span[1],
            "resumed_at": back,
            "sources": [],
        },
    )


def test_the_range_of_a_stop_is_kept():
    state = evolve(NOTICED, seen("in_time", at=HOUR(12), span=(HOUR(11), HOUR(13))))
    assert (state.status, state.off) == (CaseStatus.STOPPED, True)
    assert (state.stopped_from, state.stopped_at, state.stopped_to) == (HOUR(11), HOUR(12), HOUR(13))


def test_an_old_event_has_its_one_time_as_range():
    old = NewEvent("case.stop_verified/1", {"outcome": "late", "stopped_at": HOUR(15), "resumed_at": None})
    state = evolve(NOTICED, old)
    assert (state.stopped_from, state.stopped_to) == (HOUR(15), HOUR(15))


def test_off_on_an_open_side_awaits_a_decision_like_any_stop():
    open_side = seen("cannot_tell", at=HOUR(14), span=(HOUR(13), HOUR(15)), why="which_side")
    state = evolve(NOTICED, open_side)
    assert (state.status, state.off) == (CaseStatus.STOPPED, True)
    assert (state.last_outcome, state.why) == ("cannot_tell", "which_side")
    assert evolve(state, open_side).status is CaseStatus.VERIFIED


def test_cannot_tell_without_a_stop_changes_no_state_and_forgets_nothing():
    stopped = evolve(NOTICED, seen("in_time", at=HOUR(12)))
    later = evolve(stopped, seen("cannot_tell", why="few_readings_after"))
    assert (later.status, later.off, later.stopped_at) == (CaseStatus.STOPPED, True, HOUR(12))
    assert evolve(NOTICED, seen("cannot_tell", why="no_meter")).status is CaseStatus.NOTICED


def test_what_is_found_running_has_no_stop_left():
    running = evolve(evolve(NOTICED, seen("in_time", at=HOUR(12))), seen("not_stopped"))
    assert (running.status, running.off) == (CaseStatus.NOT_STOPPED, False)
    assert (running.stopped_at, running.stopped_to) == ("", "")


@pytest.mark.parametrize(("hour", "off"), [(12, False), (13, True), (14, True), (16, False)])
def test_off_between_the_latest_stop_and_the_return(hour, off):
    state = replace(NOTICED, stopped_to=HOUR(13), resumed_at=HOUR(15))
    assert off_at(state, HOUR(hour)) is off


def test_overdue_after_the_deadline_and_not_at_it():
    assert not is_overdue(NOTICED, HOUR(14))
    assert is_overdue(NOTICED, HOUR(15))
    for status in (CaseStatus.SUSPECTED, CaseStatus.STOPPED, CaseStatus.MEASURES, CaseStatus.CLOSED):
        assert not is_overdue(replace(NOTICED, status=status), HOUR(15))
    assert not is_overdue(replace(NOTICED, deadline=""), HOUR(15))


def test_what_was_found_out_later_counts_by_the_time_of_the_stop():
    known = evolve(NOTICED, seen("late", at=HOUR(16), span=(HOUR(16), HOUR(17))))
    assert is_overdue(NOTICED, HOUR(16), known=known)
    assert not is_overdue(NOTICED, HOUR(17), known=known)


def test_who_was_cleared_is_not_overdue():
    assert not is_overdue(replace(NOTICED, not_mining=True), HOUR(15))
    assert not is_overdue(replace(NOTICED, mistaken_identity=True), HOUR(15))
