"""The demonstration's papers: all there, all labelled, the bundle holds, and a second run takes the ledger as it is."""

from datetime import UTC, datetime

import openpyxl
import pytest

from minewatch.reports.merge import document_text
from minewatch.stores.verify_bundle import check_bundle
from minewatch.stores.workspace import init
from minewatch.usecases.demo import demo
from minewatch.usecases.demo_papers import CAMPAIGN, make_papers, worth_telling

MARKS = ("演练", "演　练", "REHEARSAL")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    view = demo(out=out, seed=20210617, meters=300, days=32, now=now, workers=1)
    return out, view.papers


def test_every_kind_of_paper_is_there_and_says_that_it_is_a_rehearsal(made):
    _, papers = made
    assert papers.cases > 0
    assert all(path.exists() for path in papers.written)
    kinds = {(path.name.split("-")[0].split(".")[0], path.suffix) for path in papers.written}
    wanted = {
        ("notice", ".docx"),
        ("inspection", ".docx"),
        ("return", ".xlsx"),
        ("returns", ".xlsx"),
        ("case", ".html"),
        ("case", ".docx"),
    }
    wanted |= {("bulletin", ending) for ending in (".html", ".docx", ".xlsx")}
    assert kinds == wanted | {("bundle", ".zip"), ("verify_bundle", ".py")}
    for path in papers.written:
        if path.suffix == ".docx":
            assert any(mark in document_text(path.read_bytes()) for mark in MARKS), path.name
        elif path.suffix == ".html":
            assert any(mark in path.read_text("utf-8") for mark in MARKS), path.name
        elif path.suffix == ".xlsx":
            for sheet in openpyxl.load_workbook(path):
                assert any(mark in str(sheet["A1"].value) for mark in MARKS), (path.name, sheet.title)


def test_the_bundle_holds_and_is_marked_as_simulated(made):
    _, papers = made
    (path,) = [one for one in papers.written if one.suffix == ".zip"]
    found = check_bundle(path.read_bytes())
    assert found.whole
    assert b'"simulated":true' in path.read_bytes()


def test_a_second_run_takes_the_ledger_as_it_is(made):
    out, papers = made
    again = make_papers(
        folder=out / "office",
        findings=out / "findings.csv",
        region=out / "region",
        seed=20210617,
        out=out / "papers",
        language="en",
    )
    assert again == papers


def test_an_interrupted_drill_is_begun_anew(made):
    out, papers = made
    (out / "office" / "ledger.db").unlink()
    (out / "office" / "ledger.db.unfinished").write_bytes(b"half")
    again = make_papers(
        folder=out / "office",
        findings=out / "findings.csv",
        region=out / "region",
        seed=20210617,
        out=out / "papers",
        language="en",
    )
    assert again == papers


def test_without_findings_there_are_no_papers(made, tmp_path):
    out, _ = made
    head = (out / "findings.csv").read_text("utf-8").splitlines()[0]
    (tmp_path / "findings.csv").write_text(head + "\n", "utf-8")
    (tmp_path / "meters.csv").write_text("meter,county_code\n", "utf-8")
    (tmp_path / "suspected_projects.csv").write_text("project,county_code\n", "utf-8")
    folder = tmp_path / "office"
    init(folder, zone="Asia/Shanghai", shards=2)
    none = make_papers(
        folder=folder, findings=tmp_path / "findings.csv", region=tmp_path, seed=1, out=tmp_path / "p", language="zh"
    )
    assert (none.cases, none.written) == (0, ())


def test_the_case_shown_is_a_mine_of_some_size_with_something_to_tell():
    rows = [
        {"id": "case-1", "last_outcome": "came_back", "mining_kw": 2.0},
        {"id": "case-2", "last_outcome": "in_time", "mining_kw": 900.0},
        {"id": "case-3", "last_outcome": "late", "mining_kw": 200.0},
        {"id": "case-4", "last_outcome": "", "mining_kw": None},
    ]
    assert worth_telling(rows) == "case-3"
    assert CAMPAIGN.isascii()
