"""Damaged, empty and hostile files: never a traceback, always an issue, and what is good is taken."""

import gzip
import io
import os
import zipfile

import numpy as np
import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewatch.model.errors import InputError
from minewatch.model.issues import CATALOGUE
from minewatch.readers import sources
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.options import ReadOptions
from minewatch.readers.readings import open_readings
from readers.reading_files import as_dict, assert_same, codes, curve, read, times

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def good_csv(meters=3):
    rows = [
        f"M{m},{t},{v:.3f}"
        for m in range(meters)
        for t, v in zip(times(96, 3), curve(96, 3, seed=m).reshape(-1), strict=True)
    ]
    return ("\n".join(["meter,time,kw", *rows]) + "\n").encode()


@pytest.mark.parametrize("data", [b"", b"\n\n\n", b"\xef\xbb\xbf", b" \t\r\n", b"\x00" * 100])
def test_empty_files(tmp_path, data):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    days, issues = read(path)
    assert days == {}
    assert codes(issues) == {"empty_file"}


def test_headings_alone(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("meter,time,kw\n", "utf-8")
    days, issues = read(path)
    assert days == {}
    assert codes(issues) <= {"empty_file", "unknown_layout"}
    assert issues


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a.csv.gz", "a.csv.zst"])
@pytest.mark.parametrize(
    "magic", [b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_random_bytes_behind_any_magic(tmp_path, name, magic):
    path = tmp_path / name
    path.write_bytes(magic + np.random.default_rng(7).bytes(20_000))
    days, issues = read(path)
    assert days == {}
    assert codes(issues) & {
        "unreadable_file",
        "truncated_file",
        "unknown_layout",
        "empty_file",
        "binary_file",
        "damaged_workbook",
    }


@QUIET
@given(data=st.binary(max_size=2000))
def test_any_bytes(tmp_path, data):
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    read(path)


@QUIET
@given(text=st.text(alphabet='0123456789,;\t\n"-:/. TtimevalukWhP年月日功率表号é\x00', max_size=600))
def test_any_text_of_a_table(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    read(path)


@QUIET
@given(seed=st.integers(0, 2**32 - 1), flips=st.integers(1, 30))
def test_good_tables_with_bytes_overwritten(tmp_path, seed, flips):
    """Overwritten bytes cost the lines they stand in; meters that were not touched come through whole."""
    rng = np.random.default_rng(seed)
    data = bytearray(good_csv())
    begin = len(data) * 2 // 3
    for at in rng.integers(begin + 100, len(data), flips):
        data[at] = rng.integers(0, 256)
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(data))
    days, _ = read(path)
    np.testing.assert_allclose(as_dict(days[96])["M0"][:3], curve(96, 3, seed=0), rtol=1e-5)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_truncated_compressed_files_give_what_came_before(tmp_path, pack, share):
    data = good_csv(200)
    packed = pack(data)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed[: int(len(packed) * share)])
    days, issues = read(path)
    assert "truncated_file" in codes(issues)
    got = as_dict(days[96])
    assert len(got) > 200 * share * 0.5
    np.testing.assert_allclose(got["M0"], curve(96, 3, seed=0), rtol=1e-5)


def test_a_damaged_gzip_checksum_is_told(tmp_path):
    packed = bytearray(gzip.compress(good_csv()))
    packed[-6] ^= 0xFF
    path = tmp_path / "a.csv.gz"
    path.write_bytes(packed)
    days, issues = read(path)
    assert "truncated_file" in codes(issues)
    assert len(as_dict(days[96])) == 3


def test_decompression_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "FREE_EXPANSION", 4 << 20)
    line = b"M1,2021-06-14 00:00,1\n"
    data = b"meter,time,kw\n" + line * (40_000_000 // len(line))
    path = tmp_path / "a.csv"
    path.write_bytes(zstandard.compress(data, 19))
    assert len(data) > 400 * path.stat().st_size
    seen = 0
    issues = []
    for batch in open_readings(path).batches():
        seen += batch.frame.height
        issues += batch.issues
    assert codes(issues) >= {"expands_too_much"}
    assert seen < 1_000_000


def test_zip_bombs_are_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as entry,
    ):
        for _ in range(300):
            entry.write(b"0" * (1 << 20))
    _, issues = read(path)
    assert codes(issues) == {"expands_too_much"}


@pytest.mark.parametrize("ending", ["xlsx", "parquet"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.99])
def test_truncated_workbooks_and_parquet(tmp_path, ending, share):
    frame = pl.DataFrame({"meter": "A", "time": times(96, 3), "kw": curve(96, 3).reshape(-1)})
    buffer = io.BytesIO()
    (frame.write_excel if ending == "xlsx" else frame.write_parquet)(buffer)
    path = tmp_path / f"a.{ending}"
    path.write_bytes(buffer.getvalue()[: int(len(buffer.getvalue()) * share)])
    days, issues = read(path)
    assert days == {}
    assert codes(issues) <= {"damaged_workbook", "truncated_file"}
    assert issues


def test_nul_bytes_and_stray_quotes_cost_no_other_line(tmp_path):
    lines = good_csv(1).decode().splitlines()
    lines[5] = lines[5].replace("M0", 'M0"')
    lines[9] = lines[9].replace("M0", "M\x000")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), "utf-8")
    days, issues = read(path)
    assert_same(days[96], {"M0": curve(96, 3, seed=0)})
    assert {(i.code, i.line) for i in issues} == {("unclosed_quote", 6), ("nul_bytes", 10)}


def test_quoted_cells_thousands_and_text_in_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        'meter,time,kw\n"A","2021-06-14 00:00","1,234.5"\nA,2021-06-14 00:15,abc\n'
        "A,not a time,3\n,2021-06-14 00:30,4\nA,2021-06-14 00:45,7,8\n",
        "utf-8",
    )
    days, issues = read(path)
    got = as_dict(days[96])["A"][0]
    assert got[0] == 1234.5
    assert got[3] == 7.0
    told = {(i.code, i.line, i.column, i.value) for i in issues}
    assert {
        ("thousands_separators", 0, "", "1,234.5"),
        ("bad_number", 3, "kw", "abc"),
        ("bad_time", 4, "time", "not a time"),
        ("no_meter", 5, "meter", ""),
        ("row_too_long", 6, "", "8"),
    } <= told


def test_bytes_of_another_encoding_are_told_by_line(tmp_path):
    lines = good_csv(1).splitlines()
    lines[3] = lines[3].replace(b"M0", b"M\xff0")
    path = tmp_path / "a.csv"
    path.write_bytes(b"\n".join(lines))
    _, issues = read(path, options=ReadOptions(encoding="utf-8"))
    assert ("wrong_encoding", 4) in {(i.code, i.line) for i in issues}


def test_very_many_bad_rows_stay_few_issues_and_a_full_list(tmp_path):
    """60,000 bad rows: a few issues, all places as CSV, all good rows taken."""
    bad = 60_000
    rows = [f"B,2021-06-14 00:00,x{i}" for i in range(bad)]
    path = tmp_path / "a.csv"
    path.write_bytes(good_csv(2) + "\n".join(rows).encode() + b"\n")
    target = tmp_path / "issues.csv"
    with IssueLog(path=target) as log:
        days, issues = read(path, log=log)
    assert len([i for i in issues if i.code == "bad_number"]) <= 21
    assert sum(i.count for i in issues if i.code == "bad_number") == bad
    listed = pl.read_csv(target)
    numbers = listed.filter(pl.col("code") == "bad_number")
    assert numbers.height == bad
    first = 2 + 2 * 96 * 3
    assert numbers["line"].to_list() == list(range(first, first + bad))
    assert numbers["value"].to_list() == [f"x{i}" for i in range(bad)]
    assert numbers["issue"][7] == CATALOGUE["bad_number"].sentence.en.format(value="x7")
    assert set(as_dict(days[96])) == {"M0", "M1", "B"}


def test_files_larger_than_a_block_keep_their_lines(tmp_path, monkeypatch):
    monkeypatch.setattr("minewatch.readers.csvfile.BLOCK", 1000)
    lines = good_csv(2).decode().splitlines()
    lines[300] = "M1,2021-06-14 00:00,bad"
    path = tmp_path / "a.csv"
    path.write_text("\r\n".join(lines), "utf-8")
    days, issues = read(path)
    assert [(i.line, i.value) for i in issues if i.code == "bad_number"] == [(301, "bad")]
    np.testing.assert_allclose(as_dict(days[96])["M0"], curve(96, 3, seed=0), rtol=1e-5)


@pytest.mark.parametrize("at", ["digest_of", "_first_bytes"])
def test_a_file_that_may_not_be_read(tmp_path, monkeypatch, at):
    """Refused by the system when it is opened: permission bits do not bind the superuser, so the refusal is played."""
    path = tmp_path / "a.csv"
    path.write_bytes(good_csv())

    def refused(opened):
        raise PermissionError(13, "Permission denied", str(opened))

    monkeypatch.setattr(f"minewatch.readers.readings.{at}", refused)
    days, issues = read(path)
    assert days == {}
    assert [(issue.code, issue.file) for issue in issues] == [("unreadable_file", str(path))]
    assert "Permission denied" in issues[0].value


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_the_permission_to_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(good_csv())
    path.chmod(0)
    _, issues = read(path)
    assert codes(issues) == {"unreadable_file"}


def test_a_folder_in_place_of_a_file(tmp_path):
    with pytest.raises(InputError, match="is no file"):
        open_readings(tmp_path)


def test_a_file_that_lost_its_line_ends_is_refused_at_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a," * 100_000)
    days, issues = read(path)
    assert days == {}
    assert codes(issues) == {"unknown_layout"}
