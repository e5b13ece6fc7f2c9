"""The findings pages: what is shown to whom, decisions by form, hostile names, files, plans."""

import json
import re
from html import unescape

import pytest

from finding_samples import AT, FIVE, row, run_view
from minewatch.casework.campaign import OpenCampaign
from minewatch.model.actors import Actor, Role
from minewatch.model.events import RuleReference
from minewatch.stores.findings import NAME, FindingStore
from minewatch.usecases.cases import open_campaign

EVIL = '"><script>alert(1)</script>'
STRANGE = "M/7 ü?#&<b>'"


@pytest.fixture
def filled(console):
    rows = [*FIVE, row("M6", 0.55, kw=5.0, customer=EVIL, use=EVIL, node=EVIL), row(STRANGE, 0.5, kw=5.0)]
    FindingStore(console.office.workspace.folder / NAME).keep(run_view(findings=len(rows)), rows)
    open_campaign(
        log=console.office.log,
        actor=Actor("supervisor", frozenset({Role.SUPERVISOR}), ("511800",)),
        at=AT,
        name="june",
        command=OpenCampaign(
            title=f"June {EVIL}",
            region=("511800",),
            instruments=(RuleReference("CN-YA-20210617", "v1", "1"),),
            zone="+08:00",
            opened_at=AT,
            by="supervisor",
        ),
    )
    return console


def meters(page):
    return [unescape(found) for found in re.findall(r'<tr data-meter="([^"]*)"', page.text)]


def decide(client, what, *names, **more):
    return client.post_form("/findings/decide", {"what": what, "run": "screen-1", "meter": list(names), **more})


def test_an_empty_workspace_says_what_to_do(console):
    page = console.client("analyst").get("/findings")
    assert page.status_code == 200
    assert "minewatch screen" in page.text


def test_the_list_filters_sorts_and_pages_by_its_address(filled):
    client = filled.client("analyst")
    assert meters(client.get("/findings")) == ["M1", "M2", "M3", "M6", STRANGE, "M4"]
    assert meters(client.get("/findings?status=all&least=0.6")) == ["M1", "M2", "M3"]
    assert meters(client.get("/findings?status=todo&division=511824&sort=kw&descending=0")) == ["M4", "M3"]
    assert meters(client.get("/findings?status=all&size=2&page=2")) == ["M3", "M6"]
    assert client.get("/findings?sort=secret").status_code == 400


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("county", {"M1", "M2", "M6", STRANGE}),
        ("elsewhere", set()),
        ("auditor", {"M1", "M2", "M3", "M4", "M6", STRANGE}),
    ],
)
def test_a_county_sees_its_county(filled, name, seen):
    client = filled.client(name)
    assert set(meters(client.get("/findings?status=all"))) == seen
    inside = client.get("/findings/screen-1/M1").status_code
    assert inside == (200 if "M1" in seen else 403)
    for place in ("M3", "curve.json/M3", "heat.json/M3", "peers.json/M3", "sources/M3"):
        assert client.get(f"/findings/screen-1/{place}").status_code == (200 if "M3" in seen else 403), place
    told = client.get("/findings/export.csv?status=all").text
    assert ("M3" in told) == ("M3" in seen)


def test_an_administrator_alone_sees_no_findings(filled):
    client = filled.client("admin")
    for path in ("", "/screen-1/M1", "/export.csv", "/budget", "/budget.json"):
        assert client.get(f"/findings{path}").status_code == 403


def test_hostile_names_are_text(filled):
    client = filled.client("analyst")
    for path in (
        "",
        "/screen-1/M6",
        "/screen-1/M1",
        "/budget?visits=5",
        "/screen-1/sources/M6",
        "?text=%22%3E%3Cscript%3E",
    ):
        page = client.get(f"/findings{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in client.get("/findings/screen-1/M6").text


def test_a_strange_id_can_be_opened_from_the_list(filled):
    client = filled.client("analyst")
    page = client.get("/findings")
    links = [unescape(link) for link in re.findall(r'<a href="(/findings/screen-1/[^"]*)"', page.text)]
    (link,) = (link for link in links if "M%2F7" in link or "M/7" in link)
    found = client.get(link)
    assert found.status_code == 200
    assert "M/7 ü?#&amp;&lt;b&gt;" in found.text
    charts = [unescape(one) for one in re.findall(r'data-chart="([^"]*)"', found.text)]
    assert len(charts) == 3
    assert all(client.get(one).status_code == 200 for one in charts)
    assert decide(client, "accept", STRANGE).status_code == 303
    assert filled.office.log.stream(f"finding-{STRANGE}")[0].name == "finding.accepted/1"


def test_decisions_by_form(filled):
    client = filled.client("analyst")
    line = "status=todo&least=0.5"
    answer = decide(client, "dismiss", "M1", "M2", reason="cold_store", note="seen", line=line)
    assert answer.headers["location"].startswith("/findings?")
    assert meters(client.get(answer.headers["location"])) == ["M3", "M6", STRANGE]
    page = client.get("/findings/screen-1/M1")
    assert "cold store or refrigeration" in page.text
    assert decide(client, "undo", "M1", line=line).status_code == 303
    assert decide(client, "accept", "M1", line=line, then="M2").headers["location"].startswith("/findings/screen-1/M2?")
    opened = decide(client, "open", "M3", campaign="june")
    assert opened.status_code == 303
    assert "case-1" in client.get("/findings/screen-1/M3").text
    assert "M3" in meters(client.get("/findings?status=case"))


def test_everything_that_matches_is_decided_if_it_is_what_was_shown(filled):
    client = filled.client("analyst")
    given = {"everything": "1", "reason": "process", "line": "status=todo&least=0.5"}
    assert decide(client, "dismiss", expected="99", **given).status_code == 409
    assert decide(client, "dismiss", expected="5", **given).status_code == 303
    assert meters(client.get("/findings")) == ["M4"]


@pytest.mark.parametrize(
    ("name", "what", "meter", "status"),
    [
        ("inspector", "accept", "M1", 403),
        ("auditor", "dismiss", "M1", 403),
        ("county", "accept", "M3", 403),
        ("elsewhere", "open", "M1", 403),
        ("analyst", "burn", "M1", 400),
        ("analyst", "accept", "nobody", 404),
        ("analyst", "dismiss", "M1", 400),
        ("analyst", "open", "M1", 404),
    ],
)
def test_what_may_not_be_decided_is_refused(filled, name, what, meter, status):
    assert decide(filled.client(name), what, meter).status_code == status
    assert filled.office.log.stream(f"finding-{meter}") == ()


def test_a_decision_without_the_form_token_is_refused(filled):
    client = filled.client("analyst")
    answer = client.post("/findings/decide", data={"what": "accept", "run": "screen-1", "meter": "M1"})
    assert answer.status_code == 403
    assert filled.office.log.stream("finding-M1") == ()


def test_who_may_not_decide_sees_no_buttons(filled):
    for name, shown in (("inspector", False), ("auditor", False), ("analyst", True)):
        client = filled.client(name)
        assert ('value="dismiss"' in client.get("/findings").text) == shown
        assert ('value="dismiss"' in client.get("/findings/screen-1/M1").text) == shown


def test_files_are_handed_out_and_recorded(filled):
    client = filled.client("analyst")
    told = client.get("/findings/export.csv?status=all&least=0.25")
    assert told.headers["content-disposition"].startswith("attachment")
    assert "'=cmd()" in told.text
    assert client.get("/findings/export.xlsx").content.startswith(b"PK")
    assert client.get("/findings/export.exe").status_code == 400
    events = [event for event in filled.office.log.events() if event.name == "access.exported/1"]
    assert [event.payload["what"] for event in events] == ["findings", "findings"]


def test_a_plan_of_visits(filled):
    client = filled.client("analyst")
    page = client.get("/findings/budget?visits=3")
    assert page.status_code == 200
    assert "80 % interval" in page.text
    link = unescape(re.search(r'href="(/findings\?[^"]*least=[^"]*)"', page.text)[1])
    assert meters(client.get(link)) == ["M1", "M2", "M3", "M6"]
    figure = client.get("/findings/budget.json?visits=3").json()
    assert figure["data"][0]["x"] == [1, 2, 3]
    for wrong in ("visits=none", "visits=0", "visits=1e400", "hours=8&each=0", "visits=3&prevalence=200", "teams=nan"):
        assert client.get(f"/findings/budget?{wrong}").status_code == 400, wrong
    assert client.get("/findings/budget?hours=8&teams=2&each=2&prevalence=1").status_code == 200


def test_a_curve_that_the_lake_does_not_hold_is_empty(filled):
    client = filled.client("analyst")
    for name in ("curve", "heat"):
        assert json.loads(client.get(f"/findings/screen-1/{name}.json/M1").text) == {"data": [], "layout": {}}


def test_chinese_pages(filled):
    client = filled.client("analyst")
    client.post_form("/language", {"language": "zh", "back": "/findings"})
    for path in ("", "/screen-1/M1", "/budget?visits=2", "/screen-1/sources/M1"):
        page = client.get(f"/findings{path}")
        assert page.status_code == 200
        assert '<html lang="zh-CN"' in page.text
