"""Merges the parts of a shard to blocks of whole meters, in bounded memory.

Every part is sorted by meter and its row groups hold whole meters, so one row group of each part in hand is enough: all
meters up to the smallest last meter among them are complete. Where parts hold the same day of a meter, a later import's
reading wins over an earlier one's, and a missing reading never hides one that is there.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from minewatch.stores.encoding import Float32, decode
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


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of a row group for meters of the plan: meter ``owners[k]``, ascending, has the rows ``starts[k]`` to ``stops[k]``."""

    group: RowGroup
    owners: Positions
    starts: Positions
    stops: Positions

    def of_meters(self, start: int, stop: int) -> "_Rows":
        """Return the rows of the meters ``start`` to before ``stop``."""
        some = slice(*np.searchsorted(self.owners, (start, stop)).tolist())
        return _Rows(self.group, self.owners[some], self.starts[some], self.stops[some])

    @property
    def number(self) -> int:
        """How many rows."""
        return int((self.stops - self.starts).sum())


@dataclass(frozen=True, slots=True)
class _Plan:
    """Meters about to be laid out, ascending: first and last day of each, and their rows, a set a part in order of import."""

    names: list[str]
    first: Positions
    last: Positions
    rows: list[_Rows]


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
    """What one stream of blocks is laid out in."""

    def __init__(self) -> None:
        self.block: Float32 = np.empty(0, np.float32)


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
        plan = _planned(runs, wanted)
        for start, stop in _cuts(plan, self._readings // self._slots):
            low = int(plan.first[start:stop].min())
            days = int(plan.last[start:stop].max()) - low + 1
            kw = self._lay([rows.of_meters(start, stop) for rows in plan.rows], start, stop, low, days)
            yield MeterBlock(tuple(plan.names[start:stop]), EPOCH + timedelta(days=low), kw)

    def _lay(self, runs: list[_Rows], start: int, stop: int, low: int, days: int) -> Float32:
        meters = stop - start
        size = meters * days * self._slots
        if len(self._memory.block) < size:
            self._memory.block = np.empty(max(size, self._readings), np.float32)
        out = self._memory.block[:size].reshape(meters * days, self._slots)
        runs = [rows for rows in runs if len(rows.owners)]
        whole = len(runs) == 1 and runs[0].number == meters * days
        if not whole:
            out.fill(np.float32("nan"))
        for rows in runs:
            taken = _ranges(rows.starts, rows.stops)
            targets = np.repeat((rows.owners - start) * days - low, rows.stops - rows.starts) + rows.group.days[taken]
            # Parts come in the order of import: what is there already stays where the new row has a gap.
            decode(rows.group.encoded, taken, targets, out, over=len(runs) > 1)
        return out.reshape(meters, days, self._slots)


def _planned(runs: list[_Run], wanted: Window) -> _Plan:
    """Collect the wanted meters with a wanted day, their windows and their rows."""
    found = [_wanted_rows(run, wanted) for run in runs]
    if len(found) == 1:
        names = found[0][0]
        owners = [np.arange(len(names))]
    else:
        names = sorted(set().union(*(mine for mine, _, _ in found)))
        place = {name: number for number, name in enumerate(names)}
        owners = [np.array([place[name] for name in mine], np.int64) for mine, _, _ in found]
    first, last = np.full(len(names), 1 << 40), np.full(len(names), -(1 << 40))
    rows = []
    for run, mine, (_, starts, stops) in zip(runs, owners, found, strict=True):
        days = run.group.days
        first[mine] = np.minimum(first[mine], days[starts])
        last[mine] = np.maximum(last[mine], days[stops - 1])
        rows.append(_Rows(run.group, mine, starts, stops))
    return _Plan(names, first, last, rows)


def _wanted_rows(run: _Run, wanted: Window) -> tuple[list[str], Positions, Positions]:
    """Return the wanted meters of a run with a wanted day, and their first rows and the rows after their last."""
    names = run.group.meters[run.first : run.last]
    starts, stops = run.group.starts[run.first : run.last], run.group.starts[run.first + 1 : run.last + 1]
    if wanted.meters is not None:
        kept = [number for number, name in enumerate(names) if name in wanted.meters]
        names, starts, stops = [names[number] for number in kept], starts[kept], stops[kept]
    if wanted.bounded and names:
        # Days ascend within a meter: those before the window and those in or before it are counted from each first row.
        before, until = (np.append(0, np.cumsum(run.group.days < bound)) for bound in (wanted.first, wanted.last + 1))
        starts, stops = starts + before[stops] - before[starts], starts + until[stops] - until[starts]
        kept = np.flatnonzero(stops > starts).tolist()
        names, starts, stops = [names[number] for number in kept], starts[kept], stops[kept]
    return names, starts, stops


def _cuts(plan: _Plan, days: int) -> Iterator[tuple[int, int]]:
    """Cut the meters into blocks of at most so many days, all meters over one window; a block has one meter at least."""
    first, last = plan.first.tolist(), plan.last.tolist()
    start = 0
    while start < len(first):
        low, high = first[start], last[start]
        stop = start + 1
        while stop < len(first):
            wider = (min(low, first[stop]), max(high, last[stop]))
            if (stop + 1 - start) * (wider[1] - wider[0] + 1) > days:
                break
            low, high = wider
            stop += 1
        yield start, stop
        start = stop


def _ranges(starts: Positions, stops: Positions) -> Positions:
    """Return all numbers from each start to before its stop, one after the other."""
    lengths = stops - starts
    return np.asarray(np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths))
