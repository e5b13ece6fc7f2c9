"""Triage through the ledger: who may, what is recorded, what is left alone, undo, bulk, cases."""

from dataclasses import replace

import pytest

from finding_samples import (
    ANALYST,
    AT,
    COUNTY,
    ELSEWHERE,
    FIVE,
    INSPECTOR,
    NATION,
    SUPERVISOR,
    make_office,
    many,
    opened,
    row,
    run_view,
    turn,
)
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.model.findings_views import FindingQuery
from minewatch.model.triage import DISMISS_REASONS
from minewatch.stores.findings import NAME, FindingStore
from minewatch.usecases import triage
from minewatch.usecases.findings import listed, shown
from minewatch.usecases.findings_state import kept_findings
from minewatch.usecases.triage import Selection


@pytest.fixture
def office(tmp_path):
    make_office(tmp_path)
    with opened(tmp_path) as office:
        yield office


def chosen(*meters):
    return Selection(meters=meters)


def status(office, meter):
    return kept_findings(office).one("screen-1", meter).status


def test_a_dismissal_is_an_event_with_the_frozen_finding(office):
    receipt = triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="cold_store", note="  asked   the owner ")
    assert receipt.done == ("M1",)
    assert receipt.sentence.en == "1 finding decided."
    (event,) = office.log.stream("finding-M1")
    assert (event.name, event.actor, event.cause) == ("finding.dismissed/1", "bai", "finding.triage")
    data = event.payload
    assert (data["reason"], data["note"], data["run"]) == ("cold_store", "asked the owner", "screen-1")
    assert data["summary"]["probability"] == 0.95
    assert data["summary"]["reasons"] == ["steady_floor"]
    assert len(data["digest"]) == 64
    assert status(office, "M1") == "dismissed"


def test_the_same_decision_twice_is_one(office):
    for _ in range(2):
        triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="cold_store")
        triage.accept(turn=turn(office), chosen=chosen("M2"))
    assert len(office.log.stream("finding-M1")) == len(office.log.stream("finding-M2")) == 1
    again = triage.dismiss(turn=turn(office), chosen=chosen("M1", "M3"), reason="cold_store")
    assert again.done == ("M3",)
    assert again.left == (("M1", triage.SAME),)
    other = triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="process")
    assert other.done == ("M1",)


@pytest.mark.parametrize(
    ("reason", "note"), [("", ""), ("because", ""), ("other", ""), ("other", "  "), ("cold_store", "x" * 2001)]
)
def test_a_dismissal_needs_a_reason_that_says_something(office, reason, note):
    with pytest.raises(InputError):
        triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason=reason, note=note)
    assert office.log.stream("finding-M1") == ()


def test_only_the_last_decision_counts_and_can_be_taken_back(office):
    triage.accept(turn=turn(office), chosen=chosen("M1"))
    triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="process")
    assert status(office, "M1") == "dismissed"
    assert triage.undo(turn=turn(office, SUPERVISOR), chosen=chosen("M1", "M2")).left == (("M2", triage.NOTHING),)
    assert status(office, "M1") == "open"
    assert [event.name for event in office.log.stream("finding-M1")] == [
        "finding.accepted/1",
        "finding.dismissed/1",
        "finding.decision_undone/1",
    ]
    names = [one.name.en for one in shown(turn=turn(office), run="", meter="M1").history]
    assert names == ["accepted", "dismissed", "decision taken back"]
    assert triage.accept(turn=turn(office), chosen=chosen("M1")).done == ("M1",)


@pytest.mark.parametrize(("actor", "meter"), [(COUNTY, "M3"), (ELSEWHERE, "M1"), (ANALYST, "M5"), (INSPECTOR, "M1")])
def test_who_has_no_say_is_refused_and_recorded(office, actor, meter):
    with pytest.raises(RuleError):
        triage.accept(turn=turn(office, actor), chosen=chosen(meter))
    assert office.log.stream("access")[-1].name == "access.refused/1"
    assert status(office, meter) == "open"


def test_one_finding_outside_stops_the_whole_command(office):
    with pytest.raises(RuleError):
        triage.accept(turn=turn(office, COUNTY), chosen=chosen("M1", "M3"))
    assert status(office, "M1") == "open"
    assert triage.accept(turn=turn(office, NATION), chosen=chosen("M1", "M5")).done == ("M1", "M5")


def test_everything_a_filter_matches_is_decided_if_it_is_what_was_shown(office):
    query = FindingQuery(status="todo", least=0.2)
    everything = Selection(query=query, expected=4)
    with pytest.raises(ConflictError, match="4 findings now, not 3"):
        triage.dismiss(turn=turn(office), chosen=replace(everything, expected=3), reason="process")
    assert triage.dismiss(turn=turn(office), chosen=everything, reason="process").done == ("M1", "M2", "M3", "M4")
    with pytest.raises(ConflictError):
        triage.dismiss(turn=turn(office), chosen=everything, reason="process")


def test_a_filter_reaches_only_what_the_actor_sees(office):
    receipt = triage.accept(turn=turn(office, COUNTY), chosen=Selection(query=FindingQuery()))
    assert receipt.done == ("M1", "M2")


def test_two_who_decide_at_once_do_not_overwrite_each_other(office, monkeypatch):
    stale = kept_findings(office).one("screen-1", "M1")
    triage.accept(turn=turn(office, SUPERVISOR), chosen=chosen("M1"))
    monkeypatch.setattr(triage, "_named", lambda *_: (stale,))
    with pytest.raises(ConflictError, match="chen changed it"):
        triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="process")


@pytest.mark.parametrize("meters", [(), ("M1", "nobody")])
def test_a_selection_names_findings_that_exist(office, meters):
    with pytest.raises(InputError):
        triage.accept(turn=turn(office), chosen=Selection(meters=meters))


def test_cases_are_opened_one_a_customer(office):
    receipt = triage.open_for(turn=turn(office), chosen=chosen("M1", "M2", "M3"), campaign="june", fresh="salt")
    assert sorted(receipt.done) == ["M1", "M2", "M3"]
    assert len(receipt.cases) == 2
    assert status(office, "M1") == status(office, "M2") == "case"
    first = office.log.read_row("cases", receipt.cases[0])
    assert (first["site"], first["meters"], first["mining_kw"]) == ("K1", ["M1", "M2"], 52.0)
    assert office.log.stream(receipt.cases[0])[0].payload["origin"] == "finding:screen-1:M1"
    assert office.log.stream("finding-M1")[-1].payload["case"] == receipt.cases[0]
    again = triage.open_for(turn=turn(office), chosen=chosen("M1"), campaign="june", fresh="salt")
    assert (again.done, again.left, again.cases) == ((), (("M1", triage.HAS_CASE),), ())
    assert triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="process").left == (("M1", triage.HAS_CASE),)


def test_a_site_with_a_case_is_a_double_and_named(tmp_path):
    rows = [*FIVE, row("M6", 0.9, kw=9.0, customer="K3", division="511824")]
    make_office(tmp_path, rows)
    with opened(tmp_path) as office:
        first = triage.open_for(turn=turn(office), chosen=chosen("M3"), campaign="june", fresh="salt")
        second = triage.open_for(turn=turn(office), chosen=chosen("M6"), campaign="june", fresh="salt")
        assert second.done == ()
        assert first.cases[0] in second.left[0][1].en


def test_a_case_needs_a_place_and_a_campaign(office):
    receipt = triage.open_for(turn=turn(office, NATION), chosen=chosen("M5"), campaign="june", fresh="salt")
    assert receipt.left == (("M5", triage.NO_PLACE),)
    with pytest.raises(InputError, match="no campaign"):
        triage.open_for(turn=turn(office), chosen=chosen("M1"), campaign="july", fresh="salt")


def test_decisions_hold_for_the_next_run(office, tmp_path):
    triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="cold_store")
    FindingStore(tmp_path / NAME).keep(run_view("screen-2", made_at=AT.replace(hour=5)), [row("M1", 0.97, kw=41.0)])
    (line,) = listed(turn=turn(office), query=FindingQuery()).lines
    assert (line.run, line.status, line.reason_code) == ("screen-2", "dismissed", "cold_store")


def test_the_state_is_folded_anew_when_the_file_was_lost_or_the_ledger_is_another(office, tmp_path):
    triage.dismiss(turn=turn(office), chosen=chosen("M1"), reason="cold_store")
    assert status(office, "M1") == "dismissed"
    for path in tmp_path.glob("findings.db*"):
        path.unlink()
    FindingStore(tmp_path / NAME).keep(run_view(), FIVE)
    assert status(office, "M1") == "dismissed"


def test_thousands_at_once_are_one_transaction(tmp_path):
    make_office(tmp_path, many(3000))
    with opened(tmp_path) as office:
        receipt = triage.dismiss(turn=turn(office), chosen=Selection(query=FindingQuery()), reason="too_small")
        assert len(receipt.done) == 3000
        assert listed(turn=turn(office), query=FindingQuery(status="todo")).total == 0


def test_every_reason_is_told_in_both_languages():
    assert all(reason.name.en and reason.name.zh for reason in DISMISS_REASONS.values())
    assert all(code == reason.code for code, reason in DISMISS_REASONS.items())
