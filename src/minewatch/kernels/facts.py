"""Plain facts of a block: how much was read, its mean and its lowest."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel


@kernel
def facts_of(kw: Array, read: Array, days_read: Array, mean: Array, lowest: Array) -> None:
    """Fill, for each meter of ``kw`` (meters, days, slots): readings, days with any, mean (float64) and lowest kW.

    Mean and lowest are NaN where nothing was read.
    """
    for meter in range(kw.shape[0]):
        total = 0.0
        count = 0
        least = np.inf
        with_any = 0
        for day in range(kw.shape[1]):
            before = count
            for slot in range(kw.shape[2]):
                value = kw[meter, day, slot]
                if not np.isnan(value):
                    total += value
                    count += 1
                    least = min(least, value)
            with_any += count > before
        read[meter] = count
        days_read[meter] = with_any
        mean[meter] = total / count if count > 0 else np.nan
        lowest[meter] = least if count > 0 else np.nan
