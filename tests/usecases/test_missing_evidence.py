import csv
import io
from datetime import date

import numpy as np
import polars as pl
import pytest

from minewatch.detect.balance import Group, balance_group
from minewatch.detect.gridtree import GridTree
from minewatch.detect.plants import Station, judge_stations
from minewatch.detect.split import SplitLoad
from minewatch.detect.unread import Peers
from minewatch.usecases.balance import BalanceRun
from minewatch.usecases.balance_stream import Window
from minewatch.usecases.fuse_evidence import FusionInput, fuse_files
from minewatch.usecases.missing_evidence import balance_evidence, evidence_frame, plant_evidence
from minewatch.usecases.plants import PlantRun

DAYS, SLOTS = 21, 96
FIRST = date(2021, 5, 24)


class MemoryTables:
    """Tables of the grid as the store gives them."""

    def __init__(self, **frames):
        self.frames = frames

    def read(self, kind, *, key):
        del key
        return self.frames.get(kind)


def run_of(*, past=None, together=()):
    rng = np.random.default_rng(1)
    hour = np.arange(SLOTS) / 4
    day = 0.2 + 0.6 * np.exp(-(((hour - 19.5) / 2.5) ** 2))
    kw = rng.lognormal(0, 0.3, (12, 1, 1)) * day * rng.gamma(2.0, 0.5, (12, DAYS, SLOTS))
    kw[6] *= 4
    below = kw.sum(axis=0) + (4.0 if past is None else past * kw[6])
    supply = (below * 1.015 + 0.008 * below.mean())[None]
    names = tuple(f"m{i}" for i in range(12))
    booked = np.zeros(12, dtype=np.int64)
    group = Group(("TA1",), FIRST, supply, 0.0 * supply, names, kw, booked, ((),))
    (found,) = balance_group(group, peers=Peers(DAYS))
    found = type(found)(**{name: getattr(found, name) for name in type(found).__slots__} | {"together": together})
    tree = GridTree(FIRST, {}, {"TA1": "area"})
    return BalanceRun((found,), tree, {}, Window(FIRST, DAYS, SLOTS), None, "abc")


TABLES = MemoryTables(
    grid=pl.DataFrame({"node": ["TA1"], "county_code": ["511824"]}),
    meters=pl.DataFrame({"meter": ["m6"], "county_code": ["511825"]}),
)


def test_a_tap_before_the_meters_names_the_node_and_nobody():
    (row,) = evidence_frame(balance_evidence(run_of()), tables=TABLES).to_dicts()
    assert (row["subject"], row["subject_kind"], row["meters"]) == ("TA1", "node", "")
    assert row["division"] == "511824"
    assert row["kw_low"] < 4.0 < row["kw_high"]
    assert row["llr"] > 2.0
    assert row["digest"] == "balance:abc#TA1"
    assert "before the meters" in row["reasons_en"]
    assert "表前" in row["reasons_zh"]


def test_a_customer_who_bypasses_is_the_subject():
    rows = balance_evidence(run_of(past=1.5))
    (row,) = evidence_frame(rows, tables=TABLES).to_dicts()
    assert (row["subject"], row["subject_kind"], row["meters"], row["division"]) == ("m6", "meter", "m6", "511825")
    assert row["kw_low"] < row["kw"] < row["kw_high"]


def test_accounts_that_move_together_are_subjects_of_one_site():
    knot = SplitLoad(("m1", "m2", "m3"), 9.0, 0.5, (2.0, 3.0, 4.0))
    rows = [row for row in balance_evidence(run_of(together=(knot,))) if row.detector == "split"]
    frame = evidence_frame(rows, tables=TABLES)
    assert frame["subject"].to_list() == ["m1", "m2", "m3"]
    assert set(frame["meters"]) == {"m1;m2;m3"}
    assert frame["kw"].to_list() == [2.0, 3.0, 4.0]
    assert set(frame["mining_kw"]) == {9.0}


def test_a_station_that_sells_past_the_grid_is_evidence():
    shape = (20, 24)
    made = np.full(shape, 1000.0) + np.random.default_rng(2).normal(0, 3, shape)
    nothing = np.full(shape, np.nan)
    one = Station("H1", "R", 1400.0, 50.0, 0.85, made, made * 0.01, made * 0.69, nothing, nothing, nothing)
    run = PlantRun(judge_stations([one], first_day=FIRST), Window(FIRST, 20, 24), "d")
    (row,) = evidence_frame(plant_evidence(run), tables=MemoryTables()).to_dicts()
    assert (row["subject"], row["subject_kind"], row["detector"]) == ("H1", "station", "plant")
    assert row["kw"] == pytest.approx(300.0, rel=0.02)
    assert row["division"] == ""


def test_fusion_takes_the_file_as_it_is(tmp_path):
    path = tmp_path / "evidence.csv"
    path.write_bytes(evidence_frame(balance_evidence(run_of()), tables=TABLES).write_csv().encode())
    (row,) = csv.DictReader(io.StringIO(path.read_text("utf-8")))
    fused = fuse_files(given=FusionInput(evidence=(path,)))
    assert fused.fused["subject"].to_list() == ["TA1"]
    assert fused.fused["probability"][0] == pytest.approx(float(row["probability"]), abs=1e-3)
    assert fused.about["TA1"].subject_kind == "node"
