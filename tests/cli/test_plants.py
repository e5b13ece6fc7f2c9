from typer.testing import CliRunner

from minewatch.cli import plants
from minewatch.model.errors import InputError
from minewatch.usecases.workspaces import init_workspace


def test_a_workspace_without_stations_is_told(tmp_path):
    init_workspace(folder=tmp_path / "ws", zone="+08:00")
    result = CliRunner().invoke(plants.app, ["--workspace", str(tmp_path / "ws")])
    assert isinstance(result.exception, InputError)
