from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from minewatch.detect.gridtree import build_tree

ON = date(2021, 6, 17)
SCHEMA = {
    "node": pl.String,
    "parent": pl.String,
    "kind": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "file": pl.String,
    "line": pl.Int64,
}


def lines(*rows):
    full = [
        (node, parent, kind, *(dates or (None, None)), "g.csv", number)
        for number, (node, parent, kind, *dates) in enumerate(((*row[:3], *row[3:]) for row in rows), start=2)
    ]
    return pl.DataFrame(full, schema=SCHEMA, orient="row")


def codes(grid):
    return [(one.code, one.line) for one in build_tree(grid, on=ON)[1]]


def test_a_sound_tree_has_no_faults():
    grid = lines(("S", None, "substation"), ("F", "S", "feeder"), ("A", "F", "area"), ("m", "A", "meter"))
    tree, faults = build_tree(grid, on=ON)
    assert faults == ()
    assert tree.roots == ("S",)
    assert tree.children["F"] == ("A",)


def test_a_circle_is_told_once_and_cut():
    grid = lines(("A", "B", "area"), ("B", "C", "area"), ("C", "A", "area"), ("m", "A", "meter"))
    tree, faults = build_tree(grid, on=ON)
    assert [one.code for one in faults] == ["grid_cycle"]
    assert faults[0].value == "A → B → C → A"
    assert tree.parent == {"m": "A"}


def test_orphans_two_parents_and_doubles_are_told_by_line():
    grid = lines(
        ("S", None, "substation"),
        ("T", None, "substation"),
        ("m", "S", "meter"),
        ("m", "T", "meter"),
        ("n", "S", "meter"),
        ("n", "S", "meter"),
        ("o", "gone", "meter"),
    )
    assert codes(grid) == [("grid_two_parents", 5), ("grid_double", 7), ("grid_orphan", 8)]
    assert build_tree(grid, on=ON)[0].parent["m"] == "T"


def test_validity_decides_which_line_holds():
    old, new = (None, date(2021, 6, 1)), (date(2021, 6, 2), None)
    grid = lines(
        ("S", None, "substation"),
        ("T", None, "substation"),
        ("m", "S", "meter", *old),
        ("m", "T", "meter", *new),
        ("x", "S", "meter", *old),
        ("y", "S", "meter", date(2022, 1, 1), date(2021, 1, 1)),
    )
    tree, faults = build_tree(grid, on=ON)
    assert tree.parent == {"m": "T"}
    assert sorted((one.code, one.line) for one in faults) == [("grid_dates_reversed", 7), ("grid_stale", 6)]
    assert build_tree(grid, on=date(2021, 6, 1))[0].parent["m"] == "S"


@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from("ABCDEF")), max_size=12))
def test_whatever_the_lines_the_tree_has_no_circle(pairs):
    tree, _ = build_tree(lines(*((a, b, "area") for a, b in pairs)), on=ON)
    for start in tree.kind:
        seen: set[str] = set()
        node: str | None = start
        while node is not None:
            assert node not in seen
            seen.add(node)
            node = tree.above(node)
