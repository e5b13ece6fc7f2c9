"""Evidence fused: many detectors, one probability a subject, every contribution shown, conflicts told and not averaged away.

Each piece of evidence carries a log-likelihood ratio (natural logarithm): how much more probable the observation is if the
subject mines than if it does not. Independent ratios add up (Good 1950). Ours are not all independent: a meter's curve and
its node's balance see the same load. So detectors belong to groups; within a group the strongest counts in full and each
further one of the same sign only by ``DEPENDENT_SHARE``. Every detector's ratio is capped, because no detector's model is
right far out in its tails. The sum is added to the prior log-odds.

Visits re-weight: the weights of the groups are fitted to what visits found, by logistic regression with a ridge that holds
them at 1 until enough visits speak (MAP with a normal prior). Who was inspected is no random sample: weights learned from
visits that followed the list itself say little about what the list missed, and :func:`random_share` offers the remedy.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.model.errors import InputError
from minewatch.model.text import Text

DEPENDENT_SHARE = 0.3
CONFLICT = 2.0
"""A conflict is told when one group speaks for mining and another against it by more than this."""
MINING_DECLARED = 2.0
MINING_WORDS = ("虚拟货币", "比特币", "挖矿", "bitcoin", "cryptocurrency", "crypto mining", "crypto-mining")
"""Words of the books that declare mining of currency; a mine of ore is declared in others."""
RIDGE = 8.0
"""How many visits it takes, roughly, until they outweigh the weights as shipped."""


@dataclass(frozen=True, slots=True)
class DetectorKind:
    """What fusion knows of a detector: its dependence group, the cap of its ratio, its name in words."""

    group: str
    cap: float
    name: Text


DETECTORS: Mapping[str, DetectorKind] = {
    "meter": DetectorKind("load", 7.0, Text("load curve of the meter", "计量点负荷曲线")),
    "balance": DetectorKind("load", 5.0, Text("energy balance of the node", "节点电量平衡")),
    "plant": DetectorKind("load", 5.0, Text("balance of the power station", "电站电量平衡")),
    "split": DetectorKind("load", 4.0, Text("accounts that move together", "多户同步用电")),
    "deadline": DetectorKind("behaviour", 5.0, Text("behaviour at the deadline", "限时停机时的用电变化")),
    "outage": DetectorKind("behaviour", 5.0, Text("drop together with the network", "随网络中断同步下降")),
    "traffic": DetectorKind("traffic", 9.0, Text("mining traffic", "挖矿网络流量")),
    "flows": DetectorKind("traffic", 3.0, Text("flow records", "流记录行为")),
    "tip": DetectorKind("people", 2.5, Text("tip from the public", "群众举报")),
    "declared": DetectorKind("declared", 2.0, Text("declared use", "申报用途")),
    "hash_rate": DetectorKind("cross", 2.5, Text("power against hash rate", "功率与算力核对")),
}
"""Detectors that may give evidence; another name is refused."""

EVIDENCE_SCHEMA = pl.Schema(
    {
        "subject": pl.String(),
        "detector": pl.String(),
        "llr": pl.Float64(),
        "kw": pl.Float64(),
        "kw_low": pl.Float64(),
        "kw_high": pl.Float64(),
        "digest": pl.String(),
    }
)
"""Evidence as fusion takes it: one row a subject and detector; kW null where a detector measures none, ``digest`` names
the input the evidence rests on. An ``llr`` that is null or NaN says nothing and counts as 0."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each group counts (1: as shipped), and on how many visits that rests."""

    by_group: Mapping[str, float] = field(default_factory=dict)
    offset: float = 0.0
    visits: int = 0

    def of(self, group: str) -> float:
        """Weight of ``group``."""
        return self.by_group.get(group, 1.0)


AS_SHIPPED = Weights()


def llr_of_probability(probability: float, base_rate: float, *, cap: float = 7.0) -> float:
    """Turn a calibrated probability into the ratio it carries, given the base rate it was calibrated at; capped."""
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.clip(_logit(clipped) - _logit(base_rate), -cap, cap))


def fuse(evidence: pl.DataFrame, *, prior: float, weights: Weights = AS_SHIPPED) -> pl.DataFrame:
    """Fuse ``evidence`` into one row a subject, most probable first.

    Columns: ``subject``, ``probability``, ``log_odds``, ``contributions`` (JSON: detector -> what it added),
    ``conflict`` (groups that contradict each other), ``kw``, ``kw_low``, ``kw_high`` (of the strongest evidence that
    measures power), ``digests``. ``prior`` is the share of subjects believed to mine before any evidence, between 0 and 1.
    Raises ``InputError`` for a detector that is not in :data:`DETECTORS` or a prior outside its range.
    """
    if not 0 < prior < 1:
        raise InputError(
            Text(f"A prior of {prior} is impossible.", f"先验概率不能为 {prior}。"),
            remedy=Text("Give a share between 0 and 1, such as 0.01.", "请给出 0 至 1 之间的比例，如 0.01。"),
        )
    unknown = sorted(set(evidence["detector"]) - set(DETECTORS))
    if unknown:
        raise InputError(
            Text(
                f"Evidence of an unknown detector: {', '.join(unknown)}.",
                f"线索来自未知的检测方法：{'、'.join(unknown)}。",
            ),
            remedy=Text(f"Known are: {', '.join(DETECTORS)}.", f"已知的有：{'、'.join(DETECTORS)}。"),
        )
    start = _logit(prior) + weights.offset
    rows = [
        _fused(str(subject), group.to_dicts(), start, weights)
        for (subject,), group in evidence.sort("subject", "detector").group_by("subject", maintain_order=True)
    ]
    schema = pl.Schema(
        {
            "subject": pl.String(),
            "probability": pl.Float64(),
            "log_odds": pl.Float64(),
            "contributions": pl.String(),
            "conflict": pl.List(pl.String()),
            "kw": pl.Float64(),
            "kw_low": pl.Float64(),
            "kw_high": pl.Float64(),
            "digests": pl.List(pl.String()),
        }
    )
    return pl.DataFrame(rows, schema=schema, orient="row").sort(
        "log_odds", "subject", descending=[True, False], maintain_order=True
    )


def _fused(subject: str, rows: Sequence[Mapping[str, object]], start: float, weights: Weights) -> tuple[object, ...]:
    capped = {str(row["detector"]): _capped(str(row["detector"]), row["llr"]) for row in rows}
    added = contributions(capped, weights)
    groups: dict[str, float] = {}
    for detector, value in added.items():
        groups[DETECTORS[detector].group] = groups.get(DETECTORS[detector].group, 0.0) + value
    speak_for = [group for group, value in groups.items() if value > CONFLICT]
    speak_against = [group for group, value in groups.items() if value < -CONFLICT]
    conflict = sorted(speak_for + speak_against) if speak_for and speak_against else []
    total = start + sum(added.values())
    measured = [row for row in rows if row["kw"] is not None]
    best = max(measured, key=lambda row: added[str(row["detector"])], default=None)
    kw = (best["kw"], best["kw_low"], best["kw_high"]) if best else (None, None, None)
    ordered = dict(sorted(added.items(), key=lambda item: (-abs(item[1]), item[0])))
    digests = sorted({str(row["digest"]) for row in rows if row["digest"]})
    told = json.dumps({name: round(value, 4) for name, value in ordered.items()})
    return (subject, _probability(total), total, told, conflict, *kw, digests)


def _capped(detector: str, llr: object) -> float:
    value = float(llr) if isinstance(llr, int | float) and math.isfinite(llr) else 0.0
    cap = DETECTORS[detector].cap
    return min(max(value, -cap), cap)


def contributions(capped: Mapping[str, float], weights: Weights = AS_SHIPPED) -> dict[str, float]:
    """Return what each detector adds: in each group the strongest of either sign in full, the others by a share."""
    added = {}
    for group in sorted({DETECTORS[detector].group for detector in capped}):
        mine = [(value, detector) for detector, value in capped.items() if DETECTORS[detector].group == group]
        for sign in (1, -1):
            same = sorted(((v, d) for v, d in mine if v * sign > 0), key=lambda item: (-abs(item[0]), item[1]))
            for rank, (value, detector) in enumerate(same):
                added[detector] = weights.of(group) * value * (1.0 if rank == 0 else DEPENDENT_SHARE)
        added.update({detector: 0.0 for value, detector in mine if value == 0})
    return added


def hash_rate_evidence(kw: float, hash_rate_ths: float, *, best_jth: float, worst_jth: float) -> tuple[float, Text]:
    """Hold a site's power against the hash rate its traffic shows; return a ratio and what it means.

    ``best_jth`` and ``worst_jth`` are the efficiencies of machines that can have run on that date, J/TH including cooling.
    Between them the two agree, which speaks for one site; far more power than the hash rate needs means that the traffic
    shows only a part, or that other coins than Bitcoin are mined; far less is impossible for this coin. Raises
    ``InputError`` for figures that are not positive.
    """
    if not (kw > 0 and hash_rate_ths > 0 and 0 < best_jth <= worst_jth):
        raise InputError(
            Text("Power, hash rate and efficiencies must be positive.", "功率、算力和能效必须为正数。"),
            remedy=Text("Leave the cross-check out where one is missing.", "缺少其中一项时，请不要做交叉核对。"),
        )
    jth = kw * 1000.0 / hash_rate_ths
    if jth < best_jth / 1.5:
        return -2.0, Text(
            f"{jth:.0f} J/TH is better than any machine of that time ({best_jth:.0f}): the traffic belongs to a larger site, "
            "or the meter sees only a part of this one.",
            f"{jth:.0f} J/TH优于当时任何矿机（{best_jth:.0f}）：该流量属于更大的场所，或该计量点只计量了一部分。",
        )
    if jth <= worst_jth * 1.5:
        return 2.0, Text(
            f"{jth:.0f} J/TH fits the machines of that time ({best_jth:.0f} to {worst_jth:.0f}).",
            f"{jth:.0f} J/TH与当时矿机相符（{best_jth:.0f}至{worst_jth:.0f}）。",
        )
    return 0.0, Text(
        f"{jth:.0f} J/TH is worse than any machine of that time ({worst_jth:.0f}): other coins are mined with the rest of the "
        "power, the traffic shows only a part of the machines, or the load is not mining.",
        f"{jth:.0f} J/TH劣于当时任何矿机（{worst_jth:.0f}）：其余功率用于其他币种，或流量只反映部分矿机，或该负荷并非挖矿。",
    )


def weights_from_visits(evidence: pl.DataFrame, found: Mapping[str, bool], *, prior: float) -> Weights:
    """Fit the weights of the groups to what visits found (``found``: subject -> was there mining).

    Maximum a posteriori logistic regression by Newton's method: each group's weight has a normal prior around 1, the offset
    around 0, both with precision :data:`RIDGE`; a group that was never seen keeps its weight. Weights never fall below 0.
    """
    groups = sorted({kind.group for kind in DETECTORS.values()})
    rows, labels = [], []
    for (subject,), part in evidence.sort("subject", "detector").group_by("subject", maintain_order=True):
        if str(subject) in found:
            capped = {row["detector"]: _capped(row["detector"], row["llr"]) for row in part.iter_rows(named=True)}
            added = contributions(capped)
            rows.append([sum(v for d, v in added.items() if DETECTORS[d].group == group) for group in groups])
            labels.append(float(found[str(subject)]))
    if not rows:
        return AS_SHIPPED
    x = np.column_stack([np.array(rows), np.ones(len(rows))])
    centre = np.append(np.ones(len(groups)), 0.0)
    fitted = _map_logistic(x, np.array(labels), centre, _logit(prior))
    by_group = {group: max(float(value), 0.0) for group, value in zip(groups, fitted[:-1], strict=True)}
    return Weights(by_group, float(fitted[-1]), len(rows))


def _map_logistic(
    x: NDArray[np.float64], y: NDArray[np.float64], centre: NDArray[np.float64], start: float
) -> NDArray[np.float64]:
    weights = centre.copy()
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(start + x @ weights, -40, 40)))
        gradient = x.T @ (y - p) - RIDGE * (weights - centre)
        curvature = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        # A full Newton step can overshoot where all probabilities are near 0 or 1.
        weights = weights + step / max(1.0, float(np.abs(step).max()))
        if float(np.abs(step).max()) < 1e-9:
            break
    return weights


def random_share(ranked: Sequence[str], others: Sequence[str], *, budget: int, share: float) -> tuple[int, int]:
    """Return how many visits of ``budget`` go down the list and how many to subjects drawn at random.

    Only visits that did not follow the list tell what the list misses; ``share`` of the budget (at least one visit where
    the budget allows two) is set aside for them, as far as there are such subjects.
    """
    if budget < 0 or not 0 <= share <= 1:
        raise InputError(
            Text("A budget is at least 0 and a share between 0 and 1.", "核查次数不能为负，比例须在 0 至 1 之间。"),
            remedy=Text("For example 40 visits, 0.1.", "例如核查 40 次，随机比例 0.1。"),
        )
    wanted = round(budget * share)
    if share > 0 and budget >= 2:
        wanted = max(wanted, 1)
    drawn = min(wanted, len(others))
    return min(budget - drawn, len(ranked)), drawn


def _logit(probability: float) -> float:
    return math.log(probability) - math.log1p(-probability)


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(min(log_odds, 700.0), -700.0)))


def evidence_row(
    subject: str, detector: str, llr: float, *, kw: tuple[float, float, float] | None = None, digest: str = ""
) -> tuple[str, str, float, float | None, float | None, float | None, str]:
    """Return one row of :data:`EVIDENCE_SCHEMA`; ``kw`` is (value, low, high)."""
    low_high = kw or (None, None, None)
    return (subject, detector, llr, *low_high, digest)


def declared_use_llr(declared: str) -> float:
    """Return what a declared use, in the words of the books, tells: who declares mining of currency mines; nothing else counts.

    The figure is a judgement, not a measurement. Flat lawful uses (a cold store, a mast, a data centre) take nothing off: a
    declaration is cheap, mines are known to pose as data centres (Inner Mongolia's hotline of 18 May 2021 names them as a
    class), and in simulated regions such a discount only lowered mines (docs/detection.md).
    """
    words = declared.casefold().strip()
    return MINING_DECLARED if words == "mining" or any(name in words for name in MINING_WORDS) else 0.0


def deadline_llr(load_fell_at: datetime | None, deadline: datetime, *, slot_minutes: int) -> float:
    """Return what a steady load's fall near an order's deadline tells.

    Loads fall by chance about once in a few days; a fall within the last hours before, or the first after, a deadline that
    only mines were told of is some tens of times more probable for a mine. None (no fall seen) speaks weakly against.
    """
    if load_fell_at is None:
        return -0.7
    away = abs((load_fell_at - deadline).total_seconds()) / 60.0
    if away <= max(slot_minutes, 30):
        return 4.0
    if away <= 6 * 60:
        return 2.5
    return 1.0 if away <= 24 * 60 else -0.3
