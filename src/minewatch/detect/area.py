"""Proof for a whole area: how much less a county or a transformer area draws after a day than before, with an interval.

Days are compared with days of the same weekday, so that a weekend is never held against a working day. The change is the mean
of the differences of daily means; its interval is Student's t on them, widened for the likeness of neighbouring days by the
first-order autocorrelation (Bartlett's factor (1 + r) / (1 - r), r not below 0).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

MIN_DAYS = 3
MIN_READ = 0.8
"""Share of a day's slots that must be read for the day to count."""


@dataclass(frozen=True, slots=True)
class AreaChange:
    """Mean power before and after (kW), the fall with its interval (positive: less is drawn), and how many days spoke."""

    before_kw: float
    after_kw: float
    fall_kw: float
    low_kw: float
    high_kw: float
    days_before: int
    days_after: int


def area_change(
    kw: NDArray[np.float32], *, first_weekday: int, until: int, since: int, assurance: float = 0.95
) -> AreaChange | None:
    """Compare days before day ``until`` with days from day ``since`` on, in a series (days, slots) of an area's power.

    None where fewer than three days of either side, of weekdays that both sides have, were read for the most part.
    """
    read = np.isfinite(kw).mean(axis=1) >= MIN_READ
    means = np.array(
        [float(np.nanmean(day.astype(np.float64))) if good else np.nan for day, good in zip(kw, read, strict=True)]
    )
    weekday = (np.arange(kw.shape[0]) + first_weekday) % 7
    before = (np.arange(kw.shape[0]) < until) & read
    after = (np.arange(kw.shape[0]) >= since) & read
    common = [day for day in range(7) if (before & (weekday == day)).any() and (after & (weekday == day)).any()]
    before &= np.isin(weekday, common)
    after &= np.isin(weekday, common)
    if before.sum() < MIN_DAYS or after.sum() < MIN_DAYS:
        return None
    usual = np.array([means[before & (weekday == day)].mean() if day in common else np.nan for day in range(7)])
    own = means[before] - usual[weekday[before]]
    falls = usual[weekday[after]] - means[after]
    error = math.hypot(_error(falls), _error(own, lost=len(common)))
    free = max(1.0, float(min(falls.size - 1, own.size - len(common))))
    reach = float(stats.t.ppf(0.5 + assurance / 2, free)) * error
    fall = float(falls.mean())
    return AreaChange(
        before_kw=float(usual[weekday[after]].mean()),
        after_kw=float(means[after].mean()),
        fall_kw=fall,
        low_kw=fall - reach,
        high_kw=fall + reach,
        days_before=int(before.sum()),
        days_after=int(after.sum()),
    )


def _error(values: NDArray[np.float64], *, lost: int = 1) -> float:
    """Return the standard error of the mean of neighbouring days; ``lost`` degrees of freedom went into their centre."""
    away = values - values.mean()
    total = float((away**2).sum())
    if total == 0.0:
        return 0.0
    likeness = min(max(float((away[1:] * away[:-1]).sum()) / total, 0.0), 0.9)
    variance = total / max(values.size - lost, 1)
    return math.sqrt(variance / values.size * (1 + likeness) / (1 - likeness))
