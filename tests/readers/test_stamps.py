import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minewatch.readers.dateorder import day_first_of
from minewatch.readers.stamps import parse_clocks, parse_stamps

WANTED = dt.datetime.combine(dt.date(2021, 6, 17), dt.time(22, 15))


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("2021-06-17 22:15", None),
        ("2021-06-17T22:15:00+08:00", 480),
        ("2021-06-17T22:15:00.000Z", 0),
        ("2021-06-17 22:15:00 -0330", -210),
        ("2021/6/17 22:15", None),
        ("17.06.2021 22:15", None),
        ("17/6/21 10:15 PM", None),
        ("17-Jun-2021 22:15", None),
        ("Jun 17, 2021 22:15", None),
        ("17 June 2021 22:15:00", None),
        ("2021年6月17日 22时15分", None),
        ("2021年06月17日22:15:00", None),
        ("2021-06-17 下午10:15", None),
        ("2021-06-17 星期四 22:15", None),
        ("20210617221500", None),
        ("202106172215", None),
        ("20210617 2215", None),
        ("44364.927083333", None),
        ("1623968100", None),
        ("1623968100000", None),
        (" 2021-06-17 22:15 ", None),
    ],
)
def test_one_moment_in_many_spellings(text, offset):
    found = parse_stamps(pl.Series([text]), day_first=True)
    assert found.stamp.to_list() == [WANTED]
    assert found.offset.to_list() == [offset]
    assert not found.bad[0]


@pytest.mark.parametrize(
    "text",
    ["", "x", "2021-02-30", "2021-13-01", "2021-06-17 25:00", "2021-06-17 22:61", "24:01", "1e400", "-5", "0001-01-01"],
)
def test_what_is_no_time(text):
    assert parse_stamps(pl.Series([text]), day_first=True).bad.to_list() == [True]


def test_24_00_is_the_next_midnight():
    found = parse_stamps(pl.Series(["2021-12-31 24:00"]), day_first=None)
    assert found.stamp.to_list() == [dt.datetime.combine(dt.date(2022, 1, 1), dt.time())]
    assert found.saw_24


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from(["2021-06-17", "x", "2021-06-18 01:00", ""])), max_size=30))
def test_repeated_texts_are_read_as_single_ones(texts):
    column = pl.Series(texts, dtype=pl.String)
    together = parse_stamps(column, day_first=None)
    alone = [parse_stamps(column.slice(i, 1), day_first=None).stamp.to_list()[0] for i in range(len(texts))]
    assert together.stamp.to_list() == alone
    assert together.bad.to_list() == [stamp is None for stamp in alone]


@settings(deadline=None)
@given(
    st.datetimes(
        dt.datetime.combine(dt.date(1950, 1, 1), dt.time()), dt.datetime.combine(dt.date(2150, 1, 1), dt.time())
    )
)
def test_iso_comes_back(moment):
    found = parse_stamps(pl.Series([moment.isoformat(" ")]), day_first=None)
    assert found.stamp.to_list() == [moment]


def test_typed_columns():
    aware = pl.Series([WANTED]).dt.replace_time_zone("Asia/Shanghai")
    found = parse_stamps(aware, day_first=None)
    assert (found.stamp[0], found.offset[0]) == (WANTED, 480)
    assert parse_stamps(pl.Series([WANTED.date()]), day_first=None).stamp[0].date() == WANTED.date()
    for number in (20210617, 202106172215, 20210617221500):
        assert parse_stamps(pl.Series([number]), day_first=None).stamp[0].date() == WANTED.date()


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0:15", 15),
        ("00:15:00", 15),
        ("0015", 15),
        ("24:00", 1440),
        ("5", 300),
        ("12:15 AM", 15),
        ("0.25", 360),
        ("x", None),
        ("1e400", None),
        ("nan", None),
        ("25:00", None),
    ],
)
def test_times_of_day(text, minutes):
    clock, saw_24 = parse_clocks(pl.Series([text]))
    assert clock.to_list() == [None if minutes is None else minutes * 60_000_000]
    assert saw_24 == (minutes == 1440)


def days(form):
    first = dt.date(2021, 6, 1)
    return [(first + dt.timedelta(days=i)).strftime(form) for i in range(30)]


def test_the_whole_column_decides_the_order():
    assert day_first_of([pl.Series(days("%d/%m/%Y"))]).day_first is True
    assert day_first_of([pl.Series(days("%m/%d/%Y"))]).day_first is False
    late = [pl.Series(["01/06/2021"] * 10), pl.Series(["02/06/2021"] * 10), pl.Series(["06/13/2021"])]
    assert day_first_of(late).day_first is False
    assert day_first_of([pl.Series(days("%Y-%m-%d"))]).day_first is None
    assert day_first_of([]).day_first is None


def test_when_nothing_decides_the_closer_dates_win_and_it_is_told():
    order = day_first_of([pl.Series(days("%d/%m/%Y")[:10])])
    assert (order.day_first, order.guessed) == (True, True)
    order = day_first_of([pl.Series(days("%m/%d/%Y")[:10])])
    assert (order.day_first, order.guessed) == (False, True)
    order = day_first_of([pl.Series(["05.06.2021", "06.06.2021"])])
    assert (order.day_first, order.guessed) == (True, False)
