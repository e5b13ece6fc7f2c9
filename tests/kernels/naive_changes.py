"""The slow, obvious twins of ``kernels/changes.py``."""

import numpy as np


def own_changes(kw, clip):
    flat = kw.reshape(len(kw), -1).astype(np.float64)
    step = np.diff(flat, axis=-1, prepend=np.nan).reshape(kw.shape)
    present = np.isfinite(step)
    step = np.where(present, step, 0.0)
    usual = step.sum(axis=-2, keepdims=True) / np.maximum(present.sum(axis=-2, keepdims=True), 1)
    step = np.where(present, step - usual, 0.0).reshape(flat.shape)
    limit = clip * (1.4826 * np.median(np.abs(step), axis=-1, keepdims=True) + 0.2 * step.std(axis=-1, keepdims=True))
    return np.clip(step, -limit, limit)


def without_gaps(kw):
    out = []
    for row in kw.reshape(len(kw), -1):
        there = [value for value in row if np.isfinite(value)]
        last, filled = (there[0] if there else 0.0), []
        for value in row:
            last = value if np.isfinite(value) else last
            filled.append(last)
        out.append(filled)
    return np.array(out)


def envelope(values, width):
    width = min(width, len(values))
    windows = [range(begin, begin + width) for begin in range(len(values) - width + 1)]
    least = [min(values[t] for t in window) for window in windows]
    return np.array(
        [max(low for low, window in zip(least, windows, strict=True) if t in window) for t in range(len(values))]
    )


def envelope_steps(kw, width, unit):
    rows, sizes = [], []
    for row in without_gaps(kw):
        level = envelope(row, width)
        size = np.abs(level).mean()
        rows.append(np.diff(level, prepend=level[0]) / (unit[0] * size + unit[1]))
        sizes.append(size)
    return np.array(rows), np.array(sizes)


def unusual_steps(steps, slots, common, held):
    rows = []
    for row in steps:
        own = np.where(common, 0.0, np.clip(row, -held, held)).reshape(-1, slots)
        own = (own - own.mean(axis=0)).ravel()
        norm = np.sqrt(own @ own)
        rows.append(own / norm if norm > 1e-9 else np.zeros(len(own)))
    return np.array(rows)
