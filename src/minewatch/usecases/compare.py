"""Compare findings with the truth of a simulated region: what was found, what was accused wrongly, how exact it was."""

import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.rehearsal_views import ComparisonView, CutView, GroupView
from minewatch.model.text import Text
from minewatch.rehearsal.region import Region
from minewatch.usecases.rehearse import LABEL

CUTS = (10, 20, 50, 100, 200)
"""How many of the first findings are looked at, beside as many as there are mines."""

_NEEDED = ("meter_id", "probability", "mining_kw", "mining_kw_low", "mining_kw_high", "since")


def truth_table(region: Region) -> pl.DataFrame:
    """Return the truth of a region: one row an account, one more for each mine that no meter sees."""
    return region.truth


def compare(findings: pl.DataFrame, truth: pl.DataFrame, *, threshold: float = 0.5) -> ComparisonView:
    """Compare ``findings`` (the table of that name) with ``truth`` as ``rehearse`` writes it.

    Findings are ranked by probability; equal ones stay as they come. Meters that the truth does not know (feed-in
    meters, nodes) are left out. InputError: a table without its columns.
    """
    _check(findings, _NEEDED, "findings")
    _check(truth, ("meter", "is_mine", "evasion", "mode", "kind", "mine_kw", "since"), "truth")
    known = truth.filter(pl.col("meter").is_not_null())
    ranked = (
        findings.select(_NEEDED)
        .sort("probability", descending=True, maintain_order=True, nulls_last=True)
        .join(
            known.select("meter", "is_mine", "evasion", "mode", "kind", true_kw="mine_kw", true_since="since"),
            left_on="meter_id",
            right_on="meter",
            how="inner",
            maintain_order="left",
        )
        .with_columns(flagged=pl.col("probability").fill_null(0.0) >= threshold)
    )
    mines = known.filter("is_mine").height
    flagged = ranked.filter("flagged")
    hits = flagged.filter("is_mine")
    exact = _exactness(hits)
    return ComparisonView(
        label=LABEL,
        meters=known.height,
        mines=mines,
        unmetered=truth.filter(pl.col("meter").is_null() & pl.col("is_mine")).height,
        not_screened=mines - ranked.filter("is_mine").height,
        threshold=threshold,
        flagged=flagged.height,
        flagged_mines=hits.height,
        cuts=_cuts(ranked, mines),
        by_evasion=_groups(ranked.filter("is_mine"), "evasion"),
        by_mode=_groups(ranked.filter("is_mine"), "mode"),
        honest_by_kind=_groups(ranked.filter(~pl.col("is_mine")), "kind"),
        kw_error=exact["kw_error"],
        kw_covered=exact["kw_covered"],
        since_days=exact["since_days"],
        since_within_day=exact["since_within_day"],
    )


def _check(frame: pl.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(
            Text(f"The table of {name} lacks {', '.join(missing)}.", f"{name} 的表缺少：{'、'.join(missing)}。"),
            remedy=Text("Give the file as minewatch wrote it.", "请使用 minewatch 写出的原文件。"),
        )


def _cuts(ranked: pl.DataFrame, mines: int) -> tuple[CutView, ...]:
    wanted = sorted({n for n in (*CUTS, mines) if 0 < n <= ranked.height})
    cuts = []
    for n in wanted:
        found = int(ranked.head(n)["is_mine"].sum())
        cuts.append(CutView(n=n, found=found, false_alarms=n - found, recall=found / mines if mines else 0.0))
    return tuple(cuts)


def _groups(ranked: pl.DataFrame, column: str) -> tuple[GroupView, ...]:
    counted = ranked.group_by(column).agg(meters=pl.len(), flagged=pl.col("flagged").sum()).sort(column)
    return tuple(
        GroupView(name=str(row[column]), meters=int(row["meters"]), flagged=int(row["flagged"]))
        for row in counted.iter_rows(named=True)
    )


def _exactness(hits: pl.DataFrame) -> dict[str, float | None]:
    """Errors of kW and of the start over flagged mines; None where nothing was measured."""
    away = (pl.col("mining_kw") - pl.col("true_kw")).abs() / pl.col("true_kw")
    inside = pl.col("true_kw").is_between(pl.col("mining_kw_low"), pl.col("mining_kw_high"))
    late = (pl.col("since").cast(pl.Datetime("us")) - pl.col("true_since")).dt.total_seconds().abs() / 86400.0
    measured = hits.filter(pl.col("mining_kw").is_not_null() & (pl.col("true_kw") > 0.0))
    dated = hits.filter(pl.col("since").is_not_null())
    return {
        "kw_error": _number(measured.select(away.median())),
        "kw_covered": _number(measured.select(inside.mean())),
        "since_days": _number(dated.select(late.median())),
        "since_within_day": _number(dated.select((late <= 1.0).mean())),
    }


def _number(frame: pl.DataFrame) -> float | None:
    value = frame.item()
    return None if value is None else float(value)
