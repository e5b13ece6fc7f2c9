import csv
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernels import naive_chain
from minewatch.kernels import chain as kernel
from shared_data import shared_file

START = kernel.Chain(
    height=688_005,
    time=1_623_974_400,
    epoch_time=1_623_614_836,
    mantissa=0x0E1EF9,
    size=0x17,
    hashrate=130e18,
)
STILL = kernel.Weather(0.0, 0.0, 0.0)
WINDY = kernel.Weather(0.05, 0.02, 0.001)
CUTS = (np.array([0.0, 50_000.0, 86_400.0, 900_000.0]), np.array([1.0, 0.9, 0.7, 0.8]))
NO_CUT = (np.array([0.0]), np.array([1.0]))


def tally(trials, *, retargets=3, days=30, bins=600):
    return kernel.Tally(
        np.full((trials, retargets), np.nan),
        np.zeros((trials, retargets), np.int64),
        np.zeros((trials, days), np.int32),
        np.zeros(trials),
        np.full(trials, np.nan),
        np.zeros(bins, np.int64),
    )


def run(trials, *, weather=WINDY, schedule=CUTS, window=(1e5, 40 * 86400.0, 630.0), seed=7, first=0, start=START):
    out = tally(trials)
    kernel.run_trials(start, weather, *schedule, window, np.uint64(seed), first, out)
    return out


@pytest.mark.parametrize("weather", [STILL, WINDY])
@pytest.mark.parametrize("schedule", [NO_CUT, CUTS, (np.array([-5.0, -1.0, 3e5]), np.array([1.0, 0.5, 1.0]))])
@pytest.mark.parametrize("watch_from", [1e5, 1.5e6])
def test_agrees_with_the_slow_twin(weather, schedule, watch_from):
    window = (watch_from, 40 * 86400.0, 630.0)
    out = run(4, weather=weather, schedule=schedule, window=window)
    gaps = []
    for number in range(4):
        twin = naive_chain.trial(START, weather, *schedule, window, 7, number, 3, 30)
        assert out.retarget_bits[number].tolist()[: len(twin["bits"])] == twin["bits"]
        np.testing.assert_allclose(out.retarget_time[number][: len(twin["time"])], twin["time"], rtol=1e-9)
        assert out.day_blocks[number].tolist() == twin["days"]
        np.testing.assert_allclose(out.longest[number], max(twin["gaps"]), rtol=1e-9)
        np.testing.assert_allclose(out.recovered[number], twin["recovered"], rtol=1e-9)
        gaps += twin["gaps"]
    bins = np.bincount(np.minimum(np.array(gaps) // 10, 599).astype(int), minlength=600)
    np.testing.assert_array_equal(out.histogram, bins)


def test_same_bits_whatever_the_partitioning():
    whole = run(12)
    parts = [run(5), run(1, first=5), run(6, first=6)]
    for field in ("retarget_time", "retarget_bits", "day_blocks", "longest", "recovered"):
        joined = np.concatenate([getattr(part, field) for part in parts])
        assert joined.tobytes() == getattr(whole, field).tobytes(), field
    assert sum(part.histogram for part in parts).tolist() == whole.histogram.tolist()


def test_another_seed_is_another_run():
    assert not np.array_equal(run(3).retarget_time, run(3, seed=8).retarget_time)


def test_trials_are_not_copies_or_shifts_of_each_other():
    streams = [naive_chain.Stream(7, number) for number in range(50)]
    draws = {draw for stream in streams for draw in (stream.uniform() for _ in range(200))}
    assert len(draws) == 50 * 200


def test_what_is_beyond_the_horizon_stays_missing():
    out = run(2, window=(0.0, 86400.0, 630.0))
    assert np.isnan(out.retarget_time).all()
    assert np.isnan(out.recovered).all()


@given(
    st.integers(min_value=0x8000, max_value=0x7FFFFF),
    st.integers(min_value=4, max_value=28),
    st.integers(min_value=-(10**6), max_value=10**7),
)
def test_retarget_in_64_bits_is_the_rule_in_256(mantissa, size, span):
    assert tuple(map(int, kernel.retarget(mantissa, size, span))) == naive_chain.retarget(mantissa, size, span)


def test_retarget_in_64_bits_on_all_real_retargets():
    with shared_file("bitcoin/difficulty_epochs.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for a, b in itertools.pairwise(rows):
        bits = int(a["bits"], 16)
        mantissa, size = kernel.retarget(bits & 0x7FFFFF, bits >> 24, int(a["consensus_timespan_lo_s"]))
        assert int(size) << 24 | int(mantissa) == int(b["bits"], 16), a["height"]
