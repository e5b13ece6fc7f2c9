"""Attachments: under the digest of their content, once, whole or not at all."""

import hashlib

import pytest

from minewatch.model.errors import StoreError
from minewatch.stores.attachments import Attachments

CONTENT = b"\xff\xd8\xff a picture"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_a_file_is_kept_once_under_its_digest(tmp_path):
    store = Attachments(tmp_path / "a")
    assert store.find(DIGEST) is None
    assert store.keep(CONTENT, ".jpg") == DIGEST
    assert store.keep(CONTENT, ".png") == DIGEST
    kept = [path for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert kept == [store.find(DIGEST)]
    assert kept[0].read_bytes() == CONTENT
    assert kept[0].name == f"{DIGEST}.jpg"


@pytest.mark.parametrize("wrong", ["", "..", "../x", DIGEST[:-1], DIGEST.upper(), f"{DIGEST}/..", "*" * 64])
def test_what_is_no_digest_is_not_looked_for(tmp_path, wrong):
    store = Attachments(tmp_path)
    store.keep(CONTENT, ".jpg")
    assert store.find(wrong) is None


@pytest.mark.parametrize("wrong", ["jpg", ".", "./x", ".JPG", ".a/b"])
def test_endings_are_plain(tmp_path, wrong):
    with pytest.raises(ValueError, match="ending"):
        Attachments(tmp_path).keep(CONTENT, wrong)


def test_a_disk_that_refuses_is_told(tmp_path):
    (tmp_path / "a").write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        Attachments(tmp_path / "a").keep(CONTENT, ".jpg")
