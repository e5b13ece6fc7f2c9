"""Results of finished work units, by key: so that a killed run goes on where it was and unchanged input is not done again."""

import os
from pathlib import Path

import polars as pl


class ResultStore:
    """Frames in ``folder``, one Parquet file a key. A key must name everything the result depends on.

    A file appears whole or not at all. A file that cannot be read counts as absent: the work is done again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> pl.DataFrame | None:
        """Return the result kept under ``key``, or None."""
        path = self._path(key)
        try:
            return pl.read_parquet(path)
        except (OSError, pl.exceptions.PolarsError):
            return None

    def put(self, key: str, frame: pl.DataFrame) -> None:
        """Keep ``frame`` under ``key``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{key}.{os.getpid()}"
        frame.write_parquet(unfinished)
        unfinished.replace(self._path(key))

    def keep_only(self, keys: frozenset[str]) -> None:
        """Remove every result whose key is not in ``keys``: what the present input no longer leads to."""
        if self._folder.exists():
            for path in self._folder.iterdir():
                if path.stem not in keys:
                    path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.parquet"
