"""Screening files: what cannot be screened is told in both languages, with a remedy."""

from datetime import UTC, datetime

import pytest

from minewatch.model.errors import InputError
from minewatch.readers.options import ReadOptions
from minewatch.usecases.screen_files import screened_files

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def refused(*files):
    with pytest.raises(InputError) as caught, screened_files(files, now=NOW, options=ReadOptions()):
        pass
    return caught.value


def is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\x07garbage\n\x01", b"a,b\n1,2\n"])
def test_a_file_without_a_meter_is_told_in_both_languages(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    error = refused(path)
    assert error.message.startswith("No meter was found in 1 file.")
    assert "x.csv" in error.message
    wrong, cure = error.told("zh")
    assert "个文件中没有找到计量点" in wrong
    assert is_chinese(cure)
    assert "No meter" not in wrong


def test_a_path_that_gives_no_file_is_told_in_both_languages(tmp_path):
    error = refused(tmp_path / "nowhere.csv")
    assert "gives no file to read" in error.message
    assert all(is_chinese(text) for text in error.told("zh"))


def test_of_several_files_each_is_told_with_its_remedy(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"%PDF-1.7\n")
    (tmp_path / "b.csv").write_bytes(b"\x89PNG\r\n\x1a\n")
    error = refused(tmp_path)
    assert "a.csv: The file is a document (PDF), not a table. Ask for" in error.message
    assert "b.csv: The file is a picture (PNG), not a table. Export" in error.message
    assert "b.csv：该文件是图片（PNG），不是数据表。请将" in error.told("zh")[0]
