"""Adapting to visits: the scale that was true is found, few visits move little, what is not better is not taken."""

import numpy as np
import pytest

from detect.test_training import cases, table
from minewatch.detect.adapting import (
    LEAST_SITES,
    VISITED,
    Visited,
    adapt,
    asked,
    calibration_error,
    grown,
    learn,
    moved_scale,
    rescaled,
    told_log_odds,
    with_trees,
)
from minewatch.detect.looks import FAMILIES, FAMILY_OF
from minewatch.detect.training import fit, folds_of


@pytest.fixture(scope="module")
def shipped():
    training, trial = cases(700, 1), cases(500, 2)
    fold = folds_of(np.concatenate([training.group, trial.group]), folds=3, seed=0)
    return fit(training, trial, fold=fold, trees=20)[0]


def visited(shipped, number, *, shift=0.0, slope=1.0, seed=5, hidden=0.0):
    """Visits whose truth follows what the model tells by a shift and a slope, and a figure it does not weigh rightly."""
    rng = np.random.default_rng(seed)
    looks = table(number, seed)
    asked = np.bincount(shipped.forests["mine"].feature[shipped.forests["mine"].feature >= 0])
    place = int(np.argsort(-asked)[5])
    odds = shift + slope * told_log_odds(shipped, looks) + hidden * np.sign(np.nan_to_num(looks[:, place]))
    mine = rng.random(number) < 1 / (1 + np.exp(-odds))
    return Visited(looks, mine, np.array([f"site {i % max(number // 2, 1)}" for i in range(number)]))


def test_with_many_visits_the_scale_that_was_true_is_found(shipped):
    seen = visited(shipped, 20_000, shift=-1.0, slope=0.7)
    shift, slope = rescaled(told_log_odds(shipped, seen.looks), seen.mine)
    assert shift == pytest.approx(-1.0, abs=0.1)
    assert slope == pytest.approx(0.7, abs=0.1)


def test_three_visits_do_not_overturn_the_model():
    sure = np.array([3.0, 3.0, 3.0])
    shift, slope = rescaled(sure, np.array([False, False, False]))
    assert 1 / (1 + np.exp(-(shift + slope * 3.0))) > 0.3
    assert rescaled(np.zeros(0), np.zeros(0, bool)) == (0.0, 1.0)


def test_visits_never_turn_the_ranking_round():
    odds = np.linspace(-4, 4, 200)
    assert rescaled(odds, odds < 0)[1] > 0


def test_moved_scale_moves_what_is_told_and_clears_nobody_noticeable(shipped):
    looks = table(400, 8)
    for shift, slope in ((-2.0, 0.5), (1.5, 1.4), (0.0, 1.0)):
        moved = moved_scale(shipped, shift, slope)
        both = (shipped.first_log_odds(looks) >= shipped.gate) & (moved.first_log_odds(looks) >= moved.gate)
        np.testing.assert_allclose(moved.log_odds(looks[both]), shift + slope * shipped.log_odds(looks[both]))
        cleared = moved.first_log_odds(looks) < moved.gate
        assert (moved.first_log_odds(looks)[cleared] < shipped.gate).all()
        assert (shipped.first_log_odds(looks)[cleared] < shipped.gate).all()


def test_trees_go_on_where_the_shipped_forest_ends(shipped):
    seen = visited(shipped, 300, hidden=1.5)
    further = grown(seen.looks, seen.mine, shipped.log_odds(seen.looks), places=asked(shipped), how=VISITED, seed=0)
    more = with_trees(shipped, further)
    assert len(further.roots) == VISITED.trees
    np.testing.assert_allclose(
        more.log_odds(seen.looks), shipped.log_odds(seen.looks) + further.raw(seen.looks), rtol=1e-4, atol=1e-4
    )
    forest = more.forests["mine"]
    families = forest.by_family(seen.looks, FAMILY_OF, len(FAMILIES))
    middle = float(forest.value[forest.roots].sum()) + forest.start[0]
    np.testing.assert_allclose(families.sum(axis=1) + middle, forest.raw(seen.looks), rtol=1e-3, atol=1e-4)


def test_a_wrong_scale_is_mended_and_a_right_one_left_alone(shipped):
    wrong = adapt(shipped, visited(shipped, 150, shift=-2.5, slope=0.5))
    assert wrong.kind == "scale"
    assert wrong.tried["scale"].gain.low > 0
    assert wrong.tried["scale"].log_loss.value < wrong.tried["shipped"].log_loss.value
    right = adapt(shipped, visited(shipped, 150, seed=7))
    assert right.kind == "shipped"
    assert right.model is shipped


def test_hundreds_of_visits_that_know_more_grow_trees(shipped):
    found = adapt(shipped, visited(shipped, 900, hidden=2.5))
    assert found.kind == "trees"
    assert found.trees == VISITED.trees
    assert found.tried["trees"].pr_auc.value > found.tried["shipped"].pr_auc.value


def test_the_same_visits_give_the_same_model(shipped):
    seen = visited(shipped, 260, shift=-1.0, hidden=1.0)
    first, again = (learn(shipped, seen, kind="trees", seed=0)[0] for _ in range(2))
    looks = table(50, 3)
    np.testing.assert_array_equal(first.log_odds(looks), again.log_odds(looks))


def test_answers_all_alike_have_no_ranking_to_score(shipped):
    seen = visited(shipped, 60)
    found = adapt(shipped, Visited(seen.looks, np.zeros(60, bool), seen.site))
    assert found.tried["shipped"].pr_auc is None


def test_too_few_sites_are_refused(shipped):
    seen = visited(shipped, 60)
    one = Visited(seen.looks, seen.mine, np.array([f"s{i % (LEAST_SITES - 1)}" for i in range(60)]))
    with pytest.raises(ValueError, match="sites"):
        adapt(shipped, one)


def test_calibration_error_of_what_is_right_is_small():
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 2, 40_000)
    mine = rng.random(40_000) < 1 / (1 + np.exp(-odds))
    assert calibration_error(odds, mine) < 0.01
    assert calibration_error(odds + 2, mine) > 0.15
