"""Findings of nodes, stations and split accounts as rows of evidence: for fusion, and for opening cases from.

One file serves both: ``minewatch fuse --evidence`` takes subject, detector, ratio and power; ``minewatch case open --findings``
takes subject, probability, division, meters and words. A node without a suspect is its own subject: nobody is named.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from minewatch.detect.balance import NAMED_Z, NodeFinding
from minewatch.detect.dating import moment
from minewatch.detect.fuse import DETECTORS
from minewatch.detect.missing import node_llr, plant_llr, split_llr, suspect_llr
from minewatch.detect.plants import PlantFinding
from minewatch.model.origin import Origin
from minewatch.model.text import Text
from minewatch.readers.gridtables import KINDS
from minewatch.usecases.balance import BalanceRun
from minewatch.usecases.fuse_evidence import PRIOR, chance
from minewatch.usecases.plants import PlantRun
from minewatch.usecases.tables import Tables


@dataclass(frozen=True, slots=True)
class MissingEvidence:
    """One row: what a finding tells of a subject (a node, a station or a meter).

    ``kw`` (value, low, high) is the subject's; ``site_kw`` that of the whole load where several meters share it. ``meters``
    are those a case would be about; a node without a suspect has none.
    """

    subject: str
    kind: str
    detector: str
    llr: float
    kw: tuple[float, float, float]
    site_kw: float
    meters: tuple[str, ...]
    since: datetime | None
    why: Text
    digest: str


def balance_evidence(run: BalanceRun) -> tuple[MissingEvidence, ...]:
    """Return evidence of flagged nodes (of their suspects where there are any) and of accounts that move together."""
    rows = [row for one in run.findings if one.flagged for row in _of_node(run, one)]
    rows += [row for one in run.findings for row in _of_knots(run, one)]
    return tuple(rows)


def plant_evidence(run: PlantRun) -> tuple[MissingEvidence, ...]:
    """Return evidence of stations whose power is not accounted for."""
    return tuple(_of_station(run, one) for one in run.findings if one.flagged)


def _of_node(run: BalanceRun, one: NodeFinding) -> Iterator[MissingEvidence]:
    since = moment(one.first_day, one.since_hour, 24)
    digest = f"balance:{run.digest}#{one.node}"
    share = 100.0 * one.kw / max(abs(one.mean_kw), 1e-9)
    words = Text(
        f"{one.node}: {one.kw:.1f} kW ({one.kw_low:.1f} to {one.kw_high:.1f}) unexplained, {share:.0f} % of the node, since "
        f"{since:%Y-%m-%d %H:%M}, significance {one.z:.1f}, shape like mining {one.likeness:.2f}.",
        f"{one.node}：无法解释负荷{one.kw:.1f}千瓦（{one.kw_low:.1f}至{one.kw_high:.1f}），占该节点{share:.0f}%，始于"
        f"{since:%Y-%m-%d %H:%M}，显著性{one.z:.1f}，与挖矿形态相似度{one.likeness:.2f}。",
    )
    named = [who for who in one.suspects if who.z >= NAMED_Z]
    for who in named:
        spread = who.kw * min(1.2816 / who.z, 1.0)
        told = Text(
            f"{words.en} {100 * who.share:.0f} % of the metered curve of {who.meter} stands in it ({who.z:.1f} standard errors).",
            f"{words.zh}其中含{who.meter}计量曲线的{100 * who.share:.0f}%（{who.z:.1f}倍标准误）。",
        )
        yield MissingEvidence(
            subject=who.meter,
            kind="meter",
            detector="balance",
            llr=suspect_llr(one, who),
            kw=(who.kw, who.kw - spread, who.kw + spread),
            site_kw=who.kw,
            meters=(who.meter,),
            since=since,
            why=told,
            digest=digest,
        )
    if not named:
        nobody = Text(
            f"{words.en} No customer's curve stands in it for sure: a tap before the meters leaves no trace in any.",
            f"{words.zh}其中未见可确认的用户曲线：表前搭接不会在用户曲线中留下痕迹。",
        )
        power = (one.kw, one.kw_low, one.kw_high)
        yield MissingEvidence(one.node, "node", "balance", node_llr(one), power, one.kw, (), since, nobody, digest)


def _of_knots(run: BalanceRun, one: NodeFinding) -> Iterator[MissingEvidence]:
    for knot in one.together:
        names = ", ".join(knot.meters)
        words = Text(
            f"{one.node}: {names} start, stop and stumble at the same moments, {knot.kw:.1f} kW together; the shape of their "
            f"sum is like mining by {knot.likeness:.2f}.",
            f"{one.node}：{names}同时启停、同时波动，合计{knot.kw:.1f}千瓦；合计曲线与挖矿形态相似度{knot.likeness:.2f}。",
        )
        for meter, kw in zip(knot.meters, knot.each_kw, strict=True):
            yield MissingEvidence(
                subject=meter,
                kind="meter",
                detector="split",
                llr=split_llr(knot.likeness),
                kw=(kw, 0.0, kw),
                site_kw=knot.kw,
                meters=knot.meters,
                since=moment(one.first_day, 0, 24),
                why=words,
                digest=f"balance:{run.digest}#{one.node}",
            )


WAYS = {
    "balance": Text("by its own meters", "依据自身计量"),
    "water": Text("by the water", "依据来水"),
    "river": Text("by its neighbours on the river", "依据同河流邻近电站"),
}
"""How a station's missing power was found, in words."""


def _of_station(run: PlantRun, one: PlantFinding) -> MissingEvidence:
    since = run.since(one)
    words = Text(
        f"{one.station}: {one.kw:.0f} kW ({one.kw_low:.0f} to {one.kw_high:.0f}) not accounted for {WAYS[one.way].en}, "
        f"{one.kwh:,.0f} kWh since {since:%Y-%m-%d %H:%M}, shape like mining {one.likeness:.2f}.",
        f"{one.station}：{WAYS[one.way].zh}，{one.kw:.0f}千瓦（{one.kw_low:.0f}至{one.kw_high:.0f}）去向不明，"
        f"自{since:%Y-%m-%d %H:%M}起共{one.kwh:,.0f}千瓦时，与挖矿形态相似度{one.likeness:.2f}。",
    )
    power = (one.kw, one.kw_low, one.kw_high)
    digest = f"plants:{run.digest}#{one.station}"
    return MissingEvidence(one.station, "station", "plant", plant_llr(one), power, one.kw, (), since, words, digest)


def evidence_frame(
    rows: Sequence[MissingEvidence], *, tables: Tables, origin: Origin = Origin.MEASURED
) -> pl.DataFrame:
    """Return rows as the table that fusion and case opening read; ``probability`` is at fusion's prior, by itself.

    ``division`` is the one of the subject in the tables of meters, stations or the grid; empty where they have none.
    ``simulated`` tells the ``origin`` of what it rests on.
    """
    places = _divisions(tables, {row.subject for row in rows})
    return pl.DataFrame(
        [
            {
                "subject": row.subject,
                "subject_kind": row.kind,
                "detector": row.detector,
                "llr": round(row.llr, 4),
                "probability": round(chance(min(row.llr, DETECTORS[row.detector].cap), PRIOR), 4),
                "mining_kw": round(row.site_kw, 3),
                "kw": round(row.kw[0], 3),
                "kw_low": round(max(row.kw[1], 0.0), 3),
                "kw_high": round(row.kw[2], 3),
                "since": None if row.since is None else row.since.isoformat(timespec="minutes"),
                "division": places.get(row.subject, ""),
                "meters": ";".join(row.meters),
                "reasons_en": row.why.en,
                "reasons_zh": row.why.zh,
                "digest": row.digest,
                "simulated": origin.cell,
            }
            for row in rows
        ],
        schema=FRAME,
    )


FRAME = pl.Schema(
    {
        **dict.fromkeys(("subject", "subject_kind", "detector"), pl.String()),
        **dict.fromkeys(("llr", "probability", "mining_kw", "kw", "kw_low", "kw_high"), pl.Float64()),
        **dict.fromkeys(
            ("since", "division", "meters", "reasons_en", "reasons_zh", "digest", "simulated"), pl.String()
        ),
    }
)


def _divisions(tables: Tables, subjects: Iterable[str]) -> dict[str, str]:
    wanted = sorted(subjects)
    found: dict[str, str] = {}
    for kind, key in (("grid", "node"), ("stations", "station"), ("meters", "meter")):
        frame = tables.read(kind, key=KINDS[kind].key)
        if frame is not None and "county_code" in frame.columns:
            held = frame.filter(pl.col(key).is_in(wanted) & pl.col("county_code").is_not_null())
            found.update(held.select(key, "county_code").iter_rows())
    return found
