"""Whole-slot clock faults in simulated regions: how many are found and set right, and how many honest clocks are moved.

    python bench/balance/clocks.py --first 400 --regions 40

The regions of ``regions.py``, with 5 % of the read meters and 10 % of the nodes' supply meters moved by one to sixteen quarter
hours either way. A fault counts as small where the meter draws less than 1 % of its node's load. All data is simulated.
"""

import argparse
import json

import numpy as np
import polars as pl
from regions import findings_of, region_of

from minewatch.detect.clocks import LEAST_METERS
from minewatch.rehearsal.region import Region

MOST = 16


def spoiled(region: Region, seed: int) -> tuple[Region, dict[str, int]]:
    """Move the readings of some meters and nodes; return the region and by how many slots each was moved later."""
    rng = np.random.default_rng([seed, 99])
    off: dict[str, int] = {}
    frames = {}
    for name, share in (("readings", 0.05), ("supply", 0.1)):
        frame = getattr(region, name)
        values = frame["kw"].to_numpy().copy()
        meters = frame["meter"].unique(maintain_order=True).to_list()
        table = values.reshape(len(meters), -1)
        for row, meter in enumerate(meters):
            if rng.random() < share:
                slots = int(rng.integers(1, MOST + 1)) * int(rng.choice([-1, 1]))
                table[row] = np.roll(table[row], slots)
                off[meter] = slots
        frames[name] = frame.with_columns(pl.Series("kw", values, dtype=frame.schema["kw"]))
    parts = {name: getattr(region, name) for name in Region.__slots__} | frames
    return Region(**parts), off


def measure(seed: int) -> list[dict[str, object]]:
    """One row a meter or node with a reading."""
    whole = region_of(seed)
    region, off = spoiled(whole, seed)
    found, books, series = findings_of(region)
    reset = {name: -minutes / 15.0 for one in found for name, minutes in one.reset}
    mean = {one.node: abs(one.mean_kw) for one in found}
    few = {one.node for one in found if one.read_meters < LEAST_METERS}
    home = dict(region.grid.select("node", "parent").iter_rows())
    rows = []
    for name in [*series, *mean]:
        share = 1.0
        if name in series:
            share = float(np.nanmean(np.abs(series[name]))) / max(mean.get(home.get(name) or "", 0.0), 1e-9)
        if name not in books.feeding:
            rows.append(
                {
                    "what": "meter" if name in series else "supply, few meters" if name in few else "supply",
                    "slots": off.get(name, 0),
                    "found": reset.get(name, 0.0),
                    "small": share < 0.01,
                }
            )
    return rows


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=400)
    parser.add_argument("--regions", type=int, default=40)
    given = parser.parse_args()
    frame = pl.DataFrame(
        [row for seed in range(given.first, given.first + given.regions) for row in measure(seed)],
        schema_overrides={"found": pl.Float64},
    )
    figures = {}
    for (what, small), part in frame.group_by("what", "small", maintain_order=True):
        off, right = part.filter(pl.col("slots") != 0), part.filter(pl.col("slots") == 0)
        figures[f"{what}{', small' if small else ''}"] = {
            "wrong": off.height,
            "set_right": round(float((off["slots"] == off["found"]).mean() or 0.0), 3),
            "set_otherwise": round(float(((off["found"] != 0) & (off["slots"] != off["found"])).mean() or 0.0), 3),
            "honest": right.height,
            "honest_moved": int((right["found"] != 0).sum()),
        }
    print(json.dumps({"regions": given.regions, **figures}, indent=2))


if __name__ == "__main__":
    main()
