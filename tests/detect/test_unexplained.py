import numpy as np
import pytest

from minewatch.detect.unexplained import split
from minewatch.detect.unread import Expected

DAYS = 28
LIVE = np.ones((DAYS, 24), dtype=bool)


def load_of(seed=1):
    hours = np.arange(24)
    day = 30 + 15 * np.exp(-(((hours - 19) / 3.0) ** 2)) + 8 * np.exp(-(((hours - 12) / 3.0) ** 2))
    return np.tile(day, (DAYS, 1)) * np.random.default_rng(seed).normal(1.0, 0.05, (DAYS, 24))


def loss_of(load):
    return 0.008 * load.mean() + 0.012 * load**2 / load.mean()


def noise():
    return np.random.default_rng(2).normal(0.0, 0.2, (DAYS, 24))


def test_a_node_without_a_mine_is_explained_by_its_losses():
    load = load_of()
    found = split(loss_of(load) + noise(), load, [], LIVE, None)
    assert found.z < 3.3
    assert found.loss.sum() == pytest.approx(loss_of(load).sum(), rel=0.2)


@pytest.mark.parametrize("kind", ["steady", "from", "until", "daily"])
def test_a_mine_is_measured_whatever_its_hours(kind):
    load = load_of()
    hours = np.arange(DAYS * 24)
    on = {"steady": hours >= 0, "from": hours >= 300, "until": hours < 330, "daily": (hours % 24 < 8)}[kind]
    mine = 5.0 * on.reshape(DAYS, 24)
    found = split(loss_of(load) + mine + noise(), load + mine, [], LIVE, None)
    assert found.z > 3.3
    assert found.unexplained.sum() == pytest.approx(mine.sum(), rel=0.15)


def test_unread_meters_take_their_part_and_no_more():
    load = load_of()
    shape = load / load.mean()
    unread = [Expected(4.0 * shape, 0.3)]
    honest = split(loss_of(load) + 5.0 * shape + noise(), load, unread, LIVE, None)
    assert honest.z < 3.3
    found = split(loss_of(load) + 5.0 * shape + 10.0 + noise(), load, unread, LIVE, None)
    assert found.unexplained.mean() == pytest.approx(10.0, rel=0.15)
    assert found.unread.mean() == pytest.approx(5.0, rel=0.35)


def test_a_bypassed_curve_is_told_apart_from_a_plateau():
    load = load_of()
    tap = np.random.default_rng(5).gamma(2.0, 2.0, (DAYS, 24))
    found = split(loss_of(load) + 0.8 * tap + noise(), load, [], LIVE, tap)
    assert found.share == pytest.approx(0.8, abs=0.1)
    assert found.tapped.sum() > 5 * found.plateau.sum()


def test_hours_that_are_not_live_do_not_count():
    load = load_of()
    live = LIVE.copy()
    live[3:5] = False
    missing = loss_of(load) + noise()
    missing[3:5] = 1e4
    assert split(missing, load, [], live, None).z < 3.3


def test_nothing_live_gives_nothing():
    found = split(np.full((DAYS, 24), np.nan), np.full((DAYS, 24), np.nan), [], ~LIVE, None)
    assert found.unexplained.sum() == 0.0
