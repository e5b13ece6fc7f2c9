"""Learn a region's own background, without a visit: ``python bench/detection/own.py --write`` after ``train.py``.

Each collection of meters is left out of training in turn, as in ``unseen.py``. Then its own windows, drawn for training, show a
model that never saw it how its hosts look: a forest a fold of its sites, grown on the other folds, each judging the trial
windows of the fold it never saw; as many windows as ``minewatch model learn`` draws. ``--hidden 0.02``: once more with two in a
hundred of the windows that are called free of a mine really holding one. The settings were chosen on two collections;
``--write`` puts the table into docs/benchmarks.md.
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
from minewatch.usecases.documentation import write_between
from minewatch.usecases.own_windows import MOST_EACH, WINDOWS

CHOSEN_ON = ("cambridge_buildings_60min", "openfido_mixed_60min")


def windows_of(bench: Bench, name: str, fold: dict[str, int]) -> tuple[Visited, Visited]:
    """Return a collection's windows to learn from, at most as many as a workspace's, and its trial windows."""
    rows = bench.collection == name
    source = bench.source[rows]
    trial = Visited(bench.trial.looks[rows], bench.trial.mine[rows], source, folds(bench.trial.group[rows], fold))
    of = np.flatnonzero([of_collection(str(site), name) for site in bench.training.group])
    most = min(WINDOWS, MOST_EACH * len(np.unique(source)), len(of))
    of = np.sort(np.random.default_rng(0).choice(of, most, replace=False))
    site = bench.training.group[of]
    return Visited(bench.training.looks[of], bench.training.mine[of], site, folds(site, fold)), trial


def with_hidden(training: Visited, share: float) -> Visited:
    """Call windows with a mine free of one, so that they are a share of all that are called so."""
    mine = training.mine.copy()
    number = round(share / (1 - share) * int((~mine).sum()))
    mine[np.random.default_rng(0).choice(np.flatnonzero(mine), number, replace=False)] = False
    return replace(training, mine=mine)


def folds(site: np.ndarray, fold: dict[str, int]) -> np.ndarray:
    """Folds of sites: those in which hosts were joined when the windows were drawn."""
    return np.array([fold[str(name)] for name in site])


def shown(one: Figure) -> str:
    """Show a measure with its interval."""
    return f"{one.value:.3f} ({one.low:.3f} … {one.high:.3f})"


def table(bench: Bench, fold: dict[str, int], names: list[str], hidden: float) -> Iterator[str]:
    """Yield the table of collections."""
    yield (
        "| background never seen | windows learned from | PR-AUC before | own background learned | log-loss before | "
        "scale moved | learned | calibration error before | learned | kept |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for name in names:
        model = whole_model(bench, name)
        training, trial = windows_of(bench, name, fold)
        note = " (settings chosen here)" if name in CHOSEN_ON else ""
        yield row(f"{name}{note}", training, learn_background(model, training=training, trial=trial, sites={}))
        if hidden:
            found = learn_background(model, training=with_hidden(training, hidden), trial=trial, sites={})
            yield row(f"{name}, {hidden:.0%} mines hidden", training, found)


def row(name: str, training: Visited, found: Adapted) -> str:
    """Show one collection."""
    before, scale, after = (found.tried[kind] for kind in ("shipped", "scale", KIND))
    if before.pr_auc is None or after.pr_auc is None:
        raise SystemExit(f"{name}: the trial needs windows with and without a mine")
    losses = " | ".join(f"{one.log_loss.value:.3f}" for one in (before, scale, after))
    errors = " | ".join(f"{one.calibration_error.value:.3f}" for one in (before, after))
    kept = "yes" if found.kind == KIND else "no"
    ranks = f"{shown(before.pr_auc)} | {shown(after.pr_auc)}"
    return f"| {name} | {len(training.mine)} | {ranks} | {losses} | {errors} | {kept} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawn", type=Path, default=Path("drawn.pkl"), help="what train.py drew")
    parser.add_argument("--windows", type=int, default=30_000, help="most training windows of a fit")
    parser.add_argument("--only", nargs="*", default=[], help="collections; none: all of more than one site")
    parser.add_argument("--hidden", type=float, default=0.0, help="share of windows called free that hold a mine")
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
    for line in table(bench, fold, names, options.hidden):
        text.append(line)
        print(line, flush=True)
    print(f"{time.perf_counter() - began:.0f} s")
    if options.write:
        write_between(PAGE, name="own", text="\n".join(text))


if __name__ == "__main__":
    main()
