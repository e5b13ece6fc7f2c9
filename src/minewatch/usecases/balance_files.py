"""Balance a workspace, or files alone: they go through the same imports into a lake and tables that are thrown away after."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.readers.options import ReadOptions
from minewatch.stores.gridstore import GridStore
from minewatch.stores.lake import Lake
from minewatch.usecases.balance import BalanceRun, Effort, Progress, run_balance
from minewatch.usecases.import_grid import grid_store, import_grid_files
from minewatch.usecases.import_readings import import_files
from minewatch.usecases.missing_evidence import balance_evidence, evidence_frame
from minewatch.usecases.screen_files import THROWAWAY_SHARDS
from minewatch.usecases.workspaces import open_workspace


@dataclass(frozen=True, slots=True)
class Days:
    """The days asked for; None: as far as there are readings."""

    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class FileBooks:
    """Tables given beside files of readings: paths, globs or folders; the grid is needed."""

    grid: tuple[str, ...]
    meters: tuple[str, ...] = ()
    generation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceDone:
    """A run, its evidence as a table, what was wrong with the files, and the workspace's folder, if there is one."""

    run: BalanceRun
    evidence: pl.DataFrame
    issues: tuple[Issue, ...]
    workspace: Path | None = None

    @property
    def packs(self) -> Path | None:
        """Folder of the workspace's own packs."""
        return None if self.workspace is None else self.workspace / "packs"


def balance_workspace(
    *, given: Path | None, variable: str | None, days: Days, workers: int = 2, progress: Progress | None = None
) -> BalanceDone:
    """Balance the workspace ``given``, named by ``variable``'s value, or nearest above the current folder."""
    workspace = open_workspace(given=given, variable=variable, start=Path.cwd())
    store = grid_store(workspace)
    run = run_balance(
        lake=workspace.lake(),
        store=store,
        first_day=days.first,
        last_day=days.last,
        effort=Effort(workers=workers, scratch=workspace.folder),
        progress=progress,
    )
    return BalanceDone(
        run, evidence_frame(balance_evidence(run), tables=store, origin=run.origin), (), workspace.folder
    )


def balance_files(
    patterns: Sequence[str | Path],
    *,
    books: FileBooks,
    now: datetime,
    options: ReadOptions,
    days: Days,
    workers: int = 2,
    progress: Progress | None = None,
    scratch: Path | None = None,
) -> BalanceDone:
    """Balance files of readings with tables given beside them; nothing is kept. ``InputError`` without readings or a grid."""
    if not patterns or not books.grid:
        raise InputError(
            Text("Files alone need readings and a grid.", "仅用文件时，需同时给出读数和电网拓扑。"),
            remedy=Text(
                "minewatch balance curves/ supply/ --grid grid.csv --meters meters.csv",
                "如 minewatch balance curves/ supply/ --grid grid.csv --meters meters.csv",
            ),
        )
    with tempfile.TemporaryDirectory(prefix="minewatch-", dir=scratch) as folder:
        lake, store = Lake.create(Path(folder) / "lake", shards=THROWAWAY_SHARDS), GridStore(Path(folder) / "grid")
        receipt = import_files(patterns, lake=lake, now=now, options=options)
        issues = list(receipt.issues)
        for what, paths in (("grid", books.grid), ("meters", books.meters), ("generation", books.generation)):
            if paths:
                issues += import_grid_files(paths, what=what, store=store).issues
        run = run_balance(
            lake=lake.refreshed(),
            store=store,
            first_day=days.first,
            last_day=days.last,
            effort=Effort(workers=workers, scratch=Path(folder)),
            progress=progress,
        )
        return BalanceDone(run, evidence_frame(balance_evidence(run), tables=store, origin=run.origin), tuple(issues))


@contextmanager
def tables_of_plants(
    patterns: Sequence[str | Path] | None, *, workspace: Path | None, variable: str | None
) -> Iterator[tuple[GridStore, Path | None, tuple[Issue, ...]]]:
    """Give the tables of stations and generation: of files, kept as long as the block, or of the workspace; its packs; issues."""
    if not patterns:
        found = open_workspace(given=workspace, variable=variable, start=Path.cwd())
        yield grid_store(found), found.folder / "packs", ()
        return
    with tempfile.TemporaryDirectory(prefix="minewatch-") as folder:
        store = GridStore(Path(folder))
        receipt = import_grid_files(patterns, what="generation", store=store)
        yield store, None, receipt.issues
