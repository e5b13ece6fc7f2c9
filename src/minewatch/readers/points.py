"""What readers hand to ``placing``: raw values with their times as written ("points") and whole days ("days").

Both kinds of frame have ``meter: String`` and may be split by meter in any way (for instance spooled to disk by a hash
of it); ``placing.place`` needs all rows of a meter at once and nothing else.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

KINDS = ("power", "energy", "register")
"""Mean or momentary power; energy of the interval; cumulative register."""

QUALITIES = ("measured", "estimated", "unusable")
"""What the source says of a value: usable, usable but estimated, or kept only to be reported."""

POINTS: Mapping[str, pl.DataType] = {
    "meter": pl.String(),
    # As written: naive local time, or with `offset` the local time at that offset. "24:00" is 00:00 of the next day.
    "stamp": pl.Datetime("us"),
    # Minutes east of UTC where the source writes them; null: naive.
    "offset": pl.Int16(),
    # As written, decimal mark and thousands separators resolved; NaN: missing (null is not allowed).
    "value": pl.Float64(),
    "kind": pl.Enum(KINDS),
    # value x factor = kW (power) or kWh (energy, register); CT x PT and the unit are in it.
    "factor": pl.Float64(),
    # Length of the interval in minutes where the source says it; null: found from the stamps.
    "step": pl.Int32(),
    # True: the stamp ends its interval; False: starts it; null: unknown. A register's stamp is the moment of reading.
    "ends": pl.Boolean(),
    "quality": pl.Enum(QUALITIES),
    "line": pl.Int64(),
    "file": pl.Categorical(),
    # Heading of the value's column, for issues.
    "column": pl.Categorical(),
}
"""One row a raw value."""


def days_schema(slots: int) -> dict[str, pl.DataType]:
    """Return the schema of a "days" frame: whole days in standard time, mean kW, ``slots`` in {96, 48, 24, 1}."""
    return {
        "meter": pl.String(),
        "day": pl.Date(),
        "kw": pl.Array(pl.Float32, slots),
        "line": pl.Int64(),
        "file": pl.Categorical(),
    }


def points_frame(columns: Mapping[str, object], height: int) -> pl.DataFrame:
    """Build a "points" frame: Series or arrays by name, scalars repeated, defaults for the rest.

    Defaults: no offset, kind power, factor 1, step and ``ends`` unknown, quality measured, line 0, no column.
    ``meter``, ``stamp``, ``value`` and ``file`` must be given. A null value becomes NaN.
    """
    defaults: dict[str, object] = {
        "offset": None,
        "kind": "power",
        "factor": 1.0,
        "step": None,
        "ends": None,
        "quality": "measured",
        "line": 0,
        "column": "",
    }
    given: dict[str, Any] = {**defaults, **columns}
    series = []
    for name, dtype in POINTS.items():
        raw = given[name]
        if isinstance(raw, pl.Series):
            series.append(raw.rename(name).cast(dtype))
        elif raw is None or isinstance(raw, str | int | float | bool):
            series.append(pl.repeat(raw, height, dtype=dtype, eager=True).rename(name))
        else:
            series.append(pl.Series(name, raw, dtype=dtype))
    return pl.DataFrame(series).with_columns(pl.col("value").fill_null(float("nan")))


def empty_points() -> pl.DataFrame:
    """Return a "points" frame with no rows."""
    return pl.DataFrame(schema=dict(POINTS))
