import json

from typer.testing import CliRunner

from minewatch.cli import money

RUNNER = CliRunner()


def test_evaded_as_json_and_as_text():
    args = ["evaded", "--on", "2021-06-18", "--division", "511800", "--kw", "20000"]
    told = json.loads(RUNNER.invoke(money.app, [*args, "--json"]).stdout)
    assert told["totals"][0]["best"] == "2037690.00"
    shown = RUNNER.invoke(money.app, args)
    assert "2,037,690.00 CNY" in shown.stdout
