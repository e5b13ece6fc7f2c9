"""Small palette pictures as PNG (ISO/IEC 15948), written with the standard library: the same cells, the same bytes."""

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"

Colour = tuple[int, int, int, int]
"""Red, green, blue and opacity, each 0 to 255."""


def palette_png(cells: NDArray[np.uint8], palette: Sequence[Colour]) -> bytes:
    """Return a PNG whose pixel at (row, column) has the palette's colour of that number; row 0 is on top.

    ``cells`` must have two axes, neither empty, and no number beyond the palette, which holds at most 256 colours.
    """
    height, width = cells.shape
    if not cells.size or int(cells.max()) >= len(palette):
        raise ValueError(f"cells of shape {cells.shape} do not fit a palette of {len(palette)} colours")
    rows = np.zeros((height, width + 1), dtype=np.uint8)  # each row starts with its filter type, 0: none
    rows[:, 1:] = cells
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(bytes(colour[:3]) for colour in palette)),
        (b"tRNS", bytes(colour[3] for colour in palette)),
        (b"IDAT", zlib.compress(rows.tobytes(), 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    """Frame one chunk: length, type, body, check sum over type and body."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
