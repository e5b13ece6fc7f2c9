"""The public library: three functions, each the same path that the command line takes."""

import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypedDict

import polars as pl

from minewatch.detect.block import NOTHING_ELSE, Context
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.stores.frames import scan as scan_readings
from minewatch.stores.lake import Lake
from minewatch.stores.workspace import open_workspace
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.learn_first import LearnFirst
from minewatch.usecases.reading import read_options
from minewatch.usecases.screen_files import THROWAWAY_SHARDS, screened_files
from minewatch.usecases.screen_inputs import Given


class Known(TypedDict, total=False):
    """What else is known of the meters of a frame; see :func:`screen`."""

    weather: pl.DataFrame | str | Path
    outages: pl.DataFrame | str | Path
    meters: pl.DataFrame | str | Path
    reactive: pl.DataFrame | str | Path
    currents: pl.DataFrame | str | Path
    holidays: Iterable[date] | str | Path
    deadline: datetime


def screen(
    frame: pl.DataFrame,
    *,
    context: Context = NOTHING_ELSE,
    known: Known | None = None,
    learn: bool = False,
    workers: int = 2,
    layout: str | None = None,
    **said: Any,
) -> pl.DataFrame:
    """Rank the meters of ``frame`` by how probably they hide mining; one row a meter, most suspicious first.

    ``frame`` may be laid out as any table that ``minewatch screen`` reads: long (meter, time, value), a column a meter, or
    a row a meter and day with a column a slot or one list; values are kW unless a heading or ``unit="kWh"`` says
    otherwise, naive times are standard time unless ``zone`` says otherwise. ``layout`` and ``said`` are the options of
    reading (``zone``, ``stamps``, ``unit``, ``kind``, ``step_minutes``, ``meter``). Missing values stay missing. The
    columns returned are those of ``model.tables.FINDINGS``. Raises ``InputError`` where no meter is found.

    ``known`` is what else is known: ``weather``, ``outages``, ``meters``, ``reactive`` and ``currents``, each a frame or a file
    laid out as docs/readings-formats.md says, ``holidays`` (dates, a file or ``"cn"``) and ``deadline`` (standard time). With
    ``learn`` the model first learns how these meters look, from mines SIMULATED on them: a few minutes, for 30 meters or more.
    """
    options = read_options(layout=layout, **said)
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        path = Path(folder) / "frame.parquet"
        frame.write_parquet(path)
        given = _given(known or {}, Path(folder))
        with screened_files(
            [path],
            now=datetime.now(UTC),
            options=options,
            context=context,
            given=given,
            judge=LearnFirst() if learn else None,
            workers=workers,
        ) as run:
            return run.findings


def _given(known: Known, folder: Path) -> Given:
    """Lay what is known out as files."""
    strange = sorted(set(known) - set(Known.__annotations__))
    if strange:
        raise InputError(
            Text(f"{strange[0]!r} is nothing that can be known.", f"“{strange[0]}”不是可用的信息。"),
            remedy=Text(
                f"Give one of {', '.join(Known.__annotations__)}.", f"可用：{'、'.join(Known.__annotations__)}。"
            ),
        )
    files: dict[str, Any] = {}
    for name in ("weather", "outages", "meters", "reactive", "currents"):
        value: Any = known.get(name)
        if isinstance(value, pl.DataFrame):
            files[name] = [folder / f"{name}.parquet"]
            value.write_parquet(files[name][0])
        elif value is not None:
            files[name] = [value]
    holidays = known.get("holidays", "")
    if not isinstance(holidays, str | Path):
        days = folder / "holidays.csv"
        days.write_text("\n".join(["date", *(f"{day:%Y-%m-%d}" for day in holidays)]), "utf-8")
        holidays = days
    return Given(**files, holidays=str(holidays), deadline=known.get("deadline"))


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
