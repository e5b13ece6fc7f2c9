"""Fitting the second look at suspects (:mod:`minewatch.detect.refine`), cross-fitted so that what it reports is held out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.forest import Forest
from minewatch.detect.refine import GROUPS, Choices, Figures, Refiner, Suspect, begin_of, end_of, group_of, power_row
from minewatch.detect.training import classifier, regressor

Floats = NDArray[np.float64]

WITHIN = 1.0
"""Days by which a date may be off and still be right."""

LEAST_OF_GROUP = 40
"""A group with fewer cases takes the bands of all."""


@dataclass(frozen=True, slots=True)
class Case:
    """A suspect with known truth: ``since`` in days from the window's start, ``kw`` its part's mean while it runs."""

    suspect: Suspect
    choices: Choices
    since: float
    kw: float
    group: str


def fit_refiner(
    cases: Sequence[Case], *, fold: NDArray[np.int64], seed: int = 0, trees: int = 250
) -> tuple[Refiner, dict[int, Refiner]]:
    """Fit on all cases; and for each fold (one number a case) the refiner that never saw its cases.

    Of the days, the power's forest is told those that a forest chose that never saw the case's fold: it learns to live with
    their errors. The bands are quantiles of what power forests err on folds they never saw.
    """
    folds = [int(k) for k in np.unique(fold)]
    owner = np.repeat(np.arange(len(cases)), [len(case.choices.days) for case in cases])
    rows = np.concatenate([case.choices.figures for case in cases])
    right = np.concatenate([np.abs(case.choices.days - case.since) <= WITHIN for case in cases])
    days = {k: _days_forest(rows[fold[owner] != k], right[fold[owner] != k], seed, trees) for k in folds}
    figures = np.stack([_chosen(case, days[int(k)]) for case, k in zip(cases, fold, strict=True)])
    target = np.log([case.kw / (case.suspect.share * case.suspect.size) for case in cases])
    powers = {k: _power_forest(figures[fold != k], target[fold != k], seed, trees) for k in folds}
    left = target.copy()
    for k in folds:
        left[fold == k] -= powers[k].raw(figures[fold == k])
    group = np.array([group_of(row) for row in figures])
    parts = {k: Refiner(days[k], powers[k], bands_of(left[fold != k], group[fold != k])) for k in folds}
    whole = Refiner(
        _days_forest(rows, right, seed, trees), _power_forest(figures, target, seed, trees), bands_of(left, group)
    )
    return whole, parts


def bands_of(left: Floats, group: NDArray[np.int64]) -> Floats:
    """Quantiles (10 %, 90 %) of errors by group: (``GROUPS``, 2)."""
    chosen = [left[group == k] for k in range(GROUPS)]
    return np.array([np.quantile(some if len(some) >= LEAST_OF_GROUP else left, [0.1, 0.9]) for some in chosen])


def _chosen(case: Case, days: Forest) -> Figures:
    """Row of power figures with the day that a forest chooses."""
    place = int(np.argmax(days.raw(case.choices.figures)))
    end = end_of(case.suspect, begin_of(case.suspect, case.choices, place))
    return power_row(case.suspect, case.choices, place, end)


def _days_forest(rows: Figures, right: NDArray[np.bool_], seed: int, trees: int) -> Forest:
    model = classifier(seed, trees=trees, leaves=20, rate=0.06, least=40, figures=0.2)
    return Forest.from_sklearn(model.fit(rows, right))


def _power_forest(rows: Figures, target: Floats, seed: int, trees: int) -> Forest:
    model = regressor(seed, trees=4 * trees // 5, leaves=12, figures=0.2)
    return Forest.from_sklearn(model.fit(rows, target))
