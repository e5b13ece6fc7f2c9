"""Visits planned by a budget of teams and hours over a map: the most probable kilowatts first.

The task is the team orienteering problem: each site has a prize (its mining power, weighed by how open the question is), a
team starts and ends at its base and has only so many hours. Candidate rounds are built from every site by cheapest
insertion under several rules of choice; then a mixed integer program (HiGHS, through SciPy) picks one round a team so that
no site is visited twice and the prize is greatest. Where all rounds can be listed (up to seven sites) the plan is optimal;
beyond, it is the best choice among the rounds built. Distances are great circles times a factor for roads.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.usecases.cases import CAMPAIGN, visible_cases
from minewatch.usecases.office import Turn
from minewatch.usecases.sites import is_location

__all__ = ["Budget", "Round", "Stop", "distance_km", "is_location", "plan_rounds", "stops_of"]

EARTH_KM = 6371.0
ROAD_FACTOR = 1.4
"""Roads against great circles; our choice for hills, an option of the command."""
LISTED = 7
"""Up to so many sites every round is listed."""
MAPPED = 100
"""Beyond so many sites only those of the greatest prizes are planned; the others wait for the next plan."""
CHOICES = (0.0, 0.5, 1.0, 2.0)
"""How strongly added hours count against the prize when a round is built."""
URGENCY: Mapping[str, float] = {
    "came_back": 1.5,
    "not_stopped": 1.3,
    "cannot_tell": 1.0,
    "": 0.8,
    "late": 0.1,
    "in_time": 0.05,
}
"""How much a site's kilowatts count by what the data says: what runs or cannot be told first; our choice."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One site to visit: its prize, place (degrees) and hours on site."""

    id: str
    prize: float
    latitude: float
    longitude: float
    hours: float


@dataclass(frozen=True, slots=True)
class Budget:
    """What there is: teams, hours a team has, the base they start from, speed on the road."""

    teams: int
    hours: float
    base: tuple[float, float]
    speed_kmh: float = 40.0
    road_factor: float = ROAD_FACTOR


@dataclass(frozen=True, slots=True)
class Round:
    """One team's round: sites in order, hours in all, prize in all."""

    stops: tuple[str, ...]
    hours: float
    prize: float


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance of two places in degrees (haversine)."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(math.radians(x) for x in place) for place in (a, b))
    half = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


class _Map:
    """Travel hours between the base (index 0) and the stops (from 1), and the hours of a round."""

    def __init__(self, stops: Sequence[Stop], budget: Budget) -> None:
        self.stops = stops
        places = [budget.base, *((one.latitude, one.longitude) for one in stops)]
        factor = budget.road_factor / budget.speed_kmh
        self.travel = [[distance_km(a, b) * factor for b in places] for a in places]

    def hours(self, order: Sequence[int]) -> float:
        """Hours of a round over stop numbers: travel there and back, and the time on site."""
        if not order:
            return 0.0
        path = [0, *(number + 1 for number in order), 0]
        travel = sum(self.travel[a][b] for a, b in pairwise(path))
        return travel + sum(self.stops[number].hours for number in order)

    def added(self, order: Sequence[int], number: int, place: int) -> float:
        """Hours that a stop adds when it is put at ``place`` of a round."""
        before = order[place - 1] + 1 if place else 0
        behind = order[place] + 1 if place < len(order) else 0
        way = self.travel[before][number + 1] + self.travel[number + 1][behind] - self.travel[before][behind]
        return way + self.stops[number].hours


def plan_rounds(stops: Sequence[Stop], budget: Budget) -> tuple[Round, ...]:
    """Return one round a team (fewer where nothing is left to reach), the greatest prize first.

    Deterministic. Raises ``InputError`` for a budget without teams, hours or speed.
    """
    if budget.teams < 1 or not budget.hours > 0 or not budget.speed_kmh > 0:
        raise InputError(
            Text("A plan needs a team, hours and a speed.", "走访计划须有小组、工时和车速。"),
            remedy=Text("For example --teams 2 --hours 8.", "例如 --teams 2 --hours 8。"),
        )
    greatest = sorted(stops, key=lambda one: (-one.prize, one.id))[:MAPPED]
    ordered = sorted(greatest, key=lambda one: one.id)
    chart = _Map(ordered, budget)
    rounds = _all_rounds(chart, budget.hours) if len(ordered) <= LISTED else _built_rounds(chart, budget)
    if not rounds:
        return ()
    chosen = _choose(rounds, ordered, budget.teams)
    told = [
        Round(
            tuple(ordered[number].id for number in order),
            round(chart.hours(order), 2),
            round(sum(ordered[number].prize for number in order), 3),
        )
        for order in chosen
    ]
    return tuple(sorted(told, key=lambda one: (-one.prize, one.stops)))


def _all_rounds(chart: _Map, hours: float) -> list[tuple[int, ...]]:
    """Every set of stops that one round can hold, in its shortest order."""
    found = []
    numbers = range(len(chart.stops))
    for size in range(1, len(chart.stops) + 1):
        held = 0
        for chosen in combinations(numbers, size):
            best = min(permutations(chosen), key=chart.hours)
            if chart.hours(best) <= hours:
                found.append(best)
                held += 1
        if not held:
            break
    return found


def _built_rounds(chart: _Map, budget: Budget) -> list[tuple[int, ...]]:
    """Grow rounds from every site by cheapest insertion; each shorter beginning of one is a round too."""
    found: dict[frozenset[int], tuple[int, ...]] = {}
    for first in range(len(chart.stops)):
        for choice in CHOICES:
            left = set(range(len(chart.stops))) - {first}
            order: tuple[int, ...] = (first,)
            while order and chart.hours(order) <= budget.hours:
                known = found.get(frozenset(order))
                if known is None or chart.hours(order) < chart.hours(known):
                    found[frozenset(order)] = order
                order = _grown(chart, order, left, choice=choice, hours=budget.hours)
                left -= set(order)
    return list(found.values())


def _grown(chart: _Map, order: tuple[int, ...], left: Iterable[int], *, choice: float, hours: float) -> tuple[int, ...]:
    """Add the stop that gives most prize for the hours it costs, where it costs least; empty when none fits."""
    now = chart.hours(order)
    best: tuple[float, tuple[int, ...]] = (-1.0, ())
    for number in sorted(left):
        for place in range(len(order) + 1):
            added = chart.added(order, number, place)
            worth = chart.stops[number].prize / max(added, 1e-6) ** choice
            if now + added <= hours and worth > best[0]:
                best = worth, (*order[:place], number, *order[place:])
    return best[1]


def _choose(rounds: Sequence[tuple[int, ...]], stops: Sequence[Stop], teams: int) -> list[tuple[int, ...]]:
    """Pick at most ``teams`` rounds without a common stop, of the greatest prize: set packing, solved exactly."""
    rows = [number for order in rounds for number in order]
    columns = [index for index, order in enumerate(rounds) for _ in order]
    cover = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(stops), len(rounds)))
    prize = np.array([sum(stops[number].prize for number in order) for order in rounds])
    answer = milp(
        -prize,
        constraints=[LinearConstraint(cover, ub=1), LinearConstraint(np.ones((1, len(rounds))), ub=teams)],
        integrality=np.ones(len(rounds)),
        bounds=Bounds(0, 1),
    )
    return [order for order, taken in zip(rounds, answer.x, strict=True) if taken > 0.5]


def stops_of(*, turn: Turn, campaign: str, hours_on_site: float) -> tuple[tuple[Stop, ...], tuple[str, ...]]:
    """Return the open cases of a campaign as stops, and the ids of those whose place or power is not known."""
    turn.may("case.plan")
    stops, unplaced = [], []
    for row in visible_cases(log=turn.office.log, actor=turn.actor):
        if row["campaign"] != CAMPAIGN + campaign or row["status"] in {"closed", "restored"}:
            continue
        if not row["location"] or not row["mining_kw"]:
            unplaced.append(str(row["id"]))
            continue
        latitude, longitude = (float(part) for part in str(row["location"]).split(","))
        prize = _prize(row)
        stops.append(Stop(str(row["id"]), prize, latitude, longitude, hours_on_site))
    return tuple(stops), tuple(unplaced)


def _prize(row: Mapping[str, Any]) -> float:
    return float(row["mining_kw"]) * URGENCY.get(str(row["last_outcome"]), 1.0)
