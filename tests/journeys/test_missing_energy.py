"""From tables of the grid to cases: balance and stations, their evidence fused, cases opened from either."""

import csv

from minewatch.usecases.rehearse import Flaws, rehearse
from office_cli import OfficeCli


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_missing_energy_becomes_evidence_and_cases(tmp_path):
    region = tmp_path / "region"
    rehearse(out=region, seed=9007, meters=300, days=21, flaws=Flaws(unread_meters=0.1, wrong_topology=0.02))
    office = OfficeCli(tmp_path / "w", begin="2021-06-18 08:00")
    office.run("import", "readings", region / "curves", region / "supply", region / "feed_in")
    office.run("import", "grid", region / "grid.csv")
    office.run("import", "meters", region / "meters.csv")
    office.run("import", "generation", region / "stations.csv", region / "generation.csv")
    nodes, stations, fused = (tmp_path / name for name in ("nodes.csv", "stations.csv", "fused.csv"))
    office.run("balance", "--evidence", nodes)
    office.run("plants", "--evidence", stations)
    office.run("fuse", "--evidence", nodes, "--evidence", stations, "--out", fused)
    subjects = [row["subject"] for row in rows_of(nodes) + rows_of(stations)]
    assert {row["subject"] for row in rows_of(fused)} == set(subjects)
    assert {row["subject_kind"] for row in rows_of(fused)} >= {"node", "station"}

    now = ("--as", "chen", "--now", "2021-06-18 10:00")
    office.run("campaign", "open", "sc", "--pack", "cn-sc-20210618", "--region", "510000", "--by", "Chen", *now)
    opening = ("case", "open", "--campaign", "sc", "--findings")
    opened = office.json(*opening, nodes, "--threshold", "0.05", *now)
    assert opened["issues"] == []
    assert len(opened["opened"]) >= 1
    office.json(*opening, stations, "--threshold", "0.05", *now)
    cases = office.json("case", "list", *now)
    sites = {row["site"]: row for row in cases}
    for row in rows_of(stations):
        assert sites[row["subject"]]["meters"] == []
        assert sites[row["subject"]]["mining_kw"] > 0
    again = office.json(*opening, fused, "--threshold", "0.05", *now)
    assert again["opened"] == []
    assert {one["case"] for one in again["doubles"]} <= {row["id"] for row in cases}
