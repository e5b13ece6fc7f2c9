"""Learning the own background: what the region teaches is learned, from other parts only, and taken only where better."""

import io
from dataclasses import replace

import numpy as np
import pytest

from detect.test_training import cases, table
from minewatch.detect.adapting import Visited, told_log_odds
from minewatch.detect.own_background import GROWTH, KIND, PARTS, grown_by_part, learn_background
from minewatch.detect.parts import hashed_part
from minewatch.detect.training import fit, folds_of

QUICK = replace(GROWTH, trees=15)


@pytest.fixture(scope="module")
def shipped():
    training, trial = cases(700, 1), cases(500, 2)
    fold = folds_of(np.concatenate([training.group, trial.group]), folds=3, seed=0)
    return fit(training, trial, fold=fold, trees=20)[0]


def windows(shipped, number, *, seed, hidden=0.0, meters=60, figure=None):
    """Windows whose truth follows what the model tells, and ``hidden`` times a figure that it weighs wrongly."""
    rng = np.random.default_rng(seed)
    looks = table(number, seed)
    asked = np.bincount(shipped.forests["mine"].feature[shipped.forests["mine"].feature >= 0])
    place = int(np.argsort(-asked)[5]) if figure is None else figure
    odds = told_log_odds(shipped, looks) + hidden * np.sign(np.nan_to_num(looks[:, place]))
    site = np.array([f"site {i % meters}" for i in range(number)])
    mine = rng.random(number) < 1 / (1 + np.exp(-odds))
    return Visited(looks, mine, site, np.array([hashed_part(name, PARTS) for name in site]))


def sites_of(some):
    return {f"meter of {name}": str(name) for name in np.unique(some.site)}


@pytest.fixture(scope="module")
def learned(shipped):
    training, trial = windows(shipped, 2000, seed=5, hidden=2.5), windows(shipped, 800, seed=6, hidden=2.5)
    return (
        training,
        trial,
        learn_background(shipped, training=training, trial=trial, sites=sites_of(training), growth=QUICK),
    )


def test_what_the_region_teaches_is_learned_and_scored_on_parts_left_out(learned):
    *_, found = learned
    assert found.kind == KIND
    assert found.model.gate == float("-inf")
    assert found.trees == QUICK.trees
    assert found.tried[KIND].gain.low > 0
    assert found.tried[KIND].pr_auc.value > found.tried["shipped"].pr_auc.value
    assert found.tried[KIND].log_loss.value < found.tried["scale"].log_loss.value


def test_the_trees_that_judge_a_part_never_saw_it(shipped):
    true, k = windows(shipped, 800, seed=5, hidden=2.5), 2
    here = true.part == k
    lied = Visited(np.where(here[:, None], -true.looks, true.looks), true.mine ^ here, true.site, true.part)
    few = replace(GROWTH, trees=3)
    one, other = (grown_by_part(shipped, some, {}, seed=1, growth=few).forests for some in (true, lied))
    looks = table(300, 11)
    same = [np.array_equal(one[i].raw(looks), other[i].raw(looks)) for i in range(PARTS)]
    assert same == [i == k for i in range(PARTS)]


def test_the_same_windows_give_the_same_bytes(shipped):
    some = windows(shipped, 800, seed=5, hidden=2.5)
    written = [io.BytesIO(), io.BytesIO()]
    for file in written:
        own = grown_by_part(shipped, some, sites_of(some), seed=0, growth=replace(GROWTH, trees=3))
        replace(shipped, own=own).save(file)
    assert written[0].getvalue() == written[1].getvalue()


def test_where_the_shipped_model_is_right_it_stays(shipped):
    training, trial = windows(shipped, 800, seed=7), windows(shipped, 500, seed=8)
    found = learn_background(shipped, training=training, trial=trial, sites=sites_of(training), growth=QUICK)
    assert found.kind == "shipped"
    assert found.model is shipped
    assert (found.shift, found.slope, found.trees) == (0.0, 1.0, 0)


def test_windows_without_parts_are_refused(shipped):
    some = windows(shipped, 200, seed=9)
    with pytest.raises(ValueError, match="part"):
        learn_background(shipped, training=replace(some, part=None), trial=some, sites={})
