"""Unexplained load in simulated regions: recall, false nodes, kW, rank of the customer who tampers. All data is simulated.

    python bench/balance/regions.py --first 1 --regions 200 --out figures.json

Every region: 400 accounts, 28 days of quarter hours, technical loss 0.5 to 5 %, 90 % of the meters read, 2 % booked in the
wrong transformer area, 10 % with a clock up to ten minutes off. A node counts as positive when a mine tapped before the
meter or a customer's load past the meter makes up at least 5 % of the node's mean load; nodes with a smaller one, and
nodes under which the meter of a mine or of its host was not read, are set apart and counted.
"""

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import polars as pl

from minewatch.detect.balance import NAMED_Z, NodeFinding, balance_group, hourly
from minewatch.detect.gridtree import build_tree
from minewatch.detect.unread import Peers
from minewatch.rehearsal.parameters import GridParameters, RegionParameters
from minewatch.rehearsal.region import Region, simulate
from minewatch.usecases.balance_plan import Books, books_of, fill_group, plan_groups

LEAST = 0.05


def region_of(seed: int, *, meters: int = 400, days: int = 28, slots: int = 96) -> Region:
    """Simulate one region with the flaws the aims name."""
    grid = GridParameters(coverage=0.9, wrong_topology=0.02, skewed_clocks=0.1)
    return simulate(RegionParameters(seed=seed, meters=meters, days=days, slots=slots, grid=grid))


def series_of(frame: pl.DataFrame, key: str, column: str) -> dict[str, np.ndarray]:
    """(days, slots) by name."""
    values = frame[column].to_numpy()
    names = frame[key].unique(maintain_order=True).to_list()
    return dict(zip(names, values.reshape(len(names), -1, values.shape[1]), strict=True))


def findings_of(region: Region) -> tuple[list[NodeFinding], Books, dict[str, np.ndarray]]:
    """Balance every node of a region as the use case does with a workspace."""
    series = series_of(region.readings, "meter", "kw")
    supply = series_of(region.supply, "meter", "kw")
    delivered = series_of(region.generation, "station", "delivered_kw")
    grid = region.grid.with_columns(pl.lit("g").alias("file"), pl.lit(0).alias("line"))
    tree, _ = build_tree(grid, on=region.parameters.first_day)
    books = books_of(region.meters)
    days, slots = region.parameters.days, region.parameters.slots
    peers = Peers(days)
    read = [meter for meter in series if meter not in books.feeding]
    peers.add([books.kinds[meter] for meter in read], hourly(np.stack([series[meter] for meter in read])))
    found = []
    for plan in plan_groups(tree, supplied=frozenset(supply)):
        group = fill_group(
            plan,
            series={**series, **supply},
            delivered=delivered,
            books=books,
            first_day=region.parameters.first_day,
            shape=(days, slots),
        )
        found += balance_group(group, peers=peers)
    return found, books, series


def truth_of(region: Region, series: dict[str, np.ndarray], node: str) -> tuple[np.ndarray, str, bool, str]:
    """Return the true unexplained load of a node (days, 24), what kinds, whether the node is set apart, the tampering meter."""
    days = region.parameters.days
    total, kinds, apart, tamper = np.zeros((days, 24)), [], False, ""
    mines = region.truth.filter((pl.col("node") == node) & pl.col("is_mine"))
    for row in mines.iter_rows(named=True):
        if row["evasion"] == "before_meter":
            kw = region.mine_series.filter(pl.col("site") == row["site"])["kw"].to_numpy()
            total += hourly(kw)
            kinds.append(f"before_meter {row['mode']}")
        elif row["meter"] not in series:
            apart = True
        elif row["evasion"] == "bypass_part":
            past = row["bypassed"] / (1.0 - row["bypassed"])
            total += past * np.nan_to_num(hourly(series[row["meter"]]))
            kinds.append(f"bypass_part {row['mode']}")
            tamper = row["meter"]
    return total, ", ".join(kinds), apart, tamper


def measure(seed: int) -> list[dict[str, object]]:
    """One row a node of one region."""
    region = region_of(seed)
    found, _, series = findings_of(region)
    rows = []
    for one in found:
        true, kinds, apart, tamper = truth_of(region, series, one.node)
        part = float(true.mean()) / max(abs(one.mean_kw), 1e-9)
        running = float(true[true > 0.5 * true.max()].mean()) / max(abs(one.mean_kw), 1e-9) if true.max() > 0 else 0.0
        order = [suspect.meter for suspect in one.suspects]
        rows.append(
            {
                "seed": seed,
                "node": one.node,
                "kinds": kinds,
                "apart": apart,
                "share": running,
                "mean_share": part,
                "true_kwh": float(true.sum()),
                "found_kwh": float(one.energy.unexplained),
                "low_high": [one.kw_low, one.kw, one.kw_high],
                "true_kw": float(true.reshape(-1)[one.since_hour : one.until_hour].mean()),
                "z": one.z,
                "flagged": one.flagged,
                "likeness": one.likeness,
                "rank": order.index(tamper) + 1 if tamper in order else (0 if not tamper else 99),
                "tamper": tamper,
                "surest": one.suspects[0].z if one.suspects else 0.0,
            }
        )
    return rows


def summary(rows: list[dict[str, object]]) -> dict[str, object]:
    """Figures of all nodes."""
    frame = pl.DataFrame(rows, infer_schema_length=None)
    clean = frame.filter(~pl.col("apart"))
    positive = clean.filter(pl.col("share") >= LEAST)
    negative = clean.filter(pl.col("true_kwh") == 0.0)
    below = negative.filter(~pl.col("node").str.starts_with("SS"))
    hit = positive.filter("flagged")
    error = (hit["found_kwh"] - hit["true_kwh"]).abs() / hit["true_kwh"]
    tampered = positive.filter(pl.col("tamper") != "")
    low, high = hit["low_high"].list.get(0), hit["low_high"].list.get(2)
    held = ((low <= hit["true_kw"]) & (hit["true_kw"] <= high)).mean()
    by_kind = {}
    for kind in ("before_meter", "bypass_part"):
        mine = positive.filter(pl.col("kinds").str.contains(kind))
        by_kind[kind] = {"nodes": mine.height, "recall": _share(mine["flagged"])}
    big = positive.filter(pl.col("mean_share") >= LEAST)
    return {
        "regions": frame["seed"].n_unique(),
        "nodes": frame.height,
        "set_apart": int(frame["apart"].sum()),
        "positive": positive.height,
        "recall": _share(positive["flagged"]),
        "recall_where_the_mean_is_5_percent": {"nodes": big.height, "recall": _share(big["flagged"])},
        "by_kind": by_kind,
        "negative": negative.height,
        "false": _share(negative["flagged"]),
        "negative_without_substations": below.height,
        "false_without_substations": _share(below["flagged"]),
        "kwh_error_median": error.median(),
        "kwh_within_15_percent": _share(error <= 0.15),
        "truth_in_80_percent_interval": held,
        "tampering_customers": tampered.height,
        "tampering_first_three": _share(tampered["rank"].is_between(1, 3)),
        "somebody_ranked_though_nobody_tampers": _share(clean.filter("flagged", tamper="")["surest"] > 0.0),
        "somebody_named_though_nobody_tampers": _share(clean.filter("flagged", tamper="")["surest"] >= NAMED_Z),
    }


def _share(flags: pl.Series) -> dict[str, float] | None:
    """Share with its 95 % interval (Wilson 1927)."""
    n, k = len(flags), int(flags.sum())
    if n == 0:
        return None
    z, p = 1.96, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return {"share": round(p, 4), "low": round(middle - half, 4), "high": round(middle + half, 4)}


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--regions", type=int, default=200)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--rows", type=Path, help="every node as Parquet")
    given = parser.parse_args()
    begin = time.perf_counter()
    rows = []
    for seed in range(given.first, given.first + given.regions):
        rows += measure(seed)
    figures = {**summary(rows), "seconds": round(time.perf_counter() - begin, 1)}
    text = json.dumps(figures, indent=2)
    print(text)
    if given.out:
        given.out.write_text(text + "\n")
    if given.rows:
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(given.rows)


if __name__ == "__main__":
    main()
