"""The readings behind a finding, and the way back to file and line."""

from datetime import UTC, datetime

import numpy as np
import pytest

from finding_samples import ADMIN, ANALYST, ELSEWHERE, opened, turn
from minewatch.model.errors import RuleError
from minewatch.model.findings_views import FindingQuery
from minewatch.usecases.access import add_actor
from minewatch.usecases.finding_curve import curve, traced
from minewatch.usecases.findings import listed
from minewatch.usecases.run_screen import Outputs, run_on_workspace
from region_office import region_files, region_workspace

NOW = datetime(2021, 7, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def screened(tmp_path_factory):
    folder = region_workspace(tmp_path_factory.mktemp("curve") / "w")
    summary = run_on_workspace(given=folder, variable=None, start=folder, outputs=Outputs(top=0), now=NOW)
    with opened(folder) as office:
        add_actor(log=office.log, by=None, new=ADMIN, at=NOW)
        for person in (ANALYST, ELSEWHERE):
            add_actor(log=office.log, by=ADMIN, new=person, at=NOW)
        yield office, summary


def test_a_screening_is_kept_with_the_places_of_the_books(screened):
    office, summary = screened
    page = listed(turn=turn(office), query=FindingQuery())
    assert page.run.id == summary.run
    assert page.run.simulated
    assert page.run.findings == summary.meters
    assert {line.division[:4] for line in page.lines} == {"5118"}
    assert all(line.customer for line in page.lines)


def test_the_curve_is_what_was_screened(screened):
    office, _ = screened
    line = listed(turn=turn(office), query=FindingQuery(sort="kw")).lines[0]
    found = curve(turn=turn(office), run="", meter=line.meter)
    kw = np.array(found.series.kw)
    assert found.series.first_day == line.first_day
    assert found.series.days == (line.last_day - line.first_day).days + 1
    assert float(np.nanmean(kw)) == pytest.approx(line.mean_kw, rel=1e-4)
    part = np.array(found.series.mining_kw)
    read = ~np.isnan(kw)
    assert (part[read] <= kw[read] + 1e-4).all()
    assert np.nanmax(part) <= line.mining.value + 1e-3


def test_the_way_back_ends_at_file_and_line(screened):
    office, _ = screened
    line = next(one for one in listed(turn=turn(office), query=FindingQuery(division="511802")).lines)
    files = traced(turn=turn(office), run="", meter=line.meter)
    (found,) = files
    path = region_files() / found.path
    text = path.read_text("utf-8-sig").splitlines()
    assert all(line.meter in text[number - 1] for number in found.lines)
    assert found.found
    assert len(found.digest) == 64
    assert found.imported_at


def test_a_file_that_changed_is_said_to_be_gone(screened, monkeypatch):
    office, _ = screened
    meter = listed(turn=turn(office), query=FindingQuery()).lines[0].meter
    monkeypatch.setattr("minewatch.usecases.finding_curve._is_there", lambda *_: False)
    assert not any(file.found or file.lines for file in traced(turn=turn(office), run="", meter=meter))


def test_nobody_reads_a_curve_of_another_place(screened):
    office, _ = screened
    meter = listed(turn=turn(office), query=FindingQuery()).lines[0].meter
    for read in (curve, traced):
        with pytest.raises(RuleError):
            read(turn=turn(office, ELSEWHERE), run="", meter=meter)
