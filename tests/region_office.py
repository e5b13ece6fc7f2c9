"""A workspace with a small rehearsed region in it: readings, grid, meters, stations; made once a test run and copied."""

import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from minewatch.stores.workspace import init
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import import_files, with_zone
from minewatch.usecases.reading import read_options
from minewatch.usecases.rehearse import Flaws, rehearse

NOW = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
SEED = 9007


@cache
def _made() -> Path:
    folder = Path(mkdtemp(prefix="minewatch-region-"))
    rehearse(out=folder / "region", seed=SEED, meters=200, days=14, flaws=Flaws(unread_meters=0.1, wrong_topology=0.02))
    workspace = init(folder / "w", zone="+08:00", shards=4)
    region = folder / "region"
    import_files(
        [region / "curves", region / "supply", region / "feed_in"],
        lake=workspace.lake(),
        now=NOW,
        options=with_zone(read_options(), workspace.zone),
    )
    for what, names in (
        ("grid", ["grid.csv"]),
        ("meters", ["meters.csv"]),
        ("generation", ["generation.csv", "stations.csv"]),
    ):
        import_grid_files([region / name for name in names], what=what, store=grid_store(workspace))
    return folder


def region_workspace(target: Path) -> Path:
    """Copy the workspace into ``target`` and return its folder; the region's files stay where they were made."""
    return Path(shutil.copytree(_made() / "w", target))


def region_files() -> Path:
    """Return the folder of the region's files."""
    return _made() / "region"
