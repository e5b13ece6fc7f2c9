from datetime import UTC, datetime

import pytest

from minewatch.model.errors import InputError
from minewatch.policy.deadlines import due, strictly_due
from minewatch.policy.library import library
from minewatch.policy.schema import Deadline

REF = {"at": "item 1", "source": "s", "grade": "B"}


def within(count, unit):
    after = {"zh": "收到通知后", "en": "after the notice is served"}
    return Deadline(id="d", zh="限期", en="time limit", within={"count": count, "unit": unit, "after": after}, ref=REF)


def test_changji_is_06_00_utc_and_ya_an_14_00_utc():
    changji = library().get("cn-xj-cj-20210609").pack.deadlines[0]
    assert due(changji) == datetime(2021, 6, 9, 6, 0, tzinfo=UTC)
    yaan = library().get("cn-ya-20210617").pack.deadlines[0]
    assert due(yaan) == datetime(2021, 6, 17, 14, 0, tzinfo=UTC)


def test_a_named_day_counts_to_its_end_and_the_strict_reading_is_kept():
    deadline = library().get("cn-sc-20210618").pack.deadlines[1]
    assert due(deadline) == datetime(2021, 6, 25, 16, 0, tzinfo=UTC)
    assert strictly_due(deadline) == datetime(2021, 6, 24, 16, 0, tzinfo=UTC)


def test_times_counted_from_an_event():
    event = datetime(2021, 6, 11, 2, 0, tzinfo=UTC)
    assert due(within(3, "working_day"), event).isoformat() == "2021-06-18T00:00:00+08:00"
    assert due(within(3, "day"), event).isoformat() == "2021-06-15T00:00:00+08:00"
    assert due(within(24, "hour"), event).isoformat() == "2021-06-12T10:00:00+08:00"
    january = datetime(2021, 1, 31, 2, 0, tzinfo=UTC)
    assert due(within(1, "month"), january).isoformat() == "2021-03-01T00:00:00+08:00"


def test_the_event_must_be_known():
    with pytest.raises(InputError, match="counted from an event"):
        due(within(3, "day"))
