"""Learn a region's own background, without a visit: ``python bench/detection/own.py --write`` after ``train.py``.

Each collection of meters is left out of training in turn, as in ``unseen.py``. Then its own windows, drawn for training, show a
model that never saw it how its hosts look: a forest a fold of its sites, grown on the other folds, each judging the trial
windows of the fold it never saw. Once as drawn, once with two in a hundred of the windows called free of a mine really
holding one. The settings were chosen on two collections; ``--write`` puts the table into docs/benchmarks.md.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
from report import PAGE
from train import begin
from unseen import SINGLE_SITES, TREES, Bench, of_collection, read, whole_model

from minewatch.detect.adapting import Adapted, Figure, Visited
from minewatch.detect.own_background import GROWTH, KIND, learn_background

CHOSEN_ON = ("cambridge_buildings_60min", "openfido_mixed_60min")
HIDDEN = 0.02
"""Share of the windows without a mine, as they are labelled, that hold one."""


def adapted(bench: Bench, name: str, fold: dict[str, int]) -> tuple[int, Adapted, Adapted]:
    """Learn a collection that the model never saw: windows learned from, outcome as drawn, and with mines hidden."""
    model = whole_model(bench, name)
    of = np.array([of_collection(str(site), name) for site in bench.training.group])
    rows = bench.collection == name
    site = bench.training.group[of]
    training = Visited(bench.training.looks[of], bench.training.mine[of], site, folds(site, fold))
    place = np.array([f"{w}" for w in bench.source[rows]])
    trial = Visited(bench.trial.looks[rows], bench.trial.mine[rows], place, folds(bench.trial.group[rows], fold))
    chance = np.random.default_rng(0)
    mine = training.mine.copy()
    number = round(HIDDEN / (1 - HIDDEN) * int((~mine).sum()))
    mine[chance.choice(np.flatnonzero(mine), number, replace=False)] = False
    plain = learn_background(model, training=training, trial=trial, sites={})
    hidden = learn_background(model, training=replace(training, mine=mine), trial=trial, sites={})
    return len(mine), plain, hidden


def folds(site: np.ndarray, fold: dict[str, int]) -> np.ndarray:
    """Folds of sites: those in which hosts were joined when the windows were drawn."""
    return np.array([fold[str(name)] for name in site])


def shown(one: Figure) -> str:
    """Show a measure with its interval."""
    return f"{one.value:.3f} ({one.low:.3f} … {one.high:.3f})"


def table(bench: Bench, fold: dict[str, int], names: list[str]) -> Iterator[str]:
    """Yield the table of collections."""
    yield (
        "| background never seen | windows learned from | PR-AUC before | own background learned | 2 % hidden mines | "
        "log-loss before | scale moved | learned | calibration error before | learned | kept |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|---|"
    for name in names:
        number, plain, hidden = adapted(bench, name, fold)
        before, scale, after = (plain.tried[kind] for kind in ("shipped", "scale", KIND))
        if before.pr_auc is None or after.pr_auc is None:
            raise SystemExit(f"{name}: the trial needs windows with and without a mine")
        other = hidden.tried[KIND].pr_auc
        figures = (
            shown(before.pr_auc),
            shown(after.pr_auc),
            f"{other.value:.3f}" if other else "",
            f"{before.log_loss.value:.3f}",
            f"{scale.log_loss.value:.3f}",
            f"{after.log_loss.value:.3f}",
            f"{before.calibration_error.value:.3f}",
            f"{after.calibration_error.value:.3f}",
            "yes" if plain.kind == KIND else "no",
        )
        yield f"| {name}{' (settings chosen here)' if name in CHOSEN_ON else ''} | {number} | {' | '.join(figures)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawn", type=Path, default=Path("drawn.pkl"), help="what train.py drew")
    parser.add_argument("--windows", type=int, default=30_000, help="most training windows of a fit")
    parser.add_argument("--only", nargs="*", default=[], help="collections; none: all of more than one site")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    _, fold = begin()
    bench = read(options.drawn, windows=options.windows, trees=TREES)
    names = options.only or [str(one) for one in np.unique(bench.collection) if one not in SINGLE_SITES]
    now = datetime.now(timezone(timedelta(hours=8)))
    text = [
        (
            f"{now:%Y-%m-%d}; {GROWTH.trees} trees a fold on a model of {TREES} trees that never saw the collection, no gate, "
            "simulated mines; intervals (90 %) over meters."
        ),
        "",
    ]
    for line in table(bench, fold, names):
        text.append(line)
        print(line, flush=True)
    print(f"{time.perf_counter() - began:.0f} s")
    if options.write:
        first, last = "<!-- own: begin -->\n", "<!-- own: end -->"
        page = PAGE.read_text("utf-8")
        PAGE.write_text(page.split(first)[0] + first + "\n".join(text) + "\n" + last + page.split(last)[1], "utf-8")


if __name__ == "__main__":
    main()
