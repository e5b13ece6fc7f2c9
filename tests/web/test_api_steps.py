from uuid import uuid4

import pytest

from api_office import caller, furnished
from case_office import JPEG

NOTICE = {"pack": "cn-ya-20210617", "number": "N-1", "by": "Chen"}


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        yield made


def give(client, step, body, case="1", status=201):
    answer = client.post(f"/api/v1/cases/{case}/{step}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_case_goes_from_notice_to_its_end(office):
    client = caller(office, "supervisor")
    served = give(client, "notices", {**NOTICE, "because": "the region asks for it"})
    assert "演练" in served["text"]
    assert served["receipt"]["events"] == ["case.notice_served/1"]
    case = client.get("/api/v1/cases/1").json()
    assert case["deadline"] == "2021-06-17T14:00:00.000000Z"
    give(client, "extensions", {"until": "2021-06-17T23:00:00+08:00", "reason": "flood", "by": "Chen"})
    office.later(hours=14)
    assert client.get("/api/v1/cases/1").json()["overdue"]
    stopped = {"kind": "stopped", "signed_by": "Li", "stopped_at": "2021-06-17T21:00:00+08:00", "machines": 40}
    give(client, "returns", stopped)
    verified = give(client, "verifications", {})
    assert verified["outcome"] == "cannot_tell"
    assert verified["why"] == "no_readings"
    categories = {"pack": "cn-nm-8-20210525", "categories": ["industrial-parks"], "reason": "r", "by": "Chen"}
    assert client.post("/api/v1/cases/1/categories", json=categories).status_code in {201, 400, 403}
    give(client, "closings", {"reason": "done", "by": "Chen"})
    assert client.get("/api/v1/cases/1").json()["status"] == "closed"
    refused = give(client, "closings", {"reason": "again", "by": "Chen"}, status=403)
    assert refused["title"] == "Not allowed"


def test_a_dispute_is_raised_and_settled(office):
    client = caller(office, "supervisor")
    give(client, "disputes", {"kind": "not_mining", "raised_by": "party", "grounds": "a bakery"})
    give(client, "settlements", {"upheld": True, "reason": "seen", "by": "Chen"})
    assert client.get("/api/v1/cases/1").json()["not_mining"]


def test_a_visit_is_taken_once_under_its_key(office):
    client = caller(office, "inspector")
    photo = client.post("/api/v1/cases/1/photos", content=JPEG).json()["digest"]
    assert client.post("/api/v1/cases/1/photos", content=JPEG).json()["digest"] == photo
    visit = {"at": "2021-06-17T09:30:00+08:00", "inspectors": ["Luo"], "found": "racks", "photos": [photo]}
    key = {"Idempotency-Key": str(uuid4())}
    first = client.post("/api/v1/cases/1/visits", json=visit, headers=key)
    assert first.status_code == 201, first.text
    again = client.post("/api/v1/cases/1/visits", json=visit, headers=key)
    assert again.json() == {**first.json(), "repeated": True}
    assert client.get("/api/v1/cases/1").json()["visits"] == 1
    other = client.post("/api/v1/cases/1/visits", json={**visit, "found": "nothing"}, headers=key)
    assert other.status_code == 409
    assert client.post("/api/v1/cases/1/visits", json=visit).status_code == 400
    assert client.post("/api/v1/cases/1/visits", json=visit, headers={"Idempotency-Key": "x"}).status_code == 400


def test_what_is_no_photo_is_not_kept(office):
    client = caller(office, "inspector")
    assert client.post("/api/v1/cases/1/photos", content=b"<script>").status_code == 400
    assert client.post("/api/v1/cases/1/photos", content=JPEG + b"x" * 12_000_001).status_code == 400


def test_who_may_not_is_refused_on_record_before_anything_else(office):
    for step, body in (
        ("notices", NOTICE),
        ("verifications", {}),
        ("referrals", {"target": "police", "body": "b", "pack": "cn-ya-20210617", "section": "s", "by": "c"}),
        ("restorations", {"by": "c", "basis": "b"}),
        ("closings", {"by": "c", "reason": "b"}),
    ):
        before = office.office.log.version("access")
        assert give(caller(office, "county"), step, body, status=403)
        assert office.office.log.version("access") == before + 1, step


@pytest.mark.parametrize(
    ("step", "body"),
    [
        ("extensions", {"until": "0001-01-01T00:00:00+23:59", "reason": "r", "by": "b"}),
        ("extensions", {"until": "2021-06-17T00:00:00", "reason": "r", "by": "b"}),
        ("closings", {"reason": "a\x00b", "by": "b"}),
        ("closings", {"reason": "", "by": "b"}),
        ("closings", {"reason": "r", "by": "b", "actor": "admin"}),
        ("measures", {"pack": "p", "measures": ["m"], "by": "b", "amount_cny": "=1+1"}),
        ("returns", {"kind": "stopped", "power_kw": -1}),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_border(office, step, body):
    assert give(caller(office, "supervisor"), step, body, status=400)["detail"]


def test_a_half_surrogate_is_refused(office):
    content = b'{"reason": "\\ud800", "by": "b"}'
    answer = caller(office, "supervisor").post(
        "/api/v1/cases/1/closings", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
