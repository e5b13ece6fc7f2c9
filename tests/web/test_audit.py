"""The audit page: who may, search and pages, exports that are on record, the ledger checked against an anchor."""

import json
import sqlite3

import pytest

from minewatch.casework.commands import OpenCase
from minewatch.model.events import NewEvent, Stamp
from minewatch.usecases.access import actors
from minewatch.usecases.cases import open_cases


@pytest.fixture
def filled(console):
    people = {one.name: one for one in actors(log=console.office.log)}
    for number, (division, by) in enumerate([("511824", "supervisor"), ("650100", "elsewhere"), ("511802", "county")]):
        case = OpenCase(
            campaign="c",
            site=f"<script>alert({number})</script>",
            jurisdiction=division,
            meters=("m1",),
            origin="list",
            summary="",
            mining_kw=1.0,
            party_key="p-secret",
        )
        open_cases(log=console.office.log, actor=people[by], at=console.at, new=[case])
    return console


@pytest.mark.parametrize(("name", "status"), [("admin", 200), ("supervisor", 200), ("auditor", 200), ("analyst", 403),
                                              ("inspector", 403)])  # fmt: skip
def test_who_may(filled, name, status):
    client = filled.client(name)
    assert client.get("/audit").status_code == status
    assert client.post_form("/audit/export", {"form": "csv"}).status_code == status
    assert client.post_form("/audit/verify").status_code == status
    assert client.post_form("/audit/anchor").status_code == status
    assert ("/audit" in client.get("/").text) == (status == 200)


def test_divisions_are_kept_apart_and_nothing_runs(filled):
    page = filled.client("auditor").get("/audit").text
    assert "case-1" in page
    assert "case-3" in page
    assert "case-2" not in page
    assert "<script>alert" not in page
    assert "p-secret" not in page
    assert "case-1<" not in filled.client("county").get("/audit").text


def test_what_was_looked_at_is_found(filled):
    analyst, auditor = filled.client("analyst"), filled.client("auditor")
    analyst.get("/account")
    page = auditor.get("/audit", params={"kind": "saw", "person": "analyst"}).text
    assert "GET /account" in page
    assert "answer" in page


def test_pages_lead_on_and_a_bad_question_is_answered(filled):
    for number in range(120):
        stamp = Stamp("supervisor", filled.at)
        filled.office.log.append(f"tip-x{number}", [NewEvent("tip.noted/1", {"division": "511824"})], expected=0,
                                 stamp=stamp)  # fmt: skip
    client = filled.client("admin")
    first = client.get("/audit", params={"kind": "changed"}).text
    assert 'rel="next"' in first
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(link).text
    assert second.count("<tr><td") == 50
    assert 'rel="next"' in second
    for bad in ({"kind": "x"}, {"first": "soon"}, {"before": "1"}):
        assert client.get("/audit", params=bad).status_code == 400


def test_export_is_a_file_and_an_entry(filled):
    client = filled.client("auditor")
    answer = client.post_form("/audit/export", {"form": "jsonl", "thing": "case-1"})
    assert "attachment" in answer.headers["content-disposition"]
    assert [json.loads(line)["thing"] for line in answer.text.splitlines()] == ["case-1"]
    assert "thing case-1" in client.get("/audit", params={"kind": "exported"}).text
    assert client.post_form("/audit/export", {"form": "exe"}).status_code == 400
    token = client.token()
    assert client.post("/audit/export", data={"form": "csv", "csrf": token[:-1]}).status_code == 403


def test_the_ledger_is_checked_against_an_anchor(filled, tmp_path):
    client = filled.client("auditor")
    anchor = client.post_form("/audit/anchor")
    assert json.loads(anchor.content)["position"] > 0
    files = {"anchors": ("anchor.json", anchor.content, "application/json")}
    good = client.post_form("/audit/verify", files=files).text
    assert "No fault" in good
    bad = client.post_form("/audit/verify", files={"anchors": ("x.json", b"{}", "application/json")})
    assert bad.status_code == 400
    with sqlite3.connect(tmp_path / "office" / "ledger.db") as connection:
        connection.execute("UPDATE events SET actor = 'somebody' WHERE position = 2")
    connection.close()
    page = client.post_form("/audit/verify").text
    assert "row 2 was changed after it was written" in page
