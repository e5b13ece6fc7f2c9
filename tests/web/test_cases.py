"""The pages of cases: filters in the address, escaping, photos, papers, and what a county does not see."""

import pytest

from case_office import BEGIN, CHEN, JPEG, LATER, LUO, turn
from console_cases import fill_console
from minewatch.casework.commands import OpenCase
from minewatch.usecases.cases import open_cases
from minewatch.usecases.photos import keep_photo
from minewatch.usecases.steps import RecordVisit, give

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'


@pytest.fixture
def filled(console):
    return fill_console(console)


def visited(made, *contents):
    digests = tuple(keep_photo(turn=turn(made.office, LUO), case="case-1", content=one) for one in contents)
    command = RecordVisit(
        at=made.at,
        inspectors=("luo", EVIL),
        found=EVIL,
        machines=1,
        running=True,
        photos=digests,
        checks=(f"{EVIL}=x",),
    )
    give(turn=turn(made.office, LUO), cases=["1"], command=command)
    return digests


def test_the_list_filters_sorts_and_links_to_itself(filled):
    client = filled.client("supervisor")
    page = client.get("/cases?division=511824&sort=kw&descending=true").text
    assert page.index("乙站") < page.index("甲站")
    assert "丙场" not in page
    assert 'aria-sort="descending"' in page
    assert "/cases?division=511824&amp;sort=kw&amp;descending=true&amp;state=noticed" in page or (
        "/cases?state=noticed&amp;division=511824&amp;sort=kw&amp;descending=true" in page
    )
    assert client.get("/cases?words=%E4%B8%81").text.count("/cases/case-") == 2
    for wrong in ("sort=x", "state=x", "flag=x", "page=0", "page=x"):
        assert client.get(f"/cases?{wrong}").status_code == 400


def test_a_page_offers_its_steps_and_tells_its_timeline(filled):
    page = filled.client("supervisor").get("/cases/1").text
    assert "Notice N1 was served (in person): stop by 2021-06-17 22:00." in page
    assert 'action="/cases/case-1/extend"' in page
    assert 'action="/cases/case-1/restore"' not in page
    auditor = filled.client("auditor").get("/cases/case-1").text
    assert 'method="post" action="/cases/' not in auditor
    assert "/cases/case-1/bundle.zip" in auditor


def test_what_people_wrote_is_never_obeyed(filled):
    case = OpenCase(
        campaign="campaign-ya",
        site=EVIL,
        jurisdiction="511824",
        meters=(EVIL,),
        origin=EVIL,
        summary=EVIL,
        mining_kw=1.0,
    )
    open_cases(log=filled.office.log, actor=CHEN, at=BEGIN, new=[case])
    visited(filled, JPEG)
    client = filled.client("supervisor")
    for path in ("/cases", "/cases/case-1", "/cases/case-5", "/wall", "/cases/case-5/money", "/campaigns/ya"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text


def test_photos_come_as_what_they_are(filled):
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"
    shown, kept = visited(filled, JPEG, heic)
    client = filled.client("auditor")
    picture = client.get(f"/cases/case-1/photos/{shown}")
    assert picture.content == JPEG
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.headers["x-content-type-options"] == "nosniff"
    assert picture.headers["content-disposition"].startswith("inline")
    assert "sandbox" in picture.headers["content-security-policy"]
    assert client.get(f"/cases/case-1/photos/{kept}").headers["content-disposition"].startswith("attachment")
    page = client.get("/cases/case-1").text
    assert f'<img src="/cases/case-1/photos/{shown}"' in page
    assert f'<img src="/cases/case-1/photos/{kept}"' not in page
    for wrong in ("0" * 64, "..%2f..%2fledger.db", "x"):
        assert client.get(f"/cases/case-1/photos/{wrong}").status_code in {400, 404}
    assert client.get(f"/cases/case-2/photos/{shown}").status_code in {400, 404}
    assert filled.client("county").get(f"/cases/case-1/photos/{shown}").status_code == 403


@pytest.mark.parametrize("path", ["", "/money", "/file.html", "/file.docx", "/bundle.zip", "/letters/stop-order"])
def test_a_county_opens_nothing_of_another(filled, path):
    before = len(filled.office.log.stream("access"))
    assert filled.client("county").get(f"/cases/case-1{path}").status_code == 403
    assert len(filled.office.log.stream("access")) == before + 1


def test_papers_are_handed_out_with_their_names(filled):
    client = filled.client("supervisor")
    letter = client.get("/cases/case-1/letters/stop-order?language=zh&issuer=a&contact=b")
    assert letter.content[:2] == b"PK"
    assert "case-1-stop-order.zh.docx" in letter.headers["content-disposition"]
    assert client.get("/cases/case-1/file.html").headers["content-disposition"].startswith("attachment")
    assert client.get("/cases/case-1/bundle.zip").content[:2] == b"PK"
    assert client.get("/cases/case-1/letters/stop-order").status_code == 400
    assert client.get("/cases/case-1/letters/referral?issuer=a&contact=b").status_code == 403
    assert client.get("/cases/case-1/file.exe").status_code == 400


def test_money_is_a_calculation(filled):
    filled.at = LATER
    head = filled.office.log.head()
    page = filled.client("supervisor").get("/cases/case-1/money?kw=20000").text
    assert "2,037,690.00" in page
    assert filled.office.log.head() == head
    assert filled.client("supervisor").get("/cases/case-1/money?kw=abc").status_code in {200, 400}


def test_what_is_not_there(filled):
    client = filled.client("supervisor")
    for path in ("/cases/case-99", "/cases/campaign-ya", "/cases/x", "/cases/case-1/x"):
        assert client.get(path).status_code in {400, 404}
