"""What a budget of visits buys: the threshold, expected hits and visits in vain with their interval, the curve of hits.

If each of the n most probable sites mines with its own probability, independently, the number of hits has the
Poisson-binomial distribution; it is computed exactly by convolution, so that small numbers are told as they are.

The probabilities themselves may be off together, because they are calibrated for lists of which one in ten mines and on
other customers than the user's. So the true log-odds are believed to be ``shift + slope × told log-odds`` (the form of Platt's
calibration), the shift normal around 0 (around the share of mines the user names, where one is named) and the slope normal
around 1, with standard deviations :data:`DOUBT`. Both are learned from what visits found: their posterior by Laplace's
approximation. Expected hits and intervals are those of the mixture over both (Gauss-Hermite quadrature), wide before any
visit and narrower with each. The slope lets the top of a list be better than told and its tail worse.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from numpy.typing import NDArray

from minewatch.model.errors import InputError
from minewatch.model.findings_views import BudgetPoint, BudgetView, FindingQuery, Label, RunView
from minewatch.model.text import Text, counted
from minewatch.stores.findings import FindingStore
from minewatch.usecases.findings import find_run, total_of
from minewatch.usecases.findings_state import kept_findings, stems_of
from minewatch.usecases.labels import labels
from minewatch.usecases.office import Turn

MOST_VISITS = 2_000
INTERVAL = 0.8
DOUBT = (1.0, 0.5)
"""Standard deviations of shift and slope before any visit; our judgement: odds may be off by 2.7 either way, and differences
between them by half."""
NODES = 5
"""Places of the quadrature in each of the two directions."""
CURVE_POINTS = 60
FEW_VISITS = 10
CLIPPED = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What there is: a number of ``visits``, or ``teams`` with ``hours`` each and ``hours_a_visit`` (the way included)."""

    visits: int | None = None
    teams: int = 1
    hours: float | None = None
    hours_a_visit: float = 2.0

    def count(self) -> tuple[int, Text | None]:
        """Return how many visits can be made, and in words how that came about; ``InputError`` for what cannot be."""
        if (self.visits is None) == (self.hours is None):
            raise InputError(
                Text("Say what there is.", "请说明可用的核查力量。"),
                remedy=Text("Give a number of visits, or hours and teams.", "请给出核查次数，或小时数和小组数。"),
            )
        if self.hours is None:
            number, words = self.visits or 0, None
        else:
            number, words = self._from_hours(self.hours)
        if not 1 <= number <= MOST_VISITS:
            raise InputError(
                Text(f"{number} visits cannot be planned.", f"无法安排 {number} 次核查。"),
                remedy=Text(f"Give from 1 to {MOST_VISITS} visits.", f"请给出 1 至 {MOST_VISITS} 次。"),
            )
        return number, words

    def _from_hours(self, hours: float) -> tuple[int, Text]:
        finite = math.isfinite(hours) and math.isfinite(self.hours_a_visit)
        if not finite or self.teams < 1 or hours <= 0 or self.hours_a_visit <= 0:
            raise InputError(
                Text("Teams and hours must be above 0.", "小组数和小时数必须大于 0。"),
                remedy=Text("For example 2 teams of 8 hours.", "例如 2 个小组，各 8 小时。"),
            )
        each = int(min(hours / self.hours_a_visit, MOST_VISITS + 1.0))
        return self.teams * each, Text(
            f"{counted(self.teams, 'team')} × {counted(each, 'visit')} in {hours:g} h, "
            f"{self.hours_a_visit:g} h a visit with the way",
            f"{self.teams}组×每组{each}次（{hours:g}小时，每次含路程{self.hours_a_visit:g}小时）",
        )


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of shift and slope: jointly normal with this mean and covariance."""

    mean: tuple[float, float] = (0.0, 1.0)
    covariance: tuple[tuple[float, float], tuple[float, float]] = ((DOUBT[0] ** 2, 0.0), (0.0, DOUBT[1] ** 2))


def budget(
    *, turn: Turn, means: Means, query: FindingQuery | None = None, prevalence: float | None = None
) -> BudgetView:
    """Return what ``means`` buy among the findings that wait (or those of ``query``), for who may read them.

    ``prevalence`` is the share of mines believed among all meters; None takes the probabilities as they are calibrated.
    Raises ``InputError`` for means or a share that cannot be.
    """
    turn.may("finding.read")
    number, hours = means.count()
    if prevalence is not None and not 0 < prevalence < 1:
        raise InputError(
            Text(f"A share of {prevalence} cannot be.", f"比例不能为 {prevalence}。"),
            remedy=Text("Give a share between 0 and 1, such as 0.01.", "请给出 0 至 1 之间的比例，如 0.01。"),
        )
    store = kept_findings(turn.office)
    query = query or FindingQuery(status="todo")
    run = find_run(store, query.run)
    prior = Belief((0.0 if prevalence is None else _logit(prevalence) - _logit(run.prevalence), 1.0))
    past = _told_alike(store, run, labels(turn=turn, visits_only=True))
    belief = learned(prior, past)
    query, stems = replace(query, run=run.id), stems_of(turn.actor)
    ranked = np.array(store.site_probabilities(query, stems, most=number), np.float64)
    visits = len(ranked)
    curve = tuple(curve_of(ranked, belief))
    last = curve[-1] if curve else BudgetPoint(0, 0.0, 0, 0, 0.0, 1.0)
    return BudgetView(
        run=run,
        waiting=total_of(store.statuses(query, stems), query.status),
        visits=visits,
        hours=hours,
        threshold=last.probability,
        expected=last.expected,
        low=last.low,
        high=last.high,
        false_low=visits - last.high,
        false_high=visits - last.low,
        none=last.none,
        prevalence=prevalence,
        rests_on=_rests_on(run.prevalence, prevalence, len(past)),
        curve=curve,
        past=_past(prior, past),
        caution=_cautions(visits, number, last, learned_from=len(past)),
    )


def _told_alike(store: FindingStore, run: RunView, found: Sequence[Label]) -> list[Label]:
    """Visits whose probability was told by the same model as the run's: an adapted model has learned from earlier ones.

    A run that is no longer kept is taken for one of the shipped model.
    """
    models = {one.id: one.model for one in store.runs()}
    return [one for one in found if one.probability is not None and models.get(one.run, "") == run.model]


def learned(prior: Belief, past: Sequence[Label]) -> Belief:
    """Return what visits teach of shift and slope: mode and curvature of their posterior (logistic likelihood)."""
    if not past:
        return prior
    odds = _odds(np.array([label.probability for label in past], np.float64))
    x = np.column_stack([np.ones(len(odds)), odds])
    found = np.array([label.mine for label in past], np.float64)
    start = np.array(prior.mean)
    precision = np.linalg.inv(np.array(prior.covariance))
    mode, curvature = start.copy(), precision
    for _ in range(100):
        chance = _chance(x @ mode)
        slope = x.T @ (found - chance) - precision @ (mode - start)
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + precision
        step = np.linalg.solve(curvature, slope)
        mode = mode + step / max(1.0, float(np.abs(step).max()))
        if float(np.abs(step).max()) < 1e-9:
            break
    spread = np.linalg.inv(curvature)
    (a, b), (c, d) = spread.tolist()
    return Belief((float(mode[0]), float(mode[1])), ((a, b), (c, d)))


def mixed(ranked: Floats, belief: Belief) -> tuple[Floats, Floats]:
    """Return the probabilities under each node of the belief, shape (nodes, sites), and the nodes' weights."""
    places, weights = hermegauss(NODES)
    grid = np.array([(one, other) for one in places for other in places])
    nodes = np.array(belief.mean) + grid @ np.linalg.cholesky(np.array(belief.covariance)).T
    both = np.outer(weights, weights).ravel()
    return _chance(nodes[:, :1] + nodes[:, 1:] * _odds(ranked)[None, :]), both / both.sum()


def curve_of(ranked: Floats, belief: Belief) -> Iterator[BudgetPoint]:
    """Yield what the first visits down ``ranked`` bring, at about :data:`CURVE_POINTS` places, the last among them."""
    chances, weights = mixed(ranked, belief)
    wanted = {max(1, round(float(n))) for n in np.linspace(1, len(ranked), min(CURVE_POINTS, max(len(ranked), 1)))}
    hits = np.ones((len(weights), 1))
    for number in range(1, len(ranked) + 1):
        hits = _one_more(hits, chances[:, number - 1, None])
        if number in wanted:
            together = weights @ hits
            low, high = interval(together)
            expected = float(weights @ chances[:, :number].sum(axis=1))
            yield BudgetPoint(number, expected, low, high, float(ranked[number - 1]), float(together[0]))


def _one_more(hits: Floats, chance: Floats) -> Floats:
    """Return the distributions of the number of hits after one more visit: the step of the exact convolution."""
    longer = np.zeros((len(hits), hits.shape[1] + 1))
    longer[:, :-1] = hits * (1 - chance)
    longer[:, 1:] += hits * chance
    return longer


def interval(distribution: Floats, share: float = INTERVAL) -> tuple[int, int]:
    """Return the smallest and greatest number of hits of the central ``share`` of a distribution."""
    below = np.cumsum(distribution)
    tail = (1 - share) / 2
    low, high = (int(np.searchsorted(below, level - 1e-12)) for level in (tail, 1 - tail))
    return min(low, len(distribution) - 1), min(high, len(distribution) - 1)


def _odds(chances: Floats) -> Floats:
    clipped = np.clip(chances, CLIPPED, 1 - CLIPPED)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def _chance(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -60, 60))))


def _logit(chance: float) -> float:
    return math.log(chance) - math.log1p(-chance)


def _rests_on(base: float, given: float | None, visits: int) -> Text:
    calibrated = (
        Text(
            f"probabilities as calibrated, for lists of which {base:.0%} mine",
            f"按校准概率计算（适用于挖矿占{base:.0%}的名单）",
        )
        if given is None
        else Text(
            f"probabilities for {given:.2%} of all meters mining, as you said",
            f"按您指定的全部计量点中{given:.2%}在挖矿计算",
        )
    )
    if not visits:
        return Text(
            f"{calibrated.en}; no visit has told yet how true they are here", f"{calibrated.zh}；尚无现场核查可检验"
        )
    return Text(
        f"{calibrated.en}, corrected by {counted(visits, 'visit')}", f"{calibrated.zh}，并依据{visits}次现场核查修正"
    )


def _past(prior: Belief, past: Sequence[Label]) -> Text | None:
    """Hold past visits against what was foretold for them before anything was learned from them."""
    if not past:
        return None
    ranked = np.array([label.probability for label in past], np.float64)
    *_, last = curve_of(ranked, prior)
    found = sum(label.mine for label in past)
    fits = last.low <= found <= last.high
    verdict = Text("that fits", "与预计相符") if fits else Text("that does not fit", "与预计不符")
    return Text(
        f"Of {counted(len(past), 'site')} visited so far {found} mined; "
        f"foretold were {last.expected:.1f} ({last.low} to {last.high}): {verdict.en}.",
        f"已核查{len(past)}处，确认挖矿{found}处；预计为{last.expected:.1f}处（{last.low}至{last.high}处）：{verdict.zh}。",
    )


def _cautions(visits: int, wanted: int, last: BudgetPoint, *, learned_from: int) -> tuple[Text, ...]:
    said = [
        Text(
            "The interval should hold the result of 8 in 10 such lists. It allows for chance and for probabilities that are off "
            "together; it takes sites to be independent of each other.",
            "10份这样的名单中，约有8份的结果应落在区间内。区间已考虑偶然性以及概率整体偏差，并假定各处相互独立。",
        )
    ]
    if learned_from:
        said.append(
            Text(
                "Further down a list whose top was visited the interval has been too hopeful in rehearsals: the best are gone.",
                "名单靠前部分已核查后，其后部分的预计在演练中偏乐观：最可疑的已被查过。",
            )
        )
    if visits < wanted:
        said.append(
            Text(
                f"Only {counted(visits, 'site waits', 'sites wait')}; {wanted} could be visited.",
                f"待核查的仅{visits}处，可核查{wanted}处。",
            )
        )
    if visits < FEW_VISITS:
        said.append(
            Text(
                f"{counted(visits, 'visit is', 'visits are')} few: the result says little about the list as a whole.",
                f"{visits}次核查数量太少，其结果难以说明整份名单的准确程度。",
            )
        )
    if last.expected < 1:
        said.append(
            Text(
                "Less than one hit is to be expected; finding nothing would be no surprise.",
                "预计命中不足1处；一无所获也属正常。",
            )
        )
    return tuple(said)


def told(found: BudgetView) -> tuple[Text, ...]:
    """Return the view as sentences, the figures first, then what they rest on."""
    never = f"{found.none:.0%}" if found.none >= 0.005 else "< 1%"
    lines = [
        found.hours,
        Text(
            f"{counted(found.visits, 'visit')} down a list of "
            f"{counted(found.waiting, 'finding that waits', 'findings that wait')}, to probability {found.threshold:.2f}.",
            f"待核查疑点{found.waiting}个，可核查{found.visits}处：名单概率阈值为{found.threshold:.2f}。",
        ),
        Text(
            f"Expected hits {found.expected:.1f} ({found.low} to {found.high}), visits in vain "
            f"{found.visits - found.expected:.1f} ({found.false_low} to {found.false_high}); chance of no hit at all {never}.",
            f"预计命中{found.expected:.1f}处（{found.low}至{found.high}），落空{found.visits - found.expected:.1f}处"
            f"（{found.false_low}至{found.false_high}）；一处未中的可能性{never}。",
        ),
        Text(f"Rests on {found.rests_on.en}.", f"依据：{found.rests_on.zh}。"),
        found.past,
        *found.caution,
    ]
    return tuple(line for line in lines if line is not None)
