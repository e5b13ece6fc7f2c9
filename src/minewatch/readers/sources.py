"""Files: from globs and folders to paths, from compressed bytes to plain ones, and the digest of the original."""

import glob
import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from minewatch.model.errors import InputError
from minewatch.model.text import Text

READABLE = (".csv", ".txt", ".tsv", ".dat", ".xlsx", ".xlsm", ".xls", ".parquet", ".pq", ".xml")
"""Endings of files that are taken from a folder (each also with ``.gz`` or ``.zst``); named outright any will do."""

_MAGIC = ((b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_PIECE = 1 << 16

FREE_EXPANSION = 256 << 20
"""Bytes that a compressed file may give without question."""
MOST_EXPANSION = 400
"""Beyond that, bytes out for a byte in; meter readings, even all zero, stay far below."""


class ExpandsTooMuchError(Exception):
    """A compressed file gives more than readings can need; internal to the readers, who report it as an issue."""


class BrokenEndError(Exception):
    """A compressed file breaks off or is damaged; internal to the readers, who report it as an issue."""

    @property
    def why(self) -> Text:
        """What is wrong, for people: the technical text is English."""
        return Text(str(self), "压缩数据中断或已损坏")


@dataclass(frozen=True, slots=True)
class Found:
    """What patterns stand for: files, sorted and each once; patterns that give none; and what folders hold besides.

    ``left`` names, by folder, the files whose ending is not in ``READABLE``; hidden ones are not counted.
    """

    files: tuple[Path, ...]
    nothing: tuple[str, ...]
    left: dict[Path, tuple[Path, ...]]


def find(patterns: Sequence[str | Path]) -> Found:
    """Return what names, globs (``**`` too) and folders (recursive) stand for.

    From a folder only files with a known ending are taken. ``InputError`` when not one pattern gives a file.
    """
    files: dict[Path, None] = {}
    nothing: list[str] = []
    left: dict[Path, tuple[Path, ...]] = {}
    for pattern in patterns:
        hits = _hits(str(pattern), left)
        files.update(dict.fromkeys(hits))
        if not hits:
            nothing.append(str(pattern))
    if not files:
        raise _nothing_found(nothing[0] if nothing else "", left)
    return Found(tuple(files), tuple(nothing), left)


def expand(patterns: Sequence[str | Path]) -> list[Path]:
    """Return the files that patterns stand for, as :func:`find` does; ``InputError`` names the first that gives nothing."""
    found = find(patterns)
    if found.nothing:
        raise _nothing_found(found.nothing[0], found.left)
    return list(found.files)


def _nothing_found(pattern: str, left: dict[Path, tuple[Path, ...]]) -> InputError:
    others = left.get(Path(pattern).expanduser(), ())
    holds = Text("", "")
    if others:
        names = names_of(others)
        holds = Text(f" It holds: {names}.", f"其中有：{names}。")
    return InputError(
        Text(f"“{pattern}” gives no file to read.{holds.en}", f"“{pattern}”处没有可读取的文件。{holds.zh}"),
        remedy=Text(
            f"Check the path; from folders only {', '.join(READABLE)} (also .gz, .zst) are taken; others may be named outright.",
            f"请检查路径；目录中只读取扩展名为 {'、'.join(READABLE)}（及其 .gz、.zst）的文件，其他文件请直接写出文件名。",
        ),
    )


def names_of(files: Sequence[Path], most: int = 3) -> str:
    """Return the names of the first ``most`` files, with a mark where there are more."""
    return ", ".join(path.name for path in files[:most]) + (" …" if len(files) > most else "")


def _hits(pattern: str, left: dict[Path, tuple[Path, ...]]) -> list[Path]:
    path = Path(pattern).expanduser()
    if path.is_file():
        return [path]
    if path.is_dir():
        return _in_folder(path, left)
    hits: list[Path] = []
    for name in sorted(glob.glob(str(path), recursive=True)):  # noqa: PTH207 - patterns may be absolute
        one = Path(name)
        if one.is_file():
            hits.append(one)
        elif one.is_dir() and not pattern.endswith("**"):
            hits.extend(_in_folder(one, left))
    return hits


def _in_folder(folder: Path, left: dict[Path, tuple[Path, ...]]) -> list[Path]:
    def hidden(path: Path) -> bool:
        return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)

    def known(path: Path) -> bool:
        return path.name.casefold().removesuffix(".gz").removesuffix(".zst").endswith(READABLE)

    held = sorted(path for path in folder.rglob("*") if path.is_file() and not hidden(path))
    others = tuple(path for path in held if not known(path))
    if others:
        left[folder] = others
    return [path for path in held if known(path)]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of the file's bytes as they lie on disk, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def compression_of(path: Path) -> str | None:
    """Return ``"gzip"``, ``"zstd"`` or None by the first bytes, whatever the name says."""
    with path.open("rb") as stream:
        start = stream.read(4)
    return next((name for magic, name in _MAGIC if start.startswith(magic)), None)


@dataclass(slots=True)
class Opened:
    """Plain bytes of a file, read forwards; ``position`` is how far the file on disk has been read."""

    read: Callable[[int], bytes]
    position: Callable[[], int]
    close: Callable[[], None]


def open_plain(path: Path) -> Opened:
    """Open a file for its plain bytes, unpacking gzip and zstd.

    ``read(n)`` gives up to ``n`` bytes, none at the end. It raises ``BrokenEndError`` where a compressed file breaks
    off, after everything before has been given, and ``ExpandsTooMuchError`` for a decompression bomb. ``OSError`` when
    the file cannot be opened.
    """
    compression = compression_of(path)
    raw = pa.OSFile(str(path), "rb")
    if compression is None:
        return Opened(raw.read, raw.tell, raw.close)
    packed = _Gunzip(raw.read) if compression == "gzip" else pa.CompressedInputStream(raw, compression)
    given = 0
    position = 0
    broken: OSError | None = None

    def read(size: int) -> bytes:
        nonlocal given, position, broken
        pieces: list[bytes] = []
        left = size
        while left > 0:
            try:
                piece = b"" if broken else packed.read(min(left, _PIECE))
            except OSError as error:
                broken = error
                piece = b""
            if broken is not None and not pieces:
                raise BrokenEndError(str(broken)) from broken
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
            given += len(piece)
            position = raw.tell()
            if given > FREE_EXPANSION and given > MOST_EXPANSION * position:
                raise ExpandsTooMuchError
        return b"".join(pieces)

    return Opened(read, lambda: position, raw.close)


class _Gunzip:
    """Unpacks gzip (also of several members) and gives everything before a damage, to the byte."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._unpacker = zlib.decompressobj(31)
        self._waiting = b""
        self._started = False
        self._broken = ""

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes (a little more before a damage), none at the end; ``OSError`` at a damage."""
        while not self._broken:
            if not self._waiting:
                self._waiting = self._read(_PIECE)
                if not self._waiting and self._started:
                    self._broken = "the compressed data breaks off"
                    break
                if not self._waiting:
                    return b""
            saved = self._unpacker.copy()
            try:
                piece = self._unpacker.decompress(self._waiting, size)
            except zlib.error as error:
                self._broken = f"the compressed data is damaged ({error})"
                return self._rescue(saved)
            self._started = True
            self._waiting = self._unpacker.unconsumed_tail
            if self._unpacker.eof:
                self._waiting = self._unpacker.unused_data.lstrip(b"\x00")
                self._unpacker = zlib.decompressobj(31)
                self._started = False
            if piece:
                return piece
        raise OSError(self._broken)

    def _rescue(self, unpacker: "zlib._Decompress") -> bytes:
        pieces = []
        for i in range(len(self._waiting)):
            try:
                pieces.append(unpacker.decompress(self._waiting[i : i + 1]))
            except zlib.error:
                break
        if not any(pieces):
            raise OSError(self._broken)
        return b"".join(pieces)


def read_all(path: Path, most: int) -> bytes:
    """Return all plain bytes of a small file; ``ExpandsTooMuchError`` beyond ``most`` bytes."""
    opened = open_plain(path)
    try:
        data = bytearray()
        while piece := opened.read(1 << 22):
            data += piece
            if len(data) > most:
                raise ExpandsTooMuchError
        return bytes(data)
    finally:
        opened.close()
