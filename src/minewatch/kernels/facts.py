"""Plain facts of a block: how much was read, on which days, its mean and how much of it was negative."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction
from minewatch.kernels.grid import number_read


@reduction
def sum_read(values: Array) -> float:
    """Return the sum (float64) of the values that are not NaN."""
    total = 0.0
    for slot in range(values.shape[0]):
        value = values[slot]
        total += np.float64(value) if value == value else 0.0  # noqa: PLR0124 - false for NaN only, without a branch
    return total


@reduction
def number_negative(values: Array) -> float:
    """Return how many values (float32, fewer than 2^24) are below nought."""
    count = np.float32(0.0)
    for slot in range(values.shape[0]):
        count += np.float32(1.0) if values[slot] < np.float32(0.0) else np.float32(0.0)
    return float(count)


@kernel
def facts_of(kw: Array, counts: Array, mean: Array) -> None:
    """Fill, for each meter of ``kw`` (meters, days, slots) float32, what was read of it.

    ``counts`` (meters, 5) int64: readings, days with any, first and last of these (-1: none), readings below nought;
    ``mean`` (meters,) float64, NaN where nothing was read.
    """
    for meter in range(kw.shape[0]):
        total = count = negative = 0.0
        first = last = -1
        with_any = 0
        for day in range(kw.shape[1]):
            slots = kw[meter, day]
            here = number_read(slots)
            count += here
            total += sum_read(slots)
            negative += number_negative(slots)
            if here > 0.0:
                with_any += 1
                last = day
                first = day if first < 0 else first
        counts[meter, 0] = count
        counts[meter, 1] = with_any
        counts[meter, 2] = first
        counts[meter, 3] = last
        counts[meter, 4] = negative
        mean[meter] = total / count if count > 0.0 else np.nan
