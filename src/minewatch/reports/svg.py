"""Shapes of the charts as SVG text. Colours are classes, so that the page's style sheet decides them, light or dark."""

import base64
from collections.abc import Iterable

import numpy as np

from minewatch.model.text import Text
from minewatch.reports.axes import Floats

STYLE = """
:root{--host:#3f6fa3;--host-soft:#b9cfe6;--mining:#c4570a;--mining-soft:#f4b27a;--weekend:#0f766e;--other:#6b7280;
--chart-ink:#1c2733;--chart-soft:#52606d;--chart-grid:#dde3ea;--gap:#dfe3e8;--since:#9f1239}
@media screen and (prefers-color-scheme:dark){:root{--host:#7fb0e6;--host-soft:#31506f;--mining:#ff9d4d;
--mining-soft:#8a4a17;--weekend:#4fd1c0;--other:#a3adb8;--chart-ink:#e8edf2;--chart-soft:#aab6c2;--chart-grid:#2f3b47;
--gap:#3a4550;--since:#ff8fa8}}
.chart{display:block;width:100%;height:auto;font-family:inherit;font-variant-numeric:tabular-nums}
.chart text{font-size:12px;fill:var(--chart-soft)}
.chart .name{font-size:13px;font-weight:600;fill:var(--chart-ink)}
.chart .grid{stroke:var(--chart-grid);stroke-width:1;fill:none}
.chart .axis{stroke:var(--chart-soft);stroke-width:1;fill:none}
.chart .gap{fill:var(--gap)}
.chart .host-band{fill:var(--host-soft)}
.chart .host-line{stroke:var(--host);stroke-width:1.3;fill:none;stroke-linejoin:round}
.chart .weekend-line{stroke:var(--weekend);stroke-width:1.8;stroke-dasharray:6 3;fill:none}
.chart .weekday-line{stroke:var(--host);stroke-width:2;fill:none}
.chart .other-line{stroke:var(--other);stroke-width:1.6;stroke-dasharray:1.5 3;fill:none}
.chart .base-line{stroke:var(--chart-ink);stroke-width:1.6;fill:none}
.chart .mining-area{fill:var(--mining-soft);fill-opacity:.8}
.chart .mining-line{stroke:var(--mining);stroke-width:1.6;fill:none;stroke-linejoin:round}
.chart .mark{stroke:var(--since);stroke-width:1.4;stroke-dasharray:5 3;fill:none}
.chart .mark-text{fill:var(--since);font-weight:600}
.chart image{image-rendering:pixelated}
"""
"""What the page must say once for all charts on it; print keeps the light colours."""


def _point(x: float, y: float) -> str:
    """Write one point, to a tenth of a unit."""
    return f"{x:.1f} {y:.1f}"


def line(xs: Floats, ys: Floats, css: str) -> str:
    """Draw a line through the points; where either is NaN the line is broken, never joined across."""
    parts: list[str] = []
    for run in _runs(np.isfinite(ys)):
        points = [_point(x, y) for x, y in zip(xs[run].tolist(), ys[run].tolist(), strict=True)]
        if len(points) == 1:
            points.append(points[0])
        parts.append("M" + "L".join(points))
    return f'<path class="{css}" d="{"".join(parts)}"/>' if parts else ""


def stairs(edges: Floats, ys: Floats, css: str) -> str:
    """Draw each value as a level over its bin, broken where the value is NaN."""
    xs = np.column_stack((edges[:-1], edges[1:])).ravel()
    return line(xs, np.repeat(ys, 2), css)


def band(edges: Floats, low: Floats, high: Floats, css: str) -> str:
    """Fill between two step curves, leaving out the bins where either is NaN."""
    parts: list[str] = []
    for run in _runs(np.isfinite(low) & np.isfinite(high)):
        left, right = edges[:-1][run].tolist(), edges[1:][run].tolist()
        top, bottom = high[run].tolist(), low[run].tolist()
        there = [p for a, b, y in zip(left, right, top, strict=True) for p in (_point(a, y), _point(b, y))]
        back = [p for a, b, y in zip(left, right, bottom, strict=True) for p in (_point(a, y), _point(b, y))]
        parts.append("M" + "L".join(there + back[::-1]) + "Z")
    return f'<path class="{css}" d="{"".join(parts)}"/>' if parts else ""


def gaps(edges: Floats, values: Floats, top: float, bottom: float) -> str:
    """Shade the spans without a reading from ``top`` to ``bottom``."""
    parts = [
        f"M{_point(edges[run.start], top)}H{edges[run.stop]:.1f}V{bottom:.1f}H{edges[run.start]:.1f}Z"
        for run in _runs(np.isnan(values))
    ]
    return f'<path class="gap" d="{"".join(parts)}"/>' if parts else ""


def _runs(present: np.ndarray) -> Iterable[slice]:
    """Yield the spans where ``present`` is true."""
    change = np.flatnonzero(np.diff(np.concatenate(([0], present.astype(np.int8), [0]))))
    for start, stop in zip(change[::2].tolist(), change[1::2].tolist(), strict=True):
        yield slice(start, stop)


def rule(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """Draw a straight line."""
    return f'<path class="{css}" d="M{_point(x1, y1)}L{_point(x2, y2)}"/>'


def label(x: float, y: float, words: str, *, css: str = "", anchor: str = "start") -> str:
    """Write numerals or units at a place; ``words`` never comes from a customer."""
    classes = f' class="{css}"' if css else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{classes}>{words}</text>'


def words(x: float, y: float, text: Text, *, css: str = "", anchor: str = "start") -> str:
    """Write a text in both languages; the page's style sheet shows one of them."""
    return label(x, y, text.zh, css=f"zh {css}".strip(), anchor=anchor) + label(
        x, y, text.en, css=f"en {css}".strip(), anchor=anchor
    )


def picture(png: bytes, *, x: float, y: float, width: float, height: float) -> str:
    """Embed a PNG, stretched to the box."""
    data = base64.b64encode(png).decode("ascii")
    return (
        f'<image x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" preserveAspectRatio="none" '
        f'href="data:image/png;base64,{data}"/>'
    )


def document(width: float, height: float, shapes: Iterable[str], *, kind: str, caption: str) -> str:
    """Frame the shapes; ``kind`` becomes a class beside ``chart``, ``caption`` is the id of the words that tell it."""
    return (
        f'<svg class="chart {kind}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="{caption}">'
        f"{''.join(shapes)}</svg>"
    )
