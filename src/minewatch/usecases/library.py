"""The public library: three functions, each the same path that the command line takes."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from minewatch.detect.block import NOTHING_ELSE, Context
from minewatch.stores.frames import scan as scan_readings
from minewatch.stores.lake import Lake
from minewatch.stores.workspace import open_workspace
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.reading import read_options
from minewatch.usecases.screen_files import THROWAWAY_SHARDS, screened_files


def screen(
    frame: pl.DataFrame, *, context: Context = NOTHING_ELSE, workers: int = 2, layout: str | None = None, **said: Any
) -> pl.DataFrame:
    """Rank the meters of ``frame`` by how probably they hide mining; one row a meter, most suspicious first.

    ``frame`` may be laid out as any table that ``minewatch screen`` reads: long (meter, time, value), a column a meter, or
    a row a meter and day with a column a slot or one list; values are kW unless a heading or ``unit="kWh"`` says
    otherwise, naive times are standard time unless ``zone`` says otherwise. ``layout`` and ``said`` are the options of
    reading (``zone``, ``stamps``, ``unit``, ``kind``, ``step_minutes``, ``meter``). Missing values stay missing. The
    columns returned are those of ``model.tables.FINDINGS``. Raises ``InputError`` where no meter is found.
    """
    options = read_options(layout=layout, **said)
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        path = Path(folder) / "frame.parquet"
        frame.write_parquet(path)
        with screened_files([path], now=datetime.now(UTC), options=options, context=context, workers=workers) as run:
            return run.findings


def read(files: str | Path | Sequence[str | Path], *, layout: str | None = None, **said: Any) -> pl.DataFrame:
    """Read files, globs or folders of readings into a long frame: ``meter``, ``time``, ``minutes``, ``kw``.

    ``time`` is the start of the slot and ``minutes`` its length. Times are the meters' standard time without
    a zone, values mean kW of the slot (Float32); missing readings are left out.
    ``layout`` and ``said`` are the options of reading, as in :func:`screen`. What is wrong in the files is told by
    ``minewatch screen`` and ``minewatch import readings --check``; here the usable rest is returned.
    """
    patterns = [files] if isinstance(files, str | Path) else list(files)
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        lake = Lake.create(Path(folder) / "lake", shards=THROWAWAY_SHARDS)
        import_files(patterns, lake=lake, now=datetime.now(UTC), options=read_options(layout=layout, **said))
        return scan_readings(lake.refreshed()).collect()


def scan(workspace: str | Path) -> pl.LazyFrame:
    """Open the readings of a workspace as a lazy long frame: ``meter``, ``time``, ``minutes``, ``kw``.

    ``time`` is the start of the slot and ``minutes`` its length. Times are standard time without a zone;
    missing readings are left out.
    Raises ``ConfigurationError`` for a folder that is no workspace.
    """
    return scan_readings(open_workspace(Path(workspace)).lake())
