from datetime import date, timedelta

import pytest

from minewatch.policy.reading_time import moments

TODAY = date(2021, 6, 18)  # a Friday
CHINA = timedelta(hours=8)


def read(text):
    return [(text[m.start : m.end], m.written(CHINA), m.role) for m in moments(text, TODAY)]


@pytest.mark.parametrize(
    ("text", "written", "role"),
    [
        ("6月17日", "2021-06-17", "at"),
        ("今天", "2021-06-18", "at"),
        ("昨日", "2021-06-17", "at"),
        ("12月30日", "2020-12-30", "at"),
        ("12月31日前", "2021-12-31", "by"),
        ("2022年1月5日", "2022-01-05", "at"),
        ("二〇二一年六月十八日", "2021-06-18", "at"),
        ("２０２１年６月１８日", "2021-06-18", "at"),
        ("2021-06-20", "2021-06-20", "at"),
        ("6月9日14时前", "2021-06-09T14:00:00+08:00", "by"),
        ("6月9日下午2点半前", "2021-06-09T14:30:00+08:00", "by"),
        ("6月20日24时前", "2021-06-21T00:00:00+08:00", "by"),
        ("6月20日零时", "2021-06-20T00:00:00+08:00", "at"),
        ("22:00之前", "2021-06-18T22:00:00+08:00", "by"),
        ("今年6月底完成", "2021-06-30", "by"),
        ("本月底前", "2021-06-30", "by"),
        ("今年底前", "2021-12-31", "by"),
        ("明年2月底前", "2022-02-28", "by"),
        ("即日起", "2021-06-18", "from"),
        ("下周三", "2021-06-23", "at"),
        ("截止日期为6月25日", "2021-06-25", "by"),
        ("by June 20", "2021-06-20", "by"),
        ("by Sunday", "2021-06-20", "by"),
        ("before 10 p.m. on June 17", "2021-06-17T22:00:00+08:00", "by"),
        ("by the end of June", "2021-06-30", "by"),
        ("25 May 2021", "2021-05-25", "at"),
        ("до 22:00 17 июня", "2021-06-17T22:00:00+08:00", "by"),
        ("до конца июня", "2021-06-30", "by"),
    ],
)
def test_times_are_resolved_against_the_document(text, written, role):
    assert [(when, kind) for _, when, kind in read(text)] == [(written, role)]


def test_today_is_the_day_that_opens_the_sentence():
    assert [when for _, when, _ in read("6月17日，据称今天召开会议。今天有雨。")] == [
        "2021-06-17",
        "2021-06-17",
        "2021-06-18",
    ]


def test_a_bare_time_and_a_bare_day_belong_to_the_date_before():
    found = read("因6月17日会议，22:00之前关机，通电时间18日会议后另行通知")
    assert [when for _, when, _ in found] == ["2021-06-17", "2021-06-17T22:00:00+08:00", "2021-06-18"]


def test_limits_counted_from_a_date_are_marked():
    ten = moments("自6月11日起10个工作日内完成", TODAY)[1]
    assert ten.within == (10, "working_day")
    assert ten.day == date(2021, 6, 28)  # Dragon Boat Festival on the 14th is not worked
    assert ten.doubtful
    assert moments("within 3 days", TODAY)[0].day == date(2021, 6, 21)


def test_a_consultation_ends_on_its_last_day():
    found = read("公开征求意见时间为5月25日至6月1日")
    assert [(when, role) for _, when, role in found] == [("2021-05-25", "at"), ("2021-06-01", "by")]


@pytest.mark.parametrize(
    "text", ["99月99日", "2月30日", "第17号", "每周五", "比率10:1000", "二月", "9点建议", "1月内", "25:00"]
)
def test_what_is_no_time_is_left_alone(text):
    assert all(when is None or role == "by" for _, when, role in read(text))
