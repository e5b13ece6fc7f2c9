"""What the optional inputs are worth: ``python bench/detection/inputs.py --write``.

Fresh rehearsal regions (SIMULATED; seeds used for nothing else) are screened from their files with everything a rehearsal writes
beside the curves: weather, network outages, reactive power, the table of meters, the order's deadline and China's holidays.
The weights of each input are then taken out again. Nothing was tuned on these regions. A rehearsal writes no currents of the
phases, so these are not measured. ``--write`` puts the table into docs/benchmarks.md between its marks.
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
from report import PAGE

from minewatch.model.inputs import INPUTS
from minewatch.usecases.documentation import write_between
from minewatch.usecases.input_effects import with_only
from minewatch.usecases.reading import read_options
from minewatch.usecases.rehearse import rehearse
from minewatch.usecases.screen_files import screened_files
from minewatch.usecases.screen_inputs import Given

SEEDS = (88_201, 88_202, 88_203, 88_204)
METERS, DAYS = 1000, 32
DEADLINE = datetime.fromisoformat("2021-06-17T22:00")
FALSE_ALARMS = 0.01
NOT_WRITTEN = ("currents", "meters")
"""Inputs that are not measured by themselves: a rehearsal writes no currents, and the books move nothing."""


def region(seed: int, *, meters: int, days: int, workers: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Simulate and screen one region; return its findings and its truth (metered accounts only)."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        rehearse(out=out, seed=seed, meters=meters, days=days)
        given = Given(
            weather=[out / "weather.csv"],
            outages=[out / "network_outages.csv"],
            meters=[out / "meters.csv"],
            reactive=[out / "reactive.parquet"],
            holidays="cn",
            deadline=DEADLINE,
        )
        options = read_options(zone="Asia/Shanghai")
        with screened_files(
            [out / "curves"], now=datetime.now(UTC), options=options, given=given, workers=workers
        ) as run:
            truth = pl.read_parquet(out / "truth" / "truth.parquet").filter(pl.col("meter").is_not_null())
            return run.findings, truth


def scores(found: list[tuple[pl.DataFrame, pl.DataFrame]], inputs: tuple[str, ...]) -> tuple[float, float, float]:
    """Mines in the first 20 and 100 names (mean over regions), and recall at 1 % false alarms over all regions together."""
    first20, first100, chances, labels = [], [], [], []
    for findings, truth in found:
        ranked = with_only(findings, inputs).join(
            truth.select("meter", "is_mine"), left_on="meter_id", right_on="meter", maintain_order="left"
        )
        first20.append(int(ranked.head(20)["is_mine"].sum()))
        first100.append(int(ranked.head(100)["is_mine"].sum()))
        chances.append(ranked["probability"].to_numpy())
        labels.append(ranked["is_mine"].to_numpy())
    chance, mine = np.concatenate(chances), np.concatenate(labels).astype(bool)
    threshold = np.quantile(chance[~mine], 1.0 - FALSE_ALARMS)
    return float(np.mean(first20)), float(np.mean(first100)), float((chance[mine] > threshold).mean())


def table(found: list[tuple[pl.DataFrame, pl.DataFrame]]) -> list[str]:
    """Lines of the table: nothing given, each input alone, all of them."""
    measured = [name for name in INPUTS if name not in NOT_WRITTEN]
    rows = [("the curve alone", ())]
    rows += [(f"and {INPUTS[name].name.en}", (name,)) for name in measured]
    rows += [("and all of these", tuple(measured))]
    lines = [
        "| what is given | mines in the first 20 | in the first 100 | recall at 1 % false alarms |",
        "|---|---|---|---|",
    ]
    for name, inputs in rows:
        twenty, hundred, recall = scores(found, inputs)
        lines.append(f"| {name} | {twenty:.1f} | {hundred:.1f} | {recall:.2f} |")
    return lines


def page(found: list[tuple[pl.DataFrame, pl.DataFrame]], *, meters: int, days: int, seconds: float) -> str:
    """Return the section with its table."""
    mines = [truth.filter("is_mine").height for _, truth in found]
    head = (
        f"SIMULATED: {len(found)} rehearsal regions (seeds {SEEDS[0]} to {SEEDS[len(found) - 1]}, used for nothing else) of "
        f"{meters:,} accounts and {days} days, {min(mines)} to {max(mines)} metered mines each; means over the regions. "
        f"`python bench/detection/inputs.py --write`, {datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s. The weights are reasoned, "
        "not fitted; the simulated mines follow the network and the order more faithfully than real ones may. Currents of the "
        "phases are not written by a rehearsal and not measured; declared use moves nothing."
    )
    return "\n".join([head, "", *table(found)])


def main() -> None:
    """Simulate, screen, take apart, print; ``--write`` keeps the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meters", type=int, default=METERS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--regions", type=int, default=len(SEEDS))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    began = time.perf_counter()
    found = []
    for seed in SEEDS[: given.regions]:
        found.append(region(seed, meters=given.meters, days=given.days, workers=given.workers))
        print(f"{seed}: {time.perf_counter() - began:.0f} s", flush=True)
    text = page(found, meters=given.meters, days=given.days, seconds=time.perf_counter() - began)
    print(text)
    if given.write:
        write_between(PAGE, name="inputs", text=text)


if __name__ == "__main__":
    main()
