"""From plans to power: every account's true curve, every mine's, and what runs past the meters.

Each account and each mine draws from its own random stream, so that a load does not change when others come or go or are
computed elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.customers import CUSTOMERS, customer_load
from minewatch.rehearsal.layout import Account, Layout, MinePlan, stream
from minewatch.rehearsal.lookalikes import lookalike_load
from minewatch.rehearsal.machines import BY_NAME, Machine
from minewatch.rehearsal.mines import Mine, mine_load, switched_off
from minewatch.rehearsal.parameters import COUNTIES, DEADLINE, RegionParameters
from minewatch.rehearsal.series import to_slots
from minewatch.rehearsal.sites import Site, make_site
from minewatch.rehearsal.weather import Climate, simulate_weather, sun_height

Curve = NDArray[np.float32]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """One county's weather and calendar, and the times (slots) at which its public network was down."""

    site: Site
    temperature: Curve
    sunshine: Curve
    network_outages: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class RunMine:
    """One mine as it ran: its plan's name parts, its simulated self and what it did at the deadline."""

    site: str
    evasion: str
    node: str
    county: int
    mine: Mine
    behaviour: str
    stop_at: datetime | None
    back_at: datetime | None
    accounts: tuple[int, ...] = ()
    shares: tuple[float, ...] = ()
    bypassed: float = 0.0


@dataclass(slots=True)
class Loads:
    """True power.

    ``metered`` (accounts, days, slots); ``hosts`` the mean kW of each account without mining; ``unmetered`` what runs
    past the meters by node; ``mines`` as they ran.
    """

    metered: Curve
    hosts: NDArray[np.float64]
    unmetered: dict[str, Curve] = field(default_factory=dict)
    mines: list[RunMine] = field(default_factory=list)


def make_places(parameters: RegionParameters) -> list[Place]:
    """Simulate weather, calendar and network outages of every county."""
    places = []
    for index, county in enumerate(COUNTIES):
        rng = stream(parameters, "weather", index)
        climate = Climate(latitude=county.latitude, year_mean_c=16.5 - county.colder_by)
        weather = simulate_weather(rng, climate=climate, first_day=parameters.first_day, days=parameters.days)
        site = make_site(
            first_day=parameters.first_day,
            days=parameters.days,
            temperature=weather.temperature_c,
            sun=sun_height(climate, first_day=parameters.first_day, days=parameters.days),
        )
        network = stream(parameters, "network", index)
        number = int(network.poisson(parameters.network_outages_per_county_month * parameters.days / 30.0))
        starts = np.sort(network.uniform(0.0, parameters.days * parameters.slots, number))
        ends = starts + network.uniform(8.0, 90.0, number) * parameters.slots / 1440.0
        temperature, sunshine = (
            to_slots(values, days=parameters.days, slots=parameters.slots).astype(np.float32)
            for values in (weather.temperature_c, weather.sunshine)
        )
        outages = tuple((float(a), float(b)) for a, b in zip(starts, ends, strict=True))
        places.append(Place(site, temperature, sunshine, outages))
    return places


def host_load(parameters: RegionParameters, account: Account, place: Place) -> Curve:
    """Return the account's own load (days, slots), whatever else hides behind it."""
    rng = stream(parameters, "account", 10**7 + account.number)
    if account.group.kind in CUSTOMERS:
        return customer_load(
            rng, kind=account.group.kind, mean_kw=account.mean_kw, site=place.site, slots=parameters.slots
        )
    if account.group.kind == "big_data":
        # Offices, lamps and a guard's kettle: the little a declared mine uses besides its machines.
        small = min(0.01 * account.mean_kw, 3.0)
        return customer_load(rng, kind="office", mean_kw=small, site=place.site, slots=parameters.slots)
    return lookalike_load(
        rng,
        kind=account.group.kind,
        mean_kw=account.mean_kw,
        days=parameters.days,
        slots=parameters.slots,
        temperature_c=place.temperature,
        latitude=account.latitude,
        first_day=parameters.first_day,
    )


def slot_time(parameters: RegionParameters, slot: float) -> datetime:
    """Return the standard time at which ``slot`` (counted from the window's start) begins."""
    midnight = datetime.combine(parameters.first_day, datetime.min.time())
    return midnight + timedelta(minutes=round(slot * 1440.0 / parameters.slots))


def run_mine(
    parameters: RegionParameters,
    *,
    index: int,
    mode: str,
    mean_kw: float,
    behaviour: str,
    place: Place,
    host_kw: Curve | None = None,
    machine: Machine | None = None,
) -> tuple[Mine, str, datetime | None, datetime | None]:
    """Simulate one mine and what it does at the deadline: (mine, behaviour, stopped at, back at).

    A mine that stopped for good before the deadline by its own mode counts as ``early``; without a deadline in the window
    the behaviour is ``none``.
    """
    rng = stream(parameters, "mine", index)
    midnight = datetime.combine(parameters.first_day, datetime.min.time())
    count = parameters.days * parameters.slots
    deadline = (DEADLINE - midnight).total_seconds() / 86400.0 * parameters.slots
    ordered = 0.0 < deadline < count
    latest = 0.75 * deadline if ordered else float(count)
    for _ in range(30):
        mine = mine_load(
            rng,
            mode=mode,
            mean_kw=mean_kw,
            days=parameters.days,
            slots=parameters.slots,
            host_kw=host_kw,
            temperature_c=place.temperature,
            first_weekday=parameters.first_day.weekday(),
            machine=machine,
        )
        if mine.since_slot < latest and mine.running_kw > 0.0:
            break
    if place.network_outages:
        mine = switched_off(rng, mine, off=place.network_outages, residual=float(rng.uniform(0.05, 0.1)))
    if not ordered:
        return mine, "none", None, None
    if mine.until_slot is not None and mine.until_slot <= deadline:
        return mine, "early", slot_time(parameters, mine.until_slot), None
    start, end = _pause(rng, parameters, behaviour, deadline)
    if start is None:
        return mine, "never", None, None
    residual = float(rng.uniform(*parameters.obedience.residual))
    mine = switched_off(rng, mine, off=((start, end),), residual=residual)
    back = slot_time(parameters, end) if end < count else None
    stop = slot_time(parameters, start)
    return mine, behaviour, stop, back


def _pause(
    rng: np.random.Generator, parameters: RegionParameters, behaviour: str, deadline: float
) -> tuple[float | None, float]:
    """When a mine of this behaviour is off: (start, end) in slots; start None: never."""
    rules, hour = parameters.obedience, parameters.slots / 24.0
    count = float(parameters.days * parameters.slots)
    before = deadline - rng.uniform(0.05, 5.0) * hour
    if behaviour == "early":
        return max(deadline - rng.uniform(*rules.early_hours) * hour, 0.0), count + 1e6
    if behaviour == "in_time":
        return before, count + 1e6
    if behaviour == "late":
        start = deadline + rng.uniform(*rules.late_hours) * hour
        return (start, count + 1e6) if start < count else (None, 0.0)
    if behaviour == "back":
        return before, deadline + rng.uniform(*rules.back_after_hours) * hour
    return None, 0.0


def make_loads(
    parameters: RegionParameters, layout: Layout, places: list[Place], *, progress: Callable[[int, int], None]
) -> Loads:
    """Simulate every account and every mine of the layout.

    ``progress`` hears how many accounts are done, and of how many.
    """
    shape = (len(layout.accounts), parameters.days, parameters.slots)
    loads = Loads(np.empty(shape, dtype=np.float32), np.zeros(len(layout.accounts)))
    for account in layout.accounts:
        if account.number % 100 == 0:
            progress(account.number, len(layout.accounts))
        own = host_load(parameters, account, places[account.county])
        loads.metered[account.number] = own
        loads.hosts[account.number] = float(own.mean(dtype=np.float64))
    for plan in layout.mines:
        _add_mine(parameters, plan, places[plan.county], loads)
    return loads


def _add_mine(parameters: RegionParameters, plan: MinePlan, place: Place, loads: Loads) -> None:
    host = loads.metered[plan.accounts[0]]
    behind = plan.evasion in {"hidden_host", "bypass_part"}
    mine, behaviour, stop, back = run_mine(
        parameters,
        index=plan.number,
        mode=plan.mode,
        mean_kw=plan.mean_kw,
        behaviour=plan.behaviour,
        place=place,
        host_kw=host if behind else None,
        # Small machines share out over small accounts.
        machine=BY_NAME["Antminer S9 13.5T"] if plan.evasion == "split_accounts" else None,
    )
    shares: tuple[float, ...] = (1.0,)
    if plan.evasion == "before_meter":
        _past_the_meter(loads, plan.node, mine.kw)
    elif plan.evasion == "bypass_part":
        together = host * mine.host_factor + mine.kw
        _past_the_meter(loads, plan.node, np.float32(plan.bypassed) * together)
        loads.metered[plan.accounts[0]] = np.float32(1.0 - plan.bypassed) * together
        shares = (1.0 - plan.bypassed,)
    elif plan.evasion == "split_accounts":
        rng = stream(parameters, "mine", 10**6 + plan.number)
        number_of = len(plan.accounts)
        spare = rng.multinomial(max(mine.units - number_of, 0), np.full(number_of, 1.0 / number_of))
        shares = tuple(float(one) for one in (1 + spare) / float(number_of + spare.sum()))
        for number, share in zip(plan.accounts, shares, strict=True):
            flicker = 1.0 + 0.004 * rng.standard_normal(mine.kw.shape)
            loads.metered[number] += (mine.kw * share * flicker).astype(np.float32)
    else:
        loads.metered[plan.accounts[0]] = host * mine.host_factor + mine.kw
    loads.mines.append(
        RunMine(
            site=f"M{plan.number + 1:04d}",
            evasion=plan.evasion,
            node=plan.node,
            county=plan.county,
            mine=mine,
            behaviour=behaviour,
            stop_at=stop,
            back_at=back,
            accounts=plan.accounts,
            shares=shares,
            bypassed=plan.bypassed,
        )
    )


def _past_the_meter(loads: Loads, node: str, kw: Curve) -> None:
    loads.unmetered[node] = loads.unmetered[node] + kw if node in loads.unmetered else kw.copy()
