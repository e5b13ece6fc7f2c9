"""Windows with known truth: a meter's real curve, untouched or with a simulated mine or look-alike added.

Everything is drawn from one seed. Positives exist only by injection; nobody certified that no background meter mines.
What could give the label away is drawn alike for all labels: source, dates, length; gaps are the source's; every window
is rounded to a grain that is at least the source's own. The benchmark draws from public meters, a workspace from its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.lookalikes import KINDS, lookalike_load
from minewatch.rehearsal.machines import MACHINES, Machine
from minewatch.rehearsal.mines import MODES, Imperfections, draw_imperfections, mine_load
from minewatch.rehearsal.schedules import HISTORIES, RHYTHMS

DAYS = (14, 21, 28, 42, 60, 90, 120, 180, 365, 730)
DAY_SHARE = (0.10, 0.08, 0.16, 0.10, 0.16, 0.12, 0.08, 0.10, 0.07, 0.03)
RATIO = (0.1, 3.0)
LEAST_KW = 0.1
"""No mine is smaller than one graphics card."""
TRAINING_SHARES = (0.45, 0.2)
"""Shares of mines and of look-alikes among the windows a model learns from, the shipped one and a workspace's own."""
TRIAL_SHARES = (0.1, 0.1)
"""Those among the windows that set the scale and the scores: as many mines as the shipped model expects."""

GRAINS = (10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""The usual resolutions of meters, in kW."""

Curve = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Source:
    """One background meter: ``kw`` (days, slots), NaN missing; meters of one ``site`` are never split."""

    name: str
    collection: str
    site: str
    kw: Curve
    grain: float


def grain_of(kw: NDArray[np.floating]) -> float:
    """Return the coarsest of the usual resolutions of which nearly all readings are multiples; 0 where there is none."""
    read = kw[np.isfinite(kw)][:20000].astype(np.float64)
    for grain in GRAINS:
        parts = read / grain
        if read.size and np.mean(np.abs(parts - np.round(parts)) < 1e-3) > 0.98:
            return grain
    return 0.0


@dataclass(frozen=True, slots=True)
class Window:
    """One window: readings and truth. ``what`` is ``none``, a mode, or a kind of look-alike."""

    kw: Curve
    source: str
    collection: str
    site: str
    label: str
    what: str
    host_kw: float
    ratio: float
    added_kw: float
    since: int
    until: int


def cut(rng: np.random.Generator, source: Source) -> Curve | None:
    """Cut a window of whole days with at least four fifths read from a source; None after ten vain draws."""
    total = len(source.kw)
    for _ in range(10):
        days = int(rng.choice(DAYS, p=DAY_SHARE))
        if days > total:
            continue
        start = int(rng.integers(0, total - days + 1))
        kw = source.kw[start : start + days]
        read = np.isfinite(kw)
        if read.mean() > 0.8 and np.nanmean(kw) > 0.02 and np.nanstd(kw) > 0:
            return kw.copy()
    return None


def ratio_for(rng: np.random.Generator, host: float) -> float:
    """Draw the ratio of added to host load, log-uniform, never so small that the mine would be less than a machine."""
    low = min(max(RATIO[0], LEAST_KW / host), RATIO[1])
    return float(np.exp(rng.uniform(np.log(low), np.log(max(RATIO[1], 1.5 * low)))))


def mode_for(rng: np.random.Generator) -> str:
    """Draw a mode; one in six joins a history with a rhythm."""
    if rng.random() < 1 / 6:
        histories = [name for name in HISTORIES if name != "steady"]
        return f"{rng.choice(histories)}+{rng.choice(list(RHYTHMS))}"
    return str(rng.choice(MODES))


def machine_for(rng: np.random.Generator, *, seen: bool) -> Machine:
    """Draw a machine: for training any power from 80 W to 7 kW, for the test the machines that were really built."""
    if not seen:
        return MACHINES[int(rng.integers(len(MACHINES)))]
    watts = float(np.exp(rng.uniform(np.log(80.0), np.log(7000.0))))
    return Machine("drawn", "drawn", 50.0, watts, "2020-01", "chosen", "drawn for training", 1.0)


def faults_for(rng: np.random.Generator, *, seen: bool) -> Imperfections:
    """Draw how a site is run; in training over ranges three times as wide."""
    faults = draw_imperfections(rng)
    if not seen:
        return faults
    wide = np.exp(rng.uniform(-1.1, 1.1, 8))
    names = faults.__slots__
    return type(faults)(*(float(getattr(faults, name) * wide[i]) for i, name in enumerate(names)))


def round_to(kw: Curve, grain: float) -> Curve:
    """Round to multiples of a grain."""
    return (np.round(kw.astype(np.float64) / grain) * grain).astype(np.float32) if grain > 0 else kw


def other_host(rng: np.random.Generator, kw: Curve, mates: Sequence[Source]) -> Curve:
    """Make another host for training: scaled, now and then bent (peaks sharper or duller), joined with a second."""
    kw = kw * np.float32(np.exp(rng.uniform(-1.0, 1.0)))
    host = float(np.nanmean(kw))
    if rng.random() < 0.3:
        kw = np.clip(kw / host, 0, None) ** np.float32(rng.uniform(0.6, 1.6)) * host
    if mates and rng.random() < 0.3:
        mate = mates[int(rng.integers(len(mates)))]
        if mate.kw.shape[1] == kw.shape[1] and len(mate.kw) >= len(kw):
            start = int(rng.integers(0, len(mate.kw) - len(kw) + 1))
            other = mate.kw[start : start + len(kw)]
            if np.isfinite(other).mean() > 0.9 and np.nanmean(other) > 0:
                kw = kw + other * np.float32(rng.uniform(0.2, 1.0) * host / np.nanmean(other))
    return kw.astype(np.float32)


def make(
    rng: np.random.Generator, source: Source, label: str, *, seen: bool, mates: Sequence[Source] | None = None
) -> Window | None:
    """Make one window of a source; ``label`` is ``none``, ``mine`` or ``lookalike``; ``seen``: for training.

    ``mates`` are sources of the same site or collection that may be joined to the host in training.
    """
    kw = cut(rng, source)
    if kw is None:
        return None
    if seen:
        kw = other_host(rng, kw, mates or [])
        if np.isfinite(kw).mean() < 0.7:
            return None
    host = float(np.nanmean(kw))
    ratio = ratio_for(rng, host)
    first = date(2021, 1, 1).fromordinal(date(2021, 1, 1).toordinal() + int(rng.integers(0, 365)))
    what, added, since, until = "none", 0.0, -1, -1
    if label == "mine":
        kw, what, added, since, until = _with_mine(rng, kw, ratio * host, seen=seen)
        ratio = added / host
    elif label == "lookalike":
        kw, what, added = _with_lookalike(rng, kw, ratio * host, first, seen=seen)
    else:
        ratio = 0.0
    grain = max(source.grain, host * float(10.0 ** rng.uniform(-5.0, -2.0)) if rng.random() < 0.5 else 0.0)
    kw = round_to(kw, grain).astype(np.float32)
    return Window(kw, source.name, source.collection, source.site, label, what, host, ratio, added, since, until)


def _with_mine(
    rng: np.random.Generator, kw: Curve, mean_kw: float, *, seen: bool
) -> tuple[Curve, str, float, int, int]:
    """Add a mine: the readings, its mode, its power while it runs, the slots of start and stop (-1: it did not stop)."""
    what = mode_for(rng)
    mine = mine_load(
        rng,
        mode=what,
        mean_kw=mean_kw,
        days=kw.shape[0],
        slots=kw.shape[1],
        host_kw=kw,
        first_weekday=int(rng.integers(7)),
        machine=machine_for(rng, seen=seen),
        imperfections=faults_for(rng, seen=seen),
    )
    until = -1 if mine.until_slot is None else mine.until_slot
    return kw * mine.host_factor + mine.kw, what, mine.running_kw, mine.since_slot, until


def _with_lookalike(
    rng: np.random.Generator, kw: Curve, mean_kw: float, first: date, *, seen: bool
) -> tuple[Curve, str, float]:
    """Add a look-alike, in training now and then alone: the readings, its kind, its mean power."""
    what = str(rng.choice(KINDS))
    load = lookalike_load(
        rng,
        kind=what,
        mean_kw=mean_kw,
        days=kw.shape[0],
        slots=kw.shape[1],
        latitude=float(rng.uniform(20.0, 52.0)),
        first_day=first,
    )
    return load + (kw if not seen or rng.random() < 0.75 else np.where(np.isnan(kw), kw, 0.0)), what, float(load.mean())


def draw(
    source: Source,
    *,
    seed: int,
    number: int,
    shares: tuple[float, float],
    seen: bool,
    mates: Sequence[Source] | None = None,
) -> list[Window]:
    """Draw the windows of one source; ``shares`` of mines and of look-alikes; the rest stays untouched."""
    key = int.from_bytes(f"{source.collection}/{source.name}".encode()[-8:], "little")
    rng = np.random.default_rng([seed, key, len(source.name)])
    found = []
    for _ in range(number):
        place = rng.random()
        label = "mine" if place < shares[0] else "lookalike" if place < sum(shares) else "none"
        window = make(rng, source, label, seen=seen, mates=mates)
        if window is not None:
            found.append(window)
    return found
