"""From a user's file to the finished result, by the command line, as a user would run it."""

import csv
import json
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest

from shared_data import shared_file
from usecases.memory_lake import example_meters

OFFLINE = (
    "import socket, sys\n"
    "def refuse(*_args, **_kwargs):\n"
    "    raise OSError('this run may not open the network')\n"
    "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
    "from minewatch.cli.main import run\n"
    "sys.argv = ['minewatch', *sys.argv[1:]]\n"
    "run()\n"
)


def minewatch(*arguments, cwd):
    """Run the command with the network refused."""
    return subprocess.run(
        [sys.executable, "-c", OFFLINE, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False
    )


def state_grid_csv(path, kw, *, encoding="utf-8-sig"):
    """The 96-point curve as it is exported: a title, Chinese headings, a row a meter and day."""
    _, days, slots = kw.shape
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["计量点编号", "用户名称", "数据日期", *(f"P{n + 1}" for n in range(slots))])
        for number, curve in enumerate(kw):
            for day in range(days):
                when = date(2021, 5, 24) + timedelta(days=day)
                writer.writerow([f"51182400{number:04d}", "某用户", when, *(f"{value:.4f}" for value in curve[day])])


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "export.csv"
    state_grid_csv(path, example_meters(12, slots=96))
    return path


def test_one_command_gives_findings_report_and_workbook(tmp_path, export):
    done = minewatch(
        "screen", export.name, "--out", "findings.csv", "--report", "report.html", "--xlsx", "f.xlsx", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    with (tmp_path / "findings.csv").open(encoding="utf-8") as handle:
        rows = list(csv.reader(handle))
    assert rows[0][:8] == [
        "meter_id",
        "probability",
        "mining_kw",
        "mining_kw_low",
        "mining_kw_high",
        "since",
        "until",
        "reasons",
    ]
    assert sorted(row[0] for row in rows[1:]) == [f"51182400{number:04d}" for number in range(12)]
    chances = [float(row[1]) for row in rows[1:]]
    assert chances == sorted(chances, reverse=True)
    report = (tmp_path / "report.html").read_text("utf-8")
    assert rows[1][0] in report
    assert not re.search(r"(src|href)\s*=\s*[\"']?https?:", report)
    assert "SIMULATED" not in report
    assert (tmp_path / "f.xlsx").read_bytes().startswith(b"PK")


def test_the_same_in_chinese_and_as_json(tmp_path, export):
    done = minewatch("--lang", "zh", "screen", export.name, "--json", "--top", "3", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["meters"] == 12
    assert summary["readings"] == 12 * 28 * 96
    assert not summary["simulated"]


def test_a_wrong_file_is_told_in_a_sentence(tmp_path):
    (tmp_path / "letter.csv").write_text("Dear colleague,\nplease find the data attached.\n", "utf-8")
    done = minewatch("screen", "letter.csv", "--out", "findings.csv", cwd=tmp_path)
    assert done.returncode == 3
    assert "No meter was found" in done.stderr
    assert "what to do" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "findings.csv").exists()


def test_a_missing_file_is_told_in_a_sentence(tmp_path):
    done = minewatch("screen", "nowhere.csv", cwd=tmp_path)
    assert done.returncode == 3
    assert "nowhere.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_bad_rows_are_listed_by_line_and_the_rest_is_taken(tmp_path, export):
    lines = export.read_text("utf-8-sig").splitlines()
    lines[5] = lines[5].replace("2021-05-28", "28th of May")
    export.write_text("\n".join(lines), "utf-8-sig")
    done = minewatch("screen", export.name, "--out", "findings.csv", "--issues", "issues.csv", cwd=tmp_path)
    assert done.returncode == 10, done.stderr
    assert "28th of May" in done.stderr
    with (tmp_path / "issues.csv").open(encoding="utf-8-sig") as handle:
        bad = [row for row in csv.DictReader(handle) if row["value"] == "28th of May"]
    assert [(row["line"], row["column"]) for row in bad] == [("6", "数据日期")]
    with (tmp_path / "findings.csv").open(encoding="utf-8") as handle:
        assert len(list(csv.DictReader(handle))) == 12


def test_reading_options_without_files_are_refused(tmp_path):
    done = minewatch("screen", "--unit", "kWh", cwd=tmp_path)
    assert done.returncode == 3
    assert "--unit says how to read files" in done.stderr


def test_learning_first_is_offered_from_thirty_meters_on_and_is_for_files(tmp_path, export):
    state_grid_csv(tmp_path / "thirty.csv", example_meters(30, slots=96, days=20))
    offered, silent = (minewatch("screen", name, cwd=tmp_path) for name in ("thirty.csv", export.name))
    assert "--learn lets it learn" in offered.stderr
    assert "--learn" not in silent.stderr
    learned = minewatch("screen", "thirty.csv", "--learn", cwd=tmp_path)
    assert learned.returncode == 0, learned.stderr
    assert "Nothing was learned first: 0 of these meters" in learned.stderr
    refused = minewatch("screen", "--learn", cwd=tmp_path)
    assert refused.returncode == 3
    assert "--learn is for files" in refused.stderr


def test_the_demo_runs_offline_and_says_everywhere_that_it_is_simulated(tmp_path):
    done = minewatch("demo", "--out", "demo", "--meters", "150", "--days", "21", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "SIMULATED" in done.stderr
    assert "Against the known truth (simulated)" in done.stderr
    report = (tmp_path / "demo" / "report.html").read_text("utf-8")
    assert "SIMULATED DATA" in report
    assert "模拟数据" in report
    with (tmp_path / "demo" / "findings.csv").open(encoding="utf-8") as handle:
        assert len(list(csv.DictReader(handle))) >= 150
    first = (tmp_path / "demo" / "findings.csv").read_bytes()
    again = minewatch("demo", "--out", "demo", "--meters", "150", "--days", "21", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "demo" / "findings.csv").read_bytes() == first


def test_real_meters_of_every_source_are_screened(tmp_path):
    meters = shared_file("meters")
    done = minewatch(
        "screen", meters / "*.parquet", "--out", "findings.csv", "--report", "report.html", "--json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["meters"] == 67 + 165 + 17 + 50 + 50 + 1 + 4 + 4
    assert summary["readings"] > 9_000_000
    assert (tmp_path / "report.html").stat().st_size < 10_000_000
