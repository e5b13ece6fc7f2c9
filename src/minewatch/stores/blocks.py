"""Merges the parts of a shard to blocks of whole meters, in bounded memory.

Every part is sorted by meter and its row groups hold whole meters, so one row group of each part in hand is enough: all
meters up to the smallest last meter among them are complete. Where parts hold the same day of a meter, a later import's
reading wins over an earlier one's, and a missing reading never hides one that is there.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from minewatch.stores.encoding import Decoder, EncodedDays, Float32
from minewatch.stores.parts import PartReader, RowGroup

EPOCH = date(1970, 1, 1)
BLOCK_READINGS = 4_000_000
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MeterBlock:
    """Whole meters over a common window of days.

    ``kw`` has shape (meters, days, slots), float32, mean kW, NaN where there is no reading; day 0 is ``first_day``. It
    is overwritten when the next block is asked for: copy what must live longer.
    """

    meters: tuple[str, ...]
    first_day: date
    kw: Float32


@dataclass(frozen=True, slots=True)
class Window:
    """Which days (from 1970-01-01, both ends included) and which meters are wanted; ``None``: all meters."""

    first: int = -(1 << 30)
    last: int = 1 << 30
    meters: AbstractSet[str] | None = None

    @property
    def bounded(self) -> bool:
        """Tell whether some days may have to be left out."""
        return self.first > -(1 << 30) or self.last < 1 << 30


def window(first_day: date | None, last_day: date | None, meters: AbstractSet[str] | None) -> Window:
    """Build a window from dates; ``None`` leaves an end open."""
    nothing = Window()
    first = nothing.first if first_day is None else (first_day - EPOCH).days
    last = nothing.last if last_day is None else (last_day - EPOCH).days
    return Window(first, last, meters)


@dataclass(slots=True)
class _Cursor:
    """A part being read: the row group in hand and how many of its meters are done."""

    reader: PartReader
    next_group: int = 0
    done: int = 0
    group: RowGroup | None = None

    def fill(self) -> RowGroup | None:
        """Return the row group in hand, reading the next one when it is used up; ``None`` at the end of the part."""
        if self.group is not None and self.done == len(self.group.meters):
            self.group = None
        if self.group is None and self.next_group < len(self.reader):
            self.group = self.reader.read(self.next_group)
            self.next_group += 1
            self.done = 0
        return self.group


@dataclass(frozen=True, slots=True)
class _Run:
    """Meters ``first`` to ``last`` of a row group."""

    group: RowGroup
    first: int
    last: int


@dataclass(slots=True)
class _Meter:
    """One meter about to be laid out: its first and last day and where its rows are, in the order of import."""

    first_day: int
    last_day: int
    pieces: list[tuple[int, int, int]] = field(default_factory=list)


def merged(
    open_parts: Sequence[Callable[[], PartReader]],
    wanted: Window,
    *,
    slots: int,
    readings: int = BLOCK_READINGS,
    buffers: "Buffers | None" = None,
) -> Iterator[MeterBlock]:
    """Yield blocks of at most about ``readings`` readings (one meter at least), meters ascending, each once.

    ``open_parts`` are in the order of import; ``buffers`` lends the memory that blocks are laid out in.
    """
    readers: list[PartReader] = []
    pool = buffers or Buffers()
    memory = pool.borrow()
    try:
        readers.extend(opener() for opener in open_parts)
        cursors = [_Cursor(reader) for reader in readers]
        layout = _Layout(slots, readings, memory)
        while True:
            groups = [(cursor, group) for cursor in cursors if (group := cursor.fill()) is not None]
            if not groups:
                return
            bound = min(group.meters[-1] for _, group in groups)
            runs = []
            for cursor, group in groups:
                last = bisect_right(group.meters, bound, lo=cursor.done)
                if last > cursor.done:
                    runs.append(_Run(group, cursor.done, last))
                cursor.done = last
            yield from layout.blocks(runs, wanted)
    finally:
        pool.give_back(memory)
        for reader in readers:
            reader.close()


class Memory:
    """What one stream of blocks needs: the block, a scratch array and a decoder with its own."""

    def __init__(self) -> None:
        self.block: Float32 = np.empty(0, np.float32)
        self.scratch: Float32 = np.empty(0, np.float32)
        self.decoder = Decoder()


class Buffers:
    """Lends memory to streams of blocks and takes it back, because the first touch of fresh memory costs more than decoding.

    Safe for threads; holds as much memory as there were ever streams open at once.
    """

    def __init__(self) -> None:
        self._free: deque[Memory] = deque()

    def borrow(self) -> Memory:
        """Return memory nobody uses."""
        try:
            return self._free.pop()
        except IndexError:
            return Memory()

    def give_back(self, memory: Memory) -> None:
        """Take memory back."""
        self._free.append(memory)


class _Layout:
    """Lays runs of meters out in one buffer that is used again and again."""

    def __init__(self, slots: int, readings: int, memory: Memory) -> None:
        self._slots = slots
        self._readings = readings
        self._memory = memory

    def blocks(self, runs: list[_Run], wanted: Window) -> Iterator[MeterBlock]:
        """Yield the meters of ``runs`` in blocks."""
        meters = _plan(runs, wanted)
        names = sorted(meters)
        start = 0
        while start < len(names):
            low, high = meters[names[start]].first_day, meters[names[start]].last_day
            stop = start + 1
            while stop < len(names):
                meter = meters[names[stop]]
                wider = (min(low, meter.first_day), max(high, meter.last_day))
                if (stop + 1 - start) * (wider[1] - wider[0] + 1) * self._slots > self._readings:
                    break
                low, high = wider
                stop += 1
            chosen = names[start:stop]
            kw = self._lay(runs, [meters[name] for name in chosen], low, high - low + 1)
            yield MeterBlock(tuple(chosen), EPOCH + timedelta(days=low), kw)
            start = stop

    def _lay(self, runs: list[_Run], meters: list[_Meter], low: int, days: int) -> Float32:
        size = len(meters) * days * self._slots
        if len(self._memory.block) < size:
            self._memory.block = np.empty(max(size, self._readings), np.float32)
        out = self._memory.block[:size].reshape(len(meters) * days, self._slots)
        whole = _one_piece(meters, days)
        if whole is not None:
            run, first, last = whole
            self._memory.decoder.decode(_rows(runs[run].group.encoded, slice(first, last)), out)
            return out.reshape(len(meters), days, self._slots)
        out.fill(np.float32("nan"))
        filled = np.zeros(len(out), bool)
        for number, run_of in enumerate(runs):
            rows, targets = _placement(number, run_of, meters, low, days)
            step = max(1, (1 << 18) // self._slots)
            for a in range(0, len(rows), step):
                self._place(run_of.group.encoded, rows[a : a + step], targets[a : a + step], out, filled)
        return out.reshape(len(meters), days, self._slots)

    def _place(
        self,
        encoded: EncodedDays,
        rows: Positions,
        targets: Positions,
        out: Float32,
        filled: npt.NDArray[np.bool_],
    ) -> None:
        """Decode some rows and put them at their days; what is there already stays where the new row has a gap."""
        if len(self._memory.scratch) < len(rows) * self._slots:
            self._memory.scratch = np.empty(len(rows) * self._slots, np.float32)
        fresh = self._memory.scratch[: len(rows) * self._slots].reshape(len(rows), self._slots)
        consecutive = int(rows[-1]) - int(rows[0]) == len(rows) - 1
        selection = slice(int(rows[0]), int(rows[-1]) + 1) if consecutive else rows
        self._memory.decoder.decode(_rows(encoded, selection), fresh)
        if filled[targets].any():
            fresh = np.where(np.isnan(fresh), out[targets], fresh)
        out[targets] = fresh
        filled[targets] = True


def _rows(encoded: EncodedDays, selection: slice | Positions) -> EncodedDays:
    return EncodedDays(
        encoded.encoding,
        encoded.rows[selection],
        tuple(plane[selection] for plane in encoded.planes),
        encoded.num[selection],
        encoded.base[selection],
        encoded.den[selection],
        encoded.missing[selection],
    )


def _plan(runs: list[_Run], wanted: Window) -> dict[str, _Meter]:
    """Collect, for each wanted meter with a wanted day, its window and its rows."""
    meters: dict[str, _Meter] = {}
    for number, run in enumerate(runs):
        starts = run.group.starts[run.first : run.last + 1].tolist()
        days = run.group.days
        for position in range(run.first, run.last):
            name = run.group.meters[position]
            if wanted.meters is not None and name not in wanted.meters:
                continue
            a, b = starts[position - run.first], starts[position - run.first + 1]
            if wanted.bounded:
                a, b = (a + int(i) for i in np.searchsorted(days[a:b], (wanted.first, wanted.last + 1)))
                if a == b:
                    continue
            first, last = int(days[a]), int(days[b - 1])
            meter = meters.setdefault(name, _Meter(first, last))
            meter.first_day, meter.last_day = min(meter.first_day, first), max(meter.last_day, last)
            meter.pieces.append((number, a, b))
    return meters


def _one_piece(meters: list[_Meter], days: int) -> tuple[int, int, int] | None:
    """Return (run, first row, last row) if the rows of one run are the block as it stands, else ``None``."""
    run, first, after = meters[0].pieces[0]
    for meter in meters:
        if len(meter.pieces) > 1:
            return None
        number, a, b = meter.pieces[0]
        if number != run or b - a != days or (meter is not meters[0] and a != after):
            return None
        after = b
    return run, first, after


def _placement(number: int, run: _Run, meters: list[_Meter], low: int, days: int) -> tuple[Positions, Positions]:
    """Return the rows of a run that belong to the block and the days of the block they go to."""
    rows, targets = [], []
    for place, meter in enumerate(meters):
        for piece, a, b in meter.pieces:
            if piece == number:
                rows.append(np.arange(a, b))
                targets.append(place * days + run.group.days[a:b].astype(np.int64) - low)
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate(rows), np.concatenate(targets)
