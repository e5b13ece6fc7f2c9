import polars as pl
import pytest

from minewatch.model.errors import StoreError
from minewatch.model.issues import issue_of
from minewatch.readers.issuelog import COLUMNS, IssueLog


def faults(count, file="f.csv"):
    return pl.DataFrame(
        {"file": file, "line": range(1, count + 1), "column": "kw", "value": "x", "meter": "A"},
        schema_overrides={"line": pl.Int64},
    )


def test_first_places_are_shown_and_the_rest_counted():
    log = IssueLog(max_shown=3)
    log.add_frame("bad_number", faults(10))
    log.add_frame("bad_number", faults(5))
    log.add_frame("bad_number", faults(2, "other.csv"))
    shown = log.take()
    assert [(i.file, i.line) for i in shown] == [
        ("f.csv", 1),
        ("f.csv", 2),
        ("f.csv", 3),
        ("other.csv", 1),
        ("other.csv", 2),
    ]
    assert log.take() == ()
    assert log.rest("other.csv") == ()
    [rest] = log.rest()
    assert (rest.file, rest.line, rest.count) == ("f.csv", 4, 12)
    assert log.rest() == ()


def test_counts_add_up_after_the_rest_was_taken():
    log = IssueLog(max_shown=1)
    log.add_frame("bad_time", faults(4))
    first = sum(i.count for i in (*log.take(), *log.rest()))
    log.add_frame("bad_time", faults(4))
    assert first + sum(i.count for i in (*log.take(), *log.rest())) == 8


def test_all_places_stream_to_csv(tmp_path):
    path = tmp_path / "issues.csv"
    with IssueLog(max_shown=2, path=path) as log:
        log.note("empty_file", "a, b.csv")
        log.add_frame("bad_number", faults(5))
        log.add(issue_of("gap", "c.csv", meter="M", value='1 "quoted"', count=7))
    table = pl.read_csv(path)
    assert table.columns == list(COLUMNS)
    assert table["file"].to_list() == ["a, b.csv", *["f.csv"] * 5, "c.csv"]
    assert table["count"].sum() == 13
    assert table["value"][-1] == '1 "quoted"'
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_place_that_cannot_be_written_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(StoreError, match="cannot be written"):
        IssueLog(path=tmp_path / "none" / "issues.csv")
