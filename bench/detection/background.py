"""Real background meters, read from the shared data folder and cut into days of their native step.

No figure of this folder's is shipped; see its README for origin and licences. Times are the source's clock as
published.
"""

import os
from pathlib import Path

import numpy as np
import polars as pl
import polars.selectors as cs

from minewatch.rehearsal.windows import Source, grain_of

SLOTS = {"15min": 96, "30min": 48, "60min": 24}


def shared_data() -> Path:
    """Find the folder ``shared/data``: the environment's MINEWATCH_SHARED, or beside a parent of this file."""
    if "MINEWATCH_SHARED" in os.environ:
        return Path(os.environ["MINEWATCH_SHARED"]) / "data"
    for parent in Path(__file__).resolve().parents:
        if (parent / "shared" / "data" / "meters").is_dir():
            return parent / "shared" / "data"
    raise SystemExit("the real background is not here; set MINEWATCH_SHARED to the folder that holds data/meters")


def without_zero_runs(flat: np.ndarray, hours: float, per_hour: float) -> np.ndarray:
    """Turn runs of exact zeros at least ``hours`` long into gaps: some publishers filled gaps with nought."""
    out = flat.copy()
    zero = np.concatenate(([False], flat == 0, [False]))
    starts = np.flatnonzero(zero[1:] & ~zero[:-1])
    ends = np.flatnonzero(~zero[1:] & zero[:-1])
    for start, end in zip(starts, ends, strict=True):
        if end - start >= hours * per_hour:
            out[start:end] = np.nan
    return out


def site_of(collection: str, name: str) -> str:
    """Meters that share a site: a campus of Building Data Genome 2, the GPU servers, the NREL office; else itself."""
    if collection.startswith("bdg2"):
        return "bdg2:" + name.split("_", maxsplit=1)[0]
    if collection.startswith(("gpu", "nrel", "steel")):
        return collection
    return f"{collection}:{name}"


def sources() -> list[Source]:
    """All background meters with at least a fortnight of readings."""
    found = []
    for path in sorted((shared_data() / "meters").glob("*.parquet")):
        slots = SLOTS[path.stem.rsplit("_", 1)[1]]
        table = pl.read_parquet(path)
        times = table.select(cs.datetime()).to_series()
        minutes = times.dt.epoch("s").to_numpy() // 60
        place = (minutes // 1440 - minutes[0] // 1440) * slots + (minutes % 1440) * slots // 1440
        for name in table.select(cs.float()).columns:
            flat = np.full((int(place.max()) // slots + 1) * slots, np.nan, np.float32)
            flat[place] = table[name].to_numpy()
            hours = 24 if path.stem.startswith(("sgsc", "fontana")) else 3
            flat = without_zero_runs(flat, hours, slots / 24)
            if np.isfinite(flat).sum() < 14 * slots or not np.nanmean(flat) > 0.02:
                continue
            kw = flat.reshape(-1, slots)
            found.append(Source(name, path.stem, site_of(path.stem, name), kw, grain_of(flat)))
    return found
