"""The map of sites as SVG for HTML. It has no base map: sites lie where they lie, in degrees, with the names of divisions.

What the data says is told by shape as well as by colour: a ring is off, a full dot runs, a half-tone dot is open.
"""

import math

from minewatch.model.pages import Dot, SiteMap
from minewatch.model.text import Text
from minewatch.reports.axes import number_ticks
from minewatch.reports.svg import document, label, rule, words

KINDS: dict[str, Text] = {
    "running": Text("runs, as far as the data says", "数据显示运行"),
    "open": Text("not judged, or cannot be told", "未核验或无法判定"),
    "off": Text("off", "已停机"),
}
WIDTH, LEFT, TOP = 960.0, 60.0, 30.0
LEAST_SPAN = 0.05
"""Degrees that a map shows at least."""


def map_svg(sites: SiteMap, *, caption: str) -> str:
    """Return the map of sites as SVG for a page that has the charts' style; ``caption`` is the id of the words that tell it."""
    west, east, south, north = box_of(sites)
    wide = (east - west) * math.cos(math.radians((south + north) / 2))
    scale = min((WIDTH - 2 * LEFT) / wide, 520.0 / (north - south))
    right, bottom = LEFT + wide * scale, TOP + (north - south) * scale

    def x(longitude: float) -> float:
        return LEFT + (longitude - west) / (east - west) * (right - LEFT)

    def y(latitude: float) -> float:
        return bottom - (latitude - south) / (north - south) * (bottom - TOP)

    shapes = []
    for tick in number_ticks(west, east):
        shapes += [rule(x(tick.at), TOP, x(tick.at), bottom, "grid")]
        shapes.append(label(x(tick.at), bottom + 16, f"{tick.label}°E", anchor="middle"))
    for tick in number_ticks(south, north):
        shapes += [rule(LEFT, y(tick.at), right, y(tick.at), "grid")]
        shapes.append(label(LEFT - 6, y(tick.at) + 4, f"{tick.label}°N", anchor="end"))
    for dot in sorted(sites.dots, key=lambda one: -(one.kw or 0.0)):
        shapes.append(_dot(x(dot.longitude), y(dot.latitude), radius_of(dot), dot.kind))
    for name, latitude, longitude in sites.names:
        shapes.append(
            words(x(longitude), y(latitude) - 14, Text(_safe(name.en), _safe(name.zh)), css="name", anchor="middle")
        )
    for number, (kind, name) in enumerate(KINDS.items()):
        place = LEFT + 12 + 250 * number
        shapes += [_dot(place, 14, 6, kind), words(place + 12, 18, name)]
    return document(WIDTH, bottom + 26, shapes, kind="map", caption=caption)


def _dot(x: float, y: float, radius: float, kind: str) -> str:
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def box_of(sites: SiteMap) -> tuple[float, float, float, float]:
    """Return west, east, south and north with a margin, never narrower than ``LEAST_SPAN``."""
    lons = [dot.longitude for dot in sites.dots] or [0.0]
    lats = [dot.latitude for dot in sites.dots] or [0.0]
    half = max(max(lons) - min(lons), max(lats) - min(lats), LEAST_SPAN) * 0.57
    lon, lat = (max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2
    return (
        min(min(lons) - 0.1 * half, lon - 0.6 * half),
        max(max(lons) + 0.1 * half, lon + 0.6 * half),
        min(min(lats) - 0.1 * half, lat - 0.6 * half),
        max(max(lats) + 0.1 * half, lat + 0.6 * half),
    )


def radius_of(dot: Dot) -> float:
    """Area by power; a site of unknown power is a small dot."""
    return 4.0 if dot.kw is None else min(4.0 + math.sqrt(max(dot.kw, 0.0)) / 3.0, 26.0)
