import json

import pytest
from typer.testing import CliRunner

from minewatch.cli.impact import app
from minewatch.model.errors import InputError

RUNNER = CliRunner()
LOAD = ["--kw", "900..1100", "--on", "2021-06-17"]
CUT = ["--cut", "2021-06-18T22:00+08:00 sichuan", "--trials", "100", "--days", "40"]


def run(*arguments):
    outcome = RUNNER.invoke(app, list(arguments), catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    return outcome


@pytest.mark.parametrize(
    "arguments",
    [
        ["hashrate", *LOAD, "--step", "3.2..3.4", "--shares", "4000x65536", "--seconds", "60"],
        ["share", "yaan", "--on", "2021-06-17"],
        ["share", "sichuan", "--on", "2021-06-17", "--ph", "10..30"],
        ["stop", *CUT],
        ["backtest", "--trials", "100"],
        ["hydro", *LOAD, "--household-kwh", "2000", "--household-source", "yearbook"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_command_speaks_both_languages_and_json(arguments, monkeypatch):
    monkeypatch.delenv("MINEWATCH_LANG", raising=False)
    english = run(*arguments).output
    monkeypatch.setenv("MINEWATCH_LANG", "zh")
    chinese = run(*arguments).output
    assert english != chinese
    assert "来源" in chinese
    data = json.loads(run(*arguments, "--json").stdout, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert {"en", "zh"} == set((data.get("sentences") or data["stop"]["sentences"])[0])


def test_the_load_can_be_the_sum_of_findings(tmp_path, monkeypatch):
    monkeypatch.delenv("MINEWATCH_LANG", raising=False)
    path = tmp_path / "findings.csv"
    path.write_text("meter_id,probability,mining_kw,mining_kw_low,mining_kw_high\na,0.9,100,80,130\n", "utf-8")
    for command in ("hashrate", "hydro"):
        data = json.loads(run(command, "--findings", str(path), "--on", "2021-06-17", "--json").stdout)
        assert "this load: 1," in data["sentences"][0]["en"]


def test_plot_and_page_are_written_where_asked(tmp_path):
    run("stop", *CUT, "--plot", str(tmp_path / "a.png"), "--html", str(tmp_path / "a.html"))
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "a.html").read_text("utf-8")


def test_backtest_writes_between_the_marks_only(tmp_path):
    page = tmp_path / "impact.md"
    page.write_text("before\n<!-- backtest: generated -->stale text<!-- backtest: end -->\nafter\n", "utf-8")
    run("backtest", "--trials", "100", "--doc", str(page))
    text = page.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "stale text" not in text
    assert "what happened" in text
    assert (tmp_path / "impact-backtest.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["share", "yaan", "--on", "2021-06-17", "--state", "yaan=10%"], "share of"),
        (["share", "yaan", "--on", "June"], "not a day"),
        (["hashrate", "--kw", "9..1", "--on", "2021-06-17"], "low to high"),
        (["hashrate", "--kw", "much", "--on", "2021-06-17"], "not a figure"),
        (["hashrate", *LOAD, "--pue", "0.5"], "make power"),
        (["hashrate", "--on", "2021-06-17"], "said twice"),
        (["hydro", *LOAD, "--findings", "findings.csv"], "said twice"),
        (["hashrate", *LOAD, "--shares", "4x2"], "how long"),
        (["hashrate", *LOAD, "--shares", "four", "--seconds", "9"], "shares x difficulty"),
        (["hashrate", "--kw", "5", "--on", "2030-01-01"], "outside it"),
        (["stop", *CUT, "--start", "2021-06-17"], "offset"),
        (["stop", *CUT, "--plot", "picture.gif"], "neither"),
        (["hydro", *LOAD, "--carbon-kg", "0.8"], "its source"),
        (["backtest", "--trials", "100", "--doc", "no-such-page.md"], "no place"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_remedy(arguments, words):
    with pytest.raises(InputError, match=words) as caught:
        RUNNER.invoke(app, arguments, catch_exceptions=False)
    assert caught.value.remedy
