"""A regional stop: what the network does when shares of its hash rate go off at given hours, and come back in stages.

Shares are fractions of the world's hash rate before the first cut. The simulation adds what a forecaster cannot know:
how well the hash rate is known at the start, and how it moves for other reasons (a random walk fitted to past epochs).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minewatch.impact import formulas, retarget
from minewatch.impact.network import Epoch, hashrate
from minewatch.kernels.chain import BIN_SECONDS, Chain, Tally, Weather, run_trials
from minewatch.model.errors import InputError
from minewatch.model.impact_views import RetargetLine, Spread
from minewatch.model.text import Text

ON_TIME_SECONDS = 1.05 * retarget.STEADY_INTERVAL
"""Blocks are on time again when the expected interval is at most 5 % above the steady one."""

DAY = 86_400
WEATHER_EPOCHS = 26
"""Past epochs the random walk is fitted to: about one year."""

INTERVAL_BIN_SECONDS = BIN_SECONDS
"""Width of a bin of :attr:`Outcome.histogram`, in seconds."""

_BINS = 1080
_ROUGHLY_KNOWN = float(stats.t.ppf(0.975, WEATHER_EPOCHS - 1)) / formulas.SEEN * math.sqrt(1 + 1 / WEATHER_EPOCHS)


@dataclass(frozen=True, slots=True)
class Cut:
    """From ``at`` (unix seconds) on, ``share`` of the world's hash rate is off; a negative share comes back."""

    at: int
    share: float


@dataclass(frozen=True, slots=True)
class Start:
    """Where a forecast begins: the tip at ``time`` (unix seconds), its epoch, the hash rate before any cut.

    ``blocks_seen`` is how many intervals the hash rate was estimated from; its error is one over their root. They lie in
    ``window_days`` days that ended ``gap_days`` days before the start.
    """

    time: int
    height: int
    epoch: Epoch
    hashrate: float
    blocks_seen: int
    window_days: float
    gap_days: float


@dataclass(frozen=True, slots=True)
class Walk:
    """Other movements of log hash rate, per day: standard deviation, trend, and the spread of one epoch against the last."""

    per_day: float
    trend: float
    per_epoch: float


STILL = Walk(0.0, 0.0, math.sqrt(2) * formulas.EPOCH_NOISE)
"""No movement but chance."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Raw results of a simulation; rows are trials. Not reached is NaN (0 in ``bits``)."""

    times: NDArray[np.float64]
    bits: NDArray[np.int64]
    days: NDArray[np.int32]
    longest: NDArray[np.float64]
    recovered: NDArray[np.float64]
    histogram: NDArray[np.int64]


def start_at(time: int, height: int, epochs: Sequence[Epoch]) -> Start:
    """Return the start of a forecast at a moment when the tip was ``height``, from that epoch's own blocks only."""
    epoch = max((e for e in epochs if e.height <= height), key=lambda e: e.height)
    seen = height - epoch.height
    if seen < 100 or time <= epoch.time:
        raise InputError(
            Text(
                f"Only {seen} blocks of the epoch are known at the start; the hash rate would be a guess.",
                f"起点时本难度周期仅有 {seen} 个区块，算力只能靠猜测。",
            ),
            remedy=Text(
                "Start at least 100 blocks (about 17 hours) after a retarget.",
                "请从难度调整后至少 100 个区块（约 17 小时）开始。",
            ),
        )
    rate = hashrate(epoch.bits, (time - epoch.time) / seen)
    return Start(time, height, epoch, rate, seen, (time - epoch.time) / DAY, 0.0)


def walk_of(epochs: Sequence[Epoch]) -> Walk:
    """Return the movement of hash rate from one epoch to the next, from the last 26 changes of ``epochs``.

    An epoch mean against the mean before differs by two samples' chance (2/2015) and, under a daily random walk of
    variance v over T days an epoch, by 2/3 v T. Twenty-six changes tell their own spread and mean only roughly: the walk is
    widened by Student's factor for that. ``per_epoch`` is the plain spread. Raises InputError with fewer than 27 full epochs.
    """
    changes = log_changes(epochs)[-WEATHER_EPOCHS:]
    if len(changes) < WEATHER_EPOCHS:
        raise InputError(
            Text(
                "Too little of the network's past is known to say how it usually moves.",
                "此前的全网记录太短，无法得知其平常波动。",
            ),
            remedy=Text(
                f"Start a forecast after height {(WEATHER_EPOCHS + 2) * retarget.EPOCH_BLOCKS}.",
                f"请从区块高度 {(WEATHER_EPOCHS + 2) * retarget.EPOCH_BLOCKS} 之后开始预测。",
            ),
        )
    days = (epochs[-1].time - epochs[-1 - WEATHER_EPOCHS].time) / DAY / WEATHER_EPOCHS
    variance = float(np.var(changes, ddof=1))
    own = max(0.0, variance * _ROUGHLY_KNOWN**2 - 2 / retarget.EPOCH_INTERVALS)
    return Walk(math.sqrt(1.5 * own / days), float(np.mean(changes)) / days, math.sqrt(variance))


def log_changes(epochs: Sequence[Epoch]) -> NDArray[np.float64]:
    """Return the change of log mean hash rate from each full epoch to the next, oldest first."""
    logs = [math.log(hashrate(a.bits, (b.time - a.time) / retarget.EPOCH_BLOCKS)) for a, b in pairwise(epochs)]
    return np.diff(np.array(logs))


def schedule(cuts: Sequence[Cut], start: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return times in seconds after ``start`` and the factor on the hash rate from each on; the first time is -inf-like.

    Raises InputError when nothing would be left, or more came back than went.
    """
    times, factors, left = [-1e18], [1.0], 1.0
    for cut in sorted(cuts, key=lambda cut: cut.at):
        left -= cut.share
        if not 0.005 < left <= 1 + 1e-9:
            raise InputError(
                Text(
                    f"The cuts and returns leave {100 * left:.1f} % of the world's hash rate.",
                    f"按所给的停运和恢复，全网算力将剩 {100 * left:.1f}%。",
                ),
                remedy=Text(
                    "Check that shares are of the right whole, that parts do not overlap, and that no more returns than left.",
                    "请核对份额所属的整体是否正确、各部分是否重叠、恢复量是否超过停运量。",
                ),
            )
        times.append(float(cut.at - start))
        factors.append(left)
    return np.array(times), np.array(factors)


def simulate(
    start: Start,
    cuts: Sequence[Cut],
    walk: Walk,
    *,
    trials: int,
    seed: int,
    first_trial: int = 0,
    retargets: int = 3,
    days: int = 120,
) -> Outcome:
    """Run ``trials`` futures of the chain for ``days`` days; trial k is the same trial in whatever run it is asked for."""
    times, factors = schedule(cuts, start.time)
    at_start, drift = _since_the_window(start, walk)
    chain = Chain(
        start.height,
        start.time,
        start.epoch.time,
        start.epoch.bits & 0x7FFFFF,
        start.epoch.bits >> 24,
        start.hashrate * math.exp(drift),
    )
    tally = Tally(
        np.full((trials, retargets), np.nan),
        np.zeros((trials, retargets), np.int64),
        np.zeros((trials, days), np.int32),
        np.zeros(trials),
        np.full(trials, np.nan),
        np.zeros(_BINS, np.int64),
    )
    window = (watch_from(cuts, start.time), float(days * DAY), ON_TIME_SECONDS)
    run_trials(
        chain, Weather(at_start, walk.per_day, walk.trend), times, factors, window, np.uint64(seed), first_trial, tally
    )
    return Outcome(*tally)


def _since_the_window(start: Start, walk: Walk) -> tuple[float, float]:
    """Return standard deviation and mean of log hash rate at the start against its mean over the window it was seen in.

    Over a window of T days a random walk of daily variance v ends v T/3 away from its own mean, and goes on for the gap. The
    first simulated day keeps one rate, for which that of its middle is taken: half a day more.
    """
    if walk == STILL:
        return 0.0, 0.0
    moved = walk.per_day**2 * (start.window_days / 3 + start.gap_days + 0.5)
    return math.sqrt(1 / start.blocks_seen + moved), walk.trend * (start.window_days / 2 + start.gap_days)


def watch_from(cuts: Sequence[Cut], start: int) -> float:
    """Return when the last cut falls, in seconds after ``start``; 0 without a cut or when it is past."""
    return float(max([0, *(cut.at - start for cut in cuts if cut.share > 0)]))


def course(start: Start, cuts: Sequence[Cut]) -> formulas.Course:
    """Return the known course of hash rate under the cuts."""
    times, factors = schedule(cuts, start.time)
    return formulas.Course(tuple(times.tolist()), tuple((start.hashrate * factors).tolist()))


def spread_of(values: NDArray[np.float64], level: float, unit: str) -> Spread:
    """Return median and central interval of ``level`` (0 to 1); NaN (not reached) counts as later than all else."""
    ordered = np.where(np.isnan(values), np.inf, values)
    low, best, high = np.quantile(ordered, [(1 - level) / 2, 0.5, (1 + level) / 2], method="inverted_cdf")
    return Spread(float(low), float(best), float(high), unit)


def retarget_lines(start: Start, outcome: Outcome, level: float) -> tuple[RetargetLine, ...]:
    """Return the coming retargets: time and change against the target before, from the simulation."""
    first = start.height - start.height % retarget.EPOCH_BLOCKS
    before = np.full(len(outcome.bits), difficulty(np.array([start.epoch.bits]))[0])
    lines = []
    for number in range(outcome.bits.shape[1]):
        after = difficulty(outcome.bits[:, number])
        lines.append(
            RetargetLine(
                first + (number + 1) * retarget.EPOCH_BLOCKS,
                spread_of(100 * (after / before - 1), level, "%"),
                spread_of(start.time + outcome.times[:, number], level, "unix s"),
            )
        )
        before = after
    return tuple(lines)


def difficulty(bits: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the difficulty of many compact targets; 0 (not reached) gives NaN."""
    mantissa = np.where(bits == 0, np.nan, bits & 0x7FFFFF)
    return np.asarray(0xFFFF / mantissa * 256.0 ** (29 - (bits >> 24)))


def change_by_formula(start: Start, cuts: Sequence[Cut], level: float) -> Spread:
    """Return the next retarget's change in per cent when nothing but the cuts and chance is at work, exactly."""
    known = course(start, cuts)
    work = retarget.hashes_per_block(start.epoch.bits)
    left = retarget.EPOCH_INTERVALS - start.height % retarget.EPOCH_BLOCKS
    past = start.time - start.epoch.time
    low, best, high = (
        100 * formulas.change_after(past + formulas.time_of_block(known, work, left, quantile))
        for quantile in ((1 + level) / 2, 0.5, (1 - level) / 2)
    )
    return Spread(low, best, high, "%")


def interval_after_last_cut(start: Start, cuts: Sequence[Cut]) -> float:
    """Return the mean block interval in seconds between the last cut and the next retarget, by formula."""
    rate = course(start, cuts).rate_at(watch_from(cuts, start.time))
    return retarget.hashes_per_block(start.epoch.bits) / rate


def slowest_days(start: Start, outcome: Outcome) -> NDArray[np.float64]:
    """Return for each trial the fewest blocks of any whole UTC day before its next retarget; NaN where there is none."""
    ends = np.nan_to_num(outcome.times[:, 0], nan=np.inf)
    last = (start.time % DAY + ends) // DAY
    numbers = np.arange(outcome.days.shape[1])
    whole = (numbers[None, :] < last[:, None]) & (numbers >= (1 if start.time % DAY else 0))[None, :]
    blocks = np.where(whole, outcome.days, np.inf).min(axis=1)
    return np.where(np.isinf(blocks), np.nan, blocks)


def slowest_day_by_formula(start: Start, cuts: Sequence[Cut], level: float) -> Spread:
    """Return the fewest blocks of any whole UTC day before the next retarget's median time, by chance and cuts alone."""
    known = course(start, cuts)
    work = retarget.hashes_per_block(start.epoch.bits)
    left = retarget.EPOCH_BLOCKS - start.height % retarget.EPOCH_BLOCKS
    end = formulas.time_of_block(known, work, left, 0.5)
    first = -start.time % DAY
    edges = np.arange(first, max(end, first + DAY + 1), DAY)
    means = [(known.work_until(b) - known.work_until(a)) / work for a, b in pairwise(edges.tolist())]
    low, best, high = (formulas.slowest_day(means, q) for q in ((1 - level) / 2, 0.5, (1 + level) / 2))
    return Spread(low, best, high, "blocks")


def start_blind(time: int, epochs: Sequence[Epoch]) -> Start:
    """Return the start of a forecast when the tip's height is not known: the last full epoch's hash rate goes on.

    Raises InputError before the third epoch or after the record's last.
    """
    begun = [epoch for epoch in epochs if epoch.time <= time]
    if len(begun) < 2 or time > epochs[-1].time + retarget.AIM_SECONDS:
        raise InputError(
            Text(
                "The shipped record of the network does not reach the start of this scenario.",
                "随软件提供的全网记录不含本情景的起点。",
            ),
            remedy=Text(
                "Give the network's difficulty with --difficulty, or a start between 2010 and January 2025.",
                "请用 --difficulty 给出全网难度，或选择 2010 年至 2025 年 1 月之间的起点。",
            ),
        )
    before, current = begun[-2:]
    rate = hashrate(before.bits, (current.time - before.time) / retarget.EPOCH_BLOCKS)
    passed = int((time - current.time) * rate / retarget.hashes_per_block(current.bits))
    height = current.height + min(passed, retarget.EPOCH_INTERVALS - 1)
    window = (current.time - before.time) / DAY
    return Start(time, height, current, rate, retarget.EPOCH_BLOCKS, window, (time - current.time) / DAY)


def start_balanced(time: int, bits: int, height: int) -> Start:
    """Return the start of a forecast for a network of which only target and height are known: blocks come on time."""
    rate = hashrate(bits, retarget.STEADY_INTERVAL)
    begun = height % retarget.EPOCH_BLOCKS
    epoch = Epoch(height - begun, time - int(begun * retarget.STEADY_INTERVAL), bits)
    return Start(time, height, epoch, rate, retarget.EPOCH_BLOCKS, retarget.AIM_SECONDS / DAY, 0.0)
