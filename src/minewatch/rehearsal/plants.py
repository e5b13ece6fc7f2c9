"""Small hydro stations: river, turbine, dispatch, own use, and power sold past the grid.

Output is P = η ρ g Q H, limited by capacity and by dispatch; what the river brings beyond that is spilt. Stations of one
river share its water with a little delay and difference. Balance: generated = own use + delivered + direct sales +
private supply; where a station falsifies its generator's reading, the reported one leaves the private part out.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.layout import draw_behaviour, draw_mode, stream
from minewatch.rehearsal.parameters import COUNTIES, RegionParameters
from minewatch.rehearsal.series import Floats, slow_noise

GRAVITY = 9.81
"""kW per m³/s and metre of head at full efficiency: ρ g / 1000."""

RIVERS = ("Qingyi", "Xingjing", "Tianquan", "Baoxing", "Nanya", "Liusha")
"""Names borrowed from Ya'an's rivers; the water in them is simulated."""


@dataclass(frozen=True, slots=True)
class Station:
    """One station and, if ``mine_kw`` is above zero, the mine it feeds past the grid."""

    number: int
    name: str
    county: int
    river: str
    node: str
    capacity_kw: float
    head_m: float
    efficiency: float
    own_use: float
    direct_share: float
    mine_kw: float
    mode: str
    behaviour: str
    falsified: bool


@dataclass(frozen=True, slots=True)
class StationDays:
    """Series of one station, (days, slots) each; kW, ``inflow`` m³/s; ``dispatch`` kW, NaN where no order stood."""

    generated: NDArray[np.float32]
    reported: NDArray[np.float32]
    own_use: NDArray[np.float32]
    direct: NDArray[np.float32]
    private: NDArray[np.float32]
    delivered: NDArray[np.float32]
    inflow: NDArray[np.float32]
    dispatch: NDArray[np.float32]


def draw_stations(parameters: RegionParameters, feeders: dict[int, list[str]]) -> list[Station]:
    """Draw the stations; ``feeders`` names the nodes of each county that take their power."""
    plants = parameters.plants
    number = max(2, round(plants.per_thousand_meters * parameters.meters / 1000.0))
    order = stream(parameters, "plant", 10**6).permutation(number)
    wanted = parameters.mines.private_share
    sellers = set(order[: max(1, round(wanted * number))].tolist()) if wanted > 0.0 else set()
    stations = []
    for index in range(number):
        rng = stream(parameters, "plant", index)
        county = int(rng.integers(len(COUNTIES)))
        low, high = np.log(plants.capacity_kw)
        capacity = float(np.exp(rng.uniform(low, high)))
        sells = index in sellers
        mine_kw = capacity * float(rng.uniform(*plants.mine_share)) if sells else 0.0
        mode = draw_mode(rng, parameters)
        node = feeders[county][int(rng.integers(len(feeders[county])))]
        stations.append(
            Station(
                number=index,
                name=f"HS{COUNTIES[county].code}{index + 1:03d}",
                county=county,
                # Two counties share a river, as valleys do.
                river=RIVERS[county % len(RIVERS)],
                node=node,
                capacity_kw=round(capacity),
                head_m=round(float(rng.uniform(*plants.head_m)), 1),
                efficiency=round(float(rng.uniform(*plants.efficiency)), 3),
                own_use=float(rng.uniform(*plants.own_use)),
                direct_share=float(rng.uniform(0.1, 0.4)) if rng.random() < 0.15 else 0.0,
                mine_kw=mine_kw,
                mode="steady" if mode in {"host_shrinks", "host_busy"} else mode,
                behaviour=draw_behaviour(rng, parameters, is_open=False),
                falsified=bool(rng.random() < plants.falsified),
            )
        )
    return stations


def river_flow(parameters: RegionParameters, river: str) -> Floats:
    """Relative flow (slots of the window,) of one river: early wet season, rain floods that recede within days."""
    rng = stream(parameters, "plant", 2 * 10**6 + RIVERS.index(river))
    count = parameters.days * parameters.slots
    day = np.arange(count) / parameters.slots
    level = rng.uniform(0.75, 1.05) + 0.006 * day
    for _ in range(int(rng.poisson(4.0 * parameters.days / 30.0))):
        begin, height, fall = rng.uniform(0.0, parameters.days), rng.gamma(2.0, 0.2), rng.uniform(0.7, 3.0)
        since = np.maximum(day - begin, 0.0)
        level += height * np.where(day >= begin, (1.0 - np.exp(-since / 0.15)) * np.exp(-since / fall), 0.0)
    return np.asarray(level * (1.0 + 0.02 * slow_noise(rng, count=count, spacing=parameters.slots / 4.0)))


def run_station(
    parameters: RegionParameters,
    station: Station,
    flow: Floats,
    draw_private: Callable[[], NDArray[np.float32] | None],
) -> StationDays:
    """Simulate one station on its river's relative ``flow``; ``draw_private`` gives the mine's wish in kW or None."""
    rng = stream(parameters, "plant", 10_000 + station.number)
    days, slots = parameters.days, parameters.slots
    count = days * slots
    per_flow = station.efficiency * GRAVITY * station.head_m
    full = station.capacity_kw / per_flow
    inflow = (
        full * rng.uniform(*parameters.plants.design_flow_factor) * np.roll(flow, int(rng.integers(0, slots // 4 + 1)))
    )
    inflow = np.maximum(inflow * (1.0 + 0.015 * slow_noise(rng, count=count, spacing=slots / 2.0)), 0.0)
    possible = np.minimum(per_flow * inflow, station.capacity_kw)
    possible *= 1.0 + 0.004 * rng.standard_normal(count)
    possible *= _availability(rng, days, slots)
    order = _dispatch(rng, station, days, slots)
    limit = np.where(np.isnan(order), np.inf, order)
    private_wish = draw_private()
    wish = np.zeros(count) if private_wish is None else private_wish.ravel().astype(np.float64)
    own = np.minimum(station.own_use * station.capacity_kw * (0.6 + 0.4 * possible / station.capacity_kw), possible)
    private = np.minimum(wish, possible - own)
    # Dispatch binds what reaches the grid and the contracts; a private mine is fed beside it.
    public = np.clip(np.minimum(possible - own - private, limit), 0.0, None)
    direct = station.direct_share * public
    generated = own + private + public
    reported = generated - private if station.falsified else generated

    def grid(values: Floats) -> NDArray[np.float32]:
        return values.reshape(days, slots).astype(np.float32)

    return StationDays(
        generated=grid(generated),
        reported=grid(reported),
        own_use=grid(own),
        direct=grid(direct),
        private=grid(private),
        delivered=grid(public - direct),
        inflow=grid(inflow),
        dispatch=grid(order),
    )


def _availability(rng: np.random.Generator, days: int, slots: int) -> Floats:
    """Return 1 while the machines can run, 0 in repairs of some hours."""
    ready = np.ones(days * slots)
    for _ in range(int(rng.poisson(0.8 * days / 30.0))):
        begin = int(rng.integers(0, ready.size))
        ready[begin : begin + max(1, int(rng.uniform(2.0, 12.0) * slots / 24.0))] = 0.0
    return ready


def _dispatch(rng: np.random.Generator, station: Station, days: int, slots: int) -> Floats:
    """Orders to hold back at night in the wet season, when the grid cannot take all water power."""
    order = np.full((days, slots), np.nan)
    hour = (np.arange(slots) + 0.5) * 24.0 / slots
    held = np.flatnonzero(rng.random(days) < rng.uniform(0.0, 0.5))
    begin, end = rng.uniform(0.0, 2.0), rng.uniform(5.0, 8.0)
    for day in held:
        order[day, (hour >= begin) & (hour < end)] = station.capacity_kw * rng.uniform(0.3, 0.9)
    return order.ravel()
