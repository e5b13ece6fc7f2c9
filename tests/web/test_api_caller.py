import pytest

from api_office import caller, furnished
from minewatch.usecases.console import SightQuery
from minewatch.web.rate import Rate


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        yield made


def test_a_token_is_its_owner(office):
    told = caller(office, "county").get("/api/v1/me").json()
    assert told["name"] == "county"
    assert told["roles"] == ["supervisor"]
    assert told["divisions"] == ["511802"]
    assert "case.notice" in told["permissions"]
    assert "actor.manage" not in told["permissions"]


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nobody", "Basic Y291bnR5", "county"])
def test_no_good_token_is_401_with_a_problem(office, header):
    answer = caller(office, "").get("/api/v1/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401


def test_a_session_opens_no_door_of_the_api(office):
    client = office.client("supervisor")
    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/tips", json={}, headers={"x-csrf-token": client.token()}).status_code in {400, 401}


def test_a_token_opens_no_page(office):
    assert caller(office, "supervisor").get("/", follow_redirects=False).headers["location"].startswith("/sign-in")


def test_an_ended_token_and_a_closed_account_are_out_at_once(office):
    client = caller(office, "analyst")
    assert client.get("/api/v1/me").status_code == 200
    office.store.change_account("analyst", {"disabled": 1})
    assert client.get("/api/v1/me").status_code == 401
    office.store.change_account("analyst", {"disabled": 0})
    office.store.end_token("analyst", "analyst")
    assert client.get("/api/v1/me").status_code == 401


def test_the_trail_notes_who_asked_for_what_even_beside_anothers_cookie(office):
    client = office.client("auditor")
    client.get("/api/v1/cases/case-1", headers={"Authorization": "Bearer inspector"})
    office.console.flush()
    found, _ = office.store.sights(SightQuery(actor="inspector"), limit=9, offset=0)
    assert [(sight.route, sight.subject, sight.status) for sight in found] == [("/api/v1/cases/{case}", "case-1", 200)]


def test_too_many_requests_are_told_when_to_come_again(office):
    office.console.rate = Rate(burst=2, each_second=0.5)
    client = caller(office, "auditor")
    answers = [client.get("/api/v1/me") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "2"
    assert caller(office, "analyst").get("/api/v1/me").status_code == 200
    office.later(seconds=2)
    assert client.get("/api/v1/me").status_code == 200
