"""The grid as pages: the tree level by level, a search, one node with its balance, charts, money and power stations."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from minewatch.model.actors import WHOLE_COUNTRY
from minewatch.model.balance_views import BalanceView, NodeView
from minewatch.model.errors import InputError
from minewatch.model.grid_views import GridNodePage, GridPage, PlantRow
from minewatch.model.text import Language, Text
from minewatch.model.views import SeriesView
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.balance_report import add_money
from minewatch.usecases.grid_index import (
    LEAVES,
    GridIndex,
    check_node,
    grid_index,
    visible_counties,
    visible_roots,
)
from minewatch.usecases.grid_keep import kept_node
from minewatch.usecases.grid_line import single_line
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.meter_places import hidden_meters
from minewatch.usecases.missing_money import rules_on
from minewatch.usecases.office import Turn
from minewatch.usecases.plants import PlantRun, run_plants

PAGE = 100


def grid_roots(*, turn: Turn, page: int = 1) -> GridPage:
    """Return the nodes at the top of what the actor may see."""
    index = grid_index(turn)
    return _page(index, visible_roots(index, turn.actor), page)


def grid_children(*, turn: Turn, node: str, page: int = 1) -> GridPage:
    """Return what hangs under a node: nodes first, then stations and meters; those of other counties left out."""
    index = grid_index(turn)
    check_node(turn, index, node)
    return _page(index, _children(turn, index, node), page)


def _children(turn: Turn, index: GridIndex, node: str) -> list[str]:
    may = visible_counties(index, turn.actor)
    below = [one for one in index.tree.children.get(node, ()) if index.county[one] in may]
    return sorted(below, key=lambda one: (index.tree.kind[one] == "meter", index.tree.kind[one] in LEAVES, one))


def grid_search(*, turn: Turn, text: str = "", flagged: bool = False, page: int = 1) -> GridPage:
    """Return nodes whose name holds ``text``, only those with unexplained load where ``flagged``; largest gap first."""
    index = grid_index(turn)
    wanted = text.strip().casefold()
    names = index.balances if flagged else index.tree.kind
    may = visible_counties(index, turn.actor)
    found = [
        node
        for node in names
        if node in index.tree.kind
        and (not wanted or wanted in node.casefold())
        and (not flagged or index.balances[node]["flagged"])
        and index.county[node] in may
    ]
    found.sort(key=lambda node: (-(_gap(index, node)), node))
    return _page(index, found, page)


def _gap(index: GridIndex, node: str) -> float:
    row = index.balances.get(node)
    return float(row["kw"]) if row is not None and row["flagged"] and row["kw"] is not None else 0.0


def _page(index: GridIndex, names: Sequence[str], page: int) -> GridPage:
    pages = max(-(-len(names) // PAGE), 1)
    page = min(max(page, 1), pages)
    shown = names[(page - 1) * PAGE : page * PAGE]
    return GridPage(
        standing=index.standing,
        rows=tuple(index.row(node) for node in shown),
        paths=tuple(index.path(node)[:-1] for node in shown),
        found=len(names),
        page=page,
        pages=pages,
    )


def grid_node(*, turn: Turn, node: str, page: int = 1) -> GridNodePage:
    """Return one node's page, its money reckoned with the rules of its county.

    ``RuleError`` (recorded) for a node of another county, ``InputError`` for one that is not there.
    """
    index = grid_index(turn)
    check_node(turn, index, node)
    may = visible_counties(index, turn.actor)
    return GridNodePage(
        standing=index.standing,
        row=index.row(node),
        path=tuple(index.row(one) for one in index.path(node)[:-1] if index.county[one] in may),
        children=_page(index, _children(turn, index, node), page),
        balance=_with_money(turn, index, node),
        line=single_line(turn=turn, index=index, node=node),
        plants=tuple(_plants(turn, index, node)),
    )


def _with_money(turn: Turn, index: GridIndex, node: str) -> NodeView | None:
    if index.kept is None or node not in index.balances:
        return None
    folder = turn.office.workspace.folder
    kept = index.kept
    view = kept_node(folder, kept, node)
    if not view.flagged:
        return _without_strangers(turn, index, view)
    packs = turn.office.workspace.folder / "packs"
    rules = rules_on(kept.last_day, division=index.county.get(node) or None, prices=None, packs=packs)
    one = BalanceView(kept.first_day, kept.last_day, (view,), kept.simulated, kept.notes)
    return _without_strangers(turn, index, add_money(one, rules=rules, top=1).nodes[0])


def _without_strangers(turn: Turn, index: GridIndex, view: NodeView) -> NodeView:
    """Return the view as it is for who sees the whole country; otherwise customers of other counties lose their names."""
    if WHOLE_COUNTRY in turn.actor.divisions:
        return view

    may, hidden = visible_counties(index, turn.actor), hidden_meters(turn, "grid.read")

    def mine(meter: str) -> bool:
        return meter not in hidden and index.county.get(meter, "") in may

    return replace(
        view,
        suspects=tuple(one for one in view.suspects if mine(one.meter)),
        moved_in=tuple(one for one in view.moved_in if mine(one)),
        moved_out=tuple(one for one in view.moved_out if mine(one)),
        clocks=tuple(one for one in view.clocks if mine(one[0])),
        reset=tuple(one for one in view.reset if mine(one[0])),
        together=tuple(group for group in view.together if all(mine(one) for one in group)),
    )


def _plants(turn: Turn, index: GridIndex, node: str) -> list[PlantRow]:
    may = visible_counties(index, turn.actor)
    stations = [
        one
        for one in index.tree.children.get(node, ())
        if index.tree.kind[one] == "station" and index.county[one] in may
    ]
    if index.tree.kind[node] == "station":
        stations.append(node)
    if not stations:
        return []
    run = _plant_run(turn)
    if run is None:
        return [
            PlantRow(one, None, "", flagged=False, kw=None, kw_low=None, kw_high=None, since=None) for one in stations
        ]
    by_name = {one.station: one for one in run.findings}
    rows = []
    for name in stations:
        found, station = by_name.get(name), run.stations.get(name)
        rows.append(
            PlantRow(
                station=name,
                capacity_kw=station.capacity_kw if station else None,
                way=found.way if found else "",
                flagged=bool(found and found.flagged),
                kw=found.kw if found and found.flagged else None,
                kw_low=found.kw_low if found and found.flagged else None,
                kw_high=found.kw_high if found and found.flagged else None,
                since=run.since(found) if found and found.flagged else None,
            )
        )
    return rows


def _plant_run(turn: Turn) -> PlantRun | None:
    store = grid_store(turn.office.workspace)
    parts = tuple(path.name for kind in ("stations", "generation") for path in store.parts(kind))
    return _judged(store.folder, parts)


@lru_cache(maxsize=2)
def _judged(folder: Path, _parts: tuple[str, ...]) -> PlantRun | None:
    try:
        return run_plants(store=GridStore(folder))
    except InputError:
        return None


def balance_figure(*, turn: Turn, node: str, language: Language) -> dict[str, Any]:
    """Return the chart: supplied (line) and the unexplained part under it (area), hour by hour."""
    series = _kept(turn, node).balance
    return _lines(series, Text("supplied", "供电量"), language) if series else {"data": [], "layout": {}}


def residual_figure(*, turn: Turn, node: str, language: Language) -> dict[str, Any]:
    """Return the chart of what is missing after losses and unread meters, hour by hour."""
    series = _kept(turn, node).residual
    return _lines(series, Text("missing", "缺口"), language) if series else {"data": [], "layout": {}}


def residual_heat(*, turn: Turn, node: str, language: Language) -> dict[str, Any]:
    """Return the heat map of what is missing: hours down, days across."""
    series = _kept(turn, node).residual
    if series is None:
        return {"data": [], "layout": {}}
    days = len(series.kw) // 24
    z = [[_plain(series.kw[day * 24 + hour]) for day in range(days)] for hour in range(24)]
    hour = Text("hour", "时").in_language(language)
    return {
        "data": [
            {
                "type": "heatmap", "x": _days(series, days), "y": list(range(24)), "z": z, "colorscale": "RdBu",
                "zmid": 0, "colorbar": {"title": {"text": "kW"}},
                "hovertemplate": f"%{{x}} %{{y}} {hour}: %{{z:.1f}} kW<extra></extra>",
            }
        ],
        "layout": {
            "height": 320, "margin": {"l": 50, "r": 10, "t": 10, "b": 40}, "xaxis": {"type": "date"},
            "yaxis": {"title": {"text": hour}, "autorange": "reversed", "dtick": 3},
        },
    }  # fmt: skip


def _kept(turn: Turn, node: str) -> NodeView:
    index = grid_index(turn)
    check_node(turn, index, node)
    if index.kept is None:
        raise InputError(
            Text("Nothing was balanced yet.", "尚未进行平衡计算。"),
            remedy=Text("Start the balance on the data page.", "请在数据页启动平衡计算。"),
        )
    return kept_node(turn.office.workspace.folder, index.kept, node)


def _days(series: SeriesView, days: int) -> list[str]:
    return [series.first_day.fromordinal(series.first_day.toordinal() + day).isoformat() for day in range(days)]


def _lines(series: SeriesView, name: Text, language: Language) -> dict[str, Any]:
    days = _days(series, len(series.kw) // 24)
    hours = [f"{day} {hour:02d}:00" for day in days for hour in range(24)]
    part = Text("unexplained", "无法解释").in_language(language)
    return {
        "data": [
            {
                "type": "scatter", "mode": "lines", "name": name.in_language(language), "x": hours,
                "y": [_plain(kw) for kw in series.kw], "line": {"width": 1.2},
            },
            {
                "type": "scatter", "mode": "lines", "name": part, "x": hours, "y": [_plain(kw) for kw in series.mining_kw],
                "fill": "tozeroy", "line": {"width": 1},
            },
        ],
        "layout": {"height": 300, "xaxis": {"type": "date"}, "yaxis": {"title": {"text": "kW"}, "rangemode": "normal"}},
    }  # fmt: skip


def _plain(kw: float) -> float | None:
    return None if kw != kw else round(kw, 2)  # noqa: PLR0124 - the test for NaN
