"""When a mine's machines run: its history in the window and its rhythm of the day, as shares of the machines (0…1).

A history returns the share built up and the factor by which the host's own load shrinks; a rhythm returns the share
switched on. Both are (slots of the window,), true switching times averaged into slots. Ranges stand in ``parameters``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minewatch.rehearsal.parameters import HABITS
from minewatch.rehearsal.series import Floats, interval_mean


@dataclass(frozen=True, slots=True)
class Plan:
    """What a history or rhythm decides from: the window, the host (kW, flat, or None) and the number of machines."""

    days: int
    slots: int
    first_weekday: int
    units: int
    host_kw: Floats | None

    @property
    def count(self) -> int:
        """Slots of the window."""
        return self.days * self.slots

    @property
    def per_hour(self) -> float:
        """Slots of an hour."""
        return self.slots / 24.0


def _steady(rng: np.random.Generator, plan: Plan) -> tuple[Floats, Floats]:
    del rng
    return np.ones(plan.count), np.ones(plan.count)


def _ramp_up(rng: np.random.Generator, plan: Plan, start: float) -> Floats:
    """Share of machines running when they are switched on row by row from ``start`` (slots) on."""
    rows = max(1, min(plan.units, 30))
    hours = rng.uniform(*HABITS.switch_on_hours)
    begins = start + np.sort(rng.uniform(0.0, hours * plan.per_hour, rows))
    begins[0] = start
    return interval_mean(begins, np.full(rows, float(plan.count)), count=plan.count) / rows


def _within(rng: np.random.Generator, plan: Plan) -> float:
    """Return a time inside the window, in working hours more often than not."""
    day = rng.uniform(*HABITS.change_within) * plan.days
    hour = rng.uniform(8.0, 20.0) if rng.random() < 0.7 else rng.uniform(0.0, 24.0)
    return float(np.clip((np.floor(day) + hour / 24.0) * plan.slots, 0.0, plan.count - 1.0))


def _onset(rng: np.random.Generator, plan: Plan) -> tuple[Floats, Floats]:
    return _ramp_up(rng, plan, _within(rng, plan)), np.ones(plan.count)


def _staged_ramp(rng: np.random.Generator, plan: Plan) -> tuple[Floats, Floats]:
    start = min(_within(rng, plan), 0.6 * plan.count)
    stages = min(int(rng.integers(*HABITS.stages)), max(plan.units, 2))
    span = rng.uniform(*HABITS.stages_span) * plan.count
    times = start + np.sort(np.concatenate(([0.0], rng.uniform(0.0, span, stages - 1))))
    cuts = np.sort(rng.integers(0, plan.units + 1, stages - 1))
    sizes = np.diff(np.concatenate(([0], cuts, [plan.units]))).astype(np.float64)
    # The first stage exists, whatever the cuts say: it is what dates the mine.
    sizes[0] += sizes[0] == 0.0
    ends = np.full(stages, float(plan.count))
    return interval_mean(times, ends, count=plan.count, weights=sizes) / sizes.sum(), np.ones(plan.count)


def _stop(rng: np.random.Generator, plan: Plan) -> tuple[Floats, Floats]:
    end = _within(rng, plan)
    rows = max(1, min(plan.units, 30))
    ends = end + rng.uniform(*HABITS.switch_off_hours, rows) * plan.per_hour
    return interval_mean(np.zeros(rows), ends, count=plan.count) / rows, np.ones(plan.count)


def _host_shrinks(rng: np.random.Generator, plan: Plan) -> tuple[Floats, Floats]:
    """Wind the host's production down in some steps; the mine is there all along or takes its place."""
    start = _within(rng, plan)
    kept = rng.uniform(*HABITS.host_kept)
    steps = int(rng.integers(1, 5))
    span = rng.uniform(*HABITS.host_shrinks_over) * plan.count
    times = start + np.sort(rng.uniform(0.0, span, steps))
    lost = interval_mean(times, np.full(steps, float(plan.count)), count=plan.count) / steps
    factor = 1.0 - (1.0 - kept) * lost
    running = _ramp_up(rng, plan, start) if rng.random() < HABITS.replaces_host else np.ones(plan.count)
    return running, factor


def _off_times(plan: Plan, off: Floats, back: Floats) -> Floats:
    """Share running when it goes off at the hours ``off`` and back at ``back`` (days,) of each day (NaN: not then)."""
    keep = ~(np.isnan(off) | np.isnan(back))
    day = np.arange(off.size)[keep] * plan.slots
    lost = interval_mean(day + off[keep] * plan.per_hour, day + back[keep] * plan.per_hour, count=plan.count)
    return 1.0 - np.clip(lost, 0.0, 1.0)


def _evening_curtailed(rng: np.random.Generator, plan: Plan) -> Floats:
    off = rng.uniform(*HABITS.curtailed_from) + rng.normal(0.0, rng.uniform(0.0, 0.25), plan.days)
    back = rng.uniform(*HABITS.curtailed_to) + rng.normal(0.0, rng.uniform(0.0, 0.35), plan.days)
    off[rng.random(plan.days) < rng.uniform(*HABITS.curtailment_missed)] = np.nan
    if rng.random() < 0.3:
        off[(np.arange(plan.days) + plan.first_weekday) % 7 >= 5] = np.nan
    depth = 1.0 if rng.random() < HABITS.curtailed_fully else rng.uniform(*HABITS.curtailed_depth)
    return 1.0 - depth * (1.0 - _off_times(plan, off, back))


def _night_only(rng: np.random.Generator, plan: Plan) -> Floats:
    begin = rng.uniform(*HABITS.night_from) + rng.normal(0.0, rng.uniform(0.02, 0.4), plan.days + 1)
    end = rng.uniform(*HABITS.night_to) + rng.normal(0.0, rng.uniform(0.02, 0.4), plan.days + 1)
    begin[rng.random(plan.days + 1) < rng.uniform(*HABITS.nights_missed)] = np.nan
    keep = ~np.isnan(begin)
    evening = (np.arange(-1, plan.days) * plan.slots)[keep]
    starts = evening + begin[keep] * plan.per_hour
    ends = evening + (24.0 + end[keep]) * plan.per_hour
    return np.clip(interval_mean(starts, ends, count=plan.count), 0.0, 1.0)


def _price_blocks(rng: np.random.Generator, plan: Plan) -> Floats:
    """Levels by blocks of hours: a time-of-use tariff the same each day, or the cheap hours of each day's market."""
    hours = np.arange(24)
    if rng.random() < HABITS.tariff_followers:
        peak = np.isin(hours, HABITS.peak_hours[0 if rng.random() < 0.5 else 1])
        valley = (hours >= 23) | (hours < 7)
        flat_level = float(rng.choice(HABITS.flat_levels))
        day = np.where(peak, float(rng.choice(HABITS.peak_levels)), np.where(valley, 1.0, flat_level))
        levels = np.tile(day, (plan.days, 1))
    else:
        shape = np.cos(2.0 * np.pi * (hours - 19.0) / 24.0) + 0.6 * np.cos(4.0 * np.pi * (hours - 8.0) / 24.0)
        price = shape + rng.normal(0.0, 0.5, (plan.days, 24)) + rng.normal(0.0, 0.4, (plan.days, 1))
        levels = (price < rng.uniform(-0.1, 0.9)).astype(np.float64)
    delay = rng.uniform(0.0, 8.0) / 60.0 + rng.exponential(1.5, levels.size) / 60.0
    return _held(levels.ravel(), np.arange(levels.size) + delay, plan)


def _held(levels: Floats, hours: Floats, plan: Plan) -> Floats:
    """Mean level a slot, when level i holds from ``hours``[i] (from the window's start) until the next."""
    times = np.maximum.accumulate(hours) * plan.per_hour
    times[0] = 0.0
    ends = np.append(times[1:], float(plan.count))
    return interval_mean(times, ends, count=plan.count, weights=levels)


def _throttled(rng: np.random.Generator, plan: Plan) -> Floats:
    """Firmware levels that change after hours to days: power-limited boards, part of the rows off."""
    levels_used = rng.choice(HABITS.throttle_levels, size=int(rng.integers(3, 6)), replace=False)
    mean_hours = rng.uniform(*HABITS.throttle_hours)
    number = int(plan.days * 24 / mean_hours * 2) + 4
    gaps = rng.exponential(mean_hours, number)
    levels = rng.choice(levels_used, size=number)
    starts = np.concatenate(([0.0], np.cumsum(gaps)[:-1]))
    inside = starts < plan.days * 24.0
    return _held(levels[inside], starts[inside], plan)


def _host_busy(rng: np.random.Generator, plan: Plan) -> Floats:
    """On while the host is busy: to hide under its load. Without a host, a day shift."""
    host = np.zeros(1) if plan.host_kw is None else plan.host_kw
    low, high = np.quantile(host, 0.2), np.quantile(host, 0.9)
    threshold = low + rng.uniform(*HABITS.busy_threshold) * (high - low)
    if high <= low or plan.slots == 1:
        hour = (np.arange(plan.count) % plan.slots + 0.5) / plan.per_hour
        weekday = (np.arange(plan.count) // plan.slots + plan.first_weekday) % 7
        begin, end = rng.uniform(7.0, 9.5), rng.uniform(17.0, 21.0)
        busy = (hour >= begin) & (hour < end) & (weekday < (6 if rng.random() < 0.6 else 7))
    else:
        # A relay on the host's mean of the last hour, so that it does not chatter.
        width = max(1, round(plan.per_hour))
        smooth = np.convolve(np.concatenate((np.full(width - 1, host[0]), host)), np.ones(width) / width, mode="valid")
        busy = smooth > threshold
    return busy.astype(np.float64)


HISTORIES: dict[str, Callable[[np.random.Generator, Plan], tuple[Floats, Floats]]] = {
    "steady": _steady,
    "onset": _onset,
    "staged_ramp": _staged_ramp,
    "stop": _stop,
    "host_shrinks": _host_shrinks,
}
"""When the mine exists in the window: all of it; from a step on; built up in stages; until a step; all of it or from a
step on, in a host whose own load shrinks."""

RHYTHMS: dict[str, Callable[[np.random.Generator, Plan], Floats]] = {
    "evening_curtailed": _evening_curtailed,
    "night_only": _night_only,
    "price_blocks": _price_blocks,
    "throttled": _throttled,
    "host_busy": _host_busy,
}
"""How it is run day by day while it exists."""
