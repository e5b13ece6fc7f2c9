"""What meters of the books that were not read probably drew, from customers of their kind and size who were read.

The shape is the mean curve of the same declared use (in hours, as it ran in those very days); the size comes from the
ratio of the meter's transformers, which is chosen for the load: the geometric mean of read meters at the same voltage and
ratio, of the same use where there are enough of them. Both are expectations with a spread, never readings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ENOUGH = 5
"""Read meters of a kind from which their spread is taken as it is."""
WIDE = 1.2
"""Spread (of the logarithm) where nothing alike was read."""
NARROWEST = 0.3
OWN_WAYS = 0.3
"""Share of one customer's load that goes its own way, other than its kind's mean curve."""


@dataclass(frozen=True, slots=True)
class MeterKind:
    """What the books say of a meter that bears on its load: declared use, voltage, ratio of its transformers (CT × PT)."""

    use: str = ""
    voltage: str = ""
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected load of unread meters of one use: (days, 24) kW, and its relative standard deviation."""

    kw: Floats
    spread: float
    own_ways: float = 0.0
    """Share of the fitted load that may run in ways of its own instead of the shape: less where many go together."""


@dataclass(slots=True)
class Peers:
    """Sums over read meters, filled one block after the other; memory does not grow with their number."""

    days: int
    shapes: dict[str, Floats] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    logs: dict[tuple[str, ...], list[float]] = field(default_factory=dict)

    def add(self, kinds: Sequence[MeterKind], hours: Floats) -> None:
        """Take read meters: ``hours`` (meters, days, 24) kW, NaN missing; meters hardly read or without load tell nothing."""
        flat = hours.reshape(len(hours), -1)
        present = np.isfinite(flat)
        count = present.sum(axis=1)
        mean = np.where(present, flat, 0.0).sum(axis=1) / np.maximum(count, 1)
        rows = np.flatnonzero((count >= 0.3 * flat.shape[1]) & (mean > 1e-4))
        by_kind: dict[MeterKind, list[int]] = {}
        for row in rows.tolist():
            by_kind.setdefault(kinds[row], []).append(row)
        for kind, mine in by_kind.items():
            level = mean[mine]
            shape = np.where(present[mine], flat[mine] / level[:, None], 1.0)
            total = np.minimum(shape, 20.0).sum(axis=0).reshape(self.days, 24)
            self.shapes[kind.use] = self.shapes.get(kind.use, 0.0) + total
            self.counts[kind.use] = self.counts.get(kind.use, 0) + len(mine)
            size, per = np.log(level), np.log(level / kind.ratio)
            bucket = f"{kind.ratio:g}"
            for key, value in (
                (("alike", kind.use, kind.voltage, bucket), size),
                (("size", kind.voltage, bucket), size),
                (("voltage", kind.voltage), per),
                (("any",), per),
            ):
                sums = self.logs.setdefault(key, [0.0, 0.0, 0.0])
                sums[0] += len(mine)
                sums[1] += float(value.sum())
                sums[2] += float((value * value).sum())

    def join(self, other: "Peers") -> None:
        """Take what other sums hold; in the same order the result is the same to the bit."""
        for use, shape in other.shapes.items():
            self.shapes[use] = self.shapes.get(use, 0.0) + shape
            self.counts[use] = self.counts.get(use, 0) + other.counts[use]
        for key, more in other.logs.items():
            sums = self.logs.setdefault(key, [0.0, 0.0, 0.0])
            for place, value in enumerate(more):
                sums[place] += value

    def expect(self, unread: Iterable[MeterKind]) -> list[Expected]:
        """Return the expected load of unread meters, one entry for each use."""
        means: dict[str, float] = {}
        variances: dict[str, float] = {}
        counts: dict[str, int] = {}
        for kind in unread:
            centre, spread = self._size(kind)
            mean = float(np.exp(centre + 0.5 * min(spread, 1.0) ** 2))
            counts[kind.use] = counts.get(kind.use, 0) + 1
            means[kind.use] = means.get(kind.use, 0.0) + mean
            variances[kind.use] = variances.get(kind.use, 0.0) + mean**2 * float(np.expm1(min(spread, 1.2) ** 2))
        return [Expected(self._shape(use) * mean, float(np.sqrt(variances[use])) / mean) for use, mean in means.items()]

    def _size(self, kind: MeterKind) -> tuple[float, float]:
        bucket = f"{kind.ratio:g}"
        for key, least, offset in (
            (("alike", kind.use, kind.voltage, bucket), ENOUGH, 0.0),
            (("size", kind.voltage, bucket), 2, 0.0),
            (("voltage", kind.voltage), 2, np.log(kind.ratio)),
            (("any",), 1, np.log(kind.ratio)),
        ):
            count, total, squares = self.logs.get(key, [0.0, 0.0, 0.0])
            if count >= least:
                centre = total / count
                spread = float(np.sqrt(max(squares / count - centre**2, 0.0)))
                # Few meters tell little of their spread: pull it towards a wide one.
                spread = (count * spread + 2.0 * WIDE / 2.0) / (count + 2.0)
                return centre + float(offset), max(spread, NARROWEST)
        return 0.0, WIDE

    def _shape(self, use: str) -> Floats:
        if use not in self.shapes:
            return np.ones((self.days, 24))
        return np.asarray(self.shapes[use] / self.counts[use])


def kinds_of(table: Mapping[str, MeterKind], meters: Iterable[str]) -> list[MeterKind]:
    """Kinds of meters by id; an unknown meter is of no kind."""
    return [table.get(meter, MeterKind()) for meter in meters]
