"""The two commands of the traffic path, as a user types them."""

import csv
import json
import subprocess
import sys

import pytest

import stories
import talks


def minewatch(*words, given=b"", lang="en"):
    return subprocess.run(
        [sys.executable, "-m", "minewatch", "--lang", lang, *map(str, words)],
        input=given,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def capture(tmp_path):
    path = tmp_path / "x.pcap"
    path.write_bytes(talks.pcap(stories.stratum().packets))
    return path


def test_sightings_are_written_and_printed_as_json(capture, tmp_path):
    done = minewatch("traffic", capture, "--out", tmp_path / "s.csv", "--json")
    assert done.returncode == 0
    (printed,) = [json.loads(line) for line in done.stdout.splitlines()]
    with (tmp_path / "s.csv").open(newline="", encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert printed == row
    assert (row["miner"], row["dialect"], row["coin"]) == ("10.0.0.5", "stratum-v1", "BTC")
    assert "believed to be mining" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_standard_input_and_chinese(capture, tmp_path):
    done = minewatch("traffic", "-", "--out", tmp_path / "s.csv", given=capture.read_bytes(), lang="zh")
    assert done.returncode == 0
    assert done.stdout == b""
    assert "疑似挖矿的流" in done.stderr.decode()


def test_an_unknown_file_is_told_and_the_rest_is_read(capture, tmp_path):
    (tmp_path / "notes.txt").write_text("hello\n", "utf-8")
    done = minewatch("traffic", capture, tmp_path / "notes.txt", "--out", tmp_path / "s.csv")
    assert done.returncode == 10
    assert "notes.txt" in done.stderr.decode().replace("\n", "")
    assert len((tmp_path / "s.csv").read_text("utf-8").splitlines()) == 2


@pytest.fixture
def foreign(tmp_path):
    folder = tmp_path / "foreign"
    folder.mkdir()
    (folder / "a.pcap").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "b.log").write_bytes(b"%PDF-1.7\n" + bytes(100))
    return folder


def test_pictures_and_documents_alone_write_nothing(foreign, tmp_path):
    done = minewatch("traffic", foreign, "--out", tmp_path / "s.csv", "--sites", tmp_path / "sites.csv")
    assert done.returncode == 3
    told = done.stderr.decode().replace("\n", " ")
    assert "a picture (PNG)" in told
    assert "a document (PDF)" in told
    assert "Nothing was taken from 2 files" in told
    assert sorted(path.name for path in tmp_path.iterdir()) == ["foreign"]


def test_an_import_of_foreign_files_keeps_nothing_and_of_a_mix_the_traffic(capture, foreign, tmp_path):
    assert minewatch("init", tmp_path / "w", "--zone", "+08:00").returncode == 0
    none = minewatch("import", "traffic", foreign, "--workspace", tmp_path / "w", lang="zh")
    assert none.returncode == 3
    assert "图片（PNG）" in none.stderr.decode()
    assert "under-way" not in none.stderr.decode().replace("\n", "")
    assert list((tmp_path / "w" / "traffic").iterdir()) == []
    mixed = minewatch("import", "traffic", capture, foreign, "--workspace", tmp_path / "w")
    assert mixed.returncode == 10
    assert "kept in the workspace" in mixed.stderr.decode()
    assert "under-way" not in mixed.stderr.decode().replace("\n", "")
    assert [path.suffix for path in (tmp_path / "w" / "traffic").iterdir()] == [".csv"]


def test_a_missing_file_is_a_sentence(tmp_path):
    done = minewatch("traffic", tmp_path / "none.pcap", "--out", tmp_path / "s.csv")
    assert done.returncode == 3
    assert "does not exist" in done.stderr.decode()


def test_import_keeps_sightings_in_the_workspace(capture, tmp_path):
    assert minewatch("init", tmp_path / "w", "--zone", "+08:00").returncode == 0
    first = minewatch("import", "traffic", capture, "--workspace", tmp_path / "w")
    assert first.returncode == 0, first.stderr.decode()
    assert "kept in the workspace" in first.stderr.decode()
    second = minewatch("import", "traffic", capture, "--workspace", tmp_path / "w")
    assert "already" in second.stderr.decode()
    assert len(list((tmp_path / "w" / "traffic").iterdir())) == 1
