"""Letters that are events of their own: on record with the document's digest, in the bundle, refused where they cannot be."""

import hashlib
import json
import zipfile

import pytest

from minewatch.model.errors import InputError, RuleError
from minewatch.reports.merge import document_text
from minewatch.stores.verify_bundle import check_bundle
from paper_office import DRILL, at, paper_office

SET = ("--set", "issuer=雅安市能源局", "--set", "contact=0835-0000000")
UNTIL = ("--until", "2021-06-25 12:00")
NOW = at("chen", "19 15:30")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("issue")
    return paper_office(folder), folder


def order(kind, *more, pack="cn-ya-20210617", number="7"):
    return (
        "case",
        "letter",
        "1",
        "--kind",
        kind,
        "--pack",
        pack,
        "--section",
        "second paragraph",
        "--number",
        number,
        *more,
    )


def test_the_event_names_the_very_document_and_the_bundle_takes_it(desk):
    office, folder = desk
    out = folder / "inspection.docx"
    office.run(*order("inspection"), "--out", out, "--in", "zh", *UNTIL, *DRILL, *SET, *NOW)
    *_, event = office.json("case", "log", "1", *NOW)
    assert event["event"] == "case.letter_issued/1"
    assert event["rule"][2] == "second paragraph"
    assert event["data"]["document_digest"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert event["data"]["deadline"] == "2021-06-25T12:00:00+08:00"
    text = document_text(out.read_bytes())
    assert "2021年6月25日12时00分" in text
    assert "2021年6月17日22时" not in text
    again = folder / "again.docx"
    office.run(
        "paper", "notice", "1", "--kind", "inspection", "--in", "zh", "--out", again, *SET, *at("bai", "20 09:00")
    )
    assert again.read_bytes() == out.read_bytes()
    office.run("case", "bundle", "1", folder / "b.zip", "--attach", out, *NOW)
    assert check_bundle((folder / "b.zip").read_bytes()).whole


def test_the_cases_own_deadline_stays(desk):
    office, _ = desk
    assert office.json("case", "show", "1", *NOW)["deadline"] == "2021-06-17T22:00:00+08:00"


def test_a_surcharge_is_the_packs_never_ours(desk):
    office, folder = desk
    with pytest.raises(RuleError, match="sets no surcharge"):
        office.run(*order("surcharge"), "--out", folder / "x.docx", *UNTIL, *DRILL, *SET, *NOW)
    assert not (folder / "x.docx").exists()


@pytest.mark.parametrize(
    ("kind", "more", "told"),
    [
        ("stop-order", UNTIL, "tells a step of the case"),
        ("inspection", (), "needs its deadline"),
        ("inspection", ("--until", "2021-06-18 12:00"), "has passed"),
        ("inspection", (*UNTIL, "--set", "isuer=x"), "no field isuer"),
    ],
)
def test_what_cannot_be_is_refused_and_not_recorded(desk, kind, more, told):
    office, folder = desk
    before = len(office.json("case", "log", "1", *NOW))
    with pytest.raises((InputError, RuleError), match=told):
        office.run(*order(kind), "--out", folder / "x.docx", *more, *DRILL, *SET, *NOW)
    assert len(office.json("case", "log", "1", *NOW)) == before


def test_who_may(desk):
    office, folder = desk
    with pytest.raises(RuleError, match=r"case\.letter"):
        office.run(*order("inspection"), "--out", folder / "x.docx", *UNTIL, *DRILL, *SET, *at("bai", "19 15:30"))


def test_a_request_for_a_return_may_tell_the_notice(desk):
    office, folder = desk
    out = folder / "self.docx"
    office.run("paper", "notice", "2", "--kind", "self-inspection", "--in", "zh", "--out", out, *SET, *NOW)
    assert "雅能停〔2021〕-2" in document_text(out.read_bytes())
    office.run(*order("self-inspection", number="自查8"), "--out", out, "--in", "zh", *DRILL, *SET, *NOW)
    assert "自查8" in document_text(out.read_bytes())


def test_a_pseudonymous_bundle_hides_whom_it_went_to_and_what_was_asked(desk):
    office, folder = desk
    office.run(
        *order("rectification"),
        "--out",
        folder / "r.docx",
        *UNTIL,
        *DRILL,
        *SET,
        "--set",
        "ask=王小明 should leave",
        *NOW,
    )
    office.run("case", "bundle", "1", folder / "p.zip", "--pseudonymous", folder / "k.json", *NOW)
    with zipfile.ZipFile(folder / "p.zip") as held:
        assert "王小明" not in held.read("events/events.jsonl").decode("utf-8")
        assert json.loads(held.read("manifest.json"))["pseudonymous"] is True
