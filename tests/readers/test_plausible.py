import datetime as dt

import numpy as np
import polars as pl
import pytest

from minewatch.readers.issuelog import IssueLog
from minewatch.readers.plausible import LEAST_KW, MOST_EPISODES, set_aside
from minewatch.readers.points import days_schema
from readers.reading_files import curve


def frame(kw, meter="A"):
    days = [dt.date(2021, 6, 1) + dt.timedelta(days=i) for i in range(len(kw))]
    columns = {
        "meter": [meter] * len(kw),
        "day": days,
        "kw": pl.Series("kw", kw.astype(np.float32), dtype=pl.Array(pl.Float32, kw.shape[1])),
        "line": range(2, len(kw) + 2),
        "file": ["f.csv"] * len(kw),
    }
    return pl.DataFrame(columns, schema=days_schema(kw.shape[1]))


def clean(kw):
    log = IssueLog()
    return set_aside(frame(kw), log)["kw"].to_numpy(), log.take()


def test_one_peak_at_its_place():
    kw = curve(96, 10, scale=1.0)
    kw[4, 30:32] = 4000
    got, issues = clean(kw)
    assert np.argwhere(np.isnan(got)).tolist() == [[4, 30], [4, 31]]
    assert [(i.code, i.line, i.value) for i in issues] == [("spike", 6, "4000"), ("spike", 6, "4000")]


@pytest.mark.parametrize("length", [3, 10, 96])
def test_what_lasts_longer_stays(length):
    kw = curve(96, 10, scale=1.0)
    kw.reshape(-1)[400 : 400 + length] = 4000
    got, issues = clean(kw)
    assert not np.isnan(got).any()
    assert issues == ()


def test_what_comes_back_often_is_how_the_site_works():
    kw = curve(96, 30, scale=1.0)
    kw[: MOST_EPISODES + 1, 30] = 4000
    got, _ = clean(kw)
    assert not np.isnan(got).any()
    kw[MOST_EPISODES, 30] = 1
    got, _ = clean(kw)
    assert np.isnan(got).sum() == MOST_EPISODES


def test_small_peaks_of_an_empty_house_stay():
    kw = np.zeros((20, 96))
    kw[7, 70] = LEAST_KW * 0.9
    got, issues = clean(kw)
    assert got[7, 70] == np.float32(LEAST_KW * 0.9)
    assert issues == ()


def test_gaps_beside_a_peak_do_not_hide_it():
    kw = curve(96, 10, scale=1.0)
    kw[4, 28:34] = np.nan
    kw[4, 30] = 9e5
    got, issues = clean(kw)
    assert np.isnan(got[4, 30])
    assert len(issues) == 1


def test_a_large_meter_reads_65535_kw_and_keeps_it():
    kw = np.full((10, 24), 60_000.0)
    kw[3, 3] = 65_535
    got, issues = clean(kw)
    assert not np.isnan(got).any()
    assert issues == ()


def test_all_missing_and_empty():
    got, issues = clean(np.full((3, 24), np.nan))
    assert np.isnan(got).all()
    assert issues == ()
    assert set_aside(frame(np.zeros((0, 24))), IssueLog()).is_empty()
