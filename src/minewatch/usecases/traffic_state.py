"""What an interrupted traffic run leaves beside its output, so that the same command goes on where it stopped."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from minewatch.model.traffic import Sighting
from minewatch.usecases.sightings import read_sightings, write_sightings

STATE_VERSION = 1


class RunState:
    """Rows of finished steps in ``<out>.parts``, told in ``<out>.state.json``; of other options' runs nothing is taken."""

    def __init__(self, out: Path, options: str) -> None:
        self.file = out.with_name(out.name + ".state.json")
        self.parts = out.with_name(out.name + ".parts")
        self.options = f"{STATE_VERSION}|{options}"
        self.done: dict[str, str] = {}
        kept: object = None
        if self.file.exists():
            try:
                kept = json.loads(self.file.read_text("utf-8"))
            except ValueError:
                kept = None
        if isinstance(kept, dict) and kept.get("options") == self.options and isinstance(kept.get("done"), dict):
            self.done = {key: name for key, name in kept["done"].items() if (self.parts / name).exists()}

    @staticmethod
    def key(paths: list[Path]) -> str:
        """Know a step by its files' places, sizes and times of change; standard input is never known again."""
        told = []
        for path in paths:
            if str(path) == "-":
                told.append("-")
                continue
            stat = path.stat()
            told.append(f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}")
        return "\n".join(told)

    def has(self, key: str) -> bool:
        """Whether the step of ``key`` was finished before."""
        return key != "-" and key in self.done

    def keep(self, key: str, sightings: list[Sighting]) -> None:
        """Put down what the step of ``key`` gave."""
        self.parts.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:24] + ".csv"
        write_sightings(self.parts / name, sightings)
        self.done[key] = name
        unfinished = self.file.with_name(self.file.name + ".part")
        unfinished.write_text(json.dumps({"options": self.options, "done": self.done}), "utf-8")
        unfinished.replace(self.file)

    def all(self, keys: Iterable[str]) -> Iterable[Sighting]:
        """Rows of the steps of ``keys``."""
        for key in keys:
            yield from read_sightings(self.parts / self.done[key])

    def clear(self) -> None:
        """Forget everything."""
        self.done = {}
        self.file.unlink(missing_ok=True)
        shutil.rmtree(self.parts, ignore_errors=True)
