"""The phone's routes: tasks, form, worker, photos, reports taken once."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from case_office import JPEG, PNG, turn
from console_cases import fill_console
from minewatch.usecases.photos import MOST_BYTES
from minewatch.usecases.rounds import Team, plan_day
from minewatch.usecases.steps import Close, give


@pytest.fixture
def filled(console):
    made = fill_console(console)
    day = made.at.date()
    plan_day(turn=turn(made.office), campaign="ya", day=day, teams=[Team(("luo", "ma"), ("case-2", "case-1"))])
    return made


def body(**changed):
    said = {
        "submission": str(uuid4()), "at": "2021-06-17T20:15", "found": "12 racks", "inspectors": ["luo", "ma"],
        "machines": 12, "running": True, "location": "29.23,102.36", "checks": ["racks or machines present=yes"],
        "photos": [], "signatures": [],
    }  # fmt: skip
    return {**said, **changed}


def send(client, said, case="case-1"):
    return client.post(f"/visits/{case}/report", json=said, headers=headers(client))


def headers(client):
    return {"X-CSRF-Token": client.get("/visits/session.json").json()["csrf"], "Accept": "application/json"}


def photo(client, content, case="case-1"):
    files = {"photo": ("x", content, "application/octet-stream")}
    return client.post(f"/visits/{case}/photos", files=files, headers=headers(client))


def visits(made, case="case-1"):
    return [event for event in made.office.log.stream(case) if event.name == "case.visited/1"]


def test_tasks_in_order_and_a_search(filled):
    client = filled.client("luo")
    page = client.get("/visits").text
    assert page.index("乙站") < page.index("甲站")
    assert 'data-actor="luo"' in page
    assert "丙场" not in client.get("/visits?words=%E4%B8%99").text
    assert "丙场" in filled.client("ma").get("/visits?words=%E4%B8%99").text


def test_the_form_has_the_check_list_and_colleagues(filled):
    page = filled.client("luo").get("/visits/case-1").text
    assert 'name="check:meter and seal intact"' in page
    assert '<option value="ma">' in page
    assert 'data-offset="480"' in page
    assert "exactly as the camera made them" in page
    give(turn=turn(filled.office), cases=["1"], command=Close(reason="r", by="Chen"))
    assert 'class="form visit-form"' not in filled.client("luo").get("/visits/case-1").text


@pytest.mark.parametrize("who", ["analyst", "auditor", "admin"])
def test_the_phone_is_for_who_may_visit(filled, who):
    client = filled.client(who)
    assert client.get("/visits").status_code == 403
    assert client.get("/visits/case-1").status_code == 403
    assert client.get("/visits/session.json").status_code == 403


def test_nobody_reports_from_another_county(filled):
    client = filled.client("luo")
    assert client.get("/visits/case-3").status_code == 403
    assert send(client, body(), case="case-3").status_code == 403
    assert photo(client, JPEG, case="case-3").status_code == 403
    assert visits(filled, "case-3") == []


def test_the_worker_needs_nobody_and_holds_nobody(filled):
    answer = filled.anonymous().get("/visits/worker.js")
    assert answer.status_code == 200
    assert answer.headers["service-worker-allowed"] == "/visits"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "worker-src 'self'" in answer.headers["content-security-policy"]


def test_a_page_that_was_kept_asks_who_is_signed_in(filled):
    session = filled.client("luo").get("/visits/session.json").json()
    assert session["actor"] == "luo"
    assert session["now"] == int(filled.at.timestamp() * 1000)
    gone = filled.anonymous().get("/visits/session.json", headers={"Accept": "application/json"})
    assert gone.status_code == 401


def test_photos_then_the_report_once(filled):
    client = filled.client("luo")
    digests = []
    for content in (JPEG, PNG, JPEG):
        answer = photo(client, content)
        assert answer.json() == {"sha256": hashlib.sha256(content).hexdigest()}
        digests.append(answer.json()["sha256"])
    said = body(photos=digests[:1], signatures=[digests[1], ""])
    first = send(client, said)
    assert first.json() == {"case": "case-1", "event": "E3", "received": "2021-06-17 20:30", "repeated": False}
    filled.at += timedelta(minutes=3)
    again = send(client, said)
    assert again.json() == {**first.json(), "repeated": True}
    (event,) = visits(filled)
    assert event.payload["at"] == "2021-06-17T12:15:00.000000Z"
    page = filled.client("supervisor").get("/cases/case-1").text
    assert f"/cases/case-1/photos/{digests[0]}" in page
    assert 'class="signature"' in page


def test_many_at_once_are_one(filled):
    clients = [filled.client("luo") for _ in range(4)]
    said = body()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: send(client, said), clients))
    assert [one.status_code for one in answers] == [200] * 4
    assert len(visits(filled)) == 1


def test_the_same_number_for_something_else_is_a_conflict(filled):
    client = filled.client("luo")
    said = body()
    send(client, said)
    answer = send(client, {**said, "machines": 0})
    assert answer.status_code == 409
    assert answer.json()["remedy"]
    assert len(visits(filled)) == 1


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a", b"MZ"])
def test_what_is_no_photo_is_not_kept(filled, content):
    assert photo(filled.client("luo"), content).status_code == 400
    assert not (filled.office.workspace.folder / "attachments").exists()


def test_a_photo_too_large_is_not_kept(filled):
    assert photo(filled.client("luo"), JPEG + b"0" * MOST_BYTES).status_code == 400


@pytest.mark.parametrize(
    "changed",
    [
        {"submission": "x"}, {"at": "soon"}, {"at": "9" * 50}, {"at": "2021-06-18T20:15"}, {"found": ""}, {"inspectors": []},
        {"machines": -1}, {"machines": "many"}, {"location": "there"}, {"checks": ["x"]}, {"photos": ["0" * 64]},
        {"photos": "x"}, {"running": "perhaps"}, {"submission": None},
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_words(filled, changed):
    answer = send(filled.client("luo"), body(**changed))
    assert answer.status_code == 400
    assert answer.json()["detail"]
    assert visits(filled) == []


def test_a_report_without_the_token_is_refused(filled):
    client = filled.client("luo")
    assert client.post("/visits/case-1/report", json=body()).status_code == 403
    assert visits(filled) == []
