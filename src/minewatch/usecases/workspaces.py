"""Use cases: make a workspace, find one, say what its lake holds."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from minewatch.stores import workspace as workspaces
from minewatch.stores.lake import DEFAULT_SHARDS
from minewatch.stores.workspace import Workspace, find_workspace

VARIABLE = workspaces.VARIABLE
"""Name of the environment variable that names a workspace."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """Days of one kind in a lake: meter-days stored (a day imported twice counts twice), bytes, first and last day."""

    slots: int
    rows: int
    bytes: int
    first_day: date
    last_day: date


def init_workspace(*, folder: Path, zone: str, shards: int | None = None) -> Workspace:
    """Make a workspace; ``shards`` spread the readings (default 64).

    Raises ``InputError`` for a zone that is none, ``ConflictError`` where there is a workspace already, ``StoreError`` if
    the disk refuses.
    """
    return workspaces.init(folder, zone=zone, shards=DEFAULT_SHARDS if shards is None else shards)


def open_workspace(*, given: Path | None, variable: str | None, start: Path) -> Workspace:
    """Open the workspace given, else the one ``variable``'s value names, else the nearest above ``start``."""
    return find_workspace(given, variable=variable, start=start)


def holdings(*, workspace: Workspace) -> tuple[Holdings, ...]:
    """Return what the workspace's lake holds, finest days first."""
    lake = workspace.lake()
    found = []
    for slots in lake.slot_kinds:
        mine = [part for part in lake.manifest.parts if part.slots == slots]
        days = lake.days(slots)
        if days is not None:
            rows, size = sum(part.rows for part in mine), sum(part.bytes for part in mine)
            found.append(Holdings(slots, rows, size, *days))
    return tuple(found)
