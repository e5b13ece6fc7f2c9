"""The plan of visits: optimal where all rounds are listed, within budget always, the most kW first."""

from itertools import pairwise, permutations

import numpy as np
import pytest

from minewatch.model.errors import InputError
from minewatch.usecases.visits import LISTED, MAPPED, Budget, Stop, distance_km, plan_rounds

BASE = (30.0, 103.0)


def stops(seed, count):
    rng = np.random.default_rng(seed)
    return [
        Stop(
            f"case-{n}",
            float(rng.integers(1, 900)),
            30 + float(rng.normal(0, 0.2)),
            103 + float(rng.normal(0, 0.2)),
            1.0,
        )
        for n in range(count)
    ]


def hours(order, budget):
    places = [budget.base, *((one.latitude, one.longitude) for one in order), budget.base]
    way = sum(distance_km(a, b) for a, b in pairwise(places))
    return way * budget.road_factor / budget.speed_kmh + sum(one.hours for one in order)


def best_prize(given, budget):
    """Try every order of every pick for one team."""
    best = 0.0
    for size in range(1, len(given) + 1):
        for order in permutations(given, size):
            if hours(order, budget) <= budget.hours:
                best = max(best, sum(one.prize for one in order))
    return best


def test_great_circle():
    assert distance_km((0.0, 0.0), (0.0, 90.0)) == pytest.approx(6371.0 * np.pi / 2)


@pytest.mark.parametrize("seed", range(6))
def test_one_team_gets_the_best_round_there_is(seed):
    given, budget = stops(seed, 6), Budget(teams=1, hours=5.0, base=BASE)
    (chosen,) = plan_rounds(given, budget)
    assert chosen.prize == pytest.approx(best_prize(given, budget))


@pytest.mark.parametrize("count", [LISTED, 30])
def test_rounds_keep_to_the_budget_and_do_not_meet(count):
    given, budget = stops(7, count), Budget(teams=3, hours=6.0, base=BASE)
    rounds = plan_rounds(given, budget)
    by_id = {one.id: one for one in given}
    visited = [stop for one in rounds for stop in one.stops]
    assert len(rounds) <= 3
    assert len(set(visited)) == len(visited)
    for one in rounds:
        assert hours([by_id[stop] for stop in one.stops], budget) <= budget.hours + 1e-9
    assert plan_rounds(list(reversed(given)), budget) == rounds
    assert sum(one.prize for one in rounds) >= plan_rounds(given, Budget(teams=1, hours=6.0, base=BASE))[0].prize


def test_built_rounds_come_near_the_best():
    given, budget = stops(9, LISTED + 1), Budget(teams=1, hours=4.0, base=BASE)
    assert plan_rounds(given, budget)[0].prize >= 0.95 * best_prize(given, budget)


def test_of_too_many_the_greatest_are_planned():
    many = [*stops(1, MAPPED + 20), Stop("great", 1e6, 30.0, 103.0, 1.0)]
    assert "great" in plan_rounds(many, Budget(teams=1, hours=3.0, base=BASE))[0].stops


def test_what_cannot_be_planned():
    assert plan_rounds([], Budget(teams=1, hours=8.0, base=BASE)) == ()
    assert plan_rounds([Stop("far", 1.0, 50.0, 103.0, 1.0)], Budget(teams=1, hours=2.0, base=BASE)) == ()
    with pytest.raises(InputError, match="needs a team"):
        plan_rounds([], Budget(teams=0, hours=8.0, base=BASE))
