"""From answers to what a model learns from: which days, which kind of day, what is left out and why."""

from datetime import date, timedelta

import numpy as np
import pytest

from finding_samples import AT, INSPECTOR, SUPERVISOR, opened, turn
from minewatch.casework.commands import OpenCase, RecordVisit
from minewatch.detect.block import Block
from minewatch.detect.looks import take_looks
from minewatch.stores.workspace import open_workspace
from minewatch.usecases import triage
from minewatch.usecases.cases import act, open_cases
from minewatch.usecases.import_readings import import_files, with_zone
from minewatch.usecases.model_labels import days_of, labels_of, learnable
from minewatch.usecases.reading import read_options
from usecases.memory_lake import example_meters
from visited_office import FIRST, NOW, visited_office, write_labels, write_readings

HEADING = ("meter", "found", "first_day", "last_day", "at", "site", "basis")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office") / "w"
    visited_office(folder, meters=6)
    write_readings(folder / "short.csv", ["SHORT"], example_meters(1, days=12))
    days = [f"{meter},{FIRST + timedelta(days=day)},{12 + day % 7}" for meter in ("DAILY", "V000") for day in range(60)]
    (folder / "daily.csv").write_text("\n".join(["meter,date,kWh", *days]), "utf-8")
    workspace = open_workspace(folder)
    for name in ("short.csv", "daily.csv"):
        import_files([folder / name], lake=workspace.lake(), now=NOW, options=with_zone(read_options(), workspace.zone))
    return folder


def taken(folder, answers, *, judgements=False):
    path = write_labels(folder / "labels.csv", answers, heading=HEADING)
    with opened(folder) as office:
        given = labels_of(turn=turn(office), file=path, judgements=judgements)
        return learnable(turn=turn(office), given=given)


def test_what_cannot_be_learned_from_is_told_with_its_line(folder):
    known = taken(folder, [("V001", "yes"), ("NOBODY", "no"), ("SHORT", "no"), ("DAILY", "no")])
    assert [row.meter for row in known.rows] == ["V001"]
    assert [(issue.code, issue.line, issue.value) for issue in known.issues] == [
        ("label_unknown_meter", 3, "NOBODY"),
        ("label_too_short", 4, "SHORT"),
        ("label_daily_only", 5, "DAILY"),
    ]


def test_an_answer_is_about_its_days_or_all_before_the_visit(folder):
    curve = example_meters(6, mines=4)[1].round(4)

    def looks(days):
        return take_looks(Block(("V001",), FIRST, curve[None, days].astype(np.float32)), costly=True)

    named = taken(folder, [("V001", "yes", "2021-05-22", "2021-06-10")]).visited.looks
    np.testing.assert_allclose(named, looks(slice(2, 22)), rtol=1e-3, atol=1e-3)
    before = taken(folder, [("V001", "yes", "", "", "2021-06-09")]).visited.looks
    np.testing.assert_allclose(before, looks(slice(0, 20)), rtol=1e-3, atol=1e-3)
    assert taken(folder, [("V001", "yes", "2021-06-12", "2021-06-16")]).issues[0].code == "label_too_short"
    assert taken(folder, [("V001", "yes", "2022-06-12", "2022-08-16")]).issues[0].code == "label_too_short"


def test_a_curve_is_preferred_to_daily_energy(folder):
    known = taken(folder, [("V000", "yes")])
    assert known.rows
    assert not known.issues


def test_meters_of_one_customer_are_one_site_and_desk_judgements_stay_out(folder):
    answers = [("V001", "yes", "", "", "", "K7"), ("V002", "no", "", "", "", "K7", "judgement"), ("V003", "no")]
    assert [row.meter for row in taken(folder, answers).rows] == ["V001", "V003"]
    known = taken(folder, answers, judgements=True)
    assert known.visited.site.tolist() == ["K7", "K7", "V003"]
    assert days_of(known.rows) == ("", "")


def test_the_record_gives_what_visits_found(tmp_path):
    visited_office(tmp_path / "w", meters=3)
    with opened(tmp_path / "w") as office:
        triage.dismiss(turn=turn(office), chosen=triage.Selection(meters=("M1",)), reason="cold_store")
        new = OpenCase(
            campaign="campaign-june",
            site="K1",
            jurisdiction="511802",
            meters=("V001",),
            origin="x",
            summary="",
            mining_kw=1.0,
        )
        (receipt,) = open_cases(log=office.log, actor=SUPERVISOR, at=AT, new=[new])
        seen = RecordVisit(at=AT, inspectors=("luo",), found="racks", machines=4, running=True)
        act(log=office.log, actor=INSPECTOR, at=AT, case=receipt.stream, command=seen)
        given = labels_of(turn=turn(office), file=None, judgements=False)
        assert [(row.meter, row.mine, row.seen) for row in given.rows] == [("V001", True, date(2021, 6, 20))]
        assert [row.meter for row in labels_of(turn=turn(office), file=None, judgements=True).rows] == ["M1", "V001"]
        assert len(given.digest) == 64
        assert [row.meter for row in learnable(turn=turn(office), given=given).rows] == ["V001"]
