import io
from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from minewatch.detect.forest import Forest
from minewatch.detect.learned import FORESTS, read_model, shipped_model
from minewatch.detect.looks import FAMILIES, FAMILY_OF
from minewatch.detect.training import Cases, calibration, fit, folds_of
from minewatch.kernels.looks import NAMES


def table(rows, seed=0):
    rng = np.random.default_rng(seed)
    looks = rng.normal(0, 1, (rows, len(NAMES))).astype(np.float32)
    looks[rng.random(looks.shape) < 0.05] = np.nan
    looks[:, 3] = np.round(looks[:, 3], 1)
    return looks


def cases(rows, seed):
    rng = np.random.default_rng(seed)
    looks = table(rows, seed)
    mine = np.nan_to_num(looks[:, 20]) + 0.5 * rng.normal(0, 1, rows) > 0.5
    share = np.where(mine, np.exp(np.nan_to_num(looks[:, 30]) * 0.3 - 1), np.nan)
    flags = [mine & (rng.random(rows) < 0.5) for _ in range(3)]
    return Cases(looks, mine, share, *flags, np.array([f"s{i % 20}" for i in range(rows)]))


@pytest.fixture(scope="module")
def fitted():
    training, trial = cases(700, 1), cases(500, 2)
    fold = folds_of(np.concatenate([training.group, trial.group]), folds=3, seed=0)
    return (training, trial, fold, *fit(training, trial, fold=fold, trees=20))


@pytest.mark.parametrize("kind", [HistGradientBoostingClassifier, HistGradientBoostingRegressor])
def test_our_walk_says_what_scikit_learn_says(kind):
    looks = table(600)
    target = np.nan_to_num(looks[:, 3]) + np.nan_to_num(looks[:, 5]) ** 2
    model = kind(max_iter=30, random_state=0).fit(looks, target > 1 if "Classifier" in kind.__name__ else target)
    wanted = model.decision_function(looks) if "Classifier" in kind.__name__ else model.predict(looks)
    np.testing.assert_allclose(Forest.from_sklearn(model).raw(looks), wanted, rtol=1e-5, atol=1e-5)


def test_families_add_up_to_the_score(fitted):
    *_, model, _ = fitted
    looks = table(50, seed=9)
    forest = model.forests["mine"]
    families = forest.by_family(looks, FAMILY_OF, len(FAMILIES))
    middle = float(forest.value[forest.roots].sum()) + forest.start[0]
    np.testing.assert_allclose(families.sum(axis=1) + middle, forest.raw(looks), rtol=1e-4, atol=1e-5)


def test_held_out_sees_the_signal_and_keeps_its_intervals(fitted):
    _, trial, _, _, held_out = fitted
    assert held_out.probability[trial.mine].mean() > held_out.probability[~trial.mine].mean() + 0.2
    inside = (held_out.share_low <= trial.share) & (trial.share <= held_out.share_high)
    assert 0.6 < inside[trial.mine].mean() < 0.95


def test_fitting_again_gives_the_same_bytes(fitted):
    training, trial, fold, model, _ = fitted
    again, _ = fit(training, trial, fold=fold, trees=20)
    first, second = io.BytesIO(), io.BytesIO()
    model.save(first)
    again.save(second)
    assert first.getvalue() == second.getvalue()


def test_a_saved_model_is_the_same_model(fitted):
    *_, model, _ = fitted
    file = io.BytesIO()
    model.save(file)
    file.seek(0)
    back = read_model(file)
    looks = table(20, seed=3)
    np.testing.assert_array_equal(back.log_odds(looks), model.log_odds(looks))
    for name in FORESTS:
        np.testing.assert_array_equal(back.forests[name].raw(looks), model.forests[name].raw(looks))


def test_no_size_of_customer_is_learned():
    place = NAMES.index("level_log_kw")
    assert all(not (forest.feature == place).any() for forest in shipped_model().forests.values())


def test_a_model_of_other_looks_is_refused(fitted):
    *_, model, _ = fitted
    file = io.BytesIO()
    replace(model, looks=("other",)).save(file)
    file.seek(0)
    with pytest.raises(ValueError, match="other looks"):
        read_model(file)


def test_calibration_finds_the_scale_it_was_given():
    rng = np.random.default_rng(0)
    score = rng.normal(0, 2, 20000)
    mine = rng.random(20000) < 1 / (1 + np.exp(-(0.7 * score - 1.2)))
    np.testing.assert_allclose(calibration(score, mine), [0.7, -1.2], atol=0.08)
