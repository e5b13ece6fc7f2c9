"""Simulated weather is plausible: warm by afternoon, dark by night, summer warmer than winter."""

from datetime import date

import numpy as np
import pytest

from minewatch.rehearsal.series import SUBSTEPS
from minewatch.rehearsal.weather import Climate, simulate_weather, sun_height


def test_days_are_warm_in_the_afternoon_and_dark_at_night():
    weather = simulate_weather(np.random.default_rng(1), climate=Climate(), first_day=date(2021, 5, 24), days=32)
    temperature = weather.temperature_c.reshape(32, SUBSTEPS).mean(axis=0)
    assert 280 <= int(temperature.argmax()) <= 340
    assert 17 < weather.temperature_c.mean() < 30
    sun = weather.sunshine.reshape(32, SUBSTEPS)
    assert not sun[:, :100].any()
    assert sun[:, 250:270].min() > 0


def test_summer_is_warmer_than_winter():
    june = simulate_weather(np.random.default_rng(1), climate=Climate(), first_day=date(2021, 6, 1), days=30)
    january = simulate_weather(np.random.default_rng(1), climate=Climate(), first_day=date(2021, 1, 1), days=30)
    assert june.temperature_c.mean() > january.temperature_c.mean() + 10


def test_day_length_at_the_solstice():
    # 30 degrees north, 21 June: about 14.0 hours between the sun's centre rising and setting.
    height = sun_height(Climate(latitude=30.0), first_day=date(2021, 6, 21), days=1)
    assert (height > 0).sum() / 20 == pytest.approx(13.93, abs=0.1)
