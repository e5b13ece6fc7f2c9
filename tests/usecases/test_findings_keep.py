"""A run is kept with what the books say of its meters; the same run again is no other."""

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from minewatch.detect.block import Block
from minewatch.detect.fuse import EVIDENCE_SCHEMA, evidence_row, fuse
from minewatch.detect.screen import screen_block
from minewatch.model.findings_views import FindingQuery
from minewatch.model.origin import Origin
from minewatch.stores.findings import NAME, FindingStore
from minewatch.stores.workspace import init
from minewatch.usecases.findings_keep import input_digest, keep_fusion, keep_screening
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.screen import ranked

NOW = datetime(2021, 6, 20, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path):
    workspace = init(tmp_path, zone="+08:00", shards=2)
    meters = pl.DataFrame(
        {
            "meter": ["A", "B"],
            "county_code": ["511802", None],
            "customer": ["K1", None],
            "declared_use": ["冷库", None],
            "node": ["T1", None],
        },
        schema_overrides={"county_code": pl.String, "customer": pl.String},
    )
    grid_store(workspace).add("meters", "0" * 64, meters)
    return workspace


@pytest.fixture(scope="module")
def findings():
    chance = np.random.default_rng(3)
    host = 2 + np.abs(np.sin(np.arange(96) / 96 * np.pi))[None, None, :] + chance.normal(0, 0.4, (3, 30, 96))
    host[0] += 6.0
    return ranked(screen_block(Block(("A", "B", "C"), date(2021, 5, 20), host.astype(np.float32))))


def keep(workspace, findings, **more):
    given = {"origin": Origin.SIMULATED, "now": NOW, "lake": workspace.lake()}
    return keep_screening(workspace=workspace, findings=findings, **{**given, **more})


def store(workspace):
    return FindingStore(workspace.folder / NAME)


def test_everything_the_detector_said_is_kept(workspace, findings):
    run = keep(workspace, findings)
    assert (run.findings, run.kind, run.prevalence) == (3, "screen", pytest.approx(0.1, abs=0.01))
    assert (run.first_day, run.last_day) == (date(2021, 5, 20), date(2021, 6, 18))
    lines = {line.meter: line for line in store(workspace).lines(FindingQuery(run=run.id), ("",))}
    for row in findings.iter_rows(named=True):
        line = lines[row["meter_id"]]
        assert line.probability == row["probability"]
        assert line.since == row["since"]
        assert line.reasons == tuple(row["reasons"])
        assert list(line.record["alternatives"]) == row["alternatives"]


def test_the_books_place_a_meter_or_the_given_division_does(workspace, findings):
    run = keep(workspace, findings)
    of = {line.meter: line for line in store(workspace).lines(FindingQuery(run=run.id), ("",))}
    assert (of["A"].division, of["A"].customer, of["A"].declared_use, of["A"].node) == ("511802", "K1", "冷库", "T1")
    assert of["B"].division == of["C"].division == ""
    placed = keep(workspace, findings, division="511824")
    assert placed.id != run.id
    of = {line.meter: line for line in store(workspace).lines(FindingQuery(run=placed.id), ("",))}
    assert (of["A"].division, of["B"].division, of["C"].division) == ("511802", "511824", "511824")


def test_the_same_findings_are_the_same_run(workspace, findings):
    first, second = keep(workspace, findings), keep(workspace, findings, now=NOW.replace(hour=5))
    assert first.id == second.id
    assert [run.made_at.hour for run in store(workspace).runs()] == [5]


def test_the_input_digest_follows_the_lake(workspace):
    assert input_digest(workspace.lake()) == input_digest(workspace.lake())


def test_a_fused_list_takes_dates_and_reasons_from_the_screening(workspace, findings):
    keep(workspace, findings)
    rows = [evidence_row("A", "traffic", 6.0, digest="s#1"), evidence_row("Z", "tip", 1.0)]
    fused = fuse(pl.DataFrame(rows, schema=EVIDENCE_SCHEMA, orient="row"), prior=0.01)
    run = keep_fusion(workspace=workspace, fused=fused, detector="d", source="s", prior=0.01, now=NOW)
    of = {line.meter: line for line in store(workspace).lines(FindingQuery(run=run.id), ("",))}
    assert run.simulated
    assert of["A"].record["contributions"] == {"traffic": 6.0}
    assert of["A"].record["evidence"] == ["s#1"]
    assert (of["A"].division, of["A"].first_day) == ("511802", date(2021, 5, 20))
    assert (of["Z"].first_day, of["Z"].reasons) == (None, ())
