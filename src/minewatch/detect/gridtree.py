"""The grid's tree on one day, out of parent-child lines with validity dates, and what is wrong with it.

A line holds from ``valid_from`` to ``valid_to``, both included, null: open. Where a node has several parents on the day,
the line further down counts and it is told. Nodes in a circle are told and left without a parent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl


@dataclass(frozen=True, slots=True)
class TreeFault:
    """One fault: its code in ``model.grid_issues``, what it concerns, the line it was found in (0: none)."""

    code: str
    value: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class GridTree:
    """The tree on ``on``: parent and kind by node, children by parent in the order of their names."""

    on: date
    parent: Mapping[str, str]
    kind: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def roots(self) -> tuple[str, ...]:
        """Nodes that hang on nothing, by name."""
        return tuple(sorted(node for node in self.kind if node not in self.parent))

    def above(self, node: str) -> str | None:
        """Return the node's parent, None at the top."""
        return self.parent.get(node)


def build_tree(grid: pl.DataFrame, *, on: date) -> tuple[GridTree, tuple[TreeFault, ...]]:
    """Build the tree of lines (node, parent, kind, valid_from, valid_to, file, line) as it stood ``on`` that day."""
    held, faults = _lines_of(grid, on)
    kind = {node: what for node, (_, what, _, _) in held.items()}
    parent = {node: above for node, (above, _, _, _) in held.items() if above is not None}
    for node, above in list(parent.items()):
        if above not in kind:
            faults.append(TreeFault("grid_orphan", f"{node} ({above})", *held[node][2:]))
            del parent[node]
    for circle in _circles(parent):
        faults.append(TreeFault("grid_cycle", " → ".join([*circle, circle[0]]), *held[circle[0]][2:]))
        for node in circle:
            del parent[node]
    below: dict[str, list[str]] = {}
    for node, above in parent.items():
        below.setdefault(above, []).append(node)
    children = {above: tuple(sorted(nodes)) for above, nodes in below.items()}
    return GridTree(on, parent, kind, children), tuple(faults)


def _lines_of(grid: pl.DataFrame, on: date) -> tuple[dict[str, tuple[str | None, str, str, int]], list[TreeFault]]:
    """Return the line of each node that holds on the day: parent, kind, file, line."""
    faults: list[TreeFault] = []
    held: dict[str, tuple[str | None, str, str, int]] = {}
    ended: dict[str, tuple[str, int]] = {}
    for node, above, what, start, end, file, line in grid.select(
        "node", "parent", "kind", "valid_from", "valid_to", "file", "line"
    ).iter_rows():
        if start is not None and end is not None and end < start:
            faults.append(TreeFault("grid_dates_reversed", f"{node}: {start} – {end}", file, line))
        elif end is not None and end < on:
            ended[node] = (file, line)
        elif start is None or start <= on:
            if node in held:
                code = "grid_double" if held[node][0] == above else "grid_two_parents"
                faults.append(TreeFault(code, f"{node}: {held[node][0]} / {above}", file, line))
            held[node] = (above, what, file, line)
    faults += [TreeFault("grid_stale", node, *place) for node, place in ended.items() if node not in held]
    return held, faults


def _circles(parent: Mapping[str, str]) -> list[list[str]]:
    """Return every circle once, beginning with its smallest name."""
    state: dict[str, int] = {}
    circles = []
    for begin in sorted(parent):
        path: list[str] = []
        node: str | None = begin
        while node is not None and node not in state:
            state[node] = 1
            path.append(node)
            node = parent.get(node)
        if node is not None and state.get(node) == 1 and node in path:
            circle = path[path.index(node) :]
            first = circle.index(min(circle))
            circles.append(circle[first:] + circle[:first])
        for one in path:
            state[one] = 2
    return circles
