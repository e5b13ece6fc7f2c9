"""Files as plain byte streams: gzip and zstandard are unpacked on the way, a broken end is noted and never raised."""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, cast

import zstandard

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.traffic_log import TrafficLog

GZIP_MAGIC, ZSTD_MAGIC = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
MAX_NESTING = 3


class _Readable(Protocol):
    def read1(self, size: int, /) -> bytes: ...


class _Forgiving(io.RawIOBase):
    """Reads a stream; damage becomes the end of the stream and an issue."""

    def __init__(self, inner: _Readable, log: TrafficLog, told: Callable[[int], None] | None = None) -> None:
        self.inner = inner
        self.told = told
        self.log = log
        self.over = False

    def readable(self) -> bool:
        """Streams here are read only."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill ``buffer`` as far as the packed stream goes."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        if self.over:
            return 0
        try:
            data = self.inner.read1(len(view))
        except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
            self.log.note("packed_damaged", value=str(error))
            self.over = True
            return 0
        view[: len(data)] = data
        if self.told is not None:
            self.told(len(data))
        return len(data)


@contextmanager
def open_stream(
    path: Path, log: TrafficLog, told: Callable[[int], None] | None = None
) -> "Iterator[io.BufferedReader[_Forgiving]]":
    """Open ``path`` (``-``: standard input) for peeking and reading, unpacked.

    ``told`` hears of the bytes read from the file itself. Raises ``InputError`` when it cannot be opened.
    """
    try:
        raw = cast("io.BufferedReader", sys.stdin.buffer) if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise InputError(
            Text(f"{path} cannot be opened: {error.strerror}.", f"无法打开 {path}：{error.strerror}。"),
            remedy=Text("Check the name and your rights.", "请检查文件名和访问权限。"),
        ) from error
    try:
        stream = io.BufferedReader(_Forgiving(raw, log, told), 1 << 20)
        for _ in range(MAX_NESTING):
            head = stream.peek(4)[:4]
            if head[:2] == GZIP_MAGIC:
                packed: _Readable = gzip.GzipFile(fileobj=stream)
            elif head == ZSTD_MAGIC:
                packed = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
                    stream, read_across_frames=True
                )
            else:
                break
            stream = io.BufferedReader(_Forgiving(packed, log), 1 << 20)
        yield stream
    finally:
        if raw is not sys.stdin.buffer:
            raw.close()
