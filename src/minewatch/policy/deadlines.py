"""When a deadline of a pack falls, as an aware time in the instrument's own zone."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from minewatch.model.errors import InputError
from minewatch.model.text import Text
from minewatch.policy.calendar import add_working_days
from minewatch.policy.schema import Deadline, instant


def due(deadline: Deadline, event: datetime | None = None) -> datetime:
    """Return the first instant at which the deadline is missed, in the instrument's zone.

    A named minute is itself; a named day ends at 24:00. A time counted in days, months or working days from ``event``
    ends at 24:00 of its last day, and the event's own day is not counted; hours are counted from the minute.
    """
    zone = ZoneInfo(deadline.zone)
    if deadline.at is not None:
        return instant(deadline.at, deadline.zone)
    if deadline.within is None or event is None or event.tzinfo is None:
        raise InputError(
            Text(f"The deadline {deadline.id!r} is counted from an event.", f"期限“{deadline.id}”自某一事件起算。"),
            remedy=Text("Give the time of the event, with its zone.", "请给出该事件的时间及时区。"),
        )
    local = event.astimezone(zone)
    count = deadline.within.count
    if deadline.within.unit == "hour":
        return (event + timedelta(hours=count)).astimezone(zone)
    if deadline.within.unit == "day":
        last = local.date() + timedelta(days=count)
    elif deadline.within.unit == "month":
        last = _months_later(local.date(), count)
    else:
        last = add_working_days(local.date(), count)
    return datetime.combine(last + timedelta(days=1), time(0), zone)


def strictly_due(deadline: Deadline) -> datetime | None:
    """Return the earliest instant the words could mean, where the pack gives one; for people who must decide a doubt."""
    return instant(deadline.strict, deadline.zone) if deadline.strict is not None else None


def _months_later(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
