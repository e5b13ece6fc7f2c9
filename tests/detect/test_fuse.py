"""Fusion: ratios add up, dependence is respected, conflicts are told, visits re-weight slowly, calibration holds."""

import json
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minewatch.detect.fuse import (
    CONFLICT,
    DEPENDENT_SHARE,
    DETECTORS,
    EVIDENCE_SCHEMA,
    Weights,
    contributions,
    deadline_llr,
    declared_use_llr,
    evidence_row,
    fuse,
    hash_rate_evidence,
    llr_of_probability,
    random_share,
    weights_from_visits,
)
from minewatch.model.errors import InputError


def table(*rows):
    return pl.DataFrame(
        [evidence_row(*row[:3], **(row[3] if len(row) > 3 else {})) for row in rows], EVIDENCE_SCHEMA, orient="row"
    )


def one(evidence, **options):
    return fuse(evidence, prior=options.pop("prior", 0.01), **options).row(0, named=True)


def test_independent_ratios_add_up_as_bayes_says():
    row = one(table(("a", "meter", 3.0), ("a", "traffic", 2.0), ("a", "tip", 1.0)))
    assert row["log_odds"] == pytest.approx(math.log(0.01 / 0.99) + 6.0)
    assert row["probability"] == pytest.approx(1 / (1 + 99 * math.exp(-6.0)))
    assert json.loads(row["contributions"]) == {"meter": 3.0, "traffic": 2.0, "tip": 1.0}


def test_two_looks_at_the_same_load_do_not_count_twice():
    row = one(table(("a", "meter", 3.0), ("a", "balance", 2.0)))
    assert json.loads(row["contributions"]) == {"meter": 3.0, "balance": pytest.approx(2.0 * DEPENDENT_SHARE)}


def test_no_detector_decides_alone():
    row = one(table(("a", "tip", 50.0)))
    assert json.loads(row["contributions"])["tip"] == DETECTORS["tip"].cap


def test_a_conflict_is_told_and_not_averaged_away():
    row = one(table(("a", "meter", 5.0), ("a", "traffic", -4.0)))
    assert row["conflict"] == ["load", "traffic"]
    assert one(table(("a", "meter", 5.0), ("a", "traffic", -CONFLICT / 2)))["conflict"] == []


def test_power_comes_from_the_strongest_evidence_that_measures_it():
    evidence = table(
        ("a", "meter", 2.0, {"kw": (100.0, 80.0, 120.0), "digest": "d1"}),
        ("a", "balance", 4.0, {"kw": (150.0, 100.0, 220.0), "digest": "d2"}),
        ("a", "traffic", 6.0, {"digest": "d3"}),
    )
    row = one(evidence)
    assert (row["kw"], row["kw_low"], row["kw_high"]) == (150.0, 100.0, 220.0)
    assert row["digests"] == ["d1", "d2", "d3"]


def test_silence_says_nothing():
    evidence = table(("a", "meter", float("nan")), ("b", "traffic", 0.0))
    assert fuse(evidence, prior=0.02)["probability"].to_list() == pytest.approx([0.02, 0.02])


def test_the_most_probable_comes_first_and_the_order_of_rows_does_not_matter():
    evidence = table(("a", "meter", 1.0), ("b", "meter", 3.0), ("b", "tip", 1.0), ("c", "meter", 2.0))
    assert fuse(evidence, prior=0.01)["subject"].to_list() == ["b", "c", "a"]
    assert fuse(evidence[::-1], prior=0.01).equals(fuse(evidence, prior=0.01))


@pytest.mark.parametrize("prior", [0.0, 1.0, -1.0])
def test_an_impossible_prior_is_refused(prior):
    with pytest.raises(InputError):
        fuse(table(("a", "meter", 1.0)), prior=prior)


def test_an_unknown_detector_is_refused():
    with pytest.raises(InputError, match="unknown detector: crystal_ball"):
        fuse(table(("a", "crystal_ball", 1.0)), prior=0.01)


@given(st.dictionaries(st.sampled_from(sorted(DETECTORS)), st.floats(-9, 9), min_size=1))
def test_more_evidence_for_mining_never_lowers_the_sum(capped):
    total = sum(contributions(capped).values())
    for detector in capped:
        raised = {**capped, detector: capped[detector] + 1.0}
        assert sum(contributions(raised).values()) >= total - 1e-9


def test_a_probability_gives_back_its_ratio():
    assert llr_of_probability(0.5, 0.5) == 0.0
    assert llr_of_probability(0.9, 0.1) == pytest.approx(2 * math.log(9))
    assert llr_of_probability(1.0, 0.1, cap=5.0) == 5.0


def simulated(seed, count=6000, share=0.05):
    """Subjects whose detectors give normal scores: mean +d/2 or -d/2 in units of their own ratio, so that ratios are true."""
    rng = np.random.default_rng(seed)
    mines = rng.random(count) < share
    rows = []
    for number, mine in enumerate(mines):
        for detector, strength in (("meter", 2.0), ("traffic", 3.0), ("tip", 1.0)):
            if rng.random() < 0.8:
                # For N(±s²/2, s²) the observation is its own log-likelihood ratio.
                llr = rng.normal((0.5 if mine else -0.5) * strength**2, strength)
                rows.append(evidence_row(f"s{number:05d}", detector, llr))
    labels = {f"s{number:05d}": bool(mine) for number, mine in enumerate(mines)}
    return pl.DataFrame(rows, EVIDENCE_SCHEMA, orient="row"), labels


def calibration_error(fused, labels, bins=10):
    chance = fused["probability"].to_numpy()
    truth = np.array([labels[subject] for subject in fused["subject"]], float)
    number = np.minimum((chance * bins).astype(int), bins - 1)
    return sum(abs(chance[number == b].sum() - truth[number == b].sum()) for b in range(bins)) / len(chance)


def test_fusion_of_true_ratios_is_calibrated_and_beats_each_alone():
    evidence, labels = simulated(1)
    fused = fuse(evidence, prior=0.05)
    assert calibration_error(fused, labels) < 0.01

    def hits_among_first(frame):
        return sum(labels[subject] for subject in frame["subject"].head(200))

    together = hits_among_first(fused)
    for detector in ("meter", "traffic", "tip"):
        alone = fuse(evidence.filter(pl.col("detector") == detector), prior=0.05)
        assert hits_among_first(alone) < together


def test_a_few_visits_change_little_and_many_correct_an_overconfident_detector():
    evidence, labels = simulated(2)
    boasting = evidence.with_columns(
        pl.when(pl.col("detector") == "tip").then(pl.col("llr") * 3).otherwise(pl.col("llr")).alias("llr")
    )
    few = dict(list(labels.items())[:5])
    assert weights_from_visits(boasting, few, prior=0.05).of("people") == pytest.approx(1.0, abs=0.15)
    many = weights_from_visits(boasting, dict(list(labels.items())[:3000]), prior=0.05)
    assert many.of("people") < 0.75
    assert many.visits > 2000
    rest = {s: m for s, m in labels.items() if s >= "s03000"}
    later = boasting.filter(pl.col("subject") >= "s03000")
    before = calibration_error(fuse(later, prior=0.05), rest)
    after = calibration_error(fuse(later, prior=0.05, weights=many), rest)
    assert after < before


def test_no_visits_no_change():
    evidence, _ = simulated(3, count=50)
    assert weights_from_visits(evidence, {}, prior=0.05) == Weights()


@pytest.mark.parametrize(
    ("kw", "ths", "sign", "words"),
    [(100.0, 1_400.0, 1, "fits"), (100.0, 10_000.0, -1, "larger site"), (10_833.0, 10_000.0, 0, "other coins")],
)
def test_power_against_hash_rate(kw, ths, sign, words):
    # The last row is Jiangsu 2021: 260 MWh a day over 10 PH/s is about 1,080 J/TH.
    llr, text = hash_rate_evidence(kw, ths, best_jth=30.0, worst_jth=260.0)
    assert (llr > 0) - (llr < 0) == sign
    assert words in text.en
    assert text.zh != text.en
    with pytest.raises(InputError):
        hash_rate_evidence(0.0, ths, best_jth=30.0, worst_jth=260.0)


def test_a_fall_at_the_deadline_speaks_for_mining():
    deadline = datetime(2021, 6, 17, 14, 0, tzinfo=UTC)
    at = [deadline_llr(deadline + timedelta(minutes=m), deadline, slot_minutes=15) for m in (0, 120, 1000, 6000)]
    assert at == sorted(at, reverse=True)
    assert at[0] > 3
    assert deadline_llr(None, deadline, slot_minutes=15) < 0


def test_a_declared_data_centre_clears_nobody():
    assert declared_use_llr("虚拟货币“挖矿”") == declared_use_llr("Bitcoin hosting") == declared_use_llr("mining") > 0
    assert not any(declared_use_llr(words) for words in ("数据中心", "冷库", "telecom", "采矿", "mining of ore", ""))


def test_some_visits_go_where_the_list_does_not_lead():
    listed, others = [f"s{n}" for n in range(100)], [f"o{n}" for n in range(500)]
    assert random_share(listed, others, budget=40, share=0.1) == (36, 4)
    assert random_share(listed, others, budget=3, share=0.05) == (2, 1)
    assert random_share(listed, [], budget=40, share=0.1) == (40, 0)
    with pytest.raises(InputError):
        random_share(listed, others, budget=-1, share=0.1)
