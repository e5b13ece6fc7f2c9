"""The port through which use cases read tables of the grid."""

from collections.abc import Sequence
from typing import Protocol

import polars as pl


class Tables(Protocol):
    """Tables of the grid by kind, as :class:`minewatch.stores.gridstore.GridStore` keeps them."""

    def read(self, kind: str, *, key: Sequence[str]) -> pl.DataFrame | None:
        """Return all rows of a kind, of those with the same ``key`` the one imported last; None where there are none."""
