"""Fusing within a workspace: the screening is evidence, visits teach, the list is kept."""

import pytest

from finding_samples import AT, make_office, opened, turn
from minewatch.model.errors import InputError
from minewatch.model.findings_views import FindingQuery
from minewatch.stores.workspace import init
from minewatch.usecases import triage
from minewatch.usecases.findings import listed
from minewatch.usecases.fuse_evidence import FusionInput, fuse_files
from minewatch.usecases.fuse_workspace import Plan, fuse_workspace
from minewatch.usecases.labels import labels, labels_csv

PLAN = Plan(prior=0.01)


def test_the_screening_is_fused_with_other_evidence_and_kept(tmp_path):
    make_office(tmp_path)
    evidence = tmp_path / "evidence.csv"
    evidence.write_text("subject,detector,llr\nM4,traffic,8.0\n")
    with opened(tmp_path) as office:
        view, run = fuse_workspace(
            office=office, given=FusionInput(evidence=(evidence,)), plan=PLAN, turn=None, now=AT.replace(hour=9)
        )
        assert view.fused["subject"][0] == "M4"
        page = listed(turn=turn(office), query=FindingQuery())
        assert page.run.id == run
        assert page.lines[0].meter == "M4"
        assert page.lines[0].division == "511824"
        assert view.weights.visits == 0


def test_visits_on_record_teach_the_weights(tmp_path):
    make_office(tmp_path)
    with opened(tmp_path) as office:
        chosen = triage.Selection(meters=("M1", "M2", "M3"))
        triage.dismiss(turn=turn(office), chosen=chosen, reason="visited")
        plain, _ = fuse_workspace(office=office, given=FusionInput(), plan=PLAN, turn=None, now=AT)
        taught, _ = fuse_workspace(office=office, given=FusionInput(), plan=PLAN, turn=turn(office), now=AT)
        assert (plain.weights.visits, taught.weights.visits) == (0, 3)
        assert taught.weights.of("load") < 1
        assert taught.fused["probability"][0] < plain.fused["probability"][0]


def test_a_file_of_labels_teaches_by_its_visits_only(tmp_path):
    make_office(tmp_path)
    findings = tmp_path / "findings.csv"
    findings.write_text("meter_id,probability\nM1,0.9\nM2,0.8\n")
    with opened(tmp_path) as office:
        triage.dismiss(turn=turn(office), chosen=triage.Selection(meters=("M1",)), reason="visited")
        triage.accept(turn=turn(office), chosen=triage.Selection(meters=("M2",)))
        (tmp_path / "labels.csv").write_bytes(labels_csv(labels(turn=turn(office))))
    view = fuse_files(given=FusionInput(findings=findings, visits=tmp_path / "labels.csv"))
    assert view.weights.visits == 1


def test_nothing_to_fuse_is_told(tmp_path):
    init(tmp_path, zone="+08:00", shards=2)
    with opened(tmp_path) as office, pytest.raises(InputError, match="no evidence"):
        fuse_workspace(office=office, given=FusionInput(), plan=PLAN, turn=None, now=AT)
