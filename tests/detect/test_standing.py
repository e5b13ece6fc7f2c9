"""Base load, night load and load against its past of made curves, and the same bits in any company."""

import numpy as np
import pytest

from minewatch.detect.standing import STANDING, compared_days, standing_of
from minewatch.kernels.glance import GLANCE_NAMES


def made(days, slots=96):
    """One meter: 2 kW at night, 4 kW by day."""
    kw = np.full((1, days, slots), 4.0, np.float32)
    kw[:, :, : slots // 4] = 2.0
    return kw


def glances(kw, base=0.5):
    figures = np.zeros((len(kw), len(GLANCE_NAMES)), np.float32)
    figures[:, GLANCE_NAMES.index("glance_low_p50")] = base
    return figures


@pytest.mark.parametrize(("days", "expected"), [(13, 0), (14, 7), (27, 7), (28, 14), (400, 14)])
def test_whole_weeks_are_compared(days, expected):
    assert compared_days(days) == expected


@pytest.mark.parametrize("slots", [24, 48, 96])
def test_the_figures_of_a_plain_curve(slots):
    kw = made(40, slots)
    kw[:, 26:] *= 1.5
    base, night, growth = standing_of(kw, glances(kw))[0]
    assert (base, night, growth) == pytest.approx((0.5, 0.5, 1.5))


def test_a_short_window_has_a_night_and_no_past():
    kw = made(10)
    _, night, growth = standing_of(kw, glances(kw))[0]
    assert night == pytest.approx(0.5)
    assert np.isnan(growth)


def test_daily_energy_has_a_past_and_no_night():
    kw = np.full((1, 30, 1), 2.0, np.float32)
    kw[:, 16:] = 3.0
    base, night, growth = standing_of(kw, None)[0]
    assert np.isnan([base, night]).all()
    assert growth == pytest.approx(1.5)


def test_what_was_hardly_read_or_divides_by_nought_is_not_told():
    kw = np.concatenate([made(28), made(28), np.zeros((1, 28, 96), np.float32)])
    kw[0, :10] = np.nan
    kw[1, 3] = np.nan
    told = dict(zip(STANDING, standing_of(kw, glances(kw)).T, strict=True))
    assert np.isnan(told["growth"]).tolist() == [True, False, True]
    assert told["growth"][1] == pytest.approx(1.0)
    assert np.isnan(told["night_share"]).tolist() == [False, False, True]


def test_the_same_bits_in_any_company():
    kw = np.random.default_rng(3).gamma(2.0, 1.0, (170, 31, 96)).astype(np.float32)
    kw[np.random.default_rng(4).random(kw.shape) < 0.05] = np.nan
    whole = standing_of(kw, glances(kw))
    for part in (1, 7, 100):
        pieces = [standing_of(kw[i : i + part], glances(kw[i : i + part])) for i in range(0, 170, part)]
        assert np.array_equal(whole, np.concatenate(pieces), equal_nan=True)
