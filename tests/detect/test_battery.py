"""One battery of checks that every detector has to pass, and a table that no module of ``detect`` can be left out of.

Detectors of curves take (meters, days, slots) and tell of each meter by itself or of a group together; judges of records take
flows or evidence. Each is bound to the battery by an adapter that returns plain values, so that one test serves all.
"""

import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import connections
from minewatch import detect
from minewatch.detect.adapting import moved_scale
from minewatch.detect.area import area_change
from minewatch.detect.balance import Group, balance_group
from minewatch.detect.block import Block
from minewatch.detect.flows import FlowWatch, flow_sighting
from minewatch.detect.fuse import DETECTORS, EVIDENCE_SCHEMA, evidence_row, fuse
from minewatch.detect.identity import shipped_judge
from minewatch.detect.plants import Station, judge_stations
from minewatch.detect.pool_index import PoolIndex
from minewatch.detect.residual_shape import mining_likeness, noise_of, shape_figures
from minewatch.detect.screen import screen_block
from minewatch.detect.split import split_loads
from minewatch.detect.stop import judge_stop
from minewatch.detect.traffic import decide
from minewatch.detect.unread import Peers
from minewatch.model.reasons import ALTERNATIVES, DATA_NOTES, REASONS, sentence
from minewatch.model.traffic import End, FlowFacts
from minewatch.model.traffic_reasons import TRAFFIC_REASONS

FIRST = date(2021, 5, 20)
DAYS = 28

NO_DETECTOR = {
    "adapting": "learns; judges nothing by itself",
    "block": "what detectors are given",
    "circumstances": "moves what the screen says; called by it alone",
    "clocks": "sets clocks right before a balance; called by it alone",
    "coins": "names the coin of a sighting that traffic decided on",
    "contract": "words beside what the screen found; called by the circumstances alone",
    "daily": "the screen's own path for daily energy; called by it alone",
    "dating": "dates what the screen found; called by it alone",
    "explain": "words for what the screen found; called by it alone",
    "forest": "trees as arrays",
    "gridtree": "the tree of the grid",
    "hash_rate": "measures a sighting that traffic decided on",
    "holidays": "moves what the screen says; called by the circumstances alone",
    "identity": "who judged",
    "learned": "the model as arrays",
    "looks": "figures; the model judges",
    "matching": "finds whose curve stands in a residual; called by the balance alone",
    "measured": "measures what sentences claim",
    "missing": "log-likelihood ratios of what balances say",
    "own_background": "learns; judges nothing by itself",
    "part": "draws what the screen found",
    "parts": "which trees judge a meter; the screen is held here with none",
    "peers": "words beside what the screen found",
    "phases": "moves what the screen says; called by the circumstances alone",
    "pool_index": "a list to look things up in",
    "rows": "makes rows of what the screen found",
    "reactive": "moves what the screen says; called by the circumstances alone",
    "ready": "gets kernels compiled ahead; judges nothing",
    "refine": "dates and measures what the screen found; called by it alone",
    "refining": "learns; judges nothing by itself",
    "standing": "figures told of every meter; judge nothing",
    "steps": "finds steps of a power for what is measured beside the curve",
    "stop_sources": "joins verdicts of several meters of a site",
    "training": "learns; judges nothing by itself",
    "unexplained": "splits a residual; called by the balance alone",
    "unread": "expects what unread meters take; called by the balance alone",
}
"""Modules of ``detect`` that are no detectors, and why not."""


def people(meters, slots, *, days=DAYS, seed=1):
    """Ordinary load: an evening peak, noise that grows with the level, a day's ups and downs; every third with a constant."""
    rng = np.random.default_rng(seed)
    hour = (np.arange(slots) + 0.5) * 24 / slots
    shape = 0.3 + np.exp(-(((hour - 19) / 3) ** 2))
    kw = shape * rng.lognormal(0.0, 0.3, (meters, days, 1)) * rng.lognormal(0.0, 0.2, (meters, days, slots))
    kw[::3, days // 3 :] += 3.0
    return kw.astype(np.float32)


def plain(value):
    """A detector's answer as plain data that can be compared and walked."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def numbers(value):
    """Every float of plain data."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from numbers(one)


@dataclass(frozen=True)
class OfCurves:
    """A detector of curves: ``judge`` (kw, names) -> plain data, one a meter where ``alone``, else of the group.

    ``chance`` names the probabilities in it, ``power`` the figures in kW; ``unsure`` is what may be missing (NaN).
    """

    module: str
    slots: int
    judge: Callable
    alone: bool = True
    chance: tuple[str, ...] = ("probability",)
    power: tuple[str, ...] = ("mining_kw", "mining_kw_low", "mining_kw_high", "mean_kw")


def _screen(kw, names):
    return plain(screen_block(Block(tuple(names), FIRST, kw)).to_dicts())


def _screen_adapted(kw, names):
    model = moved_scale(shipped_judge().model, 0.5, 0.8)
    return plain(screen_block(Block(tuple(names), FIRST, kw), model=model).to_dicts())


def _stop(kw, names):
    return [
        {"meter_id": name, **plain(judge_stop(one, mining_kw=2.5, deadline_slot=kw.shape[2] * 18))}
        for name, one in zip(names, kw, strict=True)
    ]


def _residual(kw, names):
    found = []
    for name, one in zip(names, kw.astype(np.float64), strict=True):
        level = np.full(one.shape, np.nanmean(one) if np.isfinite(one).any() else np.nan)
        likeness = mining_likeness(shape_figures(one, level, np.zeros(one.shape), 0.3)[None])[0]
        found.append({"meter_id": name, "probability": float(likeness), "noise": noise_of(one, level)})
    return found


def _area(kw, names):
    found = [area_change(one, first_weekday=3, until=14, since=14) for one in kw]
    return [{"meter_id": name, **(plain(one) if one else {})} for name, one in zip(names, found, strict=True)]


def _split(kw, names):
    return plain(list(split_loads(names, kw.astype(np.float64), first_day=FIRST)))


def _balance(kw, names):
    known = kw.astype(np.float64)
    total = np.nansum(known, axis=0, keepdims=True)
    supply = np.where(np.isfinite(known).any(axis=0, keepdims=True), 1.2 * total, np.nan)
    group = Group(
        nodes=("T1",),
        first_day=FIRST,
        supply=supply,
        passed_on=np.zeros_like(supply),
        meters=tuple(names),
        kw=known,
        booked=np.zeros(len(kw), np.int64),
        unread=((),),
    )
    found = plain(list(balance_group(group, peers=Peers(kw.shape[1]))))
    return [
        {key: one[key] for key in ("node", "flagged", "kw", "kw_low", "kw_high", "likeness", "pattern")}
        for one in found
    ]


def _plants(kw, names):
    stations = [
        Station(
            name,
            river="R",
            capacity_kw=10.0,
            head_m=None,
            efficiency=None,
            generated=one,
            own_use=0.02 * one,
            delivered=0.9 * one,
            direct=np.zeros(one.shape),
            inflow=np.full(one.shape, np.nan),
            dispatch=np.full(one.shape, np.nan),
        )
        for name, one in zip(names, kw.astype(np.float64), strict=True)
    ]
    found = plain(list(judge_stations(stations, first_day=FIRST)))
    keep = ("station", "way", "flagged", "kw", "kw_low", "kw_high", "kwh", "likeness", "usable")
    return sorted(({key: one[key] for key in keep} for one in found), key=lambda one: one["station"])


CURVES = {
    "screen 15 min": OfCurves("screen", 96, _screen),
    "screen 30 min": OfCurves("screen", 48, _screen),
    "screen 60 min": OfCurves("screen", 24, _screen),
    "screen daily": OfCurves("screen", 1, _screen),
    "screen, adapted model": OfCurves("screen", 24, _screen_adapted),
    "stop": OfCurves("stop", 48, _stop, chance=(), power=("remaining_kw",)),
    "residual shape": OfCurves("residual_shape", 24, _residual, power=("noise",)),
    "area": OfCurves("area", 24, _area, chance=(), power=("before_kw", "after_kw")),
    "split": OfCurves("split", 24, _split, alone=False, chance=("likeness",), power=("kw",)),
    "balance": OfCurves("balance", 24, _balance, alone=False, chance=("likeness",), power=("kw", "kw_low", "kw_high")),
    "plants": OfCurves("plants", 24, _plants, alone=False, chance=("likeness",), power=("kw", "kw_low", "kw_high")),
}
RECORDS = {"traffic": "traffic", "flows": "flows", "fuse": "fuse"}

every = pytest.mark.parametrize("of", CURVES.values(), ids=CURVES)


def names_of(kw):
    return [f"m{i}" for i in range(len(kw))]


def judged(of, kw):
    """Judge as a user would; a mean over nothing read may warn inside NumPy, and is no answer."""
    with np.errstate(all="ignore"):
        return of.judge(kw, names_of(kw))


def same(one, other):
    """Compare plain data to the bit, missing like missing."""
    return repr(one) == repr(other)


def by_name(rows):
    return {row["meter_id"]: row for row in rows}


def test_every_module_of_detect_is_in_the_battery_or_says_why_not():
    modules = {path.stem for path in Path(detect.__file__).parent.glob("*.py")} - {"__init__"}
    bound = {of.module for of in CURVES.values()} | set(RECORDS.values())
    assert bound | set(NO_DETECTOR) == modules, "bind a new detector to the battery, or say why it is none"
    assert not bound & set(NO_DETECTOR)


@every
def test_nothing_given_is_nothing_told(of):
    rows = judged(of, np.zeros((0, DAYS, of.slots), np.float32))
    assert rows == []


@every
@pytest.mark.parametrize("days", [1, 2, 7])
def test_one_meter_of_few_days(of, days):
    rows = judged(of, people(1, of.slots, days=days))
    check(of, rows)


@every
def test_missing_throughout_accuses_nobody(of):
    for row in judged(of, np.full((3, DAYS, of.slots), np.nan, np.float32)):
        assert all(not row.get(name) or math.isnan(row[name]) or row[name] <= 0.5 for name in of.chance)
        assert not row.get("flagged", False)
        assert not row.get("reasons")


ODD = {
    "nought": np.zeros_like,
    "constant": lambda kw: np.full_like(kw, 2.0),
    "negative": lambda kw: -kw,
    "feeding in at noon": lambda kw: kw - 3.0,
    "tiny": lambda kw: kw * np.float32(1e-7),
    "huge": lambda kw: kw * np.float32(1e9),
    "one spike": lambda kw: np.where(np.arange(kw.size).reshape(kw.shape) % 997 == 5, np.float32(1e6), kw),
    "half missing": lambda kw: np.where(np.random.default_rng(3).random(kw.shape) < 0.5, np.float32(np.nan), kw),
    "a week missing": lambda kw: np.where((np.arange(kw.shape[1]) // 7 == 1)[:, None], np.float32(np.nan), kw),
    "one reading": lambda kw: np.where(np.arange(kw.size).reshape(kw.shape) == 40, kw, np.float32(np.nan)),
    "rounded": np.round,
}


@every
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_curves_are_told_in_numbers_that_are_numbers(of, odd):
    check(of, judged(of, odd(people(3, of.slots)).astype(np.float32)))


def check(of, rows):
    """Probabilities lie in 0 to 1, figures are finite, intervals hold their value, what is flagged has reasons in words."""
    for row in rows:
        assert all(0.0 <= row[name] <= 1.0 for name in of.chance if name in row)
        assert not any(math.isinf(value) for value in numbers(row))
        if row.get("mining_kw") is not None:
            assert row["mining_kw_low"] <= row["mining_kw"] <= row["mining_kw_high"]
        if of.module == "screen":
            check_words(row)


def check_words(row):
    figures = json.loads(row["reason_figures"])
    if row["probability"] >= 0.3:
        assert row["reasons"]
        assert row["alternatives"]
    for code in row["reasons"]:
        said = sentence(code, figures[code])
        for text in (said.en, said.zh):
            assert text
            assert "{" not in text
            assert "nan" not in text.casefold()
    for codes, known in (
        (row["reasons"], REASONS),
        (row["alternatives"], ALTERNATIVES),
        (row["data_notes"], DATA_NOTES),
    ):
        assert set(codes) <= set(known)
        assert all(known[code].name.zh if known is not DATA_NOTES else known[code].zh for code in codes)


@every
def test_the_same_bits_again_and_the_input_left_alone(of):
    kw = people(4, of.slots)
    kw[1, 3:5] = np.nan
    before = kw.copy()
    first = judged(of, kw)
    assert same(first, judged(of, kw))
    assert kw.tobytes() == before.tobytes()


@every
def test_a_strided_view_tells_the_same_as_its_copy(of):
    wide = people(8, of.slots)
    assert same(judged(of, wide[::2]), judged(of, wide[::2].copy()))


@every
def test_the_clock_s_zone_does_not_count(of, monkeypatch):
    kw = people(3, of.slots)
    here = judged(of, kw)
    monkeypatch.setitem(os.environ, "TZ", "America/St_Johns")
    time.tzset()
    try:
        assert same(here, judged(of, kw))
    finally:
        monkeypatch.undo()
        time.tzset()


@every
def test_order_and_company_do_not_count(of):
    kw = people(6, of.slots)
    kw[2, 5] = np.nan
    kw[4] = np.nan
    whole = judged(of, kw)
    turned = of.judge(kw[::-1].copy(), names_of(kw)[::-1])
    if not of.alone:
        assert same(anonymous(whole), anonymous(turned))
        return
    assert same(whole, turned[::-1])
    alone = [row for i in range(6) for row in of.judge(kw[i : i + 1].copy(), [f"m{i}"])]
    assert same(whole, alone)


def anonymous(rows):
    """A group's answer, rounded where sums in another order differ in the last bits, its members in order."""
    rounded = json.loads(json.dumps(rows), parse_float=lambda text: f"{float(text):.9g}")
    return [
        {name: sorted(value) if isinstance(value, list) else value for name, value in row.items()} for row in rounded
    ]


UNITLESS = [name for name, of in CURVES.items() if of.module not in {"stop", "plants"}]
"""Detectors that are given nothing in kW beside the curves; the stop, which is, has a test of its own below."""


@pytest.mark.parametrize("of", [CURVES[name] for name in UNITLESS], ids=UNITLESS)
def test_the_unit_does_not_count(of):
    """Twice the load (exact in binary) is the same suspicion and twice the power."""
    kw = people(5, of.slots)
    for one, twice in zip(judged(of, kw), judged(of, 2 * kw), strict=True):
        for name in of.chance:
            assert twice[name] == pytest.approx(one[name], rel=2e-3, abs=2e-3)
        for name in of.power:
            if one.get(name) is not None:
                assert twice[name] == pytest.approx(2 * one[name], rel=2e-2, abs=1e-3)


def test_a_stop_of_twice_the_power_is_the_same_stop():
    kw = people(1, 48)[0]
    kw[18:] = people(1, 48, seed=2)[0, 18:] - np.float32(3.0) * (np.arange(18, DAYS) >= DAYS // 3)[:, None]
    one = judge_stop(kw, mining_kw=2.5, deadline_slot=48 * 18)
    twice = judge_stop(2 * kw, mining_kw=5.0, deadline_slot=48 * 18)
    assert (one.verdict, one.stop_slot, one.strength) == (twice.verdict, twice.stop_slot, pytest.approx(twice.strength))


def test_a_judged_flow_is_a_probability_with_reasons_in_words():
    for dialect in ({}, {"stratum.subscribe": 1, "mining.subscribe": 1, "mining.submit": 20}):
        facts = FlowFacts("made", (End("10.0.0.1", 50000), End("198.51.100.7", 3333)), 0.0, 3600.0)
        facts.calls[0].update(dialect)
        before = asdict(facts)
        seen = decide(facts, PoolIndex([]), {}, threshold=0.0)
        assert asdict(facts) == before
        assert plain(seen) == plain(decide(facts, PoolIndex([]), {}, threshold=0.0))
        if seen is not None:
            assert 0.0 <= seen.probability <= 1.0
            assert seen.probability < 0.5 or seen.reasons
            assert all(TRAFFIC_REASONS[code].sentence.zh for code in seen.reasons)


def test_flow_records_in_pieces_or_none_at_all():
    assert list(FlowWatch().close()) == []
    records = sorted(connections.records(connections.miner(3, 6)), key=lambda one: one.start)
    told = []
    for _ in range(2):
        watch = FlowWatch()
        ended = [one for record in records for one in watch.add(record)] + list(watch.close())
        told.append([plain(flow_sighting(one, PoolIndex([]), threshold=0.0)) for one in ended])
    assert told[0] == told[1]
    seen = [one for one in told[0] if one]
    assert seen
    assert all(0.0 <= one["probability"] <= 1.0 and one["reasons"] for one in seen)
    assert all(TRAFFIC_REASONS[code].sentence.zh for one in seen for code in one["reasons"])


def evidence_of(rows):
    return pl.DataFrame([evidence_row(*row) for row in rows], EVIDENCE_SCHEMA, orient="row")


ROWS = [
    (subject, detector, llr)
    for subject, llr in (("a", 3.0), ("b", -2.0), ("c", 0.0), ("d", 40.0), ("e", float("nan")))
    for detector in DETECTORS
]


def test_fusion_of_none_and_in_any_order_and_company():
    assert fuse(evidence_of([]), prior=0.01).height == 0
    whole = fuse(evidence_of(ROWS), prior=0.01)
    assert whole.equals(fuse(evidence_of(ROWS), prior=0.01))
    turned = fuse(evidence_of(ROWS[::-1]), prior=0.01)
    key = ["subject", "probability", "log_odds"]
    assert whole.select(key).equals(turned.select(key))
    for subject in "abcde":
        alone = fuse(evidence_of([row for row in ROWS if row[0] == subject]), prior=0.01)
        assert alone.select(key).equals(whole.filter(pl.col("subject") == subject).select(key))
    assert whole["probability"].is_between(0, 1).all()
    assert whole["log_odds"].is_finite().all()
    said = {code for text in whole["contributions"] for code in json.loads(text)}
    assert all(DETECTORS[code].name.en and DETECTORS[code].name.zh for code in said)


def test_the_battery_would_notice():
    """A detector that looks at its neighbours, or changes what it is given, fails: the battery itself is checked."""

    def nosy(kw, names):
        return [{"meter_id": name, "probability": 1.0 / (1 + len(kw))} for name in names]

    def careless(kw, names):
        kw[:] = 0
        return [{"meter_id": name, "probability": 0.0} for name in names]

    of = OfCurves("screen", 24, nosy)
    with pytest.raises(AssertionError):
        test_order_and_company_do_not_count(of)
    with pytest.raises(AssertionError):
        test_the_same_bits_again_and_the_input_left_alone(replace(of, judge=careless))
