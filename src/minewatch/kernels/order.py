"""Order statistics: the small words the other kernels are written with. NaN means missing and is left out."""

import numpy as np

from minewatch.kernels.compiled import Array, kernel


@kernel
def sort_finite(values: Array, scratch: Array) -> int:
    """Copy the values that are not NaN into ``scratch`` in rising order and return how many there are."""
    n = 0
    for i in range(values.shape[0]):
        if not np.isnan(values[i]):
            scratch[n] = values[i]
            n += 1
    scratch[:n].sort()
    return n


@kernel
def quantile(ordered: Array, n: int, p: float) -> float:
    """Quantile ``p`` of the first ``n`` values of a rising array, linear between neighbours; NaN when ``n`` is 0."""
    if n == 0:
        return np.nan
    place = p * (n - 1)
    low = int(place)
    if low >= n - 1:
        return np.float64(ordered[n - 1])
    return np.float64(ordered[low] + (place - low) * (ordered[low + 1] - ordered[low]))


@kernel
def median_of(values: Array, scratch: Array) -> float:
    """Median of the values that are not NaN; NaN when there is none."""
    n = sort_finite(values, scratch)
    return quantile(scratch, n, 0.5)


@kernel
def ratio(a: float, b: float) -> float:
    """Divide ``a / b``, held to ±50, NaN where ``b`` is nought or either is missing."""
    if np.isnan(a) or np.isnan(b) or b == 0.0:
        return np.nan
    return min(max(a / b, -50.0), 50.0)
