import gzip
import hashlib

import pytest

from minewatch.model.errors import InputError
from minewatch.readers.sources import BrokenEndError, digest_of, expand, open_plain


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")


def test_names_globs_and_folders(tmp_path):
    touch(tmp_path, "b.csv", "a.CSV.gz", "sub/c.parquet", "sub/deep/d.xlsx", ".hidden/e.csv", "~$open.xlsx", "notes.md")
    names = lambda *patterns: [str(p.relative_to(tmp_path)) for p in expand(patterns)]  # noqa: E731
    assert names(tmp_path) == ["a.CSV.gz", "b.csv", "sub/c.parquet", "sub/deep/d.xlsx"]
    assert names(tmp_path / "notes.md") == ["notes.md"]
    assert names(str(tmp_path / "*.csv"), tmp_path / "b.csv") == ["b.csv"]
    assert names(str(tmp_path / "**" / "*.xlsx")) == ["sub/deep/d.xlsx", "~$open.xlsx"]
    assert names(str(tmp_path / "su*")) == ["sub/c.parquet", "sub/deep/d.xlsx"]


def test_a_name_with_brackets_is_a_name_first(tmp_path):
    touch(tmp_path, "load[1].csv")
    assert expand([tmp_path / "load[1].csv"]) == [tmp_path / "load[1].csv"]


@pytest.mark.parametrize("pattern", ["nothing.csv", "*.csv", "empty"])
def test_nothing_found_names_the_pattern(tmp_path, pattern):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=pattern.replace("*", r"\*")):
        expand([tmp_path / pattern])


def test_digest_is_of_the_original_bytes(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"abc"))
    assert digest_of(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_gzip_of_several_members_and_padding(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"first,") + gzip.compress(b"second") + b"\x00" * 512)
    opened = open_plain(path)
    assert opened.read(1000) == b"first,second"
    assert opened.read(10) == b""
    opened.close()


@pytest.mark.parametrize("size", [10, 1000, 10**6])
def test_all_bytes_before_a_damage_are_given(tmp_path, size):
    data = bytes(range(256)) * (size // 256 + 1)
    packed = bytearray(gzip.compress(data))
    packed[-5] ^= 1
    path = tmp_path / "a.gz"
    path.write_bytes(packed)
    opened = open_plain(path)
    pieces = []
    with pytest.raises(BrokenEndError, match="damaged"):
        pieces.extend(iter(lambda: opened.read(4096), b""))
    opened.close()
    assert b"".join(pieces) == data
