import polars as pl

from minewatch.stores.gridstore import GridStore


def test_the_same_file_twice_is_one_part_and_later_imports_win(tmp_path):
    store = GridStore(tmp_path / "grid")
    assert store.read("grid", key=("node",)) is None
    assert store.add("grid", "a" * 64, pl.DataFrame({"node": ["x", "y"], "parent": ["p", "p"]}))
    assert not store.add("grid", "a" * 64, pl.DataFrame({"node": ["x"], "parent": ["p"]}))
    assert store.add("grid", "b" * 64, pl.DataFrame({"node": ["x"], "parent": ["q"]}))
    frame = store.read("grid", key=("node",))
    assert frame is not None
    assert dict(frame.iter_rows()) == {"y": "p", "x": "q"}
    assert store.read("meters", key=("meter",)) is None
