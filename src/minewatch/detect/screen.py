"""The screen: a block of meters in, one finding a meter out; pure, the same bits whatever block a meter is in."""

import json
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.block import NOTHING_ELSE, Block, Context
from minewatch.detect.circumstances import circumstances_of
from minewatch.detect.daily import judge_daily
from minewatch.detect.dating import moment, rise_slot, step_slot
from minewatch.detect.explain import Judged, alternatives_of, pattern_of, reasons_of
from minewatch.detect.learned import LEVELS, Model, chance_of, shipped_glance, shipped_model, snapped
from minewatch.detect.looks import FAMILIES, FAMILY_OF, PLACE, take_glances, take_looks
from minewatch.detect.part import mining_part
from minewatch.kernels.facts import facts_of
from minewatch.kernels.looks import NAMES
from minewatch.model.tables import FINDINGS

__all__ = ["EXPLAINED", "SCHEMA", "mining_part", "screen_block"]

_TYPES: dict[str, Any] = {
    "string": pl.String,
    "float64": pl.Float64,
    "int64": pl.Int64,
    "date": pl.Date,
    "datetime": pl.Datetime("us"),
    "list[string]": pl.List(pl.String),
}
SCHEMA = {column.name: _TYPES[column.type] for column in FINDINGS.columns}

EXPLAINED = 0.1
"""Daily energy alone: meters below this probability are cleared and get no reasons."""

DAILY_BAND = (0.2, 1.6)
"""Low and high of the power over its estimate where only daily energy is known."""

Column = list[Any]


def screen_block(block: Block, *, context: Context = NOTHING_ELSE, model: Model | None = None) -> pl.DataFrame:
    """Judge every meter of a block: one row a meter, in the block's order, as ``model.tables.FINDINGS`` says.

    ``model`` is the shipped one unless given (users may retrain on their own inspections).
    """
    columns = _facts(block)
    if block.kw.shape[2] == 1:
        columns |= _judge_daily(block)
    else:
        columns |= _judge(block, context, model or shipped_model())
    return pl.DataFrame(columns, schema=SCHEMA)


def _facts(block: Block) -> dict[str, Column]:
    """Columns that state facts: mean, coverage, days, slots, what was wrong with the data."""
    meters, days, slots = block.kw.shape
    read, days_read = np.zeros(meters, np.int64), np.zeros(meters, np.int64)
    mean, lowest = np.empty(meters), np.empty(meters)
    facts_of(np.ascontiguousarray(block.kw, dtype=np.float32), read, days_read, mean, lowest)
    last = block.first_day + timedelta(days=max(days - 1, 0))
    notes = []
    for i in range(meters):
        found = []
        if read[i] == 0:
            notes.append(["no_readings"])
            continue
        if days_read[i] < 14:
            found.append("short_window")
        if read[i] < 0.9 * days * slots:
            found.append("many_gaps")
        if slots == 1:
            found.append("daily_only")
        if lowest[i] < 0.0:
            found.append("feeds_in")
        notes.append(found)
    return {
        "meter_id": list(block.meters),
        "mean_kw": [float(value) if n else None for value, n in zip(mean, read, strict=True)],
        "coverage": [float(n) / max(days * slots, 1) for n in read],
        "first_day": [block.first_day if n else None for n in read],
        "last_day": [last if n else None for n in read],
        "slots": [slots] * meters,
        "data_notes": notes,
    }


def _judge(block: Block, context: Context, model: Model) -> dict[str, Column]:
    """Columns that judge, from the looks and the model."""
    glances, size = take_glances(block)
    known = ~np.isnan(size)
    odds, worth = shipped_glance().log_odds(glances)
    looks = np.full((len(size), len(NAMES)), np.nan, np.float32)
    looks[:, PLACE["level_log_kw"]] = np.log10(size)
    # A model without a gate looks closely at every meter.
    looked = np.flatnonzero(known & (worth | ~np.isfinite(model.gate)))
    if looked.size:
        # The looks only at what a glance cannot clear, the costly ones only at what the others cannot.
        looks[looked] = take_looks(_some(block, looked), costly=False)
        odds[looked] = model.first_log_odds(looks[looked])
    suspects = looked[odds[looked] >= model.gate]
    if suspects.size:
        looks[suspects] = take_looks(_some(block, suspects), costly=True)
        odds[suspects] = model.log_odds(looks[suspects])
    if context.prevalence is not None:
        odds = odds + _logit(context.prevalence) - _logit(model.prevalence)
    chance = np.where(known, chance_of(odds), 0.0)
    share = snapped(looks, np.exp(model.forests["share"].raw(looks)))
    # A meter that feeds in can draw less than what runs behind it; any other cannot.
    kw = share * size
    first = moment(block.first_day, 0, 24)
    columns: dict[str, Column] = {
        "probability": chance.tolist(),
        "mining_kw": [float(value) if there else None for value, there in zip(kw, known, strict=True)],
        "since": [first if there else None for there in known],
        "until": [None] * len(known),
        "reasons": [[] for _ in known],
        "alternatives": [[] for _ in known],
        "reason_figures": ["{}"] * len(known),
        "look_weights": ["{}"] * len(known),
        "pattern": ["steady" if there else None for there in known],
    }
    if suspects.size:
        _explain(block, context, model, looks, suspects, columns)
    chance = np.array(columns["probability"], np.float64)
    bands = np.exp(model.bands[np.digitize(chance, LEVELS)])
    columns["mining_kw_low"] = _times(columns["mining_kw"], bands[:, 0])
    columns["mining_kw_high"] = _times(columns["mining_kw"], bands[:, 2])
    return columns


def _some(block: Block, chosen: NDArray[np.int64]) -> Block:
    """Return some meters of a block."""
    return Block(tuple(block.meters[i] for i in chosen), block.first_day, block.kw[chosen])


def _explain(
    block: Block,
    context: Context,
    model: Model,
    looks: NDArray[np.float32],
    suspects: NDArray[np.int64],
    columns: dict[str, Column],
) -> None:
    """Fill dates, reasons, alternatives and pattern of the suspects, and let circumstances move their probability."""
    some = looks[suspects]
    families = model.scale[0] * model.forests["mine"].by_family(some, FAMILY_OF, len(FAMILIES))
    started, stopped, switched = (model.forests[name].raw(some) > 0 for name in ("started", "stopped", "switched"))
    for k, i in enumerate(suspects):
        judged = Judged(
            kw=block.kw[i],
            looks=some[k],
            families=families[k],
            first_day=block.first_day,
            mining_kw=columns["mining_kw"][i],
            started=bool(started[k]),
            stopped=bool(stopped[k]),
            switched=bool(switched[k]),
        )
        columns["since"][i], columns["until"][i] = _dates(judged)
        pattern = pattern_of(judged)
        reasons = reasons_of(judged, pattern=pattern, until=columns["until"][i])
        moved = circumstances_of(
            block.kw[i],
            meter=block.meters[i],
            first_day=block.first_day,
            mining_kw=judged.mining_kw,
            until=columns["until"][i],
            context=context,
        )
        weights = {
            FAMILIES[f]: round(float(families[k, f]), 3) for f in np.argsort(-np.abs(families[k]), kind="stable")
        }
        weights |= {code: weight for code, (weight, _) in moved.items()}
        odds = _logit(columns["probability"][i]) + sum(weight for weight, _ in moved.values())
        columns["probability"][i] = float(chance_of(np.array(odds)))
        reasons = {code: figures for code, (_, figures) in moved.items()} | reasons
        columns["pattern"][i] = pattern
        columns["reasons"][i] = list(reasons)
        columns["alternatives"][i] = alternatives_of(
            judged, pattern, reasons, context.declared_use.get(block.meters[i])
        )
        columns["reason_figures"][i] = json.dumps(reasons)
        columns["look_weights"][i] = json.dumps({name: weight for name, weight in weights.items() if weight})


def _dates(judged: Judged) -> tuple[datetime, datetime | None]:
    """Since and until: the even steps, to the slot, where the model says it started or stopped inside the window."""
    days, slots = judged.kw.shape
    since, until = moment(judged.first_day, 0, slots), None
    begin = 0
    if judged.started and judged.figure("step_up_size") > 0:
        day = round(judged.figure("step_up_place") * days)
        begin = rise_slot(judged.kw, day, judged.figure("step_up_size") * judged.size)
        since = moment(judged.first_day, begin, slots)
    if judged.stopped and judged.figure("step_down_size") > 0:
        day = round(judged.figure("step_down_place") * days)
        end = step_slot(judged.kw, day, -judged.figure("step_down_size") * judged.size)
        if end > begin:
            until = moment(judged.first_day, end, slots)
    return since, until


def _judge_daily(block: Block) -> dict[str, Column]:
    """Columns that judge where only daily energy is known."""
    chance, estimate, change = judge_daily(block.kw)
    known = np.isfinite(chance)
    flagged = known & (chance >= EXPLAINED)
    kw = [float(value) if there else None for value, there in zip(estimate, known, strict=True)]
    figures = [json.dumps({"high_daily_floor": {"percent": f"{100 * value:.1f}"}}) for value in change]
    return {
        "probability": np.where(known, chance, 0.0).tolist(),
        "mining_kw": kw,
        "mining_kw_low": _times(kw, np.full(len(kw), DAILY_BAND[0])),
        "mining_kw_high": _times(kw, np.full(len(kw), DAILY_BAND[1])),
        "since": [moment(block.first_day, 0, 1) if there else None for there in known],
        "until": [None] * len(kw),
        "reasons": [["high_daily_floor"] if there else [] for there in flagged],
        "alternatives": [["server_room", "process_plant", "cold_store"] if there else [] for there in flagged],
        "reason_figures": [text if there else "{}" for text, there in zip(figures, flagged, strict=True)],
        "look_weights": ["{}"] * len(kw),
        "pattern": ["steady" if there else None for there in known],
    }


def _times(values: Column, factors: NDArray[np.float64]) -> Column:
    return [None if value is None else float(value * by) for value, by in zip(values, factors, strict=True)]


def _logit(chance: float) -> float:
    return float(np.log(chance / (1.0 - chance)))
