"""Jobs: asked for by who may, one at a time, progress kept, failures told, resumed after a killed process."""

import io
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.model.jobs import JOB_KINDS, JOB_STATES, JobKind, JobState
from minewatch.model.text import Text
from minewatch.stores.workspace import init
from minewatch.usecases.job_works import WORKS, Outcome
from minewatch.usecases.jobs import (
    Upload,
    ask,
    ask_with_uploads,
    job,
    job_store,
    jobs,
    keep_working,
    resume,
)
from minewatch.usecases.office import Turn, open_office
from minewatch.usecases.trail_search import WORDS
from region_office import region_files, region_workspace

NOW = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
LI = Actor("li", frozenset({Role.ANALYST}), ("511800",))
LUO = Actor("luo", frozenset({Role.INSPECTOR}), ("511800",))


def clock():
    return NOW


@pytest.fixture
def turn(tmp_path):
    folder = init(tmp_path / "w", zone="+08:00", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        yield Turn(office, LI, NOW)


def upload(name, text):
    return Upload(name, io.BytesIO(text.encode()))


CSV = "meter,time,kw\n" + "".join(f"m1,2021-06-0{day} {hour:02d}:00,1.5\n" for day in (1, 2) for hour in range(24))


def test_an_upload_is_imported_in_the_background_and_its_faults_are_listed(turn):
    asked = ask_with_uploads(
        turn=turn,
        kind=JobKind.READINGS,
        uploads=[upload("../../june.csv", CSV + "m1,nonsense,2\n")],
        options={"unit": "kW", "kind": "power", "stamps": "start"},
    )
    assert asked.state is JobState.WAITING
    assert Path(asked.files[0]).parent == job_store(turn.office).folder / asked.id
    keep_working(office=turn.office, clock=clock)
    done = job(turn=turn, identity=asked.id)
    assert done.state is JobState.DONE, done
    assert done.figures["readings"] == 48
    assert done.figures["noted"] + done.figures["disqualifying"] == 1
    assert done.done == done.all > 0
    listed = job_store(turn.office).issues_file(asked.id).read_text("utf-8-sig")
    assert "nonsense" in listed
    names = [event.name for event in turn.office.log.stream("data")]
    assert names == ["data.asked/1", "data.finished/1"]
    assert all(name in WORDS for name in names)


def test_the_same_file_again_changes_nothing(turn):
    for _ in range(2):
        ask_with_uploads(turn=turn, kind=JobKind.READINGS, uploads=[upload("a.csv", CSV)], options={"unit": "kW"})
        keep_working(office=turn.office, clock=clock)
    first, second = reversed(jobs(turn=turn))
    assert (first.figures["readings"], second.figures["readings"]) == (48, 0)
    assert second.state is JobState.DONE


@pytest.mark.parametrize(
    ("kind", "uploads", "limit", "words"),
    [
        (JobKind.READINGS, [], 99, "0 files"),
        (JobKind.READINGS, [("x.exe", "x")], 99, "not taken"),
        (JobKind.READINGS, [("a.csv", CSV)], 99, "larger than"),
        (JobKind.SCREEN, [("a.csv", CSV)], 9999, "reads no files"),
        (JobKind.READINGS, [(f"{n}.csv", "x") for n in range(51)], 99, "51 files"),
    ],
)
def test_uploads_that_are_refused_leave_no_job(turn, kind, uploads, limit, words):
    with pytest.raises(InputError, match=words):
        ask_with_uploads(turn=turn, kind=kind, uploads=[upload(*one) for one in uploads], options={}, limit=limit)
    assert jobs(turn=turn) == []


@pytest.mark.parametrize("layout", ["/etc/passwd", "../layout.json", "C:\\layout"])
def test_a_layout_cannot_name_a_file(turn, layout):
    asked = ask_with_uploads(
        turn=turn, kind=JobKind.READINGS, uploads=[upload("a.csv", CSV)], options={"layout": layout}
    )
    keep_working(office=turn.office, clock=clock)
    failed = job(turn=turn, identity=asked.id)
    assert failed.state is JobState.FAILED
    assert "family" in failed.said.en
    assert failed.remedy.zh


def test_who_may(turn):
    inspector = Turn(turn.office, LUO, NOW)
    with pytest.raises(RuleError):
        ask(turn=inspector, kind=JobKind.SCREEN)
    with pytest.raises(RuleError):
        jobs(turn=inspector)
    with pytest.raises(RuleError):
        ask_with_uploads(turn=inspector, kind=JobKind.READINGS, uploads=[upload("a.csv", CSV)], options={})


def test_the_same_is_not_asked_for_twice(turn):
    ask(turn=turn, kind=JobKind.SCREEN)
    with pytest.raises(ConflictError, match="job-000001"):
        ask(turn=turn, kind=JobKind.SCREEN)


def test_a_failure_is_told_and_the_next_job_runs(turn):
    first, second = ask(turn=turn, kind=JobKind.SCREEN), ask(turn=turn, kind=JobKind.COVERAGE)
    keep_working(office=turn.office, clock=clock)
    failed = job(turn=turn, identity=first.id)
    assert (failed.state, failed.said.en) == (JobState.FAILED, "The workspace holds no readings.")
    assert job(turn=turn, identity=second.id).state is JobState.DONE
    assert resume(turn=turn, identity=first.id).state is JobState.WAITING
    with pytest.raises(ConflictError):
        resume(turn=turn, identity=second.id)


def test_a_bug_fails_the_job_and_is_not_hidden(turn):
    def broken(_office, _job, _clock, _told):
        raise ZeroDivisionError("x")

    asked = ask(turn=turn, kind=JobKind.SCREEN)
    with pytest.raises(ZeroDivisionError):
        keep_working(office=turn.office, clock=clock, works={**WORKS, JobKind.SCREEN: broken})
    failed = job(turn=turn, identity=asked.id)
    assert failed.state is JobState.FAILED
    assert "ZeroDivisionError" in failed.said.en
    assert not job_store(turn.office).is_worked_on()


def test_an_interrupted_job_is_seen_as_such_and_resumed(turn):
    asked = ask(turn=turn, kind=JobKind.COVERAGE)
    store = job_store(turn.office)

    def killed(_office, _job, _clock, told):
        told(3, 9)
        raise SystemExit

    with pytest.raises(SystemExit):
        keep_working(office=turn.office, clock=clock, works={**WORKS, JobKind.COVERAGE: killed})
    assert store.get(asked.id).state is JobState.RUNNING
    assert (store.get(asked.id).done, store.get(asked.id).all) == (3, 9)
    assert job(turn=turn, identity=asked.id).state is JobState.INTERRUPTED
    resume(turn=turn, identity=asked.id)
    keep_working(office=turn.office, clock=clock)
    assert job(turn=turn, identity=asked.id).state is JobState.DONE


def test_two_workers_do_each_job_once_and_never_two_at_a_time(turn):
    running, most, done = [], [0], []
    lock = threading.Lock()

    def work(_office, one, _clock, _told):
        with lock:
            running.append(one.id)
            most[0] = max(most[0], len(running))
        threading.Event().wait(0.05)
        with lock:
            running.remove(one.id)
            done.append(one.id)
        return Outcome(Text("", ""))

    asked = [ask(turn=turn, kind=kind) for kind in (JobKind.SCREEN, JobKind.COVERAGE, JobKind.BALANCE)]
    threads = [
        threading.Thread(
            target=keep_working,
            kwargs={
                "office": turn.office,
                "clock": clock,
                "works": dict.fromkeys(JobKind, work),
                "pause": lambda _: threading.Event().wait(0.01),
            },
        )
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [one.id for one in asked]
    assert most[0] == 1


def test_every_kind_runs_on_a_region(tmp_path):
    folder = region_workspace(tmp_path / "w")
    region = region_files()
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        turn = Turn(office, LI, NOW)
        ask(turn=turn, kind=JobKind.GRID, files=[str(region / "grid.csv")])
        ask(turn=turn, kind=JobKind.RECHECK, files=[str(next((region / "supply").iterdir()))])
        ask(turn=turn, kind=JobKind.BALANCE)
        ask(turn=turn, kind=JobKind.COVERAGE)
        keep_working(office=office, clock=clock)
        found = {one.kind: one for one in jobs(turn=turn)}
    assert {one.state for one in found.values()} == {JobState.DONE}, found
    assert found[JobKind.GRID].figures["new_files"] == 0
    assert found[JobKind.RECHECK].figures["readings"] > 0
    assert found[JobKind.BALANCE].figures["nodes"] > 5
    assert found[JobKind.COVERAGE].figures["days"] == 14


def test_every_kind_and_state_has_words():
    assert set(JOB_KINDS) == set(JobKind) == set(WORKS)
    assert set(JOB_STATES) == set(JobState)
