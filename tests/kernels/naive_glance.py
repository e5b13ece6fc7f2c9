"""Slow, obvious twin of the glance."""

import numpy as np

from kernels.naive import day_floor, flat_steps, q, ratio, read, size_of


def shares(values, borders):
    values = read(values)
    return [np.mean(values < np.float32(border)) if values.size else np.nan for border in borders]


def relative(flat, lag, size):
    return np.abs(flat[lag:] - flat[:-lag]) / (0.5 * (np.abs(flat[lag:]) + np.abs(flat[:-lag])) + 0.01 * size)


def flat_sixes(flat, size):
    sixes = [six for six in np.lib.stride_tricks.sliding_window_view(flat, 6) if not np.isnan(six).any()]
    middles = [(six.min() + six.max()) / 2 for six in sixes]
    even = [m for m, six in zip(middles, sixes, strict=True) if np.ptp(six) <= 0.06 * (abs(m) + 0.02 * size)]
    return len(even) / len(sixes), np.mean(even) / size if even else np.nan


def clean(flat, size):
    sizes = []
    for t in range(3, flat.size - 3):
        low, high = flat[t - 3 : t], flat[t + 1 : t + 4]
        step = high.mean() - low.mean()
        uneven = max(np.abs(low - low.mean()).max(), np.abs(high - high.mean()).max())
        if abs(step) > 0.1 * size and uneven < 0.25 * abs(step):
            sizes.append(step)
    ups = sum(step > 0 for step in sizes)
    days = flat.size / 24
    return ups / days, (len(sizes) - ups) / days, np.mean(np.abs(sizes)) / size if sizes else np.nan


def repetition(flat, lag, mean):
    centred = np.nan_to_num(flat - mean)
    before, after = centred[:-lag], centred[lag:]
    return ratio((before * after).sum(), 0.5 * ((before**2).sum() + (after**2).sum()))


def even_steps(hours, size):
    steps = flat_steps(hours, 7)
    out = []
    for sign in (1, -1):
        score = np.where(sign * steps[:, 0] > 0, sign * steps[:, 0] / (steps[:, 1] + 0.02 * size), 0)
        best = int(np.argmax(score))
        out += [score[best], sign * steps[best, 0] / size] if score[best] > 0 else [0, 0]
    return out


def glance(hours):
    size, flat = size_of(hours), hours.ravel().astype(np.float64)
    jump = np.abs(flat[2:] - flat[:-2])
    _, mean = day_floor(hours)
    whole = np.isfinite(hours).all(axis=1)
    days, mean = np.sort(hours[whole], axis=1), np.abs(mean[whole])
    low, top, half, even = (
        days[:, 0] / mean,
        (days[:, 23] - days[:, 12]) / mean,
        (days[:, 12] - days[:, 0]) / mean,
        (days[:, 18] - days[:, 5]) / mean,
    )
    return [
        *shares(flat, [b * size for b in (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2.5)]),
        *shares(relative(flat, 1, size), (0.01, 0.03, 0.1, 0.3)),
        *shares(relative(flat, 24, size), (0.01, 0.03, 0.1, 0.3)),
        *shares(jump, [b * size for b in (0.1, 0.25, 0.5, 1)]),
        *flat_sixes(flat, size),
        *clean(flat, size),
        *(repetition(flat, lag, size) for lag in (1, 24)),
        *even_steps(hours, size),
        *(q(values, p) for values in (low, top) for p in (0.1, 0.5)),
        q(half, 0.5),
        *(q(even, p) for p in (0.5, 0.9)),
    ]
