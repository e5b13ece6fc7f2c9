"""Labels: what a decision teaches, who gets them, as files that can be read back."""

import csv
import io

import polars as pl
import pytest

from finding_samples import COUNTY, ELSEWHERE, make_office, opened, turn
from minewatch.usecases import triage
from minewatch.usecases.labels import labels, labels_csv, labels_parquet


@pytest.fixture
def office(tmp_path):
    make_office(tmp_path)
    with opened(tmp_path) as office:
        for meter, reason in (("M1", "cold_store"), ("M2", "data_fault"), ("M3", "visited")):
            triage.dismiss(turn=turn(office), chosen=triage.Selection(meters=(meter,)), reason=reason)
        triage.accept(turn=turn(office), chosen=triage.Selection(meters=("M4",)))
        yield office


def test_only_what_says_something_about_mining_is_a_label(office):
    found = {label.meter: (label.mine, label.basis) for label in labels(turn=turn(office))}
    assert found == {"M1": (False, "judgement"), "M3": (False, "visit"), "M4": (True, "judgement")}
    assert [label.meter for label in labels(turn=turn(office), visits_only=True)] == ["M3"]


def test_a_decision_taken_back_teaches_nothing(office):
    triage.undo(turn=turn(office), chosen=triage.Selection(meters=("M1", "M4")))
    assert [label.meter for label in labels(turn=turn(office))] == ["M3"]


def test_a_label_leads_back_to_its_event(office):
    label = labels(turn=turn(office))[0]
    stream, _, version = label.event.rpartition("/")
    event = office.log.stream(stream)[int(version) - 1]
    assert event.payload["digest"] == label.digest
    assert (event.actor, event.at) == (label.by, label.at)


def test_a_county_gets_its_own_labels(office):
    assert [label.meter for label in labels(turn=turn(office, COUNTY))] == ["M1"]
    assert labels(turn=turn(office, ELSEWHERE)) == ()


def test_both_files_can_be_read_back(office):
    found = labels(turn=turn(office))
    frame = pl.read_parquet(labels_parquet(found))
    assert frame["meter"].to_list() == ["M1", "M3", "M4"]
    assert frame.schema["first_day"] == pl.Date
    rows = list(csv.DictReader(io.StringIO(labels_csv(found).decode())))
    assert [(row["subject"], row["found"], row["basis"]) for row in rows] == [
        ("M1", "no", "judgement"),
        ("M3", "no", "visit"),
        ("M4", "yes", "judgement"),
    ]
    assert pl.read_parquet(labels_parquet(())).height == 0
