"""The steps of a case as commands: each leads to its event; what the procedure forbids is told."""

import pytest

from minewatch.model.errors import RuleError
from ya_cli import DRILL, NOON, at, ya

LATER = at("chen", "18 12:00")
PACK = ("--pack", "cn-sc-20210618")


def events(office, case="1"):
    return [one["event"] for one in office.json("case", "log", case, *LATER)]


def test_notices_are_written_out_and_printed(tmp_path):
    office = ya(tmp_path, noticed=False)
    ask = ("case", "notice", "--all-in", "suspected", "--campaign", "ya", "--pack", "cn-ya-20210617", "--number", "N")
    told = office.json(*ask, *DRILL, "--out", tmp_path / "notices", *NOON)
    assert [one["id"] for one in told] == ["case-1", "case-2"]
    assert (tmp_path / "notices" / "case-2.txt").read_text("utf-8") == told[1]["text"]


def test_each_step_leads_to_its_event(tmp_path):
    office = ya(tmp_path)
    by = ("--by", "Chen")
    office.run("case", "extend", "1", "2", "--until", "2021-06-19 12:00", "--reason", "flood", *by, *NOON)
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"\xff\xd8")
    visit = ("--inspector", "luo", "--inspector", "ma", "--found", "racks", "--machines", "3", "--running")
    office.run("case", "visit", "1", *visit, "--photo", photo, "--check", "sealed=yes", *at("luo", "18 09:00"))
    office.run("case", "dispute", "1", "--kind", "figures", "--raised-by", "k", "--grounds", "meter", *LATER)
    with pytest.raises(RuleError, match="must wait"):
        office.run("case", "close", "1", "--reason", "x", *by, *LATER)
    office.run("case", "settle", "1", "--dismissed", "--reason", "checked", *by, *LATER)
    refer = ("--to", "police", "--body", "county police", "--section", "section 3", *PACK)
    office.run("case", "refer", "1", *refer, *DRILL, *LATER)
    office.run("case", "restore", "1", "--basis", "minutes", *by, *LATER)
    office.run("case", "close", "1", "--reason", "done", *by, *LATER)
    assert events(office)[2:] == [
        "case.deadline_extended/1",
        "case.visited/1",
        "case.disputed/1",
        "case.dispute_settled/1",
        "case.referred/1",
        "case.restored/1",
        "case.closed/1",
    ]
    assert events(office, "2")[2:] == ["case.deadline_extended/1"]


def test_a_measure_is_taken_and_lifted(tmp_path):
    office = ya(tmp_path)
    by = ("--by", "Chen")
    office.run("case", "categories", "1", *PACK, "--set", "others-found", "--reason", "sweep", *by, *LATER)
    office.run("case", "measure", "1", *PACK, "--take", "close-found", *DRILL, *LATER)
    lift = ("case", "lift", "1", "--measure")
    with pytest.raises(RuleError, match="was not taken"):
        office.run(*lift, "cn-sc-20210618/none", "--reason", "x", *by, *LATER)
    office.run(*lift, "cn-sc-20210618/close-found", "--reason", "appeal", *by, *LATER)
    assert office.json("case", "show", "1", *LATER)["measures"] == []
