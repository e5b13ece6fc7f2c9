"""Findings as people look at them: pages, counts, one in full, who sees what."""

import pytest

from finding_samples import ANALYST, COUNTY, ELSEWHERE, INSPECTOR, NATION, make_office, opened, row, turn
from minewatch.model.actors import Actor, Role
from minewatch.model.errors import InputError, RuleError
from minewatch.model.findings_views import FindingQuery
from minewatch.stores.workspace import init
from minewatch.usecases.findings import finding_stream, listed, runs, shown


@pytest.fixture
def office(tmp_path):
    make_office(tmp_path)
    with opened(tmp_path) as office:
        yield office


def meters(page):
    return [line.meter for line in page.lines]


def test_a_page_counts_what_its_filter_leaves(office):
    page = listed(turn=turn(office), query=FindingQuery(least=0.5, size=2))
    assert meters(page) == ["M1", "M2"]
    assert (page.total, page.pages, page.run.id) == (3, 2, "screen-1")
    assert page.statuses == {"open": 3}
    assert [(code, count) for code, _, count in page.divisions] == [("511802", 2), ("511824", 2)]
    assert page.divisions[0][1].zh == "雨城区"
    assert page.reasons[0][0] == "steady_floor"
    assert page.simulated is not None


def test_a_page_beyond_the_last_is_the_last(office):
    page = listed(turn=turn(office), query=FindingQuery(size=2, page=99))
    assert (page.query.page, meters(page)) == (2, ["M3", "M4"])


def test_an_empty_workspace_has_an_empty_page(tmp_path):
    init(tmp_path, zone="+08:00", shards=2)
    with opened(tmp_path) as office:
        page = listed(turn=turn(office), query=FindingQuery())
        assert (page.run, page.lines, page.total) == (None, (), 0)
        with pytest.raises(InputError, match="holds no findings"):
            shown(turn=turn(office), run="", meter="M1")


@pytest.mark.parametrize(
    ("actor", "seen", "unplaced"),
    [
        (ANALYST, ["M1", "M2", "M3", "M4"], 1),
        (COUNTY, ["M1", "M2"], 1),
        (NATION, ["M1", "M2", "M3", "M4", "M5"], 0),
        (ELSEWHERE, [], 1),
    ],
)
def test_a_county_sees_its_county(office, actor, seen, unplaced):
    page = listed(turn=turn(office, actor), query=FindingQuery())
    assert meters(page) == seen
    assert page.unplaced == unplaced
    assert sum(page.statuses.values()) == len(seen)


@pytest.mark.parametrize(("actor", "meter"), [(COUNTY, "M3"), (ELSEWHERE, "M1"), (ANALYST, "M5")])
def test_one_finding_outside_is_refused_and_recorded(office, actor, meter):
    with pytest.raises(RuleError):
        shown(turn=turn(office, actor), run="screen-1", meter=meter)
    assert office.log.stream("access")[-1].payload["action"] == "finding.read"


def test_an_administrator_alone_reads_no_findings(office):
    root = Actor("root", frozenset({Role.ADMINISTRATOR}), ("000000",))
    for read in (lambda: runs(turn=turn(office, root)), lambda: listed(turn=turn(office, root), query=FindingQuery())):
        with pytest.raises(RuleError):
            read()


def test_one_finding_in_full(office):
    found = shown(turn=turn(office), run="", meter="M1", query=FindingQuery(least=0.5))
    assert (found.before, found.after) == ("", "M2")
    assert found.status.en == "to be looked at"
    assert found.place.zh == "雨城区"
    assert "12" in found.reasons[0].sentence.en
    assert found.alternatives[0].evidence.zh
    assert (found.looks[0].name.en, found.looks[0].value) == ("height and steadiness of the lowest load", 2.5)
    assert found.notes[0].en.startswith("2 %")
    assert [line.meter for line in found.siblings] == ["M2"]
    assert found.campaigns == (("june", "雅安市虚拟货币挖矿清理"),)
    assert found.may_decide
    assert not shown(turn=turn(office, INSPECTOR), run="", meter="M1").may_decide


def test_few_peers_of_one_use_make_room_for_all(office):
    found = shown(turn=turn(office), run="", meter="M1")
    assert found.peers.peers == 3
    assert "any use" in found.peers.kind.en
    assert found.peers.below == 1.0
    assert sum(found.peers.counts) == 3


def test_peers_of_the_same_use_where_there_are_enough(tmp_path):
    rows = [row("M", 0.5, use="冷库"), *(row(f"C{n}", n / 20, use="冷库") for n in range(20)), row("X", 0.1)]
    make_office(tmp_path, rows)
    with opened(tmp_path) as office:
        peers = shown(turn=turn(office), run="", meter="M").peers
        assert (peers.peers, peers.below) == (20, 0.5)
        assert "冷库" in peers.kind.zh


def test_a_fused_finding_tells_what_each_detector_added(tmp_path):
    record = '{"contributions": {"meter": 3.0, "traffic": -2.5}, "conflict": ["load", "traffic"]}'
    make_office(tmp_path, [row("M1", 0.5, record=record)])
    with opened(tmp_path) as office:
        found = shown(turn=turn(office), run="", meter="M1")
        assert [look.name.en for look in found.looks] == ["load curve of the meter", "mining traffic"]
        assert "flow records" in found.conflict[1].en


def test_a_run_or_meter_that_is_not_there_is_told(office):
    for run, meter in (("screen-9", "M1"), ("", "M9")):
        with pytest.raises(InputError, match="There is no"):
            shown(turn=turn(office), run=run, meter=meter)


def test_a_very_long_id_fits_a_stream():
    assert finding_stream("M1") == "finding-M1"
    assert len(finding_stream("M" * 500)) < 200
