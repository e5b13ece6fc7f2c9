"""Speed of the chain simulator against the same model in NumPy, on one core.

Measured: processor time a simulated block. The NumPy version moves all trials forward by one block per step, as one would write
it without a compiler; the plain version draws one trial after the other with NumPy's generator. All three know the cuts, the
daily random walk and the retarget rule (NumPy in floating point). First, results are held against each other: the median
time of the next retarget must agree within 1 %. Run: ``python bench/impact/bench_chain.py``.
"""

import math
import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from minewatch.impact import backtest, network, retarget, stop
from minewatch.impact.stop import Cut

EPOCHS = network.real_epochs()
START = stop.start_at(backtest.FORECAST_TIME, backtest.FORECAST_HEIGHT, EPOCHS)
WALK = stop.walk_of([epoch for epoch in EPOCHS if epoch.time <= START.time])
CUTS = (Cut(START.time - 36_000, 0.03), Cut(START.time + 230_400, 0.25))
DAYS = 40
TIMES, FACTORS = stop.schedule(CUTS, START.time)
AT_START = math.sqrt(1 / START.blocks_seen + WALK.per_day**2 * (START.time - START.epoch.time) / stop.DAY / 3)
REPEATS = 5

Result = tuple[NDArray[np.float64], int]


def compiled(trials: int) -> Result:
    outcome = stop.simulate(START, CUTS, WALK, trials=trials, seed=1, days=DAYS)
    return outcome.times[:, 0], int(outcome.days.sum())


def numpy_over_trials(trials: int) -> Result:
    """One step of the loop is one block of every trial."""
    rng = np.random.default_rng(1)
    base = START.hashrate * np.exp(AT_START * rng.standard_normal(trials))
    t, next_day = np.zeros(trials), np.full(trials, float(stop.DAY))
    work = np.full(trials, retarget.hashes_per_block(START.epoch.bits))
    epoch_start = np.full(trials, float(START.epoch.time - START.time))
    height, blocks, first = START.height, 0, np.full(trials, np.nan)
    while (t < DAYS * stop.DAY).any():
        left = rng.exponential(size=trials) * work
        open_ = t < DAYS * stop.DAY
        running = open_.copy()
        while running.any():
            position = np.searchsorted(TIMES, t, side="right") - 1
            rate = base * FACTORS[position]
            following = np.append(TIMES, np.inf)[position + 1]
            boundary = np.minimum(next_day, following)
            reached = running & (t + left / rate <= boundary)
            t[reached] += (left / rate)[reached]
            running &= ~reached
            left[running] -= (rate * (boundary - t))[running]
            t[running] = boundary[running]
            new_day = running & (t >= next_day)
            next_day[new_day] += stop.DAY
            base[new_day] *= np.exp(WALK.trend + WALK.per_day * rng.standard_normal(int(new_day.sum())))
        height += 1
        blocks += int(open_.sum())
        if height % 2016 == 0:
            epoch_start = t.copy()
            first = np.where(np.isnan(first), t, first)
        elif height % 2016 == 2015:
            span = np.clip(np.floor(t) - np.floor(epoch_start), retarget.SHORTEST_SECONDS, retarget.LONGEST_SECONDS)
            work *= retarget.AIM_SECONDS / span
    return first, blocks


def plain_loop(trials: int) -> Result:
    """One trial after the other, one block after the other."""
    rng = np.random.default_rng(1)
    firsts, blocks = [], 0
    for _ in range(trials):
        base = START.hashrate * np.exp(AT_START * rng.standard_normal())
        t, next_day, height, first = 0.0, float(stop.DAY), START.height, math.nan
        work, epoch_start = retarget.hashes_per_block(START.epoch.bits), float(START.epoch.time - START.time)
        while t < DAYS * stop.DAY:
            left = rng.exponential() * work
            while True:
                position = int(np.searchsorted(TIMES, t, side="right")) - 1
                rate = base * FACTORS[position]
                boundary = min(next_day, TIMES[position + 1] if position + 1 < len(TIMES) else math.inf)
                if t + left / rate <= boundary:
                    t += left / rate
                    break
                left -= rate * (boundary - t)
                t = boundary
                if t >= next_day:
                    next_day += stop.DAY
                    base *= np.exp(WALK.trend + WALK.per_day * rng.standard_normal())
            height += 1
            blocks += 1
            if height % 2016 == 0:
                epoch_start = t
                first = t if math.isnan(first) else first
            elif height % 2016 == 2015:
                span = min(
                    max(math.floor(t) - math.floor(epoch_start), retarget.SHORTEST_SECONDS), retarget.LONGEST_SECONDS
                )
                work *= retarget.AIM_SECONDS / span
        firsts.append(first)
    return np.array(firsts), blocks


def measure(function: Callable[[int], Result], trials: int, repeats: int) -> tuple[float, float]:
    seconds = []
    for _ in range(repeats):
        begun = time.process_time()
        firsts, blocks = function(trials)
        seconds.append((time.process_time() - begun) / blocks)
    return statistics.median(seconds) * 1e9, float(np.median(firsts)) / stop.DAY


def main() -> None:
    compiled(2)  # compiles
    ours, our_median = measure(compiled, 2000, REPEATS)
    print(f"{'version':<34}{'trials':>8}{'ns a block':>14}{'ratio':>10}{'median retarget, days':>24}")
    print(f"{'compiled kernel':<34}{2000:>8}{ours:>14.1f}{1:>10.1f}{our_median:>24.2f}")
    for name, function, trials, repeats in (
        ("NumPy, all trials at once", numpy_over_trials, 2000, 1),
        ("plain NumPy loop, trial by trial", plain_loop, 40, 1),
    ):
        nanoseconds, median = measure(function, trials, repeats)
        print(f"{name:<34}{trials:>8}{nanoseconds:>14.1f}{nanoseconds / ours:>10.1f}{median:>24.2f}")
        assert abs(median / our_median - 1) < (0.01 if trials > 1000 else 0.03)


if __name__ == "__main__":
    main()
