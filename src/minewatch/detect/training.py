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
from minewatch.detect.learned import FORESTS, LEVELS, TRAITS, Model, chance_of, odds_of, snapped
from minewatch.kernels.looks import COSTLY, NAMES

UNUSED = frozenset({"level_log_kw"})
"""Figures a model may not learn from: how large a customer is says nothing about whether it mines."""


GATE = 0.08
"""Probability by the cheap figures below which a meter is not looked at closely."""

RATE = 0.06
"""Learning rate of the forest that judges."""

USED = 120
"""Figures that forest learns from: half of them, those that tell most; it halves the cost of learning."""

Floats = NDArray[np.float64]

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
    """What models that never saw a case's site said of it.

    ``score``, to rank by, joins the scores of the two forests on the scales of the model, the same for every case;
    ``probability`` is calibrated on the other folds. ``close`` tells whether the case passed the gate; ``first`` and
    ``mine`` are the two forests' own scores.
    """

    score: NDArray[np.float64]
    probability: NDArray[np.float64]
    close: NDArray[np.bool_]
    first: NDArray[np.float64]
    mine: NDArray[np.float64]
    share: NDArray[np.float64]
    share_low: NDArray[np.float64]
    share_high: NDArray[np.float64]
    started: NDArray[np.float64]
    stopped: NDArray[np.float64]
    switched: NDArray[np.float64]


def allowed(*, costly: bool) -> NDArray[np.int64]:
    """Places of the figures a forest may learn from; the costly ones are taken only of meters already suspected."""
    return np.array([i for i, name in enumerate(NAMES) if name not in UNUSED and (costly or name not in COSTLY)])


def classifier(
    seed: int, *, trees: int, leaves: int = 31, rate: float = 0.05, least: int = 60, figures: float = 0.1
) -> Any:
    """Return the boosted trees that tell two kinds of cases apart, not fitted yet.

    ``leaves`` of a tree, the ``least`` cases of a leaf, ``figures`` the share that a split chooses from.
    """
    return HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=rate,
        max_leaf_nodes=leaves,
        min_samples_leaf=least,
        l2_regularization=5.0,
        max_features=figures,
        early_stopping=False,
        random_state=seed,
    )


def regressor(seed: int, *, trees: int, leaves: int = 16, figures: float = 0.3) -> Any:
    """Return the boosted trees that estimate a number by its median, not fitted yet; ``leaves`` and ``figures`` as above."""
    return HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=trees,
        learning_rate=0.08,
        max_leaf_nodes=leaves,
        min_samples_leaf=20,
        max_features=figures,
        early_stopping=False,
        random_state=seed,
    )


def _forest(model: Any, looks: NDArray[np.float32], target: NDArray[Any], places: NDArray[np.int64]) -> Forest:
    """Fit on the figures at ``places`` and number them as in ``NAMES`` again."""
    forest = Forest.from_sklearn(model.fit(looks[:, places], target))
    feature = np.where(forest.feature >= 0, places[forest.feature], -1).astype(np.int16)
    return Forest(feature, *(getattr(forest, name) for name in Forest.__slots__[1:]))


def telling(cases: Cases, seed: int) -> NDArray[np.int64]:
    """Places of the ``USED`` figures by which a small forest on every third case gains most, in rising order."""
    places = allowed(costly=True)
    some = cases.rows(np.arange(0, len(cases.mine), 3))
    model = classifier(seed, trees=60, rate=0.15).fit(some.looks[:, places], some.mine)
    gain = np.zeros(len(places))
    for (predictor,) in model._predictors:  # noqa: SLF001 - there is no public way to the trees
        inner = predictor.nodes[predictor.nodes["is_leaf"] == 0]
        np.add.at(gain, inner["feature_idx"], inner["gain"])
    return np.asarray(np.sort(places[np.argsort(-gain, kind="stable")[:USED]]))


def forests(task: tuple[Cases, int, int]) -> dict[str, Forest]:
    """Fit the six forests of a model to cases, with a seed and a number of trees.

    The judging forest goes on with the quick forest's trees: the two err differently where hosts are none of those learned
    from, and their sum ranks better there than either.
    """
    cases, seed, trees = task
    mines = cases.rows(cases.mine)
    few = max(trees // 16, 4)
    places = telling(cases, seed)
    quick = _forest(classifier(seed, trees=2 * trees // 3), cases.looks, cases.mine, allowed(costly=False))
    close = _forest(classifier(seed, trees=trees, rate=RATE), cases.looks, cases.mine, places)
    share = np.log(np.maximum(mines.share, 1e-3))
    flags = {
        name: _forest(classifier(seed, trees=few, leaves=8), mines.looks, getattr(mines, name), places)
        for name in TRAITS
    }
    return {
        "first": quick,
        "mine": close.followed_by(quick),
        "share": _forest(regressor(seed, trees=trees // 4), mines.looks, share, allowed(costly=True)),
        **flags,
    }


def fit_glance(figures: NDArray[np.float32], mine: NDArray[np.bool_]) -> Forest:
    """Fit the small forest that judges by a glance: ``figures`` (rows, ``GLANCE_NAMES``) with their labels."""
    model = classifier(0, trees=160, leaves=16, rate=0.1, figures=0.4)
    return Forest.from_sklearn(model.fit(figures, mine))


def folds_of(group: NDArray[np.str_], *, folds: int, seed: int) -> dict[str, int]:
    """Fold of each group, drawn by seed."""
    names = np.unique(group)
    order = np.random.default_rng(seed).permutation(len(names))
    return {str(names[place]): i % folds for i, place in enumerate(order)}


def calibration(score: Floats, mine: NDArray[np.bool_]) -> Floats:
    """Two numbers (a, b) so that 1 / (1 + exp(-(a score + b))) is calibrated (Platt 1999).

    By Newton's method with steps halved until the likelihood rises, without which it runs away from some starts.
    """
    target = np.where(mine, (mine.sum() + 1) / (mine.sum() + 2), 1 / ((~mine).sum() + 2))
    inputs = np.column_stack([score, np.ones_like(score)])
    weights = np.array([1.0, 0.0])
    loss = _loss(inputs @ weights, target)
    for _ in range(50):
        chance = chance_of(inputs @ weights)
        slope = inputs.T @ (chance - target)
        bend = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + 1e-9 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        while _loss(inputs @ (weights - step), target) > loss and np.abs(step).max() > 1e-9:
            step = step / 2
        weights = weights - step
        loss = _loss(inputs @ weights, target)
    return weights


def _loss(odds: Floats, target: Floats) -> float:
    """Negative log-likelihood of targets by log-odds."""
    return float((np.logaddexp(0.0, odds) - target * odds).sum())


TAILS = (0.10, 0.09, 0.08, 0.07, 0.06, 0.05, 0.04)
"""Shares cut off on each side that :func:`honest_bands` tries."""


def error_bands(probability: Floats, error: Floats, *, tail: float) -> Floats:
    """Quantiles (``tail``, 50 %, 1 - ``tail``) of log(truth / estimate) by level of probability: (``LEVELS`` + 1, 3).

    A level that has fewer than 40 mines takes those of all.
    """
    level = np.digitize(probability, LEVELS)
    bands = np.empty((len(LEVELS) + 1, 3))
    for k in range(len(bands)):
        chosen = level == k
        bands[k] = np.quantile(error[chosen] if chosen.sum() >= 40 else error, [tail, 0.5, 1.0 - tail])
    return bands


def honest_bands(probability: Floats, error: Floats, fold: NDArray[np.int64]) -> Floats:
    """Bands that hold four fifths of the mines of a fold they were not taken from.

    Mines at other sites err more than those at the sites the quantiles come from, so the tails that are cut off are the
    largest of ``TAILS`` with which, leaving out one fold after another, four fifths of the left-out lie inside.
    """
    folds = np.unique(fold)
    for tail in TAILS[:-1]:
        inside = np.zeros(len(error), np.bool_)
        for k in folds:
            out = fold == k
            bands = error_bands(probability[~out], error[~out], tail=tail)[np.digitize(probability[out], LEVELS)]
            inside[out] = (bands[:, 0] <= error[out]) & (error[out] <= bands[:, 2])
        if inside.mean() >= 0.8:
            return error_bands(probability, error, tail=tail)
    return error_bands(probability, error, tail=TAILS[-1])


@dataclass(frozen=True, slots=True)
class Scales:
    """Calibration of the two forests and the gate between them, as in :class:`~minewatch.detect.learned.Model`."""

    first: Floats
    mine: Floats

    def judge(self, first: Floats, mine: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Log-odds of cases by their two scores, and which of them are looked at closely."""
        quick = self.first[0] * first + self.first[1]
        close = quick >= gate_odds()
        return np.where(close, self.mine[0] * mine + self.mine[1], quick), close


def scales(first: Floats, mine: Floats, label: NDArray[np.bool_]) -> Scales:
    """Calibrate the quick forest on all cases and the other on those that pass the gate."""
    quick = calibration(first, label)
    close = quick[0] * first + quick[1] >= gate_odds()
    return Scales(quick, calibration(mine[close], label[close]))


def gate_odds() -> float:
    """Log-odds of ``GATE``."""
    return float(odds_of(GATE))


def fit(
    training: Cases, trial: Cases, *, fold: Mapping[str, int], seed: int = 0, trees: int = 1000, mapper: Mapper = map
) -> tuple[Model, HeldOut]:
    """Fit a model and say how it does on cases whose sites it never saw.

    ``training`` may hold as many mines as it likes; ``trial`` must be drawn as meters come in use, for it sets the
    calibration. ``fold`` gives the fold of each group (:func:`folds_of`); the judgement of a fold's trial comes from
    forests fitted on the other folds' training and calibrated on the other folds' trial. The model itself is fitted on
    all. ``mapper`` runs the fits: ``map``, or a process pool's.
    """
    fold_training = np.array([fold[str(name)] for name in training.group])
    fold_trial = np.array([fold[str(name)] for name in trial.group])
    said = {name: np.zeros(len(trial.mine)) for name in FORESTS}
    folds = np.unique(fold_trial)
    tasks = [(training, seed, trees), *((training.rows(fold_training != k), seed, trees) for k in folds)]
    whole, *parts = mapper(forests, tasks)
    for k, part in zip(folds, parts, strict=True):
        here = fold_trial == k
        for name, forest in part.items():
            said[name][here] = forest.raw(trial.looks[here])
    return model_of(whole, said, trial, fold_trial)


def model_of(
    whole: dict[str, Forest], said: dict[str, Floats], trial: Cases, fold: NDArray[np.int64]
) -> tuple[Model, HeldOut]:
    """Calibrate: the model from the forests of all cases, and the held-out judgement, each fold's from the others'."""
    share = snapped(trial.looks, np.exp(said["share"]))
    error = np.log(np.where(trial.mine, trial.share, 1.0) / share)
    scale = scales(said["first"], said["mine"], trial.mine)
    score, close = scale.judge(said["first"], said["mine"])
    probability, low, high = np.zeros(len(share)), np.zeros(len(share)), np.zeros(len(share))
    for k in np.unique(fold):
        here, others = fold == k, fold != k
        others_scale = scales(said["first"][others], said["mine"][others], trial.mine[others])
        odds, _ = others_scale.judge(said["first"], said["mine"])
        probability[here] = chance_of(odds[here])
        known = others & trial.mine
        bands = honest_bands(chance_of(odds[known]), error[known], fold[known])[np.digitize(probability[here], LEVELS)]
        low[here] = share[here] * np.exp(bands[:, 0])
        high[here] = share[here] * np.exp(bands[:, 2])
    bands = honest_bands(chance_of(score[trial.mine]), error[trial.mine], fold[trial.mine])
    model = Model(whole, scale.first, gate_odds(), scale.mine, bands, tuple(NAMES), float(trial.mine.mean()))
    flags = {name: chance_of(said[name]) for name in TRAITS}
    held_out = HeldOut(score, probability, close, said["first"], said["mine"], share, low, high, **flags)
    return model, held_out
