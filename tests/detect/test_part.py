from datetime import date

import numpy as np
import pytest

from minewatch.detect.dating import moment
from minewatch.detect.part import mining_part

FIRST = date(2021, 4, 1)


def finding(**over):
    given = {"mining_kw": 3.0, "since": moment(FIRST, 0, 24), "until": None, "pattern": "steady", "first_day": FIRST}
    return given | over


def test_a_steady_part_lies_under_the_load():
    kw = np.full((10, 24), 5.0, np.float32)
    kw[2] = 2.0
    part = mining_part(kw, finding())
    assert part[0, 0] == 3.0
    assert part[2, 0] == 2.0


def test_nothing_before_since_nor_after_until():
    kw = np.full((10, 96), 5.0, np.float32)
    part = mining_part(kw, finding(since=moment(FIRST, 96 * 3 + 10, 96), until=moment(FIRST, 96 * 7, 96)))
    assert part.ravel()[: 96 * 3 + 10].max() == 0
    assert part.ravel()[96 * 3 + 10 : 96 * 7].min() == 3.0
    assert part.ravel()[96 * 7 :].max() == 0


@pytest.mark.parametrize("slots", [24, 48, 96])
def test_a_timed_part_runs_where_the_load_stands_high(slots):
    kw = np.full((10, slots), 1.0, np.float32)
    kw[:, : slots // 3] += 3.0
    part = mining_part(kw, finding(pattern="timed"))
    assert (part[:, : slots // 3] == 3.0).all()
    assert (part[:, slots // 3 :] == 0.0).all()


def test_missing_stays_missing_and_nothing_found_is_nothing_drawn():
    kw = np.full((3, 24), 5.0, np.float32)
    kw[1] = np.nan
    assert np.isnan(mining_part(kw, finding())[1]).all()
    assert np.nansum(mining_part(kw, finding(mining_kw=None))) == 0
