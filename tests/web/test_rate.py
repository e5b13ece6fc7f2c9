from datetime import UTC, datetime, timedelta

from minewatch.web.rate import KEPT, Rate

AT = datetime(2021, 6, 17, tzinfo=UTC)


def test_a_burst_is_taken_and_then_one_must_wait():
    rate = Rate(burst=3, each_second=2.0)
    assert [rate.wait("a", AT) for _ in range(4)] == [0, 0, 0, 0.5]
    assert rate.wait("b", AT) == 0


def test_the_bucket_fills_steadily_and_not_over_the_brim():
    rate = Rate(burst=2, each_second=2.0)
    assert [rate.wait("a", AT) for _ in range(3)] == [0, 0, 0.5]
    assert rate.wait("a", AT + timedelta(seconds=0.5)) == 0
    later = AT + timedelta(hours=1)
    assert [bool(rate.wait("a", later)) for _ in range(3)] == [False, False, True]


def test_a_clock_that_runs_back_fills_nothing():
    rate = Rate(burst=1, each_second=1.0)
    assert rate.wait("a", AT) == 0
    assert rate.wait("a", AT - timedelta(hours=1)) > 0


def test_full_buckets_are_thrown_away():
    rate = Rate()
    for number in range(KEPT + 1):
        rate.wait(str(number), AT)
    rate.wait("late", AT + timedelta(hours=1))
    assert len(rate._left) == 1
