import struct
import zlib

import numpy as np
import pytest

from minewatch.reports.png import palette_png

PALETTE = ((0, 0, 0, 255), (250, 10, 20, 255), (9, 8, 7, 128))


def chunks(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + length


def test_a_reader_of_the_format_finds_the_same_cells():
    cells = np.array([[0, 1, 2, 1], [2, 2, 0, 1], [1, 0, 0, 2]], dtype=np.uint8)
    parts = dict(chunks(palette_png(cells, PALETTE)))
    assert list(parts) == [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", parts[b"IHDR"]) == (4, 3, 8, 3, 0, 0, 0)
    assert parts[b"PLTE"] == bytes([0, 0, 0, 250, 10, 20, 9, 8, 7])
    assert parts[b"tRNS"] == bytes([255, 255, 128])
    rows = np.frombuffer(zlib.decompress(parts[b"IDAT"]), dtype=np.uint8).reshape(3, 5)
    assert (rows[:, 0] == 0).all()
    assert (rows[:, 1:] == cells).all()


@pytest.mark.parametrize("cells", [np.zeros((0, 3), np.uint8), np.full((2, 2), 3, np.uint8)], ids=["empty", "beyond"])
def test_cells_beyond_the_palette_are_refused(cells):
    with pytest.raises(ValueError, match="palette of 3"):
        palette_png(cells, PALETTE)
