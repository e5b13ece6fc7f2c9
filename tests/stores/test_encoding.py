"""The encoding is lossless bit for bit, and uses the small encodings where meters send decimals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewatch.stores.encoding import Encoding, canonical, decode, encode
from stores.strategies import bits, readings

RNG = np.random.default_rng(20210618)


def decoded(kw, found):
    out = np.full_like(kw, -1)
    rows = []
    for days in found:
        part = np.empty((len(days.rows), kw.shape[1]), np.float32)
        every = np.arange(len(part))
        decode(days, every, every, part)
        out[days.rows] = part
        rows.extend(days.rows.tolist())
        assert np.array_equal(days.missing, np.isnan(part).sum(axis=1))
    assert sorted(rows) == list(range(len(kw)))
    return out


@settings(max_examples=100, deadline=None)
@given(data=readings(6), apart=st.booleans())
def test_every_bit_comes_back(data, apart):
    kw = data["kw"].to_numpy()
    starts = np.arange(len(kw)) if apart else np.zeros(1, np.int64)
    assert np.array_equal(bits(decoded(kw, encode(kw, starts))), bits(kw))


CASES = {
    "household, whole Wh": (RNG.integers(0, 5000, (60, 96)) * 0.001, {Encoding.CODES16}),
    "export to the grid": (RNG.integers(-3000, 5000, (60, 96)) * 0.001, {Encoding.CODES16}),
    "0.01 kWh a quarter hour through a ratio of 30": (RNG.integers(0, 60000, (60, 96)) * 1.2, {Encoding.CODES16}),
    "kWh a quarter hour, three decimals": (RNG.integers(0, 900, (60, 96)) / 1000 * 4, {Encoding.CODES16}),
    "means of three 5-minute values": (RNG.integers(0, 9000, (60, 96)) / 3000, {Encoding.CODES16}),
    "more than 65535 steps in a day": (RNG.integers(0, 5_000_000, (60, 96)) * 0.001, {Encoding.CODES24}),
    "no multiple of anything": (RNG.normal(size=(60, 96)), {Encoding.FLOAT32}),
    "beyond exact whole numbers": (RNG.integers(1, 10**9, (60, 96)) * 1024.0 + 0.5, {Encoding.FLOAT32}),
    "constant": (np.full((60, 96), 3.2), {Encoding.CODES16}),
    "zero": (np.zeros((60, 96)), {Encoding.CODES16}),
    "nothing": (np.full((60, 96), np.nan), {Encoding.CODES16}),
    "infinite": (np.full((60, 96), np.inf), {Encoding.FLOAT32}),
}


@pytest.mark.parametrize("gaps", [False, True], ids=["complete", "gaps"])
@pytest.mark.parametrize("name", CASES)
def test_the_encoding_that_is_expected(name, gaps):
    values, expected = CASES[name]
    kw = values.astype(np.float32)
    if gaps:
        kw[RNG.random(kw.shape) < 0.1] = np.nan
    found = encode(kw, np.arange(0, 60, 20))
    assert {days.encoding for days in found} == expected
    assert np.array_equal(bits(decoded(kw, found)), bits(kw))


def test_one_odd_day_does_not_cost_the_others_their_small_codes():
    kw = (RNG.integers(0, 5000, (30, 96)) * 0.001).astype(np.float32)
    kw[7, 0] = 9000.0
    found = {days.encoding: len(days.rows) for days in encode(kw, np.zeros(1, np.int64))}
    assert found == {Encoding.CODES16: 29, Encoding.CODES24: 1}


def test_meters_do_not_share_units_and_chunks_change_nothing(monkeypatch):
    kw = np.concatenate([RNG.integers(0, 900, (40, 24)) * unit for unit in (0.001, 1.2, np.pi, 0.25)])
    kw = kw.astype(np.float32)
    starts = np.arange(0, 160, 40)
    whole = encode(kw, starts)
    monkeypatch.setattr("minewatch.stores.encoding.ENCODE_CHUNK", 100)
    pieces = encode(kw, starts)
    assert [days.encoding for days in whole] == [Encoding.CODES16, Encoding.FLOAT32]
    for a, b in zip(whole, pieces, strict=True):
        assert np.array_equal(a.rows, b.rows)
        assert all(np.array_equal(x, y) for x, y in zip(a.planes, b.planes, strict=True))
    assert np.array_equal(bits(decoded(kw, pieces)), bits(kw))


def test_zero_and_missing_have_one_form():
    odd = np.array([[-0.0, 0.0]], np.float32)
    payload = np.array([[0x7FC12345, 0xFFC00001]], np.uint32).view(np.float32)
    assert not np.signbit(canonical(odd)).any()
    assert len(set(canonical(payload).view(np.uint32).ravel().tolist())) == 1


def test_no_days_no_parts():
    assert encode(np.empty((0, 96), np.float32), np.empty(0, np.int64)) == []


@pytest.mark.parametrize(
    ("rows", "targets"), [([0, 3], [0, 1]), ([0, -1], [0, 1]), ([0, 1], [0, 2]), ([0, 1], [0, -1])]
)
def test_a_row_that_is_not_there_is_refused(rows, targets):
    (days,) = encode(np.ones((3, 24), np.float32), np.zeros(1, np.int64))
    with pytest.raises(IndexError):
        decode(days, np.array(rows), np.array(targets), np.empty((2, 24), np.float32))
