"""Verified stop through lake and ledger: the verdict, its time in the office's zone, the digest of what was read."""

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from minewatch.casework.commands import OpenCase, RecordReturn, ReturnKind
from minewatch.model.errors import InputError
from minewatch.stores.workspace import init
from minewatch.usecases.cases import act, open_cases, visible_cases
from minewatch.usecases.office import Turn, open_office
from minewatch.usecases.stops import area_proof, read_series, standard, verify_stops
from stop_office import AS_OF, CHEN, DAYS, DEADLINE, END, FIRST, curve, fill, opened


@pytest.fixture
def office(tmp_path):
    init(tmp_path / "w", zone="+08:00", shards=3)
    with open_office(given=tmp_path / "w", variable=None, start=tmp_path, address=None) as opened:
        yield opened


def test_each_site_gets_its_verdict_with_evidence(office):
    late = DEADLINE + timedelta(hours=10)
    back = DEADLINE + timedelta(hours=50)
    lake = fill(
        office,
        {
            "in": curve(off=[(DEADLINE - timedelta(hours=2), END)]),
            "late": curve(off=[(late, END)]),
            "on": curve(),
            "back": curve(off=[(DEADLINE, back)]),
        },
    )
    turn = opened(office, [("in",), ("late",), ("on",), ("back",), ("gone",), ()])
    said = RecordReturn(kind=ReturnKind.STOPPED, received_at=DEADLINE, signed_by="k", stopped_at=DEADLINE)
    act(log=office.log, actor=CHEN, at=DEADLINE, case="case-3", command=said)
    judged, receipts = verify_stops(turn=turn, lake=lake, cases=(), as_of=AS_OF)
    outcomes = [one.command.outcome.value for one in judged]
    assert outcomes == ["in_time", "late", "not_stopped", "came_back", "cannot_tell", "cannot_tell"]
    assert judged[1].command.stopped_at == late
    assert judged[1].exact
    assert judged[3].command.resumed_at == back
    assert judged[4].why.zh
    assert judged[5].command.why == "no_meter"
    assert judged[0].command.evidence[0].startswith("readings:")
    assert "case.contradiction_found/1" in receipts[2].events
    assert "case.resumed/1" in receipts[3].events
    rows = visible_cases(log=office.log, actor=CHEN)
    assert [row["status"] for row in rows[:4]] == ["stopped", "stopped", "not_stopped", "not_stopped"]
    again, _ = verify_stops(turn=turn, lake=lake, cases=["case-1"], as_of=AS_OF)
    assert again[0].command.evidence == judged[0].command.evidence
    assert visible_cases(log=office.log, actor=CHEN)[0]["status"] == "verified"
    data = json.loads(office.log.stream("case-2")[-1].data)
    assert data["stopped_at"] == "2021-06-18T00:00:00.000000Z"


def test_only_readings_up_to_the_moment_count(office):
    lake = fill(office, {"late": curve(off=[(DEADLINE + timedelta(hours=30), END)])})
    turn = opened(office, [("late",)])
    (one,), _ = verify_stops(turn=turn, lake=lake, cases=["case-1"], as_of=DEADLINE + timedelta(hours=20))
    assert one.command.outcome.value == "not_stopped"
    (one,), _ = verify_stops(turn=turn, lake=lake, cases=["case-1"], as_of=AS_OF)
    assert one.command.outcome.value == "late"


def test_a_site_of_two_meters_is_one_sum(office):
    half = curve(kw=50.0, off=[(DEADLINE, END)])
    lake = fill(office, {"a": half, "b": half})
    series = read_series(lake, ["a", "b"], first=FIRST, last=FIRST + timedelta(days=DAYS - 1))
    assert series.found == ("a", "b")
    np.testing.assert_allclose(series.kw, 2 * half, rtol=1e-6)
    turn = opened(office, [("a", "b"), ("a", "missing")])
    judged, _ = verify_stops(turn=turn, lake=lake, cases=(), as_of=AS_OF)
    assert judged[0].command.outcome.value == "in_time"
    assert "missing:missing" in judged[1].command.evidence


def test_a_case_without_deadline_is_named(office):
    lake = fill(office, {"a": curve()})
    turn = opened(office, [("a",)])
    fresh = OpenCase(
        campaign="campaign-a", site="x", jurisdiction="511824", meters=("a",), origin="", summary="", mining_kw=1.0
    )
    open_cases(log=office.log, actor=CHEN, at=DEADLINE, new=[fresh])
    with pytest.raises(InputError, match="case-2 has no deadline"):
        verify_stops(turn=turn, lake=lake, cases=["case-2"], as_of=AS_OF)
    with pytest.raises(InputError, match="no case case-9"):
        verify_stops(turn=turn, lake=lake, cases=["case-9"], as_of=AS_OF)


def test_an_area_is_proved_before_and_after(office):
    lake = fill(office, {"node": curve(off=[(DEADLINE, END)])})
    turn = opened(office, [("node",)])
    window = {"before": date(2021, 6, 17), "after": date(2021, 6, 18), "days": 21}
    change, series = area_proof(turn=turn, lake=lake, meters=["node"], division="511824", **window)
    assert change.low_kw < 100 < change.high_kw
    assert series.found == ("node",)
    with pytest.raises(InputError, match="too few whole days"):
        area_proof(turn=turn, lake=lake, meters=["nobody"], division="511824", **window)


def test_the_lake_has_standard_time(tmp_path):
    init(tmp_path / "p", zone="Europe/Paris", shards=1)
    with open_office(given=tmp_path / "p", variable=None, start=tmp_path, address=None) as opened_office:
        turn = Turn(opened_office, CHEN, datetime(2021, 7, 1, tzinfo=UTC))
        assert standard(turn).utcoffset(None) == timedelta(hours=1)
