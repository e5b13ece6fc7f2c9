"""Use case: import what meters tell beside active power — reactive power, currents of the phases — each into a lake of its own.

::

    DIR/beside/reactive, current_a, current_b, current_c    lakes like that of the readings (stores/lake.py)

The lakes have the shards of the readings' lake, so that a unit of work finds its meters in one shard of each.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from minewatch.model.issues import Issue
from minewatch.readers.beside import Measured
from minewatch.readers.options import ReadOptions
from minewatch.stores import manifest
from minewatch.stores.lake import Lake
from minewatch.usecases.import_readings import ImportReceipt, Progress, import_files

FOLDER = "beside"
PASSES: dict[str, tuple[Measured, ...]] = {
    "reactive": ("reactive",),
    "currents": ("current_a", "current_b", "current_c"),
}
"""What each command reads: a file of currents is read once for each phase."""


@dataclass(frozen=True, slots=True)
class BesideReceipt:
    """What an import did: one receipt for each quantity that was read; faults that every pass met stand once."""

    receipts: dict[str, ImportReceipt]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Return the faults of all passes, each once."""
        return tuple(dict.fromkeys(issue for one in self.receipts.values() for issue in one.issues))

    @property
    def meters(self) -> int:
        """Return the largest number of meters that a pass gave."""
        return max((one.meters for one in self.receipts.values()), default=0)

    def as_json(self) -> dict[str, object]:
        """Return the receipt as plain data."""
        passes = {
            name: {"meters": one.meters, "readings": one.readings, "known": one.known, "committed": one.committed}
            for name, one in self.receipts.items()
        }
        return {"read": passes, "issues": [asdict(issue) for issue in self.issues]}


def import_beside(
    patterns: Sequence[str | Path],
    *,
    what: str,
    folder: Path,
    shards: int,
    now: datetime,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
    check: bool = False,
) -> BesideReceipt:
    """Import files as ``what`` (a key of ``PASSES``) into the lakes below ``folder``; with ``check`` nothing is kept.

    The same file twice is a no-op, as for readings, and the errors are those of ``import_readings.import_files``.
    """
    receipts: dict[str, ImportReceipt] = {}
    for name in PASSES[what]:
        receipts[name] = import_files(
            patterns,
            lake=_lake(folder / FOLDER / name, shards),
            now=now,
            options=replace(options or ReadOptions(), measured=name),
            progress=progress,
            check=check,
        )
    return BesideReceipt(receipts)


def side_lakes(folder: Path) -> dict[str, Lake]:
    """Return the lakes below ``folder`` that hold something, by quantity."""
    found: dict[str, Lake] = {}
    for names in PASSES.values():
        for name in names:
            place = folder / FOLDER / name
            if (place / manifest.NAME).exists():
                lake = Lake.open(place)
                if lake.slot_kinds:
                    found[name] = lake
    return found


def _lake(place: Path, shards: int) -> Lake:
    return Lake.open(place) if (place / manifest.NAME).exists() else Lake.create(place, shards=shards)
