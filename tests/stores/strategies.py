"""What meters send, for property tests: days of one kind, with gaps, ratios, signs, noise and odd numbers."""

from datetime import date, timedelta

import numpy as np
import polars as pl
from hypothesis import strategies as st

FIRST = date(2021, 6, 1)


def frame_of(days, slots):
    """A readings frame from {(meter, day number): values}."""
    rows = sorted(days.items())
    return pl.DataFrame(
        {
            "meter": pl.Series([meter for (meter, _), _ in rows], dtype=pl.String),
            "day": pl.Series([FIRST + timedelta(days=number) for (_, number), _ in rows], dtype=pl.Date),
            "kw": pl.Series(
                np.array([kw for _, kw in rows], np.float32).reshape(-1, slots), dtype=pl.Array(pl.Float32, slots)
            ),
        }
    )


def same_bits(a, b):
    """Whether two readings frames hold the same meters, days and bits (zeros and NaN in canonical form)."""
    a, b = a.sort("meter", "day"), b.sort("meter", "day")
    if not a.select("meter", "day").equals(b.select("meter", "day")):
        return False
    return np.array_equal(bits(a["kw"].to_numpy()), bits(b["kw"].to_numpy()))


def bits(kw):
    clean = np.asarray(kw, np.float32) + np.float32(0)
    clean[np.isnan(clean)] = np.nan
    return clean.view(np.uint32)


def decimals(unit):
    return st.integers(-(10**6), 10**7).map(lambda k: np.float32(k * unit))


VALUES = st.one_of(
    decimals(0.001),
    decimals(0.004),
    decimals(0.01 * 4 * 30),
    decimals(1 / 3000),
    st.just(np.float32(0)),
    st.just(np.float32("nan")),
    st.floats(width=32, allow_nan=True, allow_infinity=True),
)


@st.composite
def readings(draw, slots, meters=4, days=5):
    """A readings frame of a few meters and days; every day has at least one reading."""
    found = {}
    for number in range(draw(st.integers(1, meters))):
        family = draw(
            st.sampled_from(
                [decimals(0.001), decimals(0.004), decimals(1.2), decimals(1 / 3000), VALUES, st.just(np.float32(0))]
            )
        )
        for day in draw(st.sets(st.integers(0, days), min_size=1, max_size=days)):
            kw = np.array(draw(st.lists(family, min_size=slots, max_size=slots)), np.float32)
            gaps = draw(st.lists(st.integers(0, slots - 1), max_size=3))
            kw[gaps] = np.nan
            if np.isnan(kw).all():
                kw[0] = 1.25
            found[f"户{number}", day] = kw
    return frame_of(found, slots)
