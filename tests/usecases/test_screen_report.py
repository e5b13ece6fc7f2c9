"""The view of a run: counts, order and series of what was screened, ready to be rendered."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from minewatch.model.text import Text
from minewatch.reports.findings_html import render_screen_report
from minewatch.usecases.screen import screen_lake
from minewatch.usecases.screen_report import ReportInput, screen_report
from usecases.memory_lake import MemoryBlock, MemoryLake, example_meters

FIRST = date(2021, 5, 24)
NAMES = tuple(f"meter {number}" for number in range(6))


@pytest.fixture(scope="module")
def lake():
    kw = example_meters(6)
    kw[0, 20] = np.nan
    return MemoryLake([[MemoryBlock(NAMES[:3], FIRST, kw[:3])], [MemoryBlock(NAMES[3:], FIRST, kw[3:])]])


@pytest.fixture(scope="module")
def view(lake):
    given = ReportInput(
        title=Text("Screening", "筛查"),
        made_at=datetime(2021, 7, 1, tzinfo=UTC),
        sources=(),
        issues=(),
        issues_noted=0,
        issues_disqualifying=0,
        top=3,
    )
    return screen_report(findings=screen_lake(lake=lake), lake=lake, given=given)


def test_every_meter_is_counted_and_ranked(view):
    assert view.meters_read == 6
    assert sum(band.meters for band in view.bands) == 6
    assert [row.rank for row in view.ranked] == [1, 2, 3, 4, 5, 6]
    assert sorted(row.meter for row in view.ranked) == sorted(NAMES)
    chances = [row.probability for row in view.ranked]
    assert chances == sorted(chances, reverse=True)
    assert view.readings == 6 * 28 * 48 - 48
    assert view.worth_a_visit == sum(chance >= 0.5 for chance in chances)


def test_the_mines_are_on_top_with_their_series(view, lake):
    assert {row.meter for row in view.ranked[:2]} == {"meter 0", "meter 1"}
    for finding in view.findings[:2]:
        number = NAMES.index(finding.row.meter)
        block = next(lake.blocks(0, 48))
        np.testing.assert_array_equal(np.asarray(finding.series.kw), block.kw[number].ravel())
        assert (finding.series.slots, finding.series.days, finding.series.first_day) == (48, 28, FIRST)
        assert finding.row.mining.low <= finding.row.mining.value <= finding.row.mining.high


def test_the_view_can_be_rendered(view):
    page = render_screen_report(view, language="en")
    assert page.count("<article") == len(view.findings)
