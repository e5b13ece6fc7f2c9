"""Parts of meters: one for ever, the site's where it was learned from; each meter is judged by its own part's model."""

import io
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from detect.test_training import cases, table
from minewatch.detect.block import Block
from minewatch.detect.learned import read_model, shipped_model
from minewatch.detect.parts import hashed_part, key_of, parts_of
from minewatch.detect.screen import screen_block
from minewatch.detect.training import fit, folds_of
from usecases.memory_lake import example_meters

FIRST = date(2021, 5, 20)
NAMES = tuple(f"m{i}" for i in range(8))


@pytest.fixture(scope="module")
def model():
    training, trial = cases(700, 1), cases(500, 2)
    fold = folds_of(np.concatenate([training.group, trial.group]), folds=3, seed=0)
    return fit(training, trial, fold=fold, trees=20)[0]


def test_meters_of_a_site_learned_from_have_the_parts_of_their_site(model):
    sites = {f"m{i}": f"customer {i // 3}" for i in range(60)}
    parts = parts_of(sites, [model.forests["mine"]] * 5)
    assert parts.of(list(sites)).tolist() == [hashed_part(site, 5) for site in sites.values()]
    assert len(set(parts.of(list(sites)).tolist())) == 5


def test_any_other_meter_has_the_part_of_its_own_name(model):
    forests = [model.forests["mine"]] * 3
    for known in ({}, {"m": "s"}):
        parts = parts_of(known, forests)
        strangers = [f"stranger {i}" for i in range(20)]
        assert parts.of(strangers).tolist() == [key_of(name) % 3 for name in strangers]
        assert parts.of([]).tolist() == []


def test_a_part_goes_on_with_its_own_trees_and_reads_back_the_same(model):
    looks = table(40, 9)
    forests = [model.forests["mine"], model.forests["first"]]
    own = type(model)(**{**vars(model), "own": parts_of({"m": "s"}, forests)})
    for k, forest in enumerate(forests):
        wanted = model.log_odds(looks) + model.scale[0] * forest.raw(looks)
        np.testing.assert_allclose(own.for_part(k).log_odds(looks), wanted, rtol=1e-5, atol=1e-5)
    assert model.for_part(0) is model
    written = [io.BytesIO(), io.BytesIO()]
    for file in written:
        own.save(file)
    assert written[0].getvalue() == written[1].getvalue()
    written[0].seek(0)
    again = read_model(written[0])
    assert again.own is not None
    np.testing.assert_array_equal(again.for_part(1).log_odds(looks), own.for_part(1).log_odds(looks))
    assert again.own.of(["m", "x"]).tolist() == own.own.of(["m", "x"]).tolist()


def parted():
    """The shipped model, in two parts: to one's log-odds the quick forest's score is added, the other is as shipped."""
    shipped = shipped_model()
    nothing = replace(shipped.forests["first"], value=np.zeros_like(shipped.forests["first"].value), start=np.zeros(1))
    sites = {name: f"site {i}" for i, name in enumerate(NAMES)}
    return replace(shipped, own=parts_of(sites, [nothing, shipped.forests["first"]]))


def test_each_meter_is_judged_by_its_part_in_the_blocks_order():
    kw, model = example_meters(8, mines=6), parted()
    part = model.own.of(NAMES)
    assert set(part.tolist()) == {0, 1}
    told = screen_block(Block(NAMES, FIRST, kw), model=model)
    assert told["meter_id"].to_list() == list(NAMES)
    alone = [screen_block(Block((name,), FIRST, kw[i : i + 1]), model=model) for i, name in enumerate(NAMES)]
    assert_frame_equal(told, pl.concat(alone))
    by_part = [
        screen_block(Block((name,), FIRST, kw[i : i + 1]), model=model.for_part(int(part[i])))
        for i, name in enumerate(NAMES)
    ]
    assert_frame_equal(told, pl.concat(by_part))
    shipped = screen_block(Block(NAMES, FIRST, kw))["probability"].to_numpy()
    np.testing.assert_allclose(told["probability"].to_numpy()[part == 0], shipped[part == 0], atol=1e-9)
    assert (told["probability"].to_numpy()[part == 1] != shipped[part == 1]).any()


def test_no_meter_is_no_finding():
    none = Block((), FIRST, np.zeros((0, 28, 48), np.float32))
    assert screen_block(none, model=parted()).height == 0
