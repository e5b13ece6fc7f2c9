"""Papers as downloads: right file, right name, on record as an export; nobody gets what they may not read."""

import io
import zipfile
from datetime import date

import pytest

from case_office import COUNTY, GAO, JPEG, LUO, case_office, turn
from minewatch.model.errors import InputError, RuleError
from minewatch.model.letters import LetterKind
from minewatch.usecases.case_downloads import (
    LETTERS,
    bulletin_of,
    bundle_of,
    case_file_of,
    issued_letter,
    letter_of,
    letters_ready,
    own_letters,
    return_form_of,
)
from minewatch.usecases.issue_letters import LetterToIssue
from minewatch.usecases.photos import keep_photo
from minewatch.usecases.steps import RecordVisit, give

DAY = date(2021, 6, 17)
GIVEN = {"issuer": "演练办公室", "contact": "0835-0", "site": " "}


@pytest.fixture
def office(tmp_path):
    with case_office(tmp_path) as opened:
        yield opened


def exports(office):
    return [event.payload for event in office.log.events() if event.name == "access.exported/1"]


def test_letters_are_ready_once_their_event_is_there(office):
    assert set(LETTERS) == set(LetterKind)
    ready = [kind for kind, _ in letters_ready(turn=turn(office), case="case-1")]
    assert "stop-order" in ready
    assert "referral" not in ready
    assert letters_ready(turn=turn(office), case="case-4") == ()


def test_a_letter_issued_on_its_own_is_kept_for_the_bundle(office):
    order = LetterToIssue(
        kind=LetterKind.INSPECTION, pack="cn-ya-20210617", section="para 2", number="I-1", by="Chen", language="zh",
        until=turn(office).at.replace(day=19), because="drill", given={"issuer": "演练办公室", "contact": "0835-0"},
    )  # fmt: skip
    made = issued_letter(turn=turn(office), case="case-1", order=order)
    digest = office.log.stream("case-1")[-1].payload["document_digest"]
    with zipfile.ZipFile(io.BytesIO(bundle_of(turn=turn(office), case="case-1").content)) as bundle:
        assert bundle.read(f"evidence/files/{digest}.docx") == made.content
    assert "inspection" in dict(letters_ready(turn=turn(office), case="case-1"))
    assert "inspection" in dict(own_letters())
    assert "stop-order" not in dict(own_letters())


def test_a_letter_is_a_word_document_and_on_record(office):
    made = letter_of(turn=turn(office), case="case-1", kind="stop-order", language="zh", given=GIVEN)
    assert made.name == "case-1-stop-order.zh.docx"
    assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(made.content)).namelist()
    (export,) = exports(office)
    assert (export["what"], export["subject"], export["division"]) == ("stop-order.zh", "case-1", "511824")
    with pytest.raises(InputError):
        letter_of(turn=turn(office), case="case-1", kind="../x", language="zh", given=GIVEN)


@pytest.mark.parametrize(("form", "head"), [("html", b"<!DOCTYPE html"), ("docx", b"PK")])
def test_the_case_file(office, form, head):
    made = case_file_of(turn=turn(office), case="case-1", form=form, language="en")
    assert made.content[: len(head)].lower() == head.lower()
    assert made.name.endswith(form)


def test_the_bundle_holds_the_photos_that_are_kept(office):
    digest = keep_photo(turn=turn(office, LUO), case="case-1", content=JPEG)
    visit = RecordVisit(
        at=turn(office).at, inspectors=("luo",), found="f", machines=None, running=None, photos=(digest, "0" * 64)
    )
    give(turn=turn(office, LUO), cases=["1"], command=visit)
    made = bundle_of(turn=turn(office), case="case-1")
    with zipfile.ZipFile(io.BytesIO(made.content)) as bundle:
        assert bundle.read(f"evidence/files/{digest}.jpg") == JPEG
    with pytest.raises(RuleError):
        bundle_of(turn=turn(office, LUO), case="case-1")


def test_the_return_form_and_the_bulletin(office):
    form = return_form_of(turn=turn(office), campaign="ya", language="zh")
    assert form.content[:2] == b"PK"
    order = {"campaign": "ya", "on": DAY, "period": "day", "level": "county", "language": "en"}
    for ending in ("html", "docx", "xlsx"):
        made = bulletin_of(turn=turn(office), form=ending, **order)
        assert made.name == f"bulletin-ya-day-2021-06-17-en.{ending}"
        assert made.content
    with pytest.raises(InputError):
        bulletin_of(turn=turn(office), form="exe", **order)


def test_nobody_gets_what_they_may_not_read(office):
    with pytest.raises(RuleError):
        letter_of(turn=turn(office, COUNTY), case="case-1", kind="stop-order", language="zh", given=GIVEN)
    with pytest.raises(RuleError):
        case_file_of(turn=turn(office, COUNTY), case="case-1", form="html", language="zh")
    assert exports(office) == []
    assert case_file_of(turn=turn(office, GAO), case="case-1", form="html", language="zh").content
