"""Models of the curve kept in a workspace: each with its card, never changed; and which of them is in use.

::

    DIR/models/
    ├── <id>.npz     the model
    ├── <id>.json    its card
    └── in-use       the id of the one in use; absent: the shipped one
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minewatch.stores.files import disk_errors, write_atomically

IN_USE = "in-use"


class ModelStore:
    """The models in one folder, which is made when it is first written to. ``StoreError`` when the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, model: bytes, card: Mapping[str, Any]) -> Path:
        """Keep a model and its card under ``name``; the card is written last and makes it one. Returns the model's path."""
        path = self._folder / f"{name}.npz"
        with disk_errors(f"keeping the model {name}"):
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, model, tmp=self._folder)
            text = json.dumps(card, ensure_ascii=False, indent=2).encode("utf-8")
            write_atomically(self._folder / f"{name}.json", text, tmp=self._folder)
        return path

    def names(self) -> tuple[str, ...]:
        """Return the names of all models kept."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json"))) if self._folder.exists() else ()

    def card(self, name: str) -> dict[str, Any] | None:
        """Return a model's card, or None where there is no such model."""
        if name not in self.names():
            return None
        with disk_errors(f"reading the card of {name}"):
            found: dict[str, Any] = json.loads((self._folder / f"{name}.json").read_text("utf-8"))
        return found

    def path(self, name: str) -> Path:
        """Return where a model's file is."""
        return self._folder / f"{name}.npz"

    def in_use(self) -> str:
        """Return the name of the model in use, empty for the shipped one."""
        path = self._folder / IN_USE
        with disk_errors("reading which model is in use"):
            return path.read_text("utf-8").strip() if path.exists() else ""

    def use(self, name: str) -> None:
        """Put the model ``name`` to use; empty is the shipped one."""
        with disk_errors("choosing a model"):
            if name:
                write_atomically(self._folder / IN_USE, name.encode(), tmp=self._folder)
            else:
                (self._folder / IN_USE).unlink(missing_ok=True)
