"""Use case: look for mining in traffic files and keep the sightings in the workspace; read all of them back as one list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from minewatch.model.errors import StoreError
from minewatch.model.text import Text
from minewatch.model.traffic import Sighting
from minewatch.readers.simulated import is_simulated
from minewatch.stores.sightings import SightingStore
from minewatch.usecases.sightings import merge_sightings, read_sightings
from minewatch.usecases.traffic import TrafficOptions, TrafficReceipt, watch_traffic

FOLDER = "traffic"
"""Folder of the sightings in a workspace."""


@dataclass(frozen=True, slots=True)
class ImportTrafficReceipt:
    """What the run did, the digest its sightings are kept under, whether they are new to the workspace, and simulated.

    Where no file holds traffic nothing is kept: no digest, not new.
    """

    run: TrafficReceipt
    digest: str
    new: bool
    simulated: bool = False


def import_traffic(
    *, files: Iterable[Path], workspace: Path, options: TrafficOptions, progress: Callable[[int, int], None]
) -> ImportTrafficReceipt:
    """Read ``files`` and keep what was seen in ``workspace``; goes on after an interruption, and twice is once.

    The errors are those of :func:`minewatch.usecases.traffic.watch_traffic`.
    """
    folder = workspace / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            Text(f"{folder} cannot be made: {error}.", f"无法建立 {folder}：{error}。"),
            remedy=Text("Check your rights and the disk.", "请检查权限和磁盘。"),
        ) from error
    under_way = folder / "under-way.tmp"
    given = list(files)
    receipt = watch_traffic(files=given, out=under_way, options=options, progress=progress)
    if receipt.nothing_taken:
        return ImportTrafficReceipt(receipt, "", new=False)
    simulated = any(is_simulated(path) for path in given)
    digest, new = SightingStore(folder).add(under_way.read_bytes(), simulated=simulated)
    under_way.unlink()
    return ImportTrafficReceipt(receipt, digest, new, simulated)


def all_sightings(workspace: Path) -> list[Sighting]:
    """Everything imported so far, rows of one flow made one, by time."""
    return merge_sightings(one for path in SightingStore(workspace / FOLDER).parts() for one in read_sightings(path))
