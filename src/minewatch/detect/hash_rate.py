"""Hash rate out of shares: of one flow, and of a site whose machines hold several."""

from collections.abc import Sequence

from scipy.special import gammaincinv

from minewatch.detect.coins import HASHES_PER_DIFFICULTY
from minewatch.model.traffic import FlowFacts, Sighting

LEVEL = 0.8
"""Probability that the interval holds the true rate."""

Rate = tuple[float, float, float]


def share_limits(count: float) -> tuple[float, float]:
    """Return the interval of the expected number of shares over ``count`` seen, as factors of ``count``.

    Shares come as a Poisson process, so it runs from the 10 % quantile of a gamma distribution with shape n to the 90 %
    quantile of one with shape n + 1 (exact Poisson limits, Garwood 1936). ``count`` is positive and need not be whole.
    """
    tail = (1 - LEVEL) / 2
    return float(gammaincinv(count, tail)) / count, float(gammaincinv(count + 1, 1 - tail)) / count


def hash_rate(facts: FlowFacts, coin: str) -> Rate | None:
    """Hash rate in H/s of a flow with its 80 % interval; ``None`` without shares, difficulty or time.

    Accepted shares are counted; submitted ones where no answer was seen at all.
    """
    answered = facts.accepted + facts.rejected > 0
    count = facts.accepted if answered else facts.submitted
    difficulty = facts.share_difficulty if answered else facts.asked_difficulty
    work = facts.share_work if answered else facts.asked_work
    total = difficulty * HASHES_PER_DIFFICULTY.get(coin, 2.0**32) + work
    span = facts.last_seen - facts.first_seen
    if count <= 0 or total <= 0 or span <= 0:
        return None
    low, high = share_limits(count)
    return total / span, total / span * low, total / span * high


def site_hash_rate(sightings: Sequence[Sighting]) -> Rate | None:
    """Hash rate in H/s of all flows of one site and coin over the time from the first to the last; ``None`` without any.

    Shares of different difficulty weigh differently: the interval is that of the equivalent number of equal shares,
    (sum of work)^2 / sum of (work of one share)^2.
    """
    work = squares = 0.0
    timed = [one for one in sightings if one.hash_rate]
    for one in timed:
        mine = (one.hash_rate or 0.0) * (one.last_seen - one.first_seen)
        shares = one.shares_accepted or one.shares_submitted or 1
        work += mine
        squares += mine * mine / shares
    if not timed or work <= 0:
        return None
    span = max(one.last_seen for one in timed) - min(one.first_seen for one in timed)
    low, high = share_limits(work * work / squares)
    return work / span, work / span * low, work / span * high
