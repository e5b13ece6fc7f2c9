"""``minewatch case``: open, list, show and log; doubles and unusable rows are told."""

import pytest

from minewatch.model.errors import InputError, MissingError
from ya_cli import NOON, at, ya


def test_open_list_show_and_log(tmp_path):
    office = ya(tmp_path)
    rows = office.json("case", "list", "--campaign", "ya", *NOON)
    assert [(row["id"], row["status"]) for row in rows] == [("case-1", "noticed"), ("case-2", "noticed")]
    assert office.json("case", "show", "2", *NOON)["deadline"] == "2021-06-17T22:00:00+08:00"
    log = office.json("case", "log", "2", *NOON)
    assert [one["event"] for one in log] == ["case.opened/1", "case.notice_served/1"]
    assert log[1]["rule"][0] == "cn-ya-20210617"
    text = office.run("case", "log", "2", *NOON).stdout
    assert "2021-06-17 12:00  chen  case.notice_served/1  [cn-ya-20210617, second paragraph]" in text


def test_a_state_or_campaign_that_there_is_not_is_refused(tmp_path):
    office = ya(tmp_path)
    assert len(office.json("case", "list", "--state", "noticed", *NOON)) == 2
    assert office.json("case", "list", "--state", "closed", *NOON) == []
    with pytest.raises(InputError, match="no state 'foo'") as told:
        office.run("case", "list", "--state", "foo", *NOON)
    message, remedy = told.value.told("zh")
    assert "案件没有状态“foo”" in message
    assert "noticed、self_inspecting" in remedy
    with pytest.raises(MissingError, match="no campaign elsewhere"):
        office.run("case", "list", "--campaign", "elsewhere", *NOON)


def test_overdue_are_those_whose_deadline_has_passed(tmp_path):
    office = ya(tmp_path)
    assert office.json("case", "list", "--overdue", *at("chen", "17 22:00")) == []
    assert len(office.json("case", "list", "--overdue", *at("chen", "17 22:01"))) == 2


def test_a_list_with_a_double_and_a_bad_row(tmp_path):
    office = ya(tmp_path)
    sites = tmp_path / "sites.csv"
    sites.write_text(
        "项目名称,行政区划代码,计量点编号,功率(kW)\nnew,511824,M9,5\nold,511824,M1,5\nbad,511824,,x\n", "utf-8"
    )
    done = office.json("case", "open", "--campaign", "ya", "--sites", sites, *NOON, code=10)
    assert done["opened"] == ["case-3"]
    assert done["doubles"] == [{"site": "old", "case": "case-1"}]
    assert [one["line"] for one in done["issues"]] == [4]


def test_sites_come_from_one_place(tmp_path):
    office = ya(tmp_path)
    for words in ((), ("--site", "x", "--sites", "y.csv")):
        with pytest.raises(InputError, match="where the sites come from"):
            office.run("case", "open", "--campaign", "ya", *words, *NOON)
