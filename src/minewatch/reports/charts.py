"""Pictures of one meter: the curve with the mining part under it, the day-by-slot heat map, base load, the mean day.

Each function returns one ``<svg>`` for a page that has :data:`minewatch.reports.svg.STYLE` and shows one of the classes
``zh`` and ``en``. The same view gives the same bytes. Missing readings are shaded and never drawn as zero. Years of
quarter hours are reduced to the lowest, mean and highest of as many bins as the eye can tell apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from minewatch.model.balance_views import PlantSeriesView
from minewatch.model.text import Text
from minewatch.model.views import SeriesView
from minewatch.reports.axes import Floats, days_from, envelope, mean_over, number_ticks, time_ticks
from minewatch.reports.png import Colour, palette_png
from minewatch.reports.svg import band, document, gaps, label, picture, rule, stairs, words

WIDTH = 960.0
LEFT, RIGHT = 52.0, 908.0
BINS = 428
"""Bins of the curve: two units of the picture each, about what a screen and a printer can show."""
MAP_DAYS = 366
"""Columns of the heat map; longer windows show means of neighbouring days."""
SHADES = 24

_ANCHORS = ((17, 24, 63), (36, 68, 122), (33, 117, 142), (52, 160, 129), (142, 201, 101), (247, 229, 131))
_GAP_COLOURS: tuple[Colour, Colour] = ((150, 156, 164, 255), (206, 210, 215, 255))

CURVE = Text("Power and estimated mining part (kW)", "负荷曲线与挖矿部分估计（kW）")
LOAD = Text("Power (kW)", "负荷曲线（kW）")
HEAT = Text("Each day from 00:00 to 24:00 (kW)", "逐日分时热力图（kW）")
DAILY = Text("Daily mean and base load (kW)", "日均负荷与基础负荷（kW）")
PLANT = Text(
    "Generated (blue), delivered (green, dashed), own use (dotted), expected (black), missing (area), kW",
    "发电（蓝）、上网及直供（绿虚线）、厂用（点线）、应发（黑）、缺口（面），kW",
)
GAP = Text("What is missing, each day from 00:00 to 24:00 (kW)", "缺口逐日分时热力图（kW）")
PROFILE = Text("Mean day (kW)", "平均日曲线（kW）")


@dataclass(frozen=True, slots=True)
class _Panel:
    """One plot area: its box in the picture and the range of its two axes."""

    top: float
    bottom: float
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    left: float = LEFT
    right: float = RIGHT

    def x(self, values: Floats) -> Floats:
        """Place values of the horizontal axis."""
        low, high = self.x_range
        return self.left + (values - low) / (high - low) * (self.right - self.left)

    def y(self, values: Floats) -> Floats:
        """Place values of the vertical axis."""
        low, high = self.y_range
        return self.bottom - (values - low) / (high - low) * (self.bottom - self.top)

    def x1(self, value: float) -> float:
        """Place one value of the horizontal axis."""
        return float(self.x(np.array(value)))

    def y1(self, value: float) -> float:
        """Place one value of the vertical axis."""
        return float(self.y(np.array(value)))

    def y_axis(self) -> str:
        """Draw the grid and the numbers on the left."""
        shapes = []
        for tick in number_ticks(*self.y_range, wanted=4 if self.bottom - self.top > 120 else 3):
            y = self.y1(tick.at)
            shapes += [rule(self.left, y, self.right, y, "grid"), label(self.left - 6, y + 4, tick.label, anchor="end")]
        return "".join(shapes)


def timeline(
    series: SeriesView,
    *,
    since: datetime | None,
    until: datetime | None,
    caption: str,
    title: Text = CURVE,
    marks: Sequence[tuple[datetime, Text]] = (),
    days_apart: bool = True,
) -> str:
    """Draw the window from left to right: the curve, below it the heat map and the daily mean with the base load.

    The lower two are left out where they could only repeat the curve: with one slot a day, for a single day, and where
    ``days_apart`` is not wanted. ``since``, ``until`` and the ``marks`` are marked through all; the marks are named above the
    curve. ``caption`` is the id of the element that tells it in words, ``title`` stands above the curve.
    """
    kw, mining = _arrays(series)
    days = (0.0, float(series.days))
    down = 26.0 if marks else 0.0
    panels = [_Panel(30 + down, 230 + down, days, _range(kw, mining))]
    shapes = [words(LEFT, 16, title, css="name"), _curve(panels[0], kw, mining, series.slots)]
    if days_apart and series.slots > 1 and series.days > 1:
        panels.append(_Panel(290 + down, 450 + down, days, (24.0, 0.0)))
        shapes += [words(LEFT, 276 + down, HEAT, css="name"), _heat(panels[1], kw.reshape(series.days, series.slots))]
        panels.append(_Panel(510 + down, 610 + down, days, _range(*_daily(series, kw))))
        shapes += [words(LEFT, 496 + down, DAILY, css="name"), _daily_lines(panels[2], series, kw)]
    shapes += _times(panels, series, (since, until, *(moment for moment, _ in marks)))
    shapes += _names(panels[0], series, marks)
    return document(WIDTH, panels[-1].bottom + 26, shapes, kind="timeline", caption=caption)


def plant_timeline(series: PlantSeriesView, *, since: datetime | None, until: datetime | None, caption: str) -> str:
    """Draw a station's window: generated, own use, delivered and expected over what is missing; the heat map of the gap.

    Slots in which the gap cannot be told (an order, standstill, no gauge) are shaded in the heat map and left out of the area.
    """
    parts = {
        name: np.asarray(getattr(series, name), dtype=np.float64)
        for name in ("generated", "own_use", "delivered", "expected", "missing")
    }
    gap = np.where(np.isfinite(parts["missing"]), np.maximum(parts["missing"], 0.0), np.nan)
    days = (0.0, float(series.days))
    panels = [_Panel(30, 250, days, _range(*parts.values()))]
    bins = {name: envelope(part, BINS) for name, part in parts.items()}
    xs = panels[0].x(bins["generated"].edges / series.slots)
    missing = envelope(gap, BINS).mean
    floor = panels[0].y(np.where(np.isfinite(missing), 0.0, np.nan))
    shapes = [words(LEFT, 16, PLANT, css="name"), panels[0].y_axis()]
    shapes.append(band(xs, floor, panels[0].y(missing), "mining-area"))
    lines = {"delivered": "weekend-line", "own_use": "other-line", "expected": "base-line", "generated": "host-line"}
    shapes += [stairs(xs, panels[0].y(bins[name].mean), css) for name, css in lines.items()]
    if series.slots > 1 and series.days > 1:
        panels.append(_Panel(310, 470, days, (24.0, 0.0)))
        shapes += [words(LEFT, 296, GAP, css="name"), _heat(panels[1], gap.reshape(series.days, series.slots))]
    shapes += _times(panels, series, (since, until))
    return document(WIDTH, panels[-1].bottom + 26, shapes, kind="timeline", caption=caption)


def day_profile(series: SeriesView, *, since: datetime | None, until: datetime | None, caption: str) -> str:
    """Draw the mean day while mining ran, weekdays and weekends apart, over the mining part; dotted the other days.

    "While mining ran" is the days that begin and end between ``since`` and ``until``, or all days where neither is
    known. Returns an empty string where no mean day can be drawn: with one slot a day, and for a single day.
    """
    if series.slots == 1 or series.days < 2:
        return ""
    kw, mining = (part.reshape(series.days, series.slots) for part in _arrays(series))
    day = np.arange(series.days)
    start = 0.0 if since is None else days_from(series.first_day, since)
    stop = float(series.days) if until is None else days_from(series.first_day, until)
    ran = (day >= start) & (day + 1 <= stop)
    if not ran.any():
        ran = np.ones(series.days, dtype=np.bool_)
    weekend = (series.first_day.weekday() + day) % 7 >= 5
    part = mean_over(mining[ran], 0)
    means = {
        "other-line": mean_over(kw[~ran], 0),
        "weekday-line": mean_over(kw[ran & ~weekend], 0),
        "weekend-line": mean_over(kw[ran & weekend], 0),
    }
    panel = _Panel(30, 230, (0.0, 24.0), _range(part, *means.values()), left=44, right=402)
    xs = panel.x(np.linspace(0, 24, series.slots + 1))
    shapes = [words(44, 16, PROFILE, css="name"), panel.y_axis()]
    shapes += [band(xs, panel.y(np.where(np.isfinite(part), 0.0, np.nan)), panel.y(part), "mining-area")]
    shapes += [stairs(xs, panel.y(mean), css) for css, mean in means.items()]
    for hour in range(0, 25, 6):
        x = panel.x1(hour)
        shapes += [rule(x, 230, x, 234, "axis"), label(x, 248, f"{hour:02d}:00", anchor="middle")]
    shapes.append(rule(44, 230, 402, 230, "axis"))
    return document(424, 256, shapes, kind="profile", caption=caption)


def _arrays(series: SeriesView) -> tuple[Floats, Floats]:
    """Return the readings and the mining part as arrays; what is not a finite number is missing."""
    kw, mining = (np.asarray(part, dtype=np.float64) for part in (series.kw, series.mining_kw))
    return np.where(np.isfinite(kw), kw, np.nan), np.where(np.isfinite(mining), mining, np.nan)


def _range(*parts: Floats) -> tuple[float, float]:
    """Return a range that holds zero and all values, with room above; 0 to 1 where there is nothing."""
    present = [part[np.isfinite(part)] for part in parts]
    values = np.concatenate([np.zeros(1), *present])
    low, high = float(values.min()), float(values.max())
    if high <= low:
        high = low + 1.0
    return low * 1.05, high + 0.06 * (high - low)


def _curve(panel: _Panel, kw: Floats, mining: Floats, slots: int) -> str:
    """Draw the readings, in bins where there are many, over the mining part."""
    load, part = envelope(kw, BINS), envelope(mining, BINS)
    xs = panel.x(load.edges / slots)
    shapes = [panel.y_axis(), gaps(xs, load.mean, panel.top, panel.bottom)]
    shapes.append(band(xs, panel.y(load.low), panel.y(load.high), "host-band"))
    shown = np.where(np.isfinite(load.mean), part.mean, np.nan)
    shapes.append(band(xs, panel.y(np.where(np.isfinite(shown), 0.0, np.nan)), panel.y(shown), "mining-area"))
    runs = np.where(shown > 0, shown, np.nan)  # where it is off, no line is laid along the axis
    shapes += [stairs(xs, panel.y(runs), "mining-line"), stairs(xs, panel.y(load.mean), "host-line")]
    return "".join(shapes)


def _heat(panel: _Panel, table: Floats) -> str:
    """Draw days from left to right and the hours of the day downwards, with the scale at the right."""
    days = table.shape[0]
    every = -(-days // MAP_DAYS)
    columns = np.stack([mean_over(table[k : k + every], 0) for k in range(0, days, every)], axis=1)
    present = columns[np.isfinite(columns)]
    low = min(0.0, float(present.min())) if present.size else 0.0
    high = float(np.quantile(present, 0.995)) if present.size else 1.0
    if high <= low:
        high = low + 1.0
    filled = np.where(np.isfinite(columns), columns, low)
    cells = ((filled - low) / (high - low) * SHADES).clip(0, SHADES - 1).astype(np.uint8)
    hatch = (np.add.outer(np.arange(cells.shape[0]), np.arange(cells.shape[1])) % 3 == 0).astype(np.uint8)
    cells = np.where(np.isfinite(columns), cells, SHADES + hatch).astype(np.uint8)
    right = panel.x1(-(-days // every) * every)  # the last column may stand for fewer days than the others
    shapes = [
        picture(
            palette_png(cells, (*shades(), *_GAP_COLOURS)),
            x=panel.left,
            y=panel.top,
            width=right - panel.left,
            height=panel.bottom - panel.top,
        )
    ]
    for hour in range(0, 25, 6):
        y = panel.top + hour / 24 * (panel.bottom - panel.top)
        shapes += [rule(panel.left - 4, y, panel.left, y, "axis")]
        shapes += [label(panel.left - 6, y + 4, f"{hour:02d}:00", anchor="end")]
    return "".join(shapes) + _scale(panel, low, high)


def _scale(panel: _Panel, low: float, high: float) -> str:
    """Draw the colour scale in kW at the right of the heat map."""
    ramp = palette_png(np.arange(SHADES - 1, -1, -1, dtype=np.uint8)[:, np.newaxis], shades())
    shapes = [picture(ramp, x=RIGHT + 8, y=panel.top, width=9, height=panel.bottom - panel.top)]
    for tick in number_ticks(low, high, wanted=3):
        y = panel.bottom - (tick.at - low) / (high - low) * (panel.bottom - panel.top)
        shapes.append(label(RIGHT + 21, y + 4, tick.label))
    return "".join(shapes)


def shades() -> tuple[Colour, ...]:
    """Return the heat map's colours from low to high; lightness only rises: any kind of sight keeps the order."""
    at = np.linspace(0, 1, SHADES)
    knots = np.linspace(0, 1, len(_ANCHORS))
    red, green, blue = (
        np.interp(at, knots, [anchor[k] for anchor in _ANCHORS]).round().astype(int).tolist() for k in range(3)
    )
    return tuple((r, g, b, 255) for r, g, b in zip(red, green, blue, strict=True))


def _daily(series: SeriesView, kw: Floats) -> tuple[Floats, Floats]:
    """Return the mean of each day's readings and the base load, NaN where there is none."""
    base = np.asarray(series.daily_base_kw, dtype=np.float64)
    return mean_over(kw.reshape(series.days, series.slots), 1), base if base.size else np.full(series.days, np.nan)


def _daily_lines(panel: _Panel, series: SeriesView, kw: Floats) -> str:
    """Draw the daily mean as an area and the base load as a line."""
    mean, base = (envelope(part, BINS) for part in _daily(series, kw))
    xs = panel.x(mean.edges)
    floor = panel.y(np.where(np.isfinite(mean.mean), 0.0, np.nan))
    return (
        panel.y_axis()
        + gaps(xs, mean.mean, panel.top, panel.bottom)
        + band(xs, floor, panel.y(mean.mean), "host-band")
        + stairs(xs, panel.y(base.mean), "base-line")
    )


def _times(
    panels: Sequence[_Panel], series: SeriesView | PlantSeriesView, marked: Sequence[datetime | None]
) -> list[str]:
    """Draw the axis of time under every panel, and the marked moments through all of them."""
    shapes = [_time_axis(panel, series) for panel in panels]
    for moment in marked:
        if moment is not None:
            day = min(max(days_from(series.first_day, moment), 0.0), float(series.days))
            x = panels[0].x1(day)
            shapes += [rule(x, panel.top - 6, x, panel.bottom, "mark") for panel in panels]
    return shapes


def _names(panel: _Panel, series: SeriesView, marks: Sequence[tuple[datetime, Text]]) -> list[str]:
    """Name marked moments above a panel, every other one a line higher, so that close ones can be told apart."""
    shapes = []
    for number, (moment, name) in enumerate(sorted(marks, key=lambda one: one[0])):
        x = panel.x1(min(max(days_from(series.first_day, moment), 0.0), float(series.days)))
        late = x > panel.right - 160
        y = panel.top - 9.0 - 13.0 * (number % 2)
        shapes.append(words(x - 3 if late else x + 3, y, name, css="mark-text", anchor="end" if late else "start"))
    return shapes


def _time_axis(panel: _Panel, series: SeriesView | PlantSeriesView) -> str:
    """Draw the axis of time under a panel."""
    shapes = [rule(panel.left, panel.bottom, panel.right, panel.bottom, "axis")]
    for tick in time_ticks(series.first_day, series.days):
        x = panel.x1(tick.at)
        anchor = "start" if x < panel.left + 20 else "end" if x > panel.right - 20 else "middle"
        shapes += [rule(x, panel.bottom, x, panel.bottom + 4, "axis")]
        shapes.append(label(x, panel.bottom + 18, tick.label, anchor=anchor))
    return "".join(shapes)
