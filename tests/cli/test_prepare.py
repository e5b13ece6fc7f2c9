"""``minewatch prepare``: after it nothing is left to compile, and it says so."""

import json

from typer.testing import CliRunner

from minewatch.cli.main import app
from minewatch.detect.ready import unready


def test_after_preparing_nothing_is_left_to_do():
    first = CliRunner().invoke(app, ["prepare", "--workers", "2"])
    assert first.exit_code == 0, first.output
    assert "Ready to screen" in first.stderr
    assert unready() == ()
    again = CliRunner().invoke(app, ["prepare", "--json"])
    assert json.loads(again.stdout) == {"compiled": [], "processes": 0}


def test_it_speaks_chinese_too():
    assert "可以筛查" in CliRunner().invoke(app, ["--lang", "zh", "prepare", "--workers", "2"]).stderr
