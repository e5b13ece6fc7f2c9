"""Reads XML from text as a file would be read."""

import tempfile
from pathlib import Path

import polars as pl

from minewatch.readers.issuelog import IssueLog
from minewatch.readers.options import ReadOptions
from minewatch.readers.xmlfile import open_xml


def read_text(text, *, name="x.xml", encoding="utf-8", frames=None, **options):
    """Return (all points or None, the issues in order)."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        log = IssueLog()
        found = []
        layout, stream = open_xml(path, name, ReadOptions(**options), log)
        assert layout is None
        for frame, kind, done in stream:
            assert kind == "points"
            assert 0 < done <= path.stat().st_size
            found.append(frame)
        if frames is not None:
            frames.extend(found)
        return (pl.concat(found) if found else None), [*log.take(), *log.rest()]
