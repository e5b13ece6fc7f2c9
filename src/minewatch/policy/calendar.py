"""Working days by the Chinese calendar, with the State Council's yearly swaps, from the ``chinesecalendar`` package.

The day of the event itself is not counted; counting starts on the next day (Civil Code of China, article 201).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar

from minewatch.model.errors import InputError
from minewatch.model.text import Text


def is_working_day(day: date) -> bool:
    """Whether ``day`` is worked in China; ``InputError`` for a year whose holidays are not known to the calendar."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise InputError(
            Text(f"The Chinese working calendar for {day.year} is not known.", f"没有 {day.year} 年的中国工作日历。"),
            remedy=Text(
                "Install a newer chinesecalendar that has the State Council's notice for that year.",
                "请安装含国务院当年放假通知的新版 chinesecalendar。",
            ),
        ) from error


def add_working_days(start: date, count: int) -> date:
    """Return the ``count``-th working day after ``start``; ``start`` itself is not counted. Zero gives ``start``."""
    day = start
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after ``start`` up to and including ``end``; negative if ``end`` comes first."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=offset)) for offset in range(1, (end - start).days + 1))


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Public holidays of China with the days off that go with them, plain weekends not; years the calendar does not know."""

    days: frozenset[date]
    unknown_years: tuple[int, ...]


def public_holidays(first: date, last: date) -> PublicHolidays:
    """Return the public holidays from ``first`` to ``last``, both included."""
    days, unknown = set(), set()
    day = first
    while day <= last:
        try:
            off, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            unknown.add(day.year)
        else:
            if off and name is not None:
                days.add(day)
        day += timedelta(days=1)
    return PublicHolidays(frozenset(days), tuple(sorted(unknown)))
