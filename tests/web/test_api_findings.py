import pytest

from api_office import caller, furnished
from finding_samples import FIVE, run_view
from minewatch.stores.findings import NAME, FindingStore


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        FindingStore(made.office.workspace.folder / NAME).keep(run_view(findings=len(FIVE)), FIVE)
        yield made


def test_findings_are_listed_for_ones_own_divisions(office):
    every = caller(office, "analyst").get("/api/v1/findings").json()
    county = caller(office, "county").get("/api/v1/findings").json()
    assert every["total"] > county["total"] > 0
    assert {line["division"] for line in county["lines"]} == {"511802"}
    likely = caller(office, "analyst").get("/api/v1/findings?least=0.9&size=1").json()
    assert likely["total"] < every["total"]
    for wrong in ("sort=x", "least=2", "size=0", "status=x", "division=5"):
        assert caller(office, "analyst").get(f"/api/v1/findings?{wrong}").status_code == 400


def test_a_finding_is_told_and_decided_on(office):
    client = caller(office, "analyst")
    line = client.get("/api/v1/findings?division=511802").json()["lines"][0]
    told = client.get(f"/api/v1/findings/screen-1/{line['meter']}")
    assert told.status_code == 200
    assert told.json()["line"]["meter"] == line["meter"]
    given = {"what": "accept", "run": "screen-1", "meters": [line["meter"]]}
    assert client.post("/api/v1/findings/decisions", json=given).json()["done"] == [line["meter"]]
    again = client.post("/api/v1/findings/decisions", json=given).json()
    assert [one["meter"] for one in again["left"]] == [line["meter"]]
    assert caller(office, "auditor").post("/api/v1/findings/decisions", json=given).status_code == 403
    nothing = {**given, "what": "dismiss", "reason": "x"}
    assert client.post("/api/v1/findings/decisions", json=nothing).status_code == 400
