"""Which meters of a workspace are no customers': they are balanced, not screened."""

import polars as pl

from minewatch.readers.gridtables import KINDS
from minewatch.stores.gridstore import GridStore

METER = "meter"
"""The kind of the leaves of a grid: customers' own meters."""


def not_customers(store: GridStore) -> frozenset[str]:
    """Return the meters that measure the grid itself (their id is the name of a node) or what is fed into it.

    A transformer area's supply is the sum of its customers: as a curve of its own it would be accused, or acquitted, of what
    they do. Empty where no table of the grid or of meters was imported.
    """
    grid = store.read("grid", key=KINDS["grid"].key)
    meters = store.read("meters", key=KINDS["meters"].key)
    nodes = frozenset(grid.filter(pl.col("kind") != METER)["node"].to_list()) if grid is not None else frozenset()
    if meters is None or "direction" not in meters.columns:
        return nodes
    return nodes | frozenset(meters.filter(pl.col("direction") == "export")["meter"].to_list())


def customers_only(findings: pl.DataFrame, aside: frozenset[str]) -> pl.DataFrame:
    """Return the findings (``model.tables.FINDINGS``) without the meters ``aside``, in their order."""
    return findings.filter(~pl.col("meter_id").is_in(list(aside))) if aside else findings
