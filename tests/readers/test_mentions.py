"""Lines that name a meter are found in every packing and encoding, with the number that an editor shows."""

import gzip

import openpyxl
import pytest

from minewatch.readers.mentions import lines_naming

TEXT = "标题,,\n计量点,日期,P1\n5118240001,2021-06-16,1.5\n5118240002,2021-06-16,2.5\r\n某5118240001,2021-06-17,3.5"
WANTED = [("5118240001", 3), ("5118240001", 5)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_encoding(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))
    found = list(lines_naming(path, ["5118240001", "absent"]))
    assert [(name, line) for name, line, _ in found] == WANTED
    assert found[0][2] == "5118240001,2021-06-16,1.5"


def test_packed_and_longer_than_one_piece(tmp_path):
    path = tmp_path / "a.csv.gz"
    filler = "x" * 99 + "\n"
    path.write_bytes(gzip.compress((filler * 60_000 + "5118240001,1\r\n" + filler).encode()))
    assert [(line, text) for _, line, text in lines_naming(path, ["5118240001"])] == [(60_001, "5118240001,1")]


def test_rows_of_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["计量点", "值"], ["5118240001", 1], ["5118240002", 2]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert list(lines_naming(tmp_path / "a.xlsx", ["5118240002"])) == [("5118240002", 3, "5118240002\t2")]


def test_a_damaged_workbook_and_a_parquet_file_have_no_lines(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    (tmp_path / "a.parquet").write_bytes(b"PAR1 5118240001")
    assert not list(lines_naming(tmp_path / "a.xlsx", ["5118240001"]))
    assert not list(lines_naming(tmp_path / "a.parquet", ["5118240001"]))
