"""Make a computer ready for its first screening: what must be compiled is compiled once, by several processes.

Numba compiles under one lock, so threads do not help. Each process compiles some shares into the user's cache, where
numba puts each file in place at once: a process that is killed leaves nothing half written, and two that compile the
same share write the same.
"""

import gc
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from minewatch.detect.ready import SHARES, compile_shares, unready

_PATIENCE_SECONDS = 300.0
"""A process that takes longer is left alone: its share is compiled here when it is needed."""

_CHILD = "import sys; from minewatch.usecases.prepare import compile_here; compile_here(tuple(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was compiled now, by how many processes; no share where all was ready."""

    shares: tuple[str, ...]
    processes: int


def prepare(*, processes: int) -> Prepared:
    """Compile what a screening needs and this computer has not compiled yet, with up to ``processes`` processes.

    What another process could not do is done in this one.
    """
    left = unready()
    groups = dealt(left, max(processes, 1))
    if not groups:
        return Prepared((), 0)
    others = [child for group in groups[1:] if (child := _started(group)) is not None]
    try:
        compile_here(groups[0])
        for child in others:
            _waited_for(child)
    except BaseException:
        for child in others:
            child.kill()
        raise
    compile_here(unready())
    return Prepared(left, 1 + len(others))


def dealt(names: Sequence[str], processes: int) -> list[tuple[str, ...]]:
    """Deal shares to processes, the largest first, each to the one with least to do; without empty groups."""
    groups: list[list[str]] = [[] for _ in range(processes)]
    for name in sorted(names, key=lambda name: (-SHARES[name].work, name)):
        min(groups, key=lambda group: sum(SHARES[one].work for one in group)).append(name)
    return [tuple(group) for group in groups if group]


def compile_here(names: tuple[str, ...]) -> None:
    """Compile shares in this process."""
    with _without_collection():
        compile_shares(names)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Put off the search for unused objects, of which compiling makes millions; it costs an eighth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _started(names: tuple[str, ...]) -> "subprocess.Popen[bytes] | None":
    """Start a fresh interpreter that compiles shares; None where there is none to start."""
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        return subprocess.Popen(  # noqa: S603 - this very interpreter, with words of our own
            [sys.executable, "-c", _CHILD, *names],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _waited_for(child: "subprocess.Popen[bytes]") -> None:
    try:
        child.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
