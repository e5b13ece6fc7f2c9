import pytest

from api_office import caller, furnished


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        yield made


def test_a_campaign_is_opened_pulled_worked_and_closed(office):
    client = caller(office, "supervisor")
    asked = {"name": "ya2", "region": ["511800"], "packs": ["cn-ya-20210617"], "by": "Chen"}
    assert client.post("/api/v1/campaigns", json=asked).status_code == 201
    assert client.post("/api/v1/campaigns", json=asked).status_code in {403, 409}
    found = client.get("/api/v1/campaigns").json()
    assert [(one["name"], one["is_open"], one["returned"]) for one in found["items"]] == [
        ("ya", True, 0),
        ("ya2", True, 0),
    ]
    duties = client.get("/api/v1/campaigns/ya/duties").json()
    duty = duties[0]["duty"]
    assert duties[0]["campaign"] == "ya"
    until = {"duty": duty, "until": "2021-06-20T00:00:00+08:00", "reason": "flood", "by": "Chen"}
    assert client.post("/api/v1/campaigns/ya/extensions", json=until).status_code == 201
    given = {"duty": duty, "signed_by": "Li", "sites_found": 0}
    assert client.post("/api/v1/campaigns/ya/returns", json=given).status_code == 201
    returned = [one["nil"] for one in client.get("/api/v1/campaigns/ya/duties").json() if one["duty"] == duty]
    assert returned == [True]
    changed = client.get("/api/v1/campaigns", params={"updated_since": found["cursor"]}).json()
    assert [(one["name"], one["returned"]) for one in changed["items"]] == [("ya", 1)]
    closing = {"reason": "over", "by": "Chen"}
    assert client.post("/api/v1/campaigns/ya/closings", json=closing).status_code == 201


def test_the_roll_up_is_the_command_lines(office):
    told = caller(office, "supervisor").get("/api/v1/campaigns/ya/roll-up?on=2021-06-17&level=county").json()
    assert [(row["division"], row["projects"]) for row in told["rows"]] == [("511802", 2), ("511824", 2)]
    assert told["simulated"]


def test_a_campaign_elsewhere_is_not_listed_and_a_missing_one_is_404(office):
    assert caller(office, "elsewhere").get("/api/v1/campaigns").json()["items"] == []
    assert caller(office, "elsewhere").get("/api/v1/campaigns/ya/duties").status_code == 403
    for path in ("duties", "roll-up"):
        assert caller(office, "supervisor").get(f"/api/v1/campaigns/nobody/{path}").status_code == 404
