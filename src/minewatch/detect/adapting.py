"""Adapting the shipped model to what visits found: its scale moved, and with hundreds of visits further trees grown on top.

Visits are few and dear, and they went where the model already pointed. So the shipped model is the prior: true log-odds are
believed to be ``shift + slope × told``, near 0 and 1 (Platt 1999 with a normal prior), and three visits hardly move them.
Further trees start from the moved log-odds and learn only what is left (gradient boosting, Friedman 2001, with Newton's leaf
values). Nothing of it is taken unless it told held-out sites better than the shipped model did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score
from sklearn.tree import DecisionTreeRegressor

from minewatch.detect.forest import Forest, from_trees
from minewatch.detect.learned import Model, chance_of

Floats = NDArray[np.float64]

DOUBT = (1.0, 0.5)
"""Standard deviations of shift and slope before any visit, the same as those of a budget of visits."""
SLOPES = (0.1, 3.0)
"""Least and greatest slope: a model is never turned upside down by visits."""
LEAST_SITES = 8
"""Sites below which nothing can be held out."""
TREES_FROM, TREES_EACH = 200, 40
"""Visits, and visits of each answer, from which further trees are tried."""
LEAST_GAIN = 0.01
"""Log-loss saved a visit below which a candidate is not worth screening everything again."""
FOLDS = 5
DRAWS = 400
CLIPPED = 12.0
"""Log-odds beyond this are not believed when they are scored."""


@dataclass(frozen=True, slots=True)
class Growth:
    """How further trees are grown: ``rate`` a tree, leaf values shrunk by ``shrink``, each on a share ``rows`` of the rows.

    A tree is at most ``depth`` deep or has at most ``leaves`` leaves, of at least ``least`` rows or ``least_share`` of them,
    and asks a share ``figures`` of the figures at each split. In the end a share ``believed`` of what all say is taken.
    """

    trees: int
    rate: float
    shrink: float
    least: int
    figures: float
    depth: int | None = None
    leaves: int | None = None
    least_share: float = 0.0
    rows: float = 1.0
    believed: float = 1.0


VISITED = Growth(trees=40, rate=0.05, shrink=10.0, least=10, figures=0.3, depth=2, least_share=0.05)
"""How trees are grown on visits."""


@dataclass(frozen=True, slots=True)
class Visited:
    """Meters somebody looked at: ``looks`` (meters, ``NAMES``) with the costly ones, whether there was a mine, the ``site``.

    ``part`` is that of the meter where the model judges by parts (``parts.Parts``), None elsewhere.
    """

    looks: NDArray[np.float32]
    mine: NDArray[np.bool_]
    site: NDArray[np.str_]
    part: NDArray[np.int64] | None = None

    def rows(self, chosen: NDArray[Any]) -> "Visited":
        """Return the chosen rows."""
        part = None if self.part is None else self.part[chosen]
        return Visited(self.looks[chosen], self.mine[chosen], self.site[chosen], part)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure with its 90 % interval, bootstrapped over sites."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scored:
    """How held-out sites were told: ``pr_auc`` is None where all answers are the same; ``gain`` is the log-loss saved."""

    log_loss: Figure
    calibration_error: Figure
    pr_auc: Figure | None
    gain: Figure


@dataclass(frozen=True, slots=True)
class Adapted:
    """What came of the visits.

    ``kind`` is ``shipped`` (nothing was better: ``model`` is the one given), ``scale`` or ``trees``; ``tried`` has every
    candidate's scores by kind, the shipped model's among them. ``odds`` are what the shipped model told of each visit.
    """

    kind: str
    model: Model
    shift: float
    slope: float
    trees: int
    sites: int
    folds: int
    tried: Mapping[str, Scored]
    odds: Floats


def told_log_odds(model: Model, looks: NDArray[np.float32], part: NDArray[np.int64] | None = None) -> Floats:
    """Log-odds as the screen tells them: the quick forest's below the gate, the other's above it.

    ``part`` is that of each row's meter, needed where the model judges by parts.
    """
    quick = model.first_log_odds(looks)
    return np.where(quick >= model.gate, close_log_odds(model, looks, part), quick)


def close_log_odds(model: Model, looks: NDArray[np.float32], part: NDArray[np.int64] | None = None) -> Floats:
    """Log-odds of meters looked at closely, each by its part's trees. ValueError where a part is needed and not given."""
    if model.own is None:
        return model.log_odds(looks)
    if part is None:
        raise ValueError("the model judges by parts of the meters")
    odds = np.empty(len(looks))
    for k in np.unique(part):
        odds[part == k] = model.for_part(int(k)).log_odds(looks[part == k])
    return odds


def adapt(model: Model, visited: Visited, *, seed: int = 0) -> Adapted:
    """Adapt ``model`` to ``visited``, or keep it where nothing told held-out sites better.

    A candidate is better when the lower end of the 90 % interval of the log-loss it saves, over sites, is above 0, and
    what it saves is at least :data:`LEAST_GAIN`; trees must be better than the moved scale too.

    ValueError with fewer than :data:`LEAST_SITES` sites.
    """
    sites = np.unique(visited.site)
    if len(sites) < LEAST_SITES:
        raise ValueError("too few sites")
    kinds = ["scale"]
    if len(visited.mine) >= TREES_FROM and min(visited.mine.sum(), (~visited.mine).sum()) >= TREES_EACH:
        kinds.append("trees")
    folds = min(FOLDS, len(sites))
    order = np.random.default_rng(seed).permutation(len(sites))
    fold = (order % folds)[np.searchsorted(sites, visited.site)]
    told = {"shipped": told_log_odds(model, visited.looks, visited.part)}
    for kind in kinds:
        told[kind] = np.empty(len(fold))
        for k in range(folds):
            here = fold == k
            judge, *_ = learn(model, visited.rows(~here), kind=kind, seed=seed)
            others = visited.rows(here)
            told[kind][here] = told_log_odds(judge, others.looks, others.part)
    tried = {kind: scored(odds, told["shipped"], visited, seed=seed) for kind, odds in told.items()}
    chosen = "shipped"
    for kind in kinds:
        gain = saved(told[kind], told[chosen], visited, seed)
        if gain.low > 0 and gain.value >= LEAST_GAIN:
            chosen = kind
    found, shift, slope = learn(model, visited, kind=chosen, seed=seed)
    trees = len(found.forests["mine"].roots) - len(model.forests["mine"].roots)
    return Adapted(chosen, found, shift, slope, trees, len(sites), folds, tried, told["shipped"])


def learn(model: Model, visited: Visited, *, kind: str, seed: int) -> tuple[Model, float, float]:
    """Return the model of a ``kind`` learned from all of ``visited``, and its shift and slope."""
    if kind == "shipped":
        return model, 0.0, 1.0
    shift, slope = rescaled(told_log_odds(model, visited.looks, visited.part), visited.mine)
    moved = moved_scale(model, shift, slope)
    if kind == "trees":
        close = moved.first_log_odds(visited.looks) >= moved.gate
        some = visited.rows(close)
        if min(some.mine.sum(), (~some.mine).sum()) > 0:
            odds = close_log_odds(moved, some.looks, some.part)
            further = grown(some.looks, some.mine, odds, places=asked(model), how=VISITED, seed=seed)
            moved = with_trees(moved, further)
    return moved, shift, slope


def rescaled(odds: Floats, mine: NDArray[np.bool_]) -> tuple[float, float]:
    """Shift and slope of greatest posterior, given what was told and what was found."""

    def loss(at: Floats) -> tuple[float, Floats]:
        moved = at[0] + at[1] * odds
        off = chance_of(moved) - mine
        doubt = (at - [0.0, 1.0]) / DOUBT
        value = (np.logaddexp(0.0, moved) - mine * moved).sum() + 0.5 * (doubt**2).sum()
        return float(value), np.array([off.sum(), (off * odds).sum()]) + doubt / DOUBT

    found = minimize(loss, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(-10.0, 10.0), SLOPES])
    return float(found.x[0]), float(found.x[1])


def moved_scale(model: Model, shift: float, slope: float) -> Model:
    """Return the model with the scales of both its forests moved.

    Whoever was looked at closely before still is, and so is everybody whose moved probability reaches the gate's: nobody
    is told a noticeable probability without reasons.
    """
    move = np.array([0.0, shift])
    return replace(
        model,
        first_scale=slope * model.first_scale + move,
        scale=slope * model.scale + move,
        gate=min(slope * model.gate + shift, model.gate),
    )


def asked(model: Model) -> NDArray[np.int64]:
    """Places of the figures that the judging forest asks."""
    places = np.unique(model.forests["mine"].feature)
    return places[places >= 0].astype(np.int64)


def grown(
    looks: NDArray[np.float32],
    mine: NDArray[np.bool_],
    odds: Floats,
    *,
    places: NDArray[np.int64],
    how: Growth,
    seed: int,
    told: Callable[[], None] = lambda: None,
) -> Forest:
    """Grow small trees on what ``odds`` leave unexplained, on the figures at ``places``; in log-odds.

    ``told`` is called after each tree.
    """
    figures = looks[:, places]
    now, trees = odds.copy(), []
    values: list[Floats] = []
    number = round(len(now) * how.rows)
    for count in range(how.trees):
        chance = chance_of(now)
        left, bend = mine - chance, chance * (1 - chance)
        rows: Any = slice(None)
        if how.rows < 1:
            rows = np.random.default_rng([seed, count]).choice(len(now), number, replace=False)
        tree = DecisionTreeRegressor(
            max_depth=how.depth,
            max_leaf_nodes=how.leaves,
            min_samples_leaf=max(how.least, int(number * how.least_share)),
            max_features=how.figures,
            random_state=seed + count,
        ).fit(figures[rows], left[rows])
        leaf = tree.apply(figures)
        nodes = tree.tree_.node_count
        weight = np.bincount(leaf[rows], bend[rows], nodes) + how.shrink
        value = np.asarray(how.rate * np.bincount(leaf[rows], left[rows], nodes) / weight, np.float64)
        now = now + value[leaf]
        trees.append(tree.tree_)
        values.append(how.believed * value)
        told()
    return from_trees(trees, values, places)


def with_trees(model: Model, further: Forest) -> Model:
    """Return the model whose judging forest goes on with ``further``, whose values are log-odds."""
    forest = model.forests["mine"].followed_by(unscaled(model, further))
    return replace(model, forests={**model.forests, "mine": forest})


def unscaled(model: Model, further: Forest) -> Forest:
    """Return trees whose values are log-odds in the units of the model's judging forest."""
    scale = float(model.scale[0])
    return replace(further, value=(further.value / scale).astype(np.float32), start=further.start / scale)


def scored(odds: Floats, shipped: Floats, visited: Visited, *, seed: int) -> Scored:
    """Score held-out log-odds against what was found, each figure with its interval over sites."""
    mine = visited.mine
    rank = None
    if mine.any() and not mine.all():
        rank = _figure(lambda rows: _pr_auc(odds[rows], mine[rows]), visited.site, seed)
    return Scored(
        _figure(lambda rows: float(_losses(odds[rows], mine[rows]).mean()), visited.site, seed),
        _figure(lambda rows: calibration_error(odds[rows], mine[rows]), visited.site, seed),
        rank,
        saved(odds, shipped, visited, seed),
    )


def calibration_error(odds: Floats, mine: NDArray[np.bool_]) -> float:
    """Measure the expected calibration error over ten bins of equal width; with few visits chance alone makes it large."""
    chance = chance_of(odds)
    place = np.minimum((chance * 10).astype(int), 9)
    return float(
        sum(
            (place == k).mean() * abs(chance[place == k].mean() - mine[place == k].mean())
            for k in range(10)
            if (place == k).any()
        )
    )


def saved(odds: Floats, other: Floats, visited: Visited, seed: int) -> Figure:
    """Log-loss that ``odds`` save over ``other``."""
    saved = _losses(other, visited.mine) - _losses(odds, visited.mine)
    return _figure(lambda rows: float(saved[rows].mean()), visited.site, seed)


def _losses(odds: Floats, mine: NDArray[np.bool_]) -> Floats:
    believed = np.clip(odds, -CLIPPED, CLIPPED)
    return np.asarray(np.logaddexp(0.0, believed) - mine * believed)


def _pr_auc(odds: Floats, mine: NDArray[np.bool_]) -> float:
    return float(average_precision_score(mine, odds)) if mine.any() else float("nan")


def _figure(measure: Any, site: NDArray[np.str_], seed: int) -> Figure:
    """Measure all rows, and the 5 % and 95 % quantiles over draws of sites."""
    chance = np.random.default_rng(seed)
    names, place = np.unique(site, return_inverse=True)
    rows = [np.flatnonzero(place == i) for i in range(len(names))]
    drawn = [
        measure(np.concatenate([rows[i] for i in chance.integers(0, len(names), len(names))])) for _ in range(DRAWS)
    ]
    low, high = np.nanquantile(drawn, [0.05, 0.95])
    return Figure(measure(np.arange(len(site))), float(low), float(high))
