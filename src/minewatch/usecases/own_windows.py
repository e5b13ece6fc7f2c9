"""Windows of a workspace's own meters, as they are or with a simulated mine or look-alike, to learn how its hosts look."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.adapting import Visited
from minewatch.detect.block import Block
from minewatch.detect.looks import PLACE, take_looks
from minewatch.detect.own_background import PARTS, keep_none
from minewatch.detect.parts import hashed_part
from minewatch.rehearsal.windows import TRAINING_SHARES, TRIAL_SHARES, Source, draw, grain_of
from minewatch.stores.lake import Lake
from minewatch.usecases.findings_keep import Books
from minewatch.usecases.screen import Progress, unwatched

LEAST_DAYS = 28
"""Days with readings below which a meter is not drawn from."""
MOST_DAYS = 730
"""Latest days of a meter that are drawn from: the longest window."""
CANDIDATES = 3
"""Times as many meters are listed as are chosen, where the workspace has more."""
WINDOWS, MOST_EACH = 20_000, 200
TRIALS, MOST_TRIALS_EACH = 6_000, 24


@dataclass(frozen=True, slots=True)
class Hosts:
    """Meters to draw from: their curves with the first day of each."""

    sources: tuple[Source, ...]
    first_days: tuple[date, ...]

    @property
    def sites(self) -> frozenset[str]:
        """Sites of the meters."""
        return frozenset(one.site for one in self.sources)

    @property
    def days(self) -> tuple[str, str]:
        """First and last day of the curves (ISO)."""
        last = [
            first + timedelta(days=len(one.kw) - 1) for one, first in zip(self.sources, self.first_days, strict=True)
        ]
        return min(self.first_days).isoformat(), max(last).isoformat()

    @property
    def digest(self) -> str:
        """SHA-256 of the meters' names and curves."""
        digest = sha256()
        for one in self.sources:
            digest.update(one.name.encode() + b"\0" + repr(one.kw.shape).encode() + one.kw.tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Drawn:
    """Windows learned from and windows that set scale and scores."""

    training: Visited
    trial: Visited


def site_of(meter: str, books: Mapping[str, Books]) -> str:
    """Return the site of a meter: its customer, where the books name one, else itself."""
    return (books[meter].customer if meter in books else "") or meter


def chosen_hosts(lake: Lake, *, books: Mapping[str, Books], number: int, seed: int) -> Hosts:
    """Choose ``number`` meters by seed, of those with :data:`LEAST_DAYS` days read in slots.

    A large lake is read by shards in an order drawn by the seed until three times as many meters are listed; a meter's shard
    is by a hash of its name, so any shard is a sample of all. The most suspicious stay in: leaving them out was tried with
    one or two mines in a hundred unlabelled windows, and cost more than it saved.
    """
    kinds = _usable(lake, CANDIDATES * number, seed)
    names = sorted(kinds, key=lambda meter: sha256(f"{seed} {meter}".encode()).digest())[:number]
    curves = {meter: (first, kw) for meter, first, kw in _curves(lake, {meter: kinds[meter] for meter in names})}
    sources = tuple(
        Source(meter, "", site_of(meter, books), curves[meter][1], grain_of(curves[meter][1]))
        for meter in sorted(curves)
    )
    return Hosts(sources, tuple(curves[one.name][0] for one in sources))


def _usable(lake: Lake, enough: int, seed: int) -> dict[str, int]:
    """List meters with enough days read, with the kind of day that has most time read."""
    best: dict[str, tuple[float, int]] = {}
    for shard in np.random.default_rng(seed).permutation(lake.shards):
        for slots in lake.slot_kinds:
            if slots == 1:
                continue
            for block in lake.blocks(int(shard), slots):
                known = np.isfinite(block.kw[:, -MOST_DAYS:])
                days, time = known.any(axis=2).sum(axis=1), known.mean(axis=2).sum(axis=1)
                for meter, number, read in zip(block.meters, days, time, strict=True):
                    if number >= LEAST_DAYS and read > best.get(meter, (0.0, 0))[0]:
                        best[meter] = (float(read), slots)
        if len(best) >= enough:
            break
    return {meter: slots for meter, (_, slots) in best.items()}


def _curves(lake: Lake, kinds: Mapping[str, int]) -> Iterator[tuple[str, date, NDArray[np.float32]]]:
    for slots in sorted(set(kinds.values())):
        wanted = frozenset(meter for meter, kind in kinds.items() if kind == slots)
        for shard in lake.shards_of(wanted):
            for block in lake.blocks(shard, slots, meters=wanted):
                days = block.kw.shape[1]
                begin = max(days - MOST_DAYS, 0)
                for place, meter in enumerate(block.meters):
                    yield meter, block.first_day + timedelta(days=begin), block.kw[place, begin:].copy()


def _looks(kw: NDArray[np.float32]) -> NDArray[np.float32]:
    return take_looks(Block(("window",), date(2021, 1, 1), np.ascontiguousarray(kw[None])), costly=True)


Arrays = dict[str, NDArray[Any]]
Keeper = Callable[[str, Callable[[], Arrays]], Arrays]
"""Gives the windows of a meter: kept from an earlier start, or drawn by the function it is handed."""


def drawn(
    hosts: Hosts,
    *,
    seed: int,
    windows: int = WINDOWS,
    watched: Progress = unwatched,
    keeper: Keeper = keep_none,
) -> Drawn:
    """Draw about ``windows`` windows to learn from, fewer where there are few meters, and three tenths as many to score by.

    Hosts are joined only with hosts of their own part, so that no meter is in what another part's trees learn.
    """
    number = len(hosts.sources)
    each = min(max(windows // number, 1), MOST_EACH)
    trials = min(max(windows * TRIALS // WINDOWS // number, 1), MOST_TRIALS_EACH)
    part = [hashed_part(one.site, PARTS) for one in hosts.sources]
    pieces = []

    def of_host(place: int) -> Arrays:
        source = hosts.sources[place]
        mates = [mate for i, mate in enumerate(hosts.sources) if part[i] == part[place] and mate.site != source.site]
        found: Arrays = {}
        for name, count, shares, seen in (
            ("training", each, TRAINING_SHARES, True),
            ("trial", trials, TRIAL_SHARES, False),
        ):
            made = draw(source, seed=seed + seen, number=count, shares=shares, seen=seen, mates=mates)
            looks = [_looks(window.kw)[0] for window in made]
            found[f"{name}_looks"] = np.array(looks, np.float32).reshape(len(looks), len(PLACE))
            found[f"{name}_mine"] = np.array([window.label == "mine" for window in made], np.bool_)
            found[f"{name}_site"] = np.array([window.site for window in made], np.str_)
        return found

    for place, source in enumerate(hosts.sources):
        pieces.append(keeper(source.name, partial(of_host, place)))
        watched(place + 1, number)
    return Drawn(_table(pieces, "training"), _table(pieces, "trial"))


def _table(pieces: Sequence[Arrays], name: str) -> Visited:
    looks, mine, site = (
        np.concatenate([one[f"{name}_{what}"] for one in pieces]) for what in ("looks", "mine", "site")
    )
    return Visited(looks, mine, site, np.array([hashed_part(str(one), PARTS) for one in site], np.int64))
