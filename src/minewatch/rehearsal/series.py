"""Building blocks of simulated load: events averaged into slots, thermostats, staged equal units, slow noise.

Everything is vectorised over time. Fine time runs in *substeps* of three minutes (480 a day), which divide slots of 15,
30 and 60 minutes and a whole day evenly; loads are averaged from there, as a meter averages.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SUBSTEPS = 480
"""Substeps of a day: three minutes each."""

ALWAYS = 0.985
"""A thermostat asked for more than this share of the time does not switch off any more (and below its complement it
does not switch on): compressors have minimum run and rest times."""


def interval_mean(starts: Floats, ends: Floats, *, count: int, weights: Floats | None = None) -> Floats:
    """Return for each of ``count`` slots the weighted mean number of intervals that are active in it.

    ``starts`` and ``ends`` (events,) are times in slots, fractions allowed, so that an event of four minutes weighs
    4/15 in its slot; parts outside 0…count are cut off. The result is (count,) float64.
    """
    weight = np.ones_like(starts) if weights is None else weights
    edges = np.arange(count + 1, dtype=np.float64)

    def integral(times: Floats) -> Floats:
        order = np.argsort(times, kind="stable")
        before = np.searchsorted(times[order], edges, side="left")
        number = np.concatenate(([0.0], np.cumsum(weight[order])))
        moment = np.concatenate(([0.0], np.cumsum((weight * times)[order])))
        return number[before] * edges - moment[before]

    last = np.maximum(ends, starts)
    area = integral(np.clip(starts, 0.0, count)) - integral(np.clip(last, 0.0, count))
    mean = np.diff(area)
    # What is left where nothing is active is the rounding of long sums, not load.
    mean[mean < 1e-10 + 1e-14 * float(np.abs(weight * last).sum())] = 0.0
    return mean


def slow_noise(rng: np.random.Generator, *, count: int, spacing: float) -> Floats:
    """Return (count,) noise of about unit variance that wanders over about ``spacing`` steps."""
    knots = rng.standard_normal(int(count / spacing) + 3)
    position = np.arange(count) / spacing + rng.random()
    # Linear interpolation between independent knots keeps 2/3 of the variance on average.
    return np.asarray(np.interp(position, np.arange(knots.size), knots) * np.sqrt(1.5), dtype=np.float64)


def thermostat(rng: np.random.Generator, *, demand: Floats, period: float) -> Floats:
    """Return (steps,) zeros and ones: a device that switches so as to be on for the share ``demand`` of the time.

    A two-point controller with a dead band swings with the period ``period / (4 d (1 - d))``: shortest when the device
    is on for half of the time, long when it is nearly always on or off. ``period`` is in steps. Beyond ``ALWAYS`` the
    device stays on (off). Each cycle's length varies by some 15 %.
    """
    share = np.clip(demand, 0.0, 1.0)
    block = max(1, int(period))
    varied = np.repeat(np.exp(0.15 * rng.standard_normal(share.size // block + 1)), block)[: share.size]
    phase = np.cumsum(4.0 / period * share * (1.0 - share) * varied) + rng.random()
    on = (phase - np.floor(phase) < share).astype(np.float64)
    on[share >= ALWAYS] = 1.0
    on[share <= 1.0 - ALWAYS] = 0.0
    return on


def staged_units(rng: np.random.Generator, *, demand: Floats, units: int, period: float) -> Floats:
    """Return (steps,) the number of ``units`` equal machines running when together they must supply ``demand`` (0…1).

    Lead and lag: so many run all the time, one more cycles on a thermostat.
    """
    wanted = np.clip(demand, 0.0, 1.0) * units
    running = np.floor(wanted)
    return running + thermostat(rng, demand=wanted - running, period=period) * (running < units)


def bumps(rng: np.random.Generator, *, count: int, rate: Floats, minutes: tuple[float, float]) -> Floats:
    """Return (count,) the mean number of short events under way, started at random with ``rate`` (count,) per substep.

    Lengths are log-uniform between the two figures of ``minutes``.
    """
    starts = np.flatnonzero(rng.random(count) < np.clip(rate, 0.0, 1.0)).astype(np.float64)
    low, high = np.log(minutes[0] / 3.0), np.log(minutes[1] / 3.0)
    begin = starts + rng.random(starts.size)
    return interval_mean(begin, begin + np.exp(rng.uniform(low, high, starts.size)), count=count)


def to_slots(values: Floats, *, days: int, slots: int) -> Floats:
    """Average (days × SUBSTEPS,) to (days, slots)."""
    return np.asarray(values.reshape(days, slots, SUBSTEPS // slots).mean(axis=2))


def to_substeps(values: NDArray[np.floating], *, days: int) -> Floats:
    """Spread (days, slots) to (days × SUBSTEPS,), linearly between the middles of slots, as temperature moves."""
    flat = np.asarray(values, dtype=np.float64).ravel()
    step = days * SUBSTEPS / flat.size
    middles = (np.arange(flat.size) + 0.5) * step
    return np.asarray(np.interp(np.arange(days * SUBSTEPS) + 0.5, middles, flat))
