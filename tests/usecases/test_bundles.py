"""A whole case as a bundle: what the verifier says of it, what tampering does, and what a pseudonymised one holds back."""

import csv
import io
import json
import subprocess
import sys
import zipfile

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minewatch.model.errors import InputError, RuleError
from minewatch.stores.verify_bundle import canonical_zip, check_bundle
from paper_office import METERS, SITE, at, paper_office

NOW = at("chen", "19 15:00")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle")
    office = paper_office(folder)
    office.run("case", "bundle", "1", folder / "b.zip", "--attach", folder / "racks.jpg", *NOW)
    return office, folder


def members(path):
    with zipfile.ZipFile(path) as bundle:
        return [(one.filename, bundle.read(one)) for one in bundle.infolist()]


def test_everything_holds_and_the_copy_inside_says_so(desk):
    _, folder = desk
    (folder / "verify.py").write_bytes(dict(members(folder / "b.zip"))["verify_bundle.py"])
    command = [sys.executable, "-I", "verify.py", "b.zip"]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    told = done.stdout.decode("utf-8")
    assert done.returncode == 0, told
    for line in (
        "the manifest's Ed25519 signature holds",
        "5 events form an unbroken chain",
        "packs/cn-ya-20210617.yaml is the text that the events applied",
        "rests on exactly these readings",
        "an event names this file",
        "可核对事项全部成立",
    ):
        assert line in told


def test_csv_and_parquet_hold_the_same_readings_and_no_formula(desk):
    held = dict(members(desk[1] / "b.zip"))
    rows = list(csv.DictReader(io.StringIO(held["readings/readings.csv"].decode("utf-8"))))
    frame = pl.read_parquet(io.BytesIO(held["readings/readings.parquet"]))
    assert len(rows) == frame.height == 2 * (36 * 96 - 1)
    assert {row["meter"] for row in rows} == {f"'{METERS[0]}", METERS[1]}
    assert [float(row["kw"]) for row in rows[:50]] == pytest.approx(frame["kw"].head(50).to_list(), rel=1e-7)


def test_every_member_is_guarded(desk):
    held = members(desk[1] / "b.zip")
    for number, (name, content) in enumerate(held):
        changed = list(held)
        changed[number] = (name, bytes([content[0] ^ 1]) + content[1:])
        assert not check_bundle(canonical_zip(changed)).whole, name


@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_change_of_any_byte_is_found(desk, data):
    raw = (desk[1] / "b.zip").read_bytes()
    place = data.draw(st.integers(0, len(raw) - 1))
    bits = data.draw(st.integers(1, 255))
    assert not check_bundle(raw[:place] + bytes([raw[place] ^ bits]) + raw[place + 1 :]).whole
    assert not check_bundle(raw[:place] + raw[place + 1 :]).whole


def test_a_forger_with_a_key_of_their_own_is_caught_by_the_chain(desk):
    """Whoever signs anew still has to fit the hashes of events; only the fingerprint tells who signed."""
    held = dict(members(desk[1] / "b.zip"))
    lines = held["events/events.jsonl"].decode("utf-8").splitlines()
    event = json.loads(lines[1])
    event["actor"] = "nobody"
    lines[1] = json.dumps(event, ensure_ascii=False)
    held["events/events.jsonl"] = "\n".join(lines).encode("utf-8")
    told = [line[1] for line in check_bundle(canonical_zip(list(held.items()))).lines if line[0] == "fails"]
    assert any("chain of events is broken at position" in line for line in told)


def test_changed_readings_no_longer_carry_the_verdict(desk):
    held = dict(members(desk[1] / "b.zip"))
    text = held["readings/readings.csv"].decode("utf-8")
    row = text.splitlines()[2000]
    held["readings/readings.csv"] = text.replace(row, row.replace(",15,", ",15,1")).encode("utf-8")
    told = [line[1] for line in check_bundle(canonical_zip(list(held.items()))).lines if line[0] == "fails"]
    assert any("rests on other readings" in line for line in told)


def test_names_are_held_back_and_the_keys_kept_apart(desk):
    office, folder = desk
    keys = folder / "keys.json"
    office.run("case", "bundle", "1", folder / "p.zip", "--pseudonymous", keys, *NOW)
    assert keys.stat().st_mode & 0o777 == 0o600
    held = members(folder / "p.zip")
    everything = b"".join(content for name, content in held if name != "verify_bundle.py").decode("utf-8", "replace")
    for name in (*METERS, SITE, "王小明", "罗强", "Li Na", "Chen", "chen", "racks empty", "fans"):
        assert name not in everything, name
    found = check_bundle((folder / "p.zip").read_bytes())
    assert found.whole
    assert sum(line[0] == "open" for line in found.lines) == 3
    names = json.loads(keys.read_text("utf-8"))["names"]
    assert {*METERS, SITE, "罗强"} <= set(names.values())
    office.run("case", "bundle", "1", folder / "p2.zip", "--pseudonymous", keys, *NOW)
    first, second = (dict(members(folder / name))["events/events.jsonl"] for name in ("p.zip", "p2.zip"))
    assert first == second


def test_who_may_and_what_may_be_attached(desk):
    office, folder = desk
    with pytest.raises(RuleError, match=r"case\.export"):
        office.run("case", "bundle", "1", folder / "x.zip", *at("luo", "19 15:00"))
    stranger = folder / "stranger.txt"
    stranger.write_text("not of this case")
    with pytest.raises(InputError, match="No event of the case names"):
        office.run("case", "bundle", "1", folder / "x.zip", "--attach", stranger, *NOW)
    assert not (folder / "x.zip").exists()


def test_the_record_says_that_it_left_the_office(desk):
    office, _ = desk
    lines = [json.loads(line) for line in office.run("ledger", "export", "--as", "gao").stdout.splitlines()]
    made = [json.loads(line["data"]) for line in lines if line["name"] == "export.bundle_made/1"]
    assert made[0]["case"] == "case-1"
    assert len(made[0]["sha256"]) == 64


def test_keygen_makes_one_key(tmp_path):
    office = paper_office(tmp_path)
    told = office.run("ledger", "keygen", *at("gao", "19 16:00")).stdout.strip()
    office.run("case", "bundle", "2", tmp_path / "b.zip", *NOW)
    assert check_bundle((tmp_path / "b.zip").read_bytes(), told).whole
