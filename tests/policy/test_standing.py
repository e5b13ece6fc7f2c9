from datetime import date

from minewatch.policy.library import library
from minewatch.policy.standing import policy_map, timeline


def on(day):
    return {row.code: row for row in policy_map(library(), day)}


def ids(items):
    return [held.pack.id for held in items]


def test_on_12_june_2021_sichuan_has_none():
    rows = on(date(2021, 6, 12))
    assert rows["510000"].verdict == "none"
    assert ids(rows["510000"].no_effect) == ["cn-sc-nea-20210602"]
    assert rows["511800"].verdict == "none"
    assert ids(rows["150000"].in_force) == ["cn-nm-209-202103"]
    assert ids(rows["150000"].draft) == ["cn-nm-8-20210525"]
    assert ids(rows["630000"].reported) == ["cn-qh-20210609"]
    assert ids(rows["652300"].reported) == ["cn-xj-cj-20210609"]
    assert ids(rows["530000"].reported) == ["cn-yn-20210612"]


def test_the_day_before_yunnan_has_none_and_a_week_later_sichuan_has_one():
    assert on(date(2021, 6, 11))["530000"].verdict == "none"
    assert ids(on(date(2021, 6, 18))["510000"].reported) == ["cn-sc-20210618"]
    assert ids(on(date(2021, 6, 17))["511800"].reported) == ["cn-ya-20210617"]


def test_every_province_has_a_row_and_before_2021_none_has_anything():
    rows = on(date(2020, 12, 31))
    assert len([code for code in rows if code.endswith("0000") and code != "000000"]) == 34
    assert {row.verdict for row in rows.values()} == {"none"}


def test_timeline_is_in_order_and_holds_the_22_00_stop():
    moments = timeline(library())
    assert [m.on for m in moments] == sorted(m.on for m in moments)
    assert any(m.act == "deadline:off-by-22" and m.on == date(2021, 6, 17) for m in moments)
    assert {m.held.pack.jurisdiction.code for m in timeline(library(), ["630000"])} == {"630000"}
