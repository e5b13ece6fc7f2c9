"""The grid's books for a balance of any size: nodes as a tree, meters as columns, cut into groups and batches of groups.

There are some ten thousands of nodes but millions of meters; a meter takes a few dozen bytes here. Groups are those of
:func:`minewatch.usecases.balance_plan.plan_groups`; names of meters are only written out for the batch that is worked on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.gridtree import GridTree, build_tree
from minewatch.detect.unread import MeterKind
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.readers.gridtables import KINDS
from minewatch.stores.lake import shard_of
from minewatch.usecases.balance_plan import Books, GroupPlan, nearest, plan_groups
from minewatch.usecases.import_grid import latest_day
from minewatch.usecases.tables import Tables

EXPORTS = ("export", "反向", "上网")
DEEPEST = 8
"""How many meters may hang below one another before the uppermost is given up as an orphan."""
COLUMNS = ("declared_use", "voltage", "ct", "pt", "direction")


@dataclass(frozen=True, slots=True)
class GridBooks:
    """What the books say on a day.

    ``tree`` holds nodes and stations; ``meters`` one row a meter of the grid or of the table of meters: ``meter``, ``parent``
    (a node of the tree; null where it hangs on none), ``kind`` (place in ``kinds``), ``feeding``, ``named`` (whether the table
    of meters knows it).
    """

    tree: GridTree
    meters: pl.DataFrame
    kinds: tuple[MeterKind, ...]


def read_books(tables: Tables, *, on: date | None) -> GridBooks:
    """Read grid and meters as they stood ``on`` a day (the newest otherwise). ``InputError`` where there is no grid."""
    grid = tables.read("grid", key=KINDS["grid"].key)
    if grid is None:
        raise InputError(
            Text("The workspace holds no grid.", "工作区中没有电网拓扑。"),
            remedy=Text("Import it: minewatch import grid FILE…", "请先导入：minewatch import grid 文件…"),
        )
    day = on or latest_day(grid)
    leaf = pl.col("kind") == "meter"
    tree, _ = build_tree(grid.filter(~leaf), on=day)
    begins, ends = pl.col("valid_from"), pl.col("valid_to")
    holds = (begins.is_null() | (begins <= day)) & (ends.is_null() | (ends >= day))
    lines = grid.filter(leaf & holds).select(pl.col("node").alias("meter"), "parent")
    lines = _on_nodes(lines.unique("meter", keep="last", maintain_order=True), tree)
    table = tables.read("meters", key=KINDS["meters"].key)
    if table is None:
        nobody = (pl.lit(0, dtype=pl.Int32).alias("kind"), pl.lit(value=False).alias("feeding"))
        return GridBooks(tree, lines.with_columns(*nobody, named=pl.lit(value=False)), (MeterKind(),))
    known, kinds = _kinds(table)
    meters = lines.join(known, on="meter", how="full", coalesce=True, maintain_order="left_right").with_columns(
        pl.col("kind").fill_null(0), pl.col("feeding", "named").fill_null(value=False)
    )
    return GridBooks(tree, meters, kinds)


def _on_nodes(lines: pl.DataFrame, tree: GridTree) -> pl.DataFrame:
    """Hang meters below meters on the node above those; a parent that the tree does not know becomes null."""
    nodes = pl.DataFrame({"parent": list(tree.kind)}, schema={"parent": pl.String})
    placed: list[pl.DataFrame] = []
    for _ in range(DEEPEST):
        placed.append(lines.join(nodes, on="parent", how="semi"))
        lines = lines.join(nodes, on="parent", how="anti")
        above = placed[-1].select(pl.col("meter").alias("parent"), pl.col("parent").alias("above"))
        if not lines.height or not above.height:
            break
        up = lines.join(above, on="parent", how="left")
        lines = up.select("meter", pl.coalesce("above", "parent").alias("parent"))
    return pl.concat([*placed, lines.with_columns(pl.lit(None, dtype=pl.String).alias("parent"))])


def _kinds(table: pl.DataFrame) -> tuple[pl.DataFrame, tuple[MeterKind, ...]]:
    """Return meter, kind, feeding, named of the table of meters, and the kinds; kind 0 is that of an unknown meter."""
    with_all = table.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in COLUMNS if name not in table.columns
    )
    ratio = pl.col("ct").cast(pl.Float64).fill_null(1.0).replace(0.0, 1.0) * pl.col("pt").cast(pl.Float64).fill_null(
        1.0
    ).replace(0.0, 1.0)
    rows = with_all.select(
        "meter",
        pl.col("declared_use", "voltage").fill_null(""),
        ratio=ratio,
        feeding=pl.col("direction").is_in(EXPORTS).fill_null(value=False),
    )
    held = rows.select("declared_use", "voltage", "ratio").unique(maintain_order=True)
    kinds = (MeterKind(), *(MeterKind(*row) for row in held.iter_rows()))
    codes = held.with_columns(kind=pl.int_range(1, pl.len() + 1, dtype=pl.Int32))
    known = rows.join(codes, on=["declared_use", "voltage", "ratio"], how="left", maintain_order="left")
    return known.select("meter", "kind", "feeding", named=pl.lit(value=True)), kinds


@dataclass(frozen=True, slots=True)
class GridPlan:
    """Groups of nodes without their meters, and which meters hang on which of their nodes.

    ``order`` are rows of the books in the order of group, node and name; ``first`` (groups + 1) where each group begins in it;
    ``node`` the node of each of them, by its place in the group.
    """

    books: GridBooks
    groups: tuple[GroupPlan, ...]
    order: NDArray[np.int32]
    first: NDArray[np.int64]
    node: NDArray[np.int32]

    def group(self, number: int) -> GroupPlan:
        """Return a group with the names of its meters."""
        begin, end = int(self.first[number]), int(self.first[number + 1])
        names = self.books.meters["meter"].gather(self.order[begin:end]).to_list()
        places = self.node[begin:end]
        bare = self.groups[number]
        cuts = np.searchsorted(places, np.arange(len(bare.nodes) + 1)).tolist()
        meters = tuple(tuple(names[a:b]) for a, b in pairwise(cuts))
        return GroupPlan(bare.nodes, bare.below, bare.stations, meters)

    def books_of(self, numbers: Sequence[int]) -> Books:
        """Return the books of the meters of some groups that follow each other."""
        begin, end = int(self.first[numbers[0]]), int(self.first[numbers[-1] + 1])
        rows = self.books.meters[self.order[begin:end].tolist()].select("meter", "kind", "feeding", "named").rows()
        return Books(
            {meter: self.books.kinds[kind] for meter, kind, _, named in rows if named},
            frozenset(meter for meter, _, feeding, _ in rows if feeding),
            {},
        )

    def batches(self, meters: int) -> Iterator[list[int]]:
        """Cut the groups into batches of at most so many meters and nodes, at least one group each."""
        batch: list[int] = []
        held = 0
        for number, group in enumerate(self.groups):
            size = int(self.first[number + 1] - self.first[number]) + len(group.names)
            if batch and held + size > meters:
                yield batch
                batch, held = [], 0
            batch.append(number)
            held += size
        if batch:
            yield batch


def plan_grid(books: GridBooks, *, supplied: frozenset[str]) -> GridPlan:
    """Cut the grid into groups; ``supplied`` are nodes that have supply readings."""
    groups = tuple(plan_groups(books.tree, supplied=supplied))
    place = {name: (number, index) for number, one in enumerate(groups) for index, name in enumerate(one.nodes)}
    homes = {}
    for name in books.tree.kind:
        home = nearest(books.tree, name, supplied)
        if home is not None and home in place:
            homes[name] = place[home]
    table = pl.DataFrame(
        [(name, group, node) for name, (group, node) in homes.items()],
        schema={"parent": pl.String, "group": pl.Int32, "node": pl.Int32},
        orient="row",
    )
    rows = (
        books.meters.select("meter", "parent")
        .with_row_index("row")
        .join(table, on="parent", how="inner")
        .sort("group", "node", "meter")
    )
    first = np.searchsorted(rows["group"].to_numpy(), np.arange(len(groups) + 1))
    return GridPlan(books, groups, rows["row"].cast(pl.Int32).to_numpy(), first, rows["node"].cast(pl.Int32).to_numpy())


@dataclass(frozen=True, slots=True)
class ShardRows:
    """Rows of the books by shard of a lake: ``order``, and where each shard begins in it, ``cuts`` (shards + 1)."""

    names: pl.Series
    order: NDArray[np.int32]
    cuts: NDArray[np.int64]

    def of(self, shard: int) -> Mapping[str, int]:
        """Return the row in the books of each meter of a shard."""
        rows = self.order[self.cuts[shard] : self.cuts[shard + 1]]
        return dict(zip(self.names.gather(rows).to_list(), rows.tolist(), strict=True))


def rows_by_shard(books: GridBooks, shards: int) -> ShardRows:
    """Find the shard of every meter of the books."""
    names = books.meters["meter"]
    shard = np.fromiter((shard_of(name, shards) for name in names), dtype=np.int16, count=len(names))
    order = np.argsort(shard, kind="stable").astype(np.int32)
    return ShardRows(names, order, np.searchsorted(shard[order], np.arange(shards + 1)))
