"""The view of one screening run: what the report and later the console show, with the series of the top findings."""

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch import __version__
from minewatch.detect.screen import mining_part
from minewatch.model.inputs import would_help
from minewatch.model.issues import Grade, Issue
from minewatch.model.reasons import ALTERNATIVES, DATA_NOTES, LOOKS, REASONS, sentence
from minewatch.model.text import Text
from minewatch.model.views import (
    AlternativeView,
    BandView,
    Estimate,
    FactView,
    FindingRow,
    FindingView,
    InputView,
    LookView,
    ReasonView,
    ScreenReportView,
    SeriesView,
    SourceView,
)
from minewatch.usecases.screen import MeterBlockLike

WORTH_A_VISIT = 0.5
RANKED_ROWS = 200
LEAST_ROWS = 20
ISSUE_ROWS = 200
ISSUES_A_METER = 10

BANDS = (
    (Text("very probable", "极有可能"), 0.9, 1.0),
    (Text("probable", "较为可能"), 0.5, 0.9),
    (Text("to be watched", "需关注"), 0.1, 0.5),
    (Text("nothing noticeable", "未见异常"), 0.0, 0.1),
)

CALIBRATION = Text(
    "Probabilities were calibrated on real meters of lawful customers into which simulated mines were injected, because no "
    "real record of a mine's load is public. Among meters marked 70 %, about seven in ten should turn out to mine where "
    "customers and mines are like those; your own visits tell how true that is in your region.",
    "概率是在真实合法用户的负荷数据中注入模拟矿机后校准得到的，因为目前没有公开的真实矿场负荷记录。在用户和矿机情况相近的"
    "地区，标为70%的计量点中约有七成确有挖矿；本地的实际准确度应以现场检查结果为准。",
)


class SeriesSource(Protocol):
    """What the view needs of a lake: the readings of a few meters."""

    def shards_of(self, meters: AbstractSet[str] | None) -> tuple[int, ...]: ...  # noqa: D102 - a port
    def blocks(  # noqa: D102 - a port
        self, shard: int, slots: int, *, meters: AbstractSet[str] | None = None
    ) -> Iterator[MeterBlockLike]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportInput:
    """What is known about a run besides its findings."""

    title: Text
    made_at: datetime
    sources: Sequence[SourceView]
    issues: Sequence[Issue]
    issues_noted: int
    issues_disqualifying: int
    simulated: Text | None = None
    findings_file: str = ""
    top: int = 25
    worth: float = WORTH_A_VISIT
    facts: Mapping[str, tuple[FactView, ...]] | None = None
    inputs: tuple[InputView, ...] = ()
    learned: Text | None = None


def _calibration(learned: Text | None) -> Text:
    """Say what the probabilities rest on, and what was learned before these meters were judged."""
    return CALIBRATION if learned is None else Text(f"{CALIBRATION.en} {learned.en}", CALIBRATION.zh + learned.zh)


def screen_report(*, findings: pl.DataFrame, lake: SeriesSource, given: ReportInput) -> ScreenReportView:
    """Build the view of a run: ``findings`` as ``screen_lake`` ranks them, the series of the ``top`` ones from ``lake``."""
    noticed = findings.filter(pl.col("probability") >= BANDS[-1][2]).height
    listed = findings.head(min(max(noticed, LEAST_ROWS, given.top), RANKED_ROWS))
    rows = [_row(rank, row) for rank, row in enumerate(listed.iter_rows(named=True), start=1)]
    shown = findings.head(given.top).filter(pl.col("mining_kw").is_not_null())
    series = _series(shown, lake)
    worth = findings.filter(pl.col("probability") >= given.worth)
    covered = findings.filter(pl.col("first_day").is_not_null())
    return ScreenReportView(
        title=given.title,
        made_at=given.made_at,
        software=f"minewatch {__version__}",
        simulated=given.simulated,
        sources=tuple(given.sources),
        meters_read=findings.height,
        readings=_readings(covered),
        first_day=_date(covered["first_day"].min()),
        last_day=_date(covered["last_day"].max()),
        coverage=_share(findings),
        threshold=Text(
            f"A visit is worth while from a probability of {given.worth:.0%} on.",
            f"概率达到{given.worth:.0%}及以上的，建议现场核查。",
        ),
        calibration=_calibration(given.learned),
        worth_a_visit=worth.height,
        worth_kw=_total(worth),
        bands=tuple(_band(findings, name, low, high) for name, low, high in BANDS),
        ranked=tuple(rows),
        findings=tuple(
            _finding(rows[number], row, series[row["meter_id"]], given)
            for number, row in enumerate(findings.head(given.top).iter_rows(named=True))
            if row["meter_id"] in series
        ),
        issues=tuple(given.issues[:ISSUE_ROWS]),
        issues_noted=given.issues_noted,
        issues_disqualifying=given.issues_disqualifying,
        findings_file=given.findings_file,
        inputs=given.inputs,
    )


def _row(rank: int, row: Mapping[str, Any]) -> FindingRow:
    codes = [code for code in row["reasons"] or () if code in REASONS]
    nothing = Text("nothing noticeable", "未见异常")
    return FindingRow(
        rank=rank,
        meter=row["meter_id"],
        probability=row["probability"],
        mining=_estimate(row),
        since=row["since"],
        since_start=_from_the_start(row),
        until=row["until"],
        mean_kw=row["mean_kw"],
        coverage=row["coverage"],
        reason=REASONS[codes[0]].name if codes else nothing,
    )


def _from_the_start(row: Mapping[str, Any]) -> bool:
    return row["since"] is not None and row["since"] <= datetime.combine(row["first_day"], time())


def _estimate(row: Mapping[str, Any]) -> Estimate | None:
    if row["mining_kw"] is None:
        return None
    return Estimate(row["mining_kw"], row["mining_kw_low"], row["mining_kw_high"])


def _total(worth: pl.DataFrame) -> Estimate | None:
    """Mining power of several meters together; the interval assumes that their errors are independent."""
    measured = worth.filter(pl.col("mining_kw").is_not_null())
    if not measured.height:
        return None
    kw, low, high = (measured[name].to_numpy() for name in ("mining_kw", "mining_kw_low", "mining_kw_high"))
    value = float(kw.sum())
    below = float(np.sqrt(((kw - low) ** 2).sum()))
    above = float(np.sqrt(((high - kw) ** 2).sum()))
    return Estimate(value, max(value - below, 0.0), value + above)


def _readings(covered: pl.DataFrame) -> int:
    days = (covered["last_day"] - covered["first_day"]).dt.total_days() + 1
    return round(float((days * covered["slots"] * covered["coverage"]).sum()))


def _share(findings: pl.DataFrame) -> float:
    return float(np.mean(findings["coverage"].fill_null(0.0).to_numpy())) if findings.height else 0.0


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _band(findings: pl.DataFrame, name: Text, low: float, high: float) -> BandView:
    upper = pl.col("probability") <= high if high == 1.0 else pl.col("probability") < high
    return BandView(name, low, high, findings.filter((pl.col("probability") >= low) & upper).height)


def _series(shown: pl.DataFrame, lake: SeriesSource) -> dict[str, SeriesView]:
    found: dict[str, SeriesView] = {}
    for (slots,), group in shown.group_by("slots"):
        rows = {row["meter_id"]: row for row in group.iter_rows(named=True)}
        for shard in lake.shards_of(rows.keys()):
            for block in lake.blocks(shard, int(str(slots)), meters=rows.keys()):
                for number, meter in enumerate(block.meters):
                    found[meter] = one_series(block, number, rows[meter])
    return found


def one_series(block: MeterBlockLike, number: int, row: Mapping[str, Any]) -> SeriesView:
    """Return meter ``number`` of ``block`` over the days of the finding ``row``, with its estimated mining part."""
    first = (row["first_day"] - block.first_day).days
    last = (row["last_day"] - block.first_day).days + 1
    kw = block.kw[number, max(first, 0) : last].copy()
    part = mining_part(kw, row)
    return SeriesView(
        first_day=max(row["first_day"], block.first_day),
        slots=kw.shape[1],
        kw=_flat(kw),
        mining_kw=_flat(part),
        daily_base_kw=_flat(_daily_base(kw)),
    )


def _daily_base(kw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Lowest tenth of each day's readings; NaN for a day with less than half of them."""
    enough = np.isfinite(kw).mean(axis=1) >= 0.5
    base = np.full(len(kw), np.nan, np.float32)
    if enough.any():
        base[enough] = np.nanquantile(kw[enough], 0.1, axis=1)
    return base


def _flat(values: NDArray[np.float32]) -> Sequence[float]:
    return array("f", np.ascontiguousarray(values, dtype=np.float32).tobytes())


def _finding(row: FindingRow, record: Mapping[str, Any], series: SeriesView, given: ReportInput) -> FindingView:
    figures = json.loads(record["reason_figures"] or "{}")
    weights = json.loads(record["look_weights"] or "{}")
    own = [issue for issue in given.issues if issue.meter == row.meter][:ISSUES_A_METER]
    notes = [
        Issue(f"meter_{code}", Grade.NOTED, _note(code, record), Text("", ""), file="", meter=row.meter)
        for code in record["data_notes"] or ()
    ]
    return FindingView(
        row=row,
        reasons=tuple(ReasonView(code, sentence(code, figures.get(code))) for code in record["reasons"] or ()),
        alternatives=tuple(
            AlternativeView(code, ALTERNATIVES[code].sentence, ALTERNATIVES[code].evidence)
            for code in record["alternatives"] or ()
        ),
        looks=look_views(weights),
        issues=(*notes, *own),
        series=series,
        facts=(given.facts or {}).get(row.meter, ()),
        would_help=would_help(
            tuple(record["alternatives"] or ()), given=frozenset(one.code for one in given.inputs if one.given)
        ),
    )


def look_views(weights: Mapping[str, float]) -> tuple[LookView, ...]:
    """Return what looks and circumstances added to the log-odds, those of one name together, the largest first."""
    names = LOOKS | {code: reason.name for code, reason in REASONS.items()}
    sums: dict[Text, float] = {}
    for code, value in weights.items():
        if code in names:
            sums[names[code]] = sums.get(names[code], 0.0) + value
    return tuple(LookView(name, value) for name, value in sorted(sums.items(), key=lambda item: -abs(item[1])))


def _note(code: str, record: Mapping[str, Any]) -> Text:
    return DATA_NOTES[code].format(percent=f"{100 * (1 - record['coverage']):.0f}")
