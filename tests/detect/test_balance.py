from datetime import date

import numpy as np
import pytest

from minewatch.detect.balance import Group, balance_group, hourly, ranked
from minewatch.detect.unread import Peers

DAYS, SLOTS = 21, 96


def homes(number=24, seed=1):
    rng = np.random.default_rng(seed)
    hour = np.arange(SLOTS) / 4
    day = 0.2 + 0.6 * np.exp(-(((hour - 19.5) / 2.5) ** 2))
    return rng.lognormal(0, 0.3, (number, 1, 1)) * day * rng.gamma(2.0, 0.5, (number, DAYS, SLOTS))


def group_of(kw, mine, booked=None, true=None, feeding=()):
    true = np.arange(len(kw)) % 2 if true is None else true
    booked = true if booked is None else booked
    signs = np.ones(len(kw))
    signs[list(feeding)] = -1
    below = np.stack([kw[true == n].sum(0) for n in range(2)])
    below[0] += mine
    supply = below * 1.015 + 0.008 * below.mean()
    return Group(
        nodes=("A", "B"),
        first_day=date(2021, 5, 24),
        supply=supply,
        passed_on=np.zeros_like(supply),
        meters=tuple(f"m{i}" for i in range(len(kw))),
        kw=kw,
        booked=booked,
        unread=((), ()),
    )


def peers_of(kw):
    return Peers(kw.shape[1])


def test_the_node_with_the_mine_is_flagged_and_only_that():
    kw = homes()
    found = balance_group(group_of(kw, 2.0), peers=peers_of(kw))
    assert [one.flagged for one in found] == [True, False]
    assert found[0].kw == pytest.approx(2.0, rel=0.15)
    assert found[0].kw_low < 2.0 < found[0].kw_high
    assert ranked(found)[0].node == "A"


def test_an_onset_is_dated():
    kw = homes()
    mine = np.zeros((DAYS, SLOTS))
    mine[9:] = 3.0
    found = balance_group(group_of(kw, mine), peers=peers_of(kw))[0]
    assert found.flagged
    assert abs(found.since_hour - 9 * 24) <= 12
    assert found.until_hour == DAYS * 24


def test_a_meter_booked_next_door_is_moved_before_anything_is_said():
    kw = homes()
    kw[4] *= 6
    true = np.arange(24) % 2
    booked = true.copy()
    booked[4] = 1
    found = balance_group(group_of(kw, 0.0, booked=booked, true=true), peers=peers_of(kw))
    assert found[0].moved_in == ("m4",)
    assert found[1].moved_out == ("m4",)
    assert not any(one.flagged for one in found)


def test_the_customer_who_bypasses_comes_first():
    kw = homes()
    past = 1.2 * kw[6] * 4
    kw[6] *= 4
    found = balance_group(group_of(kw, past), peers=peers_of(kw))[0]
    assert found.flagged
    assert found.suspects[0].meter == "m6"
    assert found.suspects[0].share == pytest.approx(1.2, abs=0.2)


def test_gaps_feeding_meters_and_silence_do_no_harm():
    kw = homes()
    kw[3, 5:7] = np.nan
    kw[5] *= -1
    group = group_of(np.nan_to_num(kw), 0.0)
    with_gaps = Group(**{name: getattr(group, name) for name in Group.__slots__} | {"kw": kw})
    found = balance_group(with_gaps, peers=peers_of(kw))
    assert not any(one.flagged for one in found)
    silent = Group(**{name: getattr(group, name) for name in Group.__slots__} | {"supply": group.supply * np.nan})
    assert balance_group(silent, peers=peers_of(kw)) == ()


def test_a_node_without_meters_is_balanced_too():
    supply = np.full((1, DAYS, SLOTS), 5.0)
    nothing = np.zeros((0, DAYS, SLOTS))
    group = Group(("A",), date(2021, 5, 24), supply, 0.0 * supply, (), nothing, np.zeros(0, dtype=np.int64), ((),))
    found = balance_group(group, peers=Peers(DAYS))[0]
    assert found.read_meters == 0
    assert found.flagged


def test_hours_are_means_of_what_is_there():
    kw = np.array([[1.0, np.nan, 3.0, np.nan] * 24])
    assert hourly(kw).tolist() == [[2.0] * 24]
    assert np.isnan(hourly(np.full((1, 96), np.nan))).all()
