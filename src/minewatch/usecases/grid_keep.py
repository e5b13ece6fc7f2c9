"""Balances kept in a workspace, so that pages can show them: a summary of every node, and the curves node by node.

::

    DIR/balance/
    ├── current.json          which run counts: its days, when it was made, whether it is simulated
    ├── <run>-nodes.parquet   one row a node without curves
    └── <run>-curves.parquet  one row a node: supplied, unexplained part of it, residual, unexplained part of that (hourly kW)
"""

import json
import uuid
from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from minewatch.model.balance_views import BalanceView, EnergyLine, NodeView, SuspectView
from minewatch.model.errors import InputError
from minewatch.model.events import utc_text
from minewatch.model.text import Text
from minewatch.model.views import Estimate, SeriesView
from minewatch.stores.files import disk_errors, write_atomically

CURRENT = "current.json"
GROUP = 200
"""Nodes of one row group of the curves: what is read for one node's page."""
ENERGY = ("supplied", "metered", "loss", "unread", "unexplained", "rest")
"""The lines of a node's energy, in the order of the view."""
CURVES = ("balance", "balance_part", "residual", "residual_part")


@dataclass(frozen=True, slots=True)
class KeptBalance:
    """The run that counts: ``run`` names its files, ``made_at`` is a UTC text, days are both included."""

    run: str
    made_at: str
    first_day: date
    last_day: date
    simulated: Text | None
    notes: tuple[Text, ...]


def keep_balance(*, folder: Path, view: BalanceView, at: datetime) -> KeptBalance:
    """Keep a run in the workspace ``folder`` in place of the one before; a crash leaves the old one or the new one."""
    home = folder / "balance"
    run = f"{at:%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}"
    kept = KeptBalance(run, utc_text(at), view.first_day, view.last_day, view.simulated, view.notes)
    with disk_errors(f"keeping the balance in {home}"):
        home.mkdir(parents=True, exist_ok=True)
        before = [path for path in home.iterdir() if path.suffix == ".parquet"]
        _frame([_row(one) for one in view.nodes], SUMMARY).write_parquet(home / f"{run}-nodes.parquet")
        curves = _frame([_curves(one) for one in view.nodes], CURVE_SCHEMA).sort("node")
        curves.write_parquet(home / f"{run}-curves.parquet", row_group_size=GROUP)
        content = json.dumps({**asdict(kept), "columns": _columns()}, default=str, ensure_ascii=False).encode()
        write_atomically(home / CURRENT, content, tmp=home)
        for path in before:
            path.unlink(missing_ok=True)
    return kept


def kept_balance(folder: Path) -> KeptBalance | None:
    """Return which run counts; None when nothing was balanced yet, or by a program that kept other columns: balance again."""
    path = folder / "balance" / CURRENT
    try:
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    if data.get("columns") != _columns():
        return None
    return KeptBalance(
        run=data["run"],
        made_at=data["made_at"],
        first_day=date.fromisoformat(data["first_day"]),
        last_day=date.fromisoformat(data["last_day"]),
        simulated=Text(**data["simulated"]) if data["simulated"] else None,
        notes=tuple(Text(**one) for one in data["notes"]),
    )


@lru_cache(maxsize=4)
def summaries(folder: Path, run: str) -> dict[str, dict[str, Any]]:
    """Return the row of every node of a run, without curves."""
    frame = pl.read_parquet(folder / "balance" / f"{run}-nodes.parquet")
    return {row["node"]: row for row in frame.iter_rows(named=True)}


def kept_node(folder: Path, kept: KeptBalance, node: str) -> NodeView:
    """Return one node with its curves; ``InputError`` for one that was not balanced."""
    row = summaries(folder, kept.run).get(node)
    path = folder / "balance" / f"{kept.run}-curves.parquet"
    found = pl.scan_parquet(path).filter(pl.col("node") == node).collect() if row is not None else None
    if row is None or found is None or not found.height:
        raise InputError(
            Text(f"{node} was not balanced.", f"节点 {node} 未参与平衡计算。"),
            remedy=Text("Only nodes with a supply meter of their own are.", "仅有自身关口表的节点参与计算。"),
        )
    curves = found.row(0, named=True)
    return NodeView(
        node=row["node"],
        kind=row["kind"],
        flagged=row["flagged"],
        z=row["z"],
        mean_kw=row["mean_kw"],
        unexplained=None if row["kw"] is None else Estimate(row["kw"], row["kw_low"], row["kw_high"]),
        since=row["since"],
        until=row["until"],
        since_start=row["since_start"],
        likeness=row["likeness"],
        noise_kw=row["noise_kw"],
        energy=tuple(EnergyLine(LINES[name], row[name]) for name in ENERGY),
        suspects=tuple(SuspectView(**one) for one in json.loads(row["suspects"])),
        moved_in=tuple(row["moved_in"]),
        moved_out=tuple(row["moved_out"]),
        clocks=tuple((one["meter"], one["minutes"]) for one in json.loads(row["clocks"])),
        read_meters=row["read_meters"],
        unread_meters=row["unread_meters"],
        balance=_series(kept.first_day, curves["balance"], curves["balance_part"]),
        residual=_series(kept.first_day, curves["residual"], curves["residual_part"]),
        reset=tuple((one["meter"], one["minutes"]) for one in json.loads(row["reset"])),
        together=tuple(tuple(group) for group in json.loads(row["together"])),
    )


LINES = {
    "supplied": Text("supplied", "供电量"),
    "metered": Text("metered", "已计量"),
    "loss": Text("technical loss (estimated)", "技术线损（估计）"),
    "unread": Text("unread meters (estimated)", "未采集计量点（估计）"),
    "unexplained": Text("unexplained", "无法解释"),
    "rest": Text("rest", "余项"),
}

SUMMARY: dict[str, Any] = {
    "node": pl.String, "kind": pl.String, "flagged": pl.Boolean, "z": pl.Float64, "mean_kw": pl.Float64,
    "kw": pl.Float64, "kw_low": pl.Float64, "kw_high": pl.Float64, "since": pl.Datetime, "until": pl.Datetime,
    "since_start": pl.Boolean, "likeness": pl.Float64, "noise_kw": pl.Float64, **dict.fromkeys(ENERGY, pl.Float64),
    "suspects": pl.String, "clocks": pl.String, "reset": pl.String, "together": pl.String,
    "moved_in": pl.List(pl.String), "moved_out": pl.List(pl.String),
    "read_meters": pl.Int64, "unread_meters": pl.Int64,
}  # fmt: skip
CURVE_SCHEMA: dict[str, Any] = {"node": pl.String, **dict.fromkeys(CURVES, pl.List(pl.Float32))}


def _columns() -> list[str]:
    return [*SUMMARY, *CURVE_SCHEMA]


def _frame(rows: Sequence[dict[str, Any]], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _row(one: NodeView) -> dict[str, Any]:
    estimate = one.unexplained
    return {
        "node": one.node,
        "kind": one.kind,
        "flagged": one.flagged,
        "z": one.z,
        "mean_kw": one.mean_kw,
        "kw": estimate.value if estimate else None,
        "kw_low": estimate.low if estimate else None,
        "kw_high": estimate.high if estimate else None,
        "since": one.since,
        "until": one.until,
        "since_start": one.since_start,
        "likeness": one.likeness,
        "noise_kw": one.noise_kw,
        **{name: line.kwh for name, line in zip(ENERGY, one.energy, strict=True)},
        "suspects": json.dumps([asdict(who) for who in one.suspects], ensure_ascii=False),
        "clocks": json.dumps([{"meter": meter, "minutes": minutes} for meter, minutes in one.clocks]),
        "reset": json.dumps([{"meter": meter, "minutes": minutes} for meter, minutes in one.reset]),
        "together": json.dumps([list(group) for group in one.together], ensure_ascii=False),
        "moved_in": list(one.moved_in),
        "moved_out": list(one.moved_out),
        "read_meters": one.read_meters,
        "unread_meters": one.unread_meters,
    }


def _curves(one: NodeView) -> dict[str, Any]:
    if one.balance is None or one.residual is None:
        return {"node": one.node, **{name: [] for name in CURVES}}
    series = (one.balance.kw, one.balance.mining_kw, one.residual.kw, one.residual.mining_kw)
    return {"node": one.node, **{name: list(kw) for name, kw in zip(CURVES, series, strict=True)}}


def _series(first_day: date, kw: Sequence[float], part: Sequence[float]) -> SeriesView | None:
    """Return the series of a view; None where the run kept none of the node."""
    if not kw:
        return None
    return SeriesView(
        first_day=first_day, slots=24, kw=array("f", kw), mining_kw=array("f", part), daily_base_kw=array("f")
    )
