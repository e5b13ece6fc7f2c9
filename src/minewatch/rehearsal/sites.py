"""What a load's model sees of its place: hour, weekday, days off, temperature, sun."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from minewatch.rehearsal.parameters import MADE_UP_WORKDAYS_2021, PUBLIC_HOLIDAYS_2021
from minewatch.rehearsal.series import SUBSTEPS, Floats

HOUR = SUBSTEPS / 24.0
"""Substeps of an hour."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place over one window, in substeps (days × 480,) unless a single number."""

    days: int
    count: int
    hour: Floats
    weekday: NDArray[np.int64]
    free: NDArray[np.bool_]
    """Saturdays, Sundays and public holidays, made-up working days excepted."""
    temperature: Floats
    sun: Floats
    """Sine of the sun's height; negative at night."""


def make_site(*, first_day: date, days: int, temperature: Floats, sun: Floats) -> Site:
    """Lay the calendar under temperature and sun, both (days × 480,)."""
    step = np.arange(days * SUBSTEPS)
    calendar = [first_day + timedelta(days=number) for number in range(days)]
    free = [
        day in PUBLIC_HOLIDAYS_2021 or (day.weekday() >= 5 and day not in MADE_UP_WORKDAYS_2021) for day in calendar
    ]
    return Site(
        days=days,
        count=step.size,
        hour=np.asarray((step % SUBSTEPS + 0.5) / HOUR, dtype=np.float64),
        weekday=(step // SUBSTEPS + first_day.weekday()) % 7,
        free=np.repeat(np.array(free), SUBSTEPS),
        temperature=temperature,
        sun=sun,
    )
