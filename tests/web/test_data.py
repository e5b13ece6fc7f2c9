"""The data pages: uploads into the background, hostile ones refused, faulty places, coverage; who may."""

import time

import pytest

from minewatch.model.jobs import JobState
from minewatch.usecases.jobs import job_store

PAGES = ("/data", "/data/jobs", "/data/coverage", "/data/coverage.json")
CSV = "meter,time,kw\n" + "".join(f"m1,2021-06-0{day} {hour:02d}:00,1.5\n" for day in (1, 2) for hour in range(24))
BAD = CSV + "m1,2021-06-03 00:00,<script>alert(1)</script>\nm1,2021-06-03 01:00,=cmd()\n"
SAID = {"kind": "readings", "unit": "kW", "quantity": "power", "stamps": "start"}


def upload(client, name, text, **more):
    return client.post_form("/data/upload", {**SAID, **more}, files=[("files", (name, text.encode(), "text/csv"))])


def over(console, path):
    """Wait for the job a form led to; returns it."""
    identity = path.rsplit("/", 1)[-1]
    until = time.monotonic() + 60
    while not (job := job_store(console.office).get(identity)).is_over:
        assert time.monotonic() < until, job
        time.sleep(0.05)
    while job_store(console.office).is_worked_on():
        time.sleep(0.02)
    return job


@pytest.mark.parametrize(
    ("name", "reads", "works"),
    [
        ("admin", True, True),
        ("supervisor", True, True),
        ("analyst", True, True),
        ("auditor", True, False),
        ("inspector", False, False),
    ],
)
def test_who_may(console, name, reads, works):
    client = console.client(name)
    assert {client.get(path).status_code for path in PAGES} == {200 if reads else 403}
    assert ("/data" in client.get("/").text) == reads
    answers = [
        upload(client, "a.csv", CSV),
        client.post_form("/data/start", {"kind": "coverage"}),
    ]
    assert {one.status_code for one in answers} == {303 if works else 403}
    for one in answers if works else ():
        over(console, one.headers["location"])


def test_an_upload_is_imported_and_its_faults_are_shown_and_handed_out(console):
    client = console.client("analyst")
    answer = upload(client, "../../六月.csv", BAD)
    assert answer.status_code == 303
    job = over(console, answer.headers["location"])
    assert job.state is JobState.DONE, job
    page = client.get(answer.headers["location"]).text
    assert "六月.csv" in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    state = client.get(f"{answer.headers['location']}/state.json").json()
    assert (state["state"], state["over"]) == ("done", True)
    filtered = client.get(answer.headers["location"], params={"code": "bad_number", "text": "cmd"}).text
    assert "=cmd()" in filtered
    assert "alert(1)" not in filtered
    handed = client.post_form(f"{answer.headers['location']}/issues")
    assert "'=cmd()" in handed.text
    assert "attachment" in handed.headers["content-disposition"]
    overview = client.get("/data").text
    assert job.id in overview
    assert "48" in overview


@pytest.mark.parametrize(
    ("name", "more", "status"),
    [
        ("x.exe", {}, 400),
        ("a.csv", {"kind": "screen"}, 400),
        ("a.csv", {"kind": "nonsense"}, 400),
        ("", {}, 400),
    ],
)
def test_hostile_uploads_are_refused_and_leave_nothing(console, name, more, status):
    client = console.client("analyst")
    assert upload(client, name, CSV, **more).status_code in {status, 422}
    folder = job_store(console.office).folder
    assert not folder.exists() or not list(folder.glob("job-*"))


def test_an_upload_needs_the_forms_token(console):
    client = console.client("analyst")
    files = [("files", ("a.csv", CSV.encode(), "text/csv"))]
    assert client.post("/data/upload", data=SAID, files=files).status_code == 403
    assert client.post("/data/start", data={"kind": "screen"}).status_code == 403


def test_what_is_no_table_is_told_with_its_remedy_and_can_be_run_again(console):
    client = console.client("supervisor")
    answer = upload(client, "bomb.csv.gz", "\x1f\x8b not gzip at all")
    job = over(console, answer.headers["location"])
    assert job.state in {JobState.DONE, JobState.FAILED}
    page = client.get(answer.headers["location"]).text
    assert "bomb.csv.gz" in page
    failed = client.post_form("/data/start", {"kind": "screen"}).headers["location"]
    assert over(console, failed).state is JobState.FAILED
    assert "holds no readings" in client.get(failed).text
    again = client.post_form(f"{failed}/resume")
    assert again.status_code == 303
    assert over(console, failed).state is JobState.FAILED
    assert client.post_form("/data/start", {"kind": "readings"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/data/jobs/..%2f..%2fminewatch", "/data/jobs/job-000009", "/data/meters/..%2f..%2fx"]
)
def test_nothing_that_is_typed_is_looked_for_on_disk(console, path):
    assert console.client("analyst").get(path).status_code in {400, 404}


def test_a_file_is_judged_again_and_coverage_is_measured(console):
    client = console.client("analyst")
    over(console, upload(client, "a.csv", BAD).headers["location"])
    page = client.get("/data").text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    answer = client.post_form("/data/again", {"number": "1", "digest": digest, "kind": "recheck"})
    assert over(console, answer.headers["location"]).figures["disqualifying"] == 2
    assert client.post_form("/data/again", {"number": "1", "digest": "x", "kind": "recheck"}).status_code == 400
    assert "Measure coverage" in client.get("/data/coverage").text
    over(console, client.post_form("/data/start", {"kind": "coverage"}).headers["location"])
    coverage = client.get("/data/coverage").text
    assert "/data/meters/m1" in coverage
    assert client.get("/data/meters/m1").status_code == 200
    slots = coverage.split("coverage.json?slots=")[1].split('"')[0]
    assert len(client.get(f"/data/coverage.json?slots={slots}").json()["data"][0]["x"]) == 2
    assert client.get("/data/meter.json", params={"meter": "m1"}).json()["data"]
    assert client.get("/data/meter.json", params={"meter": "none"}).status_code == 400
