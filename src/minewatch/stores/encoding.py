"""How a day of readings is laid out in bytes: lossless, quick to unpack, small.

A day is a few fixed-size binary values, one a byte *plane*: the lowest bytes of all its readings, their second bytes,
and so on. A general compressor packs planes far better than interleaved numbers. Three encodings, chosen day by day:

``codes16``, ``codes24``
    A meter sends decimals: k thousandths of a kWh, times a transformer ratio. A reading is stored as a whole number
    ``code`` in two or three planes and comes back as ``(code * num + base) / den``, one float32 division of two exact
    whole numbers, so that it is the float32 nearest to the decimal the meter sent. The largest code means missing.
``float32``
    The four bytes of the IEEE 754 number in four planes, for days that are no such multiples.

The encoder decodes what it wrote and compares bit for bit; what differs is stored as ``float32``. Two things are made
canonical first and do not come back: the sign of a negative zero and the payload of a NaN.
The measurements behind the choice are in ``docs/decisions/0020-encoding-of-a-day.md``.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from minewatch.kernels.decode import CODES, decode_days

Float32 = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int32]

EXACT = 1 << 24
"""Whole numbers below this are exact in float32."""

SCALES = (1000, 10_000, 100_000, 12_000, 120_000, 1_000_000, 100, 10, 1)
"""Denominators tried for a meter, first fit wins: decimals, then thirds and twelfths (5-minute means)."""

ENCODE_CHUNK = 1 << 20
"""Readings handled at a time, so that the temporary arrays stay in the cache."""


class Encoding(StrEnum):
    """How the readings of a part are laid out."""

    CODES16 = "codes16"
    CODES24 = "codes24"
    FLOAT32 = "float32"

    @property
    def planes(self) -> int:
        """Bytes of a reading before compression."""
        return {"codes16": 2, "codes24": 3, "float32": 4}[self.value]

    @property
    def missing(self) -> int:
        """Return the code that means NaN (``float32`` keeps NaN itself and has no such code)."""
        return CODES[self.planes]


@dataclass(frozen=True, slots=True)
class EncodedDays:
    """Days in one encoding.

    ``rows`` are their positions in what was given to :func:`encode`, ascending. ``planes`` holds one array of shape
    (rows, slots) a byte plane, lowest first. A reading is ``(code * num + base) / den`` kW;
    for ``float32`` the three are 1, 0 and 1. ``missing`` counts the NaN of each day.
    """

    encoding: Encoding
    rows: npt.NDArray[np.int64]
    planes: tuple[Bytes, ...]
    num: Ints
    base: Ints
    den: Ints
    missing: npt.NDArray[np.int16]


def canonical(kw: Float32) -> Float32:
    """Return ``kw`` as contiguous float32 with every NaN and every zero in its one canonical form."""
    clean = np.ascontiguousarray(kw, dtype=np.float32) + np.float32(0.0)
    clean[np.isnan(clean)] = np.float32("nan")
    return clean


def encode(kw: Float32, starts: npt.NDArray[np.int64]) -> list[EncodedDays]:
    """Encode days, shape (rows, slots) in kW with NaN for missing, in as few bytes as is lossless.

    ``starts`` holds the first row of each meter, ascending from 0: the days of a meter share a unit. Returns one
    entry for each encoding used; together they hold every row once.
    """
    rows, slots = kw.shape
    if rows == 0:
        return []
    kw = canonical(kw)
    ends = np.append(starts[1:], rows)
    plan = _Plan.empty(rows)
    per_chunk = max(1, ENCODE_CHUNK // slots)
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + per_chunk, side="right")))
        a, b = int(starts[first]), int(ends[last - 1])
        _plan_chunk(kw[a:b], starts[first:last] - a, plan, a)
        first = last
    found = []
    for encoding in Encoding:
        chosen = np.flatnonzero(plan.planes == encoding.planes)
        if len(chosen):
            found.append(_pack(kw, chosen, encoding, plan))
    return found


@dataclass(slots=True)
class _Plan:
    """For each row, what :func:`encode` decided."""

    planes: npt.NDArray[np.uint8]
    num: Ints
    base: Ints
    den: Ints

    @classmethod
    def empty(cls, rows: int) -> "_Plan":
        return cls(
            np.full(rows, 4, np.uint8), np.ones(rows, np.int32), np.zeros(rows, np.int32), np.ones(rows, np.int32)
        )


def _plan_chunk(kw: Float32, starts: npt.NDArray[np.int64], plan: _Plan, offset: int) -> None:
    """Decide unit and encoding for the rows of ``kw``, whole meters beginning at ``starts``."""
    lengths = np.diff(np.append(starts, len(kw)))
    meter_of = np.repeat(np.arange(len(starts)), lengths)
    scale, steps = _whole_numbers(kw, starts, meter_of)
    coded = np.flatnonzero(scale[meter_of])
    if len(coded) == 0:
        return
    step = _common_step(steps, starts, meter_of)
    units = steps[coded] // step[meter_of[coded], None]
    gap = np.isnan(kw[coded])
    low = np.where(gap, np.int32(EXACT), units).min(axis=1)
    high = np.where(gap, np.int32(-EXACT), units).max(axis=1)
    empty = gap.all(axis=1)
    low[empty] = high[empty] = 0
    # The meter's own zero where all its codes fit above it: equal bytes for equal readings pack better than small ones.
    from_zero = (low >= 0) & (high < Encoding.CODES16.missing)
    base = np.where(from_zero, 0, low)
    width = high - base
    planes = np.where(width < Encoding.CODES16.missing, 2, np.where(width < Encoding.CODES24.missing, 3, 4))
    divisor = np.gcd(step, np.maximum(scale, 1))
    num = (step // divisor)[meter_of[coded]]
    den = (np.maximum(scale, 1) // divisor)[meter_of[coded]]
    # Every intermediate must be exact in float32, or the division would round twice.
    exact = (np.abs(base.astype(np.int64) * num) < EXACT) & (width.astype(np.int64) * num < EXACT)
    planes[~exact] = 4
    use = planes < 4
    rows = coded[use] + offset
    plan.planes[rows] = planes[use]
    plan.num[rows] = num[use]
    plan.base[rows] = (base[use].astype(np.int64) * num[use]).astype(np.int32)
    plan.den[rows] = den[use]


def _whole_numbers(kw: Float32, starts: npt.NDArray[np.int64], meter_of: npt.NDArray[np.int64]) -> tuple[Ints, Ints]:
    """Find for each meter the scale at which all its readings are whole numbers; 0 where none fits.

    Returns (scale per meter, whole numbers per row and slot, 0 for missing).
    """
    scale = np.zeros(len(starts), np.int32)
    steps = np.zeros(kw.shape, np.int32)
    open_rows = np.arange(len(kw))
    for candidate in SCALES:
        values = kw[open_rows]
        gap = np.isnan(values)
        scaled = np.rint(values.astype(np.float64) * candidate)
        scaled[gap] = 0.0
        inside = np.abs(scaled) < EXACT
        back = np.where(inside, scaled, 0.0).astype(np.float32) / np.float32(candidate)
        good_rows = np.ones(len(kw), bool)
        good_rows[open_rows] = (gap | (inside & (back == values))).all(axis=1)
        fits = np.logical_and.reduceat(good_rows, starts) & (scale == 0)
        taken = fits[meter_of[open_rows]]
        scale[fits] = candidate
        steps[open_rows[taken]] = scaled[taken].astype(np.int32)
        open_rows = open_rows[~taken]
        if len(open_rows) == 0:
            break
    return scale, steps


def _common_step(steps: Ints, starts: npt.NDArray[np.int64], meter_of: npt.NDArray[np.int64]) -> Ints:
    """Return the greatest common divisor of each meter's whole numbers (1 where all are 0)."""
    lengths = np.diff(np.append(starts, len(steps)))
    guess = np.gcd.reduce(steps[starts + lengths // 2], axis=1)
    step = np.maximum(guess, 1)
    # One day of a meter nearly always gives the answer; a full pass is made only for the meters where it does not.
    odd = (steps % step[meter_of, None] != 0).any(axis=1)
    wrong = np.logical_or.reduceat(odd, starts) | (guess == 0)
    for meter in np.flatnonzero(wrong):
        mine = steps[starts[meter] : starts[meter] + lengths[meter]]
        step[meter] = max(1, int(np.gcd.reduce(np.unique(mine))))
    found: Ints = step.astype(np.int32)
    return found


def _pack(kw: Float32, rows: npt.NDArray[np.int64], encoding: Encoding, plan: _Plan) -> EncodedDays:
    """Lay the planned rows out in byte planes."""
    slots = kw.shape[1]
    planes = tuple(np.empty((len(rows), slots), np.uint8) for _ in range(encoding.planes))
    missing = np.empty(len(rows), np.int16)
    step = max(1, ENCODE_CHUNK // slots)
    for a in range(0, len(rows), step):
        some = rows[a : a + step]
        values = kw[some]
        gap = np.isnan(values)
        missing[a : a + step] = gap.sum(axis=1)
        if encoding is Encoding.FLOAT32:
            words = values.view(np.uint32)
        else:
            whole = np.rint(values.astype(np.float64) * plan.den[some, None])
            whole = (whole - plan.base[some, None]) / plan.num[some, None]
            words = np.where(gap, encoding.missing, whole).astype(np.uint32)
        for number, plane in enumerate(planes):
            plane[a : a + step] = (words >> (8 * number)).astype(np.uint8)
    if encoding is Encoding.FLOAT32:
        one, nought = np.ones(len(rows), np.int32), np.zeros(len(rows), np.int32)
        return EncodedDays(encoding, rows, planes, one, nought, one, missing)
    return EncodedDays(encoding, rows, planes, plan.num[rows], plan.base[rows], plan.den[rows], missing)


def decode(
    days: EncodedDays,
    rows: npt.NDArray[np.int64],
    targets: npt.NDArray[np.int64],
    out: Float32,
    *,
    over: bool = False,
) -> None:
    """Write the readings of some ``rows`` of ``days`` into the rows ``targets`` of ``out``, (rows, slots), C-contiguous, kW.

    Missing is NaN; with ``over`` it leaves what stands there. ``IndexError`` for a row or a target that is not there.
    """
    for given, number in ((rows, len(days.num)), (targets, len(out))):
        if len(given) and not (given.min() >= 0 and given.max() < number):
            raise IndexError(f"a row outside of {number}")
    decode_days(days.planes, days.num, days.base, days.den, rows, targets, int(over), out)
