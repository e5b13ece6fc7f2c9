"""Private supply by stations in simulated regions: recall, false alarms, kW. All data is simulated.

python bench/balance/plants.py --first 1 --regions 200
"""

import argparse
import json

import numpy as np
import polars as pl
from regions import region_of, series_of

from minewatch.detect.plants import Station, judge_stations


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--regions", type=int, default=200)
    parser.add_argument("--river", action="store_true", help="judge without inflow readings")
    given = parser.parse_args()
    rows = []
    for seed in range(given.first, given.first + given.regions):
        region = region_of(seed, meters=400, slots=24)
        parts = {name: series_of(region.generation, "station", name) for name in region.generation.columns[2:]}
        stations = []
        for row in region.stations.iter_rows(named=True):
            of = {name: parts[name][row["station"]].astype(np.float64) for name in parts}
            inflow = of["inflow_m3s"] * (np.nan if given.river else 1.0)
            stations.append(
                Station(
                    row["station"], row["river"], row["capacity_kw"], row["head_m"], row["efficiency"],
                    of["generated_kw"], of["own_use_kw"], of["delivered_kw"], of["direct_sale_kw"], inflow, of["dispatch_kw"],
                )
            )  # fmt: skip
        truth = region.truth.filter(pl.col("evasion") == "private_supply")
        sold = dict(truth.select("node", "site").iter_rows())
        for one in judge_stations(stations, first_day=region.parameters.first_day):
            true = 0.0
            if one.station in sold:
                kw = region.mine_series.filter(pl.col("site") == sold[one.station])["kw"].to_numpy()
                true = float(kw[np.isfinite(one.missing)].mean()) if np.isfinite(one.missing).any() else 0.0
            found = float(np.nansum(np.where(one.missing > 0, one.missing, 0))) / max(np.isfinite(one.missing).sum(), 1)
            rows.append(
                {"sells": one.station in sold, "flagged": one.flagged, "way": one.way, "true": true, "found": found}
            )
    frame = pl.DataFrame(rows)
    sells, honest = frame.filter("sells"), frame.filter(~pl.col("sells"))
    hit = sells.filter("flagged")
    error = (hit["found"] - hit["true"]).abs() / hit["true"]
    figures = {
        "stations": frame.height,
        "selling": sells.height,
        "recall": sells["flagged"].mean(),
        "by_way": dict(hit.group_by("way").len().sort("way").iter_rows()),
        "honest": honest.height,
        "false": honest["flagged"].mean(),
        "kw_error_median": error.median(),
        "kw_within_15_percent": (error <= 0.15).mean(),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
