"""Use cases: bring tables of the grid into the workspace, and show the tree that they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from minewatch.detect.gridtree import GridTree, TreeFault, build_tree
from minewatch.model.errors import InputError
from minewatch.model.grid_issues import grid_issue
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.readers.gridtables import KINDS, read_grid_table
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.simulated import is_simulated
from minewatch.readers.sources import find
from minewatch.stores.gridstore import FLAG, GridStore
from minewatch.stores.workspace import Workspace
from minewatch.usecases.import_readings import note_rest

COMMAND_KINDS = {
    "grid": ("grid",),
    "meters": ("meters",),
    "generation": ("generation", "stations"),
    "weather": ("weather",),
    "outages": ("outages",),
    "holidays": ("holidays",),
}
"""What each command of ``minewatch import`` may be given; the headings tell which of them a file is."""


@dataclass(frozen=True, slots=True)
class GridFile:
    """One file of an import: what it was read as, its usable rows, whether its content is new to the workspace."""

    path: Path
    kind: str
    rows: int
    new: bool
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class GridReceipt:
    """What an import of grid tables did."""

    files: tuple[GridFile, ...]
    issues: tuple[Issue, ...]


def grid_store(workspace: Workspace) -> GridStore:
    """Return where the workspace keeps tables of the grid."""
    return GridStore(workspace.folder / "grid")


def import_grid_files(
    patterns: Sequence[str | Path], *, what: str, store: GridStore, check: bool = False
) -> GridReceipt:
    """Read files as ``what`` (a key of ``COMMAND_KINDS``) and keep them; with ``check`` nothing is kept.

    A file without one usable row is not kept. For a grid, the tree of today's lines of each file is checked too.
    What is no readable file is told as an issue. Raises ``InputError`` if no pattern gives a file, ``StoreError`` if the
    disk refuses.
    """
    kinds = [KINDS[name] for name in COMMAND_KINDS[what]]
    files: list[GridFile] = []
    issues: list[Issue] = []
    log = IssueLog()
    found = find(patterns)
    note_rest(found, log)
    issues += log.take()
    for path in found.files:
        table = read_grid_table(path, kinds)
        simulated = is_simulated(path)
        frame = table.frame.with_columns(pl.lit(path.name).alias("file"), pl.lit(simulated).alias(FLAG))
        issues += table.issues
        new = False
        if frame.height and not check:
            new = store.add(table.kind, table.digest, frame)
        files.append(GridFile(path, table.kind, frame.height, new, simulated))
        if table.kind == "grid" and frame.height:
            issues += tree_issues(build_tree(frame, on=latest_day(frame))[1])
    return GridReceipt(tuple(files), tuple(issues))


def latest_day(grid: pl.DataFrame) -> date:
    """Return the last day on which a line of the grid begins or ends: the day whose tree is the newest."""
    days = pl.concat([grid["valid_from"], grid["valid_to"]]).drop_nulls()
    last = days.max()
    return last if isinstance(last, date) else date.max


def tree_issues(faults: Sequence[TreeFault]) -> list[Issue]:
    """Faults of a tree as issues."""
    return [grid_issue(one.code, one.file, line=one.line, value=one.value) for one in faults]


def read_tree(*, store: GridStore, on: date | None = None) -> tuple[GridTree, tuple[Issue, ...]]:
    """Build the tree of the workspace's grid ``on`` a day (the newest otherwise). ``InputError``: nothing was imported."""
    grid = store.read("grid", key=KINDS["grid"].key)
    if grid is None:
        raise InputError(
            Text("The workspace holds no grid.", "工作区中没有电网拓扑。"),
            remedy=Text("Import it: minewatch import grid FILE…", "请先导入：minewatch import grid 文件…"),
        )
    tree, faults = build_tree(grid, on=on or latest_day(grid))
    return tree, tuple(tree_issues(faults))
