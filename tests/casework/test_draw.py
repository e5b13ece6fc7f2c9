"""Spot checks: fair, provable, the same everywhere."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.casework.draw import (
    DrawObject,
    check_commitment,
    commitment,
    draw_inspectors,
    draw_objects,
    sample_size,
)
from minewatch.model.errors import InputError, RuleError

OBJECTS = [DrawObject(f"site-{n}") for n in range(40)]


def test_anyone_can_draw_again_and_the_list_s_order_does_not_matter():
    drawn = draw_objects("seed of 18 June", OBJECTS, 5)
    assert draw_objects("seed of 18 June", OBJECTS[::-1], 5) == drawn
    assert draw_objects("another seed", OBJECTS, 5) != drawn
    assert len(set(drawn)) == 5


def test_the_draw_is_pinned_for_ever():
    # Worked by hand from the definition with hashlib alone; a change here would break published draws.
    import hashlib  # noqa: PLC0415 - the point is to do without our own code

    def value(number):
        text = f"1:s,6:object,1:{number},1:0,"
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")

    expected = tuple(str(n) for n in sorted(range(10), key=value, reverse=True)[:3])
    assert draw_objects("s", [DrawObject(str(n)) for n in range(10)], 3) == expected


def test_a_longer_draw_begins_with_the_shorter_one():
    assert draw_objects("x", OBJECTS, 9)[:4] == draw_objects("x", OBJECTS, 4)


def test_every_object_is_as_likely_and_a_weight_counts():
    objects = [DrawObject("plain-1"), DrawObject("plain-2"), DrawObject("bad record", weight=3)]
    first = Counter(draw_objects(f"seed {n}", objects, 1)[0] for n in range(4_000))
    # Expected 800, 800, 2,400; four standard deviations are about 100 and 125.
    assert abs(first["plain-1"] - 800) < 105
    assert abs(first["plain-2"] - 800) < 105
    assert abs(first["bad record"] - 2_400) < 125


def test_the_seed_must_be_the_committed_one():
    committed = commitment("seed")
    check_commitment("seed", committed)
    with pytest.raises(RuleError, match="not the one"):
        check_commitment("better seed", committed)


@pytest.mark.parametrize("objects", [[DrawObject("a"), DrawObject("a")], [DrawObject("a", 0)], [DrawObject("a", 1001)]])
def test_a_bad_list_is_refused(objects):
    with pytest.raises(InputError):
        draw_objects("s", objects, 1)


@given(st.integers(1, 25), st.integers(0, 6), st.floats(0.05, 0.99))
def test_the_sample_size_is_the_least_that_gives_the_assurance(population, tolerated, assurance):
    bad = tolerated + 1
    size = sample_size(population, tolerated=tolerated, assurance=assurance)
    if bad > population:
        assert size == 0
        return

    def found(n):
        draws = 1.0
        for k in range(n):
            draws *= max(population - bad - k, 0) / (population - k)
        return 1 - draws

    assert found(size) >= assurance - 1e-12
    assert size == 1 or found(size - 1) < assurance + 1e-12


def test_the_sample_size_against_counting_every_draw():
    # 12 sites, 2 bad ones: of all C(12, n) draws, how many meet a bad one?
    for n in range(1, 12):
        met = sum(1 for draw in combinations(range(12), n) if 0 in draw or 1 in draw)
        share = met / sum(1 for _ in combinations(range(12), n))
        assert sample_size(12, tolerated=1, assurance=share - 1e-9) == n


@pytest.mark.parametrize("case", [(-1, 0, 0.9), (5, -1, 0.9), (5, 0, 1.0), (5, 0, 0.0)])
def test_a_sample_size_of_nonsense_is_refused(case):
    with pytest.raises(InputError):
        sample_size(case[0], tolerated=case[1], assurance=case[2])


def test_two_go_nobody_where_they_have_an_interest_and_work_is_spread():
    visits = draw_inspectors(
        "s", [f"o{n}" for n in range(30)], ["a", "b", "c", "d"], recused={"o1": frozenset({"a", "b"})}
    )
    assert all(len(set(visit.inspectors)) == 2 for visit in visits)
    assert set(visits[1].inspectors) == {"c", "d"}
    load = Counter(name for visit in visits for name in visit.inspectors)
    assert max(load.values()) - min(load.values()) <= 2


def test_too_few_inspectors_is_said():
    with pytest.raises(RuleError, match="Only 1 inspectors may go to o1"):
        draw_inspectors("s", ["o1"], ["a", "b"], recused={"o1": frozenset({"a"})})
    with pytest.raises(RuleError, match="too small"):
        draw_inspectors("s", ["o1"], ["a", "b"], recused={}, team=1)
