"""Pieces of unfinished work: whole or absent, by key."""

import numpy as np
import pytest

from minewatch.model.errors import StoreError
from minewatch.stores.unfinished import UnfinishedStore


def test_pieces_come_back_to_the_bit(tmp_path):
    store = UnfinishedStore(tmp_path / "learning")
    assert store.get("a") is None
    assert not store.has("a")
    piece = {"looks": np.array([[1.5, np.nan]], np.float32), "site": np.array(["客户1"]), "none": np.empty((0, 2))}
    store.put("a", piece)
    back = store.get("a")
    assert store.has("a")
    assert set(back) == set(piece)
    for name, array in piece.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


def test_a_damaged_piece_counts_as_absent(tmp_path):
    store = UnfinishedStore(tmp_path)
    store.put("a", {"x": np.arange(1000)})
    path = tmp_path / "a.npz"
    whole = path.read_bytes()
    for content in (b"", b"no zip", whole[: len(whole) // 2], whole[:-10]):
        path.write_bytes(content)
        assert store.get("a") is None


def test_what_nothing_leads_to_is_removed(tmp_path):
    store = UnfinishedStore(tmp_path / "learning")
    store.keep_only(frozenset())
    for key in ("a", "b"):
        store.put(key, {"x": np.arange(3)})
    (tmp_path / "learning" / "half.tmp").write_bytes(b"x")
    store.keep_only(frozenset({"b"}))
    assert [path.name for path in (tmp_path / "learning").iterdir()] == ["b.npz"]


def test_a_disk_that_refuses_is_told(tmp_path):
    (tmp_path / "learning").write_bytes(b"a file in the way")
    with pytest.raises(StoreError):
        UnfinishedStore(tmp_path / "learning").put("a", {"x": np.arange(3)})
