"""The policy map of a day as tiles, and the timeline of instruments as a chart; both without map data or a tile server.

Each province is a tile of equal size about where it lies, as tile-grid maps do: a small province with a ban weighs as much
as a large one without. The layout is ours and says nothing about borders.
"""

from datetime import date, timedelta
from typing import Any

from minewatch.model.law_views import LawMap, LawTile
from minewatch.model.policy_views import PolicyTimelineView, TimelineRow
from minewatch.model.text import Language, Text
from minewatch.policy.schema import earliest_day, latest_day
from minewatch.usecases.office import Turn
from minewatch.usecases.policy import map_view, timeline_view

# Code -> column, row, abbreviation of ISO 3166-2:CN, abbreviation in Chinese.
TILES: dict[str, tuple[int, int, str, str]] = {
    "230000": (9, 0, "HL", "黑"), "150000": (6, 1, "NM", "蒙"), "220000": (9, 1, "JL", "吉"),
    "650000": (1, 2, "XJ", "新"), "620000": (4, 2, "GS", "甘"), "640000": (5, 2, "NX", "宁"),
    "140000": (6, 2, "SX", "晋"), "110000": (7, 2, "BJ", "京"), "120000": (8, 2, "TJ", "津"),
    "210000": (9, 2, "LN", "辽"), "630000": (3, 3, "QH", "青"), "610000": (5, 3, "SN", "陕"),
    "410000": (6, 3, "HA", "豫"), "130000": (7, 3, "HE", "冀"), "370000": (8, 3, "SD", "鲁"),
    "540000": (2, 4, "XZ", "藏"), "510000": (4, 4, "SC", "川"), "500000": (5, 4, "CQ", "渝"),
    "420000": (6, 4, "HB", "鄂"), "340000": (7, 4, "AH", "皖"), "320000": (8, 4, "JS", "苏"),
    "530000": (4, 5, "YN", "滇"), "520000": (5, 5, "GZ", "黔"), "430000": (6, 5, "HN", "湘"),
    "360000": (7, 5, "JX", "赣"), "330000": (8, 5, "ZJ", "浙"), "310000": (9, 5, "SH", "沪"),
    "450000": (5, 6, "GX", "桂"), "440000": (6, 6, "GD", "粤"), "350000": (7, 6, "FJ", "闽"),
    "710000": (9, 6, "TW", "台"), "460000": (5, 7, "HI", "琼"), "820000": (6, 7, "MO", "澳"),
    "810000": (7, 7, "HK", "港"),
}  # fmt: skip

STATUS_COLOURS = {
    "in_force": "#b2182b", "repealed": "#8c510a", "reported_only": "#d6604d", "reported_meeting": "#e08214",
    "statement": "#2166ac", "draft": "#762a83",
}  # fmt: skip


def law_map(*, turn: Turn, on: date | None = None) -> LawMap:
    """Return which jurisdiction has what ``on`` a day (today in the workspace's zone); general rules are left out."""
    turn.may("law.read")
    packs = turn.office.library
    day = on or turn.at.astimezone(turn.office.zone).date()
    view = map_view(packs, on=day)
    rows = {row.code: row for row in view.rows}
    tiles = tuple(
        LawTile(column, row, Text(short, chinese), rows[code])
        for code, (column, row, short, chinese) in TILES.items()
        if code in rows
    )
    acts = timeline_view(packs).rows
    days = _turning_days(acts)
    return LawMap(
        on=day,
        first=min(days, default=day),
        last=max(days, default=day),
        earlier=max((one for one in days if one < day), default=None),
        later=min((one for one in days if one > day), default=None),
        nation=next((row for row in view.rows if row.level == "nation"), None),
        tiles=tiles,
        elsewhere=tuple(
            row for row in view.rows if row.code not in TILES and row.level != "nation" and row.verdict != "none"
        ),
    )


def _turning_days(acts: tuple[TimelineRow, ...]) -> list[date]:
    """Days on which the map changes: acts that are known to the day, and the day after an effect ended."""
    days = {act.on for act in acts if act.precise and act.act != "effect_to" and not act.act.startswith("deadline")}
    return sorted(days | {act.on + timedelta(days=1) for act in acts if act.precise and act.act == "effect_to"})


def law_timeline(*, turn: Turn, code: str = "") -> PolicyTimelineView:
    """Return all dated acts in order of time; ``code`` keeps the instruments of one division."""
    turn.may("law.read")
    return timeline_view(turn.office.library, codes=[code] if code else ())


def timeline_figure(*, turn: Turn, language: Language) -> dict[str, Any]:
    """Return the chart: a bar from the first to the last day of each instrument's effect, its acts and its deadlines.

    An effect without known end runs to the end of the chart, the last dated act and half a year; the text alternative is
    :func:`law_timeline`.
    """
    acts = law_timeline(turn=turn).rows
    if not acts:
        return {"data": [], "layout": {}}
    end = max(act.on for act in acts) + timedelta(days=180)
    groups: dict[str, list[TimelineRow]] = {}
    for act in acts:
        groups.setdefault(act.instrument.id, []).append(act)
    bars: dict[str, dict[str, Any]] = {}
    for identity, own in groups.items():
        status = own[0].instrument.status
        words = own[0].instrument.status_text.in_language(language)
        bar = bars.setdefault(status, _bar(status, words))
        begins, ends = own[0].instrument.begins, own[0].instrument.ends
        since = latest_day(begins) if begins else own[0].on
        until = earliest_day(ends) if ends else end if begins else since
        bar["x"] += [since.isoformat(), until.isoformat(), None]
        bar["y"] += [identity, identity, None]
    return {"data": [*bars.values(), *_points(acts, language)], "layout": _layout(len(groups))}


def _bar(status: str, words: str) -> dict[str, Any]:
    colour = STATUS_COLOURS[status]
    return {
        "type": "scatter", "mode": "lines", "name": words, "x": [], "y": [],
        "line": {"width": 10, "color": colour}, "hoverinfo": "skip",
    }  # fmt: skip


def _points(acts: tuple[TimelineRow, ...], language: Language) -> list[dict[str, Any]]:
    kinds = (
        (False, Text("dated act", "行为日期"), "circle", 7),
        (True, Text("deadline", "期限"), "triangle-down", 11),
    )
    found = []
    for is_deadline, name, symbol, size in kinds:
        own = [act for act in acts if act.act.startswith("deadline") == is_deadline]
        found.append(
            {
                "type": "scatter", "mode": "markers", "name": name.in_language(language),
                "x": [act.on.isoformat() for act in own], "y": [act.instrument.id for act in own],
                "text": [act.act_text.in_language(language) for act in own], "hovertemplate": "%{x}<br>%{text}<extra></extra>",
                "marker": {"symbol": symbol, "size": size},
            }
        )  # fmt: skip
    return found


def _layout(rows: int) -> dict[str, Any]:
    return {
        "height": 140 + 24 * rows,
        "margin": {"l": 160, "r": 16, "t": 10, "b": 40},
        "yaxis": {"autorange": "reversed", "automargin": True},
        "xaxis": {"type": "date"},
        "legend": {"orientation": "h", "y": -0.08},
    }
