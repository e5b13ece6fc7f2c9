import time

import pytest

from api_office import caller, furnished
from minewatch.model.jobs import JobKind
from minewatch.usecases.workspaces import holdings

READINGS = b"meter,time,kw\n" + b"".join(b"M1,2021-06-17 %02d:00,1.5\n" % hour for hour in range(24))


@pytest.fixture
def office(tmp_path):
    with furnished(tmp_path) as made:
        yield made


def ended(client, job):
    """Wait until the job is over and return it."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        told = client.get(f"/api/v1/jobs/{job}").json()
        if told["state"] in {"done", "failed"}:
            return told
        time.sleep(0.05)
    pytest.fail("the job did not end")


def test_a_file_is_imported_in_the_background_and_its_job_tells_what_came_of_it(office):
    client = caller(office, "analyst")
    files = {"files": ("june.csv", READINGS)}
    job = client.post("/api/v1/jobs/uploads", data={"kind": "readings", "unit": "kW"}, files=files)
    assert job.status_code == 202, job.text
    told = ended(client, job.json()["id"])
    assert (told["state"], told["by"]) == ("done", "analyst")
    assert [one.rows for one in holdings(workspace=office.office.workspace)] == [1]
    assert [one["id"] for one in client.get("/api/v1/jobs").json()] == [told["id"]]


def test_the_places_of_files_on_the_server_are_not_told(office):
    client = caller(office, "analyst")
    job = client.post("/api/v1/jobs/uploads", data={"kind": "readings"}, files={"files": ("a.csv", READINGS)}).json()
    assert str(office.office.workspace.folder) not in repr(job)
    ended(client, job["id"])


@pytest.mark.parametrize("name", ["a.exe", "../../a", ""])
def test_a_file_of_no_kind_of_ours_is_refused(office, name):
    answer = caller(office, "analyst").post(
        "/api/v1/jobs/uploads", data={"kind": "readings"}, files={"files": (name, b"x")}
    )
    assert answer.status_code == 400


def test_work_without_files_is_asked_for_by_name_and_imports_are_not(office):
    client = caller(office, "analyst")
    job = client.post("/api/v1/jobs", json={"kind": "coverage"})
    assert job.status_code == 202
    ended(client, job.json()["id"])
    assert client.post("/api/v1/jobs", json={"kind": JobKind.READINGS}).status_code == 400


def test_who_may_not_import_is_refused_on_record(office):
    before = len(office.office.log.stream("access"))
    assert caller(office, "inspector").post("/api/v1/jobs", json={"kind": "screen"}).status_code == 403
    assert len(office.office.log.stream("access")) == before + 1
