"""What the node and the station add to the verified stop, over seeded rehearsal regions with known truth. Simulated data.

    python bench/verification/sources.py --first 3000 --regions 200

Four kinds of cases, each judged as ``case verify`` does (``usecases.stop_evidence`` and ``detect.stop_sources.join``):

* ``metered``: every metered mine, by its meter alone and by meter and node together;
* ``moved``: mines that run on, whose load is taken off their own meter at the deadline as if it had been put on a tap before
  the meter: by the meter alone such a case is verified, falsely;
* ``tapped``: mines before every meter, known by their node only;
* ``station``: mines that a power station feeds past the grid, known by the station only.

Truth and its rules are those of ``measure.py``. 95 % of the meters are read, 1 % booked at the wrong area, 5 % of the clocks
up to ten minutes off.
"""

import argparse
import collections
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

import numpy as np
import polars as pl
from measure import MIX, OFF, curves_of, slot_of, truth_of

from minewatch.detect.stop import Verdict
from minewatch.detect.stop_sources import Said, Source, join
from minewatch.rehearsal.parameters import DEADLINE, GridParameters, MineMix, RegionParameters
from minewatch.rehearsal.region import Region, simulate
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.stop_evidence import Grounds, Site, cannot, judged

CHINA = timezone(timedelta(hours=8))
MIXED = MineMix(per_thousand=MappingProxyType({**MIX.per_thousand, "before_meter": 30.0}))
STOPPED = frozenset({Verdict.IN_TIME, Verdict.LATE})


@dataclass(frozen=True)
class Block:
    """One meter over the whole window."""

    meters: tuple[str, ...]
    first_day: date
    kw: np.ndarray


class MemoryLake:
    """Readings of a region in memory, as verification asks a lake for them."""

    def __init__(self, region: Region) -> None:
        self.first = region.parameters.first_day
        self.slot_kinds = (region.parameters.slots,)
        self.curves = dict([*curves_of(region.readings, "meter"), *curves_of(region.supply, "meter")])

    def shards_of(self, _meters: set[str] | None) -> tuple[int, ...]:
        """Return the one shard there is."""
        return (0,)

    def blocks(self, _shard: int, _slots: int, *, meters: set[str] | None, **_window: object) -> Iterator[Block]:
        """Yield each wanted name that has readings, whole."""
        for name in sorted(meters or ()):
            if name in self.curves:
                yield Block((name,), self.first, self.curves[name][None])


def store_of(region: Region, folder: Path) -> GridStore:
    """Keep the books of a region as an import does."""
    store = GridStore(folder)
    placed = region.grid.with_columns(pl.lit("g").alias("file"), pl.lit(0).alias("line"))
    store.add("grid", "a" * 64, placed)
    store.add("meters", "b" * 64, region.meters)
    quantities = [name for name in region.generation.columns if name.endswith("_kw") and name != "dispatch_kw"]
    slots = region.parameters.slots
    parts = [
        region.generation.select(
            "station",
            "day",
            pl.lit(name.removesuffix("_kw")).alias("quantity"),
            pl.col(name).cast(pl.Array(pl.Float32, slots)).alias("values"),
        )
        for name in quantities
    ]
    store.add("generation", "c" * 64, pl.concat(parts))
    return store


@dataclass(frozen=True)
class Judged:
    """One case: of which kind, what was true, what the meters alone and all sources together said."""

    kind: str
    truth: str
    alone: str
    said: str
    why: str
    counted: tuple[str, ...]


def cases_of(region: Region) -> Iterator[tuple[str, str, tuple[str, ...], float, np.ndarray]]:
    """Yield (kind, site, names the case is known by, kW, true power) of every mine that a case can be about."""
    power = dict(curves_of(region.mine_series, "site"))
    for row in region.truth.filter(pl.col("is_mine")).iter_rows(named=True):
        if row["mine_kw"] <= 0:
            continue
        series = power[row["site"]]
        if row["meter"] is not None:
            yield "metered", row["site"], (row["meter"],), row["mine_kw"], series
        elif row["evasion"] == "private_supply":
            yield "station", row["site"], (row["node"],), row["mine_kw"], series
        elif row["evasion"] == "before_meter":
            yield "tapped", row["site"], (row["node"],), row["mine_kw"], series


def judge_region(seed: int, meters: int, folder: Path) -> list[Judged]:
    """Judge every case of one region."""
    grid = GridParameters(coverage=0.95, wrong_topology=0.01, skewed_clocks=0.05)
    region = simulate(RegionParameters(seed=seed, meters=meters, days=32, mines=MIXED, grid=grid))
    parameters = region.parameters
    lake = MemoryLake(region)
    last = parameters.first_day + timedelta(days=parameters.days)
    grounds = Grounds(lake=lake, store=store_of(region, folder), sightings=(), on=parameters.first_day)
    deadline = DEADLINE.replace(tzinfo=CHINA)
    slot = slot_of(parameters, DEADLINE)
    found = []
    for kind, _site, names, kw, series in cases_of(region):
        level = float(series[series > OFF * series.max()].mean()) if series.max() > 0 else 0.0
        truth = truth_of(series, level, slot, parameters.slots)[0]
        as_of = deadline.replace(year=last.year, month=last.month, day=last.day, hour=0)
        site = Site(names, kw, deadline, as_of, parameters.first_day, CHINA)
        meter = names[0]
        own = lake.curves.get(meter) if kind == "metered" else None
        found.append(judge_case(kind, truth, (grounds, site), own))
        if kind == "metered" and truth == "running" and own is not None:
            moved = own.copy().reshape(-1)
            moved[slot:] = np.maximum(moved[slot:] - series.reshape(-1)[slot:], 0.0)
            lake.curves[meter] = moved.reshape(own.shape)
            found.append(judge_case("moved", truth, (grounds, site), lake.curves[meter]))
            lake.curves[meter] = own
    return found


def judge_case(kind: str, truth: str, asked: tuple[Grounds, Site], own: np.ndarray | None) -> Judged:
    """Judge one case by its meter alone and by all there is."""
    grounds, site = asked
    meters: Said = cannot(Source.METERS, "no_readings") if own is None else judged(Source.METERS, own, site)
    joined = join([meters, *(said for said, _ in grounds.heard(site))], deadline=site.deadline)
    alone = replace(meters).verdict.value
    counted = tuple(one.source.value for one in joined.said if one.counted)
    return Judged(kind, truth, alone, joined.told.verdict.value, joined.told.why, counted)


def figures(found: list[Judged], kind: str) -> dict[str, object]:
    """Return the rates of one kind of case."""
    mine = [one for one in found if one.kind == kind]
    stopped = {verdict.value for verdict in STOPPED}

    def false(verdict: str) -> int:
        return sum(
            one.truth in {"running", "back"} and (one.alone if verdict == "alone" else one.said) in stopped
            for one in mine
        )

    return {
        "cases": len(mine),
        "told_by_meters_alone": sum(one.alone != "cannot_tell" for one in mine),
        "told_by_all": sum(one.said != "cannot_tell" for one in mine),
        "called_stopped_by_meters_alone": sum(one.alone in stopped for one in mine),
        "called_stopped_by_all": sum(one.said in stopped for one in mine),
        "falsely_by_meters_alone": false("alone"),
        "falsely_by_all": false("all"),
        "false_came_back": sum(one.said == "came_back" and one.truth != "back" for one in mine),
        "called_running_though_off": sum(
            one.said == "not_stopped" and one.truth in {"in_time", "late"} for one in mine
        ),
        "contradictions": dict(collections.Counter(one.why for one in mine if "_against_" in one.why)),
        "contradictions_where_it_had_stopped": sum(
            "_against_" in one.why and one.truth in {"in_time", "late"} for one in mine
        ),
        "node_counted": sum("node" in one.counted for one in mine),
        "table": {
            f"{truth} -> {said}": count
            for (truth, said), count in sorted(collections.Counter((one.truth, one.said) for one in mine).items())
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=3000)
    parser.add_argument("--regions", type=int, default=200)
    parser.add_argument("--meters", type=int, default=100)
    asked = parser.parse_args()
    begin = time.perf_counter()
    found: list[Judged] = []
    for seed in range(asked.first, asked.first + asked.regions):
        with tempfile.TemporaryDirectory() as name:
            found += judge_region(seed, asked.meters, Path(name))
    out = {kind: figures(found, kind) for kind in ("metered", "moved", "tapped", "station")}
    out["seconds"] = round(time.perf_counter() - begin, 1)
    out["regions"], out["first_seed"] = asked.regions, asked.first
    json.dump(out, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
