"""Order statistics: the small words the other kernels are written with. NaN means missing and is left out.

Sorts by comparison lose most of their time to branches nobody can foresee. Two kinds of sort without them serve here:
a radix sort for one long row of values, and a sorting network for many short columns side by side, whose every step is
the same for all columns and so runs in vector registers.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel, reduction

FEW = 32
"""Up to so many values are put in order by insertion, which has no overhead."""


@kernel
def sort_first(values: Array, n: int) -> None:
    """Put the first ``n`` of ``values`` (float64, contiguous, none NaN) in rising order, rounded to float32.

    A radix sort in four passes by the bytes of the number's bits, turned so that they rise with the number. The two
    halves of the values' own memory serve the passes.
    """
    if n <= FEW:
        for i in range(1, n):
            value = values[i]
            k = i - 1
            while k >= 0 and values[k] > value:
                values[k + 1] = values[k]
                k -= 1
            values[k + 1] = value
        for i in range(n):
            values[i] = np.float32(values[i])
        return
    low = np.uint32(255)
    count = np.zeros((4, 256), np.uint32)
    words = values[:n].view(np.uint32)
    floats = values[:n].view(np.float32)
    first = words[:n]
    second = words[n:]
    for i in range(n):
        # The i-th word lies at or before the i-th value: nothing not yet read is overwritten.
        floats[i] = np.float32(values[i])
        bits = first[i]
        bits = np.uint32(bits ^ ((np.uint32(0) - (bits >> np.uint32(31))) | np.uint32(0x80000000)))
        first[i] = bits
        count[0, bits & low] += np.uint32(1)
        count[1, (bits >> np.uint32(8)) & low] += np.uint32(1)
        count[2, (bits >> np.uint32(16)) & low] += np.uint32(1)
        count[3, bits >> np.uint32(24)] += np.uint32(1)
    for part in range(4):
        place = count[part]
        total = np.uint32(0)
        for k in range(256):
            here = place[k]
            place[k] = total
            total += here
        shift = np.uint32(8 * part)
        source = first if part % 2 == 0 else second
        target = second if part % 2 == 0 else first
        for i in range(n):
            bits = source[i]
            digit = (bits >> shift) & low
            target[place[digit]] = bits
            place[digit] += np.uint32(1)
    for i in range(n - 1, -1, -1):
        bits = first[i]
        first[i] = np.uint32(bits ^ (((bits >> np.uint32(31)) - np.uint32(1)) | np.uint32(0x80000000)))
        values[i] = floats[i]


@kernel
def sort_finite(values: Array, scratch: Array) -> int:
    """Put the values that are not NaN into ``scratch`` (float64) in rising order and return how many there are.

    They are rounded to float32, the precision of readings.
    """
    n = 0
    for i in range(values.shape[0]):
        value = values[i]
        scratch[n] = value
        n += value == value  # noqa: PLR0124 - false for NaN only; a count that is always added needs no branch
    sort_first(scratch, n)
    return n


@kernel
def exchange(upper: Array, lower: Array) -> None:
    """Put the smaller of each pair into ``upper`` and the larger into ``lower``."""
    for i in range(upper.shape[0]):
        a = upper[i]
        b = lower[i]
        smaller = a < b
        upper[i] = a if smaller else b
        lower[i] = b if smaller else a


@kernel
def sort_columns(values: Array) -> None:
    """Put each column of ``values`` (rows, columns; contiguous, none NaN) in rising order from row to row, in place.

    Batcher's merge exchange (Knuth, The Art of Computer Programming, volume 3, 5.2.2, algorithm M): which places are
    compared does not depend on the values, so all columns take each step together.
    """
    rows, columns = values.shape
    flat = values.reshape(values.size)
    top = 1
    while 2 * top < rows:
        top *= 2
    part = top
    while part > 0:
        span = top
        start = 0
        apart = part
        while True:
            row = start
            while row < rows - apart:
                count = min(part, rows - apart - row)
                other = row + apart
                exchange(
                    flat[row * columns : (row + count) * columns], flat[other * columns : (other + count) * columns]
                )
                row += 2 * part
            if span == part:
                break
            apart = span - part
            span //= 2
            start = part
        part //= 2


@kernel
def copy_row(values: Array, out: Array) -> None:
    """Copy a row: NumPy's own assignment compiles the words of an error about shapes into every kernel that has it."""
    for i in range(out.shape[0]):
        out[i] = values[i]


@kernel
def columns_in_order(values: Array, ordered: Array, count: Array) -> None:
    """Sort the values that are not NaN of each column of ``values`` (rows, columns) into ``ordered`` (float32, alike).

    ``count`` (columns,) gets how many there are; what stands below them in ``ordered`` is infinite.
    """
    count[:] = 0
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            value = values[row, column]
            there = value == value  # noqa: PLR0124 - false for NaN only, without a branch
            ordered[row, column] = value if there else np.inf
            count[column] += there
    sort_columns(ordered)


@kernel
def columns_of_kind(values: Array, kinds: Array, kind: int, ordered: Array, count: Array) -> int:
    """Sort the columns of the rows of a kind as :func:`columns_in_order`; returns how many such rows there are."""
    rows = 0
    for row in range(values.shape[0]):
        if kinds[row] == kind:
            copy_row(values[row], ordered[rows])
            rows += 1
    columns_in_order(ordered[:rows], ordered[:rows], count)
    return rows


@kernel
def quantile(ordered: Array, n: int, p: float) -> float:
    """Quantile ``p`` of the first ``n`` values of a rising array, linear between neighbours; NaN when ``n`` is 0."""
    if n == 0:
        return np.nan
    place = p * (n - 1)
    low = int(place)
    if low >= n - 1:
        return np.float64(ordered[n - 1])
    below = np.float64(ordered[low])
    return below + (place - low) * (np.float64(ordered[low + 1]) - below)


LAST_KEY = 0x7FFFFFFF
"""Above the key of every number."""


@kernel
def rising_bits(values: Array, n: int, keys: Array) -> None:
    """Fill ``keys`` (int32) with whole numbers in the order of the first ``n`` of ``values`` (float32, none NaN)."""
    bits = values.view(np.int32)
    for i in range(n):
        keys[i] = bits[i] ^ ((bits[i] >> np.int32(31)) & np.int32(0x7FFFFFFF))


@reduction
def number_up_to(keys: Array, most: int) -> float:
    """Return how many of ``keys`` (int32, fewer than 2^24) are at most ``most``."""
    count = np.float32(0.0)
    border = np.int32(most)
    for i in range(keys.shape[0]):
        count += np.float32(1.0) if keys[i] <= border else np.float32(0.0)
    return float(count)


@kernel
def least_above(keys: Array, border: int) -> int:
    """Return the least of ``keys`` (int32) above ``border``; the last key there is where none is."""
    least = np.int32(LAST_KEY)
    most = np.int32(border)
    for i in range(keys.shape[0]):
        key = keys[i]
        least = key if (key > most) & (key < least) else least
    return int(least)


@kernel
def value_of(key: int, word: Array) -> float:
    """Return the number whose place :func:`rising_bits` gave; ``word`` (1,) int32 is room."""
    word[0] = np.int32(key) ^ ((np.int32(key) >> np.int32(31)) & np.int32(0x7FFFFFFF))
    return float(np.float64(word.view(np.float32)[0]))


@kernel
def quantile_of_keys(keys: Array, n: int, p: float, word: Array) -> float:
    """Quantile ``p`` of the ``n`` numbers behind ``keys``, as :func:`quantile` of them in order, without putting them in order.

    ``keys`` may be filled up with ``LAST_KEY``. The one wanted is found by halving the range of keys: thirty counts, each
    in vector registers.
    """
    if n == 0:
        return np.nan
    place = p * (n - 1)
    low = min(int(place), n - 1)
    left = -LAST_KEY
    right = LAST_KEY - 1
    while left < right:
        half = (left + right) >> 1
        if number_up_to(keys, half) > low:
            right = half
        else:
            left = half + 1
    below = value_of(left, word)
    if low >= n - 1:
        return below
    above = below if number_up_to(keys, left) > low + 1 else value_of(least_above(keys, left), word)
    return below + (place - low) * (above - below)


@kernel
def deviation_of(ordered: Array, n: int, middle: float) -> float:
    """Median of the distances from ``middle`` of the first ``n`` values of a rising array; NaN when ``n`` is 0.

    Distances fall on the left of the middle and rise on its right, so the wanted one is found by halving.
    """
    if n == 0:
        return np.nan
    left = 0
    right = n
    while left < right:
        half = (left + right) // 2
        if ordered[half] < middle:
            left = half + 1
        else:
            right = half
    below = left
    place = 0.5 * (n - 1)
    taken = int(place) + 1
    left = max(0, taken - (n - below))
    right = min(taken, below)
    while left < right:
        half = (left + right) // 2
        if middle - ordered[below - 1 - half] < ordered[below + taken - half - 1] - middle:
            left = half + 1
        else:
            right = half
    of_right = taken - left
    found = -np.inf
    if left > 0:
        found = max(found, middle - ordered[below - left])
    if of_right > 0:
        found = max(found, ordered[below + of_right - 1] - middle)
    if taken - 1 == place:
        return found
    further = np.inf
    if left < below:
        further = min(further, middle - ordered[below - 1 - left])
    if below + of_right < n:
        further = min(further, ordered[below + of_right] - middle)
    return found + (place - int(place)) * (further - found)


@kernel
def ratio(a: float, b: float) -> float:
    """Divide ``a / b``, held to ±50, NaN where ``b`` is nought or either is missing."""
    if np.isnan(a) or np.isnan(b) or b == 0.0:
        return np.nan
    return min(max(a / b, -50.0), 50.0)
