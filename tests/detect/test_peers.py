"""The place of a meter among its class, against counting by hand; classes too small, order and words."""

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from minewatch.detect.peers import AMONG, BOOKS, GROWTH, LEAST_OTHERS, beside_peers
from minewatch.detect.rows import SCHEMA
from minewatch.model.reasons import sentence

SHOPS = 30


def findings(count=SHOPS + 5, *, told=("steady_floor",)):
    """Meters m0, m1, … whose figures are drawn; the first three have reasons."""
    rng = np.random.default_rng(7)
    frame = pl.DataFrame(
        {
            "meter_id": [f"m{i}" for i in range(count)],
            "probability": np.linspace(0.9, 0.0, count),
            "first_day": [date(2021, 5, 1)] * count,
            "last_day": [date(2021, 6, 10)] * count,
            "base_share": rng.uniform(0.1, 0.9, count).round(2),
            "night_share": rng.uniform(0.1, 1.1, count).round(2),
            "growth": rng.uniform(0.5, 2.0, count).round(2),
            "reasons": [list(told) if i < 3 else [] for i in range(count)],
            "reason_figures": ['{"steady_floor": {"kw": "3"}}' if i < 3 else "{}" for i in range(count)],
        }
    )
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in frame.columns]
    return frame.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def books(count=SHOPS, *, use="商业", contract=None, voltage="380V"):
    rows = [(f"m{i}", use, contract, voltage) for i in range(count)]
    return pl.DataFrame(rows, schema=BOOKS, orient="row")


def figures_of(frame, meter):
    return json.loads(frame.filter(pl.col("meter_id") == meter)["reason_figures"].item())


def test_the_counts_are_those_of_counting_by_hand():
    before = findings()
    after = beside_peers(before, books())
    rows = before.head(SHOPS)
    for i in range(SHOPS):
        told = figures_of(after, f"m{i}")
        own = rows.row(i, named=True)
        as_high = {name: int((rows[name] >= own[name]).sum()) - 1 for name in ("base_share", "night_share", "growth")}
        assert told[AMONG] == {
            "others": str(SHOPS - 1),
            "peers": "商业 · 380V",
            "base": str(round(100 * own["base_share"])),
            "base_as_high": str(as_high["base_share"]),
            "night": str(round(100 * own["night_share"])),
            "night_as_high": str(as_high["night_share"]),
        }
        assert told[GROWTH]["as_high"] == str(as_high["growth"])
        assert told[GROWTH]["days"] == "14"


def test_only_words_are_added():
    before = findings()
    after = beside_peers(before, books())
    assert after.columns == before.columns
    same = [name for name in before.columns if name not in {"reasons", "reason_figures"}]
    assert after.select(same).equals(before.select(same))
    assert after["reasons"].to_list()[:3] == [["steady_floor", AMONG, GROWTH]] * 3
    assert after["reasons"].to_list()[3:] == [[]] * (SHOPS + 2)
    assert figures_of(after, "m1")["steady_floor"] == {"kw": "3"}
    assert after["reason_figures"].to_list()[SHOPS:] == ["{}"] * 5


def test_the_narrowest_class_that_is_large_enough_counts():
    few = books().with_columns(voltage=pl.when(pl.col("meter_id") == "m0").then(pl.lit("10kV")).otherwise("voltage"))
    after = beside_peers(findings(), few)
    assert figures_of(after, "m0")[AMONG]["peers"] == "商业"
    assert figures_of(after, "m1")[AMONG]["peers"] == "商业 · 380V"
    assert figures_of(after, "m1")[AMONG]["others"] == str(SHOPS - 2)


@pytest.mark.parametrize("count", [LEAST_OTHERS, LEAST_OTHERS + 1])
def test_a_small_class_is_not_spoken_of(count):
    told = figures_of(beside_peers(findings(), books(count)), "m0")
    assert (AMONG in told) == (count > LEAST_OTHERS)


def test_what_is_not_known_of_a_meter_is_not_told_and_counts_nowhere():
    some = findings().with_columns(
        night_share=pl.when(pl.col("meter_id") == "m5").then(None).otherwise("night_share"),
        growth=pl.lit(None, dtype=pl.Float64),
    )
    after = beside_peers(some, books())
    assert figures_of(after, "m5") == {}
    assert figures_of(after, "m0")[AMONG]["others"] == str(SHOPS - 2)
    assert GROWTH not in figures_of(after, "m0")
    assert beside_peers(findings(), books(use=" ")).equals(findings())


def test_the_order_of_meters_and_books_changes_nothing():
    whole = beside_peers(findings(), books())
    turned = beside_peers(findings().reverse(), books().sample(fraction=1.0, shuffle=True, seed=1))
    assert turned.reverse().equals(whole)


def test_words_of_the_books_stay_what_they_are_in_both_languages():
    after = beside_peers(findings(), books(use='酒店 "大"'))
    said = sentence(AMONG, figures_of(after, "m0")[AMONG])
    assert '酒店 "大" · 380V' in said.en
    assert "29个计量点" in said.zh
    assert "14 days" in sentence(GROWTH, figures_of(after, "m0")[GROWTH]).en
