import json

from typer.testing import CliRunner

from minewatch.cli import grid as grid_command
from minewatch.cli import import_
from minewatch.usecases.workspaces import init_workspace

RUNNER = CliRunner()


def test_import_and_tree(tmp_path):
    workspace = tmp_path / "ws"
    init_workspace(folder=workspace, zone="+08:00")
    path = tmp_path / "grid.csv"
    path.write_text("节点,上级,类型\nS,,substation\nF,S,feeder\nF,Q,feeder\n", "utf-8")
    result = RUNNER.invoke(import_.app, ["grid", str(path), "--workspace", str(workspace), "--json"])
    told = json.loads(result.stdout)
    assert {one["code"] for one in told["issues"]} == {"grid_two_parents", "grid_orphan"}
    assert result.exit_code != 0
    shown = RUNNER.invoke(grid_command.app, ["tree", "--workspace", str(workspace)])
    assert shown.stdout.splitlines()[0].startswith("F")
    listed = RUNNER.invoke(grid_command.app, ["tree", "S", "--workspace", str(workspace), "--json"])
    assert json.loads(listed.stdout)["nodes"][0] == {"node": "F", "parent": None, "kind": "feeder"}
