"""A chain of blocks under a changing hash rate: one trial a row, the retarget rule exact in 64-bit integers.

Model. The next block needs an exponential number of hashes with the mean that the target sets; hashes come at a rate
that is piecewise constant: it is multiplied by a known schedule (cuts and returns) and, at every full day after the
start, by one step of a log-normal random walk (miners come and go for reasons nobody announces). Both enter exactly:
the hashes still needed are carried over each boundary.

Random numbers. Every trial has its own stream of SplitMix64 (Steele, Lea and Flood 2014), started from the seed and the
trial's number. Trial 17 is therefore the same trial whether it runs alone, in another order or beside others, and
results do not depend on how trials are divided among workers.

No NaN enters. What a trial does not reach before ``horizon`` stays as the caller filled it.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S11, _S27, _S30, _S31 = np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)
_UNIT = 2.0**-53
_DAY = 86400.0
_EPOCH = 2016
_AIM = 1_209_600
BIN_SECONDS = 10.0
"""Width of one bin of the histogram of intervals; the last bin holds all that is longer."""


class Chain(NamedTuple):
    """The chain at the start: its tip and the rule's state."""

    height: int
    """height of the last known block"""
    time: int
    """the start of the simulation, unix seconds UTC"""
    epoch_time: int
    """header time of the first block of the tip's epoch, unix seconds"""
    mantissa: int
    """mantissa of the compact target of the next block"""
    size: int
    """its size byte"""
    hashrate: float
    """estimated hash rate before the schedule's factors, hashes a second"""


class Weather(NamedTuple):
    """What nobody announces: standard deviations of log hash rate, and its trend."""

    at_start: float
    """of the estimate at the start"""
    per_day: float
    """of each daily step"""
    trend: float
    """mean of each daily step"""


class Tally(NamedTuple):
    """Where results are written; rows are trials."""

    retarget_time: NDArray[np.float64]
    """(trials, retargets): seconds after the start of the first block of each new epoch"""
    retarget_bits: NDArray[np.int64]
    """(trials, retargets): compact target of each new epoch"""
    day_blocks: NDArray[np.int32]
    """(trials, days): blocks found in each UTC day, the first being the day of the start"""
    longest: NDArray[np.float64]
    """(trials,): longest interval counted, seconds"""
    recovered: NDArray[np.float64]
    """(trials,): seconds after the start of the first retarget after which blocks come on time again"""
    histogram: NDArray[np.int64]
    """(bins,): counted intervals of all trials, in bins of BIN_SECONDS"""


@njit(cache=True, nogil=True)
def _mix(x: Any) -> Any:
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@njit(cache=True, nogil=True)
def _uniform(state: Any) -> Any:
    state = state + _STEP
    return state, (float(_mix(state) >> _S11) + 0.5) * _UNIT


@njit(cache=True, nogil=True)
def _normal(state: Any) -> Any:
    state, u = _uniform(state)
    state, v = _uniform(state)
    return state, math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@njit(cache=True, nogil=True)
def retarget(mantissa: Any, size: Any, span: Any) -> Any:
    """Return mantissa and size after an epoch of ``span`` seconds, bit for bit as with 256-bit integers.

    The mantissa has at most 23 bits and the clamped span at most 23, so their product shifted by two bytes fits 63 bits
    and the quotient keeps at least the three bytes the compact form keeps; cutting twice is cutting once.
    """
    clamped = min(max(span, _AIM // 4), _AIM * 4)
    quotient = ((mantissa * clamped) << 16) // _AIM
    size -= 2
    while quotient >= 1 << 23:
        quotient >>= 8
        size += 1
    if size > 29 or (size == 29 and quotient > 0xFFFF):
        return 0xFFFF, 29
    return quotient, size


@njit(cache=True, nogil=True)
def _boundary(next_day: Any, change: Any, times: Any) -> Any:
    """Return when the hash rate may change next."""
    if change < len(times) - 1 and times[change + 1] < next_day:
        return times[change + 1]
    return next_day


@njit(cache=True, nogil=True)
def _cross(clock: Any, left: Any, times: Any, factors: Any, weather: Any) -> Any:
    """Move the clock over the boundaries that come before ``left`` more hashes are done; return it and what is left.

    clock: time, next day, base rate, place in the schedule, state of the random numbers.
    """
    t, next_day, base, change, state = clock
    boundary = _boundary(next_day, change, times)
    while t + left / (base * factors[change]) > boundary:
        left -= base * factors[change] * (boundary - t)
        t = boundary
        if change < len(times) - 1 and t >= times[change + 1]:
            change += 1
        if t >= next_day:
            next_day += _DAY
            state, z = _normal(state)
            base *= math.exp(weather.trend + weather.per_day * z)
        boundary = _boundary(next_day, change, times)
    return (t, next_day, base, change, state), left


@njit(cache=True, nogil=True)
def _count_gap(row: Any, gap: Any, out: Any) -> None:
    out.histogram[min(int(gap / BIN_SECONDS), out.histogram.shape[0] - 1)] += 1
    out.longest[row] = max(out.longest[row], gap)


@njit(cache=True, nogil=True)
def _one_trial(row: Any, chain: Any, weather: Any, times: Any, factors: Any, window: Any, state: Any, out: Any) -> None:
    count_from, horizon, on_time = window
    state, z = _normal(state)
    change = 0
    while change < len(times) - 1 and times[change + 1] <= 0.0:
        change += 1
    t, next_day, base = 0.0, _DAY, chain.hashrate * math.exp(weather.at_start * z)
    rate, boundary = base * factors[change], _boundary(next_day, change, times)
    mantissa, size = chain.mantissa, chain.size
    work = 256.0 ** (35 - size) / mantissa
    place, epoch_time, done = chain.height % _EPOCH, chain.epoch_time, 0
    recovered, counting, counted = False, False, False
    day, day_end = 0, _DAY - float(chain.time % 86400)
    begun = 0.0
    while begun < horizon:
        state, u = _uniform(state)
        left = -math.log(u) * work
        if t + left / rate > boundary:
            clock, left = _cross((t, next_day, base, change, state), left, times, factors, weather)
            t, next_day, base, change, state = clock
            rate, boundary = base * factors[change], _boundary(next_day, change, times)
        t += left / rate
        while t >= day_end:
            day, day_end = day + 1, day_end + _DAY
        if day < out.day_blocks.shape[1]:
            out.day_blocks[row, day] += 1
        place += 1
        if place == _EPOCH:
            place, epoch_time = 0, chain.time + math.floor(t)
            if done < out.retarget_time.shape[1]:
                out.retarget_time[row, done] = t
                out.retarget_bits[row, done] = (size << 24) | mantissa
            done += 1
            counted = counting
            if not recovered and t >= count_from and work / rate <= on_time:
                recovered = True
                out.recovered[row] = t
        elif not counted and begun >= count_from:
            counting = True
            _count_gap(row, t - begun, out)
        if place == _EPOCH - 1:
            mantissa, size = retarget(mantissa, size, chain.time + math.floor(t) - epoch_time)
            work = 256.0 ** (35 - size) / mantissa
        begun = t


@njit(cache=True, nogil=True)
def run_trials(
    chain: Any, weather: Any, times: Any, factors: Any, window: Any, seed: Any, first_trial: Any, out: Any
) -> None:
    """Run as many trials as ``out`` has rows, numbered from ``first_trial``, and write what they show into ``out``.

    times, factors: float64, equally long; from ``times[i]`` seconds after the start the hash rate is ``factors[i]``
    times the base. ``times`` ascend, the first is 0 or less, factors are positive. window: three floats: the watch begins
    at this many seconds: from there on intervals are counted until the next retarget, and recovery is looked for; the
    trial ends at this many seconds; blocks are on time when the expected interval is at most this many. seed: uint64.
    """
    for row in range(out.retarget_time.shape[0]):
        stream = _mix(seed + _STEP * np.uint64(first_trial + row + 1))
        _one_trial(row, chain, weather, times, factors, window, stream, out)
