"""Collects readings one by one, as XML gives them, in little memory, and hands them on as "points" frames."""

from array import array
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from minewatch.readers.points import QUALITIES, points_frame
from minewatch.readers.quantities import Stream

ROWS = 200_000
"""Rows after which a frame is worth handing on."""
NAIVE = -32_768
"""Stands for "no offset written"."""
_EARLIEST, _LATEST = -2_208_988_800, 4_102_444_800


def plausible(seconds: float) -> bool:
    """Tell whether seconds since 1970 can be the time of a reading: the years 1900 to 2100."""
    return _EARLIEST <= seconds <= _LATEST


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading: ``stamp`` in seconds of the local clock since 1970; ``offset`` (minutes east of UTC, or ``NAIVE``).

    ``step`` is in minutes, 0: as its stream says; ``ends``: the stamp ends the interval.
    """

    stamp: int
    offset: int
    step: int
    value: float
    quality: str
    line: int
    ends: bool


@dataclass(slots=True)
class Rows:
    """Readings of any meters and streams, in the order they came."""

    _meters: list[str] = field(default_factory=list)
    _streams: list[Stream | None] = field(default_factory=list)
    _stamps: "array[int]" = field(default_factory=lambda: array("q"))
    _offsets: "array[int]" = field(default_factory=lambda: array("h"))
    _steps: "array[int]" = field(default_factory=lambda: array("i"))
    _values: "array[float]" = field(default_factory=lambda: array("d"))
    _qualities: "array[int]" = field(default_factory=lambda: array("b"))
    _lines: "array[int]" = field(default_factory=lambda: array("q"))
    _ends: "array[int]" = field(default_factory=lambda: array("b"))

    def __len__(self) -> int:
        return len(self._stamps)

    def add(self, reading: Reading, *, meter: str = "", stream: Stream | None = None) -> None:
        """Add one reading; whose it is may be told later by :meth:`assign`."""
        self._meters.append(meter)
        self._streams.append(stream)
        self._stamps.append(reading.stamp)
        self._offsets.append(reading.offset)
        self._steps.append(reading.step)
        self._values.append(reading.value)
        self._qualities.append(QUALITIES.index(reading.quality))
        self._lines.append(reading.line)
        self._ends.append(reading.ends)

    def assign(self, first: int, *, meter: str, stream: Stream | None) -> None:
        """Say whose the readings from number ``first`` on are; ``None`` drops them."""
        if stream is None:
            for column in self._columns():
                del column[first:]
            return
        count = len(self) - first
        self._meters[first:] = [meter] * count
        self._streams[first:] = [stream] * count

    def _columns(self) -> "tuple[list[str] | list[Stream | None] | array[int] | array[float], ...]":
        return (
            self._meters,
            self._streams,
            self._stamps,
            self._offsets,
            self._steps,
            self._values,
            self._qualities,
            self._lines,
            self._ends,
        )

    def take(self, *, file: str, column: str) -> pl.DataFrame:
        """Return what was collected as a "points" frame and forget it; every reading must have its stream."""
        kinds = list(dict.fromkeys(stream for stream in self._streams if stream is not None))
        number = {stream: i for i, stream in enumerate(kinds)}
        which = np.array([number[stream] for stream in self._streams if stream is not None], np.int64)
        offsets = pl.Series(np.array(self._offsets, np.int16))
        own = np.array(self._steps, np.int32)
        steps = np.where(own > 0, own, np.array([stream.step for stream in kinds] or [0], np.int32)[which])
        register = np.array([stream.kind == "register" for stream in kinds] or [False])[which]
        columns: dict[str, object] = {
            "meter": pl.Series(self._meters, dtype=pl.String),
            "stamp": pl.Series(np.array(self._stamps, np.int64) * 1_000_000).cast(pl.Datetime("us")),
            "offset": offsets.set(offsets == NAIVE, None),
            "value": pl.Series(np.array(self._values, np.float64)),
            "kind": pl.Series([stream.kind for stream in kinds], dtype=pl.String).gather(which),
            "factor": pl.Series([stream.factor for stream in kinds], dtype=pl.Float64).gather(which),
            "step": pl.Series(steps).set(pl.Series(steps <= 0), None),
            "ends": pl.Series(np.array(self._ends, bool)).set(pl.Series(register), None),
            "quality": pl.Series(QUALITIES).gather(np.array(self._qualities, np.int64)),
            "line": pl.Series(np.array(self._lines, np.int64)),
            "file": file,
            "column": column,
        }
        frame = points_frame(columns, len(self))
        for held in self._columns():
            del held[:]
        return frame
