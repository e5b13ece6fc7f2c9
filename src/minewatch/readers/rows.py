"""Raw values of many meters as arrays, and how faults among them are told."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from minewatch.readers.issuelog import IssueLog

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

POWER, ENERGY, REGISTER = 0, 1, 2
NO_OFFSET = 32767

ARRAYS = ("meter", "time", "value", "kind", "factor", "step", "ends", "offset", "row")
"""Fields of ``Rows`` with one entry a value."""


@dataclass(slots=True)
class Rows:
    """One entry a raw value, sorted by meter and time, equal times in the order they were read.

    ``meter`` is an index into ``names``; ``time`` counts seconds of the stamp as written, later of standard time;
    ``offset`` minutes (``NO_OFFSET``: naive); ``step`` minutes (0: unknown); ``ends`` 1, 0 or -1 (unknown); ``row`` is
    the position in ``source``, which has ``line``, ``file`` and ``column`` for issues.
    """

    meter: Ints
    time: Ints
    value: Floats
    kind: npt.NDArray[np.uint8]
    factor: Floats
    step: Ints
    ends: npt.NDArray[np.int8]
    offset: Ints
    row: Ints
    names: pl.Series
    source: pl.DataFrame

    def __len__(self) -> int:
        return len(self.meter)

    def take(self, index: Ints | Bools | slice) -> "Rows":
        """Return some of the rows, in the order of ``index``."""
        return replace(self, **{name: getattr(self, name)[index] for name in ARRAYS})

    def blocks(self, most: int) -> Iterator["Rows"]:
        """Yield the (sorted) rows in blocks of whole meters, of about ``most`` rows: work on them stays in cache."""
        start = 0
        while start < len(self):
            stop = min(start + most, len(self))
            if stop < len(self):
                stop = int(np.searchsorted(self.meter, self.meter[stop - 1], side="right"))
            yield self.take(slice(start, stop))
            start = stop

    def sorted(self) -> "Rows":
        """Return the rows by meter, time and order of reading."""
        if len(self) < 2:
            return self
        same = self.meter[1:] == self.meter[:-1]
        if bool(((self.meter[1:] > self.meter[:-1]) | (same & (self.time[1:] >= self.time[:-1]))).all()):
            return self
        first = int(self.time.min())
        span = int(self.time.max()) - first + 1
        if int(self.meter.max() + 1) < 2**62 // span:
            order = np.argsort(self.meter * span + (self.time - first), kind="stable")
        else:
            order = np.lexsort((self.time, self.meter))
        return self.take(order)

    def tell(self, log: IssueLog, code: str, index: Ints | Bools, values: pl.Series | None = None) -> None:
        """Record one fault for each row chosen; the value as it was read unless ``values`` says otherwise."""
        rows, meters, read = self.row[index], self.meter[index], self.value[index]
        if not len(rows):
            return
        places = self.source.select("line", "file", "column")[rows]
        shown = values if values is not None else pl.Series("value", read).cast(pl.String)
        log.add_frame(code, places.with_columns(shown.alias("value"), self.names[meters].alias("meter")))


def rows_of(points: pl.DataFrame) -> Rows:
    """Lay a "points" frame out as sorted arrays."""
    names = points["meter"].unique().sort()
    return Rows(
        meter=points["meter"].cast(pl.Enum(names)).to_physical().cast(pl.Int64).to_numpy(),
        time=points["stamp"].cast(pl.Int64).to_numpy() // 1_000_000,
        value=points["value"].to_numpy(),
        kind=points["kind"].to_physical().cast(pl.UInt8).to_numpy(),
        factor=points["factor"].to_numpy(),
        step=points["step"].fill_null(0).cast(pl.Int64).to_numpy(),
        ends=points["ends"].cast(pl.Int8).fill_null(-1).to_numpy(),
        offset=points["offset"].cast(pl.Int64).fill_null(NO_OFFSET).to_numpy(),
        row=np.arange(points.height, dtype=np.int64),
        names=names,
        source=points,
    ).sorted()
