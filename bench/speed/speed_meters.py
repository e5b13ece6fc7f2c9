"""Ordinary simulated meters for the speed benches."""

from datetime import date

import numpy as np

FIRST = date(2021, 1, 1)


def meters_of(count: int, days: int, seed: int) -> np.ndarray:
    """Draw (meters, days, 96) in kW, rounded to Wh."""
    rng = np.random.default_rng(seed)
    hour = (np.arange(96) + 0.5) / 4
    peak = rng.uniform(7, 21, (count, 1, 1))
    shape = rng.uniform(0.05, 0.6, (count, 1, 1)) + np.exp(-(((hour - peak) / 3) ** 2))
    kw = shape * rng.lognormal(0, 0.2, (count, days, 1)) * rng.gamma(4, 0.25, (count, days, 96))
    kw *= rng.lognormal(0, 1, (count, 1, 1))
    kw[::100] += 2.0
    return (np.rint(kw * 250) / 250).astype(np.float32)
