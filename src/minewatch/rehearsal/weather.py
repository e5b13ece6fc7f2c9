"""A simple simulated weather: air temperature and sunshine. It is no record of any day that was.

Temperature = a year's swing + passing weather (days) + a day's swing that clouds damp. Sunshine follows the sun's
height by latitude and date (declination by Cooper 1969: 23.45° sin(360° (284 + n) / 365)) and the same clouds.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from minewatch.rehearsal.series import SUBSTEPS, Floats, slow_noise


@dataclass(frozen=True, slots=True)
class Climate:
    """Where and how warm. The defaults are a basin-edge town like Ya'an: every number here is chosen, not measured."""

    latitude: float = 30.0
    solar_noon: float = 13.1
    year_mean_c: float = 16.5
    year_swing_c: float = 9.5
    day_swing_c: float = 3.6
    weather_c: float = 2.2
    warmest_day: int = 205
    cloudiness: float = 0.6


@dataclass(frozen=True, slots=True)
class Weather:
    """Simulated weather in substeps (days × 480,): air temperature in °C, sunshine as a share of a clear noon's."""

    temperature_c: Floats
    sunshine: Floats


def declination(day_of_year: Floats) -> Floats:
    """Return the sun's declination in radians (Cooper's formula)."""
    return np.asarray(np.radians(23.45) * np.sin(np.radians(360.0 / 365.0 * (284.0 + day_of_year))))


def sun_height(climate: Climate, *, first_day: date, days: int) -> Floats:
    """Return the sine of the sun's height above the horizon in substeps (days × 480,); negative at night."""
    day = np.repeat(first_day.timetuple().tm_yday + np.arange(days, dtype=np.float64), SUBSTEPS)
    hour = np.tile((np.arange(SUBSTEPS) + 0.5) * 24.0 / SUBSTEPS, days)
    tilt, place = declination(day), np.radians(climate.latitude)
    angle = np.radians(15.0) * (hour - climate.solar_noon)
    return np.asarray(np.sin(place) * np.sin(tilt) + np.cos(place) * np.cos(tilt) * np.cos(angle))


def simulate_weather(rng: np.random.Generator, *, climate: Climate, first_day: date, days: int) -> Weather:
    """Draw the weather of ``days`` days from ``first_day`` (standard time) on."""
    count = days * SUBSTEPS
    day = first_day.timetuple().tm_yday + np.arange(count) / SUBSTEPS
    hour = (np.arange(count) + 0.5) * 24.0 / SUBSTEPS
    cloud = np.clip(climate.cloudiness + 0.35 * slow_noise(rng, count=count, spacing=0.7 * SUBSTEPS), 0.0, 1.0)
    year = climate.year_swing_c * np.cos(2.0 * np.pi * (day - climate.warmest_day) / 365.25)
    passing = climate.weather_c * slow_noise(rng, count=count, spacing=3.0 * SUBSTEPS)
    # Warmest about two and a half hours after the sun stands highest.
    daily = climate.day_swing_c * (1.4 - cloud) * np.cos(2.0 * np.pi * (hour - climate.solar_noon - 2.5) / 24.0)
    quick = 0.3 * slow_noise(rng, count=count, spacing=20.0)
    temperature = climate.year_mean_c + year + passing - 1.5 * (cloud - climate.cloudiness) + daily + quick
    height = np.maximum(sun_height(climate, first_day=first_day, days=days), 0.0)
    flicker = np.clip(1.0 - 0.8 * cloud + 0.12 * slow_noise(rng, count=count, spacing=4.0), 0.05, 1.0)
    return Weather(temperature, height * flicker)
