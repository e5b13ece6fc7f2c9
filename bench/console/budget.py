"""Does the interval of a visit budget hold on rehearsed (simulated) regions: ``python bench/console/budget.py SEED…``.

For each seed a region is simulated and screened, the list is walked down with perfect inspections, and the hits are held against
what was foretold before any visit, and for the next visits against what the first 20 had taught.
"""

import argparse
from datetime import date

import numpy as np
import polars as pl

from minewatch.detect.block import Block
from minewatch.detect.screen import screen_block
from minewatch.model.findings_views import Label
from minewatch.usecases.budget import Belief, BudgetPoint, curve_of, learned
from minewatch.usecases.rehearse import simulate_region

FIRST = 20


def walked(seed: int, meters: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a region's meters, greatest first, and whether each mines."""
    region = simulate_region(seed=seed, meters=meters)
    truth = region.truth.filter(pl.col("is_mine") & pl.col("meter").is_not_null())
    mines = set(truth["meter"])
    readings = region.readings.sort("meter", "day")
    names = readings["meter"].unique(maintain_order=True).to_list()
    place = {name: number for number, name in enumerate(names)}
    first = readings["day"].min()
    last = readings["day"].max()
    assert isinstance(first, date)
    assert isinstance(last, date)
    values = readings["kw"].to_numpy()
    kw = np.full((len(names), (last - first).days + 1, values.shape[1]), np.nan, np.float32)
    for (meter, day), curve in zip(readings.select("meter", "day").iter_rows(), values, strict=True):
        kw[place[meter], (day - first).days] = curve
    found = screen_block(Block(tuple(names), first, kw)).sort("probability", descending=True)
    return found["probability"].to_numpy(), np.array([meter in mines for meter in found["meter_id"]])


def last_of(chances: np.ndarray, belief: Belief) -> BudgetPoint:
    *_, last = curve_of(chances, belief)
    return last


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meters", type=int, default=1500)
    parser.add_argument("seeds", type=int, nargs="+")
    given = parser.parse_args()
    held = {"before any visit": [0, 0], f"after {FIRST} visits": [0, 0]}
    for seed in given.seeds:
        chances, mines = walked(seed, given.meters)
        told = [(f"{n}", "before any visit", chances[:n], mines[:n], Belief()) for n in (10, 20, 50, 100)]
        seen = zip(chances[:FIRST], mines[:FIRST], strict=True)
        labels = [Label("", bool(m), "visit", None, None, "", "", "", float(p), "", "", "", "") for p, m in seen]
        taught = learned(Belief(), labels)
        for n in (30, 80):
            part = slice(FIRST, FIRST + n)
            told.append((f"next {n}", f"after {FIRST} visits", chances[part], mines[part], taught))
        for visits, when, listed, truth, belief in told:
            point, hits = last_of(listed, belief), int(truth.sum())
            within = point.low <= hits <= point.high
            held[when][0] += within
            held[when][1] += 1
            print(
                f"seed {seed} {visits:>8} visits: foretold {point.expected:5.1f} ({point.low}-{point.high}), hits {hits}"
            )
    for when, (good, number) in held.items():
        print(f"{when}: {good} of {number} results lie within the 80 % interval")


if __name__ == "__main__":
    main()
