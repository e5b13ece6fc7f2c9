"""An office that is no rehearsal imports simulated files, the files are deleted: every door still says what they were."""

import json
import shutil
import zipfile
from datetime import UTC, datetime

import pytest
from docx import Document

from console_office import PASSWORD, TOKEN, Client, give_account
from minewatch.usecases.console import open_console
from minewatch.usecases.rehearse import rehearse
from minewatch.web.app import make_app
from minewatch.web.console import Console
from office_cli import OfficeCli

CHEN = ("--as", "chen")
LABEL, LABEL_ZH = "SIMULATED DATA", "模拟数据"
DRILL = ("--because", "drill", "--by", "Chen")


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A workspace whose readings, grid and stations came from a rehearsal's folder that is gone; it was screened."""
    folder = tmp_path_factory.mktemp("label")
    region = folder / "region"
    rehearse(out=region, seed=5, meters=60, days=14)
    made = OfficeCli(folder / "w", begin=None)
    made.told = [
        made.run("import", "readings", region / "curves", region / "supply", code=0).output,
        *(made.run("import", what, region / f"{what}.csv").output for what in ("grid", "meters")),
        made.run("import", "generation", region / "generation.csv", region / "stations.csv").output,
    ]
    shutil.rmtree(region)
    made.out = folder / "out"
    made.out.mkdir()
    names = ("--report", "r.html", "--xlsx", "r.xlsx", "--out", "f.csv")
    made.screened = made.run("screen", *(made.out / one if "." in one else one for one in names)).output
    made.run("campaign", "open", "c", "--pack", "cn-ya-20210617", "--region", "511800", *DRILL, *CHEN)
    made.meter = made.json("findings", "list", *CHEN)["findings"][0]["meter"]
    made.run("findings", "open", made.meter, "--campaign", "c", *CHEN)
    return made


def in_book(path):
    """Return all XML of a workbook: cells, headers, properties."""
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_imports_say_so_at_once(office):
    assert all(LABEL in told for told in office.told)


def test_a_screening_says_so_in_every_form(office):
    assert LABEL in office.screened
    assert LABEL in (office.out / "r.html").read_text("utf-8")
    assert in_book(office.out / "r.xlsx").count(LABEL) >= 4
    rows = (office.out / "f.csv").read_text("utf-8").splitlines()
    assert rows[0].endswith(",simulated")
    assert all(row.endswith(",yes") for row in rows[1:])
    told = office.json("screen")
    assert (told["simulated"], told["origin"]) == (True, "simulated")


def test_kept_findings_say_so(office):
    assert office.json("findings", "runs", *CHEN)[0]["simulated"] is True
    assert office.json("findings", "list", *CHEN)["simulated"] is True
    assert LABEL in office.run("findings", "list", *CHEN).output
    assert LABEL in office.run("findings", "why", office.meter, *CHEN).output
    assert LABEL in json.dumps(office.json("findings", "why", office.meter, *CHEN))
    office.run("findings", "list", "--out", office.out / "l.csv", *CHEN)
    assert "simulated" in (office.out / "l.csv").read_text("utf-8-sig").splitlines()[0]
    office.run("findings", "list", "--out", office.out / "l.xlsx", *CHEN)
    assert LABEL in in_book(office.out / "l.xlsx")


def test_balances_and_stations_say_so(office):
    names = ("--out", office.out / "b.csv", "--report", office.out / "b.html", "--evidence", office.out / "e.csv")
    assert LABEL in office.run("balance", *names).output
    assert LABEL in (office.out / "b.html").read_text("utf-8")
    assert (office.out / "e.csv").read_text("utf-8").splitlines()[0].endswith(",simulated")
    assert (office.out / "b.csv").read_text("utf-8-sig").splitlines()[0].endswith(",simulated")
    assert office.json("balance")["simulated"] is True
    assert LABEL in office.run("plants", "--report", office.out / "p.html").output
    assert LABEL in (office.out / "p.html").read_text("utf-8")


def test_a_fused_list_says_so(office):
    words = ("fuse", "--findings", office.out / "f.csv", "--out", office.out / "fused.csv")
    assert LABEL in office.run(*words).output
    assert (office.out / "fused.csv").read_text("utf-8").splitlines()[1].endswith(",yes")


def test_exported_readings_say_so(office):
    assert LABEL in office.run("export", "--out", office.out / "x.csv").output
    assert LABEL_ZH in (office.out / "x.csv").read_text("utf-8").splitlines()[1]


def test_the_papers_of_a_case_say_so(office):
    for form in ("html", "docx"):
        office.run("case", "file", "1", "--out", office.out / f"case.{form}", *CHEN)
    assert LABEL in (office.out / "case.html").read_text("utf-8")
    paper = Document(office.out / "case.docx")
    headers = [one.text for section in paper.sections for one in section.header.paragraphs]
    assert LABEL in " ".join([*headers, *(one.text for one in paper.paragraphs)])
    office.run("case", "bundle", "1", office.out / "case.zip", *CHEN)
    with zipfile.ZipFile(office.out / "case.zip") as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert LABEL.encode() in inside["case/case.en.html"]
    assert b'"simulated":true' in b"".join(content for name, content in inside.items() if name.endswith(".json"))
    office.run("bulletin", "--campaign", "c", "--out", office.out / "bulletin", *CHEN)
    papers = [path for path in (office.out / "bulletin").iterdir() if path.suffix in {".docx", ".xlsx"}]
    assert len(papers) >= 2
    assert all(LABEL in in_book(path) for path in papers)


def test_every_page_of_the_console_says_so_in_the_language_of_who_looks(office):
    with open_console(given=office.folder, variable=None, start=office.folder, address=None) as (opened, store):
        give_account(store, "chen")
        console = Console(opened, store, lambda: datetime.now(UTC))
        client = Client(make_app(console), base_url="http://localhost")
        page = client.get("/sign-in")
        data = {"name": "chen", "password": PASSWORD, "csrf": TOKEN.search(page.text.split("<form", 1)[1])[1]}
        assert client.post("/sign-in", data=data, follow_redirects=False).status_code == 303
        for path in ("/", "/findings", "/cases", "/cases/1", "/grid", "/data", "/wall"):
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert LABEL in answer.text, path


def test_real_readings_beside_them_make_it_a_mixture_that_is_warned_of(office, tmp_path):
    mixed = shutil.copytree(office.folder, tmp_path / "w")
    real = tmp_path / "real.csv"
    rows = [f"R1,2021-06-01 {hour:02d}:00,{hour}" for hour in range(24)]
    real.write_text("\n".join(["meter,time,kw", *rows]) + "\n", "utf-8")
    told = office.run("import", "readings", real, "--workspace", mixed).output
    assert "PARTLY SIMULATED DATA" in told
    assert "workspace of its own" in " ".join(told.split())
    summary = office.json("screen", "--workspace", mixed, "--xlsx", tmp_path / "r.xlsx", "--out", tmp_path / "f.csv")
    assert (summary["simulated"], summary["origin"]) == (True, "mixed")
    assert "PARTLY SIMULATED DATA" in in_book(tmp_path / "r.xlsx")
    assert (tmp_path / "f.csv").read_text("utf-8").splitlines()[1].endswith(",partly")
