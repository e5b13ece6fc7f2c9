"""Green Button: NAESB ESPI (REQ.21) usage data, as an Atom feed or as bare ESPI elements in one file.

The file is read twice: once for what belongs together (usage points, meter readings, reading types, local time), because
a feed may give them in any order, and once for the readings. Times are seconds since 1970 UTC, the start of an interval;
``tzOffset`` of LocalTimeParameters gives the standard time to cut days by, so daylight-saving rules are not needed.
"""

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from minewatch.model.issues import issue_of
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.pointrows import ROWS, Reading, Rows, plausible
from minewatch.readers.quantities import ESTIMATED, GRADES, MEASURED, UNUSABLE, Codes, Stream, best
from minewatch.readers.xmlstream import BREAKS, Element, Utf8Stream, child, elements, number_of, text_of, whole_of

QUALITY = dict.fromkeys((7, 8, 9, 10, 11, 13, 15), ESTIMATED) | {12: UNUSABLE}
"""ESPI QualityOfReading: edited, two kinds of estimate, questionable, derived, mixed, normalised; 12 is a forecast."""

_OPENS = ("entry", "IntervalBlock")
_STRUCTURE = ("link", "ReadingType", "LocalTimeParameters", "MeterReading", "ServiceDeliveryPoint", "IntervalReading")
_READINGS = ("link", "interval", "IntervalReading")
_OWNERS = ("RetailCustomer", "User", "Subscription", "Customer")


@dataclass(slots=True)
class _Entry:
    """One Atom entry: its links and what its content was."""

    own: str = ""
    above: str = ""
    related: list[str] = field(default_factory=list)

    def add_link(self, node: Any) -> None:
        href = _tidy(node.get("href") or "")
        match node.get("rel"):
            case "self":
                self.own = href
            case "up":
                self.above = href
            case "related":
                self.related.append(href)


@dataclass(slots=True)
class Structure:
    """What the first reading found: streams by the link of their reading type, meter readings and their meters."""

    types: dict[str, Stream | str] = field(default_factory=dict)
    type_of_reading: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    meter_readings: list[str] = field(default_factory=list)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    offset: int | None = None


def structure_of(stream: Utf8Stream) -> Structure:
    """Read everything but the readings."""
    survey = _Survey()
    # What breaks off here breaks off in the second reading too, and is told there.
    with contextlib.suppress(*BREAKS):
        for element in elements(stream, opens=_OPENS, captures=_STRUCTURE):
            survey.see(element)
    survey.end_entry()
    return survey.found


class _Survey:
    """The first reading."""

    def __init__(self) -> None:
        self.found = Structure()
        self._entry = _Entry()
        self._pending: list[tuple[str, str]] = []
        self._nearest = ""

    def see(self, element: Element) -> None:
        """Take one element."""
        node = element.node
        if element.name == "entry" and element.opens:
            self._entry, self._pending = _Entry(), []
        elif element.name == "entry":
            self.end_entry()
        elif element.name == "link":
            self._entry.add_link(node)
        elif element.name == "LocalTimeParameters":
            offset = whole_of(text_of(node, "tzOffset"), 10**9)
            self.found.offset = offset // 60 if abs(offset) <= 15 * 3600 else self.found.offset
        else:
            self._see_content(element)

    def end_entry(self) -> None:
        """Store what the entry held; also called for one that breaks off, whose links stand first as a rule."""
        for kind, key in self._pending:
            self._settle(kind, key)
        self._pending = []

    def _see_content(self, element: Element) -> None:
        match element.name, element.opens:
            case "ServiceDeliveryPoint", _:
                self._pending.append(("point", text_of(element.node, "name")))
            case "ReadingType", _:
                self._nearest = f"#{len(self.found.types)}"
                self.found.types[self._nearest] = codes_of(element.node).stream()
                self._pending.append(("type", self._nearest))
            case "MeterReading", _:
                self._pending.append(("reading", self._nearest))
            case "IntervalBlock", True:
                self._pending.append(("block", str(len(self.found.blocks))))
                self.found.blocks.append(("", self._nearest))
            case _:
                pass

    def _settle(self, kind: str, key: str) -> None:
        """Store what an entry held under the entry's links, which follow or precede its content."""
        found, entry = self.found, self._entry
        if kind == "point" and entry.own and key:
            found.names[entry.own] = key
        elif kind == "type" and entry.own:
            found.types[entry.own] = found.types[key]
        elif kind == "reading" and entry.own:
            found.meter_readings.append(entry.own)
            related = next((link for link in entry.related if "/ReadingType" in f"/{link}"), "")
            found.type_of_reading[entry.own] = related or key
        elif kind == "block":
            found.blocks[int(key)] = (entry.above or entry.own, found.blocks[int(key)][1])


def codes_of(node: Any) -> Codes:
    """Return the codes of an ESPI ReadingType; its powerOfTenMultiplier belongs to the values."""

    def code(name: str) -> int:
        return whole_of(text_of(node, name), 0)

    seconds = code("intervalLength")
    return Codes(
        unit=code("uom"),
        multiplier=code("powerOfTenMultiplier"),
        accumulation=code("accumulationBehaviour"),
        flow=code("flowDirection"),
        commodity=code("commodity"),
        aggregate=code("dataQualifier"),
        phases=code("phase"),
        step=seconds // 60 if 0 < seconds <= 86_400 else 0,
    )


class _Plan:
    """Says for each interval block, by its number in the file, whose it is and which stream; ``None``: not to be read."""

    def __init__(self, found: Structure, *, default_meter: str, given_meter: str | None) -> None:
        self._found = found
        self._default = default_meter
        usable = [
            (meter, stream) for meter, stream, _ in map(self._resolve, found.blocks) if isinstance(stream, Stream)
        ]
        self.meters = {meter for meter, _ in usable}
        self._chosen = {meter: best(s for m, s in usable if m == meter) for meter in self.meters}
        self._rename = {next(iter(self.meters)): given_meter} if given_meter and len(self.meters) == 1 else {}

    def _resolve(self, block: tuple[str, str]) -> tuple[str, Stream | str, str]:
        link, nearest = block
        reading = next((one for one in self._found.meter_readings if f"{link}/".startswith(f"{one}/")), "")
        key = self._found.type_of_reading.get(reading, "")
        kinds = self._found.types
        stream = kinds.get(key) or kinds.get(nearest)
        if stream is None:
            stream = next(iter(kinds.values())) if kinds else "no reading type"
        return self._meter(link or reading), stream, key or nearest

    def _meter(self, link: str) -> str:
        parts = link.split("/")
        if "UsagePoint" not in parts[:-1]:
            only = set(self._found.names.values())
            return only.pop() if len(only) == 1 else self._default
        at = parts.index("UsagePoint")
        name = self._found.names.get("/".join(parts[: at + 2]))
        owner = next((parts[i + 1] for i in range(at - 1) if parts[i] in _OWNERS), "")
        return name or (f"{owner}/{parts[at + 1]}" if owner else parts[at + 1])

    def block(self, number: int) -> tuple[str, Stream | str]:
        """Return meter and stream of a block, or why it is not read."""
        meter, stream, _ = self._resolve(self._found.blocks[number])
        if isinstance(stream, Stream) and stream not in self._chosen[meter]:
            stream = f"{stream.kind} beside {next(iter(self._chosen[meter])).kind}"
        return self._rename.get(meter, meter), stream


def read_greenbutton(
    first: Utf8Stream, second: Utf8Stream, *, file: str, default_meter: str, meter: str | None, log: IssueLog
) -> Iterator[pl.DataFrame]:
    """Yield "points" frames; ``first`` and ``second`` are the same file, opened twice.

    ``default_meter`` is the id where the file names none; ``meter`` replaces the id of the file's only usage point.
    """
    found = structure_of(first)
    plan = _Plan(found, default_meter=default_meter, given_meter=meter)
    reader = _Reader(plan, found.offset, file, log)
    try:
        for element in elements(second, opens=_OPENS, captures=_READINGS):
            reader.see(element)
            if len(reader.rows) >= ROWS:
                yield reader.rows.take(file=file, column="value")
    except BREAKS:
        if len(reader.rows):
            yield reader.rows.take(file=file, column="value")
        raise
    if len(reader.rows):
        yield reader.rows.take(file=file, column="value")


class _Reader:
    """The second reading: collects the readings of the blocks that are to be read."""

    def __init__(self, plan: _Plan, offset: int | None, file: str, log: IssueLog) -> None:
        self.rows = Rows()
        self._plan = plan
        self._offset = offset
        self._file = file
        self._log = log
        self._number = -1
        self._block: _Block | None = None

    def see(self, element: Element) -> None:
        """Take one element."""
        block = self._block
        match element.name, element.opens:
            case "IntervalBlock", True:
                self._number += 1
                self._open(element.line)
            case "interval", _ if block is not None:
                block.next_start = whole_of(text_of(element.node, "start"), 10**12)
            case "IntervalReading", _ if block is not None:
                reading = block.reading(element.node, element.line)
                if reading is not None:
                    self.rows.add(reading, meter=block.meter, stream=block.stream)
            case _:
                pass

    def _open(self, line: int) -> None:
        owner, stream = self._plan.block(self._number)
        if isinstance(stream, Stream):
            self._block = _Block(owner, stream, self._offset, self._file, self._log)
        else:
            self._block = None
            self._log.add(issue_of("other_quantity", self._file, line=line, value=stream, meter=owner))


@dataclass(slots=True)
class _Block:
    """An interval block being read; ``next_start`` is where its next reading starts if that does not say so itself."""

    meter: str
    stream: Stream
    offset: int | None
    file: str
    log: IssueLog
    next_start: int | None = None

    def reading(self, node: Any, line: int) -> Reading | None:
        """Return one IntervalReading; ``None``, and an issue, if it has no usable time."""
        period = child(node, "timePeriod")
        start = self.next_start if period is None else whole_of(text_of(period, "start"), 10**12)
        seconds = 0 if period is None else whole_of(text_of(period, "duration"), 0)
        seconds = seconds if 0 < seconds <= 86_400 * 366 else self.stream.step * 60
        if start is None or not plausible(start):
            written = "" if period is None else text_of(period, "start")
            self._tell("bad_time", line, "start", written)
            self.next_start = None
            return None
        text = text_of(node, "value")
        value = number_of(text)
        if math.isnan(value):
            self._tell("bad_number", line, "value", text)
        self.next_start = start + seconds if seconds else None
        shift = self.offset or 0
        moment = start + seconds if self.stream.kind == "register" else start
        return Reading(
            stamp=moment + shift * 60,
            offset=shift,
            step=seconds // 60,
            value=value,
            quality=_quality(node),
            line=line,
            ends=False,
        )

    def _tell(self, code: str, line: int, column: str, value: str) -> None:
        self.log.add(issue_of(code, self.file, line=line, column=column, value=value, meter=self.meter))


def _quality(node: Any) -> str:
    """Return the worst of the qualities a reading is marked with."""
    marks = [whole_of(text_of(one, "quality"), 0) for one in node.iterchildren("{*}ReadingQuality")]
    return max((QUALITY.get(mark, MEASURED) for mark in marks), key=GRADES.index, default=MEASURED)


def _tidy(href: str) -> str:
    return href.strip().rstrip("/")
