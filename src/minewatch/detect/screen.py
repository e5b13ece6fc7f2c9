"""The screen: a block of meters in, one finding a meter out; pure, the same bits whatever block a meter is in."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.block import NOTHING_ELSE, Block, Context
from minewatch.detect.dating import moment, step_slot, steps_of
from minewatch.detect.judge import PLACE, SIGNS, WEIGHTS, signs_of, suspicion
from minewatch.detect.looks import take_looks
from minewatch.kernels.compiled import Array
from minewatch.kernels.grid import size_of, to_hours
from minewatch.model.tables import FINDINGS

_TYPES: dict[str, Any] = {
    "string": pl.String,
    "float64": pl.Float64,
    "int64": pl.Int64,
    "date": pl.Date,
    "datetime": pl.Datetime("us"),
    "list[string]": pl.List(pl.String),
}
SCHEMA = {column.name: _TYPES[column.type] for column in FINDINGS.columns}

PATTERN_OF = {"steady": "steady", "step_up": "steady", "step_down": "steady", "timed": "timed", "jumps": "blocks"}
REASON_OF = {
    "steady": "steady_floor",
    "step_up": "even_step_up",
    "step_down": "even_step_down",
    "timed": "timed_block",
    "jumps": "equal_jumps",
}
ALTERNATIVES_OF = {
    "steady": ("server_room", "telecom_mast", "cold_store"),
    "timed": ("timed_lights", "electric_heating", "vehicle_charging"),
    "blocks": ("pump_station", "electric_heating"),
}


def screen_block(block: Block, *, context: Context = NOTHING_ELSE) -> pl.DataFrame:
    """Judge every meter of a block: one row a meter, in the block's order, as ``model.tables.FINDINGS`` says."""
    del context
    if block.kw.shape[2] == 1:
        rows = [_daily(block, i) for i in range(len(block.meters))]
    else:
        looks = take_looks(block)
        signs = signs_of(looks)
        chance = suspicion(signs)
        rows = [_finding(block, i, looks[i], signs[i], float(chance[i])) for i in range(len(block.meters))]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def mining_part(kw: NDArray[np.float32], finding: Mapping[str, Any]) -> NDArray[np.float32]:
    """Estimated mining part of one meter's readings, for drawing: (days, slots) kW, NaN where nothing was read.

    ``finding`` is one row of findings for the same days. The part is what lies below the estimated mining power
    between since and until; where the pattern is timed or in blocks, only in hours that stand above the day's floor
    by half of it.
    """
    part = np.zeros_like(kw)
    size = finding["mining_kw"]
    if size is None:
        return np.where(np.isnan(kw), kw, part)
    slots = kw.shape[1]
    first = finding["first_day"]
    times = np.arange(kw.size)
    minutes = 24 * 60 // slots
    start = _slot(finding["since"], first, minutes, 0)
    stop = _slot(finding["until"], first, minutes, kw.size)
    on = ((times >= start) & (times < stop)).reshape(kw.shape)
    if finding["pattern"] in {"timed", "blocks"}:
        floor = np.nan_to_num(np.where(np.isnan(kw), np.inf, kw).min(axis=1, keepdims=True), posinf=0.0)
        on &= np.nan_to_num(kw) > floor + 0.5 * size
    part[on] = size
    part = np.clip(np.minimum(part, kw), 0.0, None)
    return np.where(np.isnan(kw), kw, part).astype(np.float32)


def _slot(when: Any, first_day: Any, minutes: int, default: int) -> int:
    if when is None:
        return default
    return int((when - moment(first_day, 0, 24)) / timedelta(minutes=minutes))


def _facts(block: Block, i: int) -> tuple[float | None, float, list[str]]:
    """Mean kW, coverage and data notes of one meter."""
    kw = block.kw[i]
    read = np.isfinite(kw)
    n = int(read.sum())
    notes = []
    if n == 0:
        return None, 0.0, ["no_readings"]
    coverage = n / kw.size
    if int(read.any(axis=1).sum()) < 14:
        notes.append("short_window")
    if coverage < 0.9:
        notes.append("many_gaps")
    if kw.shape[1] == 1:
        notes.append("daily_only")
    if float(np.nanmin(kw)) < 0.0:
        notes.append("feeds_in")
    return float(np.nansum(kw, dtype=np.float64)) / n, coverage, notes


def _row(block: Block, i: int, judged: tuple[Any, ...]) -> tuple[Any, ...]:
    """One row of findings: what was judged, then the facts."""
    mean, coverage, notes = _facts(block, i)
    last = block.first_day + timedelta(days=max(block.kw.shape[1] - 1, 0))
    nothing = mean is None
    return (
        block.meters[i],
        *judged,
        mean,
        coverage,
        None if nothing else block.first_day,
        None if nothing else last,
        block.kw.shape[2],
        notes,
    )


def _finding(block: Block, i: int, looks: Array, signs: Array, chance: float) -> tuple[Any, ...]:
    """Judge one meter from its looks."""
    if np.isnan(looks[PLACE["level_log_kw"]]):
        return _row(block, i, (0.0, None, None, None, None, None, [], [], "{}", "{}", None))
    kw = block.kw[i]
    hours = np.empty((kw.shape[0], 24), np.float32)
    to_hours(np.ascontiguousarray(kw), hours)
    size = size_of(hours)
    (up, up_kw), (down, down_kw) = steps_of(hours, size)
    order = np.argsort(-signs * WEIGHTS, kind="stable")
    present = [SIGNS[k] for k in order if signs[k] > 0.05]
    main = present[0] if present else "steady"
    estimate = {
        "steady": float(looks[PLACE["floor_p05"]]) * size * 0.9,
        "step_up": up_kw,
        "step_down": -down_kw,
        "timed": 0.5 * float(looks[PLACE["edge_up_size"]] + looks[PLACE["edge_down_size"]]) * size,
        "jumps": float(looks[PLACE["jump_size"]]) * size,
    }[main]
    estimate = max(float(np.nan_to_num(estimate)), 0.0)
    since = moment(block.first_day, 0, kw.shape[1])
    until = None
    if signs[SIGNS.index("step_up")] > 0.2:
        since = moment(block.first_day, step_slot(kw, up, up_kw), kw.shape[1])
    if signs[SIGNS.index("step_down")] > 0.2 and down > up:
        until = moment(block.first_day, step_slot(kw, down, down_kw), kw.shape[1])
    figures = {
        "steady_floor": {
            "kw": _kw(float(looks[PLACE["floor_med"]]) * size),
            "percent": f"{100 * float(looks[PLACE['floor_daily_change']]):.1f}",
            "share": f"{100 * min(float(looks[PLACE['floor_med']]), 1.0):.0f}",
        },
        "even_step_up": {"kw": _kw(up_kw), "date": str(block.first_day + timedelta(days=max(up, 0)))},
        "even_step_down": {"kw": _kw(-down_kw), "date": str(block.first_day + timedelta(days=max(down, 0)))},
        "timed_block": {
            "kw": _kw(estimate),
            "on": _hour(looks[PLACE["edge_up_hour"]]),
            "off": _hour(looks[PLACE["edge_down_hour"]]),
            "percent": f"{100 * float(np.nan_to_num(looks[PLACE['edge_up_share']])):.0f}",
        },
        "equal_jumps": {
            "kw": _kw(float(np.nan_to_num(looks[PLACE["jump_size"]])) * size),
            "times": f"{float(np.nan_to_num(looks[PLACE['jump_share']])):.1f}",
        },
    }
    codes = [REASON_OF[sign] for sign in present]
    pattern = PATTERN_OF[main]
    weights = {SIGNS[k]: round(float(signs[k] * WEIGHTS[k]), 3) for k in order if signs[k] > 0}
    judged = (
        chance,
        estimate,
        0.6 * estimate,
        1.5 * estimate,
        since,
        until,
        codes,
        list(ALTERNATIVES_OF[pattern]),
        json.dumps({code: figures[code] for code in codes}),
        json.dumps(weights),
        pattern,
    )
    return _row(block, i, judged)


def _daily(block: Block, i: int) -> tuple[Any, ...]:
    """Judge one meter that has only daily energy: how little the day's energy changes, never above one in four."""
    days = block.kw[i, :, 0].astype(np.float64)
    read = days[np.isfinite(days)]
    if read.size < 7 or not np.abs(read).mean() > 0:
        return _row(block, i, (0.0, None, None, None, None, None, [], [], "{}", "{}", None))
    mean = float(np.abs(read).mean())
    change = float(np.median(np.abs(np.diff(read)))) / mean
    strength = float(np.clip((0.08 - change) / 0.07, 0.0, 1.0))
    chance = 0.01 + 0.24 * strength
    estimate = max(float(np.quantile(read, 0.05)), 0.0) * 0.8
    codes = ["high_daily_floor"] if strength > 0.05 else []
    figures = {"high_daily_floor": {"percent": f"{100 * change:.1f}"}} if codes else {}
    judged = (
        chance,
        estimate,
        0.2 * estimate,
        1.25 * estimate,
        moment(block.first_day, 0, 1),
        None,
        codes,
        ["server_room", "process_plant", "cold_store"],
        json.dumps(figures),
        json.dumps({"daily": round(strength, 3)}),
        "steady",
    )
    return _row(block, i, judged)


def _kw(value: float) -> str:
    """Write a power as people do: two figures that count."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _hour(value: float) -> str:
    return "--" if np.isnan(value) else f"{int(value):02d}"
