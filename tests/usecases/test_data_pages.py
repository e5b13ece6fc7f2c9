"""What a workspace holds, the faulty places of an import one by one, another county's meters left out."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from minewatch.model.actors import Actor, Role
from minewatch.model.errors import ConflictError, InputError, RuleError
from minewatch.model.issues import Grade
from minewatch.model.jobs import JobKind, JobState
from minewatch.stores.workspace import init
from minewatch.usecases.coverage import measure_coverage
from minewatch.usecases.coverage_pages import coverage_figure, coverage_page, meter_figure, meter_gaps
from minewatch.usecases.data_pages import (
    PAGE,
    IssueFilter,
    ask_again,
    data_page,
    export_issues,
    issue_count,
    issue_page,
)
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.jobs import Upload, ask_with_uploads, job_store, keep_working
from minewatch.usecases.meter_places import counties
from minewatch.usecases.office import Turn, open_office
from region_office import region_workspace

NOW = datetime(2021, 6, 30, 4, 0, tzinfo=UTC)
LI = Actor("li", frozenset({Role.ANALYST}), ("000000",))
COUNTY = Actor("wu", frozenset({Role.ANALYST}), ("511802",))
LUO = Actor("luo", frozenset({Role.INSPECTOR}), ("511800",))
ROWS = "".join(f"m{n % 7},2021-06-01 {n % 24:02d}:30,=1+{n}\n" for n in range(120))

ALL = 127
"""A place for each of 120 bad numbers and one for the gaps of each of seven meters."""


@pytest.fixture
def turn(tmp_path):
    folder = init(tmp_path / "w", zone="+08:00", shards=2).folder
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        turn = Turn(office, LI, NOW)
        good = "".join(f"m1,2021-06-01 {hour:02d}:00,1.5\n" for hour in range(24))
        upload(turn, JobKind.METERS, "meters.csv", "meter,county_code\nm1,511802\nm2,511825\n")
        upload(turn, JobKind.READINGS, "bad.csv", f"meter,time,kw\n{good}{ROWS}")
        yield turn


def upload(turn, kind, name, text):
    options = {"unit": "kW", "kind": "power", "stamps": "start"} if kind is JobKind.READINGS else {}
    files = [Upload(name, io.BytesIO(text.encode()))]
    ask_with_uploads(turn=turn, kind=kind, uploads=files, options=options)
    keep_working(office=turn.office, clock=lambda: NOW)


def test_imports_tables_and_sums(turn):
    page = data_page(turn=turn)
    (row,) = page.imports
    assert row.files[0].name == "bad.csv"
    assert row.files[0].present
    assert (row.readings, row.first_day, page.found) == (24, "2021-06-01", 1)
    assert row.disqualifying + row.noted == sum(one.count for one in row.issues) == ALL
    (table,) = page.tables
    assert (table.kind, table.file, table.rows) == ("meters", "meters.csv", 2)
    assert page.spans[0][1] == date(2021, 6, 1)


def test_every_place_is_listed_filtered_and_paged(turn):
    everything = issue_page(turn=turn, identity="job-000002", asked=IssueFilter())
    assert (everything.found, everything.pages, len(everything.rows)) == (ALL, 3, PAGE)
    first = everything.rows[0]
    assert (first.file, first.line, first.value) == ("bad.csv", 26, "=1+0")
    assert first.words.zh != first.words.en
    assert sum(one.count for one in everything.counts) == ALL
    last = issue_page(turn=turn, identity="job-000002", asked=IssueFilter(), page=99)
    assert (last.page, len(last.rows)) == (3, ALL - 2 * PAGE)
    code = first.code
    assert issue_page(turn=turn, identity="job-000002", asked=IssueFilter(code=code)).found == 120
    assert issue_page(turn=turn, identity="job-000002", asked=IssueFilter(text="=1+11")).found == 11
    assert issue_page(turn=turn, identity="job-000002", asked=IssueFilter(file="other.csv")).found == 0
    assert issue_page(turn=turn, identity="job-000002", asked=IssueFilter(grade=first.grade.value)).found == 120
    assert issue_page(turn=turn, identity="job-000001", asked=IssueFilter()).found == 0


@pytest.mark.parametrize("left", ["", "file,line", "whole"])
def test_what_a_killed_job_left_is_read_as_far_as_it_goes(turn, left):
    store = job_store(turn.office)
    path = store.issues_file("job-000002")
    text = path.read_text("utf-8-sig")
    cut = text[: text.index("=1+50") + 3]
    path.write_text(cut if left == "whole" else left, "utf-8-sig")
    found = issue_page(turn=turn, identity="job-000002", asked=IssueFilter()).found
    assert found == (50 if left == "whole" else 0)
    store.save(replace(store.get("job-000002"), state=JobState.WAITING))
    assert issue_page(turn=turn, identity="job-000002", asked=IssueFilter()).found == 0


def test_a_county_does_not_see_the_places_of_another(turn):
    county = Turn(turn.office, COUNTY, NOW)
    meters = {row.meter for page in (1, 2, 3) for row in issue_page(
        turn=county, identity="job-000002", asked=IssueFilter(), page=page).rows}  # fmt: skip
    assert "m2" not in meters


def test_an_export_runs_in_no_spreadsheet_and_is_on_record(turn):
    content, name, _ = export_issues(turn=turn, identity="job-000002", asked=IssueFilter())
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == ALL
    assert sum(row["value"].startswith("'=") for row in rows) == 120
    assert {row["file"] for row in rows} == {"bad.csv"}, "no path of the machine"
    assert name == "job-000002-issues.csv"
    assert turn.office.log.stream("exports-2021-06-30")[-1].payload["subject"] == "job-000002"


def test_a_file_is_imported_or_judged_again_by_its_digest_only(turn):
    (row,) = data_page(turn=turn).imports
    digest = row.files[0].digest
    job = ask_again(turn=turn, number=1, digest=digest, kind=JobKind.RECHECK)
    with pytest.raises(ConflictError):
        ask_again(turn=turn, number=1, digest=digest, kind=JobKind.RECHECK)
    keep_working(office=turn.office, clock=lambda: NOW)
    assert issue_page(turn=turn, identity=job.id, asked=IssueFilter()).found == ALL
    assert len(data_page(turn=turn).imports) == 1, "judging changes nothing"
    with pytest.raises(InputError, match="no such file"):
        ask_again(turn=turn, number=1, digest="/etc/passwd", kind=JobKind.READINGS)
    with pytest.raises(InputError, match="not done with a file"):
        ask_again(turn=turn, number=1, digest=digest, kind=JobKind.SCREEN)
    for path in (turn.office.workspace.folder / "jobs" / "job-000002").iterdir():
        path.unlink()
    with pytest.raises(InputError, match="no longer where"):
        ask_again(turn=turn, number=1, digest=digest, kind=JobKind.READINGS)


def test_who_may_not(turn):
    inspector = Turn(turn.office, LUO, NOW)
    for call in (data_page, coverage_page):
        with pytest.raises(RuleError):
            call(turn=inspector)
    with pytest.raises(RuleError):
        issue_page(turn=inspector, identity="job-000002", asked=IssueFilter())


def test_a_code_of_another_program_is_shown_as_it_is():
    assert issue_count("from_the_future", 3).words.en == "from_the_future"
    assert issue_count("from_the_future", 3).grade is Grade.NOTED


def test_coverage_pages_of_a_region_for_the_whole_and_for_a_county(tmp_path):
    folder = region_workspace(tmp_path / "w")
    with open_office(given=folder, variable=None, start=folder, address=None) as office:
        turn, county = Turn(office, LI, NOW), Turn(office, COUNTY, NOW)
        assert not coverage_page(turn=turn).measured
        assert coverage_figure(turn=turn, slots=96, language="en") == {"data": [], "layout": {}}
        measure_coverage(folder=folder, lake=office.workspace.lake())
        page = coverage_page(turn=turn)
        assert page.measured
        assert len(page.days) == 14
        assert page.never_read > 0, "a tenth of the meters is not read"
        assert all(one.full <= one.read <= one.expected for one in page.days)
        shares = [one.share for one in page.meters]
        assert shares == sorted(shares)
        figure = coverage_figure(turn=turn, slots=page.slots, language="zh")
        assert len(figure["data"][0]["z"]) == 24
        assert len(figure["data"][0]["z"][0]) == 14
        places = counties(grid_store(office.workspace))
        mine = coverage_page(turn=county)
        assert mine.found < page.found
        assert all(places.get(one.meter, "511802") == "511802" for one in mine.meters)
        other = next(meter for meter, code in places.items() if code != "511802")
        own = next(one.meter for one in mine.meters if places.get(one.meter) == "511802")
        with pytest.raises(RuleError):
            meter_figure(turn=county, meter=other, language="en")
        assert meter_gaps(turn=county, meter=other) == ()
        assert len(meter_figure(turn=county, meter=own, language="en")["data"][0]["x"]) == 14
        assert meter_gaps(turn=county, meter=own)[0].days_read <= 14
        with pytest.raises(InputError, match="No reading"):
            meter_figure(turn=turn, meter="../../x", language="en")
        assert coverage_page(turn=turn, text=own).found == 1
