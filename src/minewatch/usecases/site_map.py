"""Sites on a plain map: cases by state and nodes by their gap, kilometres on plain axes, without any map data."""

from math import cos, radians
from typing import Any

from minewatch.casework.case_state import CaseStatus
from minewatch.model.errors import InputError
from minewatch.model.grid_views import LEVELS, NODE_KINDS, Site, SiteMap
from minewatch.model.text import Language, Text
from minewatch.usecases.cases import visible_cases
from minewatch.usecases.casework_pages import STATES
from minewatch.usecases.grid_index import GridIndex, Place, grid_index, visible_counties
from minewatch.usecases.office import Turn

KM_A_DEGREE = 111.2
"""Kilometres of one degree of a great circle (mean earth radius 6371 km × π / 180); good to half a per cent."""
SHOWN_KINDS = frozenset({"substation", "feeder", "area", "station"})
LANDMARKS = frozenset({"substation", "station"})
NODES: dict[str, Text] = {
    "flagged": Text("with unexplained load, substations, stations", "异常节点、变电站与电站"),
    "all": Text("all", "全部"),
    "none": Text("none", "不显示"),
}
"""Which nodes a map may be asked for."""
MOST_NODES = 3_000
Marked = tuple[str, str, Text, Place, float | None, str]
"""Name, what it is, in words, where, kW, address."""
STATE_WORDS = {state.value: Text(*words) for state, words in STATES.items() if state is not CaseStatus.NEW}
"""States of cases that a map may be asked for."""
NOT_BALANCED = Text("not balanced", "未参与平衡")
CASE_SYMBOL, NODE_SYMBOL, STATION_SYMBOL = "star", "circle", "square"
COLOURS = {-1: "#8a97a3", 0: "#5b8db8", 1: "#e6c229", 2: "#f17105", 3: "#d11149", 4: "#6a0572"}


def site_map(*, turn: Turn, states: frozenset[str] = frozenset(), nodes: str = "flagged") -> SiteMap:
    """Return cases (of some ``states`` only, where given) and nodes that have coordinates.

    ``nodes`` is ``flagged`` (those with unexplained load, substations and power stations), ``all`` (at most ``MOST_NODES``,
    those with unexplained load first) or ``none``. A case without coordinates of its own stands at the mean of its meters.
    Raises ``InputError`` for a state or a choice that is none.
    """
    turn.may("grid.read")
    wrong = states - set(STATE_WORDS)
    if wrong:
        raise InputError(
            Text(f"{min(wrong)[:40]!r} is no state.", f"没有状态 {min(wrong)[:40]!r}。"),
            remedy=Text("Choose states from the list.", "请从列表中选择状态。"),
        )
    index = _index(turn)
    if nodes not in NODES:
        raise InputError(
            Text(f"{nodes[:40]!r} is no choice of nodes.", f"没有选项 {nodes[:40]!r}。"),
            remedy=Text(f"Choose {', '.join(NODES)}.", f"请选择：{'、'.join(NODES)}。"),
        )
    found: list[Marked] = []
    without = 0
    for row in visible_cases(log=turn.office.log, actor=turn.actor):
        if states and row["status"] not in states:
            continue
        place = _place_of(row, index)
        if place is None:
            without += 1
            continue
        what = str(row["status"])
        found.append((str(row["id"]), what, STATE_WORDS[what], place, row["mining_kw"], f"/cases/{row['id']}"))
    if index is not None and nodes != "none":
        shown, missing = _nodes(turn, index, every=nodes == "all")
        found += shown
        without += missing
    return _laid_out(found, without)


def _nodes(turn: Turn, index: GridIndex, *, every: bool) -> tuple[list[Marked], int]:
    may = visible_counties(index, turn.actor)
    names = [
        node
        for node, kind in index.tree.kind.items()
        if kind in (SHOWN_KINDS if every else LANDMARKS) and index.county[node] in may
    ]
    marked = {node for node, row in index.balances.items() if row["flagged"] and index.county.get(node, "") in may}
    order = [*sorted(marked & index.tree.kind.keys()), *(node for node in names if node not in marked)]
    found: list[Marked] = []
    for node in order[:MOST_NODES]:
        if node not in index.places:
            continue
        one = index.row(node)
        words = LEVELS[one.level][1] if one.level >= 0 else NOT_BALANCED
        found.append((node, f"{one.kind}:{one.level}", words, index.places[node], one.kw, f"/grid/{node}"))
    return found, len(order) - len(found)


def _index(turn: Turn) -> GridIndex | None:
    try:
        return grid_index(turn)
    except InputError:
        return None


def _place_of(row: dict[str, Any], index: GridIndex | None) -> Place | None:
    parts = str(row.get("location") or "").split(",")
    if len(parts) == 2:
        try:
            return float(parts[0]), float(parts[1])
        except ValueError:
            pass
    if index is None:
        return None
    places = [index.places[meter] for meter in row["meters"] if meter in index.places]
    if not places:
        return None
    return sum(one[0] for one in places) / len(places), sum(one[1] for one in places) / len(places)


def _laid_out(found: list[Marked], without: int) -> SiteMap:
    if not found:
        return SiteMap(0.0, 0.0, (), without)
    latitudes, longitudes = [one[3][0] for one in found], [one[3][1] for one in found]
    middle = (min(latitudes) + max(latitudes)) / 2, (min(longitudes) + max(longitudes)) / 2
    east = KM_A_DEGREE * cos(radians(middle[0]))
    sites = tuple(
        Site(name, what, words, (lon - middle[1]) * east, (lat - middle[0]) * KM_A_DEGREE, kw, address)
        for name, what, words, (lat, lon), kw, address in found
    )
    return SiteMap(middle[0], middle[1], sites, without)


def map_figure(view: SiteMap, *, language: Language) -> dict[str, Any]:
    """Return the scatter of a map on axes of equal scale in kilometres, one trace a kind and state or level."""
    groups: dict[str, list[Site]] = {}
    for site in view.sites:
        groups.setdefault(site.what, []).append(site)
    data = [_trace(what, own, language) for what, own in sorted(groups.items(), key=lambda one: _depth(one[0]))]
    east, north = Text("km east", "向东（公里）"), Text("km north", "向北（公里）")
    return {
        "data": data,
        "layout": {
            "height": 640, "margin": {"l": 60, "r": 10, "t": 10, "b": 50}, "hovermode": "closest",
            "xaxis": {"title": {"text": east.in_language(language)}, "zeroline": False},
            "yaxis": {
                "title": {"text": north.in_language(language)}, "zeroline": False, "scaleanchor": "x", "rangemode": "normal",
            },
            "legend": {"orientation": "h", "y": -0.12},
        },
    }  # fmt: skip


def _depth(what: str) -> tuple[int, str]:
    """Draw large things first: what is drawn later lies above."""
    order = ("substation", "station", "feeder", "area")
    kind, _, level = what.partition(":")
    return (order.index(kind) if level and kind in order else len(order), what)


def _trace(what: str, own: list[Site], language: Language) -> dict[str, Any]:
    kind, _, level = what.partition(":")
    words = own[0].words.in_language(language)
    marker: dict[str, Any] = {"symbol": CASE_SYMBOL, "size": 13, "line": {"width": 1}}
    name = Text(f"case: {words}", f"案件：{words}")
    if level:
        symbol = STATION_SYMBOL if kind == "station" else NODE_SYMBOL
        size = {"substation": 13, "feeder": 9}.get(kind, 7)
        marker = {"symbol": symbol, "size": size, "color": COLOURS[int(level)]}
        node = NODE_KINDS.get(kind, Text(kind, kind))
        name = Text(f"{node.en}: {words}", f"{node.zh}：{words}")
    return {
        "type": "scatter", "mode": "markers", "name": name.in_language(language),
        "x": [round(site.east_km, 3) for site in own], "y": [round(site.north_km, 3) for site in own],
        "text": [site.name for site in own],
        "customdata": [site.address for site in own],
        "hovertemplate": "%{text}<br>%{x:.1f} km, %{y:.1f} km<extra></extra>", "marker": marker,
    }  # fmt: skip
