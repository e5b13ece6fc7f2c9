from datetime import date

import numpy as np
import polars as pl

from minewatch.detect.gridtree import build_tree
from minewatch.usecases.balance_plan import Books, books_of, fill_group, plan_groups

ROWS = [
    ("S", None, "substation"), ("F", "S", "feeder"), ("A", "F", "area"), ("B", "F", "area"), ("C", "F", "area"),
    ("a", "A", "meter"), ("b", "B", "meter"), ("c", "C", "meter"), ("f", "F", "meter"), ("H", "S", "station"),
]  # fmt: skip


def tree():
    frame = pl.DataFrame(ROWS, schema=["node", "parent", "kind"], orient="row").with_columns(
        pl.lit(None, dtype=pl.Date).alias("valid_from"),
        pl.lit(None, dtype=pl.Date).alias("valid_to"),
        pl.lit("g").alias("file"),
        pl.lit(0).alias("line"),
    )
    return build_tree(frame, on=date(2021, 6, 1))[0]


def test_a_node_without_supply_is_looked_through():
    feeder, top = plan_groups(tree(), supplied=frozenset({"S", "F", "A", "B"}))
    assert feeder.nodes == ("A", "B", "F")
    assert feeder.meters == (("a",), ("b",), ("c", "f"))
    assert feeder.below == ((), (), ("A", "B"))
    assert (top.nodes, top.below, top.stations) == (("S",), (("F",),), (("H",),))


def test_a_group_is_filled_with_signs_and_silence():
    (plan,) = [one for one in plan_groups(tree(), supplied=frozenset({"S", "F", "A", "B"})) if "F" in one.nodes]
    ones = np.ones((1, 24))
    books = Books({}, frozenset({"f"}), {})
    series = {"F": 9 * ones, "A": 4 * ones, "B": 2 * ones, "a": 3 * ones, "f": ones}
    group = fill_group(plan, series=series, delivered={}, books=books, first_day=date(2021, 6, 1), shape=(1, 24))
    assert group.meters == ("a", "f")
    assert group.kw[1].max() == -1
    assert [len(one) for one in group.unread] == [0, 1, 1]
    assert group.passed_on[2].tolist() == (6 * ones).tolist()


def test_what_a_station_delivers_lowers_the_supply():
    (plan,) = [one for one in plan_groups(tree(), supplied=frozenset({"S", "F"})) if "S" in one.nodes]
    ones = np.ones((1, 24))
    group = fill_group(
        plan,
        series={"S": 5 * ones, "F": 7 * ones},
        delivered={"H": 2 * ones},
        books=books_of(None),
        first_day=date(2021, 6, 1),
        shape=(1, 24),
    )
    at = plan.nodes.index("S")
    assert (group.supply[at] - group.passed_on[at]).max() == 0
