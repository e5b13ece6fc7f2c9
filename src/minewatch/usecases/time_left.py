"""How long is left until a deadline, to the minute, in the zone that the instrument named."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from minewatch.model.case_views import Left
from minewatch.model.text import Text


def instant_of(utc: str) -> datetime:
    """Read an instant as the ledger writes it."""
    return datetime.strptime(utc, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def zone_of(name: str) -> tzinfo:
    """Return the zone of a name such as Asia/Shanghai or of an offset such as ``+08:00``."""
    if name[:1] in {"+", "-"}:
        sign = -1 if name[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(name[1:3]), minutes=int(name[4:6])))
    return ZoneInfo(name)


def standard_time(zone: tzinfo, *, at: datetime) -> timezone:
    """Return the fixed offset of a zone's standard time at an instant: what is left of its offset without daylight saving."""
    local = at.astimezone(zone)
    return timezone((local.utcoffset() or timedelta()) - (local.dst() or timedelta()))


def left(deadline: str, zone: str, *, now: datetime) -> Left:
    """Tell how long is left at ``now`` until ``deadline`` (UTC text of the ledger), or how long ago it passed."""
    falls = instant_of(deadline)
    minutes = int((falls - now) // timedelta(minutes=1))
    local = falls.astimezone(zone_of(zone))
    return Left(deadline, zone, f"{local:%Y-%m-%d %H:%M}", minutes, words(minutes))


def words(minutes: int) -> Text:
    """Say a number of minutes in words; negative: how long something is overdue."""
    days, rest = divmod(abs(minutes), 24 * 60)
    hours, least = divmod(rest, 60)
    en = " ".join(f"{number} {unit}" for number, unit in ((days, "d"), (hours, "h"), (least, "min")) if number)
    zh = "".join(f"{number}{unit}" for number, unit in ((days, "天"), (hours, "小时"), (least, "分钟")) if number)
    if minutes < 0:
        return Text(f"overdue by {en}", f"已逾期{zh}")
    return Text(f"{en or '0 min'} left", f"剩余{zh or '0分钟'}")
