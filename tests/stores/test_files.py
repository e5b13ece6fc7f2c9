import errno
import hashlib

import pytest

from minewatch.model.errors import StoreError
from minewatch.stores.files import digest_of, disk_errors, write_atomically


def test_replacing_a_file_is_all_or_nothing(tmp_path, monkeypatch):
    target = tmp_path / "x"
    write_atomically(target, b"old", tmp=tmp_path)
    write_atomically(target, b"new", tmp=tmp_path)
    assert target.read_bytes() == b"new"

    def refuse(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("minewatch.stores.files.os.fsync", refuse)
    with pytest.raises(OSError, match="space"):
        write_atomically(target, b"never", tmp=tmp_path)
    assert target.read_bytes() == b"new"


@pytest.mark.parametrize(("code", "word"), [(errno.ENOSPC, "full"), (errno.EFBIG, "full"), (errno.EACCES, "refused")])
def test_disk_errors_say_what_to_do(code, word):
    with pytest.raises(StoreError, match=word) as caught, disk_errors("a test"):
        raise OSError(code, "x")
    assert "run the same command again" in caught.value.remedy


def test_digest_is_sha256_and_counts_the_bytes(tmp_path):
    content = bytes(range(256)) * 40000
    (tmp_path / "f").write_bytes(content)
    seen = []
    assert digest_of(tmp_path / "f", progress=seen.append) == hashlib.sha256(content).hexdigest()
    assert sum(seen) == len(content)
