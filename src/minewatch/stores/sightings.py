"""Sightings kept in a workspace: append-only CSV parts, each named by the digest of its content.

::

    DIR/traffic/
    ├── <sha256>.csv         what one import gave, as model/tables.SIGHTINGS tells
    └── <sha256>.simulated   empty; stands beside sightings of simulated traffic

The same sightings imported twice are one part. Parts are never changed; merging rows of one flow is done when they are read.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from minewatch.stores.files import disk_errors, write_atomically

MARK = ".simulated"


class SightingStore:
    """The parts in one folder, which is made when it is first written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, content: bytes, *, simulated: bool = False) -> tuple[str, bool]:
        """Keep one part; its digest, and whether it is new. Raises ``StoreError`` when the disk refuses."""
        digest = hashlib.sha256(content).hexdigest()
        path = self.folder / f"{digest}.csv"
        with disk_errors(f"keeping sightings in {self.folder}"):
            if path.exists():
                return digest, False
            self.folder.mkdir(parents=True, exist_ok=True)
            if simulated:
                # First the mark: sightings never stand there without it, whenever the program is killed.
                write_atomically(path.with_suffix(MARK), b"", tmp=self.folder)
            write_atomically(path, content, tmp=self.folder)
        return digest, True

    def parts(self) -> Iterator[Path]:
        """Files of all parts, by digest."""
        yield from sorted(self.folder.glob("*.csv")) if self.folder.exists() else []

    def simulated(self) -> Iterator[bool]:
        """Yield for each part whether it is of simulated traffic."""
        return (path.with_suffix(MARK).exists() for path in self.parts())

    def damaged(self) -> tuple[str, ...]:
        """Names of parts whose content no longer has its digest."""
        return tuple(path.name for path in self.parts() if hashlib.sha256(path.read_bytes()).hexdigest() != path.stem)
