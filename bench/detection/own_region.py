"""What ``screen --learn`` gives in a whole screening, glance and gate included: ``python bench/detection/own_region.py --write``.

Fresh rehearsal regions (SIMULATED hosts and mines; seeds used for nothing else) are screened from their files by the shipped
model as it comes, by the same looking closely at every meter, and by the model that first learned how their meters look. The
shipped model never saw a simulated host. ``--write`` puts the table into docs/benchmarks.md between its marks.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
from report import PAGE
from sklearn.metrics import average_precision_score

from minewatch.detect.identity import Judge, shipped_judge
from minewatch.usecases.documentation import write_between
from minewatch.usecases.learn_first import LearnFirst
from minewatch.usecases.reading import read_options
from minewatch.usecases.rehearse import rehearse
from minewatch.usecases.screen_files import screened_files

SEEDS = (88_701, 88_702, 88_703, 88_704)
METERS, DAYS = 1000, 32
FALSE_ALARMS = 0.01
JUDGES: dict[str, Judge | LearnFirst] = {
    "the shipped model": shipped_judge(),
    "the shipped model, `--thorough`": shipped_judge().thorough(),
    "`--learn`": LearnFirst(),
}


@dataclass(frozen=True)
class Said:
    """What a judge said of a region's meters, most suspicious first; ``own`` tells whether what it learned was kept."""

    chance: np.ndarray
    mine: np.ndarray
    own: bool


def screened(seed: int) -> dict[str, Said]:
    """Simulate a region and screen it by each judge."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        rehearse(out=out, seed=seed, meters=METERS, days=DAYS)
        truth = pl.read_parquet(out / "truth" / "truth.parquet").filter(pl.col("meter").is_not_null())
        for name, judge in JUDGES.items():
            options = read_options(zone="Asia/Shanghai")
            with screened_files([out / "curves"], now=datetime.now(UTC), options=options, judge=judge) as run:
                ranked = run.findings.join(
                    truth.select("meter", "is_mine"), left_on="meter_id", right_on="meter", maintain_order="left"
                )
                own = run.judge is not None and bool(run.judge.name)
            found[name] = Said(ranked["probability"].to_numpy(), ranked["is_mine"].to_numpy().astype(bool), own)
    return found


def row(name: str, regions: list[Said]) -> str:
    """Show one judge: means over regions; recall at the threshold of all regions together."""
    chance = np.concatenate([one.chance for one in regions])
    mine = np.concatenate([one.mine for one in regions])
    ranks = [average_precision_score(one.mine, one.chance) for one in regions]
    first = [int(one.mine[:20].sum()) for one in regions]
    threshold = np.quantile(chance[~mine], 1.0 - FALSE_ALARMS)
    recall = float((chance[mine] > threshold).mean())
    each = ", ".join(f"{one:.2f}" for one in ranks)
    return (
        f"| {name} | {np.mean(ranks):.3f} ({each}) | {np.mean(first):.1f} | {recall:.2f} | "
        f"{chance.sum() / mine.sum():.1f} | {float(((chance - mine) ** 2).mean()):.4f} |"
    )


def main() -> None:
    """Simulate, screen, print; ``--write`` keeps the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=len(SEEDS))
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    began = time.perf_counter()
    found = []
    for seed in SEEDS[: given.regions]:
        found.append(screened(seed))
        print(f"{seed}: {time.perf_counter() - began:.0f} s", flush=True)
    mines = [int(one["`--learn`"].mine.sum()) for one in found]
    head = (
        f"SIMULATED hosts and mines: {len(found)} rehearsal regions (seeds {SEEDS[0]} to {SEEDS[len(found) - 1]}, used for "
        f"nothing else) of {METERS:,} accounts and {DAYS} days, {min(mines)} to {max(mines)} metered mines each; "
        f"{datetime.now(UTC):%Y-%m-%d}. What was learned was kept in {sum(one['`--learn`'].own for one in found)} of them; in "
        "the others the shipped model judged."
    )
    titles = ("judged by", "PR-AUC, mean (each region)", "mines in the first 20", "recall at 1 % false alarms")
    titles = (*titles, "sum of probabilities a mine", "Brier score")
    text = [head, "", f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    text += [row(name, [one[name] for one in found]) for name in JUDGES]
    print("\n".join(text))
    if given.write:
        write_between(PAGE, name="own_region", text="\n".join(text))


if __name__ == "__main__":
    main()
