"""Frames as CSV: risky texts guarded, numbers untouched."""

import polars as pl

from minewatch.usecases.guarded_csv import guarded, guarded_csv

FRAME = pl.DataFrame({"name": ["=1+1", "plain", None, "-5"], "kw": [-1.5, 2.0, None, 0.0]})


def test_only_risky_texts_change():
    assert guarded(FRAME)["name"].to_list() == ["'=1+1", "plain", None, "-5"]
    assert guarded(FRAME)["kw"].to_list() == FRAME["kw"].to_list()


def test_bytes_with_and_without_a_mark():
    assert guarded_csv(FRAME.head(1)) == b"name,kw\n'=1+1,-1.5\n"
    assert guarded_csv(FRAME.head(1), bom=True).startswith(b"\xef\xbb\xbf")
