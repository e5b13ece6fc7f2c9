"""What is known about a stop without drawing a single random number.

The n-th block from now needs a Gamma(n) number of mean block works; under a known hash rate the time it takes is a rising
function of that number, so every quantile of the next retarget follows exactly. Blocks of whole days are Poisson. Other
movements of the network are not in these formulas; the simulation has them, and tests hold the two together where they
must agree.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from minewatch.impact import retarget

EPOCH_NOISE = 1 / math.sqrt(retarget.EPOCH_INTERVALS)
"""Standard deviation, as a fraction, that chance alone gives one epoch's measured time: 2.2 %."""

SEEN = float(stats.norm.ppf(0.975))
"""A movement is called larger than chance beyond this many standard deviations (95 %, two-sided)."""

_POWER = float(stats.norm.ppf(0.8))


@dataclass(frozen=True, slots=True)
class Course:
    """A known course of hash rate: from ``times[i]`` seconds after the start it is ``rates[i]`` hashes a second."""

    times: tuple[float, ...]
    rates: tuple[float, ...]

    def work_until(self, seconds: float) -> float:
        """Return the hashes computed from the start until ``seconds``."""
        ends = (*self.times[1:], math.inf)
        pieces = zip(self.times, ends, self.rates, strict=True)
        return sum(max(0.0, min(end, seconds) - max(begin, 0.0)) * rate for begin, end, rate in pieces)

    def time_of_work(self, hashes: float) -> float:
        """Return the seconds after which ``hashes`` are computed: the inverse of :meth:`work_until`."""
        ends = (*self.times[1:], math.inf)
        for begin, end, rate in zip(self.times, ends, self.rates, strict=True):
            start = max(begin, 0.0)
            if end > start:
                if hashes <= (end - start) * rate:
                    return start + hashes / rate
                hashes -= (end - start) * rate
        return math.inf

    def rate_at(self, seconds: float) -> float:
        """Return the hash rate at ``seconds``."""
        return self.rates[max(i for i, begin in enumerate(self.times) if begin <= seconds or i == 0)]


def time_of_block(course: Course, block_work: float, number: int, quantile: float) -> float:
    """Return the quantile of the seconds until the ``number``-th block from now, each of mean ``block_work`` hashes."""
    return course.time_of_work(float(stats.gamma.ppf(quantile, number)) * block_work)


def change_after(span: float) -> float:
    """Return the change of difficulty, as a fraction, when the epoch's 2,015 intervals take ``span`` seconds."""
    return retarget.AIM_SECONDS / min(max(span, retarget.SHORTEST_SECONDS), retarget.LONGEST_SECONDS) - 1


def slowest_day(means: Sequence[float], quantile: float) -> int:
    """Return the quantile of the fewest blocks in any of several days with these Poisson means."""
    counts: NDArray[np.int64] = np.arange(int(max(means) + 20 * math.sqrt(max(means)) + 20))
    survival = np.prod([stats.poisson.sf(counts, mean) for mean in means], axis=0)
    return int(counts[np.argmax(1 - survival >= quantile)])


def interval_after(share: float) -> float:
    """Return the mean block interval in seconds when ``share`` (0 to 1) of a balanced network's hash rate is gone."""
    return retarget.STEADY_INTERVAL / (1 - share)


def longer_than(seconds: float, mean: float) -> float:
    """Return the probability that one block takes longer than ``seconds`` when the mean is ``mean``."""
    return math.exp(-seconds / mean)


def epochs_to_see(share: float, noise: float = EPOCH_NOISE) -> float:
    """Return how many full epochs after a stop tell it from ``noise`` (fraction) with 95 % confidence, 4 times in 5.

    The effect on the logarithm of the interval is -ln(1 - share). Infinite for no stop.
    """
    effect = -math.log1p(-share)
    return ((SEEN + _POWER) * noise / effect) ** 2 if effect > 0 else math.inf
