"""Ordinary customers: households by their appliances, firms by their shifts, with weather, weekends and holidays.

A household is a sum of appliance events with their true starts and lengths; firms are shapes over the working day that
are scaled to a mean. All figures are chosen.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.series import (
    SUBSTEPS,
    Floats,
    bumps,
    interval_mean,
    slow_noise,
    staged_units,
    thermostat,
    to_slots,
)
from minewatch.rehearsal.sites import HOUR, Site

# Appliance: uses a day, hour of day, its spread in hours, mean length in hours, kW. One row a habit.
_HABITS = np.array(
    [
        (0.9, 7.0, 0.6, 0.35, 1.2),  # breakfast: kettle, steamer
        (0.8, 11.7, 0.6, 0.60, 1.4),  # noon: rice cooker, induction hob
        (1.0, 18.3, 0.8, 0.75, 1.6),  # evening meal
        (0.6, 20.5, 1.2, 0.50, 0.6),  # kettle, small appliances
        (0.35, 9.5, 3.0, 0.80, 0.45),  # washing
        (1.0, 20.0, 1.0, 2.60, 0.14),  # television, computer
        (0.4, 14.0, 2.5, 1.50, 0.12),  # television by day
        (0.5, 6.8, 0.4, 0.60, 0.10),  # lamps before work
        (1.3, 20.3, 0.9, 2.40, 0.12),  # lamps in the evening
        (0.06, 15.0, 5.0, 2.00, 0.9),  # now and then: iron, tools, heater
    ]
)


def customer_load(
    rng: np.random.Generator, *, kind: str, mean_kw: float, site: Site, slots: int
) -> NDArray[np.float32]:
    """Simulate one customer of ``kind`` (one of ``CUSTOMERS``): (days, slots) float32 kW.

    Firms come out at ``mean_kw`` exactly, households about it, as their habits fall. ValueError: unknown kind.
    """
    if kind not in CUSTOMERS:
        raise ValueError(f"unknown kind of customer {kind!r}; one of {CUSTOMERS}")
    if kind == "household":
        return _household(rng, site, mean_kw=mean_kw, slots=slots).astype(np.float32)
    shape = np.maximum(_FIRMS[kind](rng, site), 0.0)
    load = to_slots(shape, days=site.days, slots=slots)
    load *= np.maximum(1.0 + 0.01 * rng.standard_normal(load.shape), 0.0)
    return (load * (mean_kw / float(load.mean()))).astype(np.float32)


def _household(rng: np.random.Generator, site: Site, *, mean_kw: float, slots: int) -> Floats:
    count = site.days * slots
    size = mean_kw / 0.27
    away = _days_away(rng, site)
    load = _habits(rng, site, size=size, away=away, slots=slots)
    # Standby and router, then one fridge that works harder when it is warm.
    fine = np.full(site.count, rng.uniform(0.015, 0.06) * min(size, 2.0))
    cold = np.clip(0.28 + 0.012 * (site.temperature - 20.0), 0.1, 0.8)
    fine += rng.uniform(0.06, 0.13) * thermostat(rng, demand=cold, period=rng.uniform(10.0, 22.0))
    there = 1.0 - np.repeat(away, SUBSTEPS)
    if rng.random() < 0.45:
        # A storage water heater holds its heat all day and works after showers.
        showers = np.clip(0.02 + 0.25 * np.exp(-0.5 * ((site.hour - rng.uniform(20.5, 22.0)) / 0.9) ** 2), 0.0, 1.0)
        fine += 1.5 * thermostat(rng, demand=showers * there * min(size, 1.5), period=rng.uniform(8.0, 16.0))
    if rng.random() < 0.55:
        at_home = (site.hour > 18.5) | (site.hour < 6.5) | ((site.hour > 12.0) & (site.hour < 14.5)) | site.free
        hot = np.clip((site.temperature - rng.uniform(24.5, 28.0)) / 7.0, 0.0, 0.9)
        fine += rng.uniform(0.6, 1.1) * thermostat(rng, demand=hot * at_home * there, period=rng.uniform(6.0, 12.0))
    load = load + to_slots(fine, days=site.days, slots=slots).ravel()
    return np.asarray((load * (1.0 + 0.01 * rng.standard_normal(count))).reshape(site.days, slots))


def _days_away(rng: np.random.Generator, site: Site) -> Floats:
    """1 for days on which nobody is at home: holidays, trips, and homes whose people work far away."""
    if rng.random() < 0.10:
        return np.asarray((rng.random(site.days) < 0.93).astype(np.float64))
    away = np.zeros(site.days)
    for _ in range(int(rng.poisson(0.5 * site.days / 30.0))):
        first = int(rng.integers(0, site.days))
        away[first : first + int(rng.integers(1, 5))] = 1.0
    return away


def _habits(rng: np.random.Generator, site: Site, *, size: float, away: Floats, slots: int) -> Floats:
    """All appliance events of the window as one list, averaged into slots at once."""
    count = site.days * slots
    own = rng.lognormal(0.0, 0.35, len(_HABITS))
    expected = _HABITS[:, 0] * own * size * float(site.days)
    number = rng.poisson(expected)
    total = int(number.sum())
    row = np.repeat(np.arange(len(_HABITS)), number)
    day = rng.integers(0, site.days, total)
    later = rng.normal(0.0, 0.5)
    hour = _HABITS[row, 1] + later + _HABITS[row, 2] * rng.standard_normal(total)
    length = _HABITS[row, 3] * rng.gamma(3.0, 1.0 / 3.0, total)
    power = _HABITS[row, 4] * rng.lognormal(0.0, 0.2, len(_HABITS))[row]
    keep = rng.random(total) >= away[day]
    start = ((day + hour / 24.0) * slots)[keep]
    return interval_mean(start, start + (length * slots / 24.0)[keep], count=count, weights=power[keep])


def _open(site: Site, begin: float, end: float, soft: float = 0.5) -> Floats:
    """1 between the hours ``begin`` and ``end``, rising and falling over ``soft`` hours."""
    return np.asarray(
        np.clip((site.hour - begin) / soft + 0.5, 0.0, 1.0) * np.clip((end - site.hour) / soft + 0.5, 0.0, 1.0)
    )


def _peak(site: Site, hour: float, width: float) -> Floats:
    distance = np.abs((site.hour - hour + 12.0) % 24.0 - 12.0)
    return np.asarray(np.exp(-0.5 * (distance / width) ** 2))


def _days_factor(rng: np.random.Generator, site: Site, spread: float) -> Floats:
    return np.repeat(np.maximum(1.0 + spread * rng.standard_normal(site.days), 0.05), SUBSTEPS)


def _air(rng: np.random.Generator, site: Site, *, above: float, period: float) -> Floats:
    """Air conditioning units staged on how far it is above a comfortable temperature."""
    demand = np.clip((site.temperature - above) / 10.0, 0.0, 1.0)
    units = int(rng.integers(1, 6))
    return staged_units(rng, demand=demand, units=units, period=period) / units


def _shop(rng: np.random.Generator, site: Site) -> Floats:
    open_ = _open(site, rng.uniform(7.5, 9.5), rng.uniform(19.5, 22.5))
    closed = np.repeat(rng.random(site.days) < 0.03, SUBSTEPS)
    lamps = open_ * ~closed * (1.0 + 0.15 * site.free)
    cold = thermostat(rng, demand=np.clip(0.35 + 0.012 * (site.temperature - 20.0), 0.1, 0.9), period=12.0)
    air = _air(rng, site, above=rng.uniform(24.0, 27.0), period=8.0)
    return np.asarray(
        rng.uniform(0.05, 0.2) + lamps * (0.8 + 0.1 * slow_noise(rng, count=site.count, spacing=30.0))
        + rng.uniform(0.0, 0.5) * cold + rng.uniform(0.2, 1.0) * air * lamps
    )  # fmt: skip


def _restaurant(rng: np.random.Generator, site: Site) -> Floats:
    meals = _peak(site, 12.0, 0.9) + rng.uniform(0.8, 1.4) * _peak(site, 18.8, 1.2) + 0.3 * _peak(site, 7.2, 0.7)
    guests = meals * _days_factor(rng, site, 0.2) * (1.0 + 0.3 * site.free)
    stoves = bumps(rng, count=site.count, rate=np.clip(0.25 * guests, 0.0, 1.0), minutes=(3, 25))
    cold = thermostat(rng, demand=np.clip(0.45 + 0.012 * (site.temperature - 20.0), 0.1, 0.9), period=11.0)
    air = _air(rng, site, above=25.0, period=8.0) * _open(site, 10.5, 21.5)
    return np.asarray(0.12 + 0.25 * cold + 0.5 * _open(site, 9.5, 21.5) + 0.35 * stoves + rng.uniform(0.2, 0.9) * air)


def _farm(rng: np.random.Generator, site: Site) -> Floats:
    """Fans by temperature, feeding twice a day, water pumped now and then, lamps in the evening."""
    fans = staged_units(
        rng, demand=np.clip((site.temperature - 16.0) / 16.0, 0.05, 1.0), units=int(rng.integers(1, 7)), period=10.0
    )
    feed = _peak(site, rng.uniform(6.0, 7.5), 0.4) + _peak(site, rng.uniform(16.5, 18.0), 0.4)
    mills = bumps(rng, count=site.count, rate=np.clip(0.05 * feed, 0.0, 1.0), minutes=(10, 60))
    water = bumps(rng, count=site.count, rate=np.full(site.count, 0.004), minutes=(10, 90))
    lamps = _open(site, 18.5, rng.uniform(20.0, 23.0)) + _open(site, 5.0, 7.0)
    return np.asarray(0.1 + 0.15 * fans + rng.uniform(0.4, 2.0) * mills + rng.uniform(0.2, 0.8) * water + 0.1 * lamps)


def _tea_works(rng: np.random.Generator, site: Site) -> Floats:
    """Leaves come in after noon and are rolled and dried into the night, on days with a harvest."""
    harvest = np.repeat((rng.random(site.days) < 0.7) * rng.gamma(3.0, 1.0 / 3.0, site.days), SUBSTEPS)
    run = _open(site, rng.uniform(12.0, 15.0), rng.uniform(21.0, 23.9))
    dryers = staged_units(rng, demand=np.clip(0.55 * harvest, 0.0, 1.0), units=int(rng.integers(2, 6)), period=9.0)
    return np.asarray(0.08 + run * (0.3 * (harvest > 0) + 0.5 * dryers) + 0.15 * _open(site, 8.0, 18.0))


def _office(rng: np.random.Generator, site: Site) -> Floats:
    people = _open(site, rng.uniform(8.0, 9.0), rng.uniform(17.5, 19.0)) * (1.0 - 0.3 * _peak(site, 12.9, 0.5))
    there = np.where(site.free, rng.uniform(0.03, 0.2), 1.0) * people * _days_factor(rng, site, 0.05)
    air = _air(rng, site, above=rng.uniform(22.5, 25.5), period=9.0)
    return np.asarray(rng.uniform(0.1, 0.3) + there * (0.8 + rng.uniform(0.4, 1.2) * air))


def _school(rng: np.random.Generator, site: Site) -> Floats:
    boarding = rng.random() < 0.5
    lessons = _open(site, 7.3, 21.5 if boarding else 17.3) * ~site.free
    kitchen = _peak(site, 6.5, 0.5) + _peak(site, 11.2, 0.8) + (_peak(site, 17.2, 0.6) if boarding else 0.0)
    air = _air(rng, site, above=26.0, period=8.0) * lessons
    return np.asarray(rng.uniform(0.08, 0.2) + 0.6 * lessons + 0.7 * kitchen * ~site.free + rng.uniform(0.1, 0.7) * air)


def _hotel(rng: np.random.Generator, site: Site) -> Floats:
    guests = _days_factor(rng, site, 0.15) * (1.0 + 0.35 * site.free)
    evening = _peak(site, 21.0, 2.2) + 0.5 * _peak(site, 8.0, 1.3)
    air = _air(rng, site, above=23.0, period=9.0) * (0.4 + 0.6 * (_open(site, 14.0, 23.9) + _open(site, 0.0, 8.0)))
    boilers = thermostat(rng, demand=np.clip(0.15 + 0.4 * evening, 0.0, 1.0), period=15.0)
    return np.asarray(0.45 + guests * (0.4 * evening + rng.uniform(0.4, 1.0) * air + 0.35 * boilers))


def _machines(rng: np.random.Generator, site: Site, running: Floats) -> Floats:
    """Let machines of a shop floor come and go while it works."""
    tools = int(rng.integers(4, 25))
    rate = rng.uniform(0.02, 0.08) * running
    busy = bumps(rng, count=site.count, rate=np.clip(rate * tools / 4.0, 0.0, 1.0), minutes=(10, 120))
    return np.asarray(running * (0.6 + 0.08 * slow_noise(rng, count=site.count, spacing=12.0)) + 0.12 * busy * running)


def _factory_day(rng: np.random.Generator, site: Site) -> Floats:
    begin, end = rng.uniform(7.3, 8.5), rng.uniform(17.0, 18.5)
    shift = _open(site, begin, end, 0.4) * (1.0 - 0.75 * _open(site, 12.0, rng.uniform(12.8, 13.8), 0.3))
    last = int(rng.choice([5, 6, 6, 7]))
    rest = (site.weekday >= last) | (site.free & (site.weekday < 5))
    works = np.where(rest, rng.uniform(0.0, 0.1), 1.0) * _days_factor(rng, site, 0.1)
    return np.asarray(rng.uniform(0.05, 0.2) + _machines(rng, site, shift * works))


def _factory_shifts(rng: np.random.Generator, site: Site) -> Floats:
    begin, end = 6.0, rng.uniform(22.0, 23.5)
    if rng.random() < 0.4:
        # Kilns and mills that run when power is cheap.
        night = _open(site, 22.5, 24.5, 0.4) + _open(site, -1.0, 7.2, 0.4)
        shift = np.clip(night + rng.uniform(0.2, 0.6) * _open(site, 11.0, 19.0, 0.4), 0.0, 1.0)
    else:
        shift = _open(site, begin, end, 0.4) * (1.0 - 0.4 * _peak(site, 14.0, 0.25))
    rest = np.where((site.weekday == 6) & (rng.random() < 0.5), 0.15, 1.0)
    stops = np.repeat(np.where(rng.random(site.days) < 0.06, 0.2, 1.0), SUBSTEPS)
    return np.asarray(
        rng.uniform(0.1, 0.3) + _machines(rng, site, shift * rest * stops * _days_factor(rng, site, 0.07))
    )


def _factory_continuous(rng: np.random.Generator, site: Site) -> Floats:
    level = 1.0 + 0.08 * slow_noise(rng, count=site.count, spacing=20.0 * HOUR)
    level += 0.04 * slow_noise(rng, count=site.count, spacing=10.0)
    day = 0.12 * _open(site, 8.0, 18.0) * ~site.free
    stops = int(rng.poisson(0.7 * site.days / 30.0))
    begin = rng.uniform(0.0, site.count, stops)
    down = np.clip(interval_mean(begin, begin + rng.uniform(4.0, 40.0, stops) * HOUR, count=site.count), 0.0, 0.85)
    mills = staged_units(rng, demand=np.full(site.count, rng.uniform(0.4, 0.9)), units=3, period=60.0)
    return np.asarray((level + day + 0.1 * mills) * (1.0 - down))


_FIRMS: dict[str, Callable[[np.random.Generator, Site], Floats]] = {
    "shop": _shop,
    "restaurant": _restaurant,
    "farm": _farm,
    "tea_works": _tea_works,
    "office": _office,
    "school": _school,
    "hotel": _hotel,
    "factory_day": _factory_day,
    "factory_shifts": _factory_shifts,
    "factory_continuous": _factory_continuous,
}

CUSTOMERS: tuple[str, ...] = ("household", *_FIRMS)
"""The kinds of ordinary customers by name."""
