"""Unpacking days against its slow twin, bit for bit, whatever rows go to whatever days."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import naive_decode
from minewatch.kernels.decode import CODES, decode_days

SLOTS = (1, 24, 96)


def stored(rng, *, rows, slots, planes):
    """Days as they are stored: the units that decimals and ratios give, and gaps."""
    held = tuple(rng.integers(0, 256, (rows, slots)).astype(np.uint8) for _ in range(planes))
    if planes == 4:
        held[3][:] &= 0xBF  # neither infinite nor NaN of a form of its own
        gaps = rng.random((rows, slots)) < 0.1
        for plane, byte in zip(held, np.array([np.nan], np.float32).view(np.uint8), strict=True):
            plane[gaps] = byte
        one = np.ones(rows, np.int32)
        return held, one, one * 0, one
    gaps = rng.random((rows, slots)) < 0.1
    for plane in held:
        plane[gaps] = 255
    # code * num + base stays below 2^24, as the encoder sees to.
    most = 2 if planes == 3 else 200
    if planes == 3:
        held[2][~gaps] &= 0x7F
    num = rng.integers(1, most, rows).astype(np.int32)
    base = rng.integers(-100_000, 100_000, rows).astype(np.int32)
    return held, num, base, rng.choice(np.array([1, 10, 1000, 12_000, 1_000_000], np.int32), rows)


@pytest.mark.parametrize("planes", [2, 3, 4])
@pytest.mark.parametrize("over", [False, True], ids=["fresh", "over"])
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), slots=st.sampled_from(SLOTS), data=st.data())
def test_days_are_unpacked_as_the_twin_does(planes, over, seed, slots, data):
    rng = np.random.default_rng(seed)
    held, num, base, den = stored(rng, rows=5, slots=slots, planes=planes)
    rows = np.array(data.draw(st.lists(st.integers(0, 4), max_size=6)), np.int64)
    targets = rng.permutation(7)[: len(rows)]
    found = np.full((7, slots), 7.25, np.float32)
    wanted = found.copy()
    decode_days(held, num, base, den, rows, targets, int(over), found)
    naive_decode.days(held, num, base, den, rows, targets, over, wanted)
    assert np.array_equal(found.view(np.uint32), wanted.view(np.uint32))


@pytest.mark.parametrize("planes", CODES)
def test_every_code_but_the_last_is_a_reading(planes):
    codes = np.array([[0, 1, CODES[planes] - 1, CODES[planes]]])
    held = tuple((codes >> 8 * k).astype(np.uint8) for k in range(planes))
    one = np.ones(1, np.int32)
    out = np.empty((1, 4), np.float32)
    first = np.zeros(1, np.int64)
    decode_days(held, one, 0 * one, one, first, first, 0, out)
    np.testing.assert_array_equal(out, [[0.0, 1.0, CODES[planes] - 1, np.nan]])
