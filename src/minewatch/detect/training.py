"""Learning: from looks with known truth to a model, cross-fitted by site so that every figure it reports is held out.

The same function serves the shipped model and users who retrain on their own inspection results.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from minewatch.detect.forest import Forest
from minewatch.detect.learned import LEVELS, Model, snapped
from minewatch.kernels.looks import COSTLY, NAMES

UNUSED = frozenset({"level_log_kw"})
"""Figures a model may not learn from: how large a customer is says nothing about whether it mines."""


Mapper = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""As ``map`` with one iterable."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Looks with known truth, one row a window.

    ``looks`` (rows, ``NAMES``) float32. ``mine`` is the label. ``share`` is the mine's mean power while it runs over
    the meter's mean power, NaN where there is none. ``started`` and ``stopped``: it did so inside the window.
    ``switched``: it runs in hours or blocks, not all the time. ``group``: rows of one group (a site) are never on
    both sides of a split.
    """

    looks: NDArray[np.float32]
    mine: NDArray[np.bool_]
    share: NDArray[np.float64]
    started: NDArray[np.bool_]
    stopped: NDArray[np.bool_]
    switched: NDArray[np.bool_]
    group: NDArray[np.str_]

    def rows(self, chosen: NDArray[Any]) -> "Cases":
        """Return the chosen rows."""
        return Cases(*(getattr(self, name)[chosen] for name in Cases.__slots__))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What models that never saw a case's site said of it: scores before calibration, and the rest of a judgement."""

    score: NDArray[np.float64]
    probability: NDArray[np.float64]
    share: NDArray[np.float64]
    share_low: NDArray[np.float64]
    share_high: NDArray[np.float64]
    started: NDArray[np.float64]
    stopped: NDArray[np.float64]
    switched: NDArray[np.float64]


def allowed(*, costly: bool) -> NDArray[np.int64]:
    """Places of the figures a forest may learn from; the costly ones are taken only of meters already suspected."""
    return np.array([i for i, name in enumerate(NAMES) if name not in UNUSED and (costly or name not in COSTLY)])


def _classifier(seed: int, *, trees: int, leaves: int = 31) -> Any:
    return HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=0.05,
        max_leaf_nodes=leaves,
        min_samples_leaf=60,
        l2_regularization=5.0,
        max_features=0.1,
        early_stopping=False,
        random_state=seed,
    )


def _regressor(seed: int, *, trees: int) -> Any:
    return HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=trees,
        learning_rate=0.08,
        max_leaf_nodes=16,
        min_samples_leaf=20,
        max_features=0.3,
        early_stopping=False,
        random_state=seed,
    )


def _forest(model: Any, looks: NDArray[np.float32], target: NDArray[Any], *, costly: bool = True) -> Forest:
    """Fit on the allowed figures and number them as in ``NAMES`` again."""
    places = allowed(costly=costly)
    forest = Forest.from_sklearn(model.fit(looks[:, places], target))
    feature = np.where(forest.feature >= 0, places[forest.feature], -1).astype(np.int16)
    return Forest(feature, *(getattr(forest, name) for name in Forest.__slots__[1:]))


def forests(task: tuple[Cases, int, int]) -> dict[str, Forest]:
    """Fit the five forests of a model to cases, with a seed and a number of trees."""
    cases, seed, trees = task
    mines = cases.rows(cases.mine)
    return {
        "mine": _forest(_classifier(seed, trees=trees), cases.looks, cases.mine, costly=False),
        "share": _forest(_regressor(seed, trees=trees // 2), mines.looks, np.log(np.maximum(mines.share, 1e-3))),
        "started": _forest(_classifier(seed, trees=trees // 5, leaves=8), mines.looks, mines.started),
        "stopped": _forest(_classifier(seed, trees=trees // 5, leaves=8), mines.looks, mines.stopped),
        "switched": _forest(_classifier(seed, trees=trees // 5, leaves=8), mines.looks, mines.switched),
    }


def folds_of(group: NDArray[np.str_], *, folds: int, seed: int) -> dict[str, int]:
    """Fold of each group, drawn by seed."""
    names = np.unique(group)
    order = np.random.default_rng(seed).permutation(len(names))
    return {str(names[place]): i % folds for i, place in enumerate(order)}


def calibration(score: NDArray[np.float64], mine: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Two numbers (a, b) so that 1 / (1 + exp(-(a score + b))) is calibrated (Platt 1999), by Newton's method."""
    target = np.where(mine, (mine.sum() + 1) / (mine.sum() + 2), 1 / ((~mine).sum() + 2))
    inputs = np.column_stack([score, np.ones_like(score)])
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chance - target)
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + 1e-9 * np.eye(2)
        weights -= np.linalg.solve(bend, slope)
    return weights


def error_bands(
    probability: NDArray[np.float64], share: NDArray[np.float64], truth: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Quantiles (10, 50, 90 %) of log(truth / estimate) for mines by level of probability: (``LEVELS`` + 1, 3).

    The lowest level that has fewer than 40 mines takes those of all.
    """
    error = np.log(truth / share)
    level = np.digitize(probability, LEVELS)
    bands = np.empty((len(LEVELS) + 1, 3))
    for k in range(len(bands)):
        chosen = level == k
        bands[k] = np.quantile(error[chosen] if chosen.sum() >= 40 else error, [0.1, 0.5, 0.9])
    return bands


def fit(
    training: Cases, trial: Cases, *, fold: Mapping[str, int], seed: int = 0, trees: int = 300, mapper: Mapper = map
) -> tuple[Model, HeldOut]:
    """Fit a model and say how it does on cases whose sites it never saw.

    ``training`` may hold as many mines as it likes; ``trial`` must be drawn as meters come in use, for it sets the
    calibration. ``fold`` gives the fold of each group (:func:`folds_of`); the judgement of a fold's trial comes from
    forests fitted on the other folds' training and calibrated on the other folds' trial. The model itself is fitted on
    all. ``mapper`` runs the fits: ``map``, or a process pool's.
    """
    fold_training = np.array([fold[str(name)] for name in training.group])
    fold_trial = np.array([fold[str(name)] for name in trial.group])
    said = {name: np.zeros(len(trial.mine)) for name in ("mine", "share", "started", "stopped", "switched")}
    folds = np.unique(fold_trial)
    tasks = [(training, seed, trees), *((training.rows(fold_training != k), seed, trees) for k in folds)]
    whole, *parts = mapper(forests, tasks)
    for k, part in zip(folds, parts, strict=True):
        here = fold_trial == k
        for name, forest in part.items():
            said[name][here] = forest.raw(trial.looks[here])
    share = snapped(trial.looks, np.exp(said["share"]))
    probability = np.zeros(len(trial.mine))
    low, high = np.zeros(len(trial.mine)), np.zeros(len(trial.mine))
    for k in np.unique(fold_trial):
        here, others = fold_trial == k, fold_trial != k
        scale = calibration(said["mine"][others], trial.mine[others])
        probability[here] = 1 / (1 + np.exp(-(scale[0] * said["mine"][here] + scale[1])))
        chance = 1 / (1 + np.exp(-(scale[0] * said["mine"] + scale[1])))
        known = others & trial.mine
        bands = error_bands(chance[known], share[known], trial.share[known])
        level = np.digitize(probability[here], LEVELS)
        low[here] = share[here] * np.exp(bands[level, 0])
        high[here] = share[here] * np.exp(bands[level, 2])
    scale = calibration(said["mine"], trial.mine)
    chance = 1 / (1 + np.exp(-(scale[0] * said["mine"] + scale[1])))
    bands = error_bands(chance[trial.mine], share[trial.mine], trial.share[trial.mine])
    model = Model(whole, scale, bands, tuple(NAMES), float(trial.mine.mean()))
    odds = {name: 1 / (1 + np.exp(-said[name])) for name in ("started", "stopped", "switched")}
    return model, HeldOut(said["mine"], probability, share, low, high, **odds)
