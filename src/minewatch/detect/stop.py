"""Did a site stop, when, and did it come back? Read from its curve, slot by slot.

The days before the deadline on which the mine ran give, for each slot of the day, what the site draws while it runs: the
median and the whole range between those days. A slot of the day is *telling* when that range is small against the mining
power: then each reading there speaks for *on* or for *off* by a likelihood ratio (on, it lies near the median; off, lower by
the mining power). In the other slots, where the host's own habits vary too much, only what was never seen before speaks: a
reading far below the lowest, or one near the highest that a host alone cannot reach. A two-state hidden Markov model joins
the slots to the most probable path (Viterbi 1967). Ratios are tempered, because neighbouring readings are not independent
witnesses, and capped, because one reading must never decide.

A path is not yet a verdict. A spell off that ends again counts when it lasts most of a day or lies below what a running mine
can draw; a spell on counts as a return when the very slots of the day that said *off* now say *on*. So a shop that closes
early, or a mine that runs at night only, is neither a stop nor a return. The edge is then dated by least squares.

What cannot be told is said: too few readings, a mine too small against the host's own variation, no mine visible before.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MIN_DAYS_BEFORE = 5
MIN_READ_SHARE = 0.5
CAP = 4.0
WITNESS_MINUTES = 60
MIN_TOTAL = 12.0
"""Log-likelihood ratio that a verdict needs in all: odds of about 160,000 to 1 before the model's own doubts."""
SWITCHES_A_DAY = 0.05
AUXILIARY_SHARE = 0.2
"""Share of the mining power that may remain for cooling, light and controls while a mine counts as stopped."""
RUNS = 0.8
"""A slot of the day whose median is below this share of the mining power is one in which the mine does not always run."""
UNSEEN = 0.5
"""Share of the telling readings of a stop that must lie below everything seen while the mine ran."""
SMALL = 0.3
"""A mine below this share of the site's median load cannot be judged by its curve: a drop so small has other causes."""
TELLING = 0.5
"""A slot of the day is telling when its range between days is below this share of the mining power."""
TELLING_HOURS = 3.0
"""Telling hours a day that a verdict needs."""
BEYOND = 0.35
"""How far outside all that was seen, as a share of the mining power, a reading must be to speak in a slot not telling."""
LASTING_HOURS = 20.0
"""An off spell shorter than this counts only where the readings lie below what a running mine can draw."""
SAME_SLOT_HOURS = 2.0
"""Hours of slots of the day that said off and must say on for a return."""
SPEAKS = 0.5
"""Log-likelihood ratio from which a single reading at the end of a gap speaks."""
EDGE_HOURS = 6.0
"""Hours on each side of a switch in which its slot is looked for."""
STEP_AWAY = 0.4
"""A step further from the mining power than this share of it dates nothing."""
STEP_DOUBT = 0.2
"""Steps as good as the best but for this share of the mining power leave a doubt about the date."""
INTERRUPTION_HOURS = 24.0
"""A spell off that begins after the deadline and ends again within this time is an interruption of a mine that runs on: an
outage or a repair of its own, no stop and no return."""
LEVEL_DAYS = 14
"""Days before the deadline whose upper level tells what running looks like."""


class Verdict(StrEnum):
    """What the curve says."""

    IN_TIME = "in_time"
    LATE = "late"
    NOT_STOPPED = "not_stopped"
    CAME_BACK = "came_back"
    CANNOT_TELL = "cannot_tell"


class Doubt(StrEnum):
    """Why the curve cannot tell."""

    FEW_READINGS_BEFORE = "few_readings_before"
    FEW_READINGS_AFTER = "few_readings_after"
    NOT_SEEN_BEFORE = "not_seen_before"
    TOO_SMALL = "too_small"
    PARTLY_REDUCED = "partly_reduced"
    GAP_AT_STOP = "gap_at_stop"
    WHICH_SIDE = "which_side"


SIDE_OPEN = frozenset({Doubt.GAP_AT_STOP, Doubt.WHICH_SIDE})
"""Doubts under which the load is off for sure and only the side of the deadline on which it stopped is open."""


@dataclass(frozen=True, slots=True)
class StopVerdict:
    """The verdict on one site. Slots count from the first slot of the series.

    ``stop_slot`` is the first slot that is off (the stop happened in the slot before or at its edge), ``stop_from`` and
    ``stop_to`` the earliest and the latest it may have stopped, ``return_slot`` the first slot on again; ``remaining_kw`` is
    what is left of the mining power while off; ``strength`` is the total log-likelihood ratio the verdict rests on.
    """

    verdict: Verdict
    stop_slot: int | None = None
    return_slot: int | None = None
    remaining_kw: float | None = None
    strength: float = 0.0
    doubt: Doubt | None = None
    stop_from: int | None = None
    stop_to: int | None = None

    @property
    def exact(self) -> bool:
        """Whether the stop is dated to its slot: nothing further off than one slot fits."""
        if self.stop_slot is None or self.stop_from is None or self.stop_to is None:
            return False
        return self.stop_slot - self.stop_from <= 1 and self.stop_to - self.stop_slot <= 1


def judge_stop(
    kw: NDArray[np.float32], *, mining_kw: float, deadline_slot: int, min_off_minutes: int = 120
) -> StopVerdict:
    """Judge whether a mine of ``mining_kw`` in the series ``kw`` (days, slots) stopped by ``deadline_slot``.

    ``deadline_slot`` counts from the first slot of the first day; the slot that begins at the deadline is the first that
    must be off. NaN is missing and speaks neither way. An off spell shorter than ``min_off_minutes`` is no stop, an on spell
    shorter than that no return. Raises ``ValueError`` for a mining power that is not positive.
    """
    if not mining_kw > 0:
        raise ValueError(f"a mine of {mining_kw} kW cannot be judged")
    slots = kw.shape[1]
    flat = kw.astype(np.float64).ravel()
    before, after = flat[: min(deadline_slot, flat.size)], flat[deadline_slot:]
    if np.isfinite(before).sum() < MIN_DAYS_BEFORE * slots * MIN_READ_SHARE:
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.FEW_READINGS_BEFORE)
    if not after.size or np.isfinite(after).mean() < MIN_READ_SHARE:
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.FEW_READINGS_AFTER)
    habit = _habit(flat, deadline_slot, slots, mining_kw)
    if habit is None:
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.NOT_SEEN_BEFORE)
    small = mining_kw < SMALL * float(np.median(habit.centre))
    if small or habit.telling.sum() < TELLING_HOURS * slots / 24:
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.TOO_SMALL)
    ratio = _ratios(flat, habit, mining_kw) * min(1.0, 24 * 60 / slots / WITNESS_MINUTES)
    at_least = max(1, round(min_off_minutes * slots / (24 * 60)))
    on = _without_short(_path(ratio, slots), at_least)
    site = _Site(flat, ratio, habit, mining_kw, deadline_slot)
    return _verdict(site, _without_hollow(site, on))


@dataclass(frozen=True, slots=True)
class _Habit:
    """What a site draws while the mine runs, by slot of the day: median, spread, lowest, highest; and who may speak."""

    centre: Floats
    spread: Floats
    low: Floats
    high: Floats
    telling: Flags

    @property
    def slots(self) -> int:
        return self.centre.size


@dataclass(frozen=True, slots=True)
class _Site:
    """One site under judgement: readings, tempered ratios, habit, mining power, slot of the deadline."""

    flat: Floats
    ratio: Floats
    habit: _Habit
    mining_kw: float
    deadline: int

    def hours(self, number: float) -> int:
        """Return how many slots ``number`` hours are."""
        return max(1, round(number * self.habit.slots / 24))


def _habit(flat: Floats, deadline: int, slots: int, mining_kw: float) -> _Habit | None:
    """Learn the habit from the whole days before the deadline on which the mine ran; None where too few are seen."""
    days = flat[: deadline - deadline % slots].reshape(-1, slots)
    read = np.isfinite(days).mean(axis=1) >= MIN_READ_SHARE
    days = days[read]
    if days.shape[0] < MIN_DAYS_BEFORE:
        return None
    levels = np.nanquantile(days, 0.2, axis=1)
    running = days[levels >= np.quantile(levels[-LEVEL_DAYS:], 0.7) - 0.5 * mining_kw]
    if running.shape[0] < MIN_DAYS_BEFORE:
        return None
    # Neighbouring slots lend their readings: a few days alone give no range.
    pool = np.concatenate([np.roll(running, shift, axis=1) for shift in (-1, 0, 1)])
    empty = ~np.isfinite(pool).any(axis=0)
    pool[:, empty] = 0.0
    centre = np.nanmedian(pool, axis=0)
    low, high = np.nanmin(pool, axis=0), np.nanmax(pool, axis=0)
    inner = np.nanquantile(pool, 0.9, axis=0) - np.nanquantile(pool, 0.1, axis=0)
    mad = np.nanmedian(np.abs(pool - centre), axis=0)
    spread = np.maximum(1.4826 * mad, inner / 2.6) + 0.02 * np.abs(centre) + 1e-6
    telling = (inner < TELLING * mining_kw) & (centre >= RUNS * mining_kw) & ~empty
    if (centre >= RUNS * mining_kw).sum() < TELLING_HOURS * slots / 24:
        return None
    return _Habit(centre, spread, low, high, telling)


def _ratios(flat: Floats, habit: _Habit, mining_kw: float) -> Floats:
    """Log-likelihood ratio of on against off for each reading, capped; 0 where nothing was read or nothing can be said."""
    slot = np.arange(flat.size) % habit.slots
    centre, spread = habit.centre[slot], habit.spread[slot]
    off_spread = np.hypot(spread, 0.5 * AUXILIARY_SHARE * mining_kw)
    off_centre = centre - (1 - 0.5 * AUXILIARY_SHARE) * mining_kw
    as_on = -0.5 * ((flat - centre) / spread) ** 2 - np.log(spread)
    as_off = -0.5 * ((flat - off_centre) / off_spread) ** 2 - np.log(off_spread)
    # Above the median nothing speaks for off, below the off level nothing for on: the tails of a curve are not Gaussian.
    ratio = np.where(flat >= centre, CAP, np.where(flat <= off_centre, -CAP, as_on - as_off))
    beyond = np.where(
        flat < habit.low[slot] - BEYOND * mining_kw,
        -CAP,
        np.where(flat > habit.high[slot] - BEYOND * mining_kw, 0.5 * CAP, 0.0),
    )
    ratio = np.where(habit.telling[slot], ratio, np.where(centre >= RUNS * mining_kw, beyond, 0.0))
    ratio = np.clip(ratio, -CAP, CAP)
    ratio[_impossible(flat, habit, mining_kw)] = -CAP
    return np.nan_to_num(np.where(np.isfinite(flat), ratio, 0.0))


def _impossible(flat: Floats, habit: _Habit, mining_kw: float, *, begin: int = 0) -> Flags:
    """Find readings that a running mine cannot give where it always ran: a host draws nothing negative."""
    slot = (np.arange(flat.size) + begin) % habit.slots
    with np.errstate(invalid="ignore"):
        below: Flags = (flat < 0.5 * mining_kw) & (habit.low[slot] >= RUNS * mining_kw)
    return below


def _path(ratio: Floats, slots: int) -> Flags:
    """Most probable on/off path (True: on), Viterbi with a small, equal chance of switching each slot."""
    switch = SWITCHES_A_DAY / slots
    stay, change = math.log1p(-switch), math.log(switch)
    on, off = 0.0, -5.0  # a site with a case is expected to run at the start
    on_came_from_on: list[bool] = []
    off_came_from_off: list[bool] = []
    for value in ratio.tolist():
        on_came_from_on.append(on + stay >= off + change)
        off_came_from_off.append(off + stay >= on + change)
        on, off = (
            max(on + stay, off + change) + 0.5 * value,
            max(off + stay, on + change) - 0.5 * value,
        )
    running = on >= off
    path = np.empty(ratio.size, np.bool_)
    for t in range(ratio.size - 1, -1, -1):
        path[t] = running
        running = on_came_from_on[t] if running else not off_came_from_off[t]
    return path


def _spells(on: Flags) -> list[tuple[int, int, bool]]:
    """(start, end, on) of each spell."""
    edges = np.flatnonzero(np.diff(on)) + 1
    starts = [0, *edges.tolist()]
    ends = [*edges.tolist(), on.size]
    return [(a, b, bool(on[a])) for a, b in zip(starts, ends, strict=True)]


def _without_short(on: Flags, at_least: int) -> Flags:
    """Join spells shorter than ``at_least`` to what surrounds them, shortest first."""
    on = on.copy()
    while True:
        spells = _spells(on)
        short = [spell for spell in spells[1:-1] if spell[1] - spell[0] < at_least]
        if not short:
            return on
        start, end, state = min(short, key=lambda spell: spell[1] - spell[0])
        on[start:end] = not state


def _without_hollow(site: _Site, on: Flags) -> Flags:
    """Join spells that do not hold to what surrounds them: off spells first, then on spells."""
    on = on.copy()
    impossible = _impossible(site.flat, site.habit, site.mining_kw)
    read = np.isfinite(site.flat)
    for start, end, state in _spells(on):
        inside = end < on.size and start > 0
        if not state and inside and end - start < site.hours(LASTING_HOURS):
            told = read[start:end].sum()
            if not told or impossible[start:end].sum() < 0.5 * told:
                on[start:end] = True
    for number, (start, end, state) in enumerate(spells := _spells(on)):
        if state and number and not _contradicts(site, spells[number - 1], (start, end)):
            on[start:end] = False
    return on


def _contradicts(site: _Site, off: tuple[int, int, bool], on: tuple[int, int]) -> bool:
    """Whether slots of the day that said off in the spell before say on in this one, for long and strongly enough."""
    slots = site.habit.slots
    begin = max(off[0], off[1] - 2 * slots)
    against = _by_slot(site.ratio[begin : off[1]], begin, slots) < 0
    inside = np.arange(on[0], on[1])
    speaking = against[inside % slots] & (site.ratio[inside] > 0)
    return bool(
        speaking.sum() >= site.hours(SAME_SLOT_HOURS) and site.ratio[inside][against[inside % slots]].sum() >= MIN_TOTAL
    )


def _by_slot(ratio: Floats, begin: int, slots: int) -> Floats:
    summed = np.bincount((np.arange(ratio.size) + begin) % slots, weights=ratio, minlength=slots)
    return summed.astype(np.float64)


@dataclass(frozen=True, slots=True)
class _Edge:
    """A dated switch: the likeliest slot, and the earliest and latest it may be."""

    slot: int
    earliest: int
    latest: int


def _edge(site: _Site, switch: int, *, falls: bool) -> _Edge:
    """Date a switch: the step nearest to the mining power around it, and how far the date may be off.

    The step at a slot is the mean of the hour from it less the mean of the hour before, both less the site's habit. Slots in
    which the site never draws the mine's power, and slots not read, cannot tell when it stopped: they widen the date.
    """
    slots, size = site.habit.slots, site.flat.size
    width, reach = site.hours(1), site.hours(EDGE_HOURS)
    wanted = -site.mining_kw if falls else site.mining_kw
    left = site.flat - site.habit.centre[np.arange(size) % slots]
    where = np.arange(max(1, switch - reach), min(size, switch + reach))
    away = np.array([_step(left, int(t), width) - wanted for t in where])
    away = np.abs(np.nan_to_num(away, nan=np.inf))
    if not where.size or away.min() > STEP_AWAY * site.mining_kw:
        slot, earliest, latest = switch, *_around(site, switch, reach, falls=falls)
    else:
        near = where[away <= away.min() + STEP_DOUBT * site.mining_kw]
        slot, earliest, latest = int(where[int(np.argmin(away))]), int(near[0]), int(near[-1])
    silent = ~np.isfinite(site.flat) | (site.habit.centre[np.arange(size) % slots] < RUNS * site.mining_kw)
    while earliest > 0 and silent[earliest - 1]:
        earliest -= 1
    while latest < size and silent[latest]:
        latest += 1
    return _Edge(slot, max(earliest, 0), min(latest, size))


def _around(site: _Site, switch: int, reach: int, *, falls: bool) -> tuple[int, int]:
    """Range of a switch that no step dates: between the last reading that speaks for before and the first for after.

    Only where it lies in a gap, whose ends speak for themselves; elsewhere a single reading decides nothing: the whole reach.
    """
    width = site.hours(1)
    if np.isfinite(site.flat[max(0, switch - width) : switch + width]).mean() > 0.5:
        return switch - reach, switch + reach
    ratio = site.ratio if falls else -site.ratio
    before = np.flatnonzero(ratio[:switch] >= SPEAKS)
    behind = np.flatnonzero(ratio[switch:] <= -SPEAKS)
    earliest = int(before[-1]) + 1 if before.size else switch - reach
    return earliest, switch + int(behind[0]) if behind.size else switch + reach


def _step(left: Floats, slot: int, width: int) -> float:
    before, behind = left[max(0, slot - width) : slot], left[slot : slot + width]
    before, behind = before[np.isfinite(before)], behind[np.isfinite(behind)]
    return float(behind.mean() - before.mean()) if before.size and behind.size else math.nan


def _verdict(site: _Site, on: Flags) -> StopVerdict:
    deadline, ratio = site.deadline, site.ratio
    if not on[:deadline].any():
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.NOT_SEEN_BEFORE)
    spells = _spells(on)
    # A stop counts when it lasts to the deadline or begins after it; earlier outages are the mine's own affair.
    least = site.hours(INTERRUPTION_HOURS)
    stops = [(a, b) for a, b, state in spells if not state and b > deadline]
    off = next(((a, b) for a, b in stops if a <= deadline or b == on.size or b - a >= least), None)
    if off is None:
        strength = float(ratio[deadline:].sum())
        verdict = Verdict.NOT_STOPPED if strength >= MIN_TOTAL else Verdict.CANNOT_TELL
        doubt = None if verdict is Verdict.NOT_STOPPED else Doubt.TOO_SMALL
        return StopVerdict(verdict, strength=strength, doubt=doubt)
    start, end = off
    strength = -float(ratio[start:end].sum())
    if strength < MIN_TOTAL or not _speaks_a_day(site, start, end):
        return StopVerdict(Verdict.CANNOT_TELL, strength=strength, doubt=Doubt.TOO_SMALL)
    edge = _edge(site, start, falls=True)
    remaining = max(
        _remaining(site, edge.slot, min(end, edge.slot + site.habit.slots)), _remaining(site, edge.slot, end)
    )
    told = StopVerdict(
        Verdict.CANNOT_TELL,
        edge.slot,
        remaining_kw=max(remaining, 0.0),
        strength=strength,
        stop_from=edge.earliest,
        stop_to=edge.latest,
    )
    if remaining > 2 * AUXILIARY_SHARE * site.mining_kw:
        return replace(told, doubt=Doubt.PARTLY_REDUCED)
    if _unseen(site, edge.slot, end) < UNSEEN:
        return replace(told, doubt=Doubt.TOO_SMALL)
    back = next((a for a, b, state in spells if state and a >= end and ratio[a:b].sum() >= MIN_TOTAL), None)
    if back is not None:
        return replace(told, verdict=Verdict.CAME_BACK, return_slot=_edge(site, back, falls=False).slot)
    return _sided(site, told)


def _sided(site: _Site, told: StopVerdict) -> StopVerdict:
    """Say on which side of the deadline the whole range of a stop lies; the one slot that no meter can divide is in time."""
    earliest, latest = told.stop_from or 0, told.stop_to or 0
    if earliest > site.deadline:
        return replace(told, verdict=Verdict.LATE)
    if latest <= site.deadline or told.exact:
        return replace(told, verdict=Verdict.IN_TIME)
    unread = ~np.isfinite(site.flat[earliest:latest])
    return replace(told, doubt=Doubt.GAP_AT_STOP if unread.sum() > site.hours(1) else Doubt.WHICH_SIDE)


def _speaks_a_day(site: _Site, start: int, end: int) -> bool:
    """Whether an off spell is long enough: most of a day where it only looks unusual, hours where no mine could run."""
    impossible = _impossible(site.flat[start:end], site.habit, site.mining_kw, begin=start)
    return end - start >= site.hours(LASTING_HOURS) or impossible.sum() >= site.hours(SAME_SLOT_HOURS)


def _unseen(site: _Site, start: int, end: int) -> float:
    """Share of the telling readings of a spell that lie below everything seen in that slot of the day while the mine ran."""
    slot = np.arange(start, end) % site.habit.slots
    spell = site.flat[start:end]
    telling = site.habit.telling[slot] & np.isfinite(spell)
    return float((spell[telling] < site.habit.low[slot][telling]).mean()) if telling.any() else 0.0


def _remaining(site: _Site, start: int, end: int) -> float:
    """Median of what is left of the mining power while off, over the telling slots (all slots where none is)."""
    where = np.arange(start, end)
    left = site.flat[where] - (site.habit.centre[where % site.habit.slots] - site.mining_kw)
    telling = site.habit.telling[where % site.habit.slots] & np.isfinite(left)
    chosen = left[telling] if telling.any() else left[np.isfinite(left)]
    return float(np.median(chosen)) if chosen.size else 0.0
