"""Sharing as STIX from the command line: a capture becomes a bundle, the keys stay apart, a rehearsal says so."""

import json

import pytest
import stix2

import stories
import talks
from minewatch.model.errors import InputError
from office_cli import OfficeCli

WHO = ("--producer", "Energy Bureau")


@pytest.fixture
def office(tmp_path):
    (tmp_path / "x.pcap").write_bytes(talks.pcap(stories.stratum().packets))
    return OfficeCli(tmp_path / "office", begin="2021-06-17 08:00")


def test_from_capture_to_bundle(office, tmp_path):
    office.run("traffic", tmp_path / "x.pcap", "--out", tmp_path / "s.csv")
    out = tmp_path / "pool.json"
    told = office.json("stix", tmp_path / "s.csv", "--out", out, *WHO, "--tlp", "green")
    assert told == {"out": str(out), "sightings": 1, "keys": f"{out}.keys.json"}
    parsed = stix2.parse(out.read_text("utf-8"))
    assert stix2.TLP_GREEN.id in {one.id for one in parsed.objects}
    assert "10.0.0.5" not in out.read_text("utf-8")
    keys = tmp_path / "pool.json.keys.json"
    assert keys.stat().st_mode & 0o777 == 0o600
    assert "10.0.0.5" in json.loads(keys.read_text("utf-8"))["names"].values()
    first = {one.id for one in parsed.objects}
    office.run("stix", tmp_path / "s.csv", "--out", tmp_path / "again.json", *WHO, "--tlp", "green", "--keys", keys)
    assert {one.id for one in stix2.parse((tmp_path / "again.json").read_text("utf-8")).objects} == first


def test_names_when_asked(office, tmp_path):
    office.run("traffic", tmp_path / "x.pcap", "--out", tmp_path / "s.csv")
    out = tmp_path / "open.json"
    office.run("stix", tmp_path / "s.csv", "--out", out, *WHO, "--with-names")
    assert "10.0.0.5" in out.read_text("utf-8")
    assert list(tmp_path.glob("*.keys.json")) == []


def test_a_workspace_of_a_rehearsal_shares_simulated_data(office, tmp_path):
    office.run("import", "traffic", tmp_path / "x.pcap", "--workspace", office.folder)
    out = tmp_path / "w.json"
    office.run("stix", "--out", out, *WHO)
    assert '"simulated"' in out.read_text("utf-8")


def test_nothing_to_share_and_what_is_no_file_of_sightings(office, tmp_path):
    with pytest.raises(InputError, match="no sighting to share"):
        office.run("stix", "--out", tmp_path / "x.json", *WHO)
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(InputError, match="holds no sightings"):
        office.run("stix", tmp_path / "bad.csv", "--out", tmp_path / "x.json", *WHO)
    assert not (tmp_path / "x.json").exists()
