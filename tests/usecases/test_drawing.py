"""Spot checks: committed seed, weights for bad records, recusal, and anybody's redraw."""

import pytest

from minewatch.model.errors import InputError, MinewatchError, RuleError
from minewatch.usecases.drawing import DrawOrder, commit, draw, recheck, weight_of
from ya_turn import BAI, turn_of, ya


def order(**more):
    facts = {"name": "d", "campaign": "ya", "seed": "secret", "count": 2, "team": 2, "recused": {}}
    return DrawOrder(**{**facts, **more})


def test_a_draw_is_repeated_by_anybody_from_what_was_published(tmp_path):
    with ya(tmp_path, cases=5) as office:
        turn = turn_of(office)
        commit(turn=turn, name="d", seed="secret")
        result = draw(turn=turn, order=order(recused={"case-1": frozenset({"luo"})}))
        assert len(result["visits"]) == 2
        assert all(len(one["inspectors"]) == 2 for one in result["visits"])
        assert not any(one["case"] == "case-1" and "luo" in one["inspectors"] for one in result["visits"])
        same, published = recheck(office=office, name="d")
        assert same
        assert published["seed"] == "secret"
        with pytest.raises(RuleError, match="drawn already"):
            draw(turn=turn, order=order())


def test_the_seed_is_fixed_before(tmp_path):
    with ya(tmp_path) as office:
        turn = turn_of(office)
        with pytest.raises(RuleError, match="No seed was committed"):
            draw(turn=turn, order=order())
        commit(turn=turn, name="d", seed="secret")
        with pytest.raises(RuleError, match="has a seed"):
            commit(turn=turn, name="d", seed="other")
        with pytest.raises(MinewatchError, match="not the one that was committed"):
            draw(turn=turn, order=order(seed="other"))
        with pytest.raises(MinewatchError, match="was not drawn"):
            recheck(office=office, name="d")
        with pytest.raises(RuleError, match="draw\\.commit"):
            commit(turn=turn_of(office, BAI), name="e", seed="x")


def test_too_few_inspectors_or_cases_are_told(tmp_path):
    with ya(tmp_path) as office:
        turn = turn_of(office)
        commit(turn=turn, name="d", seed="secret")
        everybody = {f"case-{one}": frozenset({"luo", "ma"}) for one in (1, 2)}
        with pytest.raises(RuleError, match="Only 1 inspectors may go"):
            draw(turn=turn, order=order(recused=everybody))
        with pytest.raises(InputError, match="no open case"):
            draw(turn=turn, order=order(campaign="none"))


def test_a_bad_record_weighs_more():
    clean = {"contradictions": 0, "resumptions": 0, "repeat_of": []}
    assert weight_of(clean) == 1
    assert weight_of({**clean, "contradictions": 1, "repeat_of": ["case-9"]}) == 7
