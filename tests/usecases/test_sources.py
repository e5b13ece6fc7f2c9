"""From a case back to the line in the file, and a bundle that says where its finding came from."""

import csv
import io
import json
import zipfile
from datetime import date, timedelta

import numpy as np
import pytest

from minewatch.model.errors import InputError
from minewatch.stores.verify_bundle import canonical_zip, check_bundle
from minewatch.usecases.sources import spellings
from office_cli import OfficeCli
from paper_office import at

METER = "5118240000007"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    office = OfficeCli(folder / "office", begin="2021-06-17 08:00")
    random = np.random.default_rng(3)
    with (folder / "curves.csv").open("w", encoding="gb18030", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["计量点编号", "数据日期", *(f"P{n + 1}" for n in range(96))])
        for day in range(28):
            for meter in (METER, "5118240000008"):
                kw = random.normal(300, 2, 96)
                writer.writerow([meter, date(2021, 5, 18) + timedelta(days=day), *(f"{one:.3f}" for one in kw)])
    office.run("import", "readings", folder / "curves.csv", "--workspace", office.folder, "--zone", "Asia/Shanghai")
    office.run("screen", "--workspace", office.folder, "--out", folder / "findings.csv")
    office.run(
        "campaign",
        "open",
        "ya",
        "--pack",
        "cn-ya-20210617",
        "--region",
        "511800",
        "--by",
        "Chen",
        *at("chen", "17 09:00"),
    )
    order = (
        "case",
        "open",
        "--campaign",
        "ya",
        "--findings",
        folder / "findings.csv",
        "--threshold",
        "0",
        "--division",
        "511824",
    )
    office.run(*order, *at("chen", "17 09:10"))
    rows = office.json("case", "list", *at("chen", "17 09:20"))
    return office, folder, next(row["id"] for row in rows if row["meters"] == [METER])


def test_the_line_in_the_file(desk):
    office, folder, case = desk
    (told,) = office.json("case", "sources", case, *at("gao", "17 10:00"))
    assert told["path"].endswith("curves.csv")
    lines = office.run("case", "sources", case, "--in", folder, "--day", "2021-06-01", *at("gao", "17 10:00")).stdout
    (line,) = lines.splitlines()
    assert f"curves.csv:30: {METER},2021-06-01," in line
    raw = (folder / "curves.csv").read_text("gb18030").splitlines()[29]
    assert line.endswith(raw)
    with pytest.raises(InputError, match="None of the original files"):
        office.run("case", "sources", case, "--in", office.folder, *at("gao", "17 10:00"))


def test_a_changed_file_is_no_original(desk, tmp_path):
    office, folder, case = desk
    (tmp_path / "curves.csv").write_bytes((folder / "curves.csv").read_bytes() + b"\n")
    with pytest.raises(InputError, match="changed since they were imported"):
        office.run("case", "sources", case, "--in", tmp_path, *at("gao", "17 10:00"))


def members(path):
    with zipfile.ZipFile(path) as bundle:
        return {one.filename: bundle.read(one) for one in bundle.infolist()}


def test_the_bundle_holds_finding_readings_and_sources_and_the_verifier_checks_them(desk):
    office, folder, case = desk
    office.run("case", "bundle", case, folder / "b.zip", *at("chen", "17 11:00"))
    held = members(folder / "b.zip")
    (finding,) = json.loads(held["evidence/findings.json"])
    with (folder / "findings.csv").open(encoding="utf-8") as handle:
        (row,) = [one for one in csv.DictReader(handle) if one["meter_id"] == METER]
    assert finding["event"] == "E1"
    assert finding["finding"]["probability"] == row["probability"]
    assert json.loads(held["readings/sources.json"])[0]["path"].endswith("curves.csv")
    found = check_bundle((folder / "b.zip").read_bytes())
    told = [english for status, english, _ in found.lines if status == "holds"]
    assert found.whole
    assert any("rests on exactly these readings" in one for one in told)
    assert "the findings are those that the events froze" in told


def test_a_forged_finding_and_forged_readings_are_told(desk):
    office, folder, case = desk
    office.run("case", "bundle", case, folder / "c.zip", *at("chen", "17 11:05"))
    for name, old, new, sentence in (
        ("evidence/findings.json", b'"probability":"0.', b'"probability":"1.', "not those that the events froze"),
        ("readings/readings.csv", b",15,29", b",15,39", "rests on other readings"),
    ):
        held = members(folder / "c.zip")
        assert old in held[name]
        held[name] = held[name].replace(old, new, 1)
        told = [
            english for status, english, _ in check_bundle(canonical_zip(list(held.items()))).lines if status == "fails"
        ]
        assert any(sentence in one for one in told), name


def test_a_pseudonymous_bundle_names_no_file_and_no_meter(desk):
    office, folder, case = desk
    office.run("case", "bundle", case, folder / "p.zip", "--pseudonymous", folder / "k.json", *at("chen", "17 11:10"))
    held = members(folder / "p.zip")
    del held["verify_bundle.py"]
    everything = b"".join(held.values())
    assert METER.encode() not in everything
    assert b"curves.csv" not in everything
    assert check_bundle((folder / "p.zip").read_bytes()).whole
    assert len(list(csv.DictReader(io.StringIO(held["readings/readings.csv"].decode())))) == 28 * 96


def test_spellings_of_a_day():
    assert "2021/6/1" in spellings(date(2021, 6, 1))
