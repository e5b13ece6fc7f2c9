"""What accounts do from one reading to the next: their own changes, and those of their lower envelope.

The lower envelope (an opening: the least of a window that slides, then the greatest of those) forgets whatever rises for less
than the window and comes back, which is most of what people do, and keeps every fall and every lasting step, to the slot.
"""

import numpy as np

from minewatch.kernels.compiled import Array, kernel

HELD = 6.0
"""Changes of an envelope beyond so many times the account's own unit count as so many."""
UNIT = (0.05, 0.02)
"""The unit: a share of the envelope's mean, and kW."""


@kernel
def middle(values: Array, n: int) -> float:
    """Median of the first ``n`` values (at least one, no NaN), which are put in another order (Hoare's selection)."""
    wanted = n // 2
    low = 0
    high = n - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i = low
        j = high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                held = values[i]
                values[i] = values[j]
                values[j] = held
                i += 1
                j -= 1
        if wanted <= j:
            high = j
        elif wanted >= i:
            low = i
        else:
            break
    upper = values[wanted]
    if n % 2 == 1:
        return np.float64(upper)
    lower = values[0]
    for i in range(1, wanted):
        lower = max(lower, values[i])
    return 0.5 * (np.float64(lower) + np.float64(upper))


@kernel
def own_changes(kw: Array, slots: int, clip: float, usual: Array, work: Array, out: Array) -> None:
    """Fill ``out`` with the changes of ``kw`` (both meters, days × slots) from slot to slot, less the usual day's.

    The usual change of a slot is the mean over days; a change is 0 where one of its two readings is NaN. All are held to
    ``clip`` times 1.48 median deviations + a fifth of the standard deviation. ``usual`` (2, slots), ``work`` (days × slots,).
    """
    meters, count = kw.shape
    total, number = usual[0], usual[1]
    for meter in range(meters):
        total[:] = 0.0
        number[:] = 0.0
        slot = 0
        last = np.nan
        for t in range(count):
            value = np.float64(kw[meter, t])
            step = value - last
            work[t] = step
            if np.isfinite(step):
                total[slot] += step
                number[slot] += 1.0
            last = value
            slot = slot + 1 if slot + 1 < slots else 0
        for slot in range(slots):
            total[slot] /= max(number[slot], 1.0)
        mean = square = 0.0
        slot = 0
        for t in range(count):
            own = work[t] - total[slot] if np.isfinite(work[t]) else 0.0
            out[meter, t] = own
            work[t] = abs(own)
            mean += own
            square += own * own
            slot = slot + 1 if slot + 1 < slots else 0
        mean /= count
        spread = np.sqrt(max(square / count - mean * mean, 0.0))
        limit = clip * (1.4826 * middle(work, count) + 0.2 * spread)
        for t in range(count):
            out[meter, t] = min(max(out[meter, t], -limit), limit)


@kernel
def least_of_windows(values: Array, width: int, ahead: Array, behind: Array) -> None:
    """Fill ``ahead``[t] with the least of ``values``[t … t + width − 1], inside the series (van Herk 1992; Gil and Werman 1993).

    ``behind`` is room of the same size. The last ``width − 1`` places of ``ahead`` are of shorter windows.
    """
    count = values.shape[0]
    for t in range(count):
        behind[t] = values[t] if t % width == 0 else min(behind[t - 1], values[t])
    for t in range(count - 1, -1, -1):
        ahead[t] = values[t] if t == count - 1 or (t + 1) % width == 0 else min(ahead[t + 1], values[t])
    last_block = (count - 1) // width * width
    for t in range(last_block):
        ahead[t] = min(ahead[t], behind[min(t + width - 1, count - 1)])


@kernel
def envelope(values: Array, width: int, least: Array, room: Array, out: Array) -> None:
    """Fill ``out`` with the opening of ``values`` (slots,) by windows of ``width`` slots inside the series.

    ``least`` and ``room`` (slots,) are room to work in. A series shorter than the window becomes its least.
    """
    count = values.shape[0]
    width = min(width, count)
    windows = count - width + 1
    least_of_windows(values, width, least, room)
    for t in range(windows):
        room[windows - 1 - t] = -least[t]
    least_of_windows(room[:windows], width, out[:windows], least[:windows])
    # out[k] is now minus the greatest of the windows that begin at windows - 1 - k and up to width - 1 earlier.
    for t in range(windows):
        least[t] = -out[windows - 1 - t]
    for t in range(windows):
        out[t] = least[t]
    greatest = -np.inf
    for t in range(count - 1, windows - 1, -1):
        begin = t - width + 1
        if begin >= 0:
            greatest = max(greatest, -room[windows - 1 - begin])
        out[t] = greatest


@kernel
def envelope_steps(kw: Array, width: int, rooms: Array, out: Array, sizes: Array) -> None:
    """Fill ``out`` with the changes of lower envelopes of ``kw`` (both meters, days × slots), in units of their own.

    A NaN is taken as the last reading before it, at the window's begin as the first; a meter without any is nought. ``sizes``
    (meters,): the envelope's mean absolute kW. ``rooms`` (4, days × slots).
    """
    meters, count = kw.shape
    row, level = rooms[0], rooms[1]
    for meter in range(meters):
        last = np.nan
        begin = 0
        for t in range(count):
            value = np.float64(kw[meter, t])
            if np.isfinite(value):
                if np.isnan(last):
                    begin = t
                last = value
            row[t] = last
        for t in range(begin):
            row[t] = row[begin]
        if np.isnan(last):
            out[meter, :] = 0.0
            sizes[meter] = 0.0
            continue
        envelope(row, width, rooms[2], rooms[3], level)
        size = 0.0
        for t in range(count):
            size += abs(level[t])
        size /= count
        unit = UNIT[0] * size + UNIT[1]
        out[meter, 0] = 0.0
        for t in range(1, count):
            out[meter, t] = (level[t] - level[t - 1]) / unit
        sizes[meter] = size


@kernel
def unusual_steps(steps: Array, slots: int, common: Array) -> None:
    """Turn ``steps`` (meters, days × slots) into unit vectors, in place: none where ``common``, less the usual day's.

    Steps are held to :data:`HELD` units; the usual step of a slot is the mean over days. What never moves stays nought.
    """
    meters, count = steps.shape
    days = count // slots
    for meter in range(meters):
        square = 0.0
        for slot in range(slots):
            total = 0.0
            for day in range(days):
                t = day * slots + slot
                value = 0.0 if common[t] else min(max(steps[meter, t], -HELD), HELD)
                steps[meter, t] = value
                total += value
            usual = total / days
            for day in range(days):
                value = steps[meter, day * slots + slot] - usual
                steps[meter, day * slots + slot] = value
                square += value * value
        norm = np.sqrt(square)
        for t in range(count):
            steps[meter, t] = steps[meter, t] / norm if norm > 1e-9 else 0.0
