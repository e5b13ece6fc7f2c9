"""Campaigns by their pages: open, duties, site lists with faults by row, notices to many, rounds."""

import pytest

from console_cases import fill_console

SITES = "项目名称,行政区划代码,计量点编号,功率(kW)\n新站,511824,m77,12\n坏行,999999,m78,12\n"


@pytest.fixture
def filled(console):
    return fill_console(console)


def test_a_campaign_is_opened_from_a_pack(filled):
    client = filled.client("supervisor")
    assert "cn-ya-20210617" in client.get("/campaigns").text
    data = {
        "name": "second", "title": "Second", "region": "511800", "pack": "cn-ya-20210617", "by": "Chen",
        "bodies": "stations=甲电站\nstations=乙电站",
    }  # fmt: skip
    answer = client.post_form("/campaigns", data)
    assert answer.headers["location"] == "/campaigns/second"
    page = client.get("/campaigns/second").text
    assert "甲电站" in page
    assert "1 h 29 min left" in page
    assert client.post_form("/campaigns", {**data, "name": "third", "bodies": "x"}).status_code == 400
    assert client.post_form("/campaigns", {**data, "name": "a/b"}).status_code == 400
    assert filled.client("county").post_form("/campaigns", {**data, "name": "fourth"}).status_code == 403
    assert filled.client("analyst").post_form("/campaigns", {**data, "name": "fifth"}).status_code == 403


def test_duties_are_extended_returned_and_the_campaign_closed(filled):
    client = filled.client("supervisor")
    duty = "cn-ya-20210617/off-by-22/stations"
    back = {"duty": duty, "signed_by": "站长", "sites": "2"}
    assert client.post_form("/campaigns/ya/return", back).status_code == 303
    more = {"duty": "cn-ya-20210617/off-by-22/miners", "until": "2021-06-19T22:00", "reason": "r", "by": "Chen"}
    assert client.post_form("/campaigns/ya/extend", more).status_code == 303
    page = client.get("/campaigns/ya").text
    assert "2021-06-19 22:00" in page
    assert "done in time" in page
    assert client.post_form("/campaigns/ya/close", {"reason": "over", "by": "Chen"}).status_code == 303
    assert client.post_form("/campaigns/ya/return", back).status_code == 403


def test_a_site_list_is_told_row_by_row(filled):
    client = filled.client("supervisor")
    page = client.post_form("/campaigns/ya/sites", files={"form": ("名单.csv", SITES.encode("gb18030"), "text/csv")})
    assert page.status_code == 200
    assert "/cases/case-5" in page.text
    assert "999999" in page.text
    outside = "项目名称,行政区划代码\n外站,650102\n"
    answer = client.post_form("/campaigns/ya/sites", files={"form": ("a.csv", outside.encode(), "text/csv")})
    assert answer.status_code == 403
    nowhere = client.post_form("/campaigns/none/sites", files={"form": ("a.csv", SITES.encode(), "t/c")})
    assert nowhere.status_code in {400, 404}


def test_notices_to_every_suspected_site(filled):
    data = {"pack": "cn-ya-20210617", "number": "YA", "by": "Chen", "because": "drill"}
    assert filled.client("supervisor").post_form("/campaigns/ya/notices", data).status_code == 303
    assert filled.office.log.stream("case-4")[-1].name == "case.notice_served/1"
    assert filled.client("supervisor").post_form("/campaigns/ya/notices", data).status_code == 400


def test_rounds_are_proposed_then_put_on_record(filled):
    client = filled.client("supervisor")
    ask = {"teams": "1", "hours": "9", "base": "29.3,102.4", "on_site": "1"}
    page = client.post_form("/campaigns/ya/plan", ask).text
    assert "Proposed, not on record yet" in page
    assert filled.office.log.read_rows("rounds") == []
    data = {"cases-1": "case-1 2", "inspectors-1": ["luo", "ma"], "day": "2021-06-18"}
    assert client.post_form("/campaigns/ya/rounds", data).status_code == 303
    (row,) = filled.office.log.read_rows("rounds")
    assert row["teams"] == [{"inspectors": ["luo", "ma"], "cases": ["case-1", "case-2"]}]
    assert client.post_form("/campaigns/ya/plan", {**ask, "base": "here"}).status_code == 400
    assert client.post_form("/campaigns/ya/plan", {**ask, "teams": "0"}).status_code == 400
    assert client.post_form("/campaigns/ya/rounds", {**data, "inspectors-1": "chen"}).status_code == 400


def test_roll_up_and_bulletin(filled):
    client = filled.client("analyst")
    page = client.get("/campaigns/ya?on=2021-06-17&period=week&level=city")
    assert "Ya&#39;an" in page.text
    assert client.get("/campaigns/ya/bulletin.xlsx?on=2021-06-17").content[:2] == b"PK"
    for wrong in ("?on=x", "?period=year", "?on=2031-01-01"):
        assert client.get(f"/campaigns/ya{wrong}").status_code == 400
    assert client.get("/campaigns/ya/bulletin.exe").status_code == 400


def test_elsewhere_is_refused_and_recorded_and_never_listed(filled):
    client = filled.client("elsewhere")
    assert "雅安" not in client.get("/campaigns").text
    before = len(filled.office.log.stream("access"))
    answer = client.get("/campaigns/ya")
    assert answer.status_code == 403
    assert "雅安" not in answer.text
    assert len(filled.office.log.stream("access")) == before + 1
    assert client.get("/campaigns/none").status_code == 404
