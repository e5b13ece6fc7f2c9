"""The load of a campaign's sites together, slot by slot, from the lake: what falls on the wall when machines are switched off."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.model.wall_views import RegionalLoad
from minewatch.stores import manifest as manifests
from minewatch.stores.lake import Lake

DAYS_SHOWN = 7
"""Days up to the last reading that are shown at least."""
MOST_DAYS = 31
"""Days that are shown at most, when the deadline lies back."""
FINEST_DAILY = 24
"""Days of fewer slots than this say nothing of an hour."""
LEAST_KNOWN = 0.5
"""Part of a day's slots that must be known for its mean to be told."""


@dataclass(frozen=True, slots=True)
class Sites:
    """The meters of each site of a campaign, as pairs that can be remembered: (case, meters)."""

    meters: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def digest(self) -> str:
        """A digest of exactly these sites and meters."""
        return hashlib.sha256(repr(self.meters).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Sum:
    """The sites' sum: ``kw`` NaN where no site reports, ``sites`` how many do, by slot of ``slots`` a day from ``first`` on."""

    first: date
    slots: int
    kw: NDArray[np.float64]
    sites: NDArray[np.int64]
    daily_only: int


def lake_version(folder: Path) -> str:
    """Return a text that changes when the lake's manifest does, without reading it."""
    found = (folder / manifests.NAME).stat()
    return f"{found.st_mtime_ns}:{found.st_size}:{found.st_ino}"


@lru_cache(maxsize=4)
def _opened(folder: Path, _version: str) -> Lake:
    return Lake.open(folder)


def open_lake(folder: Path) -> Lake:
    """Open the lake as it is now; the same object as long as nothing was imported."""
    return _opened(folder, lake_version(folder))


def span_of(lake: Lake, *, deadline: date | None, today: date) -> tuple[date, date] | None:
    """Return the days to show: up to the last reading that is here today, back to two days before the deadline where near."""
    spans = [days for slots in lake.slot_kinds if slots >= FINEST_DAILY and (days := lake.days(slots)) is not None]
    if not spans:
        return None
    last = min(max(end for _, end in spans), today)
    first = last - timedelta(days=DAYS_SHOWN - 1)
    if deadline is not None and deadline < last:
        first = max(min(first, deadline - timedelta(days=2)), last - timedelta(days=MOST_DAYS - 1))
    return first, last


@lru_cache(maxsize=16)
def _summed(folder: Path, version: str, sites: Sites, first: date, last: date) -> Sum | None:
    """Add up; kept for as long as the lake and the sites stay the same."""
    return add_up(_opened(folder, version), dict(sites.meters), first=first, last=last)


def add_up(lake: Lake, sites: Mapping[str, tuple[str, ...]], *, first: date, last: date) -> Sum | None:
    """Add the sites' meters from ``first`` to ``last`` (both included) on the lake's finest slots.

    A site reports in a slot when all of its meters that the lake knows in these days do. A meter's coarser slots stand for
    each of the finer ones: a mean power is the same in both. None when the lake has nothing finer than a day of them.
    """
    kinds = [slots for slots in lake.slot_kinds if slots >= FINEST_DAILY]
    wanted = {meter for meters in sites.values() for meter in meters}
    owner = {meter: case for case, meters in reversed(list(sites.items())) for meter in meters}
    size = ((last - first).days + 1, kinds[0] if kinds else 1)
    alone = {case for case in set(owner.values()) if sum(owner[one] == case for one in sites[case]) == 1}
    total, count = np.zeros(size), np.zeros(size, np.int64)
    shared: dict[str, NDArray[np.float64]] = {}
    found: set[str] = set()
    for slots in kinds:
        for meter, kw in _curves(lake, slots, wanted - found, first=first, days=size[0]):
            fine = np.repeat(kw, size[1] // slots, axis=1)
            case = owner[meter]
            found.add(meter)
            if case in alone:
                _add(total, count, fine)
            else:
                shared[case] = shared[case] + fine if case in shared else fine.astype(np.float64)
    for site in shared.values():
        _add(total, count, site)
    if not found:
        return None
    reporting = {owner[meter] for meter in found}
    daily = _daily(lake, wanted - found, first=first, days=size[0])
    only = {owner[meter] for meter in daily} - reporting
    total[count == 0] = np.nan
    return Sum(first, size[1], total, count, len(only))


def _add(total: NDArray[np.float64], count: NDArray[np.int64], kw: NDArray[Any]) -> None:
    known = ~np.isnan(kw)
    total[known] += kw[known]
    count += known


def _curves(
    lake: Lake, slots: int, meters: set[str], *, first: date, days: int
) -> Iterator[tuple[str, NDArray[np.float32]]]:
    last = first + timedelta(days=days - 1)
    for shard in lake.shards_of(meters) if meters else ():
        for block in lake.blocks(shard, slots, first_day=first, last_day=last, meters=meters):
            begin = (block.first_day - first).days
            for number, meter in enumerate(block.meters):
                whole = np.full((days, slots), np.nan, np.float32)
                whole[begin : begin + block.kw.shape[1]] = block.kw[number]
                yield meter, whole


def _daily(lake: Lake, meters: set[str], *, first: date, days: int) -> set[str]:
    coarse = [slots for slots in lake.slot_kinds if slots < FINEST_DAILY]
    return {meter for slots in coarse for meter, _ in _curves(lake, slots, meters, first=first, days=days)}


def regional_load(
    folder: Path, sites: Sites, *, deadline: datetime | None, now: datetime, zone: tzinfo
) -> RegionalLoad | None:
    """Return the sites' load around ``deadline`` in the standard time ``zone``; None when the lake has none of it.

    Nothing after ``now`` is shown, even where the lake has it (a rehearsal may).
    """
    if not (folder / manifests.NAME).exists():
        return None
    version = lake_version(folder)
    local = None if deadline is None else deadline.astimezone(zone)
    today = now.astimezone(zone)
    span = span_of(_opened(folder, version), deadline=local.date() if local else None, today=today.date())
    summed = _summed(folder, version, sites, *span) if span else None
    if summed is None:
        return None
    width = timedelta(minutes=24 * 60 // summed.slots)
    begin = datetime.combine(summed.first, time(0), zone)
    until = min(max(0, (today - begin) // width), summed.kw.size)
    kw, counts = summed.kw.reshape(-1)[:until], summed.sites.reshape(-1)[:until]
    known = np.flatnonzero(counts)
    if not known.size:
        return None
    end = int(known[-1]) + 1
    cut = None if local is None else int((local - begin) // width)
    before = _mean(kw, counts, cut, summed.slots) if cut is not None and 0 < cut <= end else (None, 0.0)
    after = _mean(kw, counts, end, summed.slots)
    return RegionalLoad(
        first=begin.strftime("%Y-%m-%dT%H:%M"),
        minutes=int(width / timedelta(minutes=1)),
        kw=tuple(None if np.isnan(one) else round(float(one), 1) for one in kw[:end]),
        sites=tuple(int(one) for one in counts[:end]),
        of=sum(bool(meters) for _, meters in sites.meters),
        daily_only=summed.daily_only,
        deadline=local.strftime("%Y-%m-%dT%H:%M") if local else "",
        last=(begin + end * width).strftime("%Y-%m-%dT%H:%M"),
        before_kw=before[0],
        before_sites=before[1],
        now_kw=after[0],
        now_sites=after[1],
        days=tuple(_days(kw[:end], counts[:end], summed)),
    )


def _days(kw: NDArray[np.float64], counts: NDArray[np.int64], summed: Sum) -> Iterator[tuple[str, float | None, float]]:
    """Yield each calendar day with its mean; the last one may be a part of a day."""
    for number, start in enumerate(range(0, kw.size, summed.slots)):
        day, reported = kw[start : start + summed.slots], counts[start : start + summed.slots]
        known = ~np.isnan(day)
        mean = round(float(day[known].mean()), 1) if known.any() else None
        yield (summed.first + timedelta(days=number)).isoformat(), mean, round(float(reported.mean()), 1)


def _mean(kw: NDArray[np.float64], counts: NDArray[np.int64], end: int, slots: int) -> tuple[float | None, float]:
    """Return the mean power of the day that ends with slot ``end`` and how many sites reported on average."""
    day, reported = kw[max(0, end - slots) : end], counts[max(0, end - slots) : end]
    known = ~np.isnan(day)
    if known.sum() < LEAST_KNOWN * slots:
        return None, 0.0
    return round(float(day[known].mean()), 1), round(float(reported[known].mean()), 1)


def sites_of(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> Sites:
    """Return sites in an order that does not depend on how they came."""
    return Sites(tuple(sorted(pairs)))
