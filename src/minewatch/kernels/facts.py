"""Plain facts of a block: how much was read, its mean and its lowest."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction


@reduction
def facts_of_day(values: Array) -> tuple[float, float, float]:
    """Return number, sum and lowest of the values that are not NaN; infinite lowest where there is none."""
    count = 0
    total = 0.0
    least = np.float32(np.inf)
    for slot in range(values.shape[0]):
        value = values[slot]
        there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
        count += 1 if there else 0
        total += np.float64(value) if there else 0.0
        least = min(least, value if there else np.float32(np.inf))
    return count, total, float(least)


@kernel
def facts_of(kw: Array, read: Array, days_read: Array, mean: Array, lowest: Array) -> None:
    """Fill, for each meter of ``kw`` (meters, days, slots): readings, days with any, mean (float64) and lowest kW.

    Mean and lowest are NaN where nothing was read.
    """
    for meter in range(kw.shape[0]):
        total = count = 0.0
        least = np.inf
        with_any = 0
        for day in range(kw.shape[1]):
            here, of_day, lowest_of_day = facts_of_day(kw[meter, day])
            count += here
            total += of_day
            least = min(least, lowest_of_day)
            with_any += here > 0
        read[meter] = count
        days_read[meter] = with_any
        mean[meter] = total / count if count > 0 else np.nan
        lowest[meter] = least if count > 0 else np.nan
