"""Hold out what was never learned: ``python bench/detection/unseen.py --write`` after ``train.py``.

Kinds of look-alike, ways to run a mine, and whole collections of background are left out of training in turn; what is said
of them then stands beside what the same learner says of the same windows when they were in. Sites are split in two halves,
each judged by forests of the other half, so no site is ever on both sides. Then the visits: in a collection left out, some
meters are visited and the rest told by the model adapted to them. Fewer trees and windows than the shipped model has, and
no gate: one core, a quarter of an hour. ``--write`` puts the tables into docs/benchmarks.md between their marks.
"""

import argparse
import pickle
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
from report import PAGE, interval
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score
from train import cases_of

from minewatch.detect.adapting import Visited, adapt, calibration_error, told_log_odds
from minewatch.detect.forest import Forest
from minewatch.detect.learned import FORESTS, Model
from minewatch.detect.training import Cases, allowed, calibration, classifier, folds_of
from minewatch.kernels.looks import NAMES
from minewatch.usecases.documentation import write_between

KIND_GROUPS = (
    ("data_centre", "server_room", "compute_cluster", "telecom_mast"),
    ("cold_store", "pump_station", "treatment_works", "aquaculture", "irrigation"),
    ("electric_heating", "greenhouse_lights", "street_lighting", "crop_dryer", "ventilation_works"),
    ("ev_depot", "shop_24h", "steel_plant", "flat_house"),
)
MODE_GROUPS = (
    ("steady",),
    ("onset", "staged_ramp", "stop"),
    ("host_shrinks",),
    ("night_only", "evening_curtailed"),
    ("price_blocks", "throttled", "host_busy"),
)
SINGLE_SITES = frozenset({"gpu_servers_60min", "nrel_office_datacentre_60min", "steel_plant_15min"})
"""Collections of one site each: they are never in training when they are judged."""
TREES = 150
FALSE_ALARMS = 0.01
VISITS = (20, 100, 300)
RANDOM_SHARE = 0.1
SPLITS = 4


@dataclass(frozen=True, slots=True)
class Bench:
    """Windows to learn from and to judge, what each is (``none``, mode, kind), its collection, and its half of the sites."""

    training: Cases
    training_what: np.ndarray
    training_half: np.ndarray
    trial: Cases
    what: np.ndarray
    label: np.ndarray
    collection: np.ndarray
    source: np.ndarray
    half: np.ndarray
    windows: int
    trees: int

    def learned(self, keep: np.ndarray, half: int, *, number: int = 0) -> HistGradientBoostingClassifier:
        """Learn from the windows ``keep`` of the other half, a random ``number`` of them (0: at most ``windows``)."""
        rows = np.flatnonzero(keep & (self.training_half != half))
        chance = np.random.default_rng(half)
        most = number or self.windows
        if len(rows) > most:
            rows = np.sort(chance.choice(rows, most, replace=False))
        model: HistGradientBoostingClassifier = classifier(0, trees=self.trees, rate=0.1)
        looks = self.training.looks[rows][:, PLACES]
        # Without its only collection at 15 or 30 minutes a look at native slots has no value anywhere.
        looks[:, np.isnan(looks).all(axis=0)] = 0.0
        return model.fit(looks, self.training.mine[rows])

    def scores(self, keep: np.ndarray, numbers: tuple[int, int] = (0, 0)) -> np.ndarray:
        """Score every trial window by forests of the other half that learned only from ``keep``."""
        out = np.empty(len(self.what))
        for half in (0, 1):
            here = self.half == half
            model = self.learned(keep, half, number=numbers[half])
            out[here] = model.decision_function(self.trial.looks[here][:, PLACES])
        return out

    def flagged(self, score: np.ndarray, counted: np.ndarray) -> np.ndarray:
        """Tell who lies above the score that 1 % of the ``counted`` windows without a mine exceed, half by half."""
        out = np.zeros(len(score), bool)
        for half in (0, 1):
            here = self.half == half
            without = np.sort(score[here & counted & ~self.trial.mine])[::-1]
            out[here] = score[here] > without[int(len(without) * FALSE_ALARMS)]
        return out


PLACES = allowed(costly=True)


def read(path: Path, *, windows: int, trees: int) -> Bench:
    """Read what ``train.py`` drew."""
    with path.open("rb") as file:
        training, looks, trial, what = pickle.load(file)  # noqa: S301 - our own file
    cases = cases_of(looks, trial)
    fold = folds_of(np.concatenate([training.group, cases.group]), folds=2, seed=1)
    return Bench(
        training=training,
        training_what=what,
        training_half=np.array([fold[str(name)] for name in training.group]),
        trial=cases,
        what=np.array([w.what for w in trial]),
        label=np.array([w.label for w in trial]),
        collection=np.array([w.collection for w in trial]),
        source=np.array([f"{w.collection}/{w.source}" for w in trial]),
        half=np.array([fold[str(name)] for name in cases.group]),
        windows=windows,
        trees=trees,
    )


def holds(what: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
    """Tell which windows are of one of ``names``, alone or joined with another."""
    return np.array([bool(set(str(one).split("+")) & set(names)) for one in what])


def kinds(bench: Bench, base: np.ndarray) -> Iterator[str]:
    """Yield the table of look-alikes left out."""
    yield "| look-alike, left out with its group | windows | false alarms when learned | when never seen |"
    yield "|---|---|---|---|"
    total = np.zeros(3)
    for group in KIND_GROUPS:
        counted = ~holds(bench.what, group)
        without = bench.scores(~holds(bench.training_what, group))
        seen, unseen = bench.flagged(base, counted), bench.flagged(without, counted)
        for kind in group:
            rows = bench.what == kind
            total += (rows.sum(), seen[rows].sum(), unseen[rows].sum())
            yield f"| {kind} | {rows.sum()} | {seen[rows].mean():.1%} | {unseen[rows].mean():.1%} |"
    yield f"| **all** | {total[0]:.0f} | {total[1] / total[0]:.1%} | {total[2] / total[0]:.1%} |"


def modes(bench: Bench, base: np.ndarray) -> Iterator[str]:
    """Yield the table of ways to run left out."""
    yield "| mine, left out with its group | windows | found at 1 % when learned | when never seen |"
    yield "|---|---|---|---|"
    counted = np.ones(len(bench.what), bool)
    seen = bench.flagged(base, counted)
    total = np.zeros(3)
    for group in MODE_GROUPS:
        unseen = bench.flagged(bench.scores(~holds(bench.training_what, group)), counted)
        for mode in group:
            rows = holds(bench.what, (mode,))
            total += (rows.sum(), seen[rows].sum(), unseen[rows].sum())
            yield f"| {mode} | {rows.sum()} | {seen[rows].mean():.2f} | {unseen[rows].mean():.2f} |"
    yield f"| **all** (joined ones count twice) | {total[0]:.0f} | {total[1] / total[0]:.2f} | {total[2] / total[0]:.2f} |"


def collections(bench: Bench) -> Iterator[str]:
    """Yield the table of backgrounds left out; the learner beside it has as many windows, drawn from all."""
    yield "| background left out | windows | PR-AUC when learned | when never seen | difference (95 %) | untouched flagged |"
    yield "|---|---|---|---|---|---|"
    for name in np.unique(bench.collection):
        rows = bench.collection == name
        keep = np.array([not of_collection(str(site), str(name)) for site in bench.training.group])
        numbers = tuple(min(int((keep & (bench.training_half != half)).sum()), bench.windows) for half in (0, 1))
        unseen = bench.scores(keep, numbers)
        untouched = rows & (bench.label == "none")
        alarms = bench.flagged(unseen, np.ones(len(rows), bool))[untouched].mean()
        found = average_precision_score(bench.trial.mine[rows], unseen[rows])
        if name in SINGLE_SITES:
            yield f"| {name} (one site) | {rows.sum()} | never | {found:.2f} | | {alarms:.1%} |"
            continue
        seen = bench.scores(np.ones(len(keep), bool), numbers)
        before = average_precision_score(bench.trial.mine[rows], seen[rows])
        some = (bench.trial.mine[rows], bench.source[rows])
        low, high = interval(unseen[rows], *some, against=seen[rows])
        yield f"| {name} | {rows.sum()} | {before:.2f} | {found:.2f} | {low:+.2f} … {high:+.2f} | {alarms:.1%} |"


def of_collection(site: str, collection: str) -> bool:
    """Tell whether a site (see ``background.site_of``) belongs to a collection."""
    return collection.startswith(site.split(":", maxsplit=1)[0])


def visits(bench: Bench) -> Iterator[str]:
    """Yield the table of visits in a region never seen: half of its meters may be visited, the others are told."""
    yield (
        "| visits | log-loss of the others, shipped | adapted | calibration error | adapted | PR-AUC | adapted | "
        "kept (scale, trees) of |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    found: dict[int, list[tuple[float, ...]]] = {number: [] for number in VISITS}
    for name in np.unique(bench.collection):
        rows = np.flatnonzero(bench.collection == name)
        if name in SINGLE_SITES or len(np.unique(bench.source[rows])) < 30:
            continue
        model = whole_model(bench, str(name))
        told = told_log_odds(model, bench.trial.looks[rows])
        for split in range(SPLITS):
            chance = np.random.default_rng(split)
            sources = np.unique(bench.source[rows])
            near = chance.permutation(len(sources)) < len(sources) // 2
            visited = near[np.searchsorted(sources, bench.source[rows])]
            for number in VISITS:
                chosen = by_rank(rows[visited], told[visited], number, chance)
                seen = Visited(bench.trial.looks[chosen], bench.trial.mine[chosen], bench.source[chosen])
                adapted = adapt(model, seen)
                others = rows[~visited]
                after = told_log_odds(adapted.model, bench.trial.looks[others])
                mine = bench.trial.mine[others]
                found[number].append(
                    (
                        *(measure(odds, mine) for measure in MEASURES for odds in (told[~visited], after)),
                        adapted.kind == "scale",
                        adapted.kind == "trees",
                    )
                )
    for number, rows_found in found.items():
        mean = np.array(rows_found, float).mean(axis=0)
        kept = np.array(rows_found, float)[:, -2:].sum(axis=0)
        figures = " | ".join(f"{value:.3f}" for value in mean[:-2])
        yield f"| {number} | {figures} | {kept[0]:.0f}, {kept[1]:.0f} of {len(rows_found)} |"


def log_loss(odds: np.ndarray, mine: np.ndarray) -> float:
    """Return the mean log-loss of log-odds."""
    return float((np.logaddexp(0.0, odds) - mine * odds).mean())


def rank_quality(odds: np.ndarray, mine: np.ndarray) -> float:
    """PR-AUC of log-odds."""
    return float(average_precision_score(mine, odds))


MEASURES = (log_loss, calibration_error, rank_quality)


def by_rank(rows: np.ndarray, odds: np.ndarray, number: int, chance: np.random.Generator) -> np.ndarray:
    """Choose visits as offices do: down the list, and a tenth of them at random."""
    order = rows[np.argsort(-odds, kind="stable")]
    down = round(number * (1 - RANDOM_SHARE))
    rest = order[down:]
    return np.concatenate([order[:down], chance.choice(rest, min(number - down, len(rest)), replace=False)])


def whole_model(bench: Bench, collection: str) -> Model:
    """Make a model of one forest, without a gate, that never saw a collection, calibrated on the other collections."""
    keep = np.array([not of_collection(str(site), collection) for site in bench.training.group])
    forest = Forest.from_sklearn(bench.learned(keep, 0))
    feature = np.where(forest.feature >= 0, PLACES[forest.feature], -1).astype(np.int16)
    forest = Forest(feature, *(getattr(forest, name) for name in Forest.__slots__[1:]))
    here = (bench.collection != collection) & (bench.half == 0)
    scale = calibration(forest.raw(bench.trial.looks[here]), bench.trial.mine[here])
    forests = dict.fromkeys(FORESTS, forest)
    return Model(forests, scale, -np.inf, scale, np.zeros((5, 3)), tuple(NAMES), float(bench.trial.mine[here].mean()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawn", type=Path, default=Path("drawn.pkl"), help="what train.py drew")
    parser.add_argument("--windows", type=int, default=30_000, help="most training windows of a fit")
    parser.add_argument("--trees", type=int, default=TREES)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    began = time.perf_counter()
    bench = read(options.drawn, windows=options.windows, trees=options.trees)
    base = bench.scores(np.ones(len(bench.training_what), bool))
    now = datetime.now(timezone(timedelta(hours=8)))
    whole = average_precision_score(bench.trial.mine, base)
    text = [
        (
            f"{now:%Y-%m-%d}; {len(bench.what)} windows judged, at most {bench.windows} learned from a fit, {bench.trees} trees, "
            f"no gate, two halves of the sites. Nothing left out: PR-AUC {whole:.3f}."
        ),
        "",
        *kinds(bench, base),
        "",
        *modes(bench, base),
        "",
        *collections(bench),
        "",
        *visits(bench),
    ]
    print("\n".join(text))
    print(f"{time.perf_counter() - began:.0f} s")
    if options.write:
        write_between(PAGE, name="unseen", text="\n".join(text))


if __name__ == "__main__":
    main()
