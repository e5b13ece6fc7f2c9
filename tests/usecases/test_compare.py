"""The comparison counts what it says, checked on findings made by hand."""

from datetime import datetime

import polars as pl
import pytest

from minewatch.model.errors import InputError
from minewatch.usecases.compare import compare, truth_table
from minewatch.usecases.rehearse import simulate_region

START = datetime(2021, 5, 24)  # noqa: DTZ001 - standard time


@pytest.fixture
def truth():
    return pl.DataFrame(
        {
            "meter": ["a", "b", "c", "d", "e", None],
            "is_mine": [True, True, True, False, False, True],
            "evasion": ["hidden_host", "hidden_host", "declared_big_data", None, None, "private_supply"],
            "mode": ["steady", "onset", "steady", None, None, "steady"],
            "kind": ["shop", "shop", "big_data", "data_centre", "household", "mine"],
            "mine_kw": [10.0, 20.0, 400.0, None, None, 50.0],
            "since": [START, START, START, None, None, START],
        },
        schema_overrides={"since": pl.Datetime},
    )


@pytest.fixture
def findings():
    return pl.DataFrame(
        {
            "meter_id": ["a", "d", "b", "e", "stranger"],
            "probability": [0.9, 0.8, 0.6, 0.1, 0.99],
            "mining_kw": [11.0, 5.0, 30.0, None, 1.0],
            "mining_kw_low": [9.0, 4.0, 25.0, None, 1.0],
            "mining_kw_high": [12.0, 6.0, 35.0, None, 1.0],
            "since": [START, START, datetime(2021, 5, 27), None, None],  # noqa: DTZ001
        }
    )


def test_counts(findings, truth):
    view = compare(findings, truth)
    assert (view.meters, view.mines, view.unmetered, view.not_screened) == (5, 3, 1, 1)
    assert (view.flagged, view.flagged_mines) == (3, 2)
    (cut,) = view.cuts
    assert (cut.n, cut.found, cut.false_alarms) == (3, 2, 1)
    assert cut.recall == pytest.approx(2 / 3)
    assert [(one.name, one.meters, one.flagged) for one in view.by_evasion] == [("hidden_host", 2, 2)]
    assert [(one.name, one.meters, one.flagged) for one in view.honest_by_kind] == [
        ("data_centre", 1, 1),
        ("household", 1, 0),
    ]


def test_errors_of_power_and_start(findings, truth):
    view = compare(findings, truth)
    assert view.kw_error == pytest.approx((0.1 + 0.5) / 2)
    assert view.kw_covered == pytest.approx(0.5)
    assert view.since_days == pytest.approx(1.5)
    assert view.since_within_day == pytest.approx(0.5)


def test_nothing_flagged_leaves_errors_open(findings, truth):
    view = compare(findings, truth, threshold=0.995)
    assert view.flagged == 0
    assert (view.kw_error, view.kw_covered, view.since_days, view.since_within_day) == (None, None, None, None)


def test_missing_columns_are_told(findings, truth):
    with pytest.raises(InputError, match="lacks probability"):
        compare(findings.drop("probability"), truth)


def test_perfect_findings_on_a_region_are_perfect():
    truth = truth_table(simulate_region(seed=3, meters=150, days=5))
    known = truth.filter(pl.col("meter").is_not_null())
    perfect = known.select(
        meter_id="meter",
        probability=pl.col("is_mine").cast(pl.Float64),
        mining_kw="mine_kw",
        mining_kw_low="mine_kw",
        mining_kw_high="mine_kw",
        since="since",
    )
    view = compare(perfect, truth)
    assert view.flagged == view.flagged_mines == view.mines
    assert view.kw_error == 0.0
    assert view.since_days == 0.0
    assert next(cut for cut in view.cuts if cut.n == view.mines).recall == 1.0
