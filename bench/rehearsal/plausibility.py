"""How far simulated loads are from real ones: a few plain statistics side by side, on the shared real meters.

    python bench/rehearsal/plausibility.py ../shared/data

Real files are only read; nothing of them is kept. Nothing in the simulation is fitted to them.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from minewatch.rehearsal.lookalikes import lookalike_load
from minewatch.usecases.rehearse import simulate_region

DAYS = 28
NAMES = (
    "mean kW",
    "std / mean",
    "mean / max",
    "lag-1 correlation",
    "day with mean day",
    "02-05 h / mean",
    "2 % / mean",
)


def statistics(kw: np.ndarray) -> list[float]:
    """Return the figures of NAMES for one window (days, slots)."""
    slots = kw.shape[1]
    mean, flat = kw.mean(), kw.ravel()
    profile = kw.mean(axis=0)
    alike = [np.corrcoef(day, profile)[0, 1] for day in kw if day.std() > 0.0 and profile.std() > 0.0]
    night = kw[:, slots * 2 // 24 : slots * 5 // 24].mean()
    return [
        mean,
        kw.std() / mean,
        mean / flat.max(),
        np.corrcoef(flat[:-1], flat[1:])[0, 1],
        float(np.mean(alike)),
        night / mean,
        np.quantile(flat, 0.02) / mean,
    ]


def windows(path: Path, columns: list[str] | None = None) -> Iterator[np.ndarray]:
    """Yield complete windows of DAYS days of every column, four months apart."""
    frame = pl.read_parquet(path)
    clock = next(name for name, kind in frame.schema.items() if kind.is_temporal())
    step = int((frame[clock][1] - frame[clock][0]).total_seconds() // 60)
    slots = 1440 // step
    first = next(i for i in range(2 * slots) if frame[clock][i].hour == 0 and frame[clock][i].minute == 0)
    for name in columns or [name for name in frame.columns if name != clock]:
        values = frame[name].to_numpy().astype(float)[first:]
        days = values[: values.size // slots * slots].reshape(-1, slots)
        for start in range(0, len(days) - DAYS, 120):
            window = days[start : start + DAYS]
            if np.isfinite(window).all() and window.mean() > 0.03:
                yield window


def simulated(kind: str, slots: int) -> Iterator[np.ndarray]:
    for seed in range(40):
        yield lookalike_load(np.random.default_rng(seed), kind=kind, mean_kw=100.0, days=DAYS, slots=slots).astype(
            float
        )


def households(slots: int) -> Iterator[np.ndarray]:
    region = simulate_region(seed=1, meters=400, days=DAYS)
    honest = region.truth.filter((pl.col("kind") == "household") & ~pl.col("is_mine"))["meter"]
    curves = region.readings.filter(pl.col("meter").is_in(honest.implode()))["kw"].to_numpy()
    for kw in curves.reshape(-1, DAYS, slots, 96 // slots).mean(axis=3):
        if np.isfinite(kw).all():
            yield kw.astype(float)


def table(title: str, real: Iterator[np.ndarray], made: Iterator[np.ndarray]) -> None:
    a, b = np.array([statistics(one) for one in real]), np.array([statistics(one) for one in made])
    print(f"\n{title}: {len(a)} real windows, {len(b)} simulated; 10 %, 50 %, 90 %")
    for index, name in enumerate(NAMES):
        cells = [" ".join(f"{value:8.2f}" for value in np.quantile(one[:, index], [0.1, 0.5, 0.9])) for one in (a, b)]
        print(f"{name:20s} real {cells[0]}   simulated {cells[1]}")


def main(folder: Path) -> None:
    meters = folder / "meters"
    table("houses, 30 min", windows(meters / "sgsc_houses_30min.parquet"), households(48))
    table("steel plant, 15 min", windows(meters / "steel_plant_15min.parquet"), simulated("steel_plant", 96))
    centre = windows(meters / "nrel_office_datacentre_60min.parquet", ["rsf_DataCenter"])
    table("data centre, 60 min", centre, simulated("data_centre", 24))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
