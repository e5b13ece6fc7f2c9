"""A load does not depend on who else is there or on the order in which loads are made."""

import numpy as np
import pytest

from minewatch.rehearsal.layout import draw_layout
from minewatch.rehearsal.loads import host_load, make_loads, make_places, run_mine, slot_time
from minewatch.rehearsal.parameters import RegionParameters

PARAMETERS = RegionParameters(seed=8, meters=90, days=5, slots=48)


def test_partitioning_changes_nothing():
    layout, places = draw_layout(PARAMETERS), make_places(PARAMETERS)
    mining = {number for plan in layout.mines for number in plan.accounts}
    alone = {
        account.number: host_load(PARAMETERS, account, places[account.county]) for account in reversed(layout.accounts)
    }
    loads = make_loads(PARAMETERS, layout, places, progress=lambda _done, _total: None)
    for account in layout.accounts:
        if account.number not in mining:
            np.testing.assert_array_equal(loads.metered[account.number], alone[account.number])


def test_progress_is_heard():
    layout, places = draw_layout(PARAMETERS), make_places(PARAMETERS)
    heard = []
    make_loads(PARAMETERS, layout, places, progress=lambda done, total: heard.append((done, total)))
    assert heard[0] == (0, len(layout.accounts))


def test_without_the_deadline_in_the_window_nobody_behaves():
    place = make_places(PARAMETERS)[0]
    mine, behaviour, stop, back = run_mine(
        PARAMETERS, index=1, mode="steady", mean_kw=50.0, behaviour="in_time", place=place
    )
    assert (behaviour, stop, back) == ("none", None, None)
    assert mine.kw.mean() == pytest.approx(50.0, rel=0.15)


def test_slots_have_times():
    assert slot_time(PARAMETERS, 48 + 3).isoformat() == "2021-05-25T01:30:00"
