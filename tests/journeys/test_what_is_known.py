"""What else is known, by the command line: files, a workspace, bad files, and why a meter was told as it was."""

import csv
import json
from datetime import date, datetime, timedelta

import pytest
from typer.testing import CliRunner

from minewatch.cli.exits import DONE_WITH_ISSUES
from minewatch.cli.main import app
from minewatch.model.actors import WHOLE_COUNTRY
from usecases.memory_lake import example_meters

FIRST = date(2021, 5, 24)
DAYS = (12, 17, 22)


def run(*arguments, code=0):
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == code, (done.exit_code, done.output, done.exception)
    return done


def curves(path, values, kind=None):
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["计量点编号", "数据类型", "数据日期", *(f"P{n + 1}" for n in range(values.shape[2]))])
        for number, curve in enumerate(values):
            for day, row in enumerate(curve):
                writer.writerow([f"M{number}", kind, FIRST + timedelta(days=day), *(f"{value:.4f}" for value in row)])
    return path


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = tmp_path_factory.mktemp("region")
    kw = example_meters(6, slots=96)
    for day in DAYS:
        kw[0, day, 40:48] -= 5.8
    curves(folder / "readings.csv", kw, "有功功率")
    curves(folder / "kvar.csv", 0.02 * kw, "无功功率")
    times = [datetime.combine(FIRST + timedelta(days=day), datetime.min.time()) + timedelta(hours=10) for day in DAYS]
    lines = [f"{one:%Y-%m-%d %H:%M},{one + timedelta(hours=2):%Y-%m-%d %H:%M}" for one in times]
    (folder / "outages.csv").write_text("\n".join(["开始时间,结束时间", *lines, "soon,2021-06-01 10:00"]), "utf-8")
    return folder


def test_files_are_given_by_options_and_bad_rows_told(region):
    options = ("--outages", region / "outages.csv", "--reactive", region / "kvar.csv", "--holidays", "cn")
    done = run(
        "screen", region / "readings.csv", *options, "--deadline", "2021-06-17 22:00", "--json", code=DONE_WITH_ISSUES
    )
    told = json.loads(done.stdout)
    given = {one["code"] for one in told["inputs"] if one["given"]}
    assert given == {"outages", "reactive", "holidays", "deadline"}
    assert next(one for one in told["inputs"] if one["code"] == "outages")["spoke_for"] >= 1
    first = next(one for one in told["findings"] if one["meter_id"] == "M0")
    assert "drops_with_network" in json.dumps(first)
    assert told["issues"]["disqualifying"] == 1


def test_a_workspace_takes_what_was_imported_and_says_why(region, tmp_path):
    office = tmp_path / "office"
    at = ("--workspace", office)
    run("init", office, "--zone", "+08:00")
    run("import", "readings", region / "readings.csv", *at)
    checked = run("import", "outages", region / "outages.csv", *at, "--check", "--json", code=DONE_WITH_ISSUES)
    assert not (office / "grid").exists() or not list((office / "grid").glob("outages-*"))
    [issue] = [one for one in json.loads(checked.stdout)["issues"] if one["code"] == "grid_bad_time"]
    assert (issue["line"], issue["column"], issue["value"]) == (5, "start", "soon")
    run("import", "outages", region / "outages.csv", *at, code=DONE_WITH_ISSUES)
    again = run("import", "outages", region / "outages.csv", *at, "--json", code=DONE_WITH_ISSUES)
    assert not json.loads(again.stdout)["files"][0]["new"]
    reactive = json.loads(run("import", "reactive", region / "kvar.csv", *at, "--json").stdout)
    assert reactive["read"]["reactive"]["meters"] == 6
    told = json.loads(run("screen", *at, "--holidays", "cn", "--json").stdout)
    assert {one["code"] for one in told["inputs"] if one["given"]} == {"outages", "reactive", "holidays"}
    run("actor", "add", "root", "--role", "administrator", *at)
    run("actor", "add", "chen", "--role", "analyst", "--division", WHOLE_COUNTRY, "--as", "root", *at)
    spoken = run("findings", "why", "M0", "--as", "chen", *at).stdout
    assert "known outages" in spoken.casefold()
    assert "3 of 3 known outages" in spoken
    assert "Further data that would tell most" in spoken


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--deadline", "tomorrow"), "is no time"),
        (("--weather", "nowhere.csv"), "nowhere.csv"),
        (("--currents", "letter.csv"), "can be used as currents"),
        (("--holidays", "letter.csv"), "can be used as holidays"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(region, tmp_path, monkeypatch, options, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "letter.csv").write_text("Dear,colleague\nplease,find\n", "utf-8")
    done = CliRunner().invoke(app, ["screen", str(region / "readings.csv"), *options])
    assert done.exit_code != 0
    assert said in str(done.exception)
