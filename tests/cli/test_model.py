"""``minewatch model`` as it is typed, from visits to findings judged by the office's own model."""

import json
import os

import pytest
from typer.testing import CliRunner

from minewatch.cli.main import app
from minewatch.model.errors import InputError
from visited_office import visited_office, write_labels


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office") / "w"
    names = visited_office(folder, meters=24)
    write_labels(folder / "labels.csv", [(name, "yes") for name in names] + [("NOBODY", "yes")])
    return folder


def call(folder, *words, name="chen", language="en", fails=None):
    environment = {
        **os.environ,
        "MINEWATCH_WORKSPACE": str(folder),
        "MINEWATCH_ACTOR": name,
        "MINEWATCH_LANG": language,
        "COLUMNS": "200",
    }
    result = CliRunner().invoke(app, [str(word) for word in words], env=environment)
    if fails is not None:
        assert isinstance(result.exception, fails)
    elif result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_fit_show_use_and_screen(folder):
    done = call(folder, "model", "fit", "--labels", folder / "labels.csv", "--json")
    assert done.exit_code == 10
    found = json.loads(done.stdout)
    assert found["issues"][0]["value"] == "NOBODY"
    assert found["card"]["scores"]["scale"]["gain"]["low"] > 0
    assert not found["in_use"]
    name = found["kept"]
    assert "surely" not in call(folder, "model", "show").output
    shown = json.loads(call(folder, "model", "show", "--json").stdout)
    assert (shown["in_use"], [one["id"] for one in shown["models"]]) == ("shipped", [name])
    assert json.loads(call(folder, "model", "show", name, "--json").stdout)["made_at"].endswith("+08:00")
    assert json.loads(call(folder, "model", "use", name, "--json").stdout) == {"in_use": name, "before": "shipped"}
    assert json.loads(call(folder, "screen", "--json").stdout)["model"] == name
    run = json.loads(call(folder, "findings", "runs", "--json", name="gao").stdout)[0]
    assert run["model"] == name
    assert name in call(folder, "findings", "show", "V001", name="gao").output
    file = folder / "models" / f"{name}.npz"
    call(folder, "model", "use", "shipped")
    assert json.loads(call(folder, "screen", "--json").stdout)["model"] == "shipped"
    assert json.loads(call(folder, "screen", "--model", file, "--json").stdout)["model"] == name
    named = call(folder, "screen", folder / "readings.csv", "--model", file, "--json")
    assert json.loads(named.stdout)["model"] == name


def test_tables_and_sentences_in_both_languages(folder):
    english = call(folder, "model", "fit", "--labels", folder / "labels.csv").output
    assert "minewatch model use model-" in english
    assert "NOBODY" in english
    assert "all answers" in english.casefold()
    chinese = call(folder, "model", "fit", "--labels", folder / "labels.csv", language="zh").output
    assert "已根据" in chinese
    assert "随机抽取" in chinese
    name = json.loads(call(folder, "model", "show", "--json").stdout)["models"][0]["id"]
    assert "labels.csv" in call(folder, "model", "show", name).output
    assert "shipped" in call(folder, "model", "show").output


def test_without_labels_the_remedy_is_told(folder):
    call(folder, "model", "fit", fails=InputError)
    call(folder, "model", "use", "model-none", fails=InputError)
    call(folder, "model", "show", "model-none", fails=InputError)


def test_learn_refuses_too_few_meters_in_words(folder):
    failed = call(folder, "model", "learn", "--windows", "200", fails=InputError)
    assert "24 meters can be drawn from" in str(failed.exception)


def test_learn_tells_its_simulated_mines_and_keeps_only_what_is_better(tmp_path):
    visited_office(tmp_path / "w", meters=32)
    words = ("model", "learn", "--windows", "200", "--seed", "3")
    one = json.loads(call(tmp_path / "w", *words, "--json").stdout)
    card = one["card"]
    assert (card["meters"], card["visits"]) == (32, 0)
    assert set(card["scores"]) == {"shipped", "scale", "background"}
    assert any("SIMULATED" in text["en"] for text in one["cautions"])
    kept = [] if one["kept"] == "shipped" else [one["kept"]]
    shown = json.loads(call(tmp_path / "w", "model", "show", "--json").stdout)
    assert [model["id"] for model in shown["models"]] == kept
    said = call(tmp_path / "w", *words, language="zh").output
    assert "矿机为模拟" in said
    again = json.loads(call(tmp_path / "w", *words, "--json").stdout)
    assert again["card"]["digest"] == card["digest"]
