"""``minewatch campaign``: status, extension, returns, roll-up and closing."""

import pytest

from minewatch.model.errors import InputError, RuleError
from ya_cli import NOON, at, ya

DUTY = "cn-ya-20210617/off-by-22/stations"


def stands(office, moment):
    rows = office.json("campaign", "status", "ya", *at("chen", moment))
    return {row["duty"]: row["stands"] for row in rows}[DUTY]


def test_a_duty_from_due_to_done(tmp_path):
    office = ya(tmp_path)
    assert stands(office, "17 12:00") == "due_today"
    assert stands(office, "17 22:01") == "overdue"
    office.run(
        "campaign", "duty", "ya", DUTY, "--until", "2021-06-18 22:00", "--reason", "flood", "--by", "Chen", *NOON
    )
    assert stands(office, "17 22:01") == "open"
    office.run("campaign", "return", "ya", DUTY, "--signed-by", "k", *at("bai", "18 09:00"))
    assert stands(office, "19 09:00") == "done"


def test_a_roll_up_and_an_end(tmp_path):
    office = ya(tmp_path)
    view = office.json("campaign", "roll-up", "ya", "--on", "2021-06-17", "--by-level", "city", *at("chen", "18 09:00"))
    assert (view["total"]["projects"], view["total"]["overdue"], view["total"]["side_open"]) == (2, 2, 0)
    office.run("campaign", "close", "ya", "--reason", "over", "--by", "Chen", *NOON)
    with pytest.raises(RuleError, match="not open"):
        office.run("campaign", "close", "ya", "--reason", "over", "--by", "Chen", *NOON)


def test_a_body_needs_a_party(tmp_path):
    office = ya(tmp_path)
    ask = ("campaign", "open", "x", "--pack", "cn-sc-20210618", "--region", "511800", "--by", "Chen", "--body")
    with pytest.raises(InputError, match="names no body"):
        office.run(*ask, "雅安市", *NOON)
