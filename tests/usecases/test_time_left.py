"""How long is left, to the minute and in the instrument's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from minewatch.usecases.time_left import left, standard_time, words

DEADLINE = "2021-06-17T14:00:00.000000Z"
FALLS = datetime(2021, 6, 17, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "minutes", "en"),
    [
        (timedelta(hours=1, seconds=30), 60, "1 h left"),
        (timedelta(days=2, minutes=5), 2885, "2 d 5 min left"),
        (timedelta(seconds=59), 0, "0 min left"),
        (timedelta(), 0, "0 min left"),
        (timedelta(seconds=-1), -1, "overdue by 1 min"),
        (timedelta(minutes=-61), -61, "overdue by 1 h 1 min"),
    ],
)
def test_nobody_is_told_more_time_than_there_is(before, minutes, en):
    told = left(DEADLINE, "Asia/Shanghai", now=FALLS - before)
    assert (told.minutes, told.text.en) == (minutes, en)


@pytest.mark.parametrize(
    ("zone", "local"),
    [("Asia/Shanghai", "2021-06-17 22:00"), ("-03:30", "2021-06-17 10:30"), ("Asia/Urumqi", "2021-06-17 20:00")],
)
def test_the_time_is_shown_in_the_zone_of_the_instrument(zone, local):
    assert left(DEADLINE, zone, now=FALLS).local == local


def test_words_in_chinese():
    assert words(1501).zh == "剩余1天1小时1分钟"
    assert words(-1).zh == "已逾期1分钟"


@pytest.mark.parametrize(
    ("zone", "hours"), [("Asia/Shanghai", 8), ("Europe/London", 0), ("America/New_York", -5), ("Australia/Sydney", 10)]
)
@pytest.mark.parametrize("month", [1, 7])
def test_standard_time_knows_no_daylight_saving(zone, hours, month):
    at = datetime(2021, month, 17, 14, 0, tzinfo=UTC)
    assert standard_time(ZoneInfo(zone), at=at).utcoffset(None) == timedelta(hours=hours)
