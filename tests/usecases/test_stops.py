"""Verified stop through lake and ledger: the verdict, its time in the office's zone, the digest of what was read."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import polars as pl
import pytest

from minewatch.casework.commands import OpenCase, RecordReturn, ReturnKind, ServeNotice
from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError
from minewatch.model.events import RuleReference
from minewatch.stores.lake import shard_of
from minewatch.stores.manifest import ImportRecord
from minewatch.stores.workspace import init
from minewatch.usecases.cases import act, open_cases, visible_cases
from minewatch.usecases.office import Turn, open_office
from minewatch.usecases.stops import area_proof, read_series, standard, verify_stops

CHINA = timezone(timedelta(hours=8))
FIRST = date(2021, 5, 24)
DEADLINE = datetime(2021, 6, 17, 22, 0, tzinfo=CHINA)
AS_OF = datetime(2021, 6, 25, 0, 0, tzinfo=CHINA)
CHEN = Actor("chen", frozenset({Role.SUPERVISOR}), ("511800",))
DAYS, SLOTS = 32, 96


def curve(*, kw=100.0, off=(), seed=1):
    """A mine of ``kw`` beside a small host, off between the given times."""
    rng = np.random.default_rng(seed)
    flat = 20 + 5 * rng.random(DAYS * SLOTS) + kw
    begin = datetime(2021, 5, 24, tzinfo=CHINA)
    for start, end in off:
        first, last = (int((one - begin) / timedelta(minutes=15)) for one in (start, end))
        flat[first:last] -= kw
    return flat.reshape(DAYS, SLOTS).astype(np.float32)


@pytest.fixture
def office(tmp_path):
    init(tmp_path / "w", zone="+08:00", shards=3)
    with open_office(given=tmp_path / "w", variable=None, start=tmp_path, address=None) as opened:
        yield opened


def fill(office, curves):
    """Import curves (meter -> days x slots) and return the lake."""
    lake = office.workspace.lake()
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    with lake.writing() as writer:
        for meter, kw in curves.items():
            frame = pl.DataFrame(
                {"meter": [meter] * DAYS, "day": days, "kw": pl.Series(kw, dtype=pl.Array(pl.Float32, SLOTS))}
            )
            shard = shard_of(meter, lake.shards)
            writer.add(frame, shard=shard, slots=SLOTS, sources=["s"], reader_version="1")
        writer.commit([], ImportRecord(writer.sequence, "2026-01-01T00:00:00+00:00", "1", 0, {}))
    return lake.refreshed()


def opened(office, meters, *, kw=100.0):
    """Open a case with a notice for each tuple of meters."""
    at = datetime(2021, 6, 17, 12, 0, tzinfo=CHINA)
    case = OpenCase(
        campaign="campaign-a", site="s", jurisdiction="511824", meters=(), origin="", summary="", mining_kw=kw
    )
    new = [replace(case, meters=tuple(one), site=f"s{number}") for number, one in enumerate(meters)]
    open_cases(log=office.log, actor=CHEN, at=at, new=new)
    notice = ServeNotice(
        number="1",
        kind="stop",
        basis=RuleReference("p", "v", "1"),
        deadline=DEADLINE,
        zone="Asia/Shanghai",
        served_at=at,
        how="",
        by="Chen",
    )
    for number in range(len(meters)):
        act(log=office.log, actor=CHEN, at=at, case=f"case-{number + 1}", command=notice)
    return Turn(office, CHEN, AS_OF)


END = datetime(2021, 6, 25, tzinfo=CHINA)


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
