"""Roll-ups: figures at the end of a period, what the period brought, at every level; a past day stays as it was."""

import json
from dataclasses import replace

import pytest

from minewatch.casework.rollup import division_at, roll_up
from minewatch.model.events import StoredEvent

OPENED = {
    "campaign": "campaign-a", "site": "s", "meters": [], "origin": "", "summary": "", "categories": [],
    "party_key": "", "location": "", "repeat_of": [],
}  # fmt: skip


def events():
    rows = []

    def add(stream, at, name, **data):
        version = sum(one.stream == stream for one in rows) + 1
        text = json.dumps(data)
        rows.append(StoredEvent(len(rows) + 1, stream, version, name, at, "x", "", "", text, "", ""))

    day = "2021-06-{}T04:00:00.000000Z".format
    add("case-1", day(17), "case.opened/1", **OPENED, jurisdiction="511802", mining_kw=1000.0)
    add("case-2", day(17), "case.opened/1", **OPENED, jurisdiction="511824", mining_kw=None)
    add(
        "case-3", day(18), "case.opened/1", **{**OPENED, "campaign": "campaign-b"}, jurisdiction="530100", mining_kw=5.0
    )
    notice = {"deadline": day(18), "zone": "Asia/Shanghai", "number": "1", "served_at": day(17)}
    add("case-1", day(17), "case.notice_served/1", **notice)
    add("case-2", day(17), "case.notice_served/1", **notice)
    add("case-1", day(18), "case.return_received/1", kind="stopped", hash_rate_ths=900.0)
    late = {"outcome": "late", "stopped_at": day(18), "resumed_at": None}
    add("case-1", day(19), "case.stop_verified/1", **late)
    add("case-1", day(20), "case.resumed/1", resumed_at=day(20))
    add("case-1", day(20), "case.contradiction_found/1", said="stopped", seen="came_back")
    add("case-2", day(21), "case.referred/1", target="police")
    return rows


def told(since, until, level="city", campaign=None):
    span = [f"2021-06-{day}T00:00:00.000000Z" for day in (since, until)]
    return {
        one.division: one for one in roll_up(events(), since=span[0], until=span[1], level=level, campaign=campaign)
    }


@pytest.mark.parametrize(("level", "code"), [("county", "511824"), ("city", "511800"), ("province", "510000")])
def test_a_code_lies_in_its_levels(level, code):
    assert division_at("511824", level) == code


def test_a_city_at_the_end_of_the_week():
    whole = told(17, 22)
    assert set(whole) == {"511800", "530100"}
    one = whole["511800"]
    assert (one.projects, one.mw, one.power_unknown) == (2, 1.0, 1)
    assert (one.hash_rate_ths, one.hash_rate_known) == (900.0, 1)
    assert (one.noticed, one.stopped, one.stopped_mw) == (2, 1, 1.0)
    assert (one.contradictions, one.resumptions, one.referred) == (1, 1, 1)
    assert (one.new_projects, one.new_stops) == (2, 1)
    assert set(told(17, 22, campaign="campaign-b")) == {"530100"}


def test_a_past_day_is_as_it_was():
    first = told(17, 18)["511800"]
    assert (first.projects, first.overdue, first.stopped, first.new_projects) == (2, 0, 0, 2)
    second = told(18, 19)["511800"]
    assert (second.overdue, second.new_projects) == (1, 0)
    third = told(19, 20)["511800"]
    assert (third.stopped, third.new_stops, third.overdue, third.new_resumptions) == (1, 1, 1, 0)
    assert told(20, 21, level="county")["511802"].new_resumptions == 1


def test_overdue_goes_by_the_time_of_the_stop_whenever_it_was_verified():
    """case-1 stopped on 18 June at 04:00 and was verified on the 19th; case-2 never stopped."""
    at = "2021-06-18T{}:00:00.000000Z".format
    seen = roll_up(events(), since=at("00"), until=at("05"), level="county")
    by_county = {one.division: (one.overdue, one.stopped) for one in seen}
    assert by_county["511802"] == (0, 0), "the load was off by then, though nobody had verified it yet"
    assert by_county["511824"] == (1, 0)


def with_range(first, last, outcome="cannot_tell"):
    """The events, but case-1's verification is of version 2, with a range."""
    rows = []
    for one in events():
        if one.name == "case.stop_verified/1":
            times = {"stopped_at": last, "stopped_from": first, "stopped_to": last, "resumed_at": None}
            data = {"outcome": outcome, "why": "which_side", "sources": [], **times}
            rows.append(replace(one, name="case.stop_verified/2", data=json.dumps(data)))
        elif one.stream != "case-1" or one.at < "2021-06-20":
            rows.append(one)
    return rows


def test_a_stop_on_an_open_side_is_a_stop_and_says_so():
    day = "2021-06-{}T{}:00:00.000000Z".format
    rows = with_range(day(18, "02"), day(18, "06"))
    (one, _) = roll_up(rows, since=day(17, "00"), until=day(20, "00"), level="county", campaign="campaign-a")
    assert (one.division, one.stopped, one.side_open, one.late, one.overdue) == ("511802", 1, 1, 0, 0)
    (one, _) = roll_up(rows, since=day(17, "00"), until=day(18, "05"), level="county", campaign="campaign-a")
    assert one.overdue == 1, "until the latest time it may have stopped"
    rows = with_range(day(18, "05"), day(18, "06"), "late")
    (one, _) = roll_up(rows, since=day(17, "00"), until=day(20, "00"), level="county", campaign="campaign-a")
    assert (one.stopped, one.late, one.side_open) == (1, 1, 0)
