"""Grid tables kept in a workspace: append-only Parquet parts, numbered in the order of import, named by their file's digest.

::

    DIR/grid/
    ├── <kind>-<number>-<sha256 of the file>.parquet
    └── lock

The same file imported twice is one part. Where two parts tell of the same thing, the later import wins when they are read.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from minewatch.model.origin import Origin
from minewatch.stores.files import disk_errors, exclusive, write_atomically

FLAG = "simulated"
"""Column of a part that tells whether its file holds simulated data."""


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

    def simulated(self, *kinds: str) -> Iterator[bool]:
        """Yield for each part of these kinds (all unless named) whether it is simulated, as far as the part tells.

        A part of an older program has no column for it; its remark may tell.
        """
        paths = [path for kind in kinds or ("*",) for path in self.parts(kind)]
        for path in paths:
            with disk_errors(f"reading {path.name}"):
                frame = pl.scan_parquet(path)
                names = frame.collect_schema().names()
                first = frame.select([one for one in (FLAG, "remark") if one in names]).head(1).collect()
            told = first.row(0, named=True) if first.height else {}
            if FLAG in told:
                yield bool(told[FLAG])
            elif Origin.SIMULATED.remark in (told.get("remark") or ""):
                yield True

    def read(self, kind: str, *, key: Sequence[str]) -> pl.DataFrame | None:
        """Return all rows of a kind, of those with the same ``key`` the one imported last; None when nothing was."""
        paths = self.parts(kind)
        if not paths:
            return None
        with disk_errors(f"reading {kind} tables in {self.folder}"):
            frames = [pl.read_parquet(path) for path in paths]
        return pl.concat(frames, how="diagonal_relaxed").unique(list(key), keep="last", maintain_order=True)
