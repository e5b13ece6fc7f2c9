"""What the optional inputs are worth: ``python bench/detection/inputs.py --write``.

Fresh rehearsal regions (SIMULATED; seeds used for nothing else) are screened from their files with everything a rehearsal writes
beside the curves: weather, network outages, reactive power, currents of the phases, the table of meters, the order's deadline and
China's holidays. The weights of each input are then taken out again. Nothing was tuned on these regions. A declared use moves
nothing; what a discount for it would do is measured beside. ``--write`` puts the table into docs/benchmarks.md between its marks.
"""

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
from report import PAGE
from sklearn.metrics import average_precision_score

from minewatch.model.inputs import INPUT_OF, INPUTS
from minewatch.model.uses import use_code
from minewatch.usecases.documentation import write_between
from minewatch.usecases.input_effects import with_only
from minewatch.usecases.reading import read_options
from minewatch.usecases.rehearse import rehearse
from minewatch.usecases.screen_files import screened_files
from minewatch.usecases.screen_inputs import Given

SEEDS = (88_601, 88_602, 88_603, 88_604)
METERS, DAYS = 1000, 32
DEADLINE = datetime.fromisoformat("2021-06-17T22:00")
FALSE_ALARMS = 0.01
WITHOUT_WEIGHT = ("meters",)
"""The books move nothing by themselves."""
DISCOUNT = {"telecom_mast": -1.5, "cold_store": -1.0, "pump_station": -1.0}
"""What a declared use might take off the log-odds, as fusion once held; measured, not done."""
MINERS_DECLARE, DRAWS = 0.2, 20
"""Share of miners who declare such a use in the second row of that measure, and how often they are drawn."""


Region = tuple[pl.DataFrame, pl.DataFrame]
"""Findings, and what is true of each metered account."""


def region(seed: int, *, meters: int, days: int, workers: int) -> Region:
    """Simulate and screen one region; return its findings, and each metered account's truth, declared use and phases told."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        rehearse(out=out, seed=seed, meters=meters, days=days, currents=True)
        given = Given(
            weather=[out / "weather.csv"],
            outages=[out / "network_outages.csv"],
            meters=[out / "meters.csv"],
            reactive=[out / "reactive.parquet"],
            currents=[out / "currents.parquet"],
            holidays="cn",
            deadline=DEADLINE,
        )
        options = read_options(zone="Asia/Shanghai")
        with screened_files(
            [out / "curves"], now=datetime.now(UTC), options=options, given=given, workers=workers
        ) as run:
            truth = pl.read_parquet(out / "truth" / "truth.parquet").filter(pl.col("meter").is_not_null())
            books = pl.read_csv(out / "meters.csv", infer_schema=False).select("meter", "declared_use")
            phases = pl.read_parquet(out / "currents.parquet").group_by("meter").agg(phases=pl.col("phase").n_unique())
            told = books.join(phases, on="meter", how="left").with_columns(pl.col("phases").fill_null(0))
            return run.findings, truth.select("meter", "is_mine").join(told, on="meter", how="left")


def joined(found: list[Region], inputs: tuple[str, ...]) -> pl.DataFrame:
    """Return the findings of all regions as they were with no more than ``inputs``, with truth and books, ranked in each."""
    return pl.concat(
        with_only(findings, inputs)
        .join(truth, left_on="meter_id", right_on="meter", maintain_order="left")
        .with_columns(region=pl.lit(number))
        for number, (findings, truth) in enumerate(found)
    )


def scores(rows: pl.DataFrame) -> tuple[float, float, float, float]:
    """Mines in the first 20 and 100 names (mean over regions); over all regions recall at 1 % false alarms and PR-AUC."""
    ranked = rows.sort("probability", "mining_kw", "meter_id", descending=[True, True, False], nulls_last=True)
    first = [
        ranked.group_by("region").agg(pl.col("is_mine").head(number).sum())["is_mine"].mean() for number in (20, 100)
    ]
    chance, mine = rows["probability"].to_numpy(), rows["is_mine"].to_numpy().astype(bool)
    threshold = np.quantile(chance[~mine], 1.0 - FALSE_ALARMS)
    return (*first, float((chance[mine] > threshold).mean()), float(average_precision_score(mine, chance)))


def discounted(rows: pl.DataFrame, *, miners_declare: float, seed: int) -> pl.DataFrame:
    """Take ``DISCOUNT`` off what was looked at closely, by declared use; a share of the miners declares one of these."""
    rng = np.random.default_rng(seed)
    codes = np.array([use_code(use or "") or "" for use in rows["declared_use"].to_list()], dtype=object)
    miners = rows["is_mine"].to_numpy().astype(bool) & (rng.random(rows.height) < miners_declare)
    codes[miners] = rng.choice(list(DISCOUNT), int(miners.sum()))
    closely = rows["look_weights"].to_numpy() != "{}"
    by = np.array([DISCOUNT.get(code, 0.0) for code in codes]) * closely
    chance = np.clip(rows["probability"].to_numpy(), 1e-15, 1.0 - 1e-15)
    odds = np.log(chance / (1.0 - chance)) + by
    moved = np.where(by == 0.0, rows["probability"].to_numpy(), 1.0 / (1.0 + np.exp(-odds)))
    return rows.with_columns(probability=pl.Series(moved))


def table(found: list[Region]) -> list[str]:
    """Lines of the table: nothing given, each input alone, all of them, and what a discount for a declared use would do."""
    measured = [name for name in INPUTS if name not in WITHOUT_WEIGHT]
    alone = joined(found, ())
    rows = [("the curve alone", scores(alone))]
    rows += [(f"and {INPUTS[name].name.en}", scores(joined(found, (name,)))) for name in measured]
    rows += [("and all of these", scores(joined(found, tuple(measured))))]
    draws = [scores(discounted(alone, miners_declare=MINERS_DECLARE, seed=seed)) for seed in range(DRAWS)]
    rows += [
        (
            "not done: 1 to 1.5 off for a declared mast, cold store or pumps",
            scores(discounted(alone, miners_declare=0, seed=0)),
        ),
        (f"not done: the same, where {MINERS_DECLARE:.0%} of the miners declare so", tuple(np.mean(draws, axis=0))),
    ]
    lines = [
        "| what is given | mines in the first 20 | in the first 100 | recall at 1 % false alarms | PR-AUC |",
        "|---|---|---|---|---|",
    ]
    lines += [f"| {name} | {a:.1f} | {b:.1f} | {c:.2f} | {d:.3f} |" for name, (a, b, c, d) in rows]
    return lines


def currents(found: list[Region]) -> str:
    """Say for whom currents can speak and for whom they did."""
    rows = joined(found, tuple(INPUTS)).with_columns(
        by=pl.col("look_weights").map_elements(_by_currents, return_dtype=pl.Float64),
        closely=pl.col("look_weights") != "{}",
    )
    said = []
    for name, mine in (("mines", True), ("other meters", False)):
        of = rows.filter(pl.col("is_mine") == mine)
        three = of.filter(pl.col("phases") == 3)
        said.append(
            f"{three.height} of {of.height} {name} tell three phases; of the {three['closely'].sum()} of these looked at closely "
            f"the currents speak for mining at {(three['by'] > 0).sum()}, against at {(three['by'] < 0).sum()}"
        )
    return "Currents: " + ". ".join(said) + "."


def _by_currents(text: str) -> float:
    return float(sum(by for code, by in json.loads(text or "{}").items() if INPUT_OF.get(code) == "currents"))


def page(found: list[Region], *, meters: int, days: int, seconds: float) -> str:
    """Return the section with its table."""
    mines = [truth.filter("is_mine").height for _, truth in found]
    head = (
        f"SIMULATED: {len(found)} rehearsal regions (seeds {SEEDS[0]} to {SEEDS[len(found) - 1]}, used for nothing else) of "
        f"{meters:,} accounts and {days} days, {min(mines)} to {max(mines)} metered mines each; means over the regions. "
        f"`python bench/detection/inputs.py --write`, {datetime.now(UTC):%Y-%m-%d}, {seconds:.0f} s. The weights are reasoned, "
        "not fitted; the simulated mines follow the network and the order more faithfully than real ones may. A declared "
        "use moves nothing; the last two rows show why."
    )
    return "\n".join([head, "", *table(found), "", currents(found)])


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
