"""Pictures of a page as PNG for Word: load curves, bars, the map of sites."""

import io
import math
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from minewatch.model.pages import Bars, Curve, SiteMap
from minewatch.model.text import Language, Text
from minewatch.reports.policy_charts import chinese_font
from minewatch.reports.site_map import KINDS, box_of, radius_of

CURVE_POINTS = 4000
"""At most so many points are drawn; beyond, the mean of each stretch is drawn within its lowest and highest."""
BLUE, ORANGE, GREY = "#2f5f94", "#c4570a", "#8a94a0"


def curve_png(curve: Curve, language: Language = "en") -> bytes:
    """Draw a load curve in kW over days; missing readings are gaps; dashed lines mark the stop and other moments."""
    series = curve.series
    kw = np.asarray(series.kw, dtype=np.float64)
    step = max(1, -(-kw.size // CURVE_POINTS))
    low = high = kw
    if step > 1:
        table = np.append(kw, np.full(-kw.size % step, np.nan)).reshape(-1, step)
        filled = np.isfinite(table).any(axis=1)
        low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
        kw = np.full(len(table), np.nan)
        low[filled], high[filled] = np.nanmin(table[filled], axis=1), np.nanmax(table[filled], axis=1)
        kw[filled] = np.nanmean(table[filled], axis=1)
    figure, axes = _figure(9, 3)
    at = np.arange(kw.size) * step / series.slots
    if step > 1:
        axes.fill_between(at, low, high, color="#b9cfe6", linewidth=0)
    axes.plot(at, kw, linewidth=0.7, color=BLUE)
    first = series.first_day
    ticks = list(range(0, series.days + 1, max(1, series.days // 8)))
    axes.set_xticks(ticks, [f"{first.fromordinal(first.toordinal() + day):%m-%d}" for day in ticks])
    unnamed = curve.until is not None and all(at != curve.until for at, _ in curve.marks)
    named = [*curve.marks, *([(curve.until, Text("", ""))] if curve.until is not None and unnamed else [])]
    for number, (moment, name) in enumerate(sorted(named, key=lambda one: one[0])):
        place = moment.date().toordinal() - first.toordinal() + (moment.hour + moment.minute / 60) / 24
        axes.axvline(place, linestyle="--", linewidth=1, color="#9f1239")
        spot = {"x": place, "y": 1.01 + 0.06 * (number % 2), "transform": axes.get_xaxis_transform()}
        axes.text(**spot, s=f" {_spoken(name, language)}", color="#9f1239", fontsize=8, **_font())
    axes.set_ylabel("kW")
    axes.set_ylim(bottom=min(0.0, float(np.nanmin(low)) if np.isfinite(low).any() else 0.0))
    axes.grid(alpha=0.3)
    return _png(figure)


def bars_png(bars: Bars, language: Language) -> bytes:
    """Draw horizontal bars; in English where no Chinese font is installed."""
    figure, axes = _figure(9, 0.8 + 0.32 * len(bars.bars))
    places = range(len(bars.bars))
    axes.barh(places, [value for _, value in bars.bars], color=BLUE)
    axes.set_yticks(places, [_spoken(name, language) for name, _ in bars.bars], **_font())
    axes.invert_yaxis()
    axes.set_xlabel(_spoken(bars.unit, language), **_font())
    return _png(figure)


def map_png(sites: SiteMap, language: Language) -> bytes:
    """Draw the map of sites; see ``site_map`` for what its dots mean."""
    west, east, south, north = box_of(sites)
    figure, axes = _figure(9, 6)
    for kind, said in KINDS.items():
        dots = [dot for dot in sites.dots if dot.kind == kind]
        fill, edge = _paint(kind)
        places = [dot.longitude for dot in dots], [dot.latitude for dot in dots]
        sizes = [(2 * radius_of(dot)) ** 2 for dot in dots]
        axes.scatter(*places, s=sizes, facecolor=fill, edgecolor=edge, linewidth=1.4, alpha=0.85)
        axes.scatter([], [], s=60, facecolor=fill, edgecolor=edge, linewidth=1.4, label=_spoken(said, language))
    for name, latitude, longitude in sites.names:
        above = {"xytext": (0, 9), "textcoords": "offset points", "ha": "center", "fontsize": 9, "color": "#1c2733"}
        axes.annotate(_spoken(name, language), (longitude, latitude), **above, **_font())
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(1 / math.cos(math.radians((south + north) / 2)))
    axes.grid(alpha=0.3)
    font = chinese_font()
    axes.legend(loc="lower right", prop={"family": [font, "DejaVu Sans"] if font else None, "size": 8})
    return _png(figure)


def _paint(kind: str) -> tuple[str, str]:
    return {"off": ("none", BLUE), "running": (ORANGE, ORANGE)}.get(kind, ("#d5dae0", GREY))


def _spoken(text: Text, language: Language) -> str:
    return text.in_language(language if chinese_font() or language == "en" else "en")


def _font() -> dict[str, Any]:
    font = chinese_font()
    return {"fontfamily": [font, "DejaVu Sans"]} if font else {}


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), dpi=150)
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def _png(figure: Figure) -> bytes:
    figure.tight_layout()
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
