"""The command prints a receipt and labels it."""

import json

from typer.testing import CliRunner

from minewatch.cli.rehearse import app


def test_receipt_as_json(tmp_path):
    result = CliRunner().invoke(
        app, ["--out", str(tmp_path / "r"), "--meters", "80", "--days", "2", "--seed", "7", "--json"]
    )
    assert result.exit_code == 0
    receipt = json.loads(result.stdout)
    assert receipt["seed"] == 7
    assert "SIMULATED" in receipt["label"]["en"]
    assert (tmp_path / "r" / "truth" / "truth.csv").exists()


def test_receipt_in_words(tmp_path):
    result = CliRunner().invoke(app, ["--out", str(tmp_path / "r"), "--meters", "80", "--days", "1"])
    assert result.exit_code == 0
    assert "SIMULATED" in result.stderr
    assert result.stdout == ""
