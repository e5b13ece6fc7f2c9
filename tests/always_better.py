"""A learning from own meters that keeps two trees a part whatever they are worth: tests draw too few windows to be better."""

from dataclasses import replace

import numpy as np

from minewatch.detect.adapting import Adapted, Visited, scored, told_log_odds
from minewatch.detect.own_background import GROWTH, KIND, PARTS, grown_by_part, keep_none
from minewatch.model.curve_models import SHIPPED


def always_better(model, *, training, trial, sites, seed, watched, keeper=keep_none):
    """Stand in for ``learn_background``."""
    few = replace(GROWTH, trees=2)
    parts = grown_by_part(model, training, sites, seed=seed, growth=few, keeper=keeper)
    watched(1, 1)
    told = told_log_odds(model, trial.looks)
    some = Visited(trial.looks, np.arange(len(told)) % 9 == 0, trial.site)
    scores = scored(told, told, some, seed=0)
    own = replace(model, own=parts, gate=float("-inf"))
    return Adapted(KIND, own, 0.1, 0.9, 2, len(sites), PARTS, {SHIPPED: scores, KIND: scores}, told)
