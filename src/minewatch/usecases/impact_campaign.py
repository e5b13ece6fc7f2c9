"""From findings to one load: what a campaign or a region is believed to draw for mining, as a range."""

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import polars as pl

from minewatch.model.errors import InputError
from minewatch.model.impact_views import HashrateView, HydroView, Spread
from minewatch.model.text import Text

View = TypeVar("View", HashrateView, HydroView)

COLUMNS = ("probability", "mining_kw", "mining_kw_low", "mining_kw_high")


def load_of_findings(path: Path, *, least_probability: float) -> tuple[Spread, Text]:
    """Return the mining power in kW of all findings in a ``findings.csv`` from this probability on, and what was added.

    The ends of the 80 % intervals are added up as if all erred the same way, which makes the range wider than chance would.
    Findings without a power are counted and left out. Raises InputError when the file is no list of findings, or none is left.
    """
    try:
        table = pl.read_csv(path, columns=list(COLUMNS), schema_overrides=dict.fromkeys(COLUMNS, pl.Float64))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            Text(f"{path} is not a list of findings.", f"{path} 不是疑点名单。"),
            remedy=Text(
                "Give the findings.csv that minewatch screen wrote.", "请提供 minewatch screen 写出的 findings.csv。"
            ),
        ) from error
    likely = table.filter(pl.col("probability") >= least_probability)
    known = likely.drop_nulls()
    if known.is_empty():
        raise InputError(
            Text(
                f"No finding in {path} has a power and a probability of {least_probability:g} or more.",
                f"{path} 中没有概率不低于 {least_probability:g} 且有功率的疑点。",
            ),
            remedy=Text(
                "Lower --least-probability, or give the load with --kw.",
                "请降低 --least-probability，或用 --kw 给出负荷。",
            ),
        )
    best, low, high = (float(known[name].sum()) for name in COLUMNS[1:])
    left_out = likely.height - known.height
    percent = f"{100 * least_probability:g}"
    note = Text(
        f"Findings added up to this load: {known.height}, each of probability {percent} % or more; left out for want of a power: "
        f"{left_out}. The ends are added as if all erred the same way.",
        f"负荷为 {known.height} 条概率不低于 {percent}% 的疑点之和（另有 {left_out} 条无功率未计）；上下限按同向误差相加。",
    )
    return Spread(low, best, high, "kW"), note


def with_note(view: View, note: Text | None) -> View:
    """Return the view with what its load was added up from said first."""
    return view if note is None else replace(view, sentences=(note, *view.sentences))
