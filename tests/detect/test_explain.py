"""Reasons are true of the curve beside them, follow each other without contradiction, and say what cannot be decided."""

from datetime import date, datetime, time
from string import Formatter

import numpy as np
import pytest

from minewatch.detect.block import Block
from minewatch.detect.explain import Judged, alternatives_of, pattern_of, reasons_of
from minewatch.detect.looks import FAMILIES, take_looks
from minewatch.model.reasons import ALTERNATIVES, LOOKS, REASONS, sentence

FIRST = date(2021, 4, 1)
DAYS = 60


def people(seed, slots=24):
    rng = np.random.default_rng(seed)
    hour = (np.arange(slots) + 0.5) * 24 / slots
    shape = 0.3 + np.exp(-(((hour - 19) / 3) ** 2)) + 0.4 * np.exp(-(((hour - 8) / 2) ** 2))
    return shape * rng.lognormal(0.0, 0.3, (DAYS, 1)) * rng.lognormal(0.0, 0.2, (DAYS, slots))


def judged(kw, mining_kw, *, started=False, stopped=False, switched=False):
    """A meter of which every family of looks spoke for mining, so that only what is true of the curve decides what is said."""
    kw = np.asarray(kw, np.float32)
    looks = take_looks(Block(("m",), FIRST, kw[None]), costly=True)[0]
    return Judged(kw, looks, np.ones(len(FAMILIES)), FIRST, mining_kw, started, stopped, switched)


def told(meter, until=None):
    pattern = pattern_of(meter)
    reasons = reasons_of(meter, pattern=pattern, until=until)
    return pattern, reasons, alternatives_of(meter, pattern, reasons, None)


def steady(seed):
    return people(seed) + 4.0 + 0.02 * np.random.default_rng(seed).standard_normal((DAYS, 24))


@pytest.mark.parametrize("seed", range(6))
def test_of_a_part_that_never_stops_it_is_said_that_the_curve_cannot_decide(seed):
    pattern, reasons, alternatives = told(judged(steady(seed), 4.0))
    assert pattern == "steady"
    assert list(reasons)[-1] == "like_server_room"
    assert len(reasons) <= 5
    assert alternatives[0] == "server_room"
    for text in (REASONS["like_server_room"].sentence, ALTERNATIVES["server_room"].evidence):
        assert all(word in text.en for word in ("visit", "traffic", "contract", "invoices"))
        assert all(word in text.zh for word in ("现场核查", "流量", "合同", "发票"))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_said_of_nights_and_lowest_load_is_true_of_the_curve(seed):
    kw = steady(seed).astype(np.float32)
    _, reasons, _ = told(judged(kw, 4.0))
    night, floor = reasons["runs_all_night"], reasons["steady_floor"]
    assert (kw[:, :5].min(axis=1) >= float(night["least"])).sum() == int(night["nights"]) == DAYS
    lowest = np.sort(kw, axis=1)[:, :3].mean(axis=1)
    assert float(floor["kw"]) == pytest.approx(np.median(lowest), rel=0.05)
    assert float(floor["share"]) == pytest.approx(100 * lowest.mean() / kw.mean(), abs=0.6)
    assert float(floor["percent"]) == pytest.approx(
        100 * np.median(np.abs(np.diff(lowest))) / np.median(lowest), abs=0.1
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_a_step_of_the_whole_day_is_told_with_its_day_and_hours(sign):
    kw = people(3) + 5.0
    kw.ravel()[30 * 24 + 14 :] += sign * 4.0
    until = datetime.combine(date(2021, 5, 1), time(14)) if sign < 0 else None
    _, reasons, alternatives = told(judged(kw, 4.0, started=sign > 0, stopped=sign < 0), until)
    figures = reasons["even_step_up" if sign > 0 else "even_step_down"]
    assert figures["date"] == "2021-05-01"
    assert float(figures["kw"]) == pytest.approx(4.0, rel=0.1)
    assert int(figures["hours"]) >= 22
    assert "new_equipment" in alternatives


def test_a_step_of_some_hours_is_not_told_as_one_of_the_day():
    kw = people(3)
    kw[30:, 9:18] += 4.0
    _, reasons, _ = told(judged(kw, 4.0, started=True))
    assert "even_step_up" not in reasons


def test_what_else_would_explain_follows_the_reasons_told():
    kw = people(5)
    kw[:, 22:] += 4.0
    kw[:, :6] += 4.0
    _, reasons, alternatives = told(judged(kw, 4.0, switched=True))
    assert reasons["timed_block"]["on"] in {"21", "22"}
    assert reasons["timed_block"]["off"] in {"05", "06"}
    assert {"timed_lights", "electric_heating"} & set(alternatives)
    assert "like_server_room" not in reasons


def test_a_block_of_another_power_is_no_reason_for_this_one():
    kw = people(5)
    kw[:, 22:] += 4.0
    kw[:, :6] += 4.0
    assert "timed_block" not in told(judged(kw, 0.5, switched=True))[1]


def test_the_declared_use_comes_first_among_what_else():
    meter = judged(steady(1), 4.0)
    assert alternatives_of(meter, "steady", ["steady_floor"], "cold_store")[0] == "cold_store"


def test_findings_kept_by_an_earlier_version_are_still_told():
    for code, figures in EARLIER.items():
        said = sentence(code, figures)
        assert "{" not in said.en + said.zh
        assert all(value in said.en and value in said.zh for value in figures.values())


EARLIER = {
    "runs_all_night": {"kw": "12", "nights": "27", "all_nights": "28"},
    "even_step_up": {"kw": "12", "date": "2021-05-24"},
    "even_step_down": {"kw": "12", "date": "2021-05-24"},
    "equal_jumps": {"kw": "12", "times": "0.9"},
}
"""Figures as they stood in findings before their sentences were changed."""


def test_every_look_that_is_shown_has_a_name():
    assert set(FAMILIES) <= set(LOOKS)


HARD = ("log-odds", "quantile", "plateau", "kernel", "median", "percentile", "residual", "autocorrelation", "z-score")


def test_no_sentence_speaks_as_an_engineer():
    told = "".join(reason.sentence.en for reason in REASONS.values())
    figures = dict.fromkeys((name for _, name, *_ in Formatter().parse(told) if name), "7")
    for code in REASONS:
        said = sentence(code, figures)
        assert "{" not in said.en + said.zh
        assert not any(word in said.en.casefold() for word in HARD)
        assert said.en[-1] == "."
        assert said.zh[-1] == "。"
