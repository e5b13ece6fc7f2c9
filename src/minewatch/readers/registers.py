"""Cumulative registers: differences, told apart from rollover, reset, exchange and single wrong readings."""

import numpy as np

from minewatch.readers.issuelog import IssueLog
from minewatch.readers.rows import ENERGY, REGISTER, Bools, Floats, Ints, Rows

_LEAP = 1000.0
"""A rise this many times a meter's usual one is no consumption but another register."""


def to_energy(rows: Rows, log: IssueLog) -> Rows:
    """Return the rows with registers turned into energy of the interval before each reading.

    The rows must be of one kind, sorted, without duplicates and with steps known. An interval longer than the step (a
    gap), a reset and an exchange give no energy: the slots stay missing. A register that passes its highest digit (falls
    from above 90 % of a power of ten to below 10 %) is continued. A single reading that leaves the row and is taken
    back by the next is set aside.
    """
    if not (rows.kind == REGISTER).any():
        return rows
    # A missing register reading is no reading; its interval is part of a gap.
    registers = rows.take(~np.isnan(rows.value))
    registers = registers.take(~_dips(registers, log))
    if not len(registers):
        return registers
    first = np.ones(len(registers), dtype=np.bool_)
    first[1:] = registers.meter[1:] != registers.meter[:-1]
    rise = np.zeros(len(registers))
    rise[1:] = np.diff(registers.value)
    previous = np.concatenate([[np.nan], registers.value[:-1]])
    rise = _falls(registers, rise, previous, first, log)
    rise = _leaps(registers, rise, first, log)
    changed = np.concatenate([[False], np.diff(registers.factor) != 0]) & ~first
    rise[changed] = np.nan
    minutes = np.zeros(len(registers))
    minutes[1:] = np.diff(registers.time) / 60
    on_step = np.abs(minutes - registers.step) <= 0.1 * registers.step + 0.5
    energy = registers.take(~first)
    # The mean power of the true distance, as energy of one step: clocks that jitter do not change the energy.
    rise = np.where(on_step, rise * registers.step / np.maximum(minutes, 1e-9), np.nan)
    energy.value = rise[~first]
    energy.kind = np.full(len(energy), ENERGY, dtype=np.uint8)
    energy.ends = np.ones(len(energy), dtype=np.int8)
    return energy


def _dips(rows: Rows, log: IssueLog) -> Bools:
    """Single readings outside of their neighbours, which themselves are in order."""
    out = np.zeros(len(rows), dtype=np.bool_)
    if len(rows) < 3:
        return out
    before, here, after = rows.value[:-2], rows.value[1:-1], rows.value[2:]
    same = (rows.meter[:-2] == rows.meter[1:-1]) & (rows.meter[2:] == rows.meter[1:-1])
    ordered = after >= before
    aside = (here < before) | (here > after)
    out[1:-1] = same & ordered & aside
    # Two neighbours cannot both be the wrong one; the first is.
    out[1:] &= ~out[:-1]
    rows.tell(log, "register_dip", np.flatnonzero(out))
    return out


def _falls(rows: Rows, rise: Floats, previous: Floats, first: Bools, log: IssueLog) -> Floats:
    """Continue a register over its highest digit; leave resets and exchanges without energy."""
    falls = np.flatnonzero((rise < 0) & ~first)
    if not falls.size:
        return rise
    old, new = previous[falls], rows.value[falls]
    top = 10.0 ** np.ceil(np.log10(np.maximum(old, 1.0)))
    rolled = (old > 0.9 * top) & (new < 0.1 * top) & (top >= 100)
    usual = _usual_rise(rows, rise, first)[rows.meter[falls]]
    rolled &= top - old + new <= np.maximum(_LEAP * usual, 0.02 * top)
    reset = ~rolled & (new <= np.maximum(0.01 * old, 20 * usual)) & (old > new)
    rise = rise.copy()
    rise[falls] = np.where(rolled, rise[falls] + top, np.nan)
    rows.tell(log, "register_rollover", falls[rolled])
    rows.tell(log, "register_reset", falls[reset])
    rows.tell(log, "meter_exchange", falls[~rolled & ~reset])
    return rise


def _leaps(rows: Rows, rise: Floats, first: Bools, log: IssueLog) -> Floats:
    """Leave out a rise far beyond what the meter ever does: another register was read on."""
    usual = _usual_rise(rows, rise, first)[rows.meter]
    leap = (rise > _LEAP * usual) & (rise * rows.factor > 100.0) & ~first & (usual > 0)
    if leap.any():
        rows.tell(log, "meter_exchange", np.flatnonzero(leap))
        rise = np.where(leap, np.nan, rise)
    return rise


def _usual_rise(rows: Rows, rise: Floats, first: Bools) -> Floats:
    """Mean of each meter's rises within a hundred times their median, 0 where there is none; one number a meter."""
    good = np.flatnonzero((rise > 0) & ~first)
    out = np.zeros(len(rows.names))
    if not good.size:
        return out
    meter, value = rows.meter[good], rise[good]
    order = np.lexsort((value, meter))
    meter, value = meter[order], value[order]
    starts = np.searchsorted(meter, np.arange(len(rows.names)))
    stops = np.searchsorted(meter, np.arange(len(rows.names)), side="right")
    middle: Ints = np.minimum((starts + stops) // 2, len(value) - 1)
    median = np.where(stops > starts, value[middle], 0.0)
    inside = value <= 100 * median[meter]
    counts = np.bincount(meter[inside], minlength=len(out))
    sums = np.bincount(meter[inside], weights=value[inside], minlength=len(out))
    return np.where(counts > 0, sums / np.maximum(counts, 1), 0.0)
