"""Every event of a case is told in words, in both languages."""

import pytest

from case_office import LATER, NOW, case_office, turn
from minewatch.casework.case import EVENT_NAMES
from minewatch.casework.case_state import CaseStatus
from minewatch.casework.commands import DisputeKind, ReferralTarget, ReturnKind, StopOutcome
from minewatch.usecases import steps
from minewatch.usecases.case_words import (
    _SENTENCES,
    ANSWERS,
    DISPUTES,
    OUTCOME_BADGES,
    OUTCOMES,
    STATE_BADGES,
    TARGETS,
    about_kw,
    sentence,
)


def shown(utc):
    return f"<{utc}>" if utc else ""


def test_every_word_and_event_has_its_text():
    assert set(OUTCOMES) == {"", *StopOutcome}
    assert set(OUTCOME_BADGES) == set(StopOutcome)
    assert set(ANSWERS) == set(ReturnKind)
    assert set(DISPUTES) == set(DisputeKind)
    assert set(TARGETS) == set(ReferralTarget)
    assert set(STATE_BADGES) == set(CaseStatus) - {CaseStatus.NEW}
    assert set(_SENTENCES) == {*EVENT_NAMES.values(), "case.contradiction_found/1", "case.resumed/1"}


@pytest.mark.parametrize("command", [
    steps.ExtendDeadline(deadline=LATER, reason="ill.", by="Chen"),
    steps.RecordReturn(kind=ReturnKind.STOPPED, received_at=NOW, signed_by="Wang", stopped_at=NOW, machines=280,
                       hash_rate_ths=1.5, power_kw=500.0, note="all off。"),
    steps.RecordVisit(at=NOW, inspectors=("luo", "ma"), found="12 racks", machines=12, running=True, photos=("0" * 64,)),
    steps.Dispute(kind=DisputeKind.FIGURES, raised_by="Wang", grounds="factor", raised_at=NOW),
])  # fmt: skip
def test_what_somebody_wrote_stands_in_the_sentence_once_ended(tmp_path, command):
    with case_office(tmp_path) as office:
        steps.give(turn=turn(office), cases=["1"], command=command)
        for event in office.log.stream("case-1"):
            told = sentence(event.name, event.payload, office.shown)
            for text in (told.en, told.zh):
                assert text
                assert ".." not in text
                assert "。。" not in text
                assert "{" not in text


def test_a_return_in_both_languages():
    data = {
        "kind": "stopped", "signed_by": "王", "stopped_at": "T", "machines": 280, "hash_rate_ths": None, "power_kw": 0.0,
        "note": "",
    }  # fmt: skip
    told = sentence("case.return_received/1", data, shown)
    assert told.en == "王 returned: stopped. Stopped at <T>. 280 machines. 0 kW."
    assert told.zh == "王报送自查结论：已关停。停机时间<T>。矿机280台。功率0千瓦。"


def test_an_unknown_event_says_nothing():
    assert sentence("case.unknown/9", {}, shown).en == ""


@pytest.mark.parametrize(("kw", "told"), [(163.575, "164"), (2.0, "2"), (0.12345, "0.123"), (48350.2, "48,400")])
def test_an_estimated_power_is_told_by_three_figures(kw, told):
    assert about_kw(kw) == told
