"""Use case: look for mining in traffic files and write sightings, with or without a workspace.

Files are read one after the other in bounded memory. What each gave is put beside the output at once
(``<out>.parts``, told in ``<out>.state.json``), so that an interrupted run goes on where it stopped when the same command
is given again; both go away when the output is complete. The network is never touched.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from minewatch.detect.pool_index import PoolIndex
from minewatch.detect.traffic import decide
from minewatch.model.errors import InputError, StoreError
from minewatch.model.issues import Issue
from minewatch.model.traffic import FlowFacts, Sighting
from minewatch.readers import sniff
from minewatch.readers.community import community_id_of_text
from minewatch.readers.flows_of_capture import read_capture
from minewatch.readers.pools import SHIPPED, read_pools
from minewatch.readers.streams import open_stream
from minewatch.readers.tcp import Limits
from minewatch.readers.traffic_log import TrafficLog
from minewatch.usecases.sightings import merge_sightings, read_sightings, write_sightings

STATE_VERSION = 1


@dataclass(frozen=True, slots=True)
class TrafficOptions:
    """How to look: pool list (none: the one shipped), least probability of a row, flows held at once."""

    pools: Path | None = None
    threshold: float = 0.5
    max_flows: int = 65_536


@dataclass(frozen=True, slots=True)
class TrafficReceipt:
    """What a run did: rows written, files read or taken from an earlier start, flows looked at, issues."""

    out: Path
    sightings: tuple[Sighting, ...]
    files: int
    resumed: int
    flows: int
    issues: tuple[Issue, ...]


@dataclass(slots=True)
class _Run:
    """One run's own things."""

    options: TrafficOptions
    pools: PoolIndex
    flows: int = 0
    issues: list[Issue] = field(default_factory=list)


def watch_traffic(
    *,
    files: Iterable[Path],
    out: Path,
    options: TrafficOptions,
    progress: Callable[[int, int], None],
    fresh: bool = False,
) -> TrafficReceipt:
    """Read ``files`` and write ``out``; ``progress`` is told the bytes read and of all files.

    ``fresh`` forgets what an interrupted run left. Raises ``InputError`` for a file that cannot be opened or a pool list that
    cannot be read, ``StoreError`` when the output cannot be written.
    """
    listed = _existing(files)
    endpoints = read_pools(options.pools or SHIPPED)
    run = _Run(options, PoolIndex(endpoints))
    state = _State(out, options)
    if fresh:
        state.clear()
    resumed = 0
    sizes = {path: _size(path) for path in listed}
    total, done = sum(sizes.values()), 0
    try:
        for path in listed:
            progress(done, total)
            done += sizes[path]
            key = state.key(path)
            if state.has(key):
                resumed += 1
                continue
            found = _one_file(path, run)
            state.keep(key, found)
        progress(total, total)
        sightings = merge_sightings(state.all(state.key(path) for path in listed))
        write_sightings(out, sightings)
        state.clear()
    except OSError as error:
        raise StoreError(
            f"{out} cannot be written: {error}.", remedy="Free disk space or give another --out."
        ) from error
    return TrafficReceipt(out, tuple(sightings), len(listed), resumed, run.flows, tuple(run.issues))


def _existing(files: Iterable[Path]) -> list[Path]:
    """List the files themselves and those in given directories, each once, in order."""
    listed: dict[Path, None] = {}
    for path in files:
        if path.is_dir():
            for one in sorted(inner for inner in path.rglob("*") if inner.is_file()):
                listed[one] = None
        elif path.exists() or str(path) == "-":
            listed[path] = None
        else:
            raise InputError(
                f"{path} does not exist.", remedy="Check the name; quote patterns so that the shell expands them."
            )
    if not listed:
        raise InputError("There is no file to read.", remedy="Give captures, logs or flow records.")
    return list(listed)


def _size(path: Path) -> int:
    return 0 if str(path) == "-" else path.stat().st_size


def _one_file(path: Path, run: _Run) -> list[Sighting]:
    log = TrafficLog(str(path))
    found: list[Sighting] = []

    def sink(facts: FlowFacts, resolved: dict[str, str]) -> None:
        run.flows += 1
        first, second = facts.ends
        sighting = decide(facts, run.pools, resolved, run.options.threshold)
        if sighting is not None:
            sighting.community_id = community_id_of_text(
                first.address, second.address, first.port, second.port, facts.protocol
            )
            found.append(sighting)

    with open_stream(path, log) as stream:
        kind = sniff.kind_of(stream.peek(1 << 14))
        if kind == sniff.CAPTURE:
            read_capture(stream, str(path), sink, log, Limits(flows=run.options.max_flows))
        else:
            log.note("traffic_unknown_format", value=stream.peek(8)[:8].hex())
    run.issues += log.issues
    return found


class _State:
    """What an interrupted run leaves beside the output."""

    def __init__(self, out: Path, options: TrafficOptions) -> None:
        self.file = out.with_name(out.name + ".state.json")
        self.parts = out.with_name(out.name + ".parts")
        pools = hashlib.sha256((options.pools or SHIPPED).read_bytes()).hexdigest()
        self.options = f"{STATE_VERSION}|{pools}|{options.threshold}|{options.max_flows}"
        self.done: dict[str, str] = {}
        if self.file.exists():
            try:
                kept = json.loads(self.file.read_text("utf-8"))
            except ValueError:
                kept = {}
            if isinstance(kept, dict) and kept.get("options") == self.options:
                self.done = {key: name for key, name in kept["done"].items() if (self.parts / name).exists()}

    def key(self, path: Path) -> str:
        """Know a file by its place, size and time of change; standard input is never known."""
        if str(path) == "-":
            return "-"
        told = path.stat()
        return f"{path.resolve()}|{told.st_size}|{told.st_mtime_ns}"

    def has(self, key: str) -> bool:
        """Whether the file of ``key`` was read."""
        return key != "-" and key in self.done

    def keep(self, key: str, sightings: list[Sighting]) -> None:
        """Put down what the file of ``key`` gave."""
        self.parts.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(key.encode()).hexdigest()[:24] + ".csv"
        write_sightings(self.parts / name, sightings)
        self.done[key] = name
        unfinished = self.file.with_name(self.file.name + ".part")
        unfinished.write_text(json.dumps({"options": self.options, "done": self.done}), "utf-8")
        unfinished.replace(self.file)

    def all(self, keys: Iterable[str]) -> Iterable[Sighting]:
        """Everything the files of ``keys`` gave."""
        for key in keys:
            yield from read_sightings(self.parts / self.done[key])

    def clear(self) -> None:
        """Forget."""
        self.done = {}
        self.file.unlink(missing_ok=True)
        shutil.rmtree(self.parts, ignore_errors=True)
