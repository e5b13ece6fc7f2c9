"""A whole simulated region as tables, with the truth beside it. Nothing in it is a record of real people or firms."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from minewatch.rehearsal.balance import Supply, feed_in, make_supply, switch_areas
from minewatch.rehearsal.currents import current_curves
from minewatch.rehearsal.faults import as_read, shifted
from minewatch.rehearsal.layout import Layout, draw_layout, stream
from minewatch.rehearsal.loads import Curve, Loads, Place, RunMine, make_loads, make_places, run_mine
from minewatch.rehearsal.parameters import RegionParameters
from minewatch.rehearsal.plants import Station, StationDays, draw_stations, river_flow, run_station
from minewatch.rehearsal.reactive import reactive_curves
from minewatch.rehearsal.tables import (
    currents_table,
    generation_table,
    grid_table,
    meters_table,
    outages_table,
    readings_table,
    stations_table,
    suspects_table,
    truth_table,
    weather_table,
)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""


@dataclass(frozen=True, slots=True)
class Region:
    """The tables of a simulated region. Times are the meters' standard time; kW; missing readings NaN.

    ``readings`` (meter, day, kw) as the utility's system holds them; ``reactive`` (meter, day, kvar) of all but single-phase
    meters; ``currents`` (meter, phase, day, ampere) of these, empty unless asked for; ``supply`` (meter = node, day, kw) of
    transformer areas, feeders and substations; ``meters`` one row an account; ``grid`` node, parent, kind, validity as the books
    have it; ``stations`` and ``generation`` of small hydro; ``weather`` by county; ``network_outages`` known losses of
    the public network; ``losses`` the true loss model of each node; ``suspects`` the grid company's list; ``truth`` one
    row an account or unmetered mine; ``mine_series`` (site, day, kw) the true power of every mine.
    """

    parameters: RegionParameters
    readings: pl.DataFrame
    reactive: pl.DataFrame
    currents: pl.DataFrame
    supply: pl.DataFrame
    meters: pl.DataFrame
    grid: pl.DataFrame
    stations: pl.DataFrame
    generation: pl.DataFrame
    weather: pl.DataFrame
    network_outages: pl.DataFrame
    losses: pl.DataFrame
    suspects: pl.DataFrame
    truth: pl.DataFrame
    mine_series: pl.DataFrame


def _silent(_what: str, _done: int, _total: int) -> None:
    """Report nothing."""


def simulate(parameters: RegionParameters, *, progress: Progress = _silent) -> Region:
    """Simulate the region: the same parameters give the same bits. ValueError: a window or a size without sense."""
    if parameters.meters < 50 or parameters.days < 1 or parameters.slots not in {96, 48, 24}:
        raise ValueError("a region needs at least 50 meters, one day and 96, 48 or 24 slots")
    progress("layout", 0, 1)
    layout = draw_layout(parameters)
    places = make_places(parameters)
    loads = make_loads(parameters, layout, places, progress=lambda done, total: progress("loads", done, total))
    switch_areas(parameters, layout, loads)
    exports = feed_in(parameters, layout, loads, places)
    progress("stations", 0, 1)
    stations = _run_stations(parameters, layout, places, loads)
    supply = make_supply(parameters, layout, loads, exports, stations)
    progress("readings", 0, 1)
    region = _tables(parameters, layout, places, loads, supply, stations)
    progress("readings", 1, 1)
    return region


def _run_stations(
    parameters: RegionParameters, layout: Layout, places: Sequence[Place], loads: Loads
) -> list[tuple[Station, StationDays]]:
    bars: dict[int, list[str]] = {}
    for node in layout.nodes:
        if node.kind == "substation":
            bars.setdefault(node.county, []).append(node.name)
    flows: dict[str, np.ndarray] = {}
    result = []
    for station in draw_stations(parameters, bars):
        if station.river not in flows:
            flows[station.river] = river_flow(parameters, station.river)
        kept: list[RunMine] = []

        def wish(station: Station = station, kept: list[RunMine] = kept) -> Curve | None:
            if station.mine_kw <= 0.0:
                return None
            mine, behaviour, stop, back = run_mine(
                parameters,
                index=10_000 + station.number,
                mode=station.mode,
                mean_kw=station.mine_kw,
                behaviour=station.behaviour,
                place=places[station.county],
            )
            kept.append(
                RunMine(f"P{station.number + 1:04d}", "private_supply", station.name, station.county, mine, behaviour,
                        stop, back)
            )  # fmt: skip
            return mine.kw

        series = run_station(parameters, station, flows[station.river], wish)
        loads.mines.extend(kept)
        result.append((station, series))
    return result


def _as_read(parameters: RegionParameters, layout: Layout, loads: Loads) -> tuple[list[str], np.ndarray]:
    """Return meter ids and their curves as the system holds them, covered meters only."""
    kept, curves = [], []
    for account in layout.accounts:
        rng = stream(parameters, "faults", account.number)
        covered, skewed = rng.random(2)
        if covered >= parameters.grid.coverage:
            continue
        kw = loads.metered[account.number]
        if skewed < parameters.grid.skewed_clocks:
            limit = parameters.grid.skew_minutes
            kw = shifted(kw, minutes=float(rng.uniform(-limit, limit)))
        kept.append(account.meter)
        curves.append(as_read(rng, kw, faults=parameters.faults, step_kw=0.0001 * account.ct * account.pt))
    shape = (0, parameters.days, parameters.slots)
    return kept, np.stack(curves) if curves else np.empty(shape, dtype=np.float32)


def _tables(
    parameters: RegionParameters,
    layout: Layout,
    places: Sequence[Place],
    loads: Loads,
    supply: Supply,
    stations: list[tuple[Station, StationDays]],
) -> Region:
    days = [parameters.first_day + timedelta(days=number) for number in range(parameters.days)]
    meters, curves = _as_read(parameters, layout, loads)
    if supply.exports:
        numbers = sorted(supply.exports)
        meters += [layout.accounts[number].meter + "E" for number in numbers]
        curves = np.concatenate((curves, np.round(np.stack([supply.exports[one] for one in numbers]), 4)))
    three_phase, kvar = reactive_curves(parameters, layout, loads)
    shape = (parameters.days, parameters.slots)
    names, amperes = (
        current_curves(parameters, layout, loads) if parameters.currents else ([], np.empty((0, 3, *shape), np.float32))
    )
    mines = loads.mines
    private = {station.name: series.private for station, series in stations if station.mine_kw > 0.0}
    mine_kw = [private.get(one.node, one.mine.kw) if one.evasion == "private_supply" else one.mine.kw for one in mines]
    return Region(
        parameters=parameters,
        readings=readings_table(meters, days, curves),
        reactive=readings_table(three_phase, days, kvar).rename({"kw": "kvar"}),
        currents=currents_table(names, amperes, days),
        supply=readings_table([node.name for node in supply.nodes], days, supply.kw),
        meters=meters_table(layout, sorted(supply.exports)),
        grid=grid_table(layout, [station for station, _ in stations], sorted(supply.exports)),
        stations=stations_table([station for station, _ in stations]),
        generation=generation_table(stations, days),
        weather=weather_table(places, days),
        network_outages=outages_table(parameters, places),
        losses=pl.DataFrame([{name: getattr(one, name) for name in one.__slots__} for one in supply.losses]),
        suspects=suspects_table(parameters, layout, [station for station, _ in stations]),
        truth=truth_table(parameters, layout, loads, mine_kw),
        mine_series=readings_table(
            [one.site for one in mines],
            days,
            np.stack(mine_kw) if mine_kw else np.empty((0, *shape), np.float32),
            key="site",
        ),
    )
