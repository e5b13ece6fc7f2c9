from datetime import date, datetime

import pytest

from minewatch.model.errors import InputError
from minewatch.usecases.screen_inputs import Given, parse_deadline, read_tables

DAYS = (date(2021, 5, 24), date(2021, 6, 24))


def write(path, text):
    path.write_text(text, "utf-8")
    return path


def test_a_deadline_is_read_to_the_minute():
    assert parse_deadline("2021-06-17 22:00") == datetime.fromisoformat("2021-06-17T22:00")
    with pytest.raises(InputError, match="is no time") as told:
        parse_deadline("17 June")
    assert "2021-06-17 22:00" in told.value.remedy
    assert "标准时间" in told.value.told("zh")[1]


def test_tables_are_read_and_bad_rows_told_by_line(tmp_path):
    outages = write(
        tmp_path / "中断.csv",
        "区划代码,开始时间,结束时间\n511802,2021-5-25 7:36,2021-05-25 09:04\n511802,soon,2021-05-26 09:04\n"
        ",2021-05-28 09:00,2021-05-28 08:00\n,2021/06/01 10:00,2021/06/01 10:30\n",
    )
    tables = read_tables(Given(outages=[outages]), days=DAYS)
    assert tables.outages.select("county_code", "start").rows() == [
        ("511802", datetime.fromisoformat("2021-05-25T07:36")),
        (None, datetime.fromisoformat("2021-06-01T10:00")),
    ]
    told = {(issue.code, issue.line, issue.value) for issue in tables.issues}
    assert ("grid_bad_time", 3, "soon") in told
    assert ("outage_reversed", 4, "2021-05-28 09:00:00.000000 – 2021-05-28 08:00:00.000000") in told


def test_a_file_without_the_columns_is_refused_with_what_they_may_be_called(tmp_path):
    letter = write(tmp_path / "letter.csv", "Dear,colleague\nplease,find\n")
    with pytest.raises(InputError, match=r"Nothing in .*letter.csv can be used as weather") as told:
        read_tables(Given(weather=[letter]), days=DAYS)
    assert "时间" in told.value.remedy
    with pytest.raises(InputError):
        read_tables(Given(outages=[tmp_path / "nowhere.csv"]), days=DAYS)


def test_holidays_come_from_the_calendar_or_a_file(tmp_path):
    dragon_boat = frozenset(date(2021, 6, day) for day in (12, 13, 14))
    assert read_tables(Given(holidays="cn"), days=DAYS).holidays == dragon_boat
    own = write(tmp_path / "days.csv", "日期\n2021-06-14\n2021年10月1日\nneverday\n")
    tables = read_tables(Given(holidays=str(own)), days=DAYS)
    assert tables.holidays == {date(2021, 6, 14), date(2021, 10, 1)}
    assert [issue.value for issue in tables.issues if issue.code == "grid_bad_date"] == ["neverday"]
    unknown = read_tables(Given(holidays="cn"), days=(date(2090, 1, 1), date(2090, 2, 1)))
    assert unknown.holidays == frozenset()
    assert {issue.code for issue in unknown.issues} == {"holidays_unknown"}
