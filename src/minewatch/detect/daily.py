"""The lower grade: meters with daily energy only. Day and night cannot be told apart, so little is claimed."""

import numpy as np
from numpy.typing import NDArray

NOTHING = 0.02
MOST = 0.30
"""Probability never leaves these: a flat day's energy is common and proves little."""


def judge_daily(kw: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Probability, estimated mining kW and typical daily change of each meter; ``kw`` (meters, days, 1), NaN missing.

    The probability rises as the median change from day to day falls from 8 to 1 % of the mean. The estimate is four
    fifths of the 5 % quantile of the days. All three are NaN with fewer than seven days read or no load.
    """
    meters = kw.shape[0]
    chance, estimate, change = (np.full(meters, np.nan) for _ in range(3))
    for i in range(meters):
        days = kw[i, :, 0].astype(np.float64)
        read = days[np.isfinite(days)]
        if read.size < 7 or not np.abs(read).mean() > 0:
            continue
        steps = np.abs(np.diff(days))
        steps = steps[np.isfinite(steps)]
        if steps.size == 0:
            continue
        change[i] = np.median(steps) / np.abs(read).mean()
        chance[i] = NOTHING + (MOST - NOTHING) * float(np.clip((0.08 - change[i]) / 0.07, 0.0, 1.0))
        estimate[i] = max(float(np.quantile(read, 0.05)), 0.0) * 0.8
    return chance, estimate, change
