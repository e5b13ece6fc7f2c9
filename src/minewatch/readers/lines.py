"""Lines of text out of a byte stream, each of bounded length."""

from collections.abc import Iterator
from typing import BinaryIO

from minewatch.readers.traffic_log import TrafficLog

MAX_LINE = 1 << 20


def text_lines(stream: BinaryIO, log: TrafficLog) -> Iterator[tuple[int, str]]:
    """Yield number (from 1) and text of every line that is not empty; one longer than a mebibyte is noted and passed over.

    Carriage returns and NULs inside a line become blanks.
    """
    number = 0
    while True:
        raw = stream.readline(MAX_LINE)
        if not raw:
            return
        number += 1
        if len(raw) == MAX_LINE and not raw.endswith(b"\n"):
            log.note("line_unreadable", line=number, value="longer than 1 MiB")
            while raw and not raw.endswith(b"\n"):
                raw = stream.readline(MAX_LINE)
            continue
        text = (
            raw.decode("utf-8-sig" if number == 1 else "utf-8", "replace")
            .rstrip("\r\n")
            .replace("\r", " ")
            .replace("\0", " ")
        )
        if text.strip():
            yield number, text
