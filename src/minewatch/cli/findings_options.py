"""The options by which ``minewatch findings`` filters, and the query they make."""

from collections.abc import Mapping
from typing import Annotated

import typer

from minewatch.model.findings_views import SORTS, FindingQuery
from minewatch.usecases.findings_query import read_query

RunOption = Annotated[str, typer.Option("--run", help="The run; the latest otherwise.")]
StatusOption = Annotated[
    str, typer.Option("--status", help="todo, open, again, accepted, dismissed, case, closed or all.")
]
LeastOption = Annotated[float | None, typer.Option("--least", help="Least probability.")]
LeastKwOption = Annotated[float | None, typer.Option("--least-kw", help="Least mining power.")]
SinceFromOption = Annotated[str, typer.Option("--since-from", help="Began on this day or later.")]
SinceToOption = Annotated[str, typer.Option("--since-to", help="Began on this day or earlier.")]
DivisionOption = Annotated[str, typer.Option("--division", help="GB/T 2260 code and all below, or unplaced.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Code of a reason.")]
TextOption = Annotated[str, typer.Option("--text", help="Part of meter, customer, node or declared use.")]
SortOption = Annotated[str, typer.Option("--sort", help=f"One of {', '.join(SORTS)}.")]


def query_of(values: Mapping[str, str | float | None]) -> FindingQuery:
    """Return the query that options make; ``InputError`` for values that cannot be used."""
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    if texts.get("status") == "all":
        texts["status"] = ""
    return read_query(texts)
