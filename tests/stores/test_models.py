"""Models kept in a workspace."""

import pytest

from minewatch.model.errors import StoreError
from minewatch.stores.models import ModelStore


def test_a_model_is_kept_with_its_card_and_put_to_use(tmp_path):
    store = ModelStore(tmp_path / "models")
    assert store.names() == ()
    assert store.in_use() == ""
    assert store.card("model-1") is None
    store.use("")
    path = store.keep("model-1", b"model", {"id": "model-1", "by": "白"})
    assert path == store.path("model-1")
    assert path.read_bytes() == b"model"
    assert store.names() == ("model-1",)
    assert store.card("model-1") == {"id": "model-1", "by": "白"}
    store.use("model-1")
    assert store.in_use() == "model-1"
    store.use("")
    assert store.in_use() == ""


def test_a_disk_that_refuses_is_told(tmp_path):
    (tmp_path / "models").write_text("a file in the way")
    with pytest.raises(StoreError, match="model-1"):
        ModelStore(tmp_path / "models").keep("model-1", b"model", {})
