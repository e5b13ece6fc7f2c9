"""Use case: look for mining in traffic files and write sightings, with or without a workspace.

Files are read one after the other in bounded memory. What each gave is put beside the output at once
(``<out>.parts``, told in ``<out>.state.json``), so that an interrupted run goes on where it stopped when the same command
is given again; both go away when the output is complete. The network is never touched.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from minewatch.detect.pool_index import PoolIndex
from minewatch.model.errors import InputError, StoreError
from minewatch.model.issues import Issue
from minewatch.model.text import Text
from minewatch.model.traffic import Sighting
from minewatch.readers import sniff
from minewatch.readers.pools import SHIPPED, read_pools
from minewatch.readers.streams import open_stream
from minewatch.readers.traffic_log import TrafficLog
from minewatch.usecases.address_holders import name_holder, read_holders
from minewatch.usecases.sightings import merge_sightings, write_sightings
from minewatch.usecases.traffic_state import RunState
from minewatch.usecases.traffic_steps import Run, note_foreign, read_step


@dataclass(frozen=True, slots=True)
class TrafficOptions:
    """How to look: pool list (none: the one shipped), least probability of a row, flows held at once, who holds addresses."""

    pools: Path | None = None
    threshold: float = 0.5
    max_flows: int = 65_536
    customers: Path | None = None
    leases: Path | None = None
    nat: Path | None = None

    def digest(self) -> str:
        """Name of what decides the rows before holders are joined: the pool list's content, threshold and bound."""
        pools = hashlib.sha256((self.pools or SHIPPED).read_bytes()).hexdigest()
        return f"{pools}|{self.threshold}|{self.max_flows}"


@dataclass(frozen=True, slots=True)
class TrafficReceipt:
    """What a run did: rows written, files read or taken from an earlier start, flows looked at, issues.

    ``unread`` counts files that hold no traffic.
    """

    out: Path
    sightings: tuple[Sighting, ...]
    files: int
    resumed: int
    flows: int
    issues: tuple[Issue, ...]
    unread: int = 0

    @property
    def nothing_taken(self) -> bool:
        """Whether not one of the files holds traffic: the run has failed, and nothing was written."""
        return self.unread == self.files


def watch_traffic(
    *,
    files: Iterable[Path],
    out: Path,
    options: TrafficOptions,
    progress: Callable[[int, int], None],
    fresh: bool = False,
) -> TrafficReceipt:
    """Read ``files`` and write ``out``; ``progress`` is told the bytes read and of all files.

    A capture is one step; all logs together are one (they are joined by flow), all flow records are one (their pieces are
    put together). Files that hold no traffic are told as issues; where all are such, ``out`` is not written. ``fresh``
    forgets what an interrupted run left. Raises ``InputError`` for a file that cannot be opened or a
    table that cannot be read, ``StoreError`` when the output cannot be written.
    """
    listed = _existing(files)
    run = Run(options, PoolIndex(read_pools(options.pools or SHIPPED)))
    holders = read_holders(options.customers, options.leases, options.nat, run.issues)
    state = RunState(out, options.digest())
    if fresh:
        state.clear()
    steps = _steps(listed, run)
    total = sum(_size(path) for path in listed)
    done = resumed = 0

    def told(more: int) -> None:
        nonlocal done
        done += more
        progress(min(done, total), total)

    run.told = told
    try:
        for kind, paths in steps:
            key = state.key(paths)
            if state.has(key):
                resumed += len(paths)
                told(sum(_size(path) for path in paths))
                continue
            state.keep(key, read_step(kind, paths, run))
        progress(total, total)
        sightings = merge_sightings(state.all(state.key(paths) for _, paths in steps))
        sightings = [name_holder(one, holders) for one in sightings]
        if run.unread < len(listed):
            write_sightings(out, sightings)
        state.clear()
    except OSError as error:
        raise StoreError(
            Text(f"{out} cannot be written: {error}.", f"无法写入 {out}：{error}。"),
            remedy=Text("Free disk space or give another --out.", "请腾出磁盘空间，或另指定 --out。"),
        ) from error
    return TrafficReceipt(out, tuple(sightings), len(listed), resumed, run.flows, tuple(run.issues), run.unread)


def _steps(listed: list[Path], run: Run) -> list[tuple[str, list[Path]]]:
    """Group the files: one step a capture, one for all logs, one for all flow records; unknown ones become issues."""
    steps: list[tuple[str, list[Path]]] = []
    logs: list[tuple[int, Path]] = []
    flows: list[Path] = []
    for path in listed:
        if str(path) == "-":
            steps.append(("stdin", [path]))
            continue
        log = TrafficLog(str(path))
        with open_stream(path, log) as stream:
            head = stream.peek(1 << 14)
        kind = sniff.kind_of(head)
        if kind == sniff.CAPTURE:
            steps.append((kind, [path]))
        elif kind in {sniff.ZEEK, sniff.EVE}:
            late = kind == sniff.ZEEK and (b"conn_state" in head or b"#path\tconn" in head)
            logs.append((2 if late else 1 if kind == sniff.EVE else 0, path))
        elif kind in {sniff.NETFLOW, sniff.FLOW_CSV}:
            flows.append(path)
        else:
            run.unread += 1
            note_foreign(path, head, log)
        run.issues += log.issues
    if logs:
        steps.append(("logs", [path for _, path in sorted(logs)]))
    if flows:
        steps.append(("flows", flows))
    return steps


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
                Text(f"{path} does not exist.", f"{path} 不存在。"),
                remedy=Text(
                    "Check the name; quote patterns so that the shell expands them.",
                    "请检查文件名；通配符请按所用命令行的规则书写。",
                ),
            )
    if not listed:
        raise InputError(
            Text("There is no file to read.", "没有可读取的文件。"),
            remedy=Text("Give captures, logs or flow records.", "请提供抓包文件、日志或流记录。"),
        )
    return list(listed)


def _size(path: Path) -> int:
    return 0 if str(path) == "-" else path.stat().st_size
