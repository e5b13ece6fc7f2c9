"""The single-line picture: a node, what it feeds, and what that feeds, as boxes and wires; width and colour tell the gap."""

from minewatch.model.grid_views import GridRow, LineBox, LineWire, SingleLine
from minewatch.usecases.grid_index import LEAVES, GridIndex, visible_counties
from minewatch.usecases.office import Turn

WIDTH = 960.0
BAR = 150.0
BOX = (128.0, 34.0)
GAP = 8.0
MOST_FEEDERS = 40
MOST_AREAS = 60
THIN, THICK = 1.5, 9.0


def single_line(*, turn: Turn, index: GridIndex, node: str) -> SingleLine | None:
    """Draw the two levels under ``node``, leaves left out; None where nothing but leaves hangs there.

    Nodes with the largest unexplained part come first, so that what has no room is what matters least.
    """
    feeders, hidden = _below(turn, index, node, MOST_FEEDERS)
    if not feeders:
        return None
    boxes: list[LineBox] = []
    wires: list[LineWire] = []
    across = int((WIDTH - 2 * BAR - 3 * GAP) // (BOX[0] + GAP))
    y = GAP
    for feeder in feeders:
        areas, more = _below(turn, index, feeder.node, MOST_AREAS)
        hidden += more
        lines = max(-(-len(areas) // across), 1)
        middle = y + BOX[1] / 2
        left = BAR + 3 * GAP
        boxes.append(LineBox(left, y, BOX[0], BOX[1], feeder))
        wires.append(_wire(BAR / 2 + GAP, middle, left, middle, feeder))
        for number, area in enumerate(areas):
            column, line = number % across, number // across
            x = left + BOX[0] + 4 * GAP + column * (BOX[0] + GAP)
            top = y + line * (BOX[1] + GAP)
            boxes.append(LineBox(x, top, BOX[0], BOX[1], area))
            if column == 0:
                turn_x = left + BOX[0] + 2 * GAP
                if line:
                    wires.append(LineWire(turn_x, middle, turn_x, top + BOX[1] / 2, THIN, -1))
                wires.append(LineWire(turn_x, top + BOX[1] / 2, x, top + BOX[1] / 2, THIN, -1))
                wires.append(LineWire(left + BOX[0], middle, turn_x, middle, THIN, -1))
            else:
                wires.append(LineWire(x - GAP, top + BOX[1] / 2, x, top + BOX[1] / 2, THIN, -1))
        y += lines * (BOX[1] + GAP) + GAP
    height = y
    trunk = BAR / 2 + GAP
    wires.append(LineWire(trunk, GAP + BOX[1] / 2, trunk, _last_middle(boxes, BAR + 3 * GAP), 3.0, -1))
    boxes.append(LineBox(GAP, GAP, BAR - 2 * GAP, BOX[1], index.row(node)))
    return SingleLine(WIDTH, height, tuple(boxes), tuple(wires), hidden)


def _last_middle(boxes: list[LineBox], left: float) -> float:
    return max(box.y + box.height / 2 for box in boxes if box.x == left)


def _below(turn: Turn, index: GridIndex, node: str, most: int) -> tuple[list[GridRow], int]:
    may = visible_counties(index, turn.actor)
    rows = [
        index.row(one)
        for one in index.tree.children.get(node, ())
        if index.tree.kind[one] not in LEAVES and index.county[one] in may
    ]
    rows.sort(key=lambda row: (-(row.share or 0.0), -row.flagged_below, row.node))
    return rows[:most], max(len(rows) - most, 0)


def _wire(x1: float, y1: float, x2: float, y2: float, row: GridRow) -> LineWire:
    width = THIN + (THICK - THIN) * min(row.share or 0.0, 1.0) ** 0.5
    return LineWire(x1, y1, x2, y2, round(width, 1), row.level)
