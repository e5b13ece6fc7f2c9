"""How often the verified stop is wrong, over seeded rehearsal regions with known truth.

    python bench/verification/measure.py --first 1000 --regions 240

Simulated data throughout. Each region has about 23 mines behind meters (open, hidden in a host,
partly bypassed), of every rhythm, with a deadline on the 25th of 32 days (22:00 on 17 June 2021), after which mines are off
early, in time, late, never, or off and back again. Every metered mine is judged by ``detect.stop.judge_stop`` on its
meter's curve, with its power as an inventory gives it (true mean power at that meter), or, with ``--screened``, with the
power and only for the meters that the screening itself found (probability of at least 0.5) in the days before the deadline.

Truth is read from the mine's own power: it runs in a slot when it draws more than a fifth of its power while running, an
off spell of less than two hours is none, and nothing after the deadline counts that the mine's own rhythm explains.
"""

import argparse
import collections
import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np
import polars as pl

from minewatch.detect.block import Block
from minewatch.detect.screen import screen_block
from minewatch.detect.stop import StopVerdict, Verdict, judge_stop
from minewatch.rehearsal.parameters import DEADLINE, MineMix, RegionParameters
from minewatch.rehearsal.region import Region, simulate

MIX = MineMix(
    per_thousand=MappingProxyType(
        {
            "declared_big_data": 60.0,
            "hidden_host": 150.0,
            "before_meter": 1.0,
            "bypass_part": 20.0,
            "split_accounts": 0.0,
        }
    )
)
OFF = 0.2
STOPPED = frozenset({Verdict.IN_TIME, Verdict.LATE})


@dataclass(frozen=True)
class Judged:
    """One site: what was true and what was said; slots count from the window's start."""

    seed: int
    meter: str
    mode: str
    evasion: str
    truth: str
    true_stop: int | None
    true_back: int | None
    said: Verdict
    stop: int | None
    back: int | None
    doubt: str
    ratio: float
    paused: bool
    exact: bool
    held: bool


def truth_of(power: np.ndarray, level: float, deadline: int, slots: int) -> tuple[str, int | None, int | None]:
    """(truth, slot of the stop, slot of the return) from a mine's own power.

    ``running``: it runs to the end; ``in_time`` or ``late``: off for at least two hours to the end; ``back``: off for more
    than 30 hours after the deadline (longer than any rhythm pauses) and on again.
    """
    on = power.ravel() > OFF * level
    running = np.flatnonzero(on)
    if not running.size:
        return "absent", None, None
    if running[-1] < deadline:
        return "in_time", int(running[-1]) + 1, None
    last = int(running[-1]) + 1
    longest = 30 * slots // 24
    for gap in np.flatnonzero(np.diff(running) > longest):
        off, back = int(running[gap]) + 1, int(running[gap + 1])
        if back - max(off, deadline) > longest:
            return "back", off, back
    if on.size - last >= 2 * slots // 24 and (on.size - last) > usual_pause(on, deadline):
        return "late", last, None
    return "running", None, None


def usual_pause(on: np.ndarray, deadline: int) -> int:
    """Return the longest pause of the mine's own rhythm before the deadline, in slots; 0 for one that never paused twice."""
    running = np.flatnonzero(on[:deadline])
    pauses = np.sort(np.diff(running))[::-1]
    return int(pauses[1]) if pauses.size > 1 else 0


def really_paused(power: np.ndarray, level: float, said: StopVerdict, slots: int) -> bool:
    """Whether the mine itself was off for most of the spell that the verdict calls off."""
    spell = power.ravel()[said.stop_slot : said.return_slot]
    return bool(spell.size >= slots // 24 and (spell <= OFF * level).mean() > 0.8)


def judge_region(seed: int, meters: int, *, screened: bool) -> list[Judged]:
    """Simulate one region and judge each of its metered mines."""
    region = simulate(RegionParameters(seed=seed, meters=meters, days=32, mines=MIX))
    parameters = region.parameters
    deadline = slot_of(parameters, DEADLINE)
    curves = {row[0]: row[1] for row in curves_of(region.readings, "meter")}
    power = dict(curves_of(region.mine_series, "site"))
    found = screen_before(region, deadline) if screened else {}
    judged = []
    for row in region.truth.filter(pl.col("is_mine") & pl.col("meter").is_not_null()).iter_rows(named=True):
        meter, site = row["meter"], row["site"]
        if meter not in curves or row["mine_kw"] <= 0:
            continue
        if screened and meter not in found:
            continue
        mining_kw = found[meter] if screened else row["mine_kw"]
        series = power[site]
        level = float(series[series > OFF * series.max()].mean()) if series.max() > 0 else 0.0
        truth, stop, back = truth_of(series, level, deadline, parameters.slots)
        said = judge_stop(curves[meter], mining_kw=mining_kw, deadline_slot=deadline)
        claims = {Verdict.CAME_BACK, *STOPPED}
        paused = said.verdict in claims and really_paused(series, level, said, parameters.slots)
        ratio = row["mine_kw"] / max(row["host_kw"] or 0.01, 0.01)
        doubt = said.doubt.value if said.doubt else ""
        dates = (said.stop_slot, said.return_slot)
        facts = (seed, meter, row["mode"], row["evasion"], truth, stop, back)
        judged.append(Judged(*facts, said.verdict, *dates, doubt, ratio, paused, said.exact, holds(said, stop)))
    return judged


def holds(said: StopVerdict, true_stop: int | None) -> bool:
    """Whether the range of a stop holds the true one, within one slot."""
    if said.stop_from is None or said.stop_to is None or true_stop is None:
        return False
    return said.stop_from - 1 <= true_stop <= said.stop_to + 1


def slot_of(parameters: RegionParameters, moment: datetime) -> int:
    """Slots from the window's start to ``moment``."""
    start = datetime.combine(parameters.first_day, datetime.min.time())
    return int((moment - start) / timedelta(minutes=24 * 60 / parameters.slots))


def curves_of(frame: pl.DataFrame, key: str) -> list[tuple[str, np.ndarray]]:
    """(id, days x slots) of each id of a frame of whole windows."""
    ordered = frame.sort(key, "day")
    names = ordered[key].unique(maintain_order=True).to_list()
    return list(zip(names, ordered["kw"].to_numpy().reshape(len(names), -1, ordered["kw"].dtype.shape[0]), strict=True))


def screen_before(region: Region, deadline: int) -> dict[str, float]:
    """Mining power of the meters the screening finds in the whole days before the deadline."""
    pairs = curves_of(region.readings, "meter")
    days = deadline // region.parameters.slots
    kw = np.stack([curve[:days] for _, curve in pairs]).astype(np.float32)
    block = Block(tuple(name for name, _ in pairs), region.parameters.first_day, kw)
    found = screen_block(block).filter((pl.col("probability") >= 0.5) & pl.col("mining_kw").is_not_null())
    return dict(zip(found["meter_id"].to_list(), found["mining_kw"].to_list(), strict=True))


def figures(judged: list[Judged], slots: int = 96) -> dict[str, object]:
    """Return the rates, with the counts they are made of."""
    told = [one for one in judged if one.said is not Verdict.CANNOT_TELL]
    verified = [one for one in judged if one.said in STOPPED]
    ran = [one for one in judged if one.truth in {"running", "back"}]
    not_back = [one for one in judged if one.truth != "back"]
    false_verified = [one for one in verified if one.truth in {"running", "back"} and not one.paused]
    false_back = [one for one in judged if one.said is Verdict.CAME_BACK and one.truth != "back" and not one.paused]
    late = [one for one in judged if one.truth == "late" and one.said is Verdict.LATE]
    exact = [one for one in late if one.exact]
    near = [one for one in exact if abs(one.stop - one.true_stop) <= 1]
    unjust = [one for one in judged if one.said is Verdict.NOT_STOPPED and one.truth in {"in_time", "late"}]
    unjust_late = [one for one in judged if one.said is Verdict.LATE and one.truth == "in_time"]
    late_as_in_time = [one for one in judged if one.truth == "late" and one.said is Verdict.IN_TIME]
    backs = [one for one in judged if one.truth == "back"]
    strict = [one for one in judged if one.said is Verdict.CAME_BACK and one.truth != "back"]
    strictly = [one for one in verified if one.truth in {"running", "back"}]
    dated = [one for one in verified if one.true_stop is not None]
    table = collections.Counter((one.truth, one.said.value) for one in judged)
    return {
        "sites": len(judged),
        "verified": len(verified),
        "false_verified": len(false_verified),
        "false_verified_of_verified": rate(false_verified, verified),
        "false_verified_of_running": rate(false_verified, ran),
        "false_back": len(false_back),
        "false_back_of_all_not_back": rate(false_back, not_back),
        "false_verified_strict": rate(strictly, verified),
        "false_back_strict": rate(strict, not_back),
        "stops_whose_range_holds_the_truth": rate([one for one in dated if one.held], dated),
        "back_found": rate([one for one in backs if one.said is Verdict.CAME_BACK], backs),
        "late_judged_late": len(late),
        "late_with_an_exact_date": len(exact),
        "exact_dates_within_one_slot": rate(near, exact),
        "all_late_within_one_slot": rate([one for one in late if abs(one.stop - one.true_stop) <= 1], late),
        "called_running_though_off": len(unjust),
        "called_late_though_in_time": len(unjust_late),
        "paused_for_reasons_of_its_own_and_said_so": sum(one.paused and one.truth == "running" for one in judged),
        "late_called_in_time": len(late_as_in_time),
        "cannot_tell": rate([one for one in judged if one.said is Verdict.CANNOT_TELL], judged),
        "told": len(told),
        "cannot_tell_by": dict(collections.Counter(one.doubt for one in judged if one.doubt)),
        "table": {f"{truth} -> {said}": count for (truth, said), count in sorted(table.items())},
        "slots": slots,
    }


def rate(some: list[Judged], whole: list[Judged]) -> float | None:
    """Share, None of nothing."""
    return round(len(some) / len(whole), 5) if whole else None


def is_wrong(one: Judged) -> bool:
    """Whether a verdict is one of the errors counted."""
    if one.said is Verdict.LATE and one.truth == "late":
        return one.exact and abs(one.stop - one.true_stop) > 1
    if one.said in {Verdict.LATE, Verdict.NOT_STOPPED} and one.truth == "in_time":
        return True
    if one.said is Verdict.IN_TIME and one.truth == "late":
        return True
    if one.said is Verdict.CAME_BACK:
        return one.truth != "back" and not one.paused
    return one.said in STOPPED and one.truth in {"running", "back"} and not one.paused


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--regions", type=int, default=240)
    parser.add_argument("--meters", type=int, default=100)
    parser.add_argument("--screened", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list every wrong verdict")
    asked = parser.parse_args()
    begin = time.perf_counter()
    judged: list[Judged] = []
    for seed in range(asked.first, asked.first + asked.regions):
        judged += judge_region(seed, asked.meters, screened=asked.screened)
    out = figures(judged)
    out["regions"], out["first_seed"] = asked.regions, asked.first
    out["seconds"] = round(time.perf_counter() - begin, 1)
    json.dump(out, sys.stdout, indent=2)
    print()
    if asked.wrong:
        for one in judged:
            wrong = is_wrong(one)
            if wrong:
                print(one)


if __name__ == "__main__":
    main()
