"""Mines: whole machines, their failures and restarts, network outages, and the ways operators run them.

A mine's power is built up, not drawn: so many machines × watts each, minus what has failed, is switched off or has lost
its pool, plus overhead, times what heat does. Events have their true times and are averaged into slots. The figures
stand in ``parameters`` and ``machines``; nobody publishes a mine's load to check them against.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.machines import MACHINES, SURROUNDINGS, Machine
from minewatch.rehearsal.parameters import CARE
from minewatch.rehearsal.schedules import HISTORIES, RHYTHMS, Plan
from minewatch.rehearsal.series import Floats, interval_mean, slow_noise

MODES: tuple[str, ...] = tuple(HISTORIES) + tuple(RHYTHMS)
"""The modes by name; a history and a rhythm may be joined: ``onset+night_only``."""


@dataclass(frozen=True, slots=True)
class Imperfections:
    """What goes wrong, as rates; each figure chosen. ``draw_imperfections`` gives a site its own."""

    failures_per_unit_month: float = 0.04
    repair_hours: float = 60.0
    outages_per_month: float = 4.0
    outage_minutes: float = 14.0
    trips_per_group_month: float = 0.8
    trip_hours: float = 2.0
    heat_per_kelvin: float = 0.001
    noise: float = 0.003


@dataclass(frozen=True, slots=True)
class Mine:
    """One simulated mine.

    ``kw`` (days, slots) float32 mean power at the meter. ``since_slot`` is the first slot with the mine running,
    counted from the window's start; ``until_slot`` the first slot after its last one, None while it exists to the end.
    ``unit_kw`` is one machine's power with its share of overhead, all well. ``running_kw`` is the
    mean power over the slots in which it runs (above a twentieth of its rated power);
    ``host_factor`` (days, slots) multiplies the host's own load (1 except where the host shrinks).
    """

    kw: NDArray[np.float32]
    mode: str
    machine: Machine
    units: int
    unit_kw: float
    since_slot: int
    until_slot: int | None
    running_kw: float
    host_factor: NDArray[np.float32]


def draw_imperfections(rng: np.random.Generator) -> Imperfections:
    """Draw how well a site is run: most fail little, some are neglected."""
    care = float(np.exp(rng.normal(0.0, CARE.neglect_sigma)))
    return Imperfections(
        failures_per_unit_month=CARE.failures_per_unit_month * care,
        repair_hours=float(rng.uniform(*CARE.repair_hours)),
        outages_per_month=float(rng.gamma(CARE.outages_shape, CARE.outages_scale)),
        outage_minutes=float(rng.uniform(*CARE.outage_minutes)),
        trips_per_group_month=CARE.trips_per_group_month * care,
        trip_hours=float(rng.uniform(*CARE.trip_hours)),
        heat_per_kelvin=float(rng.uniform(*SURROUNDINGS.watts_per_kelvin)),
        noise=float(rng.uniform(*CARE.noise)),
    )


def mine_load(  # noqa: PLR0913 - one argument a physical fact, all named by the caller
    rng: np.random.Generator,
    *,
    mode: str,
    mean_kw: float,
    days: int,
    slots: int,
    host_kw: NDArray[np.floating] | None = None,
    temperature_c: NDArray[np.floating] | None = None,
    first_weekday: int = 0,
    machine: Machine | None = None,
    imperfections: Imperfections | None = None,
) -> Mine:
    """Simulate one mine over ``days`` days of ``slots`` slots (96, 48, 24 or 1).

    ``mean_kw`` is the wanted mean power with all machines running; whole machines and firmware come within a few per
    cent of it. ``host_kw`` and ``temperature_c`` are (days, slots), NaN allowed; without the host the busy hours are a
    day shift, without temperature a mild day swing is assumed. ``first_weekday`` is the first day's, Monday = 0.
    ``machine`` and ``imperfections`` are drawn if not given. ValueError: unknown mode, or power not positive.
    """
    history, rhythm = _split(mode)
    kind, units, unit_kw = _choose_machines(rng, mean_kw=mean_kw, machine=machine)
    faults = imperfections or draw_imperfections(rng)
    host = None if host_kw is None else np.nan_to_num(np.asarray(host_kw, dtype=np.float64)).ravel()
    plan = Plan(days, slots, first_weekday % 7, units, host)
    built, host_factor = HISTORIES[history](rng, plan)
    running = built if rhythm is None else built * RHYTHMS[rhythm](rng, plan)
    wanted = running.copy()
    running *= _fit_share(rng, plan, faults)
    overhead = float(rng.uniform(*SURROUNDINGS.overhead))
    machines_kw = units * unit_kw / (1.0 + overhead)
    load = machines_kw * (running * _after_outages(rng, plan, faults) + overhead * (wanted > 0.0) * running)
    load *= _heat(rng, plan, faults, temperature_c) * _noise(rng, plan, faults)
    since, until = _span(wanted, built, plan.count)
    on = load > 0.05 * units * unit_kw
    return Mine(
        kw=load.reshape(days, slots).astype(np.float32),
        mode=mode,
        machine=kind,
        units=units,
        unit_kw=unit_kw,
        since_slot=since,
        until_slot=until,
        running_kw=float(load[on].mean()) if on.any() else 0.0,
        host_factor=host_factor.reshape(days, slots).astype(np.float32),
    )


def switched_off(
    rng: np.random.Generator, mine: Mine, *, off: tuple[tuple[float, float], ...], residual: float = 0.0
) -> Mine:
    """Return ``mine`` switched off during the intervals of ``off`` (start, end in slots, fractions allowed).

    Machines go off within minutes and come back by rows. ``residual`` is the share that stays (lights, switches,
    fans). An interval that ends at or after the window's end ends the mine there.
    """
    days, slots = mine.kw.shape
    count = days * slots
    per_minute = slots / 1440.0
    rows = max(1, min(mine.units // 12, 40))
    lost = np.zeros(count)
    for start, end in off:
        downs = start + rng.uniform(0.0, 6.0, rows) * per_minute
        ups = end + rng.uniform(2.0, 40.0, rows) * per_minute
        ups[ups >= count] = count
        lost += interval_mean(downs, np.maximum(ups, downs), count=count) / rows
    kept = 1.0 - (1.0 - residual) * np.clip(lost, 0.0, 1.0)
    kw = (mine.kw.ravel() * kept).astype(np.float32)
    ends = [start for start, end in off if end >= count]
    until = mine.until_slot
    if ends:
        last = int(np.ceil(min(ends) + 6.0 * per_minute))
        until = min(last, count) if until is None else min(until, last)
    return replace(mine, kw=kw.reshape(days, slots), until_slot=until)


def _split(mode: str) -> tuple[str, str | None]:
    parts = mode.split("+")
    histories = [part for part in parts if part in HISTORIES]
    rhythms = [part for part in parts if part in RHYTHMS]
    if len(histories) + len(rhythms) != len(parts) or len(histories) > 1 or len(rhythms) > 1:
        raise ValueError(f"unknown mode {mode!r}; one of {MODES}, or a history and a rhythm joined by +")
    return (histories or ["steady"])[0], rhythms[0] if rhythms else None


def _choose_machines(
    rng: np.random.Generator, *, mean_kw: float, machine: Machine | None
) -> tuple[Machine, int, float]:
    """Return the type, the number and the mean power of one machine with its share of overhead (kW)."""
    if mean_kw <= 0.0:
        raise ValueError("mean_kw must be positive")
    low, high = SURROUNDINGS.tuning
    candidates = MACHINES if machine is None else (machine,)
    fits = []
    for kind in candidates:
        units = max(1, round(mean_kw * 1000.0 / kind.watts))
        if low <= mean_kw * 1000.0 / (units * kind.watts) <= high:
            fits.append((kind, units))
    if not fits:
        kind = min(candidates, key=lambda one: one.watts)
        return kind, max(1, round(mean_kw * 1000.0 / kind.watts)), _one_unit(rng, kind, mean_kw, low, high)
    # Graphics cards by the thousand are rare: their share falls with the size of the site.
    shares = np.array([kind.share_2021 / (1.0 if kind.th_s else 1.0 + units / 60.0) for kind, units in fits])
    kind, units = fits[int(rng.choice(len(fits), p=shares / shares.sum()))]
    setting = mean_kw / units
    return kind, units, float(setting * (1.0 + rng.normal(0.0, SURROUNDINGS.unit_spread / np.sqrt(units))))


def _one_unit(rng: np.random.Generator, kind: Machine, mean_kw: float, low: float, high: float) -> float:
    units = max(1, round(mean_kw * 1000.0 / kind.watts))
    tuned = float(np.clip(mean_kw * 1000.0 / (units * kind.watts), low / 2.0, high))
    return kind.watts / 1000.0 * tuned * (1.0 + float(rng.normal(0.0, SURROUNDINGS.unit_spread)))


def _fit_share(rng: np.random.Generator, plan: Plan, faults: Imperfections) -> Floats:
    """Share of machines that have neither failed nor lie behind a tripped breaker."""
    months = plan.days / 30.0
    failures = int(rng.poisson(plan.units * faults.failures_per_unit_month * months))
    starts = rng.uniform(-0.1, 1.0, failures) * plan.count
    ends = starts + rng.exponential(faults.repair_hours * plan.per_hour, failures)
    lost = interval_mean(starts, ends, count=plan.count) / plan.units
    group = int(rng.integers(*SURROUNDINGS.units_per_group))
    groups = max(1, round(plan.units / group))
    trips = int(rng.poisson(groups * faults.trips_per_group_month * months))
    starts = rng.uniform(0.0, plan.count, trips)
    ends = starts + faults.trip_hours * plan.per_hour * rng.lognormal(0.0, 0.9, trips)
    lost += interval_mean(starts, ends, count=plan.count) / groups
    whole = np.round(np.clip(1.0 - lost, 0.0, 1.0) * plan.units * plan.slots) / (plan.units * plan.slots)
    return np.asarray(whole)


def _after_outages(rng: np.random.Generator, plan: Plan, faults: Imperfections) -> Floats:
    """Share of power left by losses of the network or the pool: machines idle at 5-10 % and return within minutes."""
    number = int(rng.poisson(faults.outages_per_month * plan.days / 30.0))
    rows = max(1, min(plan.units, 12))
    per_minute = plan.slots / 1440.0
    idle = float(rng.uniform(*SURROUNDINGS.idle_share))
    starts = np.repeat(rng.uniform(0.0, plan.count, number), rows)
    long = np.repeat(faults.outage_minutes * rng.lognormal(0.0, 0.8, number), rows)
    boot = rng.uniform(*SURROUNDINGS.boot_minutes, number * rows)
    struck = np.repeat(np.where(rng.random(number) < CARE.whole_site, 1.0, rng.uniform(0.1, 0.9, number)), rows)
    ends = starts + (long + boot) * per_minute
    lost = interval_mean(starts, ends, count=plan.count, weights=struck) / rows
    return np.asarray(1.0 - (1.0 - idle) * np.clip(lost, 0.0, 1.0))


def _heat(
    rng: np.random.Generator, plan: Plan, faults: Imperfections, temperature_c: NDArray[np.floating] | None
) -> Floats:
    if temperature_c is None:
        hour = (np.arange(plan.count) % plan.slots + 0.5) / plan.per_hour
        swing = 4.0 * np.cos(2.0 * np.pi * (hour - 15.0) / 24.0) if plan.slots > 1 else np.zeros(plan.count)
        air = 20.0 + swing + 2.5 * slow_noise(rng, count=plan.count, spacing=3.0 * plan.slots)
    else:
        air = np.nan_to_num(np.asarray(temperature_c, dtype=np.float64).ravel(), nan=20.0)
    return 1.0 + faults.heat_per_kelvin * (air - float(air.mean()))


def _noise(rng: np.random.Generator, plan: Plan, faults: Imperfections) -> Floats:
    """Line voltage moves all machines together and slowly; each machine's own flicker averages out over many."""
    quick = rng.standard_normal(plan.count) * faults.noise / np.sqrt(min(plan.units, 25))
    slow = slow_noise(rng, count=plan.count, spacing=4.0 * max(plan.per_hour, 0.25)) * faults.noise
    return np.asarray(np.maximum(1.0 + quick + slow, 0.0))


def _span(wanted: Floats, built: Floats, count: int) -> tuple[int, int | None]:
    """First slot with a machine on; the slot after the last one where the mine's history ends inside the window."""
    on = np.flatnonzero(wanted > 0.0)
    if on.size == 0:
        return 0, 0
    return int(on[0]), None if built[-1] > 0.0 else min(int(on[-1]) + 1, count)
