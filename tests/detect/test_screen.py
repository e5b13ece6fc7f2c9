"""A battery of checks over the screen: whatever is given, one honest row a meter, the same bits in any company."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from minewatch.detect.block import Block, Context
from minewatch.detect.identity import shipped_judge
from minewatch.detect.learned import read_glance, shipped_glance
from minewatch.detect.looks import PLACE
from minewatch.detect.screen import mining_part, screen_block, screen_blocks
from minewatch.kernels.looks import NAMES
from minewatch.model.reasons import ALTERNATIVES, DATA_NOTES, REASONS, sentence
from minewatch.model.tables import FINDINGS, SLOTS_ALLOWED
from minewatch.rehearsal.mines import mine_load

FIRST = date(2021, 4, 1)


def host(seed, *, meters=1, days=60, slots=96):
    """Ordinary load: an evening peak, noise that grows with the level, a day's ups and downs."""
    rng = np.random.default_rng(seed)
    hour = (np.arange(slots) + 0.5) * 24 / slots
    shape = 0.3 + np.exp(-(((hour - 19) / 3) ** 2)) + 0.4 * np.exp(-(((hour - 8) / 2) ** 2))
    level = rng.lognormal(0.0, 0.3, (meters, days, 1))
    return (shape * level * rng.lognormal(0.0, 0.3, (meters, days, slots))).astype(np.float32)


def block(kw):
    return Block(tuple(f"m{i}" for i in range(len(kw))), FIRST, kw)


def screen(kw):
    return screen_block(block(kw))


@pytest.mark.parametrize("slots", SLOTS_ALLOWED)
@pytest.mark.parametrize("days", [0, 1, 13, 60])
def test_a_row_a_meter_in_order_with_the_columns_of_the_table(slots, days):
    found = screen(host(0, meters=4, days=days, slots=slots))
    assert found.columns == list(FINDINGS.names)
    assert found["meter_id"].to_list() == ["m0", "m1", "m2", "m3"]
    assert found["probability"].is_between(0, 1).all()


def test_no_meters_no_rows():
    assert screen(host(0, meters=0)).height == 0


@pytest.mark.parametrize("slots", SLOTS_ALLOWED)
def test_missing_throughout_is_nothing_found(slots):
    row = screen(np.full((1, 60, slots), np.nan, np.float32)).row(0, named=True)
    assert row["probability"] == 0.0
    assert row["mining_kw"] is None
    assert row["since"] is None
    assert row["data_notes"] == ["no_readings"]


@pytest.mark.parametrize("level", [0.0, 2.0, -1.0])
def test_constant_load_is_judged_without_a_fault(level):
    row = screen(np.full((1, 60, 96), level, np.float32)).row(0, named=True)
    assert 0 <= row["probability"] < 1


@pytest.mark.parametrize("slots", SLOTS_ALLOWED)
def test_same_bits_in_any_company(slots):
    kw = host(1, meters=6, slots=slots)
    kw[1] += 3.0
    kw[2, 30:] += 2.0
    kw[3, 5:9] = np.nan
    whole = screen(kw)
    alone = pl.concat([screen_block(Block((f"m{i}",), FIRST, kw[i : i + 1])) for i in range(6)])
    assert whole.equals(alone)
    turned = screen_block(Block(tuple(f"m{i}" for i in range(5, -1, -1)), FIRST, kw[::-1]))
    assert whole.equals(turned.reverse())


@pytest.mark.parametrize("slots", SLOTS_ALLOWED)
def test_a_meter_is_judged_over_its_own_days_whatever_block_it_is_in(slots):
    kw = host(8, meters=5, slots=slots)
    kw[0] += 3.0
    kw[1, :20] = np.nan
    kw[2, 50:] = kw[2, :3] = kw[2, 30] = np.nan
    kw[2, 3:50] += 2.0
    kw[3] = np.nan
    whole = screen(kw)
    own = [(0, 60), (20, 60), (3, 50), (0, 60), (0, 60)]
    alone = [Block((f"m{i}",), FIRST + timedelta(days=a), kw[i : i + 1, a:b]) for i, (a, b) in enumerate(own)]
    assert whole.equals(pl.concat([screen_block(one) for one in alone]))
    assert whole.equals(screen_blocks(alone))
    assert whole["first_day"].to_list()[1:4] == [FIRST + timedelta(days=20), FIRST + timedelta(days=3), None]
    assert whole["last_day"].to_list()[2] == FIRST + timedelta(days=49)
    assert whole["coverage"][1] == 1.0


def test_what_else_is_known_follows_the_days_a_meter_is_judged_over():
    warmth = np.arange(60 * 24, dtype=np.float32).reshape(60, 24)
    kvar = {name: np.ones((60, 96), np.float32) for name in "ab"}
    known = Context(temperature_c={"511802": warmth}, reactive_kvar=kvar, prevalence=0.1)
    some = known.between(3, 49, 60, ["a"])
    assert np.array_equal(some.temperature_c["511802"], warmth[3:50])
    assert {name: values.shape for name, values in some.reactive_kvar.items()} == {"a": (47, 96)}
    assert some.prevalence == 0.1
    assert Context(prevalence=0.1).between(3, 49, 60, ["a"]) == Context(prevalence=0.1)


def test_a_cleared_meter_gets_the_share_the_forest_gives_its_size():
    model = shipped_judge().model
    sizes = np.array([1e-9, 1e-3, 0.3, 1.0, 77.7, 1e6], np.float64)
    borders, _ = model.forests["share"].along(PLACE["level_log_kw"], len(NAMES))
    log_kw = np.concatenate([np.log10(sizes).astype(np.float32), borders, np.nextafter(borders, np.float32(9e9))])
    rows = np.full((len(log_kw), len(NAMES)), np.nan, np.float32)
    rows[:, PLACE["level_log_kw"]] = log_kw
    assert np.array_equal(model.share_of_size(log_kw), np.exp(model.forests["share"].raw(rows)))


def test_a_meter_that_is_asked_is_not_changed():
    kw = host(2, meters=2)
    before = kw.copy()
    screen(kw)
    assert np.array_equal(kw, before)


def test_mines_stand_above_ordinary_load():
    rng = np.random.default_rng(3)
    kw = host(3, meters=48)
    for i in range(24):
        mode = ("onset", "night_only", "stop", "evening_curtailed")[i % 4]
        kw[i] += mine_load(rng, mode=mode, mean_kw=1.5, days=60, slots=96, host_kw=kw[i]).kw
    chance = screen(kw)["probability"].to_numpy()
    assert np.median(chance[:24]) > np.quantile(chance[24:], 0.95)
    assert (chance[:24] > chance[24:].max()).mean() > 0.4


def test_an_onset_is_dated_to_the_hour_and_sized():
    kw = host(4)
    kw.reshape(1, -1)[:, 30 * 96 + 56 :] += 4.0
    row = screen(kw).row(0, named=True)
    assert abs(row["since"] - datetime.fromisoformat("2021-05-01T14:00")).total_seconds() <= 3600
    assert row["mining_kw"] == pytest.approx(4.0, rel=0.25)
    assert row["mining_kw_low"] <= row["mining_kw"] <= row["mining_kw_high"]


def test_gaps_are_told_and_survived():
    kw = host(5)
    kw[0, 10:20] = np.nan
    kw[0, 30, 3:50] = np.nan
    row = screen(kw).row(0, named=True)
    assert row["coverage"] == pytest.approx(np.isfinite(kw).mean())
    assert row["data_notes"] == ["many_gaps"]


def test_every_code_has_its_sentence_in_both_languages():
    kw = host(6, meters=30)
    kw[:10] += 3.0
    kw[10:20, 30:] += 3.0
    kw[20:, :, 30:60] += 3.0
    for row in screen(kw).iter_rows(named=True):
        figures = json.loads(row["reason_figures"])
        for code in row["reasons"]:
            text = sentence(code, figures[code])
            assert "{" not in text.en + text.zh
            assert code in REASONS
        assert set(row["alternatives"]) <= set(ALTERNATIVES)
        assert set(row["data_notes"]) <= set(DATA_NOTES)


@pytest.mark.parametrize("slots", SLOTS_ALLOWED)
def test_the_mining_part_lies_within_the_load(slots):
    kw = host(7, meters=3, slots=slots)
    kw[0] += 3.0
    kw[1, 30:] += 3.0
    kw[2, 3, :] = np.nan
    found = screen(kw)
    for i in range(3):
        part = mining_part(kw[i], found.row(i, named=True))
        assert part.shape == kw[i].shape
        read = np.isfinite(kw[i])
        assert np.isnan(part[~read]).all()
        assert ((part[read] >= 0) & (part[read] <= kw[i][read] + 1e-6)).all()


def test_a_block_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="24"):
        Block(("a",), FIRST, np.zeros((1, 3, 95), np.float32))


def test_a_glance_clears_what_a_thorough_judge_still_looks_at():
    rng = np.random.default_rng(11)
    hour = np.arange(24)
    people = (0.1 + np.exp(-(((hour - 19) / 3) ** 2))) * rng.lognormal(0, 0.4, (20, 42, 24))
    houses = block(people.astype(np.float32))
    quick = screen_block(houses)
    judge = shipped_judge().thorough()
    closely = screen_block(houses, model=judge.model)
    assert (quick["look_weights"] == "{}").all()
    assert (closely["look_weights"] != "{}").all()
    assert quick["probability"].max() < 0.05
    assert judge.detector != shipped_judge().detector


def test_a_glance_of_other_figures_is_refused(tmp_path):
    shipped = shipped_glance()
    with (tmp_path / "other.npz").open("wb") as file:
        replace(shipped, names=("other",)).save(file)
    with pytest.raises(ValueError, match="other figures"):
        read_glance(tmp_path / "other.npz")
    with (tmp_path / "same.npz").open("wb") as file:
        shipped.save(file)
    assert read_glance(tmp_path / "same.npz").gate == shipped.gate
