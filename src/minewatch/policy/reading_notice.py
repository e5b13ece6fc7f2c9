"""A document that is itself an instrument: heading, number, addressees, sections, signature and date.

Chinese notices have a fixed face (GB/T 9704): the issuer and the title, the number, the addressees before a colon, the
text, the signature and the date at the end. Where the face is found, the whole document is one event and not a story
about one.
"""

import re
from dataclasses import dataclass

from minewatch.policy.reading_names import Agency, Named
from minewatch.policy.reading_time import Moment

_TITLE = re.compile(
    r"(?P<who>[^\n。，；：]{0,40}?)(?P<title>关于[^\n。：]{4,80}的(?:紧急)?(?:通知|公告|通告|决定|意见|函|方案|办法)(?:（[^）\n]{2,12}）)?)$"
)
_ADDRESSEES = re.compile(r"^[^\n。；]{4,160}：$")
_SIGNED = re.compile(r"^[^\n，。；：]{3,60}$")
_DATE_LINE = re.compile(r"^\s*(?:20\d{2}|二[〇○零]\S{2})年\S{1,3}月\S{1,3}日\s*$")

FACE_LINES = 8
"""The title of a notice stands within its first lines."""


@dataclass(frozen=True, slots=True)
class Face:
    """What the face of a notice says; ``start`` and ``end`` hold the whole notice."""

    start: int
    end: int
    title: Named
    who: tuple[Agency, ...]
    when: Moment | None
    number: Named | None


def face(text: str, agencies: list[Agency], times: list[Moment], numbers: list[Named]) -> Face | None:
    """Return the face of a notice, or ``None`` where the document is none: a title line and two of number, addressees, signature."""
    rows = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    found = next(
        ((index, m) for index, row in enumerate(rows[:FACE_LINES]) if (m := _TITLE.fullmatch(text[slice(*row)]))), None
    )
    if found is None:
        return None
    index, match = found
    start, end = rows[index]
    title = Named(start + match.start("title"), start + match.end("title"), match["title"])
    number = next((item for item in numbers if rows[0][0] <= item.start < _line_end(rows, index + 2)), None)
    addressees = any(_ADDRESSEES.match(text[slice(*row)]) for row in rows[index + 1 : index + 5])
    date_row = next(
        (place for place in range(len(rows) - 1, index, -1) if _DATE_LINE.match(text[slice(*rows[place])])), None
    )
    signed = _signers(text, rows, date_row, agencies) if date_row is not None else ()
    if (number is not None) + addressees + bool(signed) + (date_row is not None) < 2:
        return None
    headed = tuple(item for item in agencies if rows[0][0] <= item.start and item.end <= title.start)
    when = None
    if date_row is not None:
        left, right = rows[date_row]
        when = next((item for item in times if left <= item.start and item.end <= right), None)
    del end
    first = min([title.start, *(item.start for item in headed)])
    last = rows[date_row][1] if date_row is not None else rows[-1][1]
    return Face(first, last, title, signed or headed, when, number)


def _line_end(rows: list[tuple[int, int]], index: int) -> int:
    return rows[min(index, len(rows) - 1)][1]


def _signers(text: str, rows: list[tuple[int, int]], date_row: int, agencies: list[Agency]) -> tuple[Agency, ...]:
    """Return the bodies on the lines right above the date that hold nothing else."""
    out: list[Agency] = []
    for place in range(date_row - 1, max(-1, date_row - 13), -1):
        left, right = rows[place]
        inside = [item for item in agencies if left <= item.start and item.end <= right]
        length = sum(item.end - item.start for item in inside)
        if not inside or not _SIGNED.match(text[left:right]) or length < 0.7 * len(text[left:right].replace(" ", "")):
            break
        out = [*inside, *out]
    return tuple(out)
