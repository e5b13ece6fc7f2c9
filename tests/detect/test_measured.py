"""What sentences claim, measured on curves whose truth is known."""

import numpy as np
import pytest

from minewatch.detect.measured import floor_of, lift_at, nights_above, to_a_tenth


def load(days=40, slots=48, seed=1):
    rng = np.random.default_rng(seed)
    hour = (np.arange(slots) + 0.5) * 24 / slots
    return ((1.0 + np.exp(-(((hour - 19) / 3) ** 2))) * rng.normal(1.0, 0.02, (days, slots))).astype(np.float32)


def test_the_lowest_load_its_change_and_its_share():
    kw = np.tile(np.where(np.arange(24) < 4, 2.0, 4.0), (20, 1)).astype(np.float32)
    kw[:, :3] = 2.0
    kw[1::2, :4] = 2.2
    found = floor_of(kw)
    assert found.kw == pytest.approx(2.1, abs=0.11)
    assert found.change == pytest.approx(0.2 / found.kw, rel=1e-3)
    assert found.share == pytest.approx(2.1 / kw.mean(), rel=1e-3)


def test_a_lowest_load_of_nought_or_of_few_days_is_not_told():
    assert floor_of(np.zeros((20, 24), np.float32)) is None
    assert floor_of(load(days=3)) is None
    gaps = load()
    gaps[:, ::3] = np.nan
    assert floor_of(gaps) is None


def test_nights():
    kw = load()
    kw[3, 2] = 0.1
    kw[7] = np.nan
    assert nights_above(kw, 0.8) == (38, 39)
    assert nights_above(kw[:, :1], 0.8) == (0, 0)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("slots", [24, 48, 96])
def test_a_step_of_the_whole_day_is_measured_at_all_hours(sign, slots):
    kw = load(slots=slots) + 3
    slot = 20 * slots + slots // 3
    kw.ravel()[slot:] += sign * 0.7
    found = lift_at(kw, slot)
    assert found.kw == pytest.approx(sign * 0.7, abs=0.05)
    assert (found.hours, found.days) == (24, 14)


def test_a_step_of_some_hours_counts_only_those():
    kw = load(slots=24)
    kw[20:, 8:22] += 2.0
    found = lift_at(kw, 20 * 24)
    assert found.kw == pytest.approx(2.0, abs=0.1)
    assert found.hours == 14


def test_too_few_days_on_a_side_measure_nothing():
    assert lift_at(load(), 2 * 48) is None
    assert lift_at(load(), 39 * 48) is None
    assert lift_at(load(days=20), 8 * 48).days == 8


def test_a_power_is_written_to_a_tenth_and_large_ones_whole():
    assert [to_a_tenth(kw) for kw in (0.04, 1.26, 9.94, 10.4, 1234.5)] == ["0.0", "1.3", "9.9", "10", "1234"]
