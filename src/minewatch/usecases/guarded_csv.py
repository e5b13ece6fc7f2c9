"""Tables as CSV with every text guarded against being run as a formula (:mod:`minewatch.model.guard`)."""

import polars as pl

from minewatch.model.guard import neutral

STARTS = r"^[=+\-@\t\r]"


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with an apostrophe before every text that a spreadsheet would run; other columns as they are."""
    risky = [
        name
        for name, kind in frame.schema.items()
        if kind == pl.String and bool(frame[name].str.contains(STARTS).fill_null(value=False).any())
    ]
    return frame.with_columns(pl.col(name).map_elements(neutral, return_dtype=pl.String) for name in risky)


def guarded_csv(frame: pl.DataFrame, *, bom: bool = False) -> bytes:
    """Return the frame as CSV in UTF-8; ``bom`` for programs that otherwise take it for another encoding."""
    return (b"\xef\xbb\xbf" if bom else b"") + guarded(frame).write_csv().encode("utf-8")
