"""Coverage of a workspace's readings: how many meters were read on each day and in each hour, and the gaps of each meter.

A meter is expected from its first day with a reading to the last day the lake holds of its kind of day: one that fell silent
stays expected. What was measured is kept beside the lake under the digest of its parts, so that a page never decodes readings.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.stores.lake import Lake
from minewatch.stores.results import ResultStore

Progress = Callable[[int, int], None]
HOURS = 24
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was measured.

    ``by_day``: one row a kind of day (``slots``) and day: ``expected`` meters, ``read`` (any reading), ``full`` (every slot)
    and ``hours``, meters with a reading in each hour. ``by_meter``: one row a kind and meter: ``first_day``, ``last_day`` with
    a reading, ``days_read``, ``days_missing``, ``longest_gap`` (days), ``share`` of expected slots that were read.
    """

    by_day: pl.DataFrame
    by_meter: pl.DataFrame

    @property
    def meters(self) -> int:
        """Number of meters."""
        return self.by_meter["meter"].n_unique()

    @property
    def days(self) -> int:
        """Number of days."""
        return self.by_day["day"].n_unique()


def measure_coverage(*, folder: Path, lake: Lake, progress: Progress | None = None) -> Coverage:
    """Decode every reading once and keep what was counted in the workspace ``folder``."""
    told = progress or (lambda _done, _all: None)
    kinds = list(lake.slot_kinds)
    days, meters = [], []
    for number, slots in enumerate(kinds):
        span = lake.days(slots)
        if span is None:
            continue
        tally = _Tally(span[0], (span[1] - span[0]).days + 1, slots)
        for shard in range(lake.shards):
            for block in lake.blocks(shard, slots):
                tally.add(block.meters, (block.first_day - span[0]).days, np.isfinite(block.kw))
            told(number * lake.shards + shard + 1, len(kinds) * lake.shards)
        days.append(tally.by_day())
        meters.append(tally.by_meter())
    found = Coverage(_all(days, DAYS), _all(meters, METERS))
    store = _store(folder)
    key = coverage_key(lake)
    store.put(f"{key}-days", found.by_day)
    store.put(f"{key}-meters", found.by_meter)
    store.keep_only(frozenset({f"{key}-days", f"{key}-meters"}))
    return found


DAYS: Mapping[str, pl.DataType] = {
    "slots": pl.Int64(),
    "day": pl.Date(),
    "expected": pl.Int64(),
    "read": pl.Int64(),
    "full": pl.Int64(),
    "hours": pl.List(pl.Int64),
}
METERS: Mapping[str, pl.DataType] = {
    "slots": pl.Int64(),
    "meter": pl.String(),
    "first_day": pl.Date(),
    "last_day": pl.Date(),
    "days_read": pl.Int64(),
    "days_missing": pl.Int64(),
    "longest_gap": pl.Int64(),
    "share": pl.Float64(),
}


def _all(frames: Sequence[pl.DataFrame], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.concat(frames) if frames else pl.DataFrame(schema=dict(schema))


def known_coverage(*, folder: Path, lake: Lake) -> Coverage | None:
    """Return what was measured of the lake as it is now; None when something was imported since, or nothing was measured."""
    return _read(folder, coverage_key(lake))


@lru_cache(maxsize=4)
def _read_cached(folder: Path, key: str, _written: int) -> Coverage | None:
    store = _store(folder)
    by_day, by_meter = store.get(f"{key}-days"), store.get(f"{key}-meters")
    return None if by_day is None or by_meter is None else Coverage(by_day, by_meter)


def _read(folder: Path, key: str) -> Coverage | None:
    path = folder / "coverage" / f"{key}-meters.parquet"
    return _read_cached(folder, key, path.stat().st_mtime_ns) if path.exists() else None


def coverage_key(lake: Lake) -> str:
    """Return a digest of the lake's parts and of how coverage is measured."""
    return sha256(",".join([VERSION, *(part.name for part in lake.manifest.parts)]).encode()).hexdigest()[:32]


def _store(folder: Path) -> ResultStore:
    return ResultStore(folder / "coverage")


class _Tally:
    """Counts over one kind of day."""

    def __init__(self, first_day: date, days: int, slots: int) -> None:
        self._first, self._days, self._slots = first_day, days, slots
        self._begun = np.zeros(days, dtype=np.int64)
        self._read = np.zeros(days, dtype=np.int64)
        self._full = np.zeros(days, dtype=np.int64)
        self._hours = np.zeros((days, HOURS), dtype=np.int64)
        self._rows: list[tuple[str, int, int, int, int, float]] = []

    def add(self, meters: Sequence[str], begin: int, there: NDArray[np.bool_]) -> None:
        """Count a block: ``there`` (meters, days, slots) tells which readings are there, day 0 is ``begin``."""
        any_slot: NDArray[np.bool_] = np.asarray(there.any(axis=2))
        days = slice(begin, begin + there.shape[1])
        self._read[days] += any_slot.sum(axis=0)
        self._full[days] += there.all(axis=2).sum(axis=0)
        hours = there.reshape(*there.shape[:2], HOURS, -1).any(axis=3) if self._slots >= HOURS else any_slot[:, :, None]
        self._hours[days] += hours.sum(axis=0)
        slots_read = there.sum(axis=(1, 2))
        for meter, own, count in zip(meters, any_slot, slots_read, strict=True):
            held = np.flatnonzero(own) + begin
            if not held.size:
                continue
            first = int(held[0])
            self._begun[first] += 1
            gaps = np.diff(np.concatenate((held, [self._days]))) - 1
            expected = (self._days - first) * self._slots
            self._rows.append((meter, first, int(held[-1]), held.size, int(gaps.max()), float(count) / expected))

    def by_day(self) -> pl.DataFrame:
        """Return the counts by day."""
        return pl.DataFrame(
            {
                "slots": [self._slots] * self._days,
                "day": [self._first + timedelta(days=number) for number in range(self._days)],
                "expected": np.cumsum(self._begun),
                "read": self._read,
                "full": self._full,
                "hours": (self._hours if self._slots >= HOURS else self._hours[:, :1]).tolist(),
            },
            schema=dict(DAYS),
        )

    def by_meter(self) -> pl.DataFrame:
        """Return the gaps by meter, the worst first."""
        rows = [
            (
                self._slots,
                meter,
                self._first + timedelta(days=first),
                self._first + timedelta(days=last),
                held,
                self._days - first - held,
                gap,
                share,
            )
            for meter, first, last, held, gap, share in self._rows
        ]
        frame = pl.DataFrame(rows, schema=dict(METERS), orient="row")
        return frame.sort("share", "meter")


def meter_days(*, lake: Lake, meter: str) -> Iterator[tuple[int, date, list[int]]]:
    """Yield, for each kind of day the meter has, the slots a day, the first day, and how many slots were read on each day."""
    wanted = frozenset({meter})
    for slots in lake.slot_kinds:
        for shard in lake.shards_of(wanted):
            for block in lake.blocks(shard, slots, meters=wanted):
                yield slots, block.first_day, np.isfinite(block.kw[0]).sum(axis=1).tolist()
