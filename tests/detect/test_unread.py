import numpy as np
import pytest

from minewatch.detect.unread import MeterKind, Peers


def test_unread_meters_are_expected_like_their_peers():
    rng = np.random.default_rng(1)
    peers = Peers(7)
    shape = np.tile(np.r_[np.full(12, 0.5), np.full(12, 1.5)], (7, 1))
    kinds = [MeterKind("shop", "380V", 10.0)] * 200
    peers.add(kinds, np.exp(rng.normal(1.0, 0.4, 200))[:, None, None] * shape)
    (one,) = peers.expect([MeterKind("shop", "380V", 10.0)] * 4)
    assert one.kw.mean() == pytest.approx(4 * np.exp(1.0 + 0.08), rel=0.1)
    assert one.kw[:, 12:].mean() == pytest.approx(3 * one.kw[:, :12].mean())
    assert one.spread == pytest.approx(np.sqrt(np.expm1(0.16)) / 2, rel=0.15)


def test_size_follows_the_transformers_where_nothing_alike_was_read():
    peers = Peers(1)
    peers.add(
        [MeterKind("a", "10kV", r) for r in (100.0, 200.0, 400.0)], np.ones((3, 1, 24)) * np.r_[1, 2, 4][:, None, None]
    )
    (one,) = peers.expect([MeterKind("b", "10kV", 800.0)])
    assert 4.0 < one.kw.mean() < 16.0
    assert one.spread > 0.3


def test_nothing_read_still_gives_a_wide_expectation():
    (one,) = Peers(2).expect([MeterKind("x")])
    assert one.kw.shape == (2, 24)
    assert one.spread > 1.0
    assert Peers(2).expect([]) == []


def test_a_silent_meter_is_no_peer():
    peers = Peers(1)
    peers.add([MeterKind("a")], np.full((1, 1, 24), np.nan))
    assert peers.shapes == {}


def test_sums_of_two_parts_are_those_of_the_whole():
    rng = np.random.default_rng(2)
    hours = rng.random((40, 3, 24))
    kinds = [MeterKind("shop" if i % 3 else "home", "380V", 10.0) for i in range(40)]
    whole, first, second = Peers(3), Peers(3), Peers(3)
    whole.add(kinds, hours)
    first.add(kinds[:25], hours[:25])
    second.add(kinds[25:], hours[25:])
    first.join(second)
    assert first.counts == whole.counts
    for mine, other in zip(whole.expect(kinds), first.expect(kinds), strict=True):
        np.testing.assert_allclose(mine.kw, other.kw)
        assert mine.spread == pytest.approx(other.spread)
