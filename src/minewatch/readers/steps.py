"""The step of each meter's readings, and whether its times start or end their intervals."""

import numpy as np
import polars as pl

from minewatch.model.tables import SLOTS_ALLOWED
from minewatch.readers.issuelog import IssueLog
from minewatch.readers.rows import REGISTER, Bools, Ints, Rows

STEPS = np.array([1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440], dtype=np.int64)
"""Minutes between readings that fit into slots of a day."""

DAY = 86_400

# Column of the counts for each distance in minutes: a step's own, one for all others, and one for no distance at all.
_COLUMN = np.full(1442, len(STEPS), dtype=np.int64)
_COLUMN[STEPS] = np.arange(len(STEPS))
_COLUMN[0] = len(STEPS) + 1


def slots_for(step: int) -> int:
    """Slots of the day into which readings of a step go: the finest kind of day that its intervals fit."""
    return next(slots for slots in SLOTS_ALLOWED if (1440 // slots) % step == 0)


def find_steps(rows: Rows, asked: int | None, log: IssueLog) -> Rows:
    """Return the rows with ``step`` known, without those of meters whose step fits no slots (told).

    Where the source says a step it is taken. Otherwise a meter's step is the most frequent distance between its times;
    a day whose readings come nearly all at another step keeps its own (told as mixed steps).
    """
    if asked is not None:
        rows.step = np.full(len(rows), asked, dtype=np.int64)
    if len(rows) == 0 or (rows.step > 0).all():
        return _supported(rows, log)
    gaps = np.zeros(len(rows), dtype=np.int64)
    gaps[1:] = np.where(rows.meter[1:] == rows.meter[:-1], (rows.time[1:] - rows.time[:-1] + 30) // 60, 0)
    counts = _counts(rows.meter, gaps, len(rows.names))
    usual = STEPS[np.argmax(counts[:, :-1], axis=1)]
    total = counts.sum(axis=1)
    fitting = counts[:, :-1].max(axis=1)
    overall = STEPS[int(np.argmax(counts[:, :-1].sum(axis=0)))] if counts[:, :-1].any() else 1440
    usual = np.where(total == 0, overall, usual)
    odd = (total > 0) & (fitting * 2 < counts[:, -1])
    step = usual[rows.meter]
    uneven = (total > 0) & (fitting < 0.95 * total) & ~odd
    if uneven.any():
        step = _by_day(rows, gaps, step, uneven, log)
    given = rows.step > 0
    rows.step = np.where(given, rows.step, np.where(odd[rows.meter], 0, step))
    if odd.any():
        _tell_odd(rows, gaps, odd & ~_any_by_meter(rows, given), log)
        rows = rows.take(rows.step > 0)
    return _supported(rows, log)


def _any_by_meter(rows: Rows, mask: Bools) -> Bools:
    return np.bincount(rows.meter[mask], minlength=len(rows.names)) > 0


def _counts(group: Ints, gaps: Ints, groups: int) -> Ints:
    """How often each step stands between times of each group; the last column counts all other distances."""
    column = _COLUMN[np.minimum(gaps, len(_COLUMN) - 1)]
    flat = np.bincount(group * (len(STEPS) + 2) + column, minlength=groups * (len(STEPS) + 2))
    return flat.reshape(groups, len(STEPS) + 2)[:, :-1]


def _by_day(rows: Rows, gaps: Ints, step: Ints, uneven: Bools, log: IssueLog) -> Ints:
    """Give days that are nearly complete at a step of their own that step."""
    chosen = np.flatnonzero(uneven[rows.meter])
    meter = rows.meter[chosen]
    day = (rows.time[chosen] - (rows.ends[chosen] == 1)) // DAY
    fresh = np.ones(len(chosen), dtype=np.bool_)
    fresh[1:] = (meter[1:] != meter[:-1]) | (day[1:] != day[:-1])
    group = np.cumsum(fresh) - 1
    inner = np.where(fresh, 0, gaps[chosen])
    counts = _counts(group, inner, int(group[-1]) + 1)[:, :-1]
    own = STEPS[np.argmax(counts, axis=1)]
    full = counts.max(axis=1) >= 0.75 * (1440 // own - 1)
    usable = full & (own < 720) & (own != step[chosen][fresh])
    if not usable.any():
        return step
    step = step.copy()
    step[chosen] = np.where(usable[group], own[group], step[chosen])
    first = chosen[fresh][usable]
    _, once = np.unique(rows.meter[first], return_index=True)
    shown = [f"{own[usable][i]}, {step[np.searchsorted(rows.meter, rows.meter[first[i]])]}" for i in once]
    rows.tell(log, "mixed_steps", first[once], pl.Series("value", shown, dtype=pl.String))
    return step


def _tell_odd(rows: Rows, gaps: Ints, odd: Bools, log: IssueLog) -> None:
    moved = np.flatnonzero((gaps > 0) & odd[rows.meter])
    _, first = np.unique(rows.meter[moved], return_index=True)
    index = moved[first]
    rows.tell(log, "unsupported_step", index, pl.Series("value", gaps[index]).cast(pl.String))


def _supported(rows: Rows, log: IssueLog) -> Rows:
    """Leave out rows whose given step fits no slots."""
    fits = np.isin(rows.step, STEPS)
    if bool(fits.all()):
        return rows
    strange = np.flatnonzero(~fits)
    _, first = np.unique(rows.meter[strange], return_index=True)
    index = strange[first]
    rows.tell(log, "unsupported_step", index, pl.Series("value", rows.step[index]).cast(pl.String))
    return rows.take(fits)


def find_ends(rows: Rows, asked: str | None) -> Rows:
    """Return the rows with ``ends`` known.

    The option wins, then what the file says. Otherwise a meter's own times decide: when its first is one step after
    midnight and its last is midnight, times end their intervals; else they start them. A register's time is the moment
    of its reading and needs neither.
    """
    if asked is not None:
        rows.ends = np.where(rows.kind == REGISTER, rows.ends, np.int8(asked == "end")).astype(np.int8)
        return rows
    unknown = rows.ends < 0
    if not unknown.any():
        return rows
    count = len(rows.names)
    firsts, lasts = (
        np.searchsorted(rows.meter, np.arange(count)),
        np.searchsorted(rows.meter, np.arange(count), "right"),
    )
    present = lasts > firsts
    first, last = np.minimum(firsts, len(rows) - 1), np.maximum(lasts - 1, 0)
    step = rows.step[first] * 60
    ends = (rows.time[first] % DAY == step % DAY) & (rows.time[last] % DAY == 0) & (step < DAY)
    ends &= present & (rows.time[last] > rows.time[first])
    rows.ends = np.where(unknown, ends[rows.meter], rows.ends).astype(np.int8)
    return rows
