"""``minewatch ledger``: verified, anchored, exported, rebuilt; a changed row is named and ends with code 3."""

import json
import sqlite3

from ya_cli import at, ya

GAO, ROOT = at("gao", "18 09:00"), at("root", "18 09:00")


def test_the_record_is_verified_anchored_and_exported(tmp_path):
    office = ya(tmp_path)
    found = office.json("ledger", "verify", *GAO)
    assert found["faults"] == []
    anchor = tmp_path / "anchor.json"
    office.run("ledger", "anchor", "--out", anchor, *GAO)
    assert office.json("ledger", "verify", "--anchor", anchor, *GAO)["anchors"] == 1
    lines = office.run("ledger", "export", *GAO).stdout.splitlines()
    assert [json.loads(line)["position"] for line in lines] == list(range(1, len(lines) + 1))
    before = office.json("case", "list", *GAO)
    assert office.json("ledger", "rebuild", *ROOT)["events"] >= len(lines)
    assert office.json("case", "list", *GAO) == before


def test_a_changed_row_is_named(tmp_path):
    office = ya(tmp_path)
    with sqlite3.connect(office.folder / "ledger.db") as database:
        database.execute(
            "UPDATE events SET data = replace(data, 'site 2', 'site 9') WHERE stream = 'case-2' AND version = 1"
        )
    found = office.json("ledger", "verify", *GAO, code=3)
    assert found["faults"][0]["code"] == "edited"
    assert found["faults"][0]["stream"] == "case-2"
    assert found["faults"][0]["zh"]
