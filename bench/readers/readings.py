"""How many readings a second come in, from file to placed days, beside Polars' bare CSV reader on the same file.

``python bench/readers/readings.py [READINGS]`` (default 9,600,000) writes a long CSV in order of meter, one in order of
time and a wide one of 96 slots into a temporary folder, reads each three times and prints the best. Peak memory is that of
streaming the long file without keeping it, in a fresh process.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from minewatch.readers.placing import place
from minewatch.readers.readings import open_readings

STREAM = """
import sys
from pathlib import Path
from minewatch.readers.readings import open_readings
rows = sum(batch.frame.height for batch in open_readings(Path(sys.argv[1])).batches())
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def write(folder: Path, readings: int) -> None:
    rng = np.random.default_rng(1)
    meters, days = readings // 960, 10
    kw = rng.gamma(2.0, 0.4, (meters, days, 96)).round(3)
    ids = [f"33010{i:08}" for i in range(meters)]
    stamps = pl.Series(1_623_628_800_000_000 + 900_000_000 * np.arange(days * 96)).cast(pl.Datetime("us"))
    texts = stamps.dt.strftime("%Y-%m-%d %H:%M:%S")
    long = pl.DataFrame(
        {
            "meter": pl.Series(ids)[np.repeat(np.arange(meters), days * 96)],
            "time": texts[np.tile(np.arange(days * 96), meters)],
            "kW": kw.reshape(-1),
        }
    )
    long.write_csv(folder / "long.csv")
    long.sort("time", maintain_order=True).write_csv(folder / "long-by-time.csv")
    dates = stamps.dt.date().unique().sort().cast(pl.String)
    wide = pl.DataFrame(
        {"meter": pl.Series(ids)[np.repeat(np.arange(meters), days)], "date": dates[np.tile(np.arange(days), meters)]}
    )
    values = kw.reshape(-1, 96)
    wide.with_columns(pl.Series(f"P{i + 1}", values[:, i]) for i in range(96)).write_csv(folder / "wide power.csv")


def read(path: Path) -> tuple[float, float]:
    points, days = [], []
    begin = time.perf_counter()
    for batch in open_readings(path).batches():
        if batch.frame.height:
            (points if batch.kind == "points" else days).append(batch.frame)
    middle = time.perf_counter()
    placed = place(pl.concat(points) if points else None, days)
    end = time.perf_counter()
    assert list(placed.days) == [96]
    return middle - begin, end - begin


def bare(path: Path) -> float:
    begin = time.perf_counter()
    pl.read_csv(path)
    return time.perf_counter() - begin


def main(readings: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, readings)
        print(f"{readings / 1e6:.1f} M readings; M readings/s, best of three")
        for path in sorted(folder.glob("*.csv")):
            streamed, whole = (min(times) for times in zip(*(read(path) for _ in range(3)), strict=True))
            alone = min(bare(path) for _ in range(3))
            rates = [readings / 1e6 / seconds for seconds in (streamed, whole, alone)]
            print(
                f"{path.name:20} recognised and streamed {rates[0]:6.1f}   placed {rates[1]:6.1f}   Polars alone {rates[2]:6.1f}"
            )
        peak = subprocess.run(
            [sys.executable, "-c", STREAM, folder / "long.csv"], capture_output=True, text=True, check=True
        )
        print(f"streaming {(folder / 'long.csv').stat().st_size / 1e6:.0f} MB: peak {peak.stdout.strip()} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9_600_000)
