"""Changji, 9 June 2021: all firms stopped before 14:00 of the same day, and the stop of each reported."""

import pytest

from minewatch.model.errors import RuleError
from office_cli import OfficeCli


@pytest.fixture
def office(tmp_path):
    return OfficeCli(tmp_path / "w", begin="2021-06-09 09:00")


def test_the_day_of_changji(office):
    opened = ("--as", "chen", "--now", "2021-06-09 10:00")
    office.run("campaign", "open", "cj", "--pack", "cn-xj-cj-20210609", "--region", "652300", "--by", "Chen", *opened)
    duties = {row["duty"]: row for row in office.json("campaign", "status", "cj", *opened)}
    park = duties["cn-xj-cj-20210609/d1400/zhundong"]
    assert park["deadline"] == "2021-06-09T14:00:00+08:00"
    assert park["stands"] == "due_today"
    assert park["reports_to"].startswith("prefecture Development")
    case = ("case", "open", "--campaign", "cj", "--site", "firm A", "--division", "652300", "--kw", "8000")
    assert office.json(*case, *opened)["opened"] == ["case-1"]
    served = office.json(
        *("case", "notice", "1", "--pack", "cn-xj-cj-20210609", "--number", "cj-1", "--by", "Chen"),
        *("--because", "the order is known from the press only; used in the drill", *opened),
    )
    assert "2021-06-09 14:00" in served[0]["text"]
    assert "REHEARSAL" in served[0]["text"]
    (row,) = office.json("case", "list", *opened)
    assert row["deadline"] == "2021-06-09T14:00:00+08:00"
    at_two = ("--as", "chen", "--now", "2021-06-09 14:00")
    after = ("--as", "chen", "--now", "2021-06-09 14:01")
    assert office.json("case", "list", "--overdue", *at_two) == []
    assert [row["id"] for row in office.json("case", "list", "--overdue", *after)] == ["case-1"]
    done = ("campaign", "return", "cj", "cn-xj-cj-20210609/d1400/zhundong", "--sites", "1", "--signed-by", "park")
    office.run(*done, "--received", "2021-06-09 13:40", *after)
    duties = {row["duty"]: row for row in office.json("campaign", "status", "cj", *after)}
    assert duties["cn-xj-cj-20210609/d1400/zhundong"]["stands"] == "done"
    assert duties["cn-xj-cj-20210609/d1400/miners"]["stands"] == "overdue"
    assert office.json("ledger", "verify", "--as", "gao")["faults"] == []


def test_a_notice_on_a_reported_order_needs_a_reason(office):
    opened = ("--as", "chen", "--now", "2021-06-09 10:00")
    office.run("campaign", "open", "cj", "--pack", "cn-xj-cj-20210609", "--region", "652300", "--by", "Chen", *opened)
    office.run("case", "open", "--campaign", "cj", "--site", "A", "--division", "652300", *opened)
    notice = ("case", "notice", "1", "--pack", "cn-xj-cj-20210609", "--number", "1", "--by", "Chen")
    with pytest.raises(RuleError, match="cannot be the legal basis"):
        office.run(*notice, *opened)
    with pytest.raises(RuleError, match="has passed"):
        office.run(*notice, "--because", "drill", "--as", "chen", "--now", "2021-06-09 15:00")
