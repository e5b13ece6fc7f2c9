"""Pieces of a long piece of work as arrays, by key: so that a killed run goes on where it was."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.stores.files import disk_errors, write_atomically

Arrays = dict[str, NDArray[Any]]


class UnfinishedStore:
    """Arrays in ``folder``, one file a key. A key must name everything that the piece depends on.

    A file appears whole or not at all. One that cannot be read counts as absent: the work is done again. ``StoreError`` when
    the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Arrays | None:
        """Return the arrays kept under ``key``, or None."""
        try:
            with np.load(io.BytesIO(self._path(key).read_bytes()), allow_pickle=False) as held:
                return {name: held[name] for name in held.files}
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
            return None

    def has(self, key: str) -> bool:
        """Tell whether there is a file for ``key``, readable or not."""
        return self._path(key).exists()

    def put(self, key: str, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Keep ``arrays`` under ``key``."""
        content = io.BytesIO()
        np.savez(content, allow_pickle=False, **dict(arrays))
        with disk_errors("keeping what has been learned so far"):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(key), content.getvalue(), tmp=self._folder)

    def keep_only(self, keys: frozenset[str]) -> None:
        """Remove every other file: pieces of earlier work that nothing leads to any more."""
        if not self._folder.exists():
            return
        with disk_errors("clearing what was learned before"):
            for path in self._folder.iterdir():
                if path.suffix != ".npz" or path.stem not in keys:
                    path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.npz"
