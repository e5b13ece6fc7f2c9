"""``minewatch findings`` as it is typed."""

import csv
import json
import os

import pytest
from typer.testing import CliRunner

from finding_samples import make_office
from minewatch.cli.main import app
from minewatch.model.errors import InputError, RuleError


@pytest.fixture
def call(tmp_path):
    make_office(tmp_path / "office")

    def run(*words, name="bai", fails=None):
        environment = {
            **os.environ,
            "MINEWATCH_WORKSPACE": str(tmp_path / "office"),
            "MINEWATCH_ACTOR": name,
            "MINEWATCH_LANG": "en",
            "COLUMNS": "200",
        }
        result = CliRunner().invoke(app, ["findings", *map(str, words)], env=environment)
        if fails is not None:
            assert isinstance(result.exception, fails)
        elif result.exception:
            raise result.exception
        return result

    return run


def test_list_decide_and_list_again(call):
    assert json.loads(call("runs", "--json").stdout)[0]["id"] == "screen-1"
    found = json.loads(call("list", "--least", "0.5", "--json").stdout)
    assert [line["meter"] for line in found["findings"]] == ["M1", "M2", "M3"]
    assert json.loads(call("accept", "M1", "--json").stdout)["done"] == ["M1"]
    assert json.loads(call("dismiss", "M2", "--why", "cold_store", "--json").stdout)["done"] == ["M2"]
    everything = call("dismiss", "--all", "--most", "0.5", "--why", "too_small", "--json")
    assert json.loads(everything.stdout)["done"] == ["M4"]
    left = json.loads(call("list", "--json").stdout)
    assert [line["meter"] for line in left["findings"]] == ["M3"]
    assert left["statuses"] == {"accepted": 1, "dismissed": 2, "open": 1}
    assert json.loads(call("undo", "M1", "--json").stdout)["done"] == ["M1"]
    opened = json.loads(call("open", "M1", "M3", "--campaign", "june", "--json").stdout)
    assert opened["cases"] == ["case-1", "case-2"]
    told = json.loads(call("list", "--status", "all", "--json").stdout)
    assert told["statuses"]["case"] == 2
    assert "M1" in call("list", "--status", "all").output


def test_show_tells_reasons_peers_and_history(call):
    call("dismiss", "M1", "--why", "other", "--note", "seen from the road")
    plain = call("show", "M1").output
    assert "12 kW" in plain
    assert "More suspicious than 100%" in plain
    assert "seen from the road" in plain
    assert json.loads(call("show", "M1", "--json").stdout)["line"]["meter"] == "M1"


def test_files_are_written(call, tmp_path):
    for name in ("list.csv", "list.xlsx"):
        call("list", "--out", tmp_path / name)
        assert (tmp_path / name).stat().st_size > 500
    call("list", "--out", tmp_path / "list.doc", fails=InputError)
    call("accept", "M1")
    assert json.loads(call("labels", "--out", tmp_path / "labels.csv", "--json").stdout)["mines"] == 1
    with (tmp_path / "labels.csv").open(encoding="utf-8") as handle:
        assert [row["meter"] for row in csv.DictReader(handle)] == ["M1"]
    call("labels", "--out", tmp_path / "labels.parquet")
    call("labels", "--out", tmp_path / "labels.txt", fails=InputError)


def test_a_budget_is_told_in_sentences(call):
    assert "Expected hits" in call("budget", "--visits", 3).output
    found = json.loads(call("budget", "--hours", 8, "--teams", 2, "--json").stdout)
    assert (found["visits"], found["waiting"]) == (3, 4)
    call("budget", fails=InputError)


def test_reasons_are_listed(call):
    assert "cold_store" in call("reasons").output
    assert {one["code"] for one in json.loads(call("reasons", "--json").stdout)} >= {"cold_store", "other"}


@pytest.mark.parametrize(
    ("words", "name", "error"),
    [
        (("accept",), "bai", InputError),
        (("accept", "M1", "--all"), "bai", InputError),
        (("list", "--sort", "secret"), "bai", InputError),
        (("accept", "M3"), "county", RuleError),
        (("accept", "M1"), "luo", RuleError),
        (("list",), "nobody", InputError),
    ],
)
def test_what_cannot_be_is_refused(call, words, name, error):
    call(*words, name=name, fails=error)


def test_a_list_without_lines_says_why(call):
    call("accept", "M1", "M2", "M3", "M4")
    told = call("list").output
    assert "0 in all, page 1 of 1." in told
    assert "Others have another status: --status all." in told
