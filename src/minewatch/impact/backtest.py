"""Was the forecast any good: 18 June 2021 against what came, and the intervals' record over past epochs.

A forecast uses only what was known at its date: epochs that had begun, the tip's height, figures published before.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from scipy import stats

from minewatch.impact import formulas, retarget, stop
from minewatch.impact.network import Epoch
from minewatch.impact.stop import WEATHER_EPOCHS, Walk, log_changes

FORECAST_TIME = int(datetime(2021, 6, 18, tzinfo=UTC).timestamp())
"""18 June 2021, 00:00 UTC: 08:00 in Ya'an, ten hours after the machines there were to be off."""

FORECAST_HEIGHT = 687_999
"""Height of the last block before that moment: counted back from block 688,590 with the blocks of each day between."""

_LOOK_AHEAD = 25
"""Days looked ahead; an epoch not over by then counts as slower than all others."""

NEXT_RETARGET = 689_472
"""The retarget that 18 June could forecast: the largest drop of all."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast one epoch ahead: of the log of change at the retarget, and what came."""

    time: int
    centre: float
    deviation: float
    came: float


def ahead_forecasts(epochs: Sequence[Epoch], walk_epochs: int = WEATHER_EPOCHS) -> tuple[Ahead, ...]:
    """Return for each retarget the forecast made one epoch before from the 26 changes of hash rate before that.

    The retarget's log change is the hash rate of the epoch against what its difficulty asked for. The hash rate is forecast
    as that of the epoch before, moved by the mean of past changes. ``deviation`` is the past changes' own, which holds
    chance and movement. Times are those of the retarget forecast, unix seconds.
    """
    changes = log_changes(epochs)
    found = []
    for number in range(walk_epochs + 1, len(changes) + 1):
        past = changes[number - 1 - walk_epochs : number - 1]
        # Epoch `number` is forecast at its beginning: its difficulty is known, its hash rate is not.
        span = epochs[number].time - epochs[number - 1].time
        asked = math.log(retarget.EPOCH_BLOCKS * 600 / span)
        step = math.log(epochs[number].difficulty / epochs[number - 1].difficulty)
        centre = asked - step + float(np.mean(past))
        came = math.log(epochs[number + 1].difficulty / epochs[number].difficulty)
        found.append(Ahead(epochs[number + 1].time, centre, float(np.std(past, ddof=1)), came))
    return tuple(found)


def interval(ahead: Ahead, level: float, *, chance_only: bool) -> tuple[float, float]:
    """Return the central interval of the log change: Student's t on the past's spread, or chance alone (2/2015)."""
    if chance_only:
        half = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(2) * formulas.EPOCH_NOISE
    else:
        width = math.sqrt(1 + 1 / WEATHER_EPOCHS) * ahead.deviation
        half = float(stats.t.ppf((1 + level) / 2, WEATHER_EPOCHS - 1)) * width
    return ahead.centre - half, ahead.centre + half


def held(forecasts: Sequence[Ahead], level: float, *, chance_only: bool) -> list[bool]:
    """Return for each forecast whether its interval held what came."""
    bounds = [interval(ahead, level, chance_only=chance_only) for ahead in forecasts]
    return [low <= ahead.came <= high for ahead, (low, high) in zip(forecasts, bounds, strict=True)]


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulation's forecast one epoch ahead, in per cent: time of the retarget, intervals of 80 and 95 %, what came."""

    time: int
    inner: tuple[float, float]
    outer: tuple[float, float]
    came: float


def simulated_forecasts(epochs: Sequence[Epoch], *, since: float, trials: int, seed: int) -> tuple[Simulated, ...]:
    """Return what the simulation forecasts for each retarget after ``since`` (unix s) from one epoch before, without a stop.

    The start is the first block of an epoch; hash rate and its movement come from the epochs before.
    """
    found = []
    for number in range(WEATHER_EPOCHS + 1, len(epochs) - 1):
        known, following = epochs[: number + 1], epochs[number + 1]
        if following.time < since:
            continue
        start = stop.start_blind(known[-1].time, known)
        outcome = stop.simulate(
            start, (), stop.walk_of(known), trials=trials, seed=seed + number, retargets=1, days=_LOOK_AHEAD
        )
        changes = 100 * (stop.difficulty(outcome.bits[:, 0]) / known[-1].difficulty - 1)
        inner, outer = (stop.spread_of(changes, level, "%") for level in (0.8, 0.95))
        came = 100 * (following.difficulty / known[-1].difficulty - 1)
        found.append(Simulated(following.time, (inner.low, inner.high), (outer.low, outer.high), came))
    return tuple(found)


def percent(log_change: float) -> float:
    """Return a log change as per cent."""
    return 100 * math.expm1(log_change)


def blocks_by_day(times: dict[int, int]) -> dict[date, int]:
    """Return blocks found in each UTC day that lies wholly inside the record of block times (unix seconds)."""
    days: dict[date, int] = {}
    for time in times.values():
        day = datetime.fromtimestamp(time, UTC).date()
        days[day] = days.get(day, 0) + 1
    first, last = (datetime.fromtimestamp(edge, UTC).date() for edge in (min(times.values()), max(times.values())))
    return {day: count for day, count in sorted(days.items()) if first < day < last}


@dataclass(frozen=True, slots=True)
class Happened:
    """What the chain showed after the forecast."""

    retarget_time: int
    change: float
    epoch_interval: float
    slowest_day: date
    slowest_blocks: int
    longest: int
    second_change: float
    bits: int
    bits_by_rule: int
    days: dict[date, int]


def what_happened(epochs: Sequence[Epoch], times: dict[int, int]) -> Happened:
    """Return the figures of the summer of 2021 from real headers: epoch of 13 June, its retarget, the days to it."""
    by_height = {epoch.height: epoch for epoch in epochs}
    before, after, later = (by_height[NEXT_RETARGET + step * retarget.EPOCH_BLOCKS] for step in (-1, 0, 1))
    days = blocks_by_day(times)
    slowest = min(days, key=lambda day: days[day])
    old = [times[h + 1] - times[h] for h in times if h + 1 < NEXT_RETARGET and h + 1 in times]
    return Happened(
        after.time,
        retarget.change(before.bits, after.bits),
        (after.time - before.time) / retarget.EPOCH_BLOCKS,
        slowest,
        days[slowest],
        max(old),
        retarget.change(after.bits, later.bits),
        after.bits,
        retarget.next_bits(before.bits, times[NEXT_RETARGET - 1] - before.time),
        days,
    )


def usual_movement(walk: Walk) -> float:
    """Return the standard deviation of one epoch's hash rate against the last in per cent, chance included."""
    return 100 * walk.per_epoch
