from datetime import UTC, datetime

import pytest

from minewatch.model.errors import ConfigurationError, InputError
from minewatch.model.origin import Origin
from minewatch.readers.options import ReadOptions
from minewatch.stores.workspace import init, open_workspace
from minewatch.usecases.balance_files import Days, FileBooks, balance_files, balance_workspace, tables_of_plants
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.plants import plants_frame, run_plants
from minewatch.usecases.rehearse import Flaws, rehearse

NOW = datetime(2021, 6, 30, tzinfo=UTC)
OPTIONS = ReadOptions(zone="+08:00")


@pytest.fixture(scope="module", name="region")
def made_region(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files") / "region"
    rehearse(out=folder, seed=9007, meters=300, days=14, flaws=Flaws(unread_meters=0.1))
    return folder


def test_files_alone_give_what_a_workspace_gives(region, tmp_path):
    readings = [region / name for name in ("curves", "supply", "feed_in")]
    generation = tuple(str(region / name) for name in ("stations.csv", "generation.csv"))
    books = FileBooks((str(region / "grid.csv"),), (str(region / "meters.csv"),), generation)
    alone = balance_files(readings, books=books, now=NOW, options=OPTIONS, days=Days(), scratch=tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert alone.run.origin is Origin.SIMULATED
    assert alone.issues
    workspace = init(tmp_path / "w", zone="+08:00", shards=4)
    import_files(readings, lake=workspace.lake(), now=NOW, options=OPTIONS)
    for what, paths in (("grid", books.grid), ("meters", books.meters), ("generation", books.generation)):
        import_grid_files(paths, what=what, store=grid_store(open_workspace(tmp_path / "w")))
    kept = balance_workspace(given=tmp_path / "w", variable=None, days=Days())
    assert [one.node for one in alone.run.findings] == [one.node for one in kept.run.findings]
    assert [one.kw for one in alone.run.findings] == pytest.approx([one.kw for one in kept.run.findings])
    assert alone.evidence["subject"].to_list() == kept.evidence["subject"].to_list()


def test_readings_without_a_grid_are_told(region):
    for patterns, grid in (([region / "curves"], ()), ([], (str(region / "grid.csv"),))):
        with pytest.raises(InputError, match="need readings and a grid"):
            balance_files(patterns, books=FileBooks(grid), now=NOW, options=OPTIONS, days=Days())


def test_stations_are_judged_from_files_alone(region, tmp_path):
    with tables_of_plants([region / "stations.csv", region / "generation.csv"], workspace=None, variable=None) as found:
        store, packs, issues = found
        assert (packs, issues) == (None, ())
        assert plants_frame(run_plants(store=store)).height == 2
    with (
        pytest.raises(ConfigurationError),
        tables_of_plants(None, workspace=tmp_path / "none", variable=None),
    ):
        pass
