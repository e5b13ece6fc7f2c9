"""What else is known sharpens the judgement: outages, deadline, reactive power, temperature, holidays, currents of the phases.

Each circumstance moves the log-odds by a weight set by reasoning, not fitted: no public record of mines has these inputs.
The weights are modest but for the drop together with the network, which little else explains. What a meter's own days show
decides, never how many empty days its block has around them.
"""

from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Block, Context, Moved, Outages
from minewatch.detect.contract import on_contract
from minewatch.detect.dating import moment
from minewatch.detect.holidays import on_holidays
from minewatch.detect.phases import on_phases
from minewatch.detect.reactive import on_reactive

GOES_DOWN = 0.6
"""Share of known outages in which a mine of the place loses its network: many have a second line or another carrier."""
BY_CHANCE = 0.05
"""Least share of outages in which another load drops too: the storm that takes the network takes a machine or a fuse."""
UNKNOWN_CHANCE = 0.15
"""That share where too few ordinary days can be compared."""
LEAST_FALL = 0.1
"""Share of its load by which a meter must fall in an outage to be looked at closely for that alone."""
MOST_WITH_NETWORK = 4.5
MOST_AGAINST_NETWORK = 2.0
AT_DEADLINE = 1.5
WITH_WEATHER = -1.0
LEAST_DAYS = 21
"""Days needed to tell whether a load follows the weather."""
EARLIEST_DAYS = 2
"""Days before a deadline within which the fall of a part that stopped for it is looked for."""
PLACEBO_DAYS = 15
LEAST_PLACEBO = 4
"""Ordinary days that must have been read to say what is usual."""

Floats = NDArray[np.float32]


def circumstances_of(
    kw: Floats,
    *,
    meter: str,
    first_day: date,
    mining_kw: float,
    until: datetime | None,
    context: Context,
    since: datetime | None = None,
    steady: bool = True,
) -> Moved:
    """Weigh each given circumstance of one meter, in log-odds; empty where nothing is known or applies.

    The suspected part runs from ``since`` to ``until`` (None: the window's ends), all the time where it is ``steady``.
    """
    moved: Moved = {}
    while_running = tuple(
        one
        for one in context.outages_of(meter)
        if (since is None or one[0] >= since) and (until is None or one[1] <= until)
    )
    moved |= _network(kw, first_day, mining_kw, while_running, steady=steady)
    moved |= on_reactive(kw, context.reactive_kvar.get(meter), mining_kw=mining_kw, steady=steady)
    if steady:
        # The lowest load of a switched part's day is its host's. A part that begins or ends moves the low load by itself while
        # the season goes on: only the days it runs on count.
        runs = _days_between(len(kw), first_day, since, until)
        temperature_c = context.temperature_of(meter)
        moved |= _weather(kw[runs], None if temperature_c is None else temperature_c[runs])
    moved |= on_holidays(kw, first_day=first_day, mining_kw=mining_kw, until=until, holidays=context.holidays)
    moved |= on_phases(
        kw,
        amperes=context.currents_a.get(meter),
        kvar=context.reactive_kvar.get(meter),
        volts=context.phase_volts.get(meter),
        mining_kw=mining_kw,
    )
    moved |= on_contract(
        kw,
        contract=context.contracts.get(meter),
        kvar=context.reactive_kvar.get(meter),
        first_day=first_day,
        mining_kw=mining_kw,
        since=since,
        steady=steady,
    )
    deadline = context.deadline_of(meter)
    if deadline is not None:
        stopped = stopped_for(kw, first_day=first_day, mining_kw=mining_kw, deadline=deadline)
        if stopped is None and until is not None and abs(until - deadline) <= timedelta(days=1):
            stopped = until
        if stopped is not None:
            moved["stops_at_deadline"] = (AT_DEADLINE, _stop_told(stopped, until, deadline))
    return moved


def _stop_told(stopped: datetime, until: datetime | None, deadline: datetime) -> dict[str, str]:
    """Return when the part stopped and how far that is from the deadline; the finding's own end where the two are one stop."""
    if until is not None and abs(until - stopped) <= timedelta(days=1):
        stopped = until
    away = abs(stopped - deadline) / timedelta(hours=1)
    return {"when": f"{stopped:%Y-%m-%d %H:%M}", "hours": f"{away:.0f}" if away >= 1 else f"{away:.1f}"}


def _days_between(days: int, first_day: date, since: datetime | None, until: datetime | None) -> slice:
    """Return the days that lie wholly between two times; all of them where None is said."""
    start = datetime.combine(first_day, time())
    first = 0 if since is None else -((start - since) // timedelta(days=1))
    last = days if until is None else (until - start) // timedelta(days=1)
    return slice(max(first, 0), max(last, 0))


def stopped_for(kw: Floats, *, first_day: date, mining_kw: float, deadline: datetime) -> datetime | None:
    """Return when the suspected part stopped for a deadline, though it may have come back after the inspection; None: it did not.

    In the half day after the deadline the load must stand lower, by most of ``mining_kw``, than at the same hours of the week
    before; and hardly ever have done so at that hour of the days before. The time is that of the fall, at most
    :data:`EARLIEST_DAYS` days earlier.
    """
    slots = kw.shape[1]
    start, length = datetime.combine(first_day, time()), timedelta(days=1) / slots
    at = int(np.ceil((deadline - start) / length))
    if slots < 24 or mining_kw <= 0 or not 0 < at < kw.size:
        return None
    flat = kw.ravel()
    if not _lower(flat, at, slots, mining_kw):
        return None
    others = [_lower(flat, at - day * slots, slots, mining_kw) for day in range(2, PLACEBO_DAYS)]
    known = [one for one in others if one is not None]
    if len(known) < LEAST_PLACEBO or sum(known) > 0.1 * len(known):
        return None
    fell = at
    while fell > max(at - EARLIEST_DAYS * slots, 0) and _is_low(flat, fell - 1, slots, mining_kw):
        fell -= 1
    return moment(first_day, fell, slots)


def _lower(flat: Floats, at: int, slots: int, mining_kw: float) -> bool | None:
    """Whether the half day from a slot on stands lower than the week before by most of a power; None: too little was read."""
    if at < 0:
        return None
    after = flat[at : at + slots // 2]
    usual = _week_before(flat, at, len(after), slots)
    if usual is None:
        return None
    known = np.isfinite(after) & np.isfinite(usual)
    if known.sum() < slots // 4:
        return None
    fall = usual[known] - after[known]
    return bool(np.median(usual[known]) >= 0.8 * mining_kw and (fall >= 0.5 * mining_kw).mean() >= 0.9)


def _is_low(flat: Floats, at: int, slots: int, mining_kw: float) -> bool:
    usual = _week_before(flat, at, 1, slots)
    return usual is not None and bool(usual[0] - flat[at] >= 0.5 * mining_kw)


def _week_before(flat: Floats, at: int, count: int, slots: int) -> Floats | None:
    """Median of the same slots of the seven days before; None where fewer than four of them lie in the data."""
    starts = [at - day * slots for day in range(1, 8) if at - day * slots >= 0]
    if len(starts) < LEAST_PLACEBO:
        return None
    days = np.stack([flat[first : first + count] for first in starts])
    read = np.isfinite(days).sum(axis=0) >= LEAST_PLACEBO
    out = np.full(count, np.nan, np.float32)
    if read.any():
        out[read] = np.nanmedian(days[:, read], axis=0)
    return out


def _network(kw: Floats, first_day: date, mining_kw: float, outages: Outages, *, steady: bool) -> Moved:
    """Compare how often the load drops in known outages and comes back with how often it does so on other days.

    An outage counts where the load was read before, in and after it and stood high enough for the suspected part to run. A
    fall of half its power is a drop; one of less than a quarter is none, where the part is ``steady`` (one that runs at times
    may have been off); what lies between, as where the power is estimated too high, says nothing. Each is a likelihood ratio:
    a mine goes down in ``GOES_DOWN`` of them, another load as often as at the same time of day on the days around.
    """
    slots = kw.shape[1]
    if slots < 24 or mining_kw <= 0:
        return {}
    flat = kw.ravel()
    seen = followed = 0
    odds = 0.0
    for outage in outages:
        inside, edges = _spans(outage, first_day, slots)
        if inside[1] <= inside[0] or edges[1] <= 0 or edges[0] >= flat.size:
            continue
        drop, level = _dropped(flat, inside, edges, slots // 24)
        if not np.isfinite(drop) or level < 0.8 * mining_kw:
            continue
        others = [
            _dropped(flat, _shifted(inside, day * slots), _shifted(edges, day * slots), slots // 24)[0]
            for day in range(-PLACEBO_DAYS, PLACEBO_DAYS + 1)
            if day
        ]
        known = [one for one in others if np.isfinite(one)]
        hits = sum(one > 0.5 * mining_kw for one in known)
        chance = max((hits + 1) / (len(known) + 2), BY_CHANCE) if len(known) >= 7 else UNKNOWN_CHANCE
        chance = min(chance, GOES_DOWN)
        if drop > 0.5 * mining_kw:
            seen, followed = seen + 1, followed + 1
            odds += float(np.log(GOES_DOWN / chance))
        elif steady and drop < 0.25 * mining_kw:
            seen += 1
            odds += float(np.log((1 - GOES_DOWN) / (1 - chance)))
    odds = round(min(max(odds, -MOST_AGAINST_NETWORK), MOST_WITH_NETWORK), 3)
    if followed and odds > 0:
        return {"drops_with_network": (odds, {"times": str(followed), "all_times": str(seen)})}
    return {"stays_in_outages": (odds, {"all_times": str(seen)})} if seen and not followed else {}


def went_down(block: Block, context: Context) -> NDArray[np.int64]:
    """Return the meters of a block that dropped by a tenth of their usual load in two known outages at least, and in most.

    A cheap look at every meter: so plain a sign is followed up even where the curve itself would be cleared at a glance. What it
    means is weighed by :func:`circumstances_of` afterwards.
    """
    meters, _, slots = block.kw.shape
    if not context.outages or not meters or slots < 24:
        return np.empty(0, np.int64)
    groups: dict[Outages, list[int]] = {}
    for place, meter in enumerate(block.meters):
        groups.setdefault(context.outages_of(meter), []).append(place)
    flat, hour = block.kw.reshape(meters, -1), slots // 24
    found: list[int] = []
    for outages, members in groups.items():
        down, seen = np.zeros(len(members), np.int64), np.zeros(len(members), np.int64)
        for outage in outages:
            (first, last), (low, high) = _spans(outage, block.first_day, slots)
            if last <= first or low - hour < 0 or high + hour > flat.shape[1]:
                continue
            rows = flat[members]
            before, inside, after = (
                rows[:, a:b].mean(axis=1) for a, b in ((low - hour, low), (first, last), (high, high + hour))
            )
            level = np.minimum(before, after)
            read = np.isfinite(level) & np.isfinite(inside)
            seen += read
            # A load that changes as much between the hours on both sides did not fall for the outage.
            least = np.maximum(LEAST_FALL * np.abs(level), np.abs(before - after))
            down += read & (level - inside > least)
        found += [members[k] for k in np.flatnonzero((down >= 2) & (2 * down > seen))]
    return np.array(sorted(found), np.int64)


def _spans(outage: tuple[datetime, datetime], first_day: date, slots: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Slots that lie wholly inside an outage, and those it touches: (first, end) each, counted from the first day on."""
    start, length = datetime.combine(first_day, time()), timedelta(days=1) / slots
    begin, end = ((moment - start) / length for moment in outage)
    return (int(np.ceil(begin)), int(np.floor(end))), (int(np.floor(begin)), int(np.ceil(end)))


def _shifted(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by


def _dropped(flat: Floats, inside: tuple[int, int], edges: tuple[int, int], hour: int) -> tuple[float, float]:
    """How far the load fell below the lower of the hours before and after, and that level; NaN where not all were read."""
    if edges[0] - hour < 0 or edges[1] + hour > flat.size:
        return float("nan"), float("nan")
    parts = (flat[edges[0] - hour : edges[0]], flat[inside[0] : inside[1]], flat[edges[1] : edges[1] + hour])
    if not all(np.isfinite(part).any() for part in parts):
        return float("nan"), float("nan")
    before, low, after = (float(np.median(part[np.isfinite(part)])) for part in parts)
    return min(before, after) - low, min(before, after)


def _weather(kw: Floats, temperature_c: Floats | None) -> Moved:
    """Rank correlation of the day's low load with the day's temperature or its distance from 18 °C."""
    if temperature_c is None or len(temperature_c) != len(kw) or kw.shape[1] < 24:
        return {}
    known = np.isfinite(kw).all(axis=1) & np.isfinite(temperature_c).all(axis=1)
    if known.sum() < LEAST_DAYS:
        return {}
    floor = _ranks(np.sort(kw[known], axis=1)[:, : kw.shape[1] // 8].mean(axis=1))
    warmth = temperature_c[known].mean(axis=1)
    close = max(abs(_correlation(floor, _ranks(warmth))), abs(_correlation(floor, _ranks(np.abs(warmth - 18.0)))))
    return {"follows_weather": (WITH_WEATHER, {"correlation": f"{close:.2f}"})} if close > 0.7 else {}


def _ranks(values: Floats) -> NDArray[np.float64]:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.corrcoef(a, b)[0, 1])
