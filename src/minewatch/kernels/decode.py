"""Days from the bytes they are stored in to readings, in one pass and in place; ``stores.encoding`` says what the bytes mean."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel

CODES = {2: (1 << 16) - 1, 3: (1 << 24) - 1}
"""The code that means missing, by number of byte planes."""

_MISSING16 = np.float32(CODES[2])
_MISSING24 = np.float32(CODES[3])


@kernel
def day_of_codes16(low: Array, high: Array, num: float, base: float, den: float, out: Array) -> None:
    """One day whose readings are ``(code * num + base) / den`` with codes of two bytes; whole numbers below 2^24 are exact."""
    for slot in range(out.shape[0]):
        code = np.float32(low[slot]) + np.float32(256.0) * np.float32(high[slot])
        value = (code * np.float32(num) + np.float32(base)) / np.float32(den)
        out[slot] = np.float32(np.nan) if code == _MISSING16 else value


@kernel
def day_of_codes24(low: Array, middle: Array, high: Array, num: float, base: float, den: float, out: Array) -> None:
    """As :func:`day_of_codes16` with codes of three bytes."""
    for slot in range(out.shape[0]):
        code = np.float32(low[slot]) + np.float32(256.0) * np.float32(middle[slot])
        code += np.float32(65536.0) * np.float32(high[slot])
        value = (code * np.float32(num) + np.float32(base)) / np.float32(den)
        out[slot] = np.float32(np.nan) if code == _MISSING24 else value


@kernel
def day_of_floats(first: Array, second: Array, third: Array, fourth: Array, out: Array) -> None:
    """One day whose readings are the four bytes of the number itself, lowest first."""
    words = out.view(np.uint32)
    for slot in range(out.shape[0]):
        words[slot] = (
            np.uint32(first[slot])
            | (np.uint32(second[slot]) << np.uint32(8))
            | (np.uint32(third[slot]) << np.uint32(16))
            | (np.uint32(fourth[slot]) << np.uint32(24))
        )


@kernel
def decode_days(
    planes: tuple[Array, ...], num: Array, base: Array, den: Array, rows: Array, targets: Array, over: int, out: Array
) -> None:
    """Unpack the days ``rows`` into the days ``targets`` of ``out`` (days, slots) float32, C-contiguous, kW, NaN missing.

    ``planes`` holds two, three (codes) or four (floats) arrays (days, slots) of bytes; ``num``, ``base`` and ``den`` are one
    a stored day. With ``over`` not 0 a reading that is missing leaves what stands in ``out``.
    """
    fresh = np.empty(out.shape[1], np.float32)
    for k in range(rows.shape[0]):
        row = rows[k]
        day = fresh if over != 0 else out[targets[k]]
        if len(planes) == 2:
            day_of_codes16(planes[0][row], planes[1][row], num[row], base[row], den[row], day)
        elif len(planes) == 3:
            day_of_codes24(planes[0][row], planes[1][row], planes[2][row], num[row], base[row], den[row], day)
        else:
            day_of_floats(planes[0][row], planes[1][row], planes[2][row], planes[3][row], day)
        if over != 0:
            target = out[targets[k]]
            for slot in range(out.shape[1]):
                value = fresh[slot]
                target[slot] = value if value == value else target[slot]  # noqa: PLR0124 - false for NaN only
