"""Recognise the layout of a table from its first rows: where the headings are, what each column holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from minewatch.model.text import Text
from minewatch.readers.beside import Measured, is_unwanted, phase_of, role_beside, slots_beside
from minewatch.readers.headings import (
    UNIT_SPELLING,
    UNITS,
    Role,
    header_ends,
    kind_of,
    plain,
    role_of,
    unit_of,
)
from minewatch.readers.layout import Family, Kind, Layout
from minewatch.readers.numbers import parse_numbers
from minewatch.readers.options import ReadOptions
from minewatch.readers.slotheads import SlotColumns, slot_columns
from minewatch.readers.stamps import parse_clocks, share_of_times

_MAX_HEADER = 60
_BODY = 400
_MOST_COLUMNS = 10_000
"""More columns than any export has: a file whose lines have lost their ends, or no table."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A layout, the file's headings, and what had to be assumed: pairs of issue code and value."""

    layout: Layout
    headings: tuple[str, ...]
    assumed: tuple[tuple[str, str], ...] = ()


class UnknownLayoutError(Exception):
    """The table cannot be understood; ``why`` says so. Internal to the readers, who report it as an issue."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(slots=True)
class _Sheet:
    """A sample of a table while it is being understood."""

    headings: list[str]
    header_line: int
    titles: str
    body: list[list[str]]
    roles: list[Role | None]
    decimal: Literal[".", ","]
    measured: Measured = "active"

    def cells(self, index: int) -> list[str]:
        return [row[index] if index < len(row) else "" for row in self.body]

    def numeric(self, index: int) -> float:
        """Share of present cells that are numbers (0 when all are missing)."""
        numbers = parse_numbers(pl.Series(self.cells(index), dtype=pl.String), self.decimal)
        present = len(numbers.values) - int((numbers.values.is_nan() & ~numbers.bad).sum())
        return 1.0 - int(numbers.bad.sum()) / present if present else 0.0

    def values(self, index: int) -> pl.Series:
        return parse_numbers(pl.Series(self.cells(index), dtype=pl.String), self.decimal).values

    def first(self, role: Role) -> int | None:
        return self.roles.index(role) if role in self.roles else None

    def name(self, index: int | None) -> str | None:
        return None if index is None else self.headings[index]


def recognise(rows: Sequence[Sequence[str]], *, title: str, delimiter: str | None, options: ReadOptions) -> Recognised:
    """Find the layout of a table from its first rows (row ``i`` is line ``i + 1``) and from the file's name.

    Options win over what is found. ``UnknownLayoutError`` when there are no times or no values.
    """
    widest = max((len(row) for row in rows), default=0)
    if widest > _MOST_COLUMNS:
        raise UnknownLayoutError(Text(f"a row of {widest} columns", f"一行有 {widest} 列"))
    sheet = _sheet(rows, title, delimiter, options)
    wanted: Family | None = options.layout if isinstance(options.layout, str) else None
    slots = _slots(sheet, options) if wanted in {None, "wide-by-slot"} else None
    if slots is not None and wanted is None and _rows_are_moments(sheet):
        slots = None  # the numbered columns are meters
    if slots is not None:
        layout = _wide_by_slot(sheet, slots)
    elif wanted == "wide-by-slot":
        raise UnknownLayoutError(
            Text("no columns for the 24, 48 or 96 slots of a day", "没有全天 24、48 或 96 个时段的列")
        )
    else:
        layout = _by_time(sheet, wanted)
    layout = replace(layout, delimiter=delimiter, decimal=sheet.decimal, header_line=sheet.header_line)
    if options.measured != "active":
        return _beside(sheet, layout, options, slots)
    return _measured(sheet, layout, options, slots)


def _slots(sheet: _Sheet, options: ReadOptions) -> SlotColumns | None:
    """Find the columns of the day's slots; those of another quantity than the one measured are passed over."""
    own = [one if slots_beside(one, options.measured) else "" for one in sheet.headings]
    return slot_columns(own, beside=options.measured != "active")


def _rows_are_moments(sheet: _Sheet) -> bool:
    """Tell whether the rows stand for different times of day: then no column can stand for a slot of the day."""
    for index, role in enumerate(sheet.roles):
        if role in {"time", "date"}:
            clocks = {clock.group() for cell in sheet.cells(index) if (clock := re.search(r"\d{1,2}:\d{2}", cell))}
            if len(clocks) > 1:
                return True
    return False


def _sheet(rows: Sequence[Sequence[str]], title: str, delimiter: str | None, options: ReadOptions) -> _Sheet:
    cells = [[str(cell) for cell in row] for row in rows]
    header = _header_row(cells)
    if header is None:
        first = next((i for i, row in enumerate(cells) if sum(bool(cell) for cell in row) > 1), 0)
        width = max((len(row) for row in cells[first:]), default=0)
        headings, body = [f"column {i + 1}" for i in range(width)], cells[first:]
        titles = cells[:first]
    else:
        headings, body, titles = _unique(cells[header]), cells[header + 1 :], cells[:header]
    body = [row for row in body if any(row)][:_BODY]
    decimal = options.decimal or _decimal(body, delimiter)
    roles = [role_beside(heading, options.measured) for heading in headings]
    text = " ".join([title, *(cell for row in titles for cell in row)])
    return _Sheet(headings, 0 if header is None else header + 1, text, body, roles, decimal, options.measured)


def _header_row(rows: list[list[str]]) -> int | None:
    best, best_score = None, 0.0
    for i, row in enumerate(rows[:_MAX_HEADER]):
        present = [cell for cell in row if cell]
        if len(present) < 2 or i + 1 >= len(rows):
            continue
        known = sum(role_of(cell) is not None for cell in present)
        slots = slot_columns(row)
        known += len(slots.indices) if slots is not None else 0
        words = sum(not _is_data(cell) for cell in present)
        # A row of words above a row of data is a heading even when no word is known.
        above_data = slots is None and words == len(present) and any(_is_data(cell) for cell in rows[i + 1])
        score = known / len(present) + (known > 0) + 0.75 * above_data
        # Meters' numbers may be headings: then times stand below, and none in the row itself.
        over_times = known > 0 and not any(map(_is_time, present)) and any(map(_is_time, rows[i + 1]))
        if (slots is not None or over_times or words > 0.8 * len(present)) and score > best_score:
            best, best_score = i, score
    return best


def _is_data(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d.,:/ \-TZ年月日]*\d[\d.,:/ \-TZ年月日+]*(?:[eE][-+]?\d+)?", cell))


def _is_time(cell: str) -> bool:
    return bool(re.search(r"\d[-/:.年]\d", cell)) and share_of_times([cell]) == 1.0


def _unique(row: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    headings = []
    for i, cell in enumerate(row):
        name = cell.replace("\ufeff", "").strip() or f"column {i + 1}"
        seen[name] = seen.get(name, 0) + 1
        headings.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return headings


def _decimal(body: list[list[str]], delimiter: str | None) -> Literal[".", ","]:
    cells = [cell for row in body[:200] for cell in row if re.fullmatch(r"[-+]?[\d.,]+", cell)]
    commas = [cell for cell in cells if "," in cell]
    if not commas:
        return "."
    both = [cell for cell in commas if "." in cell]
    if both:
        return "," if sum(cell.rfind(",") > cell.rfind(".") for cell in both) > len(both) / 2 else "."
    grouped = all(re.fullmatch(r"[-+]?[1-9]\d{0,2}(,\d{3})+", cell) for cell in commas)
    if grouped and (delimiter == "," or len(commas) < len(cells) / 2):
        return "."
    return ","


def _meter_column(sheet: _Sheet) -> int | None:
    found = [i for i, role in enumerate(sheet.roles) if role == "meter"]
    ranks = (("资产", "表", "meter", "asset"), ("计量点", "测量点", "point", "nmi", "mpan"), ("", ""))

    def rank(index: int) -> int:
        text = plain(sheet.headings[index])
        return next(number for number, words in enumerate(ranks) if any(word in text for word in words))

    filled = [i for i in found if any(sheet.cells(i))] or found
    return min(filled, key=rank, default=None)


def _shared(sheet: _Sheet) -> Layout:
    return Layout(
        "long",
        meter=sheet.name(_meter_column(sheet)),
        ct=sheet.name(sheet.first("ct")),
        pt=sheet.name(sheet.first("pt")),
        ratio=sheet.name(sheet.first("ratio")),
        unit_column=sheet.name(sheet.first("unit")),
        quantity=sheet.name(sheet.first("quantity")),
        quality=sheet.name(sheet.first("quality")),
    )


def _wide_by_slot(sheet: _Sheet, slots: SlotColumns) -> Layout:
    date = sheet.first("date")
    if date is None:
        date = sheet.first("time")
    if date is None:
        taken = {*slots.indices}
        free = [i for i in range(len(sheet.headings)) if i not in taken and sheet.roles[i] in {None, "ignored"}]
        date = next((i for i in free if share_of_times(sheet.cells(i)) > 0.9), None)
    if date is None:
        raise UnknownLayoutError(
            Text("there are slots of a day but no column of dates", "有日内时段的列，但没有日期列")
        )
    return replace(
        _shared(sheet),
        family="wide-by-slot",
        date=sheet.headings[date],
        values=tuple(sheet.headings[i] for i in slots.indices),
        stamps=slots.stamps,
        step_minutes=1440 // len(slots.indices),
    )


def _by_time(sheet: _Sheet, wanted: Family | None) -> Layout:
    layout = _times(sheet)
    used = {layout.time, layout.date, layout.clock, layout.slot, layout.meter}
    free = [i for i, heading in enumerate(sheet.headings) if heading not in used]
    numeric = [i for i in free if sheet.roles[i] in {None, "value"} and sheet.numeric(i) > 0.5]
    told = [i for i in free if sheet.roles[i] == "value" and not is_unwanted(sheet.headings[i], sheet.measured)]
    told = [i for i in told if i in numeric] or told
    unknown = [i for i in numeric if sheet.roles[i] is None and not is_unwanted(sheet.headings[i], sheet.measured)]
    if len(unknown) > 1:
        told = [i for i in told if plain(sheet.headings[i]) != "total"]
    if wanted == "wide-by-meter" or (wanted is None and layout.meter is None and not told and sheet.header_line):
        empty = [i for i in free if sheet.roles[i] is None and not any(sheet.cells(i))]
        values = sorted({*unknown, *(told if wanted else []), *(empty if unknown else [])})
        layout = replace(layout, family="wide-by-meter", meter=None)
    else:
        best = [*sorted(told, key=lambda i: _preference(sheet.headings[i])), *unknown]
        values = best[:1]
        if layout.meter is None and not sheet.header_line:
            text = next((i for i in free if i not in numeric and i not in values), None)
            first = next((i for i in numeric if i != numeric[-1]), None) if text is None else text
            values = numeric[-1:]
            layout = replace(layout, meter=sheet.name(first))
    if not values:
        raise UnknownLayoutError(Text("no column of numbers beside the times", "除时间列外没有数值列"))
    return replace(layout, values=tuple(sheet.headings[i] for i in values))


def _preference(heading: str) -> tuple[int, int]:
    """Total active before import before others; energy with a unit before none."""
    text = plain(heading)
    words = ("正向有功总", "总", "total", "import", "consumption", "active")
    return next((n for n, word in enumerate(words) if word in text), len(words)), int(unit_of(heading) is None)


def _times(sheet: _Sheet) -> Layout:
    layout = _shared(sheet)
    times = [i for i, role in enumerate(sheet.roles) if role == "time" and share_of_times(sheet.cells(i)) > 0.5]
    dates = [i for i, role in enumerate(sheet.roles) if role == "date" and share_of_times(sheet.cells(i)) > 0.5]
    clock, slot = sheet.first("clock"), sheet.first("slot")
    if dates and clock is None and slot is None:
        # "date" beside a "time" that holds times of day alone.
        clock = next((i for i, role in enumerate(sheet.roles) if role == "time" and _is_clock(sheet.cells(i))), None)
    if dates and clock is not None and _is_clock(sheet.cells(clock)):
        hours = [cell.split(":")[0] for cell in sheet.cells(clock)]
        ends = header_ends(sheet.headings[clock]) or any(hour.strip() == "24" for hour in hours)
        return replace(
            layout, date=sheet.headings[dates[0]], clock=sheet.headings[clock], stamps="end" if ends else None
        )
    if dates and slot is not None and sheet.numeric(slot) > 0.9:
        highest = int(sheet.values(slot).fill_nan(None).max() or 0)  # type: ignore[arg-type]
        step = next((s for n, s in ((24, 60), (50, 30), (100, 15), (288, 5)) if highest <= n), 5)
        step = 30 if "settlement" in plain(sheet.headings[slot]) else step
        return replace(
            layout,
            date=sheet.headings[dates[0]],
            slot=sheet.headings[slot],
            step_minutes=step,
            stamps="start",
        )
    found = (times or dates)[:1]
    if not found:
        taken = {i for i, role in enumerate(sheet.roles) if role not in {None, "ignored", "time", "date"}}
        candidates = [i for i in range(len(sheet.headings)) if i not in taken]
        found = [i for i in candidates if share_of_times(sheet.cells(i)) > 0.9 and _separated(sheet.cells(i))][:1]
        found = found or [i for i in candidates if share_of_times(sheet.cells(i)) > 0.9][:1]
    if not found:
        raise UnknownLayoutError(Text("no column of times", "没有时间列"))
    named = header_ends(sheet.headings[found[0]])
    saw_24 = any(re.search(r"[ T]24[:：时]", cell) for cell in sheet.cells(found[0]))
    stamps: Literal["start", "end"] | None = "end" if named or saw_24 else ("start" if named is False else None)
    return replace(layout, time=sheet.headings[found[0]], stamps=stamps)


def _is_clock(cells: list[str]) -> bool:
    present = [cell for cell in cells if cell]
    if not present:
        return False
    return int(parse_clocks(pl.Series(present))[0].is_not_null().sum()) > 0.9 * len(present)


def _separated(cells: list[str]) -> bool:
    return any(re.search(r"[-/:年]", cell) for cell in cells)


def _measured(sheet: _Sheet, layout: Layout, options: ReadOptions, slots: SlotColumns | None) -> Recognised:
    """Decide kind and unit: option, heading, title, prefix of the slots, run of the values, and last an assumption."""
    heading = layout.values[0] if slots is None else ""
    unit = options.unit or unit_of(heading) or (None if layout.unit_column else unit_of(sheet.titles))
    told = kind_of(heading) if layout.family == "long" else None
    told = told or kind_of(sheet.titles) or (slots.kind if slots is not None else None)
    kind = options.kind or told
    if options.kind is None and kind != "power" and _rises(sheet, layout):
        kind = "register"
    if unit is not None and kind != "register":
        kind = "energy" if UNITS[unit.casefold()][0] == "energy" else "power"
    kind = kind or "power"
    assumed: list[tuple[str, str]] = []
    if unit is None:
        unit = "kW" if kind == "power" else "kWh"
        if layout.unit_column is None and layout.quantity is None and told is None:
            assumed.append(("unit_assumed", f"{unit} ({kind})"))
    settled = _with_options(layout, options, kind, UNIT_SPELLING.get(unit.casefold(), unit))
    return Recognised(settled, tuple(sheet.headings), tuple(assumed))


def _beside(sheet: _Sheet, layout: Layout, options: ReadOptions, slots: SlotColumns | None) -> Recognised:
    """Settle a layout of reactive power or currents: a mean of its slot; a current is multiplied by its own transformer's alone.

    ``UnknownLayoutError`` where nothing says which phase a current is of.
    """
    layout = replace(layout, measured=options.measured)
    if options.measured != "reactive":
        layout = replace(layout, pt=None, ratio=None)
        named = slots is not None and phase_of(sheet.headings[slots.indices[0]]) is not None
        if slots is not None and not named and layout.quantity is None:
            raise UnknownLayoutError(Text("no column says which phase a current is of", "没有说明电流相别的列"))
    return Recognised(_with_options(layout, options, "power", "kW"), tuple(sheet.headings))


def _with_options(layout: Layout, options: ReadOptions, kind: Kind, unit: str) -> Layout:
    return replace(
        layout,
        kind=kind,
        unit=unit,
        stamps=options.stamps or layout.stamps,
        zone=options.zone,
        step_minutes=options.step_minutes or layout.step_minutes,
        meter_id=options.meter,
        meter=None if options.meter else layout.meter,
        day_first=options.day_first,
    )


def _rises(sheet: _Sheet, layout: Layout) -> bool:
    """Whether the values run like a cumulative register: never falling, far above their own steps."""
    indices = [sheet.headings.index(name) for name in layout.values]
    if layout.family == "wide-by-slot":
        runs = [pl.concat([sheet.values(i).slice(row, 1) for i in indices]) for row in range(min(3, len(sheet.body)))]
    elif layout.meter is not None:
        names = pl.Series(sheet.cells(sheet.headings.index(layout.meter)))
        runs = [sheet.values(indices[0]).filter(names == names[0])] if len(names) else []
    else:
        runs = [sheet.values(i) for i in indices[:3]]
    for run in runs:
        clean = run.fill_nan(None).drop_nulls()
        steps = clean.diff().drop_nulls()
        if len(steps) < 8:
            return False
        rising = (steps >= 0).all() and (steps > 0).mean() > 0.3  # type: ignore[operator]
        if not rising or float(clean.min() or 0) < 20 * float(steps.mean() or 0):  # type: ignore[arg-type]
            return False
    return bool(runs)
