"""Each mode does what its name says, measured on its output with simple means."""

from dataclasses import replace

import numpy as np
import pytest

from minewatch.rehearsal.machines import BY_NAME
from minewatch.rehearsal.mines import MODES, Imperfections, mine_load, switched_off

DAYS, SLOTS = 32, 96
CALM = Imperfections(
    failures_per_unit_month=0.0,
    outages_per_month=0.0,
    trips_per_group_month=0.0,
    heat_per_kelvin=0.0,
    noise=0.002,
)
SEEDS = range(6)


def mine(mode, seed, **more):
    given = {"mean_kw": 120.0, "days": DAYS, "slots": SLOTS, "imperfections": CALM} | more
    return mine_load(np.random.default_rng(seed), mode=mode, **given)


@pytest.mark.parametrize("mode", [*MODES, "onset+night_only", "staged_ramp+price_blocks"])
@pytest.mark.parametrize("slots", [96, 24, 1])
def test_every_mode_is_finite_repeatable_and_within_its_rating(mode, slots):
    one = mine(mode, 5, slots=slots, imperfections=None)
    two = mine(mode, 5, slots=slots, imperfections=None)
    assert one.kw.dtype == np.float32
    assert one.kw.shape == (DAYS, slots)
    np.testing.assert_array_equal(one.kw, two.kw)
    assert np.isfinite(one.kw).all()
    assert one.kw.min() >= 0
    assert one.kw.max() <= one.units * one.unit_kw * 1.1
    flat = one.kw.ravel()
    assert flat[: one.since_slot].max(initial=0.0) == 0.0
    assert flat[one.since_slot] > 0.0 or mode in {"stop", "steady"}
    if one.until_slot is not None:
        assert flat[one.until_slot :].max(initial=0.0) == 0.0


@pytest.mark.parametrize("kw", [0.25, 1.4, 8.0, 55.0, 900.0, 12_000.0])
def test_power_is_whole_machines_near_the_wish(kw):
    for seed in SEEDS:
        got = mine("steady", seed, mean_kw=kw)
        assert got.running_kw == pytest.approx(kw, rel=0.15)
        assert got.units * got.unit_kw == pytest.approx(got.running_kw, rel=0.02)


def test_a_steady_mine_is_flat():
    for seed in SEEDS:
        kw = mine("steady", seed).kw
        assert kw.std() / kw.mean() < 0.01


def test_an_onset_is_one_step_up_on_its_slot():
    for seed in SEEDS:
        got = mine("onset", seed)
        flat = got.kw.ravel()
        assert not flat[: got.since_slot].any()
        assert flat[got.since_slot + 12 :].min() > 0.95 * got.running_kw
        assert got.until_slot is None
        assert 0.1 * flat.size < got.since_slot < 0.9 * flat.size


def test_a_staged_ramp_climbs_in_whole_machines():
    for seed in SEEDS:
        got = mine("staged_ramp", seed, imperfections=replace(CALM, noise=0.0))
        flat = got.kw.ravel()
        assert (np.diff(flat[got.since_slot :]) > -1e-3).all()
        settled = flat[:-1][np.diff(flat) == 0.0]
        steps = np.unique(settled)
        assert steps.size >= 3
        np.testing.assert_allclose(steps / got.unit_kw, np.round(steps / got.unit_kw), atol=1e-3)


def test_a_stop_ends_on_its_slot():
    for seed in SEEDS:
        got = mine("stop", seed)
        flat = got.kw.ravel()
        assert got.since_slot == 0
        assert flat[: got.until_slot - 3].min() > 0.9 * got.running_kw
        assert not flat[got.until_slot :].any()


def test_curtailment_takes_the_evening_peak():
    for seed in SEEDS:
        profile = mine("evening_curtailed", seed).kw.mean(axis=0)
        assert profile[79:82].mean() < 0.75 * profile[8:60].mean()
        assert profile[8:60].min() > 0.95 * profile[8:60].max()


def test_night_only_rests_by_day():
    for seed in SEEDS:
        profile = mine("night_only", seed).kw.mean(axis=0)
        assert profile[40:76].max() < 0.02 * profile[4:18].mean()


def test_price_blocks_hold_whole_hours():
    for seed in SEEDS:
        got = mine("price_blocks", seed, imperfections=replace(CALM, noise=0.0))
        hourly = got.kw.reshape(DAYS, 24, 4)
        # Inside an hour, after the switching delay, nothing changes.
        assert np.abs(hourly[:, :, 2] - hourly[:, :, 3]).max() < 1e-3 * got.running_kw
        assert got.kw.min() < 0.5 * got.kw.max()


def test_throttling_uses_few_levels():
    for seed in SEEDS:
        got = mine("throttled", seed, imperfections=replace(CALM, noise=0.0))
        flat = got.kw.ravel()
        still = flat[1:][np.diff(flat) == 0.0]
        assert still.size > 0.9 * flat.size
        assert 2 <= np.unique(np.round(still, 3)).size <= 5


def test_host_busy_follows_the_host():
    hour = np.arange(SLOTS) / 4
    host = np.tile(np.where((hour > 8) & (hour < 18), 50.0, 10.0), (DAYS, 1))
    for seed in SEEDS:
        got = mine("host_busy", seed, host_kw=host)
        assert got.kw[:, 40:68].min() > 0.9 * got.running_kw
        assert got.kw[:, :28].max() == 0.0


def test_a_shrinking_host_keeps_less_and_other_modes_leave_it_alone():
    for seed in SEEDS:
        factor = mine("host_shrinks", seed).host_factor
        assert factor[0, 0] == 1.0
        assert 0.1 < factor[-1, -1] < 0.75
        assert (mine("steady", seed).host_factor == 1.0).all()


def test_pool_outages_drop_all_units_to_idle_and_let_them_return():
    faults = replace(CALM, outages_per_month=30.0, outage_minutes=60.0)
    flat = mine("steady", 3, imperfections=faults).kw.ravel()
    full = np.median(flat)
    idle = flat[flat < 0.15 * full]
    assert idle.size > 5
    assert (idle > 0.04 * full).all()
    assert np.median(flat[-500:]) == pytest.approx(full, rel=0.02)


def test_failures_take_whole_machines():
    faults = replace(CALM, failures_per_unit_month=2.0, noise=0.0)
    got = mine("steady", 3, imperfections=faults, machine=BY_NAME["Antminer S9 13.5T"], mean_kw=13.2)
    flat = got.kw.ravel()
    still = flat[1:][np.diff(flat) == 0.0]
    counts = still / got.unit_kw
    assert np.unique(np.round(counts)).size >= 3
    np.testing.assert_allclose(counts, np.round(counts), atol=1e-3)


def test_heat_raises_power():
    air = np.tile(np.linspace(10.0, 30.0, SLOTS), (DAYS, 1))
    kw = mine("steady", 3, temperature_c=air, imperfections=replace(CALM, heat_per_kelvin=0.003)).kw.mean(axis=0)
    assert kw[-1] / kw[0] == pytest.approx(1.06, abs=0.01)


def test_switching_off_stops_and_brings_back():
    got = mine("steady", 3)
    stopped = switched_off(np.random.default_rng(1), got, off=((1000.0, 4000.0),), residual=0.03)
    assert stopped.until_slot == 1001
    assert stopped.kw.ravel()[1002:].max() < 0.04 * got.running_kw
    np.testing.assert_array_equal(stopped.kw.ravel()[:1000], got.kw.ravel()[:1000])
    paused = switched_off(np.random.default_rng(1), got, off=((1000.0, 1200.0),))
    assert paused.until_slot is None
    assert not paused.kw.ravel()[1002:1199].any()
    np.testing.assert_allclose(paused.kw.ravel()[1205:], got.kw.ravel()[1205:])


@pytest.mark.parametrize("mode", ["unknown", "onset+stop", "night_only+throttled", ""])
def test_unknown_modes_are_refused(mode):
    with pytest.raises(ValueError, match="unknown mode"):
        mine(mode, 1)
