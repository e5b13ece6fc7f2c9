"""What no meter can have measured: isolated impossible peaks and numbers that stand for "no reading"."""

import numpy as np
import numpy.typing as npt
import polars as pl

from minewatch.readers.grid import tell_days
from minewatch.readers.issuelog import IssueLog

FACTOR = 50.0
"""A peak this many times the median of a meter's daily maxima may be impossible …"""
LEAST_KW = 100.0
"""… if it is above this power …"""
LONGEST = 2
"""… and gone after this many readings at most, with ordinary readings on both sides …"""
MOST_EPISODES = 5
"""… and seldom: what comes back more often is how the site works."""

SENTINELS = (
    65_535.0, 65_534.0, 32_767.0, 9_999.0, 99_999.0, 999_999.0, 9_999_999.0, 9_999.99, 99_999.99, 999_999.99,
    4_294_967_295.0, 2_147_483_647.0, -9_999.0, -999.0, -99_999.0,
)  # fmt: skip
"""Numbers that systems write where there is no reading."""

Matrix = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def set_aside(frame: pl.DataFrame, log: IssueLog) -> pl.DataFrame:
    """Return days (sorted by meter and day) with impossible values as NaN, each told.

    A step that stays, however high, is never set aside: a peak must return within two readings, be rare, and stand far
    above the meter's usual daily maxima. At the end of the data, where a return cannot be seen, nothing is set aside.
    """
    if frame.is_empty():
        return frame
    kw = frame["kw"].to_numpy()
    meter = frame["meter"].rle_id().to_numpy().astype(np.int64)
    high = np.maximum(np.fmax.reduce(kw, axis=1), -np.fmin.reduce(kw, axis=1))
    usual = _usual(meter, high, kw)
    suspect = np.flatnonzero(high > np.maximum(FACTOR * usual[meter], LEAST_KW))
    sentinel = _sentinels(kw, high, usual[meter])
    if not suspect.size and not sentinel.size:
        return frame
    kw = kw.copy()
    slots = kw.shape[1]
    _tell(frame, sentinel, kw.reshape(-1)[sentinel], "sentinel_value", log)
    kw.reshape(-1)[sentinel] = np.nan
    spikes = _spikes(kw, meter, usual, np.unique(meter[suspect]))
    _tell(frame, spikes, kw.reshape(-1)[spikes], "spike", log)
    kw.reshape(-1)[spikes] = np.nan
    return frame.with_columns(pl.Series("kw", kw, dtype=pl.Array(pl.Float32, slots)))


def _usual(meter: Ints, high: npt.NDArray[np.float32], kw: Matrix) -> npt.NDArray[np.float64]:
    """Median of each meter's daily maxima; of its readings where there are fewer than three days."""
    days = pl.DataFrame({"meter": meter, "high": high}).with_columns(pl.col("high").fill_nan(None))
    found = days.group_by("meter", maintain_order=True).agg(pl.col("high").median().alias("usual"), pl.len())
    usual = found["usual"].cast(pl.Float64).fill_null(0.0).to_numpy().copy()
    for one in np.flatnonzero(found["len"].to_numpy() < 3):
        rows = slice(*np.searchsorted(meter, [one, one + 1]))
        if high[rows].max(initial=0) > LEAST_KW:
            usual[one] = float(np.nanquantile(np.abs(kw[rows]), 0.75))
    return usual


def _sentinels(kw: Matrix, high: npt.NDArray[np.float32], usual: npt.NDArray[np.float64]) -> Ints:
    """Positions of exact sentinel numbers far from the meter's readings."""
    lowest = min(abs(value) for value in SENTINELS)
    rows = np.flatnonzero(high >= lowest)
    if not rows.size:
        return np.zeros(0, dtype=np.int64)
    hit = np.isin(kw[rows], np.array(SENTINELS, dtype=np.float32))
    far = np.abs(kw[rows]) > 5 * usual[rows][:, None]
    # Where the number stands nearly every day it is the usual maximum itself: then the day's other readings judge it.
    others = np.where(hit, np.nan, np.abs(kw[rows]))
    judged = ~np.isnan(others).all(axis=1)
    typical = np.zeros(len(rows))
    typical[judged] = np.nanmedian(others[judged], axis=1)
    always = (kw[rows] < 0) | (np.abs(kw[rows]) > 20 * typical[:, None])
    where, slot = np.nonzero(hit & (far | always))
    cells: Ints = rows[where] * kw.shape[1] + slot
    return cells


def _spikes(kw: Matrix, meter: Ints, usual: npt.NDArray[np.float64], suspects: Ints) -> Ints:
    """Positions of peaks of at most two readings between ordinary ones, of meters where they are rare."""
    slots = kw.shape[1]
    rows = np.flatnonzero(np.isin(meter, suspects))
    position = (rows[:, None] * slots + np.arange(slots)).reshape(-1)
    value = kw[rows].reshape(-1)
    present = ~np.isnan(value)
    position, value = position[present], np.abs(value[present])
    owner = meter[position // slots]
    peak = value > np.maximum(FACTOR * usual[owner], LEAST_KW)
    change = np.ones(len(value), dtype=np.bool_)
    change[1:] = (peak[1:] != peak[:-1]) | (owner[1:] != owner[:-1])
    starts = np.flatnonzero(change)
    stops = np.append(starts[1:], len(value))
    run_owner = owner[starts]
    inner = np.zeros(len(starts), dtype=np.bool_)
    inner[1:-1] = (run_owner[:-2] == run_owner[1:-1]) & (run_owner[2:] == run_owner[1:-1])
    short = peak[starts] & inner & (stops - starts <= LONGEST)
    episodes = np.bincount(run_owner[short], minlength=len(usual))
    short &= episodes[run_owner] <= MOST_EPISODES
    chosen = np.repeat(short, stops - starts)
    found: Ints = position[chosen]
    return found


def _tell(frame: pl.DataFrame, cells: Ints, values: npt.NDArray[np.float32], code: str, log: IssueLog) -> None:
    if cells.size:
        slots = frame["kw"].to_numpy().shape[1]
        days = frame[cells // slots]
        tell_days(days, code, pl.Series("value", [f"{value:g}" for value in values]), log)
