"""Several witnesses, one verdict: who is believed, what is a contradiction, how ranges are narrowed."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from minewatch.detect.stop import Doubt, StopVerdict, Verdict
from minewatch.detect.stop_sources import (
    DATES_DIFFER,
    NODE_ALONE,
    Said,
    Session,
    Source,
    join,
    judge_traffic,
    node_less_others,
    said_of,
)

DEADLINE = datetime(2021, 6, 17, 14, tzinfo=UTC)
END = DEADLINE + timedelta(days=7)
HOUR = timedelta(hours=1)


def off(source, first, last=None, *, verdict=None, why=""):
    """Return a source that saw the load stop between ``first`` and ``last`` hours from the deadline."""
    last = first if last is None else last
    verdict = verdict or (Verdict.LATE if first > 0 else Verdict.IN_TIME)
    times = {"stop": DEADLINE + last * HOUR, "earliest": DEADLINE + first * HOUR, "latest": DEADLINE + last * HOUR}
    return Said(source=source, verdict=verdict, why=why, slot=HOUR / 4, **times)


def runs(source, verdict=Verdict.NOT_STOPPED):
    back = DEADLINE + 30 * HOUR if verdict is Verdict.CAME_BACK else None
    return Said(source=source, verdict=verdict, back=back)


def silent(source, why="too_small"):
    return Said(source=source, verdict=Verdict.CANNOT_TELL, why=why)


M, N, S, T = Source
NOTHING = (silent(N, "no_node"), silent(S, "no_station"), silent(T, "no_traffic"))


def told(*said):
    joined = join(said, deadline=DEADLINE)
    return joined.told.verdict, joined.told.why, {one.source for one in joined.said if one.counted}


@pytest.mark.parametrize(
    ("meters", "verdict", "counted"),
    [
        (off(M, -1), Verdict.IN_TIME, {M}),
        (off(M, 2), Verdict.LATE, {M}),
        (runs(M), Verdict.NOT_STOPPED, {M}),
        (runs(M, Verdict.CAME_BACK), Verdict.CAME_BACK, {M}),
    ],
)
def test_the_meters_alone_decide_where_nobody_else_speaks(meters, verdict, counted):
    assert told(meters, *NOTHING) == (verdict, "", counted)


def test_where_nobody_can_tell_the_reason_is_the_meters():
    assert told(silent(M), silent(N, "no_supply"), *NOTHING[1:]) == (Verdict.CANNOT_TELL, "too_small", set())


def test_a_load_that_left_the_meter_for_a_tap_is_a_contradiction_and_no_stop():
    assert told(off(M, -1), runs(N), *NOTHING[1:]) == (Verdict.CANNOT_TELL, "meters_against_node", set())
    assert told(off(M, -1), silent(N), runs(S), NOTHING[2]) == (Verdict.CANNOT_TELL, "meters_against_station", set())
    assert told(off(M, -1), *NOTHING[:2], runs(T)) == (Verdict.CANNOT_TELL, "meters_against_traffic", set())
    assert told(off(N, -1), runs(S), silent(M), silent(T)) == (Verdict.CANNOT_TELL, "node_against_station", set())


def test_what_runs_on_its_own_meter_runs_whatever_fell_silent_beside_it():
    assert told(runs(M), off(N, -1), *NOTHING[1:]) == (Verdict.NOT_STOPPED, "", {M})
    assert told(runs(M), runs(N), NOTHING[1], runs(T)) == (Verdict.NOT_STOPPED, "", {M, N, T})


def test_the_node_the_station_or_the_traffic_tell_where_the_meters_cannot():
    assert told(silent(M, "no_readings"), runs(N), *NOTHING[1:]) == (Verdict.NOT_STOPPED, "", {N})
    assert told(silent(M), off(N, -1), off(S, -1), NOTHING[2]) == (Verdict.IN_TIME, "", {N, S})
    assert told(silent(M), silent(N), off(S, 3), NOTHING[2]) == (Verdict.LATE, "", {S})
    assert told(silent(M), runs(N), runs(S), NOTHING[2]) == (Verdict.NOT_STOPPED, "", {N, S})
    assert told(silent(M), *NOTHING[:2], runs(T)) == (Verdict.NOT_STOPPED, "", {T})


@pytest.mark.parametrize("node", [off(N, -1), off(N, 5), runs(N, Verdict.CAME_BACK)])
def test_a_stop_or_a_return_that_only_the_node_shows_is_not_told_as_one(node):
    assert told(silent(M), node, *NOTHING[1:]) == (Verdict.CANNOT_TELL, NODE_ALONE, set())
    joined = join([silent(M), node], deadline=DEADLINE)
    assert joined.told.stop is None
    assert joined.said[1] == node, "what it said stays on record"


def test_ranges_are_narrowed_to_what_sources_share_and_the_side_is_read_from_that():
    joined = join(
        [off(M, -3, 3, verdict=Verdict.CANNOT_TELL, why=Doubt.GAP_AT_STOP), off(N, -2, -1)], deadline=DEADLINE
    )
    assert joined.told.verdict is Verdict.IN_TIME
    assert (joined.told.earliest, joined.told.latest) == (DEADLINE - 2 * HOUR, DEADLINE - HOUR)
    assert joined.told.stop == DEADLINE - HOUR
    late = join([off(M, -3, 3, verdict=Verdict.CANNOT_TELL, why=Doubt.WHICH_SIDE), off(N, 1, 9)], deadline=DEADLINE)
    assert late.told.verdict is Verdict.LATE
    assert late.told.earliest == DEADLINE + HOUR
    open_side = join([off(M, -3, 3, verdict=Verdict.CANNOT_TELL, why=Doubt.WHICH_SIDE), silent(N)], deadline=DEADLINE)
    assert (open_side.told.verdict, open_side.told.why) == (Verdict.CANNOT_TELL, Doubt.WHICH_SIDE)
    assert not open_side.exact


def test_dates_on_both_sides_leave_the_side_open_and_on_one_side_do_not():
    joined = join([off(M, -6, -5), off(N, 4, 6)], deadline=DEADLINE)
    assert (joined.told.verdict, joined.told.why) == (Verdict.CANNOT_TELL, DATES_DIFFER)
    assert (joined.told.earliest, joined.told.latest) == (DEADLINE - 6 * HOUR, DEADLINE + 6 * HOUR)
    same = join([off(M, -6, -5), off(N, -3, -2)], deadline=DEADLINE)
    assert (same.told.verdict, same.told.latest) == (Verdict.IN_TIME, DEADLINE - 5 * HOUR)


def test_traffic_after_the_deadline_makes_an_open_side_late():
    heard = Said(source=T, verdict=Verdict.CANNOT_TELL, why="traffic_later", earliest=DEADLINE + 2 * HOUR)
    meters = off(M, -3, 5, verdict=Verdict.CANNOT_TELL, why=Doubt.WHICH_SIDE)
    joined = join([meters, heard], deadline=DEADLINE)
    assert (joined.told.verdict, joined.told.earliest) == (Verdict.LATE, DEADLINE + 2 * HOUR)
    assert {one.source for one in joined.said if one.counted} == {M, T}
    assert told(off(M, -2, -1), heard)[1] == "meters_against_traffic"


def test_a_verdict_on_a_series_gets_its_times():
    begin = DEADLINE - timedelta(days=28)
    found = StopVerdict(Verdict.LATE, 28 * 96 + 4, stop_from=28 * 96 + 3, stop_to=28 * 96 + 4)
    said = said_of(M, found, begin=begin, slot=HOUR / 4)
    assert (said.stop, said.earliest) == (DEADLINE + HOUR, DEADLINE + HOUR * 3 / 4)
    small = StopVerdict(Verdict.CANNOT_TELL, 7, doubt=Doubt.PARTLY_REDUCED, stop_from=6, stop_to=8)
    said = said_of(M, small, begin=begin, slot=HOUR)
    assert (said.stop, said.why) == (None, "partly_reduced"), "what fell in part has no time of a stop"


def session(first, last):
    return Session(DEADLINE + first * HOUR, DEADLINE + last * HOUR)


@pytest.mark.parametrize(
    ("sessions", "watched", "verdict", "why"),
    [
        ([], 100, Verdict.CANNOT_TELL, "no_traffic"),
        ([session(-90, -3)], 100, Verdict.CANNOT_TELL, "traffic_silent"),
        ([session(-90, -3)], 4, Verdict.CANNOT_TELL, "traffic_unwatched"),
        ([session(-90, 0.5)], 100, Verdict.CANNOT_TELL, "traffic_silent"),
        ([session(-90, 20)], 100, Verdict.CANNOT_TELL, "traffic_later"),
        ([session(-90, 90)], 100, Verdict.NOT_STOPPED, ""),
        ([session(-90, -3), session(2, 90)], 100, Verdict.NOT_STOPPED, ""),
        ([session(50, 90), session(-90, -3)], 100, Verdict.CAME_BACK, ""),
        ([session(200, 300)], 400, Verdict.CANNOT_TELL, "no_traffic"),
    ],
)
def test_traffic_proves_mining_and_its_silence_nothing(sessions, watched, verdict, why):
    said = judge_traffic(sessions, deadline=DEADLINE, as_of=END, watched_until=DEADLINE + watched * HOUR)
    assert (said.verdict, said.why) == (verdict, why)
    if verdict is Verdict.CAME_BACK:
        assert said.back == DEADLINE + 50 * HOUR


def test_the_node_less_everybody_else_is_the_site():
    rng = np.random.default_rng(2)
    shape = (10, 24)
    site, others = 50 + rng.random(shape), 20 + rng.random((5, *shape))
    passed = 100 + rng.random(shape)
    supply = site + others.sum(axis=0) + passed
    np.testing.assert_allclose(node_less_others(supply, passed, others), site)
    others[0, 3, 4] = np.nan
    left = node_less_others(supply, passed, others)
    assert abs(left[3, 4] - site[3, 4]) < 1.5, "a gap is bridged with the meter's own median of that hour"
    others[:, 3, 4] = np.nan
    left = node_less_others(supply, passed, others)
    assert np.isnan(left[3, 4]), "too much of it would be guessed"
    assert np.isfinite(left[3, 5])
    supply[0] = np.nan
    assert np.isnan(node_less_others(supply, passed, others)[0]).all()
    np.testing.assert_allclose(node_less_others(site, np.zeros(shape), np.zeros((0, *shape))), site)
