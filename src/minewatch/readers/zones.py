"""Zones: from wall-clock times to the meter's standard time.

Rules of a named zone come from the IANA time zone database through ``zoneinfo``. Standard time is one fixed offset for
a zone, the smaller of its offsets at the start and in the middle of 2021; days of a zone that has changed its standard
offset since or before are cut by that one offset, so that days of a meter never overlap.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

MINUTES_A_DAY = 1440
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIXED = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)


def fixed_offset(zone: str) -> int | None:
    """Minutes east of UTC that ``zone`` writes (``+08:00``, ``UTC+8``, ``-0330``, ``Z``, ``UTC``); None: a name."""
    text = zone.strip()
    if text.upper() in {"Z", "UTC", "GMT"}:
        return 0
    match = _FIXED.fullmatch(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 15 * 60:
        return None
    return minutes if match[1] == "+" else -minutes


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a zone's clock: minutes since 1970 UTC, and the offsets before and after in minutes."""

    at: int
    before: int
    after: int


def _offset(zone: ZoneInfo, minute: int) -> int:
    local = (_EPOCH + timedelta(minutes=minute)).astimezone(zone)
    offset = local.utcoffset() or timedelta()
    return round(offset.total_seconds() / 60)


def standard_offset(zone: ZoneInfo) -> int:
    """Minutes east of UTC of the zone's standard time (see the module's text)."""
    winter, summer = (int((datetime(2021, month, 1, tzinfo=UTC) - _EPOCH).total_seconds()) // 60 for month in (1, 7))
    return min(_offset(zone, winter), _offset(zone, summer))


def changes(zone: ZoneInfo, first_minute: int, last_minute: int) -> list[Change]:
    """All changes of the zone's clock between two minutes (UTC, since 1970), a day more on both sides."""
    found = []
    begin = first_minute - first_minute % MINUTES_A_DAY - 2 * MINUTES_A_DAY
    offsets_by_day = [
        (minute, _offset(zone, minute)) for minute in range(begin, last_minute + 3 * MINUTES_A_DAY, MINUTES_A_DAY)
    ]
    for (start, before), (stop, after) in pairwise(offsets_by_day):
        if before == after:
            continue
        low, high = start, stop
        while high - low > 1:
            middle = (low + high) // 2
            if _offset(zone, middle) == before:
                low = middle
            else:
                high = middle
        found.append(Change(high, before, after))
    return found


def offsets_at(local: npt.NDArray[np.int64], zone: ZoneInfo) -> npt.NDArray[np.int64]:
    """Offset in minutes of each local minute, the earlier where it exists twice."""
    if local.size == 0:
        return np.zeros(0, dtype=np.int64)
    found = changes(zone, int(local.min()), int(local.max()))
    first = _offset(zone, int(local.min()) - 2 * MINUTES_A_DAY)
    if not found:
        return np.full(local.shape, first, dtype=np.int64)
    # Clock reading from which the new offset is surely in force: the later of the readings before and after the change.
    borders = np.array([change.at + max(change.before, change.after) for change in found], dtype=np.int64)
    offsets = np.array([found[0].before, *(change.after for change in found)], dtype=np.int64)
    return offsets[np.searchsorted(borders, local, side="right")]
