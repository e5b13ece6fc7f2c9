import pytest

from api_office import caller, furnished
from minewatch.usecases.cases import case_state


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        yield made


def ids(answer):
    return [item["id"] for item in answer.json()["items"]]


def test_cases_are_pulled_page_by_page_and_then_only_what_changed(office):
    client = caller(office, "supervisor")
    first = client.get("/api/v1/cases?limit=3")
    assert ids(first) == ["case-1", "case-2", "case-3"]
    assert first.json()["more"]
    second = client.get("/api/v1/cases", params={"updated_since": first.json()["cursor"]})
    assert ids(second) == ["case-4"]
    assert not second.json()["more"]
    since = {"updated_since": second.json()["cursor"]}
    assert ids(client.get("/api/v1/cases", params=since)) == []
    disputed = {"kind": "figures", "raised_by": "the party", "grounds": "too much"}
    assert client.post("/api/v1/cases/2/disputes", json=disputed).status_code == 201
    changed = client.get("/api/v1/cases", params=since)
    assert ids(changed) == ["case-2"]
    assert changed.json()["items"][0]["disputed"] == "figures"


def test_a_county_pulls_its_own_and_is_refused_the_others(office):
    client = caller(office, "county")
    assert ids(client.get("/api/v1/cases")) == ["case-3", "case-4"]
    before = office.office.log.version("access")
    answer = client.get("/api/v1/cases/case-1")
    assert answer.status_code == 403
    assert answer.json()["remedy"]
    assert office.office.log.version("access") == before + 1
    for path in ("events", "page"):
        assert client.get(f"/api/v1/cases/1/{path}").status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("division=511824", ["case-1", "case-2"]),
        ("division=510000", ["case-1", "case-2", "case-3", "case-4"]),
        ("campaign=nobody", []),
        ("state=suspected&campaign=ya&division=511802", ["case-3", "case-4"]),
        ("overdue=true", []),
    ],
)
def test_cases_are_filtered(office, query, expected):
    assert ids(caller(office, "analyst").get(f"/api/v1/cases?{query}")) == expected


@pytest.mark.parametrize("query", ["updated_since=x", "updated_since=Lzz", "limit=0", "limit=501", "division=5118"])
def test_what_cannot_be_asked_is_a_problem(office, query):
    answer = caller(office, "analyst").get(f"/api/v1/cases?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_cases_are_opened_and_doubles_named(office):
    client = caller(office, "analyst")
    site = {"site": "戊站", "division": "511802", "kw": 12.5, "party": "某公司", "meters": ["m9"]}
    answer = client.post("/api/v1/cases", json={"campaign": "ya", "sites": [site, {**site, "meters": ["m4"]}]})
    assert answer.status_code == 201
    assert answer.json()["opened"] == [{"stream": "case-5", "version": 1, "events": ["case.opened/1"]}]
    assert answer.json()["doubles"] == [{"site": "戊站", "case": "case-3"}]
    found = client.get("/api/v1/cases/5").json()
    assert (found["site"], found["division"], found["mining_kw"], found["deadline"]) == ("戊站", "511802", 12.5, None)
    assert "某公司" not in client.get("/api/v1/cases/5/events").text


def test_an_event_is_told_with_its_hash(office):
    (event,) = caller(office, "auditor").get("/api/v1/cases/case-3/events").json()
    stored = office.office.log.stream("case-3")[0]
    assert (event["hash"], event["at"], event["name"]) == (stored.hash, stored.at, "case.opened/1")
    assert event["data"]["site"] == "丙场"


def test_what_is_not_there_is_404(office):
    for path in ("77", "campaign-ya", "..", "%2e%2e", "x" * 5000):
        assert caller(office, "auditor").get(f"/api/v1/cases/{path}").status_code in {400, 404}


def test_a_field_nobody_asked_for_is_refused_not_passed_on(office):
    site = {"site": "s", "division": "511802", "repeat_of": ["case-1"], "origin": "forged"}
    answer = caller(office, "analyst").post("/api/v1/cases", json={"campaign": "ya", "sites": [site]})
    assert answer.status_code == 400
    assert "origin" in answer.json()["detail"]
    with pytest.raises(Exception, match="no case case-5"):
        case_state(office.office.log, "case-5")
