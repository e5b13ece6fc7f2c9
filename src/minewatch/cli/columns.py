"""How wide the columns of a table are, so that ids, dates and figures stay whole on a narrow terminal.

A column is as wide as its longest word at least, a word being what holds neither a space nor a Chinese character:
such a word is copied from the screen and may not be broken. Where even that does not fit, the columns a command calls
spare are left out: first those that hold nothing, then the least telling; only then are words broken, the longest first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

WHOLE = 24
"""Cells of the screen up to which a word is never broken while another way is left."""

BREAKABLE = 10
"""Cells of the screen left to a column whose words have to be broken."""

NOTHING = frozenset({"", "—"})
"""What a cell without a value shows."""

UNBROKEN = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]+")


CLOSING = "，。；：、！？）】》”’"
PIECES = re.compile(rf"\s+|[“‘（《【]*(?:{UNBROKEN.pattern}|\S)[{CLOSING}]*")
"""What a line is made of: spaces, words, and Chinese characters with the marks that belong to them."""


@dataclass(frozen=True, slots=True)
class Fit:
    """The columns that are shown, by place, with the width of each, and those left out."""

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    left_out: tuple[int, ...]


def fitted(
    columns: Sequence[Sequence[str]],
    *,
    width: int,
    spare: Sequence[int] = (),
    frame: tuple[int, int] = (3, 1),
) -> Fit:
    """Share ``width`` cells among ``columns``, each given as its heading and its values.

    ``spare`` names the places of columns that may be left out, the least telling first; ``frame`` is what lines and padding take:
    cells a column, and once.
    """
    shown = list(range(len(columns)))
    left_out: list[int] = []
    least = [_least(column) for column in columns]

    def room() -> int:
        return width - frame[1] - frame[0] * len(shown)

    for place in sorted(spare, key=lambda one: not NOTHING.issuperset(columns[one][1:])):
        if sum(least[one] for one in shown) <= room():
            break
        shown.remove(place)
        left_out.append(place)
    widths = _broken([least[one] for one in shown], room())
    wanted = [max(cell_len(value) for value in columns[one]) for one in shown]
    return Fit(tuple(shown), _shared(widths, wanted, room() - sum(widths)), tuple(sorted(left_out)))


def folded(text: str, *, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` cells: at spaces and between Chinese characters, a word only if it must be.

    No line begins with a mark that ends a clause or a bracket.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in PIECES.findall(paragraph):
            if cell_len((line + piece).rstrip()) <= width:
                line += piece
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = piece.lstrip()
            while cell_len(line) > width:
                head = set_cell_size(line, width).rstrip() or line[0]
                lines.append(head)
                line = line[len(head) :]
        lines.append(line.rstrip())
    return lines


def _least(column: Sequence[str]) -> int:
    words = max((cell_len(word) for value in column for word in UNBROKEN.findall(value)), default=1)
    whole = max(cell_len(value) for value in column)
    return max(1, min(max(words, BREAKABLE), whole, WHOLE))


def _broken(widths: list[int], room: int) -> list[int]:
    """Take cells from the widest columns until all fit or none can give any more."""
    while sum(widths) > room and max(widths) > BREAKABLE:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _shared(widths: list[int], wanted: list[int], rest: int) -> tuple[int, ...]:
    """Give ``rest`` cells to the columns that want more, those that want least first."""
    short = sorted(range(len(widths)), key=lambda one: wanted[one] - widths[one])
    for number, one in enumerate(short):
        more = max(0, min(wanted[one] - widths[one], rest // (len(short) - number)))
        widths[one] += more
        rest -= more
    return tuple(widths)
