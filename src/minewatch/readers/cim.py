"""IEC CIM 61968-9 MeterReadings: what meter data management and head-end systems exchange, any year's namespace or none.

A MeterReading names its meter after its interval blocks, and a block its reading type after its readings; the file is
therefore read twice, once for names and types. An interval's ``timeStamp`` is its end; a ``timePeriod`` says both ends.
A reading type is a code of 18 fields (IEC 61968-9 annex C): 1 macro period, 2 aggregate, 3 measuring period,
4 accumulation, 5 flow direction, 6 commodity, 7 measurement kind, 8-14 harmonics, tariffs and tiers, 15 phases,
16 multiplier, 17 unit, 18 currency.
"""

import contextlib
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from minewatch.model.issues import issue_of
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.pointrows import NAIVE, ROWS, Reading, Rows, plausible
from minewatch.readers.quantities import ESTIMATED, GRADES, MEASURED, PERIODS, UNUSABLE, Codes, Stream, best
from minewatch.readers.xmlstream import BREAKS, Element, Utf8Stream, child, elements, number_of, text_of, whole_of

CATEGORIES = {5: ESTIMATED, 6: UNUSABLE, 7: ESTIMATED, 8: ESTIMATED, 10: ESTIMATED, 11: ESTIMATED, 12: UNUSABLE}
"""Second field of a reading quality code: failed reasonability, failed validation, edited, estimated, questionable,
derived, projected; all others leave the value as measured (IEC 61968-9 annex D)."""

MULTIPLIERS = {
    "none": 0,
    "": 0,
    "m": -3,
    "c": -2,
    "d": -1,
    "h": 2,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
    "micro": -6,
    "n": -9,
}
UNITS = {"W": 38, "Wh": 72}

_OPENS = ("MeterReading", "IntervalBlocks")
_CAPTURES = ("Meter", "UsagePoint", "IntervalReadings", "Readings", "ReadingType", "pending")
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - local clock; the offset is kept beside it


def codes_of(text: str) -> Codes | None:
    """Decode a reading type of 18 fields; ``None`` if the text is no such code."""
    fields = text.split(".")
    if len(fields) != 18:
        return None
    numbers = [whole_of(one.strip(), 10**6) for one in fields]
    if any(abs(one) >= 10**6 for one in numbers[:17]):
        return None
    period = PERIODS.get(numbers[2], 0)
    return Codes(
        unit=numbers[16],
        multiplier=numbers[15],
        accumulation=numbers[3],
        flow=numbers[4],
        commodity=numbers[5],
        aggregate=numbers[1],
        phases=numbers[14],
        # Macro period 11: daily.
        step=period or (1440 if numbers[0] == 11 else 0),
    )


@dataclass(slots=True)
class Structure:
    """What the first reading found: the meter of each MeterReading, and the streams of each meter.

    A MeterReading that breaks off before its end has the meter ``""``: its name may come last, so it is not used.
    """

    meters: list[str] = field(default_factory=list)
    named_types: dict[str, str] = field(default_factory=dict)
    streams: dict[str, set[Stream]] = field(default_factory=dict)


def structure_of(stream: Utf8Stream, *, default_meter: str) -> Structure:
    """Read names and types."""
    survey = _Survey(default_meter)
    # What breaks off here breaks off in the second reading too, and is told there.
    with contextlib.suppress(*BREAKS):
        for element in elements(stream, opens=_OPENS, captures=_CAPTURES):
            survey.see(element)
    return survey.result()


class _Survey:
    """The first reading."""

    def __init__(self, default_meter: str) -> None:
        self._found = Structure()
        self._default = default_meter
        self._used: list[set[str]] = []
        self._inside = False
        self._name = ""

    def see(self, element: Element) -> None:
        """Take one element."""
        if element.name == "MeterReading" and element.opens:
            self._inside, self._name = True, ""
            self._found.meters.append("")
            self._used.append(set())
        elif element.name == "MeterReading":
            self._inside = False
            self._found.meters[-1] = self._name or self._default
        elif self._inside:
            self._see_inside(element)
        elif element.name == "ReadingType":
            for key in (text_of(element.node, "mRID"), text_of(element.node, "Names", "name")):
                self._found.named_types[key] = _described(element.node)

    def _see_inside(self, element: Element) -> None:
        match element.name:
            case "Meter" | "UsagePoint":
                # The meter's own name comes before the usage point's, whichever stands first in the file.
                name = _name(element.node)
                self._name = name if name and (element.name == "Meter" or not self._name) else self._name
            case "ReadingType":
                self._used[-1].add(_reference(element.node))
            case "Readings":
                self._used[-1].add(_reference(child(element.node, "ReadingType")))
            case _:
                pass

    def result(self) -> Structure:
        """Return what was found."""
        found = self._found
        for meter, references in zip(found.meters, self._used, strict=True):
            streams = (_stream(found, reference) for reference in references)
            found.streams.setdefault(meter, set()).update(one for one in streams if isinstance(one, Stream))
        return found


def _name(node: Any) -> str:
    return text_of(node, "Names", "name") or text_of(node, "name") or text_of(node, "mRID")


def _reference(node: Any) -> str:
    if node is None:
        return ""
    return str(node.get("ref") or "") or text_of(node, "Names", "name") or text_of(node, "mRID") or _described(node)


def _described(node: Any) -> str:
    """Return the 18-field code that a ReadingType carries as its id or name, or one made of its words."""
    for text in (text_of(node, "mRID"), text_of(node, "Names", "name")):
        if codes_of(text) is not None:
            return text
    unit = UNITS.get(text_of(node, "unit"), 0)
    power = MULTIPLIERS.get(text_of(node, "multiplier"), 99)
    words = {"bulkQuantity": 1, "cumulative": 3, "summation": 9, "deltaData": 4, "indicating": 6}
    accumulation = words.get(text_of(node, "accumulation"), 0)
    flow = {"reverse": 19, "net": 4, "total": 20}.get(text_of(node, "flowDirection"), 0)
    periods = {"fifteenMinute": 2, "thirtyMinute": 5, "sixtyMinute": 7, "tenMinute": 1, "fiveMinute": 6}
    period = periods.get(text_of(node, "measuringPeriod"), 0)
    return f"0.0.{period}.{accumulation}.{flow}.0.0.0.0.0.0.0.0.0.0.{power}.{unit}.0" if unit else ""


def _stream(found: Structure, reference: str) -> Stream | str:
    codes = codes_of(reference) or codes_of(found.named_types.get(reference, ""))
    return codes.stream() if codes else f"reading type “{reference}”"


def read_cim(
    first: Utf8Stream, second: Utf8Stream, *, file: str, default_meter: str, meter: str | None, log: IssueLog
) -> Iterator[pl.DataFrame]:
    """Yield "points" frames; ``first`` and ``second`` are the same file, opened twice.

    ``default_meter`` is the id where the file names none; ``meter`` replaces the id of the file's only meter.
    """
    found = structure_of(first, default_meter=default_meter)
    reader = _Reader(found, file=file, meter=meter, log=log)
    try:
        for element in elements(second, opens=_OPENS, captures=_CAPTURES):
            reader.see(element)
            if reader.ready:
                yield reader.rows.take(file=file, column="value")
    except BREAKS:
        reader.drop_open_block()
        if len(reader.rows):
            yield reader.rows.take(file=file, column="value")
        raise
    if len(reader.rows):
        yield reader.rows.take(file=file, column="value")


class _Reader:
    """The second reading: collects rows; those of a block get their meter and stream when the block ends."""

    def __init__(self, found: Structure, *, file: str, meter: str | None, log: IssueLog) -> None:
        self.rows = Rows()
        self._found = found
        self._file = file
        self._log = log
        self._chosen = {name: best(streams) for name, streams in found.streams.items()}
        names = set(found.meters)
        self._rename = {names.pop(): meter} if meter and len(names) == 1 else {}
        self._number = -1
        self._block_from: int | None = None
        self._reference = ""
        self._told: set[tuple[str, str]] = set()

    def drop_open_block(self) -> None:
        """Drop the readings of a block that never ended: their type is not known."""
        if self._block_from is not None:
            self.rows.assign(self._block_from, meter="", stream=None)
            self._block_from = None

    @property
    def ready(self) -> bool:
        """Tell whether a frame is worth handing on."""
        return self._block_from is None and len(self.rows) >= ROWS

    @property
    def _meter(self) -> str:
        return self._found.meters[self._number] if self._number >= 0 else ""

    def see(self, element: Element) -> None:
        """Take one element."""
        match element.name, element.opens:
            case "MeterReading", True:
                self._number += 1
            case "IntervalBlocks", True:
                self._block_from, self._reference = len(self.rows), ""
            case "IntervalReadings", _ if self._block_from is not None:
                self._add(element.node, element.line)
            case "ReadingType", _ if self._block_from is not None:
                self._reference = _reference(element.node)
            case "pending", _ if self._block_from is not None:
                self._reference = "pending conversion"
            case "IntervalBlocks", False if self._block_from is not None:
                stream = self._wanted(self._reference, element.line)
                self.rows.assign(self._block_from, meter=self._renamed(), stream=stream)
                self._block_from = None
            case "Readings", _ if self._number >= 0:
                stream = self._wanted(_reference(child(element.node, "ReadingType")), element.line)
                if stream is not None:
                    at = len(self.rows)
                    self._add(element.node, element.line)
                    self.rows.assign(at, meter=self._renamed(), stream=stream)
            case _:
                pass

    def _renamed(self) -> str:
        return self._rename.get(self._meter, self._meter)

    def _wanted(self, reference: str, line: int) -> Stream | None:
        """Return the stream if it is one to read; otherwise tell once a meter why not."""
        meter = self._meter
        if not meter:
            return None
        stream = _stream(self._found, reference)
        chosen = self._chosen.get(meter, frozenset())
        if isinstance(stream, Stream):
            if stream in chosen:
                return stream
            stream = f"{stream.kind} beside {next(iter(chosen)).kind} ({reference})" if chosen else reference
        if (meter, stream) not in self._told:
            self._told.add((meter, stream))
            self._log.add(issue_of("other_quantity", self._file, line=line, value=stream, meter=meter))
        return None

    def _add(self, node: Any, line: int) -> None:
        start, end = text_of(node, "timePeriod", "start"), text_of(node, "timePeriod", "end")
        written = text_of(node, "timeStamp") or end or start
        own = 0
        if start and end:
            a, b = moment_of(start), moment_of(end)
            if a is not None and b is not None:
                length = (b[0] - b[1] * 60 * (b[1] != NAIVE)) - (a[0] - a[1] * 60 * (a[1] != NAIVE))
                own = length // 60 if 0 < length <= 86_400 else 0
        moment = moment_of(end or written)
        if moment is None:
            self._tell("bad_time", line, "timeStamp", written)
            return
        text = text_of(node, "value")
        value = number_of(text)
        if math.isnan(value):
            self._tell("bad_number", line, "value", text)
        self.rows.add(
            Reading(
                stamp=moment[0],
                offset=moment[1],
                step=own,
                value=value,
                quality=_quality(node),
                line=line,
                ends=True,
            )
        )

    def _tell(self, code: str, line: int, column: str, value: str) -> None:
        self._log.add(issue_of(code, self._file, line=line, column=column, value=value, meter=self._meter))


def moment_of(text: str) -> tuple[int, int] | None:
    """Return (seconds of the local clock since 1970, minutes east of UTC or ``NAIVE``) of an ISO 8601 time."""
    day_later = "T24:00" in text
    try:
        moment = datetime.fromisoformat(text.replace("T24:00", "T00:00") if day_later else text)
    except ValueError:
        return None
    offset = moment.utcoffset()
    local = moment.replace(tzinfo=None) + timedelta(days=day_later) - _EPOCH
    seconds = local.days * 86_400 + local.seconds
    if not plausible(seconds):
        return None
    return seconds, NAIVE if offset is None else round(offset.total_seconds() / 60)


def _quality(node: Any) -> str:
    """Return the worst of the qualities a reading is marked with."""
    worst = MEASURED
    for mark in node.iterchildren("{*}ReadingQualities"):
        fields = _reference(child(mark, "ReadingQualityType")).split(".")
        category = whole_of(fields[1], 0) if len(fields) == 3 else 0
        worst = max(worst, CATEGORIES.get(category, MEASURED), key=GRADES.index)
    return worst
