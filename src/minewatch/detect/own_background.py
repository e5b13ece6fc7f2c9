"""Learning how a region's hosts look, without a visit: mines are simulated on its own meters, and trees grown on the model.

The shipped model never saw the region. Windows of the workspace's own meters, as they are or with a simulated mine or
look-alike, show it what is usual there: further trees start from its log-odds and learn what is left (gradient boosting,
Friedman 2001). A real mine among the meters is learned as usual; therefore a meter is judged only by trees that never saw
its site (:mod:`~minewatch.detect.parts`). Every score is of such windows; their mines are simulated.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import count
from typing import TypeVar

import numpy as np

from minewatch.detect.adapting import (
    LEAST_GAIN,
    Adapted,
    Growth,
    Visited,
    asked,
    close_log_odds,
    grown,
    moved_scale,
    rescaled,
    saved,
    scored,
    told_log_odds,
    unscaled,
)
from minewatch.detect.forest import Forest
from minewatch.detect.learned import Model, odds_of
from minewatch.detect.parts import Parts, parts_of

PARTS = 5
"""Parts of the sites: a meter is judged by trees grown on the other four."""
GROWTH = Growth(trees=200, rate=0.1, shrink=5.0, least=30, figures=0.15, leaves=8, rows=0.5, believed=0.5)
"""Chosen on two collections of meters, reported on three others (``bench/detection/own.py``)."""
KIND = "background"

Watched = Callable[[int, int], None]
"""Told (done, all) trees."""

Keeper = Callable[[int, Callable[[], Forest]], Forest]
"""Gives the trees of a part: kept from an earlier start, or grown by the function it is handed."""


Piece = TypeVar("Piece")


def keep_none(name: object, make: Callable[[], Piece]) -> Piece:
    """Make every piece of the work anew."""
    del name
    return make()


def learn_background(
    model: Model,
    *,
    training: Visited,
    trial: Visited,
    sites: Mapping[str, str],
    seed: int = 0,
    growth: Growth = GROWTH,
    watched: Watched = lambda _done, _all: None,
    keeper: Keeper = keep_none,
) -> Adapted:
    """Grow a forest a part on ``training`` windows and keep it where it told ``trial`` windows of its part surely better.

    ``training`` may hold as many mines as it likes, ``trial`` must hold as many as the model expects, for it sets the scale;
    both carry the part of each window's site. ``sites`` has the site of each meter learned from, and of all others there.
    Candidates are the moved scale alone and the trees with it; each must beat the one before as in ``adapting.adapt``.
    A model with trees of its own looks closely at every meter: what the shipped quick looks call clear is not what is clear here.
    """
    if trial.part is None:
        raise ValueError("every window needs the part of its site")
    parts = grown_by_part(model, training, sites, seed=seed, growth=growth, watched=watched, keeper=keeper)
    own = replace(model, own=parts, gate=float("-inf"))
    candidates = {"scale": model, KIND: own}
    said = {kind: told_log_odds(candidate, trial.looks, trial.part) for kind, candidate in candidates.items()}
    told = {"shipped": said["scale"]}
    for kind, candidate in candidates.items():
        told[kind] = np.empty(len(said[kind]))
        for k in np.unique(trial.part):
            here = trial.part == k
            moved = moved_scale(candidate, *rescaled(said[kind][~here], trial.mine[~here]))
            told[kind][here] = told_log_odds(moved, trial.looks[here], trial.part[here])
    tried = {kind: scored(odds, told["shipped"], trial, seed=seed) for kind, odds in told.items()}
    chosen = "shipped"
    for kind in candidates:
        over_shipped, over_chosen = tried[kind].gain, saved(told[kind], told[chosen], trial, seed)
        if over_shipped.value >= LEAST_GAIN and min(over_shipped.low, over_chosen.low) > 0:
            chosen = kind
    found, shift, slope = candidates.get(chosen, model), 0.0, 1.0
    if chosen != "shipped":
        shift, slope = rescaled(said[chosen], trial.mine)
        found = moved_scale(found, shift, slope)
    trees = growth.trees if chosen == KIND else 0
    number = len(np.unique(trial.site))
    return Adapted(chosen, found, shift, slope, trees, number, PARTS, tried, told["shipped"])


def grown_by_part(
    model: Model,
    training: Visited,
    sites: Mapping[str, str],
    *,
    seed: int,
    growth: Growth = GROWTH,
    watched: Watched = lambda _done, _all: None,
    keeper: Keeper = keep_none,
) -> Parts:
    """Grow the forest of each part on the windows of all other parts. ValueError where a window has no part.

    ``keeper`` may have a part's trees from an earlier start of the same work.
    """
    part = training.part
    if part is None:
        raise ValueError("every window needs the part of its site")
    every = PARTS * growth.trees

    def grow(k: int) -> Forest:
        some, done = training.rows(part != k), count(k * growth.trees + 1)
        share = float(some.mine.mean())
        # There are more mines in these windows than the log-odds expect.
        odds = close_log_odds(model, some.looks) + odds_of(share) - odds_of(model.prevalence)
        further = grown(
            some.looks,
            some.mine,
            odds,
            places=asked(model),
            how=growth,
            seed=seed,
            told=lambda: watched(next(done), every),
        )
        return unscaled(model, further)

    forests = []
    for k in range(PARTS):
        forests.append(keeper(k, partial(grow, k)))
        watched((k + 1) * growth.trees, every)
    return parts_of(sites, forests)
