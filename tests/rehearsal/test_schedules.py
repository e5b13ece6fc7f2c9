"""Histories and rhythms are shares between nothing and all, switched where they say."""

import numpy as np
import pytest

from minewatch.rehearsal.schedules import HISTORIES, RHYTHMS, Plan

PLAN = Plan(days=20, slots=48, first_weekday=2, units=37, host_kw=None)


@pytest.mark.parametrize("name", HISTORIES)
def test_histories_build_up_to_all_and_spare_the_host_unless_it_shrinks(name):
    for seed in range(20):
        share, host = HISTORIES[name](np.random.default_rng(seed), PLAN)
        assert share.shape == host.shape == (PLAN.count,)
        assert share.min() >= 0
        assert share.max() == pytest.approx(1.0)
        assert (host == 1.0).all() or name == "host_shrinks"


@pytest.mark.parametrize("name", RHYTHMS)
def test_rhythms_are_shares(name):
    for seed in range(20):
        share = RHYTHMS[name](np.random.default_rng(seed), PLAN)
        assert share.shape == (PLAN.count,)
        assert share.min() >= 0
        assert share.max() <= 1 + 1e-9
        assert share.any()


def test_a_constant_host_gives_a_day_shift():
    plan = Plan(days=7, slots=24, first_weekday=0, units=3, host_kw=np.full(168, 4.0))
    share = RHYTHMS["host_busy"](np.random.default_rng(1), plan).reshape(7, 24)
    assert share[:5, 11:16].all()
    assert not share[:, :6].any()
