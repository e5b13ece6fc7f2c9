"""The screen: blocks of meters in, one finding a meter out; pure, the same bits whatever block a meter is in."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.detect.block import NOTHING_ELSE, Block, Context, Moved
from minewatch.detect.circumstances import circumstances_of, went_down
from minewatch.detect.daily import judge_daily
from minewatch.detect.dating import moment
from minewatch.detect.explain import Judged, alternatives_of, pattern_of, reasons_of
from minewatch.detect.learned import LEVELS, TRAITS, Model, chance_of, odds_of, shipped_glance, shipped_model, snapped
from minewatch.detect.looks import FAMILIES, FAMILY_OF, add_costly_looks, take_glances, take_looks
from minewatch.detect.part import mining_part
from minewatch.detect.refine import FITTED_FROM, Refined, Suspect, shipped_refiner
from minewatch.detect.rows import SCHEMA, Rows, Told, Verdicts, frame_of
from minewatch.detect.standing import standing_of
from minewatch.kernels.facts import facts_of
from minewatch.kernels.looks import NAMES

__all__ = ["EXPLAINED", "SCHEMA", "mining_part", "screen_block", "screen_blocks"]

SURE_OF_DAY = 0.5
"""Estimated chance that ``since`` is right to one day, below which the finding says that it is uncertain."""

EXPLAINED = 0.1
"""Daily energy alone: meters below this probability are cleared and get no reasons."""

DAILY_BAND = (0.2, 1.6)
"""Low and high of the power over its estimate where only daily energy is known."""


def screen_block(block: Block, *, context: Context = NOTHING_ELSE, model: Model | None = None) -> pl.DataFrame:
    """Judge every meter of a block: one row a meter, in the block's order, as ``model.tables.FINDINGS`` says.

    ``model`` is the shipped one unless given (users may retrain on their own inspections).
    """
    return screen_blocks((block,), context=context, model=model)


def screen_blocks(
    blocks: Iterable[Block],
    *,
    context: Context | Callable[[Block], Context] = NOTHING_ELSE,
    model: Model | None = None,
) -> pl.DataFrame:
    """Judge the meters of many blocks, one after the other, and make their rows at once.

    A meter is judged over its own days, from the first with a reading to the last, whatever block it is in. The array of a
    block is not needed any more once the next is asked for. ``context`` may differ from block to block.
    """
    chosen = model or shipped_model()
    return frame_of(
        [_rows(block, context if isinstance(context, Context) else context(block), chosen) for block in blocks]
    )


def _rows(block: Block, context: Context, model: Model) -> Rows:
    """Judge the meters of a block."""
    meters, days, slots = block.kw.shape
    block = Block(block.meters, block.first_day, np.ascontiguousarray(block.kw, dtype=np.float32))
    counts, mean = np.empty((meters, 5), np.int64), np.empty(meters)
    facts_of(block.kw, counts, mean)
    first, last = counts[:, 2], counts[:, 3]
    if ((first <= 0) & ((last == days - 1) | (last < 0))).all():
        found = _verdicts(block, context, model)
    else:
        found = Verdicts.none(meters)
        for a, b in np.unique(counts[first >= 0, 2:4], axis=0).tolist():
            places = np.flatnonzero((first == a) & (last == b))
            own = Block(
                tuple(block.meters[i] for i in places),
                block.first_day + timedelta(days=a),
                np.ascontiguousarray(block.kw[places, a : b + 1]),
            )
            found.put(places, _verdicts(own, context.between(a, b, days, own.meters), model))
    return Rows(block.meters, block.first_day, slots, counts, mean, found)


def _verdicts(block: Block, context: Context, model: Model) -> Verdicts:
    """Judge meters over the whole window of their block, each by its part's trees where the model has parts."""
    if block.kw.shape[2] == 1:
        return _judge_daily(block)
    if model.own is None:
        return _judge(block, context, model)
    found, part = Verdicts.none(len(block.meters)), model.own.of(block.meters)
    for k in np.unique(part).tolist():
        places = np.flatnonzero(part == k)
        found.put(places, _judge(_some(block, places), context, model.for_part(k)))
    return found


def _judge(block: Block, context: Context, model: Model) -> Verdicts:
    """Judge by the glance, the looks and the model."""
    glances, size = take_glances(block)
    known = ~np.isnan(size)
    odds, worth = shipped_glance().log_odds(glances)
    share = model.share_of_size(np.log10(size).astype(np.float32))
    # A model without a gate looks closely at every meter; so does a fall together with the network at its meter.
    called = np.zeros(len(known), np.bool_)
    called[went_down(block, context)] = True
    looked = np.flatnonzero(known & (worth | called | ~np.isfinite(model.gate)))
    close = np.empty(0, np.int64)
    looks = np.empty((0, len(NAMES)), np.float32)
    if looked.size:
        # The looks only at what a glance cannot clear, the costly ones only at what the others cannot.
        some = _some(block, looked)
        looks = take_looks(some, costly=False)
        odds[looked] = model.first_log_odds(looks)
        close = np.flatnonzero((odds[looked] >= model.gate) | called[looked])
        if close.size:
            near = looks[close]
            add_costly_looks(_some(some, close), near)
            looks[close] = near
            odds[looked[close]] = model.log_odds(near)
        share[looked] = snapped(looks, np.exp(model.forests["share"].raw(looks)))
    places = looked[close]
    likely = odds[places] >= FITTED_FROM
    if context.prevalence is not None:
        odds = odds + odds_of(context.prevalence) - odds_of(model.prevalence)
    # A meter that feeds in can draw less than what runs behind it; any other cannot.
    kw = share * size
    chance = np.where(known, chance_of(odds), 0.0)
    bands = np.exp(model.bands[np.digitize(chance, LEVELS)])
    standing = standing_of(block.kw, glances)
    found = Verdicts(known, chance, kw, kw * bands[:, 0], kw * bands[:, 2], standing)
    if close.size:
        _explain(_Suspects(block, context, model, looks[close], share[places], places, likely), found)
    return found


def _some(block: Block, chosen: NDArray[np.int64]) -> Block:
    """Return some meters of a block."""
    return Block(tuple(block.meters[i] for i in chosen), block.first_day, block.kw[chosen])


@dataclass(frozen=True, slots=True)
class _Suspects:
    """Meters of a block that are explained: their looks, the share of its load that each would mine, their places in the block.

    ``likely`` tells which of them are likely mines.
    """

    block: Block
    context: Context
    model: Model
    looks: NDArray[np.float32]
    share: NDArray[np.float64]
    places: NDArray[np.int64]
    likely: NDArray[np.bool_]


def _explain(suspects: _Suspects, found: Verdicts) -> None:
    """Measure and date the suspects, tell reasons, alternatives and pattern, and let circumstances move their probability."""
    looks, model = suspects.looks, suspects.model
    families = model.scale[0] * model.forests["mine"].by_family(looks, FAMILY_OF, len(FAMILIES))
    traits = np.column_stack([model.forests[name].raw(looks) for name in TRAITS])
    for k, place in enumerate(suspects.places.tolist()):
        kw = suspects.block.kw[place]
        refined = shipped_refiner().refine(Suspect(kw, looks[k], float(suspects.share[k]), *traits[k].tolist()))
        _put_power(found, place, refined, likely=bool(suspects.likely[k]))
        judged = Judged(
            kw=kw,
            looks=looks[k],
            families=families[k],
            first_day=suspects.block.first_day,
            mining_kw=refined.kw,
            started=refined.begin > 0,
            stopped=refined.end is not None,
            switched=bool(traits[k, 2] > 0),
        )
        odds, told = _told(judged, refined, suspects.block.meters[place], suspects.context)
        found.chance[place] = chance_of(odds_of(found.chance[place]) + odds)
        found.told[place] = told


def _put_power(found: Verdicts, place: int, refined: Refined, *, likely: bool) -> None:
    """Put the power of the second look and its interval in the place of the first one's.

    The second look's errors are known of ``likely`` mines; of the others the first one's are, which are wider.
    """
    first = found.kw[place]
    found.kw[place] = refined.kw
    found.low[place] = refined.low if likely else found.low[place] / first * refined.kw
    found.high[place] = refined.high if likely else found.high[place] / first * refined.kw


def _told(judged: Judged, refined: Refined, meter: str, context: Context) -> tuple[float, Told]:
    """Return by how much circumstances move the log-odds of one suspect, and what is told of it."""
    slots = judged.kw.shape[1]
    since = moment(judged.first_day, refined.begin, slots)
    until = None if refined.end is None else moment(judged.first_day, refined.end, slots)
    pattern = pattern_of(judged)
    moved = circumstances_of(
        judged.kw,
        meter=meter,
        first_day=judged.first_day,
        mining_kw=judged.mining_kw,
        since=since,
        until=until,
        steady=pattern == "steady",
        context=context,
    )
    weights = {
        FAMILIES[f]: round(float(judged.families[f]), 3) for f in np.argsort(-np.abs(judged.families), kind="stable")
    }
    weights |= {code: weight for code, (weight, _) in moved.items()}
    reasons = _in_order(moved, reasons_of(judged, pattern=pattern, until=until))
    told = Told(
        since=since,
        since_uncertain=refined.day_chance < SURE_OF_DAY,
        until=until,
        pattern=pattern,
        reasons=tuple(reasons),
        alternatives=tuple(alternatives_of(judged, pattern, reasons, context.declared_use.get(meter))),
        reason_figures=json.dumps(reasons),
        look_weights=json.dumps({name: weight for name, weight in weights.items() if weight}),
    )
    return sum(weight for weight, _ in moved.values()), told


def _in_order(moved: Moved, reasons: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Circumstances that support, the strongest first, then what the curve says, then those against and those that only warn."""
    ordered = sorted(moved.items(), key=lambda one: -one[1][0])
    support = {code: figures for code, (weight, figures) in ordered if weight > 0}
    return support | reasons | {code: figures for code, (weight, figures) in ordered if weight <= 0}


def _judge_daily(block: Block) -> Verdicts:
    """Judge where only daily energy is known."""
    chance, kw, change = judge_daily(block.kw)
    known = np.isfinite(chance)
    told = {
        int(place): Told(
            since=moment(block.first_day, 0, 1),
            reasons=("high_daily_floor",),
            alternatives=("server_room", "process_plant", "cold_store"),
            reason_figures=json.dumps({"high_daily_floor": {"percent": f"{100 * change[place]:.1f}"}}),
        )
        for place in np.flatnonzero(known & (chance >= EXPLAINED))
    }
    low, high = kw * DAILY_BAND[0], kw * DAILY_BAND[1]
    return Verdicts(known, np.where(known, chance, 0.0), kw, low, high, standing_of(block.kw, None), told)
