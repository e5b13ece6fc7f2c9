"""Which of what a workspace holds is simulated, as its imports recorded it; every label shown is taken from here.

Imports look at their files once (``readers.simulated``) and keep the answer, so that a label outlives the files.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from minewatch.casework.case_state import CaseState
from minewatch.model.origin import REHEARSAL, Origin, origin_of, together
from minewatch.model.text import Text
from minewatch.readers.simulated import is_simulated
from minewatch.stores import manifest as manifests
from minewatch.stores.gridstore import GridStore
from minewatch.stores.lake import Lake
from minewatch.stores.manifest import Manifest, SourceRecord
from minewatch.stores.sightings import SightingStore
from minewatch.stores.workspace import Workspace
from minewatch.usecases.case_index import CaseLine, case_lines
from minewatch.usecases.office import Office

GRID, TRAFFIC = "grid", "traffic"
"""Folders of a workspace besides its lake."""
REHEARSAL_MARK = Text("REHEARSAL", "演　练")
REHEARSED = Text("Rehearsal: all data here is simulated", "演练：以下数据均为模拟")


def marked(source: SourceRecord) -> bool:
    """Tell whether a source is simulated: as recorded, or where an older program did not, by what still lies there."""
    return is_simulated(Path(source.path)) if source.simulated is None else source.simulated


def of_flags(flags: Iterable[bool]) -> Origin:
    """Return what data rests on whose pieces are simulated (True) or not."""
    return together(Origin.SIMULATED if flag else Origin.MEASURED for flag in flags)


def manifest_origin(manifest: Manifest, *, besides: Iterable[bool] = ()) -> Origin:
    """Return what the readings of a lake rest on, together with files that are about to join them."""
    return of_flags([*(marked(one) for one in manifest.sources), *besides])


def readings_origin(lake: Lake) -> Origin:
    """Return what all readings of the lake rest on."""
    return manifest_origin(lake.manifest)


def meters_origin(lake: Lake, meters: Iterable[str]) -> Origin:
    """Return what the readings of some meters rest on.

    A part that was merged names the files of all its meters: it may be told as mixed though a meter in it is not.
    """
    wanted = lake.sources_of(frozenset(meters))
    return of_flags(marked(one) for one in lake.manifest.sources if one.digest in wanted)


def grid_origin(store: GridStore, *kinds: str) -> Origin:
    """Return what the tables of these kinds (all unless named) rest on."""
    return of_flags(store.simulated(*kinds))


def balance_origin(lake: Lake, store: GridStore) -> Origin:
    """Return what a balance rests on: the readings, and the tables that tell where meters hang and what stations deliver."""
    return of_flags([*(marked(one) for one in lake.manifest.sources), *store.simulated("grid", "meters", "generation")])


def traffic_origin(folder: Path) -> Origin:
    """Return what the sightings kept in the workspace ``folder`` rest on."""
    return of_flags(SightingStore(folder / TRAFFIC).simulated())


def workspace_origin(workspace: Workspace) -> Origin:
    """Return what everything in the workspace rests on: readings, tables of the grid, sightings."""
    folder = workspace.folder
    watched = (folder / "lake" / manifests.NAME, folder / GRID, folder / TRAFFIC)
    return _workspace_origin(workspace, tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in watched))


@lru_cache(maxsize=8)
def _workspace_origin(workspace: Workspace, _changed: tuple[int, ...]) -> Origin:
    """Look once for each state of the workspace: every page of the console asks."""
    return of_flags(
        [
            *(marked(one) for one in workspace.lake().manifest.sources),
            *GridStore(workspace.folder / GRID).simulated(),
            *SightingStore(workspace.folder / TRAFFIC).simulated(),
        ]
    )


def case_origin(lake: Lake, state: CaseState, meters: Iterable[str]) -> Origin:
    """Return what a case rests on: what its finding said when it was opened, else what its meters' readings are."""
    return origin_of(state.simulated) if state.simulated else meters_origin(lake, meters)


def case_label(office: Office, lake: Lake, state: CaseState, meters: Iterable[str]) -> Text | None:
    """Return the label that every paper of a case bears, if any: of a declared rehearsal, or of simulated data.

    ``meters`` are those in the lake; the state's own may be pseudonyms.
    """
    return REHEARSAL if office.is_rehearsal else case_origin(lake, state, meters).label


def case_mark(office: Office, state: CaseState) -> Text | None:
    """Return that label in a word or two, for notices and letters."""
    if office.is_rehearsal:
        return REHEARSAL_MARK
    return case_origin(office.workspace.lake(), state, state.meters).mark


def cases_label(office: Office, lines: Iterable[CaseLine]) -> Text | None:
    """Return the label of what tells of several cases: of a rehearsal, or where any of them rests on simulated data."""
    if office.is_rehearsal:
        return REHEARSAL
    if workspace_origin(office.workspace) is Origin.SIMULATED:
        return Origin.SIMULATED.label
    return together(origin_of(line.state.simulated) for line in lines).label


def campaign_label(office: Office, campaign: str) -> Text | None:
    """Return the label of what tells of a campaign's cases."""
    return cases_label(office, (line for line in case_lines(office.log) if line.campaign == campaign))


def console_label(office: Office, *, rehearsal: bool) -> Text | None:
    """Return what stands on top of every page of the console; ``rehearsal``: whether the ledger was declared one."""
    return REHEARSED if rehearsal else workspace_origin(office.workspace).label
