"""Mines split over several accounts of one transformer area: how many are tied together, how often others are.

    python bench/balance/splits.py --first 1 --regions 50

The regions of ``regions.py``. An area counts where at least three accounts of its mine were read; it is found where a knot holds
three of them, exactly where a knot holds all of them and nobody else. All data is simulated.
"""

import argparse
import json

import numpy as np
import polars as pl
from regions import region_of, series_of

from minewatch.detect.split import LEAST_ACCOUNTS, split_loads
from minewatch.rehearsal.region import Region


def measure(region: Region) -> list[dict[str, object]]:
    """One row an area that is read: whether a split mine stands there, and what was tied."""
    series = series_of(region.readings, "meter", "kw")
    mines = region.truth.filter(pl.col("evasion") == "split_accounts")
    members: dict[str, set[str]] = {}
    for node, meter in mines.select("node", "meter").iter_rows():
        if meter in series:
            members.setdefault(node, set()).add(meter)
    rows = []
    areas = region.grid.filter(pl.col("kind") == "meter").group_by("parent", maintain_order=True).agg("node")
    for node, hung in areas.iter_rows():
        meters = sorted(name for name in hung if name in series)
        if len(meters) < LEAST_ACCOUNTS:
            continue
        kw = np.stack([series[name] for name in meters])
        knots = [set(one.meters) for one in split_loads(meters, kw, first_day=region.parameters.first_day)]
        mine = members.get(node, set())
        if mine and len(mine) < LEAST_ACCOUNTS:
            continue
        rows.append(
            {
                "mine": bool(mine),
                "found": any(len(knot & mine) >= LEAST_ACCOUNTS for knot in knots),
                "exactly": mine in knots,
                "knots": len(knots),
            }
        )
    return rows


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--regions", type=int, default=50)
    given = parser.parse_args()
    seeds = range(given.first, given.first + given.regions)
    frame = pl.DataFrame([row for seed in seeds for row in measure(region_of(seed))])
    mines, others = frame.filter("mine"), frame.filter(~pl.col("mine"))
    figures = {
        "areas_with_a_split_mine": mines.height,
        "found": int(mines["found"].sum()),
        "exactly": int(mines["exactly"].sum()),
        "others": others.height,
        "others_with_a_knot": int((others["knots"] > 0).sum()),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
