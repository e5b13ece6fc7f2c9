"""Honest loads that a hasty look takes for a mine: flat, running at night, stepping in equal units, started one day.

Each kind is a small physical model in substeps of three minutes: thermostats driven by weather, equal motors staged on
a tank or a temperature, lamps by sunset, batches by the shift. Only the mean is set from outside. All figures are
chosen from engineering common sense; they are spread wide on purpose, because no two sites are alike.
"""

from collections.abc import Callable
from datetime import date

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
    to_substeps,
)
from minewatch.rehearsal.sites import HOUR, Site, make_site
from minewatch.rehearsal.weather import Climate, simulate_weather, sun_height


def lookalike_load(
    rng: np.random.Generator,
    *,
    kind: str,
    mean_kw: float,
    days: int,
    slots: int,
    temperature_c: NDArray[np.floating] | None = None,
    latitude: float = 30.0,
    first_day: date = date(2021, 5, 24),
) -> NDArray[np.float32]:
    """Simulate one honest look-alike of ``kind`` (one of ``KINDS``) over ``days`` days of ``slots`` slots.

    The result is (days, slots) float32 with the mean ``mean_kw``. ``temperature_c`` (days, slots) drives what depends
    on weather (without it a simulated one does; NaN is bridged), ``latitude`` in degrees and ``first_day`` the sun and
    the week. ValueError: unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; one of {KINDS}")
    # A site's clock is seldom exactly the sun's: longitude within its zone moves noon by up to an hour or so.
    climate = Climate(latitude=latitude, solar_noon=float(rng.uniform(11.8, 13.3)))
    if temperature_c is None:
        temperature = simulate_weather(rng, climate=climate, first_day=first_day, days=days).temperature_c
    else:
        temperature = to_substeps(_without_gaps(temperature_c), days=days)
    sun = sun_height(climate, first_day=first_day, days=days)
    site = make_site(first_day=first_day, days=days, temperature=temperature, sun=sun)
    load = to_slots(np.maximum(_MODELS[kind](rng, site), 0.0), days=days, slots=slots)
    ripple = rng.uniform(0.001, 0.006)
    load *= np.maximum(1.0 + ripple * rng.standard_normal(load.shape), 0.0)
    mean = float(load.mean())
    # A pump or a dryer may never have been called for in a short window; then it stood by all along.
    scale = mean_kw / mean if mean > 0.0 else 0.0
    return (load * scale).astype(np.float32)


def _without_gaps(temperature_c: NDArray[np.floating]) -> Floats:
    flat = np.asarray(temperature_c, dtype=np.float64).ravel()
    known = np.flatnonzero(np.isfinite(flat))
    if known.size == 0:
        return np.full(flat.size, 20.0)
    return np.asarray(np.interp(np.arange(flat.size), known, flat[known]))


def _working(rng: np.random.Generator, site: Site) -> Floats:
    """1 in working hours, with a soft start and end and mostly free Sundays."""
    begin, end = rng.uniform(6.5, 9.5), rng.uniform(17.0, 20.0)
    last_day = int(rng.choice([5, 6, 7]))
    inside = np.clip((site.hour - begin) * 2.0, 0.0, 1.0) * np.clip((end - site.hour) * 2.0, 0.0, 1.0)
    return np.asarray(inside * (site.weekday < last_day))


def _cooling(rng: np.random.Generator, site: Site, heat: Floats) -> Floats:
    """Electric power to carry away ``heat``: fans always, compressors the more the warmer it is outside."""
    cop = np.clip(5.5 - 0.09 * (site.temperature - 15.0), 2.0, 7.0)
    free = np.clip((site.temperature - rng.uniform(2.0, 12.0)) / 10.0, 0.05, 1.0)
    demand = np.clip(heat / heat.max() * free * rng.uniform(0.55, 0.95), 0.0, 1.0)
    units = int(rng.integers(1, 5))
    stages = staged_units(rng, demand=demand, units=units, period=rng.uniform(4.0, 14.0)) / units
    return np.asarray(heat.max() * stages / cop * rng.uniform(0.8, 1.2) + heat.max() * rng.uniform(0.01, 0.05))


def _steps(rng: np.random.Generator, site: Site, *, number: float, size: float) -> Floats:
    """Return a level near 1 that changes for good a few times: racks added, racks switched off."""
    events = int(rng.poisson(number * site.days / 30.0))
    starts = rng.uniform(0.0, site.count, events)
    weights = rng.normal(0.4 * size, size, events)
    up = interval_mean(starts, np.full(events, float(site.count)), count=site.count, weights=np.maximum(weights, 0.0))
    down = interval_mean(
        starts, np.full(events, float(site.count)), count=site.count, weights=np.maximum(-weights, 0.0)
    )
    return np.clip(1.0 + up - down, 0.3, 3.0)


def _data_centre(rng: np.random.Generator, site: Site) -> Floats:
    """Load of many servers with a faint day and week, stepwise growth, UPS loss, chillers by weather, monthly test."""
    traffic = np.cos(2.0 * np.pi * (site.hour - rng.uniform(14.0, 21.0)) / 24.0)
    computing = 1.0 + rng.uniform(0.003, 0.05) * traffic - rng.uniform(0.0, 0.03) * (site.weekday >= 5)
    computing += rng.uniform(0.002, 0.012) * slow_noise(rng, count=site.count, spacing=3.0 * HOUR)
    computing *= _steps(rng, site, number=1.0, size=0.02)
    supply = computing * rng.uniform(1.04, 1.12)
    load = supply + _cooling(rng, site, supply) * rng.uniform(0.5, 1.0)
    if rng.random() < 0.5:
        # Generator test: the site feeds itself for half an hour to two hours, on a working day.
        day = rng.integers(0, max(site.days, 1))
        begin = day * SUBSTEPS + rng.uniform(9.0, 15.0) * HOUR
        load *= 1.0 - np.clip(
            interval_mean(np.array([begin]), np.array([begin + rng.uniform(0.5, 2.0) * HOUR]), count=site.count), 0, 1
        )
    return np.asarray(load)


def _server_room(rng: np.random.Generator, site: Site) -> Floats:
    """Racks with one or two split air conditioners that cycle; a little busier in working hours."""
    racks = 1.0 + rng.uniform(0.0, 0.08) * _working(rng, site)
    racks += rng.uniform(0.002, 0.015) * slow_noise(rng, count=site.count, spacing=2.0 * HOUR)
    racks *= _steps(rng, site, number=0.7, size=0.05)
    demand = np.clip(rng.uniform(0.35, 0.8) + rng.uniform(0.005, 0.025) * (site.temperature - 20.0), 0.05, 1.0)
    units = int(rng.integers(1, 3))
    cooling = staged_units(rng, demand=demand, units=units, period=rng.uniform(3.0, 9.0)) / units
    return np.asarray(racks + rng.uniform(0.25, 0.6) * cooling)


def _telecom_mast(rng: np.random.Generator, site: Site) -> Floats:
    """Radios that follow traffic (least before dawn, most at nine at night), cooling, battery after a cut."""
    traffic = 0.5 + 0.5 * np.cos(2.0 * np.pi * (site.hour - rng.uniform(19.0, 22.0)) / 24.0)
    traffic *= 1.0 + 0.12 * slow_noise(rng, count=site.count, spacing=1.5 * HOUR)
    radios = 1.0 + rng.uniform(0.08, 0.45) * traffic
    hot = np.clip((site.temperature - rng.uniform(16.0, 26.0)) / 12.0 + 0.25, 0.0, 1.0)
    load = radios + rng.uniform(0.1, 0.5) * thermostat(rng, demand=hot, period=rng.uniform(3.0, 9.0))
    cuts = int(rng.poisson(0.6 * site.days / 30.0))
    begin = rng.uniform(0.0, site.count, cuts)
    end = begin + rng.uniform(0.2, 3.0, cuts) * HOUR
    load *= 1.0 - np.clip(interval_mean(begin, end, count=site.count), 0.0, 1.0)
    return np.asarray(load + 0.3 * np.clip(interval_mean(end, end + (end - begin) * 3.0, count=site.count), 0.0, 1.0))


def _cold_store(rng: np.random.Generator, site: Site) -> Floats:
    """Equal compressors on a room's temperature: heat through walls, doors in working hours, goods in, defrost."""
    inside = rng.choice([-20.0, 2.0])
    walls = np.clip((site.temperature - inside) / (30.0 - inside), 0.05, 1.5)
    doors = _working(rng, site) * (0.5 + 0.5 * slow_noise(rng, count=site.count, spacing=HOUR))
    goods = bumps(rng, count=site.count, rate=np.full(site.count, rng.uniform(0.1, 0.8) / SUBSTEPS), minutes=(180, 900))
    demand = walls * rng.uniform(0.3, 0.6) + rng.uniform(0.02, 0.2) * np.maximum(doors, 0.0) + 0.15 * goods
    units = int(rng.integers(1, 6))
    load = staged_units(rng, demand=demand, units=units, period=rng.uniform(5.0, 18.0)) / units
    times = int(rng.integers(2, 7))
    phase = ((site.hour + rng.uniform(0.0, 24.0)) * times / 24.0) % 1.0
    defrost = phase < rng.uniform(0.3, 0.6) * times / 24.0
    return np.asarray(np.where(defrost, rng.uniform(0.2, 0.9), load) + rng.uniform(0.05, 0.2))


def _pump_station(rng: np.random.Generator, site: Site) -> Floats:
    """Equal pumps lift what a town or a canal takes into a tank: morning and evening peaks, or filled by night."""
    day = (
        0.55 + 0.25 * np.cos(2.0 * np.pi * (site.hour - 8.0) / 12.0) + 0.2 * np.cos(2.0 * np.pi * (site.hour - 14) / 24)
    )
    if rng.random() < 0.35:
        day = np.where((site.hour >= 22.5) | (site.hour < 6.5), 1.0, 0.15)
    warm = 1.0 + rng.uniform(0.0, 0.02) * (site.temperature - site.temperature.mean())
    demand = rng.uniform(0.4, 0.95) * day * warm * (1.0 + 0.1 * slow_noise(rng, count=site.count, spacing=4.0 * HOUR))
    units = int(rng.integers(1, 4))
    running = staged_units(rng, demand=demand, units=units, period=rng.uniform(10.0, 60.0))
    return np.asarray(running * (1.0 + 0.03 * slow_noise(rng, count=site.count, spacing=6.0 * HOUR)) + 0.01)


def _greenhouse_lights(rng: np.random.Generator, site: Site) -> Floats:
    """Lamps that make the day as long as the crop wants and go out when the sun is strong; rows switch as units."""
    long_day = rng.uniform(14.0, 20.0)
    end = rng.uniform(20.0, 25.0)
    begin = end - long_day
    in_period = ((site.hour - begin) % 24.0) < long_day
    cloud = np.clip(0.6 + 0.35 * slow_noise(rng, count=site.count, spacing=0.7 * SUBSTEPS), 0.0, 1.0)
    light = np.maximum(site.sun, 0.0) * (1.0 - 0.75 * cloud)
    rows = int(rng.integers(1, 9))
    threshold = rng.uniform(0.15, 0.6) * (1.0 + 0.15 * np.arange(rows) / rows)
    lit = sum(((light < level) & in_period).astype(np.float64) for level in threshold)
    fans = thermostat(rng, demand=np.clip((site.temperature - 18.0) / 15.0, 0.0, 1.0), period=5.0)
    return np.asarray(lit / rows + 0.04 * fans + 0.01)


def _electric_heating(rng: np.random.Generator, site: Site) -> Floats:
    """Resistance heat on room thermostats; some store heat at night. Where it is warm, brooders and drying rooms."""
    wanted = max(rng.uniform(19.0, 23.0), float(np.quantile(site.temperature, 0.7)) + rng.uniform(3.0, 9.0))
    spread = max(wanted - float(np.quantile(site.temperature, 0.03)), 5.0)
    demand = (wanted - site.temperature) / spread * rng.uniform(0.6, 0.95)
    if rng.random() < 0.3:
        setback = ((site.hour < 5.5) | (site.hour > 22.0)) * rng.uniform(0.1, 0.4)
        demand = demand - setback
    if rng.random() < 0.3:
        night = (site.hour >= 22.0) | (site.hour < 6.0)
        mean = np.clip(demand, 0.0, 1.0).reshape(site.days, SUBSTEPS).mean(axis=1)
        demand = np.where(night, np.repeat(np.clip(mean * 2.6, 0.0, 1.0), SUBSTEPS), 0.0)
    rooms = int(rng.integers(1, 13))
    return staged_units(rng, demand=np.clip(demand, 0.0, 1.0), units=rooms, period=rng.uniform(4.0, 15.0)) + 0.02


def _ev_depot(rng: np.random.Generator, site: Site) -> Floats:
    """Buses or vans that come home in the evening and charge, with a taper at the end, some only in cheap hours."""
    vehicles = int(rng.integers(4, 60))
    working = (np.arange(site.days) + int(site.weekday[0])) % 7 < int(rng.choice([5, 6, 7]))
    day = np.repeat(np.flatnonzero(working).astype(np.float64), vehicles)
    arrival = rng.normal(rng.uniform(17.5, 21.5), rng.uniform(0.5, 1.8), day.size)
    if rng.random() < 0.5:
        arrival = np.maximum(arrival, 23.0 + rng.uniform(0.0, 0.2, day.size))
    hours = rng.gamma(6.0, rng.uniform(0.25, 0.9), day.size)
    start = day * SUBSTEPS + arrival * HOUR
    full = interval_mean(start, start + 0.8 * hours * HOUR, count=site.count)
    taper = interval_mean(start + 0.8 * hours * HOUR, start + 1.2 * hours * HOUR, count=site.count)
    return full + 0.4 * taper + 0.01 * vehicles * rng.uniform(0.2, 2.0)


def _shop_24h(rng: np.random.Generator, site: Site) -> Floats:
    """Fridges on thermostats, lamps always on, air conditioning by weather, a few more customers by day."""
    fridges = int(rng.integers(3, 9))
    demand = np.clip(0.4 + 0.012 * (site.temperature - 20.0), 0.1, 0.95)
    cold = sum(
        thermostat(rng, demand=demand * rng.uniform(0.8, 1.2), period=rng.uniform(6.0, 16.0)) for _ in range(fridges)
    )
    air = thermostat(rng, demand=np.clip((site.temperature - 23.0) / 12.0, 0.0, 1.0), period=rng.uniform(5.0, 10.0))
    busy = np.clip(np.cos(2.0 * np.pi * (site.hour - 17.0) / 24.0), 0.0, 1.0)
    kettle = bumps(rng, count=site.count, rate=0.02 * (0.15 + busy), minutes=(3, 15))
    return np.asarray(cold / fridges + rng.uniform(0.3, 0.7) + rng.uniform(0.3, 0.9) * air + 0.15 * kettle + 0.1 * busy)


def _steel_plant(rng: np.random.Generator, site: Site) -> Floats:
    """Heats of an arc furnace, 35 to 100 minutes each, power off between them; rolling by shift; repair days."""
    heat, pause = rng.uniform(35.0, 100.0) / 3.0, rng.uniform(10.0, 40.0) / 3.0
    number = int(site.count / (heat + pause)) + 2
    lengths = heat * rng.lognormal(0.0, 0.12, number)
    pauses = pause * rng.lognormal(0.0, 0.5, number)
    starts = np.cumsum(lengths + pauses) - lengths
    furnace = np.clip(interval_mean(starts, starts + lengths, count=site.count), 0.0, 1.0)
    furnace *= 1.0 + 0.12 * rng.standard_normal(site.count)
    shifts = rng.choice([1, 2, 3])
    begin = 22.0 if shifts == 1 else 6.0
    working = ((site.hour - begin) % 24.0) < 8.0 * shifts
    repair = np.repeat(rng.random(site.days) < 0.08, SUBSTEPS)
    rolling = rng.uniform(0.0, 0.4) * working * (1.0 + 0.15 * slow_noise(rng, count=site.count, spacing=8.0))
    return np.asarray((furnace * working + rolling) * ~repair + rng.uniform(0.05, 0.25))


def _flat_house(rng: np.random.Generator, site: Site) -> Floats:
    """Nobody much at home: standby, a router, a freezer, perhaps a dehumidifier or an aquarium's lamp and heater."""
    fridges = int(rng.integers(1, 3))
    demand = np.clip(0.3 + 0.012 * (site.temperature - 20.0), 0.08, 0.9)
    cold = sum(thermostat(rng, demand=demand, period=rng.uniform(8.0, 22.0)) for _ in range(fridges))
    load = np.full(site.count, rng.uniform(0.05, 0.5)) + rng.uniform(0.05, 0.14) * cold
    if rng.random() < 0.5:
        share = np.full(site.count, rng.uniform(0.3, 0.98))
        load += rng.uniform(0.1, 0.5) * thermostat(rng, demand=share, period=rng.uniform(10.0, 30.0))
    if rng.random() < 0.4:
        load += rng.uniform(0.02, 0.1) * ((site.hour > 8.0) & (site.hour < rng.uniform(18.0, 23.0)))
    visits = np.where((site.hour > 7.0) & (site.hour < 23.0), rng.uniform(0.0, 0.004), 0.0)
    return np.asarray(load + rng.uniform(0.2, 1.5) * bumps(rng, count=site.count, rate=visits, minutes=(3, 90)))


def _street_lighting(rng: np.random.Generator, site: Site) -> Floats:
    """Dusk to dawn by the sun or by a clock, every second lamp out late at night; a few lamps broken."""
    dark = site.sun < np.sin(np.radians(rng.uniform(-6.0, 1.0)))
    if rng.random() < 0.3:
        dark = (site.hour > rng.uniform(18.5, 20.0)) | (site.hour < rng.uniform(5.0, 6.5))
    late = (site.hour > 23.0) | (site.hour < 5.0)
    dimmed = 1.0 - rng.choice([0.0, 0.3, 0.5]) * late
    return np.asarray(dark * dimmed * _steps(rng, site, number=0.5, size=0.01) + rng.uniform(0.0, 0.03))


def _aquaculture(rng: np.random.Generator, site: Site) -> Floats:
    """Equal aerators: all of them from midnight to dawn, when water loses its oxygen, more in heat, feeders by day."""
    want = 0.35 + 0.45 * np.cos(2.0 * np.pi * (site.hour - 3.5) / 24.0) + 0.02 * (site.temperature - 22.0)
    want += 0.1 * slow_noise(rng, count=site.count, spacing=12.0 * HOUR)
    units = int(rng.integers(2, 16))
    running = staged_units(rng, demand=np.clip(want, 0.05, 1.0), units=units, period=rng.uniform(40.0, 200.0))
    return running + 0.2 * bumps(rng, count=site.count, rate=np.where(site.sun > 0, 0.01, 0.0), minutes=(5, 20))


def _treatment_works(rng: np.random.Generator, site: Site) -> Floats:
    """Blowers and pumps of a sewage works: day and night, following the town's inflow with some hours' delay."""
    inflow = (
        0.65 + 0.15 * np.cos(2.0 * np.pi * (site.hour - 13.0) / 24.0) + 0.1 * np.cos(2.0 * np.pi * (site.hour - 9) / 12)
    )
    inflow *= 1.0 + 0.1 * slow_noise(rng, count=site.count, spacing=SUBSTEPS)
    units = int(rng.integers(2, 7))
    blowers = staged_units(rng, demand=inflow, units=units, period=rng.uniform(30.0, 150.0)) / units
    return blowers + rng.uniform(0.1, 0.5) * inflow + rng.uniform(0.1, 0.4)


def _irrigation(rng: np.random.Generator, site: Site) -> Floats:
    """Equal pumps run for hours to days at a stretch, day and night, when the fields are dry."""
    units = int(rng.integers(1, 6))
    load = np.zeros(site.count)
    for _ in range(units):
        gap, stretch = rng.uniform(10.0, 120.0), rng.uniform(6.0, 90.0)
        number = int(site.days * 24.0 / (gap + stretch)) * 2 + 3
        rests = rng.exponential(gap, number)
        runs = stretch * rng.lognormal(0.0, 0.5, number)
        begin = (np.cumsum(rests + runs) - runs - rng.uniform(0.0, stretch)) * HOUR
        load += np.clip(interval_mean(begin, begin + runs * HOUR, count=site.count), 0.0, 1.0)
    return load * (1.0 + 0.02 * slow_noise(rng, count=site.count, spacing=10.0 * HOUR)) + 0.005 * units


def _crop_dryer(rng: np.random.Generator, site: Site) -> Floats:
    """Batches of tea, grain or herbs: fans for one to three days each, heaters on thermostats, rest between."""
    batch, rest = rng.uniform(10.0, 60.0), rng.uniform(4.0, 100.0)
    number = int(site.days * 24.0 / (batch + rest)) + 3
    runs = batch * rng.lognormal(0.0, 0.2, number)
    begin = (np.cumsum(runs + rest * rng.lognormal(0.0, 0.7, number)) - runs - batch) * HOUR
    running = np.clip(interval_mean(begin, begin + runs * HOUR, count=site.count), 0.0, 1.0)
    demand = np.full(site.count, rng.uniform(0.4, 0.9)) - 0.01 * (site.temperature - site.temperature.mean())
    return running * (rng.uniform(0.2, 1.0) + thermostat(rng, demand=demand, period=rng.uniform(3.0, 10.0))) + 0.01


def _ventilation_works(rng: np.random.Generator, site: Site) -> Floats:
    """Tunnel works: big equal fans run all the time from the day the heading starts; drilling and mucking in shifts."""
    begin = rng.uniform(-0.6, 0.7) * site.count
    there = interval_mean(np.array([begin]), np.array([float(site.count)]), count=site.count)
    fans = int(rng.integers(2, 6))
    level = np.ceil(
        fans * np.clip(rng.uniform(0.4, 0.9) + 0.2 * slow_noise(rng, count=site.count, spacing=SUBSTEPS), 0.2, 1)
    )
    rounds = staged_units(rng, demand=np.full(site.count, rng.uniform(0.2, 0.6)), units=1, period=rng.uniform(40, 120))
    return there * (level / fans + rng.uniform(0.1, 0.7) * rounds) + rng.uniform(0.01, 0.1)


def _compute_cluster(rng: np.random.Generator, site: Site) -> Floats:
    """Honest computing: jobs of hours to days on some of the nodes, idle nodes at a third, cooling with it."""
    nodes = int(rng.integers(4, 60))
    jobs = int(rng.poisson(nodes * site.days * rng.uniform(0.2, 1.2)))
    starts = rng.uniform(-0.1, 1.0, jobs) * site.count
    size = rng.choice([1.0, 1.0, 2.0, 4.0, 8.0], jobs)
    ends = starts + rng.lognormal(np.log(6.0 * HOUR), 1.1, jobs)
    busy = np.minimum(interval_mean(starts, ends, count=site.count, weights=size), nodes) / nodes
    power = rng.uniform(0.25, 0.5) + busy * (1.0 + 0.02 * rng.standard_normal(site.count))
    return power + _cooling(rng, site, np.maximum(power, 0.05)) * rng.uniform(0.3, 0.9)


_MODELS: dict[str, Callable[[np.random.Generator, Site], Floats]] = {
    "data_centre": _data_centre,
    "server_room": _server_room,
    "telecom_mast": _telecom_mast,
    "cold_store": _cold_store,
    "pump_station": _pump_station,
    "greenhouse_lights": _greenhouse_lights,
    "electric_heating": _electric_heating,
    "ev_depot": _ev_depot,
    "shop_24h": _shop_24h,
    "steel_plant": _steel_plant,
    "flat_house": _flat_house,
    "street_lighting": _street_lighting,
    "aquaculture": _aquaculture,
    "treatment_works": _treatment_works,
    "irrigation": _irrigation,
    "crop_dryer": _crop_dryer,
    "ventilation_works": _ventilation_works,
    "compute_cluster": _compute_cluster,
}

KINDS: tuple[str, ...] = tuple(_MODELS)
"""The look-alikes by name."""
