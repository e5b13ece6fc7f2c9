"""Files that survive a crash: written aside, synced, then renamed; and the lock that keeps two writers apart.

The order is always the same: write ``tmp/x`` -> fsync the file -> rename it to its final name -> fsync the folder. A
rename is atomic, so after a power cut or ``kill -9`` a name shows the old content or the new one, never a mixture.
"""

import errno
import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from minewatch.model.errors import ConflictError, StoreError
from minewatch.model.text import Text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
HASH_CHUNK = 1 << 22


@contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turn a failing disk into a ``StoreError`` that says what was being done and what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in FULL or "No space left" in str(error)
        if full:
            raise StoreError(
                Text(
                    f"The disk is full or its quota is used up: {what} could not be finished ({error}).",
                    f"磁盘已满或配额用尽：未能完成 {what}（{error}）。",
                ),
                remedy=Text(
                    "Nothing was changed. Make room on the disk, then run the same command again.",
                    "未作任何更改。请腾出磁盘空间，然后重新运行同一命令。",
                ),
            ) from error
        raise StoreError(
            Text(
                f"The disk refused: {what} could not be finished ({error}).",
                f"磁盘拒绝写入：未能完成 {what}（{error}）。",
            ),
            remedy=Text(
                "Nothing was changed. Check that the folder exists, is writable and its disk is sound; then run the same "
                "command again.",
                "未作任何更改。请确认目录存在、可写且磁盘正常，然后重新运行同一命令。",
            ),
        ) from error


def sync_folder(folder: Path) -> None:
    """Make renames inside ``folder`` durable (a no-op on Windows, where folders cannot be opened)."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the content of ``path`` durable."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def publish(temporary: Path, final: Path) -> None:
    """Give a synced temporary file its final name, atomically and durably."""
    temporary.replace(final)
    sync_folder(final.parent)


def write_atomically(path: Path, content: bytes, *, tmp: Path) -> None:
    """Replace ``path`` by ``content`` so that a crash leaves the old or the new; ``tmp``: a folder on its disk."""
    temporary = tmp / f"{path.name}.{os.getpid()}"
    with temporary.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    publish(temporary, path)


def digest_of(path: Path, *, progress: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file, in hexadecimal; ``progress`` is told the bytes of each chunk."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(HASH_CHUNK):
            digest.update(chunk)
            if progress is not None:
                progress(len(chunk))
    return digest.hexdigest()


def _take(handle: IO[bytes]) -> None:
    if sys.platform == "win32":
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def exclusive(path: Path, *, what: str) -> Iterator[None]:
    """Hold the lock file ``path``; ``ConflictError`` if another process holds it. A killed process lets go of it."""
    with disk_errors(f"locking {path}"):
        handle = path.open("ab")
    with handle:
        try:
            _take(handle)
        except OSError as error:
            raise ConflictError(
                Text(f"Another process is writing to {what}.", f"另一进程正在写入 {what}。"),
                remedy=Text(
                    "Wait until it has finished, then run the same command again.", "请等待其完成，再运行同一命令。"
                ),
            ) from error
        yield
