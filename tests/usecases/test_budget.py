"""What visits buy: the exact distribution, the shift learned from visits, small numbers told as such."""

from datetime import UTC, datetime
from itertools import product

import numpy as np
import pytest

from finding_samples import COUNTY, INSPECTOR, make_office, many, opened, turn
from minewatch.casework.commands import OpenCase, RecordVisit
from minewatch.model.errors import InputError
from minewatch.model.findings_views import FindingQuery, Label
from minewatch.usecases import triage
from minewatch.usecases.budget import Belief, Means, budget, curve_of, interval, learned, told
from minewatch.usecases.cases import act, open_cases

SURE = Belief((0.0, 1.0), ((1e-12, 0.0), (0.0, 1e-12)))


@pytest.fixture
def office(tmp_path):
    make_office(tmp_path)
    with opened(tmp_path) as office:
        yield office


def slowly(chances):
    """Distribution of hits by going through every outcome."""
    out = np.zeros(len(chances) + 1)
    for outcome in product((0, 1), repeat=len(chances)):
        out[sum(outcome)] += np.prod([p if hit else 1 - p for p, hit in zip(chances, outcome, strict=True)])
    return out


def label(chance, mine):
    return Label("M", mine, "visit", None, None, "luo", "", "r", chance, "", "511802", "e", "d")


def test_without_doubt_the_distribution_is_the_exact_one():
    chances = np.array([0.9, 0.6, 0.6, 0.2, 0.05, 0.01])
    *_, last = curve_of(chances, SURE)
    exact = slowly(chances)
    assert last.expected == pytest.approx(chances.sum())
    assert (last.low, last.high) == interval(exact)
    assert last.none == pytest.approx(exact[0])
    assert [point.visits for point in curve_of(chances, SURE)] == [1, 2, 3, 4, 5, 6]


def test_doubt_widens_the_interval():
    chances = np.full(100, 0.5)
    *_, sure = curve_of(chances, SURE)
    *_, doubtful = curve_of(chances, Belief())
    assert (sure.low, sure.high) == (44, 56)
    assert doubtful.low < 30
    assert doubtful.high > 70


def test_the_interval_holds_its_share():
    distribution = np.full(10, 0.1)
    assert interval(distribution) == (0, 8)
    assert interval(np.array([1.0])) == (0, 0)


def test_visits_shift_and_narrow():
    nothing = learned(Belief(), [])
    assert nothing == Belief()
    all_found = learned(Belief(), [label(0.3, mine=True)] * 20)
    none_found = learned(Belief(), [label(0.3, mine=False)] * 20)
    as_told = learned(Belief(), [label(0.3, mine=n < 6) for n in range(20)])
    *_, told = curve_of(np.full(10, 0.3), as_told)
    assert next(iter(curve_of(np.array([0.3]), all_found))).expected > 0.7
    assert next(iter(curve_of(np.array([0.3]), none_found))).expected < 0.15
    assert told.expected == pytest.approx(3.0, abs=0.3)
    assert as_told.covariance[0][0] < Belief().covariance[0][0]


def test_a_top_better_than_told_does_not_lift_the_tail():
    good = learned(Belief(), [label(0.7, mine=True)] * 15 + [label(0.05, mine=False)] * 15)
    assert good.mean[1] > 1
    *_, before = curve_of(np.full(20, 0.02), Belief())
    *_, after = curve_of(np.full(20, 0.02), good)
    assert after.expected < before.expected


def test_a_budget_in_visits_or_hours(office):
    found = budget(turn=turn(office), means=Means(visits=2))
    assert (found.waiting, found.visits, found.threshold) == (4, 2, 0.6)
    assert found.low <= found.expected <= found.high
    assert (found.false_low, found.false_high) == (2 - found.high, 2 - found.low)
    by_hours = budget(turn=turn(office), means=Means(hours=5, teams=1, hours_a_visit=2.0))
    assert by_hours.visits == 2
    assert "1 team × 2 visits" in by_hours.hours.en
    assert any("few" in text.en for text in told(found))


def test_a_budget_sees_only_its_division_and_what_waits(office):
    assert budget(turn=turn(office, COUNTY), means=Means(visits=10)).visits == 1
    triage.accept(turn=turn(office), chosen=triage.Selection(meters=("M3",)))
    assert budget(turn=turn(office), means=Means(visits=10)).visits == 2
    assert budget(turn=turn(office), means=Means(visits=10), query=FindingQuery()).visits == 3


def test_more_visits_than_sites_is_told(office):
    found = budget(turn=turn(office), means=Means(visits=10))
    assert found.visits == 3
    assert any("Only 3 sites wait" in text.en for text in found.caution)


def test_a_share_of_mines_moves_the_figures(office):
    calibrated = budget(turn=turn(office), means=Means(visits=3))
    rare = budget(turn=turn(office), means=Means(visits=3), prevalence=0.001)
    assert rare.expected < calibrated.expected / 3
    assert any("no surprise" in text.en for text in rare.caution)


def test_nothing_waiting_is_no_error(office):
    triage.accept(turn=turn(office), chosen=triage.Selection(query=FindingQuery()))
    found = budget(turn=turn(office), means=Means(visits=5))
    assert (found.visits, found.expected, found.none) == (0, 0.0, 1.0)


@pytest.mark.parametrize(
    "means",
    [
        Means(),
        Means(visits=3, hours=4),
        Means(visits=0),
        Means(visits=2001),
        Means(hours=float("nan")),
        Means(hours=8, teams=0),
        Means(hours=8, hours_a_visit=0),
        Means(hours=1, hours_a_visit=2),
    ],
)
def test_means_that_cannot_be_are_refused(office, means):
    with pytest.raises(InputError):
        budget(turn=turn(office), means=means)


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0])
def test_a_share_that_cannot_be_is_refused(office, share):
    with pytest.raises(InputError):
        budget(turn=turn(office), means=Means(visits=3), prevalence=share)


def test_past_visits_are_held_against_what_was_foretold(office):
    triage.accept(turn=turn(office), chosen=triage.Selection(meters=("M1",)))
    case = OpenCase(
        campaign="campaign-june",
        site="K1",
        jurisdiction="511802",
        meters=("M1",),
        origin="x",
        summary="",
        mining_kw=1.0,
    )
    at = datetime(2021, 6, 21, tzinfo=UTC)
    (receipt,) = open_cases(log=office.log, actor=turn(office).actor, at=at, new=[case])
    visit = RecordVisit(at=at, inspectors=("luo",), found="machines", machines=12, running=True)
    act(log=office.log, actor=INSPECTOR, at=at, case=receipt.stream, command=visit)
    found = budget(turn=turn(office), means=Means(visits=2))
    assert "Of 1 site visited so far 1 mined" in found.past.en
    assert "1 visit" in found.rests_on.en


def test_two_thousand_visits_are_reckoned_within_seconds(tmp_path):
    make_office(tmp_path, many(5000))
    with opened(tmp_path) as office:
        found = budget(turn=turn(office), means=Means(visits=2000))
        assert len(found.curve) <= 60
        assert found.curve[-1].visits == 2000
