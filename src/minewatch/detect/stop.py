"""Did a site stop, when, and did it come back? Read from its curve, slot by slot.

The curve before the deadline gives, for each slot of the day, what the site draws while the mine runs (a median) and how
much that varies (a robust spread). Afterwards each reading speaks for *on* or for *off* by a likelihood ratio: on, it lies
near that profile; off, lower by the mining power. Readings below half the mining power can only be off, since a host draws
nothing negative. A two-state hidden Markov model joins the slots to the most probable path (Viterbi 1967), which dates the
stop to the slot. Ratios are tempered, because neighbouring readings are not independent witnesses, and capped, because one
reading must never decide.

What cannot be told is said: too few readings, a mine too small against the host's own variation, no mine visible before.
"""

import math
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class StopVerdict:
    """The verdict on one site. Slots count from the first slot of the series.

    ``stop_slot`` is the first slot that is off (the stop happened in the slot before or at its edge), ``return_slot`` the
    first slot on again; ``remaining_kw`` is what is left of the mining power while off; ``strength`` is the total
    log-likelihood ratio the verdict rests on.
    """

    verdict: Verdict
    stop_slot: int | None = None
    return_slot: int | None = None
    remaining_kw: float | None = None
    strength: float = 0.0
    doubt: Doubt | None = None


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
    before = flat[: min(deadline_slot, flat.size)]
    after = flat[deadline_slot:]
    if np.isfinite(before).sum() < MIN_DAYS_BEFORE * slots * MIN_READ_SHARE:
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.FEW_READINGS_BEFORE)
    if not after.size or np.isfinite(after).mean() < MIN_READ_SHARE:
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.FEW_READINGS_AFTER)
    centre, spread = _profile(flat, deadline_slot, slots)
    if np.nanquantile(centre, 0.1) < 0.5 * mining_kw:
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.NOT_SEEN_BEFORE)
    slot = np.arange(flat.size) % slots
    ratio = _ratios(flat, centre[slot], spread[slot], mining_kw)
    ratio *= min(1.0, 24 * 60 / slots / WITNESS_MINUTES)
    on = _path(ratio, slots)
    at_least = max(1, round(min_off_minutes * slots / (24 * 60)))
    on = _without_short(on, at_least)
    return _verdict(flat, on, ratio, (centre[slot], mining_kw, deadline_slot))


def _profile(flat: Floats, deadline: int, slots: int) -> tuple[Floats, Floats]:
    """Median and robust spread of each slot of the day before the deadline: what running looks like."""
    whole = flat[: deadline - deadline % slots].reshape(-1, slots)
    with np.errstate(invalid="ignore"):
        centre = np.array([np.median(c[np.isfinite(c)]) if np.isfinite(c).any() else np.nan for c in whole.T])
        away = np.abs(whole - centre)
    mad = np.array([np.median(c[np.isfinite(c)]) if np.isfinite(c).any() else np.nan for c in away.T])
    # A slot whose few readings happened to agree is not known better than its neighbours.
    smooth = np.array([np.nanmedian(np.take(mad, np.arange(s - 2, s + 3), mode="wrap")) for s in range(slots)])
    spread = 1.4826 * np.fmax(mad, smooth) + 0.02 * np.abs(np.nan_to_num(centre)) + 1e-6
    return centre, spread


def _ratios(flat: Floats, centre: Floats, spread: Floats, mining_kw: float) -> Floats:
    """Log-likelihood ratio of on against off for each reading, capped; 0 where nothing was read."""
    off_spread = np.hypot(spread, 0.5 * AUXILIARY_SHARE * mining_kw)
    as_on = -0.5 * ((flat - centre) / spread) ** 2 - np.log(spread)
    as_off = -0.5 * ((flat - (centre - (1 - 0.5 * AUXILIARY_SHARE) * mining_kw)) / off_spread) ** 2 - np.log(off_spread)
    ratio = np.clip(as_on - as_off, -CAP, CAP)
    ratio[flat < 0.5 * mining_kw] = -CAP
    return np.nan_to_num(ratio)


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


def _verdict(flat: Floats, on: Flags, ratio: Floats, known: tuple[Floats, float, int]) -> StopVerdict:
    centre, mining_kw, deadline = known
    if not on[:deadline].any():
        return StopVerdict(Verdict.CANNOT_TELL, doubt=Doubt.NOT_SEEN_BEFORE)
    spells = _spells(on)
    # A stop counts when it lasts to the deadline or begins after it; earlier outages are the mine's own affair.
    off = next(((a, b) for a, b, state in spells if not state and b > deadline), None)
    if off is None:
        strength = float(ratio[deadline:].sum())
        verdict = Verdict.NOT_STOPPED if strength >= MIN_TOTAL else Verdict.CANNOT_TELL
        return StopVerdict(
            verdict, strength=strength, doubt=None if verdict is Verdict.NOT_STOPPED else Doubt.TOO_SMALL
        )
    start, end = off
    strength = -float(ratio[start:end].sum())
    if strength < MIN_TOTAL:
        return StopVerdict(Verdict.CANNOT_TELL, strength=strength, doubt=Doubt.TOO_SMALL)
    left = flat[start:end] - (centre[start:end] - mining_kw)
    remaining = float(np.nanmedian(left))
    if remaining > 2 * AUXILIARY_SHARE * mining_kw:
        return StopVerdict(
            Verdict.CANNOT_TELL, start, remaining_kw=remaining, strength=strength, doubt=Doubt.PARTLY_REDUCED
        )
    back = next((a for a, b, state in spells if state and a >= end and ratio[a:b].sum() >= MIN_TOTAL), None)
    if back is not None:
        return StopVerdict(Verdict.CAME_BACK, start, back, max(remaining, 0.0), strength)
    verdict = Verdict.IN_TIME if start <= deadline else Verdict.LATE
    return StopVerdict(verdict, start, None, max(remaining, 0.0), strength)
