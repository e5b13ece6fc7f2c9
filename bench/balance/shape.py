"""Fit and measure how much like mining a node's residual looks. All data is simulated.

    python bench/balance/shape.py fit --first 9300 --regions 200       # writes the shipped model, figures cross-fitted by region
    python bench/balance/shape.py measure --first 600 --regions 50     # the shipped model on other regions

The regions of ``regions.py``; in seven of ten nodes without a mine one ordinary customer or look-alike of at least 5 % of the
node's load is taken out of grid, books and readings, so that its load is missing as a mine's is. Flagged nodes count.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import polars as pl
from regions import findings_of, region_of, series_of, truth_of
from sklearn.ensemble import HistGradientBoostingClassifier

from minewatch.detect.balance import NodeFinding
from minewatch.detect.block import Block
from minewatch.detect.forest import Forest
from minewatch.detect.learned import chance_of
from minewatch.detect.residual_shape import ResidualModel, mining_likeness, shape_figures
from minewatch.detect.screen import screen_block
from minewatch.rehearsal.region import Region

MODEL = Path(__file__).parents[2] / "src/minewatch/detect/model/residual.npz"
LEAST = 0.05
LEAST_TRUE = 0.02
FOLDS = 6
LOOK_ALIKE = {"telecom_mast", "server_room", "data_centre", "compute_cluster"}
"""Customers whose curve is that of machines running all the time."""


def hide(region: Region, seed: int) -> tuple[Region, dict[str, str]]:
    """Take ordinary customers out of the books; return the region and the kind hidden under each node."""
    rng = np.random.default_rng([seed, 5])
    mean = {name: float(np.nanmean(kw)) for name, kw in series_of(region.readings, "meter", "kw").items()}
    load = {name: abs(float(np.nanmean(kw))) for name, kw in series_of(region.supply, "meter", "kw").items()}
    mined = set(region.truth.filter("is_mine")["node"].drop_nulls())
    others = region.truth.filter(~pl.col("is_mine") & pl.col("meter").is_not_null())
    choice: dict[str, dict[str, list[str]]] = {}
    for meter, node, kind in others.select("meter", "node", "kind").iter_rows():
        if node not in mined and mean.get(meter, 0.0) >= LEAST * load.get(node, np.inf):
            choice.setdefault(node, {}).setdefault(kind, []).append(meter)
    hidden, gone = {}, []
    for node in sorted(choice):
        if rng.random() < 0.7:
            kind = sorted(choice[node])[int(rng.integers(len(choice[node])))]
            meters = choice[node][kind]
            gone.append(meters[int(rng.integers(len(meters)))])
            hidden[node] = kind
    parts = {name: getattr(region, name) for name in Region.__slots__}
    for name, key in (("readings", "meter"), ("grid", "node"), ("meters", "meter")):
        parts[name] = parts[name].filter(~pl.col(key).is_in(gone))
    return Region(**parts), hidden


def screened(one: NodeFinding) -> float:
    """Return the screen's own probability for a residual."""
    shape = one.series.left[None].astype(np.float32)
    return float(screen_block(Block((one.node,), one.first_day, shape))["probability"][0])


def cases(first: int, regions: int) -> pl.DataFrame:
    """One row a flagged node: figures, what is hidden there, how it was before."""
    rows = []
    for seed in range(first, first + regions):
        region, hidden = hide(region_of(seed), seed)
        found, _, series = findings_of(region)
        for one in found:
            if not one.flagged:
                continue
            true, kinds, apart, _ = truth_of(region, series, one.node)
            if kinds:
                what = "mine" if float(true.mean()) > LEAST_TRUE * abs(one.mean_kw) else ""
            else:
                what = hidden.get(one.node, "" if apart else "nothing")
            if what:
                split, plain = one.series.split, screened(one)
                figures = shape_figures(one.series.left, split.unexplained, split.plateau, plain)
                rows.append({"seed": seed, "what": what, "kinds": kinds, "screen": plain, "figures": figures.tolist()})
    return pl.DataFrame(rows, infer_schema_length=None)


def fitted(figures: np.ndarray, mine: np.ndarray) -> Forest:
    """Fit the forest."""
    model = HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=20, l2_regularization=5.0,
        early_stopping=False, random_state=0,
    )  # fmt: skip
    return Forest.from_sklearn(model.fit(figures, mine))


def area(mine: np.ndarray, other: np.ndarray) -> float | None:
    """Area under the curve: how often a mine stands above one of the others."""
    if not len(mine) or not len(other):
        return None
    greater = (mine[:, None] > other[None]).mean() + 0.5 * (mine[:, None] == other[None]).mean()
    return round(float(greater), 3)


def figures_of(frame: pl.DataFrame, chance: np.ndarray) -> dict[str, object]:
    """Return areas against each kind of others, and calibration."""
    what = frame["what"].to_numpy()
    mine = what == "mine"
    sets = {
        "ordinary customers": ~mine & (what != "nothing") & ~np.isin(what, list(LOOK_ALIKE)),
        "machines that run all the time": np.isin(what, list(LOOK_ALIKE)),
        "nothing hidden": what == "nothing",
    }
    bands = np.digitize(chance, (0.1, 0.3, 0.5, 0.7, 0.9))
    before = frame["kinds"].str.contains("before_meter").to_numpy() & mine
    return {
        "mines": int(mine.sum()),
        "others": {name: int(chosen.sum()) for name, chosen in sets.items()},
        "area": {name: area(chance[mine], chance[chosen]) for name, chosen in sets.items()},
        "mines_above_half": {
            "before the meter": round(float((chance[before] > 0.5).mean()), 3),
            "past the meter": round(float((chance[mine & ~before] > 0.5).mean()), 3),
        },
        "ordinary_above_half": round(float((chance[sets["ordinary customers"]] > 0.5).mean()), 3),
        "said_and_true": [
            [*(round(float(part[bands == band].mean()), 2) for part in (chance, mine)), int((bands == band).sum())]
            for band in range(6)
            if (bands == band).any()
        ],
    }  # fmt: skip


def main() -> None:
    """Fit or measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("fit", "measure"))
    parser.add_argument("--first", type=int, default=9300)
    parser.add_argument("--regions", type=int, default=200)
    given = parser.parse_args()
    frame = cases(given.first, given.regions)
    figures = np.array(frame["figures"].to_list(), dtype=np.float32)
    mine = frame["what"].to_numpy() == "mine"
    if given.what == "measure":
        chance = mining_likeness(figures)
    else:
        fold = frame["seed"].to_numpy() % FOLDS
        chance = np.empty(len(frame))
        for number in range(FOLDS):
            left_out = fold == number
            odds = fitted(figures[~left_out], mine[~left_out]).raw(figures[left_out])
            chance[left_out] = chance_of(odds)
        with MODEL.open("wb") as file:
            ResidualModel(fitted(figures, mine), float(mine.mean())).save(file)
    print(
        json.dumps(
            {
                "with the residual's model": figures_of(frame, chance),
                "with the screen alone": figures_of(frame, frame["screen"].to_numpy()),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
