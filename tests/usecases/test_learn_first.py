"""Learning how the meters of some files look before they are judged: the judge, what is said, and when the shipped one stays."""

from datetime import UTC, datetime

import pytest

from always_better import always_better
from minewatch.detect.learned import shipped_model
from minewatch.model.errors import InputError
from minewatch.stores.lake import Lake
from minewatch.usecases import learn_first
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.learn_first import LearnFirst
from minewatch.usecases.own_background import Watched
from minewatch.usecases.reading import read_options
from minewatch.usecases.run_screen import Judging, Outputs, run_on_files
from usecases.memory_lake import example_meters
from visited_office import write_readings

NOW = datetime(2021, 7, 1, tzinfo=UTC)
FEW = LearnFirst(windows=64)


@pytest.fixture(scope="module")
def readings(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "readings.csv"
    write_readings(path, [f"V{number:03d}" for number in range(32)], example_meters(32, mines=3, days=28))
    return path


@pytest.fixture(scope="module")
def lake(readings, tmp_path_factory):
    lake = Lake.create(tmp_path_factory.mktemp("lake") / "lake", shards=4)
    import_files([readings], lake=lake, now=NOW, options=read_options())
    return lake.refreshed()


def test_files_are_judged_by_what_was_learned_from_them(readings, tmp_path, monkeypatch):
    monkeypatch.setattr(learn_first, "learn_background", always_better)
    drawn = []
    learn = LearnFirst(windows=64, watched=Watched(drawing=lambda done, every: drawn.append((done, every))))
    outputs = Outputs(report=tmp_path / "r.html")
    run = run_on_files([readings], options=read_options(), outputs=outputs, now=NOW, judging=Judging(learn=learn))
    again = run_on_files([readings], options=read_options(), outputs=Outputs(), now=NOW, judging=Judging(learn=FEW))
    assert drawn[-1] == (32, 32)
    assert run.model.startswith("model-")
    assert run.model == again.model
    assert run.records == again.records
    assert "SIMULATED" in run.learned.en
    assert run.as_json()["learned"] == {"en": run.learned.en, "zh": run.learned.zh}
    assert run.learned.zh in outputs.report.read_text("utf-8")


def test_the_shipped_model_stays_where_nothing_was_surely_better(lake):
    found = FEW(lake, {})
    assert found.judge.model is shipped_model()
    assert found.judge.name == ""
    assert "not surely better" in found.sentence.en
    assert found.sentence.zh


def test_meters_of_one_customer_are_one_site_and_too_few_sites_are_said_to_be(lake):
    customers = {f"V{number:03d}": f"C{number // 2}" for number in range(32)}
    found = FEW(lake, customers)
    assert found.judge.model is shipped_model()
    assert found.sentence.en.startswith("Nothing was learned first: 16 of")
    assert "16" in found.sentence.zh


def test_a_shipped_model_that_stays_is_as_thorough_as_asked(lake):
    few_sites = dict.fromkeys((f"V{number:03d}" for number in range(32)), "C")
    asked = Judging(thorough=True, learn=FEW).on_files()
    assert asked(lake, few_sites).judge.model.gate == float("-inf")
    assert FEW(lake, few_sites).judge.model.gate == shipped_model().gate


def test_a_named_model_is_nothing_to_learn_from(readings, tmp_path):
    judging = Judging(tmp_path / "model.npz", learn=FEW)
    with pytest.raises(InputError, match="--learn starts from the shipped model"):
        run_on_files([readings], options=read_options(), outputs=Outputs(), now=NOW, judging=judging)
