"""Jobs on disk: numbers given out once, names of uploads that can lead nowhere, limits, the lock."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest

from minewatch.model.errors import ConflictError, InputError, StoreError
from minewatch.model.jobs import Job, JobKind, JobState
from minewatch.model.text import Text
from minewatch.stores.jobs import JobStore, free_name, safe_name


def asked(**more):
    return Job("", JobKind.READINGS, "li", "2021-06-17T01:00:00.000000Z", **more)


@pytest.fixture
def store(tmp_path):
    return JobStore(tmp_path / "jobs")


def test_a_job_comes_back_as_it_was_kept(store):
    job = store.add(asked(files=("a.csv",), options={"unit": "kW"}, said=Text("read", "已读")))
    assert job.id == "job-000001"
    assert store.get(job.id) == job
    assert store.newest(limit=9) == [job]


def test_numbers_are_given_out_once(store):
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: store.add(asked()).id, range(24)))
    assert sorted(ids) == [f"job-{number:06d}" for number in range(1, 25)]
    assert [job.id for job in store.newest(limit=2)] == ["job-000024", "job-000023"]
    assert [job.id for job in store.newest(limit=2, before="job-000003")] == ["job-000002", "job-000001"]


@pytest.mark.parametrize("identity", ["", "job-1", "../../etc/passwd", "job-000001/../x", "job-000009", "job-00000１"])
def test_a_job_that_is_none_is_not_looked_for_on_disk(store, identity):
    store.add(asked())
    with pytest.raises(InputError, match="There is no job"):
        store.get(identity)


def test_a_damaged_record_is_said_so(store):
    job = store.add(asked())
    (store.folder / f"{job.id}.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        store.get(job.id)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("june.csv", "june.csv"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\temp\\六月 读数.csv", "六月_读数.csv"),
        (".hidden.csv", "hidden.csv"),
        ("a*?[0].csv", "a___0_.csv"),
        ("<script>.csv", "_script_.csv"),
        ("nul\x00.csv", "nul_.csv"),
        ("..", "file"),
        ("", "file"),
    ],
)
def test_names_of_uploads(given, kept):
    assert safe_name(given) == kept


def test_a_long_name_keeps_its_ending():
    name = safe_name("x" * 500 + ".csv")
    assert len(name) <= 100
    assert name.endswith(".csv")
    assert free_name("a.csv", {"a.csv", "2-a.csv"}) == "3-a.csv"


def test_an_upload_is_streamed_and_one_too_large_leaves_nothing(store):
    job = store.add(asked())
    path = store.keep_upload(job.id, "../a.csv", io.BytesIO(b"x" * 10), limit=10)
    assert path.parent == store.folder / job.id
    assert path.read_bytes() == b"x" * 10
    again = store.keep_upload(job.id, "a.csv", io.BytesIO(b"y"), limit=10)
    assert again.name == "2-a.csv"
    with pytest.raises(InputError, match="larger"):
        store.keep_upload(job.id, "b.csv", io.BytesIO(b"x" * (3 << 20)), limit=1 << 20)
    assert sorted(one.name for one in path.parent.iterdir()) == ["2-a.csv", "a.csv"]
    store.forget(job.id)
    assert not store.newest(limit=1)
    assert not path.parent.exists()


def test_one_works_at_a_time(store):
    assert not store.is_worked_on()
    store.add(asked(state=JobState.RUNNING))
    assert [job.state for job in store.unfinished()] == [JobState.RUNNING]
    with store.working():
        assert store.is_worked_on()
        with pytest.raises(ConflictError), store.working():
            raise AssertionError
    assert not store.is_worked_on()
