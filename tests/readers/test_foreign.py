"""Files that are no table are told by their first bytes."""

import io
import random
import struct
import zipfile

import fastexcel
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from minewatch.readers.foreign import foreign_kind, is_binary


def kind_of(tmp_path, data):
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    return foreign_kind(path, data[:4096])


def zipped(*names):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return packed.getvalue()


def old_office(stream):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + stream.encode("utf-16-le") + bytes(1000)


NOISE = random.Random(0).randbytes(3000)
CASES = {
    "png": (b"\x89PNG\r\n\x1a\n" + NOISE, ("picture_file", "PNG")),
    "jpeg": (b"\xff\xd8\xff\xe0" + NOISE, ("picture_file", "JPEG")),
    "bmp": (b"BM" + struct.pack("<IHH", 9000, 0, 0) + NOISE, ("picture_file", "BMP")),
    "pdf": (b"%PDF-1.7\n" + NOISE, ("document_file", "PDF")),
    "docx": (zipped("[Content_Types].xml", "word/document.xml"), ("document_file", "Word")),
    "doc": (old_office("WordDocument"), ("document_file", "Word")),
    "protected": (old_office("EncryptedPackage"), ("protected_workbook", "")),
    "zip": (zipped("inner/a.csv"), ("archive_file", "ZIP")),
    "7z": (b"7z\xbc\xaf\x27\x1c" + NOISE, ("archive_file", "7z")),
    "tar": (b"a.csv".ljust(257, b"\x00") + b"ustar" + bytes(200), ("archive_file", "tar")),
    "exe": (b"MZ\x90\x00\x03\x00\x00\x00" + bytes(60) + NOISE, ("program_file", "EXE")),
    "elf": (b"\x7fELF\x02\x01" + NOISE, ("program_file", "ELF")),
    "html": (b"\r\n <!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", ("web_page", "")),
    "json": (b'[{"meter": "M1", "kw": 1}]', ("format_not_read", "JSON")),
    "sqlite": (b"SQLite format 3\x00" + NOISE, ("format_not_read", "SQLite")),
    "capture": (b"\xd4\xc3\xb2\xa1" + NOISE, ("capture_file", "")),
}


@pytest.mark.parametrize("name", CASES)
def test_what_it_is_stands_in_the_first_bytes(tmp_path, name):
    data, expected = CASES[name]
    assert kind_of(tmp_path, data) == expected


def workbook():
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed) as book:
        book.add_worksheet().write_row(0, 0, ["meter", "time", "kw"])
    assert fastexcel.read_excel(packed.getvalue()).sheet_names
    return packed.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"meter,time,kw\nM1,2021-06-01 00:15,1.5\n",
        "计量点,时间,功率\n甲,2021-06-01 00:15,1.5\n".encode("gb18030"),
        "计量点,时间,功率\n甲,2021-06-01 00:15,1.5\n".encode("utf-16"),
        "meter,time,kw\nM1,2021-06-01 00:15,1.5\n".encode("utf-16-le"),
        b"MZ01,2021-06-01 00:15,1.5\n",
        b"BM,2021-06-01 00:15,1.5\n",
        b"meter,time,kw\nM1,2021-06-01 00:15,1\x00.5\n",
        b'<?xml version="1.0"?><feed/>',
        b"PAR1" + NOISE,
        old_office("Workbook"),
        workbook(),
        workbook()[:300],
    ],
)
def test_what_may_be_a_table_is_left_to_the_readers(tmp_path, data):
    assert kind_of(tmp_path, data) is None


@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1), min_size=1, max_size=50))
def test_text_is_never_called_binary(words):
    for encoding in ("utf-8", "utf-16", "gb18030"):
        assert not is_binary(("meter,time,kw," + ",".join(words)).encode(encoding))


def test_noise_is_called_binary():
    assert is_binary(NOISE)
    assert not is_binary(b"")
    assert not is_binary(bytes(100))
