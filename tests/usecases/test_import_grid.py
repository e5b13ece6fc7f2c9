from datetime import date

import pytest

from minewatch.model.errors import InputError
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.import_grid import import_grid_files, read_tree


def test_import_keeps_tells_and_shows_the_tree(tmp_path):
    store = GridStore(tmp_path / "ws")
    path = tmp_path / "grid.csv"
    path.write_text(
        "node,parent,kind,valid_from\nS,,substation,2012-01-01\nF,S,feeder,2012-01-01\nA,X,area,2012-01-01\n"
    )
    with pytest.raises(InputError):
        read_tree(store=store)
    checked = import_grid_files([path], what="grid", store=store, check=True)
    assert not checked.files[0].new
    assert store.parts("grid") == []
    receipt = import_grid_files([path], what="grid", store=store)
    assert receipt.files[0].new
    assert [(one.code, one.line) for one in receipt.issues] == [("grid_orphan", 4)]
    assert not import_grid_files([path], what="grid", store=store).files[0].new
    tree, issues = read_tree(store=store)
    assert tree.children == {"S": ("F",)}
    assert [one.code for one in issues] == ["grid_orphan"]
    assert read_tree(store=store, on=date(2000, 1, 1))[0].kind == {}
