"""Simulated files are known by the README beside them, by their name, or by the remark in their rows, in any format."""

import gzip

import polars as pl
import pytest
import xlsxwriter

from minewatch.model.origin import Origin
from minewatch.readers.simulated import is_simulated

ROWS = f"meter,time,kw,remark\nm1,2021-06-01 00:00,1,{Origin.SIMULATED.remark}\n"
PLAIN = "meter,time,kw\nm1,2021-06-01 00:00,1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_remark_in_the_rows_is_enough(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(ROWS.encode(encoding))
    assert is_simulated(path)
    path.write_bytes(PLAIN.encode(encoding))
    assert not is_simulated(path)


def test_a_remark_is_found_in_packed_files(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    assert is_simulated(path)


def test_a_remark_is_found_in_a_workbook_and_in_parquet(tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["meter", "kw", "remark"])
    sheet.write_row(1, 0, ["m1", 1.0, Origin.MIXED.remark])
    book.close()
    assert is_simulated(tmp_path / "a.xlsx")
    pl.DataFrame({"kw": [1.0], "remark": [Origin.SIMULATED.remark]}).write_parquet(tmp_path / "a.parquet")
    assert is_simulated(tmp_path / "a.parquet")
    pl.DataFrame({"kw": [1.0]}).write_parquet(tmp_path / "b.parquet")
    assert not is_simulated(tmp_path / "b.parquet")


@pytest.mark.parametrize("below", ["", "curves", "curves/june"])
def test_a_marked_folder_marks_what_lies_in_it(tmp_path, below):
    folder = tmp_path / "region"
    (folder / below).mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text("SIMULATED DATA\n", "utf-8")
    (folder / below / "a.csv").write_text(PLAIN, "utf-8")
    assert is_simulated(folder / below / "a.csv")
    assert is_simulated(folder / below)


def test_another_readme_marks_nothing(tmp_path):
    (tmp_path / "README.txt").write_text("Real data, no SIMULATED DATA\n", "utf-8")
    (tmp_path / "a.csv").write_text(PLAIN, "utf-8")
    assert not is_simulated(tmp_path / "a.csv")


def test_the_name_tells_even_when_the_file_is_gone(tmp_path):
    assert is_simulated(tmp_path / "模拟_SIMULATED_511802.csv")
    assert not is_simulated(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no zip", b"\x1f\x8b no gzip", b"\x28\xb5\x2f\xfd no zstd", b"PAR1"]
)
def test_a_broken_file_tells_nothing(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert not is_simulated(path)
