"""What fusion adds: simulated regions, evidence of several detectors, precision and calibration beside each detector alone.

    python bench/fusion/measure.py --regions 20 --meters 600 --first 900

Everything is SIMULATED. The meter's evidence is the real detector on simulated curves, and the deadline's is the real
judgement of stops on them. Traffic, flow records and tips are drawn from the truth with the chosen rates of ``RATES``
below; they show how fusion behaves with such evidence, not how good that evidence is in the field. Nothing is fitted
here: fusion runs with its weights as shipped; the share of mines in the regions is given as the prior. The last row re-weights
by visits in other regions: in the first half of the regions the top of the fused list and a random share are "visited", and the
weights learned there judge the second half. All rows are figures of the second half.
"""

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score

from minewatch.detect.block import Block
from minewatch.detect.fuse import (
    AS_SHIPPED,
    DETECTORS,
    EVIDENCE_SCHEMA,
    deadline_llr,
    declared_use_llr,
    evidence_row,
    fuse,
    llr_of_probability,
    weights_from_visits,
)
from minewatch.detect.screen import screen_block
from minewatch.detect.stop import judge_stop
from minewatch.usecases.fuse_evidence import METER_BASE_RATE, TRAFFIC_BASE_RATE
from minewatch.usecases.rehearse import simulate_region

DEADLINE = datetime(2021, 6, 17, 22)  # noqa: DTZ001 - standard time has no zone in tables

RATES = {
    # detector: (share of mines that give it, share of other meters that give it, probability it comes with)
    "traffic": (0.40, 0.0005, 0.97),
    "flows": (0.50, 0.02, 0.20),
    "tip": (0.15, 0.005, 0.5),
}
VISITS = 80
TIP_LLR = float(np.log(0.15 / 0.005))


def evidence_of(seed: int, meters: int) -> tuple[pl.DataFrame, dict[str, bool]]:
    """Evidence of every detector for one region, and which metered accounts mine."""
    region = simulate_region(seed=seed, meters=meters)
    truth = region.truth.filter(pl.col("meter").is_not_null())
    mines = dict(zip(truth["meter"], truth["is_mine"], strict=True))
    declared = dict(zip(region.meters["meter"], region.meters["declared_use"], strict=True))
    rng = np.random.default_rng(seed)
    rows = [row for row in _curves(region.readings) if row[0] in mines]
    for meter, mine in sorted(mines.items()):
        if llr := declared_use_llr(str(declared.get(meter, ""))):
            rows.append(evidence_row(meter, "declared", llr))
        for detector, (of_mines, of_others, probability) in RATES.items():
            if rng.random() < (of_mines if mine else of_others):
                llr = TIP_LLR if detector == "tip" else llr_of_probability(probability, TRAFFIC_BASE_RATE)
                rows.append(evidence_row(meter, detector, llr))
    unique = pl.DataFrame(rows, EVIDENCE_SCHEMA, orient="row").unique(
        ["subject", "detector"], keep="first", maintain_order=True
    )
    return unique, mines


def _curves(readings: pl.DataFrame) -> Iterator[tuple]:
    first = readings["day"].min()
    for (meter,), part in readings.group_by("meter", maintain_order=True):
        days = (part["day"] - first).dt.total_days().to_numpy()
        kw = np.full((int(days.max()) + 1, 96), np.nan, np.float32)
        kw[days] = part["kw"].to_numpy()
        finding = screen_block(Block((str(meter),), first, kw[None])).row(0, named=True)
        llr = llr_of_probability(finding["probability"], METER_BASE_RATE)
        yield evidence_row(str(meter), "meter", llr)
        size = finding["mining_kw"]
        if size and size > 0:
            start = datetime.combine(first, datetime.min.time())
            verdict = judge_stop(kw, mining_kw=size, deadline_slot=int((DEADLINE - start) / timedelta(minutes=15)))
            if verdict.doubt is None:
                fell = None if verdict.stop_slot is None else start + verdict.stop_slot * timedelta(minutes=15)
                yield evidence_row(str(meter), "deadline", deadline_llr(fell, DEADLINE, slot_minutes=15))


def figures(fused: pl.DataFrame, mines: dict[str, bool]) -> tuple[float, float, float]:
    """Average precision, recall at 1 % false alarms, expected calibration error over ten equal bins."""
    truth = np.array([mines[name] for name in fused["subject"]])
    score, chance = fused["log_odds"].to_numpy(), fused["probability"].to_numpy()
    limit = np.quantile(score[~truth], 0.99)
    bins = np.minimum((chance * 10).astype(int), 9)
    gaps = [abs(chance[bins == b].sum() - truth[bins == b].sum()) for b in range(10)]
    return average_precision_score(truth, score), float((score[truth] > limit).mean()), sum(gaps) / len(truth)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--regions", type=int, default=20)
    asked.add_argument("--meters", type=int, default=600)
    asked.add_argument("--first", type=int, default=900, help="seed of the first region")
    given = asked.parse_args()
    halves = []
    middle = given.first + given.regions // 2
    for first, last in ((given.first, middle), (middle, given.first + given.regions)):
        parts, mines = [], {}
        for seed in range(first, last):
            evidence, truth = evidence_of(seed, given.meters)
            parts.append(evidence.with_columns(subject=f"{seed}-" + pl.col("subject")))
            mines |= {f"{seed}-{meter}": mine for meter, mine in truth.items()}
        halves.append((pl.concat(parts), mines))
    (visited, known), (evidence, mines) = halves
    prior = sum(known.values()) / len(known)
    print(
        f"SIMULATED: {len(mines)} meters of {given.regions - given.regions // 2} regions, {sum(mines.values())} of them mine"
    )
    silent = pl.DataFrame([evidence_row(name, "meter", 0.0) for name in mines], EVIDENCE_SCHEMA, orient="row")
    print(f"{'evidence':<34}{'average precision':>20}{'recall at 1 %':>16}{'ECE':>8}")
    print(f"{'chance':<34}{sum(mines.values()) / len(mines):>20.3f}{0.01:>16.3f}{0.0:>8.3f}")
    listed = fuse(visited, prior=prior)["subject"].to_list()
    drawn = np.random.default_rng(given.first).choice(listed[VISITS:], VISITS // 4, replace=False).tolist()
    learned = weights_from_visits(visited, {name: known[name] for name in [*listed[:VISITS], *drawn]}, prior=prior)
    rows = [(name, [name], AS_SHIPPED) for name in DETECTORS if name in set(evidence["detector"])]
    rows += [("all fused, as shipped", list(DETECTORS), AS_SHIPPED)]
    rows += [(f"all fused, after {learned.visits} visits elsewhere", list(DETECTORS), learned)]
    for label, names, weights in rows:
        chosen = evidence.filter(pl.col("detector").is_in(names))
        whole = pl.concat([chosen, silent.join(chosen.select("subject"), on="subject", how="anti")])
        precision, recall, ece = figures(fuse(whole, prior=prior, weights=weights), mines)
        print(f"{label:<34}{precision:>20.3f}{recall:>16.3f}{ece:>8.3f}")
    print(
        "weights learned:",
        {group: round(value, 2) for group, value in learned.by_group.items()},
        round(learned.offset, 2),
    )


if __name__ == "__main__":
    main()
