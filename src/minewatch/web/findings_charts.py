"""Figures of the findings pages as plotly takes them: laid out from finished views, nothing is computed but what is drawn."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from minewatch.model.findings_views import BudgetView, FindingCurve, PeersView
from minewatch.model.text import Language, Text
from minewatch.model.views import SeriesView

MOST_POINTS = 12_000
"""A longer curve is drawn as means of several slots, so that phones can turn it; the heat map has every slot."""

DAYS = (
    {"dtickrange": [None, 86_399_999], "value": "%H:%M\n%m-%d"},
    {"dtickrange": [86_400_000, None], "value": "%m-%d\n%Y"},
)
"""Days and hours in figures, which read alike in every language."""

KW = Text("kW", "千瓦")
DRAWN = Text("load", "负荷")
PART = Text("estimated mining part", "估计挖矿部分")
HITS = Text("expected hits", "预计命中")
BAND = Text("80 % interval", "80%区间")
VISITS = Text("visits", "核查次数")
METERS = Text("meters", "计量点数")
PROBABILITY = Text("probability", "概率")
HOUR = Text("time of day", "时刻")


def curve_figure(curve: FindingCurve, language: Language) -> dict[str, Any]:
    """Return the load over time with the estimated mining part below it; ``data`` is empty where there are no readings."""
    series = curve.series
    if series is None:
        return {"data": [], "layout": {}}
    every = max(1, -(-len(series.kw) // MOST_POINTS))
    start = datetime(series.first_day.year, series.first_day.month, series.first_day.day)  # noqa: DTZ001 - the meter's standard time
    step = timedelta(days=1) / series.slots
    times = [(start + step * n).isoformat(timespec="minutes") for n in range(0, len(series.kw), every)]
    part = {
        "x": times,
        "y": _means(series.mining_kw, every),
        "name": PART.in_language(language),
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0, "shape": "hv", "color": "#d9730d"},
        "fill": "tozeroy",
        "fillcolor": "rgba(217,115,13,0.45)",
        "hovertemplate": "%{y:.1f} kW",
    }
    load = {
        "x": times,
        "y": _means(series.kw, every),
        "name": DRAWN.in_language(language),
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 1.2, "shape": "hv"},
        "hovertemplate": "%{y:.1f} kW",
        "connectgaps": False,
    }
    layout = {
        "yaxis": {"title": {"text": KW.in_language(language)}},
        "xaxis": {"type": "date", "tickformatstops": DAYS},
        "hovermode": "x unified",
        "shapes": [_mark(moment) for moment in (curve.since, curve.until) if moment is not None],
    }
    return {"data": [load, part], "layout": layout}


def _mark(moment: datetime) -> dict[str, Any]:
    line = {"dash": "dot", "width": 1.5, "color": "#d9730d"}
    x = moment.isoformat(timespec="minutes")
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _means(values: Sequence[float], every: int) -> list[float | None]:
    """Return means of ``every`` values, missing ones left out; None where all are missing."""
    found: list[float | None] = []
    for first in range(0, len(values), every):
        some = [value for value in values[first : first + every] if not math.isnan(value)]
        found.append(round(sum(some) / len(some), 3) if some else None)
    return found


def heat_figure(series: SeriesView | None, language: Language) -> dict[str, Any]:
    """Return the load by day (across) and time of day (down), missing readings left blank."""
    if series is None:
        return {"data": [], "layout": {}}
    days = [(series.first_day + timedelta(days=n)).isoformat() for n in range(series.days)]
    clock = [f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in range(0, 1440, 1440 // series.slots)]
    rows = [
        [_shown(series.kw[day * series.slots + slot]) for day in range(series.days)] for slot in range(series.slots)
    ]
    heat = {
        "type": "heatmap",
        "x": days,
        "y": clock,
        "z": rows,
        "colorscale": "Cividis",
        "colorbar": {"title": {"text": KW.in_language(language)}, "thickness": 12},
        "hovertemplate": "%{x} %{y}: %{z:.1f} kW<extra></extra>",
    }
    axis = {
        "title": {"text": HOUR.in_language(language)},
        "type": "category",
        "autorange": "reversed",
        "nticks": 8,
        "automargin": True,
    }
    return {"data": [heat], "layout": {"yaxis": axis, "xaxis": {"type": "date", "tickformatstops": DAYS}}}


def _shown(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 2)


def peers_figure(peers: PeersView, probability: float, language: Language) -> dict[str, Any]:
    """Return how many peers lie in each tenth of the probability, and a mark where this meter lies."""
    bars = {
        "type": "bar",
        "x": [f"≥ {n / 10:.1f}" for n in range(10)],
        "y": list(peers.counts),
        "name": METERS.in_language(language),
    }
    place = min(int(probability * 10), 9)
    mark = {
        "type": "line",
        "x0": place,
        "x1": place,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"dash": "dot", "width": 2.5, "color": "#d9730d"},
    }
    layout = {
        "yaxis": {"title": {"text": METERS.in_language(language)}},
        "xaxis": {"title": {"text": PROBABILITY.in_language(language)}, "type": "category", "automargin": True},
        "shapes": [mark],
        "showlegend": False,
    }
    return {"data": [bars], "layout": layout}


def budget_figure(view: BudgetView, language: Language) -> dict[str, Any]:
    """Return expected hits over visits with their interval."""
    visits = [point.visits for point in view.curve]
    band = {
        "x": visits + visits[::-1],
        "y": [point.high for point in view.curve] + [point.low for point in reversed(view.curve)],
        "type": "scatter",
        "mode": "lines",
        "fill": "toself",
        "line": {"width": 0},
        "fillcolor": "rgba(79,131,191,0.28)",
        "name": BAND.in_language(language),
        "hoverinfo": "skip",
    }
    line = {
        "x": visits,
        "y": [round(point.expected, 2) for point in view.curve],
        "type": "scatter",
        "mode": "lines",
        "name": HITS.in_language(language),
        "line": {"width": 2.5},
    }
    layout = {
        "xaxis": {"title": {"text": VISITS.in_language(language)}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": HITS.in_language(language)}},
    }
    return {"data": [line, band], "layout": layout}
