"""Find the columns that are the slots of a day: P1…P96, R1…R96, 0:15…24:00, 00:00-00:15, 0015, h1…h24, 第1点."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from minewatch.readers.headings import flat_clock, kind_of, slot_label
from minewatch.readers.layout import Kind

DAY = 1440
COUNTS = (24, 48, 96, 144, 288, 1440)
_OTHER_PREFIXES = {
    "q",
    "i",
    "u",
    "ia",
    "ib",
    "ic",
    "ua",
    "ub",
    "uc",
    "f",
    "pf",
    "cos",
    "v",
    "a",
    "pa",
    "pb",
    "pc",
    "qa",
    "qb",
    "qc",
}
_KINDS: dict[str, Kind] = {
    "p": "power",
    "kw": "power",
    "r": "register",
    "kwh": "energy",
    "e": "energy",
    "power": "power",
}


@dataclass(frozen=True, slots=True)
class SlotColumns:
    """Positions of the slots' columns in order of time, what their headings name, the kind if told."""

    indices: tuple[int, ...]
    stamps: Literal["start", "end"]
    kind: Kind | None


def slot_columns(headings: Sequence[str], *, beside: bool = False) -> SlotColumns | None:
    """Return the columns of the day's slots when 24, 48, 96, 144 or 288 headings name them all; else None.

    Numbered points count from the day's first interval, whose end P1 stands for (0:15 of 96); 24:00 of a day, or 00:00
    as the last column, ends that day. With ``beside`` the prefixes of other quantities than active power count too.
    """
    labels = [slot_label(heading) for heading in headings]
    return _clocks(headings, labels) or _numbered(labels, frozenset() if beside else _OTHER_PREFIXES)


def _clocks(headings: Sequence[str], labels: Sequence[tuple[str, int] | None]) -> SlotColumns | None:
    for kind in ("span", "clock"):
        minutes = {i: label[1] for i, label in enumerate(labels) if label is not None and label[0] == kind}
        found = _grid(minutes, spans=kind == "span")
        if found is not None:
            return found
    flat = {i: minute for i, heading in enumerate(headings) if (minute := flat_clock(heading)) is not None}
    return _grid(flat, spans=False)


def _grid(minutes: dict[int, int], *, spans: bool) -> SlotColumns | None:
    """Columns at even times of the day, starting at 0 or ending at 24:00."""
    count = len(minutes)
    if count not in COUNTS or count == 1440:
        return None
    step = DAY // count
    last = max(minutes)
    if not spans and minutes[last] == 0 and min(minutes) != last:
        minutes = {**minutes, last: DAY}
    ordered = sorted(minutes, key=lambda i: minutes[i])
    times = [minutes[i] for i in ordered]
    if times == list(range(0, DAY, step)):
        return SlotColumns(tuple(ordered), "start", None)
    if times == list(range(step, DAY + 1, step)):
        return SlotColumns(tuple(ordered), "end", None)
    return None


def _numbered(labels: Sequence[tuple[str, int] | None], others: AbstractSet[str]) -> SlotColumns | None:
    groups: dict[str, dict[int, int]] = {}
    for i, label in enumerate(labels):
        if label is not None and label[0].startswith("#"):
            groups.setdefault(label[0][1:], {}).setdefault(label[1], i)
    wanted = sorted(groups, key=lambda prefix: ("p", "r", "").index(prefix) if prefix in {"p", "r", ""} else 3)
    for prefix in wanted:
        numbers = groups[prefix]
        if prefix in others or len(numbers) < 24:
            continue
        for first in (1, 0):
            run = 0
            while first + run in numbers:
                run += 1
            # Exports of some systems keep spare columns (P97 … P100) for days with a 25th hour; they are left out.
            count = next((n for n in (288, 144, 96, 48, 24) if n <= run < n + 5), None)
            if count is not None:
                indices = tuple(numbers[first + k] for k in range(count))
                return SlotColumns(indices, "end" if first else "start", _KINDS.get(prefix) or kind_of(prefix))
    return None
