"""``minewatch grid``: the tree of substations, feeders, transformer areas, meters and stations that was imported."""

import os
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from minewatch.cli.console import print_data, print_json
from minewatch.cli.import_grid import show_issues
from minewatch.cli.reading_options import ReceiptOption, WorkspaceOption
from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.import_grid import grid_store, read_tree
from minewatch.usecases.workspaces import VARIABLE, open_workspace

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def group() -> None:
    """Look at the grid that was imported."""


@app.command()
def tree(
    node: Annotated[str | None, typer.Argument(help="Where to begin; the top otherwise.")] = None,
    workspace: WorkspaceOption = None,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="As it stood on this day.")] = None,
    leaves: Annotated[bool, typer.Option("--meters", help="Print every meter, not only how many.")] = False,
    as_json: ReceiptOption = False,
) -> None:
    """Print the tree as it stood on a day, and what is wrong with it."""
    found = open_workspace(given=workspace, variable=os.environ.get(VARIABLE), start=Path.cwd())
    built, issues = read_tree(store=grid_store(found), on=on.date() if on else None)
    if node is not None and node not in built.kind:
        raise InputError(
            Text(f"There is no node {node} on {built.on}.", f"{built.on} 的电网中没有节点 {node}。"),
            remedy=Text("See minewatch grid tree for the names.", "节点名称见 minewatch grid tree。"),
        )
    starts = (node,) if node is not None else built.roots
    if as_json:
        rows = [{"node": one, "parent": built.above(one), "kind": what} for one, what in sorted(built.kind.items())]
        print_json({"on": built.on, "nodes": rows, "issues": [asdict(one) for one in issues]})
        return
    todo = [(start, 0) for start in reversed(starts)]
    while todo:
        name, depth = todo.pop()
        below = built.children.get(name, ())
        counted = Counter(built.kind[one] for one in below)
        told = ", ".join(f"{number} {what}" for what, number in sorted(counted.items()))
        print_data(f"{'  ' * depth}{name}  {built.kind[name]}{f'  ({told})' if told else ''}")
        todo += [(one, depth + 1) for one in reversed(below) if leaves or built.kind[one] != "meter"]
    show_issues(issues)
