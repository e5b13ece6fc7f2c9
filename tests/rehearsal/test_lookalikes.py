"""Each look-alike keeps its mean and shows the physics of its kind."""

from datetime import date

import numpy as np
import pytest

from minewatch.rehearsal.lookalikes import KINDS, lookalike_load

DAYS, SLOTS = 28, 96
SEEDS = range(6)


def load(kind, seed, **more):
    given = {"mean_kw": 10.0, "days": DAYS, "slots": SLOTS} | more
    return lookalike_load(np.random.default_rng(seed), kind=kind, **given)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slots", [96, 48, 24, 1])
def test_every_kind_keeps_its_mean_and_repeats(kind, slots):
    one = load(kind, 4, slots=slots)
    assert one.shape == (DAYS, slots)
    assert one.dtype == np.float32
    np.testing.assert_array_equal(one, load(kind, 4, slots=slots))
    assert one.min() >= 0
    assert one.mean() == pytest.approx(10.0, rel=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_two_sites_of_a_kind_differ(kind):
    assert np.abs(load(kind, 1) - load(kind, 2)).mean() > 0.05


@pytest.mark.parametrize("kind", ["data_centre", "server_room", "telecom_mast"])
def test_machine_rooms_are_flat(kind):
    for seed in SEEDS:
        kw = load(kind, seed)
        assert np.quantile(kw, 0.9) / np.quantile(kw, 0.1) < 2.2


def test_heating_falls_when_it_is_warm():
    air = np.repeat(np.linspace(-5.0, 15.0, DAYS), SLOTS).reshape(DAYS, SLOTS)
    for seed in SEEDS:
        kw = load("electric_heating", seed, temperature_c=air).mean(axis=1)
        assert kw[:7].mean() > 1.3 * kw[-7:].mean()


def test_cold_stores_rise_when_it_is_warm():
    air = np.repeat(np.linspace(0.0, 35.0, DAYS), SLOTS).reshape(DAYS, SLOTS)
    for seed in SEEDS:
        kw = load("cold_store", seed, temperature_c=air).mean(axis=1)
        assert kw[-7:].mean() > kw[:7].mean()


def test_street_lights_burn_longer_in_winter():
    for seed in SEEDS:
        june = (load("street_lighting", seed, latitude=50.0, first_day=date(2021, 6, 1)) > 3.0).mean()
        winter = (load("street_lighting", seed, latitude=50.0, first_day=date(2021, 12, 1)) > 3.0).mean()
        assert winter >= june
    assert any(
        (load("street_lighting", seed, latitude=50.0, first_day=date(2021, 12, 1)) > 3.0).mean()
        > 1.5 * (load("street_lighting", seed, latitude=50.0, first_day=date(2021, 6, 1)) > 3.0).mean()
        for seed in SEEDS
    )


def test_depots_charge_in_the_evening_and_at_night():
    for seed in SEEDS:
        profile = load("ev_depot", seed).mean(axis=0)
        assert profile[36:60].mean() < profile[[*range(76, 96), *range(8)]].mean()


def test_missing_temperature_is_bridged():
    air = np.full((DAYS, SLOTS), 22.0)
    air[3:5] = np.nan
    assert np.isfinite(load("cold_store", 1, temperature_c=air)).all()
    assert np.isfinite(load("cold_store", 1, temperature_c=np.full((DAYS, SLOTS), np.nan))).all()


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        load("volcano", 1)
