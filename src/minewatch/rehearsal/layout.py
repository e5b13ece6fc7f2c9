"""Who is where: the grid's tree, the accounts on it, the mines among them. Draws only plans; no load is made here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from minewatch.rehearsal.parameters import CLASSES, COUNTIES, EVASIONS, CustomerClass, RegionParameters

STREAMS = {"layout": 1, "account": 2, "mine": 3, "weather": 4, "plant": 5, "faults": 6, "grid": 7, "network": 8}
"""One number a kind of thing: with the seed and the thing's index it makes that thing's own random stream."""


def stream(parameters: RegionParameters, name: str, index: int = 0) -> np.random.Generator:
    """Return the random stream of one thing; independent of how many others there are and of their order."""
    return np.random.default_rng([parameters.seed, STREAMS[name], index])


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the grid above the meters: ``kind`` is substation, feeder or area; ``parent`` is empty at the top."""

    name: str
    kind: str
    parent: str
    county: int


@dataclass(frozen=True, slots=True)
class Account:
    """One metered account: ``parent`` is the true node it hangs on, ``recorded_parent`` what the books say."""

    number: int
    meter: str
    customer: str
    county: int
    group: CustomerClass
    mean_kw: float
    parent: str
    recorded_parent: str
    contract: str
    voltage: str
    ct: int
    pt: int
    latitude: float
    longitude: float
    opened: date
    declared_zh: str
    pv_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class MinePlan:
    """One mine to be: ``accounts`` it hides behind or is metered by (several when split), the node that feeds it."""

    number: int
    evasion: str
    accounts: tuple[int, ...]
    node: str
    county: int
    mean_kw: float
    mode: str
    behaviour: str
    bypassed: float = 0.0


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole plan of a region before any load is simulated."""

    nodes: tuple[Node, ...]
    accounts: tuple[Account, ...]
    mines: tuple[MinePlan, ...]
    by_node: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Accounts by the node they truly hang on."""


def draw_layout(parameters: RegionParameters) -> Layout:
    """Draw the grid, the accounts and the metered or tapped mines; stations and their mines are drawn by ``plants``."""
    rng = stream(parameters, "layout")
    classes = _draw_classes(rng, parameters)
    counties = rng.choice(len(COUNTIES), size=len(classes), p=_normalised([one.share for one in COUNTIES]))
    nodes, parents = _draw_grid(rng, parameters, classes, counties)
    accounts = [
        _draw_account(stream(parameters, "account", number), number, CLASSES[classes[number]], int(county), parent)
        for number, (county, parent) in enumerate(zip(counties, parents, strict=True))
    ]
    accounts = _grid_extras(rng, parameters, accounts, nodes)
    by_node: dict[str, list[int]] = {}
    for account in accounts:
        by_node.setdefault(account.parent, []).append(account.number)
    mines, accounts = _draw_mines(rng, parameters, accounts, by_node, nodes)
    by_node = {}
    for account in accounts:
        by_node.setdefault(account.parent, []).append(account.number)
    return Layout(tuple(nodes), tuple(accounts), tuple(mines), {k: tuple(v) for k, v in by_node.items()})


def _normalised(weights: list[float]) -> np.ndarray:
    values = np.array(weights)
    return np.asarray(values / values.sum())


def _draw_classes(rng: np.random.Generator, parameters: RegionParameters) -> list[int]:
    """Shares are met as whole numbers (largest remainder), so that a small region still has its telecom masts."""
    exact = _normalised([one.share for one in CLASSES]) * parameters.meters
    counts = np.floor(exact).astype(int)
    rest = parameters.meters - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:rest]] += 1
    return [int(one) for one in rng.permutation(np.repeat(np.arange(len(CLASSES)), counts))]


def _draw_grid(
    rng: np.random.Generator, parameters: RegionParameters, classes: list[int], counties: np.ndarray
) -> tuple[list[Node], list[str]]:
    grid = parameters.grid
    nodes: list[Node] = []
    parents = [""] * len(classes)
    for index, county in enumerate(COUNTIES):
        here = [number for number in range(len(classes)) if counties[number] == index]
        low = [number for number in here if not CLASSES[classes[number]].high_voltage]
        high = [number for number in here if CLASSES[classes[number]].high_voltage]
        sizes: list[int] = []
        while sum(sizes) < len(low):
            sizes.append(int(rng.integers(*grid.area_meters)))
        feeders = max(1, -(-len(sizes) // grid.areas_per_feeder))
        stations = max(1, -(-feeders // grid.feeders_per_substation))
        code = county.code
        nodes += [Node(f"SS{code}{one + 1:02d}", "substation", "", index) for one in range(stations)]
        for one in range(feeders):
            nodes.append(Node(f"FD{code}{one + 1:03d}", "feeder", f"SS{code}{one % stations + 1:02d}", index))
        position = 0
        for one, size in enumerate(sizes):
            area = f"TA{code}{one + 1:04d}"
            nodes.append(Node(area, "area", f"FD{code}{one % feeders + 1:03d}", index))
            for number in low[position : position + size]:
                parents[number] = area
            position += size
        for number in high:
            parents[number] = f"FD{code}{int(rng.integers(0, feeders)) + 1:03d}"
    return nodes, parents


def _draw_account(rng: np.random.Generator, number: int, group: CustomerClass, county: int, parent: str) -> Account:
    place = COUNTIES[county]
    mean_kw = group.mean_kw * float(rng.lognormal(0.0, group.spread))
    voltage, ct, pt = _connection(mean_kw, high_voltage=group.high_voltage)
    return Account(
        number=number,
        meter=f"51{place.code[2:]}{number + 1:07d}",
        customer=f"K{number + 1:08d}",
        county=county,
        group=group,
        mean_kw=mean_kw,
        parent=parent,
        recorded_parent=parent,
        contract="grid",
        voltage=voltage,
        ct=ct,
        pt=pt,
        latitude=round(place.latitude + float(rng.normal(0.0, 0.05)), 4),
        longitude=round(place.longitude + float(rng.normal(0.0, 0.05)), 4),
        opened=date(int(rng.integers(1998, 2021)), int(rng.integers(1, 13)), int(rng.integers(1, 29))),
        declared_zh=group.declared_zh,
    )


def _connection(mean_kw: float, *, high_voltage: bool) -> tuple[str, int, int]:
    """Voltage, current transformer and voltage transformer ratio for a load of this size."""
    if not high_voltage:
        if mean_kw < 2.0:
            return "220V", 1, 1
        return "380V", next((ratio for ratio in (1, 10, 20, 40) if mean_kw < 8.0 * max(ratio, 1)), 80), 1
    primary = mean_kw * 3.0 / (1.732 * 10.0)
    ratio = next((ratio for ratio in (2, 4, 10, 20, 40, 80) if primary < 5.0 * ratio), 200)
    return ("10kV" if mean_kw < 3000.0 else "35kV"), ratio, (100 if mean_kw < 3000.0 else 350)


def _grid_extras(
    rng: np.random.Generator, parameters: RegionParameters, accounts: list[Account], nodes: list[Node]
) -> list[Account]:
    """Give some households sunshine on the roof, and let the books place some meters next door."""
    areas = {node.name: node for node in nodes if node.kind == "area"}
    neighbours: dict[str, list[str]] = {}
    for node in areas.values():
        neighbours.setdefault(node.parent, []).append(node.name)
    result = []
    for account in accounts:
        draws = rng.random(3)
        changed = account
        if account.group.kind == "household" and draws[0] < parameters.grid.pv_share:
            changed = replace(changed, pv_kw=round(3.0 + 5.0 * float(draws[1]), 1))
        if account.parent in areas and draws[2] < parameters.grid.wrong_topology:
            others = [name for name in neighbours[areas[account.parent].parent] if name != account.parent]
            if others:
                changed = replace(changed, recorded_parent=others[int(rng.integers(len(others)))])
        result.append(changed)
    return result


_HOSTS = frozenset(
    {"shop", "restaurant", "farm", "tea_works", "office", "hotel", "factory_day", "factory_shifts", "cold_store",
     "factory_continuous", "household", "school", "pump_station"}
)  # fmt: skip


def _draw_mines(
    rng: np.random.Generator,
    parameters: RegionParameters,
    accounts: list[Account],
    by_node: Mapping[str, list[int]],
    nodes: list[Node],
) -> tuple[list[MinePlan], list[Account]]:
    mix = parameters.mines
    plans: list[MinePlan] = []
    free = [account.number for account in accounts if account.group.kind in _HOSTS]
    # Households are many; a mine behind a meter likes hosts with a strong supply.
    weight = np.array(
        [(0.03 if accounts[one].group.kind == "household" else 1.0) * accounts[one].mean_kw ** 0.5 for one in free]
    )
    order = [free[one] for one in rng.choice(len(free), size=len(free), replace=False, p=weight / weight.sum())]
    areas = [node for node in nodes if node.kind == "area" and len(by_node.get(node.name, ())) >= 10]
    taken_areas: set[str] = set()
    for evasion in EVASIONS:
        rate = mix.per_thousand.get(evasion, 0.0)
        wanted = max(1, round(rate * parameters.meters / 1000.0)) if rate > 0.0 else 0
        for _ in range(wanted):
            plan: MinePlan | None
            if evasion == "declared_big_data":
                plan = _declared(rng, parameters, accounts, nodes, len(plans))
            elif evasion in {"hidden_host", "bypass_part"}:
                plan = _behind(rng, parameters, accounts, order, evasion, len(plans))
            else:
                plan = _tapped(rng, parameters, accounts, by_node, areas, taken_areas, evasion, len(plans))
            if plan is not None:
                plans.append(plan)
    return plans, accounts


def draw_mode(rng: np.random.Generator, parameters: RegionParameters) -> str:
    """Draw how a mine is run, by the mix's weights."""
    modes = list(parameters.mines.modes)
    return modes[int(rng.choice(len(modes), p=_normalised([parameters.mines.modes[one] for one in modes])))]


def draw_behaviour(rng: np.random.Generator, parameters: RegionParameters, *, is_open: bool) -> str:
    """Draw what a mine does at the deadline; the open ones obey more."""
    table = parameters.obedience.open_mines if is_open else parameters.obedience.hidden_mines
    names = list(table)
    return names[int(rng.choice(len(names), p=_normalised([table[one] for one in names])))]


def _declared(
    rng: np.random.Generator, parameters: RegionParameters, accounts: list[Account], nodes: list[Node], number: int
) -> MinePlan:
    """Open an account of its own, declared as a data centre; half of them in the hydropower demonstration zones."""
    low, high = np.log(parameters.mines.declared_kw)
    mean_kw = float(np.exp(rng.uniform(low, high)))
    feeders = [node for node in nodes if node.kind == "feeder"]
    feeder = feeders[int(rng.integers(len(feeders)))]
    # Above three megawatts a customer is connected at the substation.
    parent = feeder.name if mean_kw < 3000.0 else feeder.parent
    group = CustomerClass("big_data", "大数据中心", "industrial", 0.0, mean_kw, 0.0, high_voltage=True)
    account = _draw_account(stream(parameters, "account", len(accounts)), len(accounts), group, feeder.county, parent)
    voltage, ct, pt = _connection(mean_kw, high_voltage=True)
    accounts.append(
        replace(
            account,
            mean_kw=mean_kw,
            voltage=voltage,
            ct=ct,
            pt=pt,
            contract=["demonstration_zone", "grid"][int(rng.integers(2))],
            declared_zh=["大数据中心", "云计算服务", "区块链数据处理"][int(rng.integers(3))],
            opened=date(int(rng.integers(2018, 2021)), int(rng.integers(1, 13)), 1),
        )
    )
    mode = draw_mode(rng, parameters)
    behaviour = draw_behaviour(rng, parameters, is_open=True)
    mode = "steady" if mode in {"host_shrinks", "host_busy"} else mode
    number_of_account = accounts[-1].number
    return MinePlan(number, "declared_big_data", (number_of_account,), parent, feeder.county, mean_kw, mode, behaviour)


def _behind(
    rng: np.random.Generator,
    parameters: RegionParameters,
    accounts: list[Account],
    order: list[int],
    evasion: str,
    number: int,
) -> MinePlan:
    host = accounts[order.pop(0)]
    low, high = np.log(parameters.mines.host_ratio)
    # Less than one machine is no mine: small hosts carry at least one, large ones what they please.
    mean_kw = max(float(np.exp(rng.uniform(low, high))) * host.mean_kw, float(rng.uniform(1.2, 3.4)))
    bypassed = float(rng.uniform(*parameters.mines.bypassed)) if evasion == "bypass_part" else 0.0
    mode, behaviour = draw_mode(rng, parameters), draw_behaviour(rng, parameters, is_open=False)
    return MinePlan(number, evasion, (host.number,), host.parent, host.county, mean_kw, mode, behaviour, bypassed)


def _tapped(
    rng: np.random.Generator,
    parameters: RegionParameters,
    accounts: list[Account],
    by_node: Mapping[str, list[int]],
    areas: list[Node],
    taken: set[str],
    evasion: str,
    number: int,
) -> MinePlan | None:
    """Place a mine in one transformer area: tapped before the meter of one customer, or split over several accounts."""
    choice = [node for node in areas if node.name not in taken]
    if not choice:
        return None
    area = choice[int(rng.integers(len(choice)))]
    taken.add(area.name)
    members = [accounts[one] for one in by_node[area.name]]
    load = sum(member.mean_kw for member in members)
    low, high = np.log(parameters.mines.node_share)
    mean_kw = max(float(np.exp(rng.uniform(low, high))) * load, 1.3)
    mode, behaviour = draw_mode(rng, parameters), draw_behaviour(rng, parameters, is_open=False)
    if mode in {"host_shrinks", "host_busy"}:
        mode = "steady"
    size = int(rng.integers(*parameters.mines.split_over)) if evasion == "split_accounts" else 1
    picked = [int(one) for one in rng.choice([member.number for member in members], size=size, replace=False)]
    if evasion == "split_accounts":
        mean_kw = max(mean_kw, 1.4 * size)
    return MinePlan(number, evasion, tuple(picked), area.name, area.county, mean_kw, mode, behaviour)
