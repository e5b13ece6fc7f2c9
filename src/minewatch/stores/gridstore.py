"""Grid tables kept in a workspace: append-only Parquet parts, numbered in the order of import, named by their file's digest.

::

    DIR/grid/
    ├── <kind>-<number>-<sha256 of the file>.parquet
    └── lock

The same file imported twice is one part. Where two parts tell of the same thing, the later import wins when they are read.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from minewatch.stores.files import disk_errors, exclusive, write_atomically


@dataclass(frozen=True, slots=True)
class GridStore:
    """The parts in one folder, which is made when it is first written to."""

    folder: Path

    def add(self, kind: str, digest: str, frame: pl.DataFrame) -> bool:
        """Keep one part; whether it is new. ``StoreError`` when the disk refuses, ``ConflictError`` for a second writer."""
        with disk_errors(f"keeping tables in {self.folder}"):
            self.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self.folder / "lock", what=str(self.folder)):
            held = self.parts(kind)
            if any(path.stem.endswith(digest) for path in held):
                return False
            number = 1 + max((int(path.stem.split("-")[1]) for path in held), default=0)
            buffer = io.BytesIO()
            frame.write_parquet(buffer)
            path = self.folder / f"{kind}-{number:06d}-{digest}.parquet"
            with disk_errors(f"keeping {path.name}"):
                write_atomically(path, buffer.getvalue(), tmp=self.folder)
        return True

    def parts(self, kind: str) -> list[Path]:
        """Files of all parts of a kind, in the order they were imported."""
        return sorted(self.folder.glob(f"{kind}-*.parquet")) if self.folder.exists() else []

    def read(self, kind: str, *, key: Sequence[str]) -> pl.DataFrame | None:
        """Return all rows of a kind, of those with the same ``key`` the one imported last; None when nothing was."""
        paths = self.parts(kind)
        if not paths:
            return None
        with disk_errors(f"reading {kind} tables in {self.folder}"):
            frames = [pl.read_parquet(path) for path in paths]
        return pl.concat(frames, how="diagonal_relaxed").unique(list(key), keep="last", maintain_order=True)
