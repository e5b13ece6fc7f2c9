"""What a load does on public holidays: a host goes quiet, mining machines run on."""

from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.block import Moved
from minewatch.detect.measured import to_a_tenth

STOPS = -1.5
RUNS_ON = 0.5
"""Weights in log-odds, by reasoning. Cold stores and server rooms run on as well, so running on says little; machines that earn
by the hour have no reason to stop for a feast, so stopping says more."""

LEAST_HOLIDAYS = 2
LEAST_ORDINARY = 5
NEAR_DAYS = 21
"""Ordinary working days are compared within three weeks of a holiday, so that the season is the same."""
LEAST_HOURS = 6
MONDAY_TO_FRIDAY = 5


def on_holidays(
    kw: NDArray[np.float32], *, first_day: date, mining_kw: float, until: datetime | None, holidays: frozenset[date]
) -> Moved:
    """Compare holidays with the working days around them, in the hours in which the suspected part usually runs.

    ``kw`` (days, slots), NaN missing. Where the load stands below 0.6 of ``mining_kw`` for at least half of those hours the
    holidays contradict mining. Where the host's own part falls clearly in its working hours and the load never falls
    below ``mining_kw`` they support it, a little. Anything else says nothing, and so do fewer than two holidays that were read
    before ``until``, and a host that does not go quiet.
    """
    slots = kw.shape[1]
    if slots < 24 or mining_kw <= 0 or not holidays:
        return {}
    days = [first_day + timedelta(days=number) for number in range(len(kw))]
    whole = np.isfinite(kw).sum(axis=1) >= 0.75 * slots
    running = [bool(ok) and (until is None or day < until.date()) for ok, day in zip(whole, days, strict=True)]
    feast = np.array([go and day in holidays for go, day in zip(running, days, strict=True)])
    ordinary = np.array(
        [
            go
            and day not in holidays
            and day.weekday() < MONDAY_TO_FRIDAY
            and any(abs((day - one).days) <= NEAR_DAYS for one in holidays)
            for go, day in zip(running, days, strict=True)
        ]
    )
    if feast.sum() < LEAST_HOLIDAYS or ordinary.sum() < LEAST_ORDINARY:
        return {}
    usual = _quantile(kw[ordinary], 0.5)
    low = _quantile(kw[ordinary], 0.2)
    # Slots in which the suspected part runs on four working days of five.
    runs = np.isfinite(low) & (low >= 0.8 * mining_kw)
    if runs.sum() < LEAST_HOURS * slots // 24:
        return {}
    there = kw[feast][:, runs]
    there = there[np.isfinite(there)].astype(np.float64)
    below = float((there < 0.6 * mining_kw).mean())
    count = str(int(feast.sum()))
    if below >= 0.5:
        figures = {"days": count, "percent": f"{100 * below:.0f}", "kw": to_a_tenth(float(np.median(there)))}
        return {"stops_on_holidays": (STOPS, figures)}
    busy = usual >= np.nanquantile(usual, 2 / 3)
    usually, then = float(np.nanmedian(usual[busy])), float(np.nanmedian(_quantile(kw[feast], 0.5)[busy]))
    quiet = usually - then >= max(0.5 * (usually - mining_kw), 0.15 * usually)
    if quiet and float((there >= 0.85 * mining_kw).mean()) >= 0.98:
        figures = {
            "days": count,
            "usual": to_a_tenth(usually),
            "then": to_a_tenth(then),
            "least": to_a_tenth(float(there.min())),
        }
        return {"runs_on_holidays": (RUNS_ON, figures)}
    return {}


def _quantile(days: NDArray[np.float32], share: float) -> NDArray[np.float64]:
    """Quantile of each slot over days that were read; NaN where none was."""
    out = np.full(days.shape[1], np.nan)
    for slot in range(days.shape[1]):
        read = days[:, slot][np.isfinite(days[:, slot])].astype(np.float64)
        if read.size:
            out[slot] = np.quantile(read, share)
    return out
