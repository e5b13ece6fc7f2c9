"""Notices: the deadline and section of the pack, never one that has passed; the text's digest in the ledger."""

import hashlib

import pytest

from minewatch.model.errors import InputError, RuleError
from minewatch.usecases.notices import NoticeOrder, serve
from ya_turn import BAI, BECAUSE, turn_of, when, ya

ORDER = {"pack": "cn-ya-20210617", "by": "Chen", "number": "N", "how": "in person", "because": BECAUSE}


def test_every_case_gets_its_own_number_deadline_section_and_digest(tmp_path):
    with ya(tmp_path) as office:
        served = serve(turn=turn_of(office), cases=["case-1", "case-2"], order=NoticeOrder(**ORDER))
        event = office.log.stream("case-2")[-1]
        data = event.payload
        assert (data["number"], data["deadline"]) == ("N-2", "2021-06-17T14:00:00.000000Z")
        assert data["exception_reason"] == BECAUSE
        assert event.reference.section == "second paragraph"
        text = served.texts["case-2"]
        assert data["text_digest"] == hashlib.sha256(text.encode()).hexdigest()
        assert "【演练 / REHEARSAL】" in text
        assert "2021-06-17 22:00" in text


def test_a_deadline_of_ones_own_is_told_as_such(tmp_path):
    with ya(tmp_path) as office:
        serve(turn=turn_of(office), cases=["case-1"], order=NoticeOrder(**ORDER, until=when(20)))
        event = office.log.stream("case-1")[-1]
        assert event.payload["number"] == "N"
        assert event.reference.section == "deadline set by the person who decides"


def test_what_cannot_be_served(tmp_path):
    with ya(tmp_path) as office:
        late = turn_of(office, at=when(17, 22, 1))
        with pytest.raises(RuleError, match="2021-06-17 22:00 has passed"):
            serve(turn=late, cases=["case-1"], order=NoticeOrder(**ORDER))
        with pytest.raises(InputError, match="no such deadline; its deadlines: off-by-22"):
            serve(turn=turn_of(office), cases=["case-1"], order=NoticeOrder(**ORDER, deadline="d20"))
        with pytest.raises(RuleError, match="may not serve notices"):
            serve(turn=turn_of(office, BAI), cases=["case-1"], order=NoticeOrder(**ORDER))
        assert len(office.log.stream("case-1")) == 1
        assert office.log.stream("access")[-1].name == "access.refused/1"
