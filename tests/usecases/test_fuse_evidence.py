"""Fusing the files of several detectors."""

import csv
import io
import json

import polars as pl
import pytest

from minewatch.model.errors import InputError
from minewatch.usecases.fuse_evidence import FusionInput, fuse_files, fused_csv


def write(path, text):
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    return FusionInput(
        findings=write(
            tmp_path / "findings.csv",
            "meter_id,probability,mining_kw,mining_kw_low,mining_kw_high\n"
            "m1,0.60,100,80,120\nm2,0.60,50,40,60\nm3,0.02,,,\nm4,0.10,5,1,9\n",
        ),
        sightings=write(
            tmp_path / "sightings.csv",
            "source,miner,dialect,probability,customer\n"
            "a.pcap,10.0.0.1,stratum,0.9999,c1\na.pcap,10.0.0.1,stratum,0.98,c1\n"
            "a.pcap,10.0.0.9,stratum,0.99,\na.pcap,10.0.0.8,stratum,0.99,c9\n",
        ),
        meters=write(
            tmp_path / "meters.csv",
            "meter,customer,declared_use\nm1,c1,\nm2,c2,telecom\nm3,c3,\nm8,c9,\nm9,c9,\n",
        ),
        evidence=(
            write(tmp_path / "evidence.csv", "subject,detector,llr\nm4,tip,2.0\n"),
            write(
                tmp_path / "balance.csv",
                "subject,subject_kind,detector,llr,division,meters\nm3,meter,balance,1.5,511824,\n",
            ),
        ),
    )


def test_traffic_lifts_its_meter_and_a_declaration_lowers_none(files):
    view = fuse_files(given=files)
    chance = dict(zip(view.fused["subject"], view.fused["probability"], strict=True))
    assert view.fused["subject"][0] == "m1"
    assert chance["m1"] > 0.9
    assert "declared" not in json.loads(view.fused.filter(pl.col("subject") == "m2")["contributions"].item())
    assert chance["m4"] > chance["m3"]
    assert view.unlinked == 2, "no customer, and a customer with two meters"


def test_the_list_shows_what_each_added_in_both_languages(files):
    rows = list(csv.DictReader(io.StringIO(fused_csv(fuse_files(given=files)).decode("utf-8"))))
    assert rows[0]["subject"] == "m1"
    assert "mining traffic: for" in rows[0]["why_en"]
    assert "挖矿网络流量" in rows[0]["why_zh"]
    assert rows[0]["kw"] == "100.0"
    assert {row["subject"]: row["division"] for row in rows}["m3"] == "511824"


@pytest.mark.parametrize(
    ("hash_rate", "sign", "words"), [(1.4e15, 1, "fits"), (1e16, -1, "larger site"), (5e13, 0, "other coins")]
)
def test_power_is_held_against_the_hash_rate_of_the_traffic(tmp_path, hash_rate, sign, words):
    given = FusionInput(
        findings=write(
            tmp_path / "findings.csv",
            "meter_id,probability,mining_kw,mining_kw_low,mining_kw_high\nm1,0.6,100,80,120\n",
        ),
        sightings=write(
            tmp_path / "sightings.csv",
            "source,first_seen,miner,dialect,coin,probability,customer,hash_rate\n"
            f"a,2021-06-10T00:00:00Z,10.0.0.1,stratum-v1,BTC,0.99,c1,{hash_rate}\n",
        ),
        meters=write(tmp_path / "meters.csv", "meter,customer\nm1,c1\n"),
    )
    view = fuse_files(given=given)
    added = json.loads(view.fused["contributions"][0])["hash_rate"]
    assert (added > 0) - (added < 0) == sign
    assert words in view.checks["m1"].en
    (row,) = csv.DictReader(io.StringIO(fused_csv(view).decode("utf-8")))
    assert row["hash_rate_check_zh"] == view.checks["m1"].zh


def test_visits_are_planned_with_a_random_share(files):
    view = fuse_files(given=files, budget=3, share=0.3, seed=4)
    assert [drawn for _, drawn in view.visits] == [False, False, True]
    assert view.visits == fuse_files(given=files, budget=3, share=0.3, seed=4).visits
    assert view.visits[0][0] == "m1"


def test_visits_that_were_made_re_weight(files, tmp_path):
    visits = write(tmp_path / "visits.csv", "subject,found\nm1,yes\nm2,否\n")
    given = FusionInput(findings=files.findings, visits=visits)
    view = fuse_files(given=given)
    assert view.weights.visits == 2
    assert abs(view.weights.of("load") - 1) < 0.5


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("findings", "meter,p\n", "no column meter_id, probability"),
        ("findings", "meter_id,probability\nm1,often\n", "'often' in column probability is no number"),
        ("evidence", "subject,detector,llr\nm1,stars,2\n", "'stars' is no detector"),
    ],
)
def test_a_wrong_file_is_told_by_column_and_value(tmp_path, name, text, words):
    path = write(tmp_path / "x.csv", text)
    given = FusionInput(**{name: (path,) if name == "evidence" else path})
    with pytest.raises(InputError, match=words):
        fuse_files(given=given)


def test_nothing_to_fuse_is_said(tmp_path):
    with pytest.raises(InputError, match="no evidence"):
        fuse_files(given=FusionInput(meters=tmp_path / "m.csv"))
    with pytest.raises(InputError, match="cannot be read"):
        fuse_files(given=FusionInput(findings=tmp_path / "missing.csv"))
    visits = write(tmp_path / "v.csv", "subject,found\nm1,maybe\n")
    findings = write(tmp_path / "f.csv", "meter_id,probability\nm1,0.5\n")
    with pytest.raises(InputError, match="neither yes nor no"):
        fuse_files(given=FusionInput(findings=findings, visits=visits))
