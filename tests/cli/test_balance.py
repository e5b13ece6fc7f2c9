import json

from typer.testing import CliRunner

from minewatch.cli import balance
from minewatch.model.errors import InputError
from minewatch.usecases.grid_keep import kept_balance, summaries
from minewatch.usecases.workspaces import init_workspace
from region_office import region_workspace


def test_a_workspace_without_a_grid_is_told(tmp_path):
    init_workspace(folder=tmp_path / "ws", zone="+08:00")
    result = CliRunner().invoke(balance.app, ["--workspace", str(tmp_path / "ws")])
    assert isinstance(result.exception, InputError)


def test_the_balance_of_all_days_is_kept_for_the_console(tmp_path):
    folder = region_workspace(tmp_path / "ws")
    some = CliRunner().invoke(balance.app, ["--workspace", str(folder), "--from", "2021-05-30", "--json"])
    assert some.exit_code == 0, some.output
    assert kept_balance(folder) is None
    whole = CliRunner().invoke(balance.app, ["--workspace", str(folder), "--json"])
    assert whole.exit_code == 0, whole.output
    kept = kept_balance(folder)
    assert kept is not None
    assert len(summaries(folder, kept.run)) == len(json.loads(whole.stdout)["nodes"])
