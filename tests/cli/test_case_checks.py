"""Commands of a case that need data: returns, verification, area, measures, plan."""

import pytest

from minewatch.model.errors import InputError
from ya_cli import NOON, at, ya

LATER = at("chen", "18 12:00")


def test_a_return_by_hand_and_what_is_no_return(tmp_path):
    office = ya(tmp_path)
    said = ("--kind", "stopped", "--stopped", "2021-06-17 21:30", "--signed-by", "k")
    assert office.json("case", "return", "1", *said, *LATER)[0]["events"] == ["case.return_received/1"]
    claim = office.json("case", "return", "2", "--kind", "not_mining", "--signed-by", "k", *LATER)
    assert claim[0]["events"] == ["case.return_received/1", "case.disputed/1"]
    with pytest.raises(InputError, match="One return or a file"):
        office.run("case", "return", "1", "--file", "x.csv", *LATER)
    with pytest.raises(InputError, match="says nothing"):
        office.run("case", "return", "1", *LATER)


def test_a_file_of_returns_tells_its_bad_rows(tmp_path):
    office = ya(tmp_path)
    file = tmp_path / "r.csv"
    file.write_text("案件编号,自查结论,签字人\n1,运行中,k\n9,运行中,k\n", "utf-8")
    done = office.json("case", "return", "--file", file, "--campaign", "ya", *LATER, code=10)
    assert (done["recorded"], [one["code"] for one in done["issues"]]) == (["case-1"], ["form_no_case"])


def test_verification_names_every_source_and_its_reason(tmp_path):
    office = ya(tmp_path)
    rows = office.json("case", "verify", *LATER)
    assert [row["outcome"] for row in rows] == ["cannot_tell", "cannot_tell"]
    assert rows[0]["why"]["zh"] == "数据湖中没有该计量点读数"
    assert {one["source"]: one["why"] for one in rows[0]["sources"]} == {
        "meters": "no_readings",
        "node": "no_node",
        "station": "no_station",
        "traffic": "no_traffic",
    }


def test_days_and_places_are_checked(tmp_path):
    office = ya(tmp_path)
    area = ("case", "area", "--division", "511824", "--meter", "M1", "--before")
    with pytest.raises(InputError, match="is not a day"):
        office.run(*area, "soon", "--after", "2021-06-18", *NOON)
    with pytest.raises(InputError, match="is no place"):
        office.run("case", "plan", "--campaign", "ya", "--base", "here", *NOON)
    plan = office.json("case", "plan", "--campaign", "ya", "--base", "29.98,103.04", *NOON)
    assert plan == {"rounds": [], "without_place_or_power": ["case-1", "case-2"]}
