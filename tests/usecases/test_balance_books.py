from datetime import date

import polars as pl
import pytest

from minewatch.detect.gridtree import build_tree
from minewatch.detect.unread import MeterKind
from minewatch.model.errors import InputError
from minewatch.stores.lake import shard_of
from minewatch.usecases.balance_books import plan_grid, read_books, rows_by_shard
from minewatch.usecases.balance_plan import books_of, plan_groups

ROWS = [
    ("S", None, "substation"), ("F", "S", "feeder"), ("A", "F", "area"), ("B", "F", "area"), ("C", "F", "area"),
    ("a", "A", "meter"), ("b", "B", "meter"), ("c", "C", "meter"), ("f", "F", "meter"), ("H", "S", "station"),
    ("h", "H", "meter"), ("a2", "a", "meter"), ("a3", "a2", "meter"), ("lost", "nowhere", "meter"),
]  # fmt: skip
SUPPLIED = frozenset({"S", "F", "A", "B"})


class MemoryTables:
    """Tables of the grid as the store gives them."""

    def __init__(self, **frames):
        self.frames = frames

    def read(self, kind, *, key):
        del key
        return self.frames.get(kind)


def grid(*more):
    lines = [(*row, None, None) for row in ROWS] + list(more)
    names = ["node", "parent", "kind", "valid_from", "valid_to"]
    frame = pl.DataFrame(lines, schema=names, orient="row").with_columns(pl.col("valid_from", "valid_to").cast(pl.Date))
    return frame.with_columns(pl.lit("g").alias("file"), pl.lit(0).alias("line"))


METERS = pl.DataFrame(
    {
        "meter": ["a", "b", "f", "apart"],
        "declared_use": ["home", "home", None, "shop"],
        "voltage": ["220V", "220V", "10kV", None],
        "ct": [1.0, None, 40.0, 0.0],
        "pt": [1.0, 1.0, 100.0, 1.0],
        "direction": ["import", "反向", None, None],
    }
)


def test_groups_and_their_meters_are_those_of_the_tree():
    tables = MemoryTables(grid=grid())
    plan = plan_grid(read_books(tables, on=date(2021, 6, 1)), supplied=SUPPLIED)
    tree, _ = build_tree(grid(), on=date(2021, 6, 1))
    assert [plan.group(number) for number in range(len(plan.groups))] == plan_groups(tree, supplied=SUPPLIED)


def test_only_lines_of_the_day_count_and_the_later_wins():
    moved = (("a", "A", "meter", None, date(2021, 5, 1)), ("b", "A", "meter", None, None))
    tables = MemoryTables(grid=grid(*moved))
    held = dict(read_books(tables, on=date(2021, 6, 1)).meters.select("meter", "parent").iter_rows())
    assert (held["a"], held["b"], held["lost"]) == ("A", "A", None)


def test_kinds_and_feeding_are_those_of_the_table_of_meters():
    books = read_books(MemoryTables(grid=grid(), meters=METERS), on=date(2021, 6, 1))
    plan = plan_grid(books, supplied=SUPPLIED)
    mine, plain = plan.books_of(range(len(plan.groups))), books_of(METERS.with_columns(customer=pl.lit(None)))
    assert mine.feeding == plain.feeding == {"b"}
    assert {name: plain.kinds[name] for name in mine.kinds} == dict(mine.kinds)
    assert mine.kinds["f"] == MeterKind("", "10kV", 4000.0)
    assert books.meters.filter(meter="apart")["parent"].to_list() == [None]
    assert books.meters.filter(meter="c")["named"].to_list() == [False]


def test_batches_hold_whole_groups_and_shards_every_meter_once():
    books = read_books(MemoryTables(grid=grid()), on=date(2021, 6, 1))
    plan = plan_grid(books, supplied=SUPPLIED)
    assert list(plan.batches(1000)) == [[0, 1]]
    assert list(plan.batches(1)) == [[0], [1]]
    rows = rows_by_shard(books, 4)
    shards = [rows.of(number) for number in range(4)]
    names = books.meters["meter"].to_list()
    assert sorted(name for one in shards for name in one) == sorted(names)
    assert all(
        names[row] == name and shard_of(name, 4) == n for n, one in enumerate(shards) for name, row in one.items()
    )


def test_without_a_grid_it_says_so():
    with pytest.raises(InputError, match="no grid"):
        read_books(MemoryTables(), on=None)
