import json

import pytest

from api_office import caller, furnished


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        yield made


def test_a_tip_is_taken_and_read_by_a_supervisor_alone(office):
    client = caller(office, "analyst")
    assert {"id", "text"} == set(client.get("/api/v1/tip-categories").json()[0])
    tip = {"category": "miner", "division": "511802", "what": "noise at night", "informant": "Wang"}
    assert client.post("/api/v1/tips", json=tip).json() == {"id": "tip-2"}
    assert client.get("/api/v1/tips/tip-2").status_code == 403
    told = caller(office, "county").get("/api/v1/tips/2").json()
    assert (told["what"], told["informant"], told["erased"]) == ("noise at night", "Wang", False)
    assert office.office.log.stream("tip-2")[-1].name == "tip.read/1"


def test_the_ledger_is_verified_and_its_head_told(office):
    client = caller(office, "auditor")
    head = client.get("/api/v1/ledger/head").json()
    assert head["position"] == office.office.log.count()
    found = client.get("/api/v1/ledger/verification").json()
    assert (found["head"], found["faults"]) == (head, [])
    assert caller(office, "analyst").get("/api/v1/ledger/head").status_code == 403


def test_events_are_pulled_after_a_cursor_without_holes(office):
    client = caller(office, "auditor")
    positions, cursor, more = [], "", True
    while more:
        page = client.get("/api/v1/ledger/events", params={"updated_since": cursor, "limit": 4}).json()
        positions += [item["position"] for item in page["items"]]
        cursor, more = page["cursor"], page["more"]
    assert positions == list(range(1, office.office.log.count() + 1))
    assert caller(office, "supervisor").get("/api/v1/ledger/events").status_code == 403


def test_the_export_streams_what_the_hash_covers_and_is_on_record(office):
    answer = caller(office, "auditor").get("/api/v1/ledger/export?after=2")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines[0]["position"] == 3
    assert {"hash", "previous", "data"} <= set(lines[0])
    assert office.office.log.stream(f"exports-{office.at:%Y-%m-%d}")[-1].payload["what"] == "ledger"


def test_the_trail_is_searched(office):
    told = caller(office, "auditor").get("/api/v1/audit?thing=case-1").json()
    assert {row["thing"] for row in told["rows"]} == {"case-1"}
    assert caller(office, "auditor").get("/api/v1/audit?kind=x").status_code == 400
    assert caller(office, "inspector").get("/api/v1/audit").status_code == 403
