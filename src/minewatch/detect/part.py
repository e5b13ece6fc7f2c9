"""The mining part of a curve, estimated for drawing."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.dating import moment


def mining_part(kw: NDArray[np.float32], finding: Mapping[str, Any]) -> NDArray[np.float32]:
    """Estimated mining part of one meter's readings: (days, slots) kW, NaN where nothing was read.

    ``finding`` is one row of findings for the same days. The part is what lies below the estimated mining power between
    since and until; where the pattern is timed or in blocks, only where the load stands above the level of its lowest
    hours of that day and the next by more than half of it.
    """
    power = finding["mining_kw"]
    if power is None or finding["first_day"] is None:
        return np.where(np.isnan(kw), kw, np.float32(0.0))
    first = finding["first_day"]
    slot = np.arange(kw.size)
    start = _slot(finding["since"], first, kw.shape[1], 0)
    stop = _slot(finding["until"], first, kw.shape[1], kw.size)
    on = ((slot >= start) & (slot < stop)).reshape(kw.shape)
    if finding["pattern"] in {"timed", "blocks"} and kw.shape[1] > 1:
        filled = np.where(np.isnan(kw), np.float32(np.inf), kw)
        low = filled.min(axis=1, initial=np.inf)
        low = np.minimum(low, np.append(low[1:], low[-1:]))
        floor = np.where(np.isinf(low), np.float32(0.0), low)[:, None]
        on &= np.nan_to_num(kw) > floor + 0.5 * power
    part = np.where(on, np.clip(np.minimum(np.float32(power), kw), 0.0, None), np.float32(0.0))
    return np.where(np.isnan(kw), kw, part).astype(np.float32)


def _slot(when: datetime | None, first: date, slots: int, default: int) -> int:
    """Slot of a time counted from the first day, ``default`` where there is none."""
    if when is None:
        return default
    return int((when - moment(first, 0, 24)) / (timedelta(days=1) / slots))
