"""Pictures of policy: a map of dots by division with a chart of jurisdictions by date, and the timeline.

The map needs no map data: each division is a dot at its seat of government (rounded longitude and latitude), enough to
see who has what, and not a statement about borders.
"""

import io
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Literal

from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.text import Text as DrawnText

from minewatch.model.policy_views import JurisdictionRow, PolicyMapView, PolicyTimelineView, TimelineRow
from minewatch.model.text import Language, Text

# matplotlib counts days from here.
_EPOCH = date(1970, 1, 1).toordinal()

Format = Literal["png", "svg"]

# Seats of government, longitude and latitude in degrees, rounded to a tenth.
SEATS: dict[str, tuple[float, float]] = {
    "110000": (116.4, 39.9), "120000": (117.2, 39.1), "130000": (114.5, 38.0), "140000": (112.5, 37.9),
    "150000": (111.7, 40.8), "210000": (123.4, 41.8), "220000": (125.3, 43.9), "230000": (126.6, 45.8),
    "310000": (121.5, 31.2), "320000": (118.8, 32.1), "330000": (120.2, 30.3), "340000": (117.3, 31.9),
    "350000": (119.3, 26.1), "360000": (115.9, 28.7), "370000": (117.0, 36.7), "410000": (113.7, 34.8),
    "420000": (114.3, 30.6), "430000": (113.0, 28.2), "440000": (113.3, 23.1), "450000": (108.3, 22.8),
    "460000": (110.3, 20.0), "500000": (106.5, 29.6), "510000": (104.1, 30.7), "520000": (106.7, 26.6),
    "530000": (102.7, 25.0), "540000": (91.1, 29.7), "610000": (108.9, 34.3), "620000": (103.8, 36.1),
    "630000": (101.8, 36.6), "640000": (106.2, 38.5), "650000": (87.6, 43.8), "710000": (121.5, 25.0),
    "810000": (114.2, 22.3), "820000": (113.5, 22.2), "511800": (103.0, 30.0), "652300": (87.3, 44.0),
}  # fmt: skip

# Verdict -> (colour, marker): told apart by shape as well as by colour.
STYLES: dict[str, tuple[str, str]] = {
    "in_force": ("#b2182b", "s"),
    "reported": ("#ef8a62", "o"),
    "statement": ("#67a9cf", "D"),
    "draft": ("#c2a5cf", "^"),
    "none": ("#bdbdbd", "."),
}
_LEGEND = {
    "in_force": Text("in force", "现行有效"),
    "reported": Text("reported only", "仅见报道"),
    "statement": Text("policy statement", "政策表态"),
    "draft": Text("draft", "征求意见稿"),
    "none": Text("none of its own", "无本地文件"),
}
_BY_STATUS = {
    "in_force": "in_force",
    "repealed": "in_force",
    "reported_only": "reported",
    "reported_meeting": "reported",
    "statement": "statement",
    "draft": "draft",
}


def map_picture(view: PolicyMapView, timetable: PolicyTimelineView, form: Format, language: Language = "en") -> bytes:
    """Draw the dots of the day above the chart of jurisdictions by date; ``form`` is ``png`` or ``svg``."""
    language = _drawable(language)
    figure = Figure(figsize=(10, 11), layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=[3, 2])
    for row in view.rows:
        if row.code in SEATS:
            _dot(above, row, language)
    for verdict, (colour, marker) in STYLES.items():
        above.scatter([], [], c=colour, marker=marker, s=60, label=_LEGEND[verdict].in_language(language))
    above.legend(loc="lower left", frameon=False)
    above.set_aspect(1.2)
    above.set_axis_off()
    nation = next((row for row in view.rows if row.level == "nation"), None)
    title = Text("Mining policy on {day}: each jurisdiction's own instruments", "{day} 各地自有文件")
    text = title.format(day=view.on).in_language(language)
    if nation is not None:
        said = Text("nationwide: {what}", "全国：{what}").format(what=nation.verdict_text.in_language(language))
        text += f"\n({said.in_language(language)})"
    above.set_title(text)
    _bars(below, timetable, view.on, language)
    return _saved(figure, form)


def timeline_picture(timetable: PolicyTimelineView, form: Format, language: Language = "en") -> bytes:
    """Draw each instrument's stretch of effect and its deadlines, by jurisdiction."""
    language = _drawable(language)
    figure = Figure(figsize=(11, 7), layout="constrained")
    _bars(figure.subplots(), timetable, None, language)
    return _saved(figure, form)


def _dot(axes: Any, row: JurisdictionRow, language: Language) -> None:
    colour, marker = STYLES[row.verdict]
    x, y = SEATS[row.code]
    known = row.verdict != "none"
    axes.scatter([x], [y], c=colour, marker=marker, s=110 if known else 40, zorder=3)
    if known or row.code == "510000":
        axes.annotate(
            row.name.in_language(language),
            (x, y),
            xytext=(6, 4),
            textcoords="offset points",
            fontsize=9 if known else 8,
        )


def _bars(axes: Any, timetable: PolicyTimelineView, on: date | None, language: Language) -> None:
    rows = _instruments(timetable)
    window = _window(rows, on)
    rows = [acts for acts in rows if acts[0].on <= window[1]]
    labels = []
    for height, acts in enumerate(rows):
        first = acts[0].instrument
        colour, _ = STYLES[_BY_STATUS[first.status]]
        begins = _day(first.begins) or min(act.on for act in acts)
        ends = min(_day(first.ends) or window[1], window[1])
        if first.begins is None:
            axes.scatter([begins], [height], c=colour, marker="|", s=160)
        else:
            axes.barh(height, max((ends - begins).days, 1), left=begins.toordinal() - _EPOCH, color=colour, height=0.6)
        due = [act.on for act in acts if act.act.startswith("deadline")]
        axes.scatter(due, [height] * len(due), c="black", marker="v", s=30, zorder=3)
        labels.append(f"{first.place.in_language(language)}  {first.id}")
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(*window)
    axes.xaxis_date()
    axes.tick_params(axis="x", labelrotation=30, labelsize=8)
    if on is not None:
        axes.axvline(on, color="black", linewidth=0.8, linestyle="--")
    note = Text(
        "bars: stretch of effect; thin strokes: acts without effect of their own; triangles: deadlines",
        "条：有效期间；竖线：本身无效力的行为；三角：期限",
    )
    axes.set_xlabel(note.in_language(language), fontsize=8)


def _instruments(timetable: PolicyTimelineView) -> list[list[TimelineRow]]:
    groups: dict[str, list[TimelineRow]] = {}
    for row in timetable.rows:
        groups.setdefault(row.instrument.id, []).append(row)
    return list(groups.values())


def _window(rows: list[list[TimelineRow]], on: date | None) -> tuple[date, date]:
    """Return five weeks either side of ``on``; without it the whole life of the instruments and a tenth more."""
    if on is not None:
        return on - timedelta(days=35), on + timedelta(days=35)
    days = sorted(act.on for acts in rows for act in acts) or [date(2021, 5, 1), date(2021, 7, 1)]
    longest = max((later - earlier for earlier, later in pairwise(days)), default=timedelta(days=30))
    return days[0] - timedelta(days=30), days[-1] + min(longest, timedelta(days=180))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text if len(text) == 10 else f"{text}-01") if text else None


def _drawable(language: Language) -> Language:
    """Chinese is drawn only where a font for it is installed; otherwise the picture is in English."""
    return language if language == "en" or chinese_font() else "en"


def chinese_font() -> str | None:
    """Return the name of an installed font that has Chinese, or None."""
    names = {font.name for font in font_manager.fontManager.ttflist}
    wanted = ("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "Microsoft YaHei", "SimHei", "PingFang SC")
    return next((name for name in wanted if name in names), None)


def _saved(figure: Figure, form: Format) -> bytes:
    font = chinese_font()
    if font is not None:
        for item in figure.findobj(DrawnText):
            if isinstance(item, DrawnText):
                item.set_fontfamily([font, "DejaVu Sans"])
    buffer = io.BytesIO()
    metadata = {"Date": None} if form == "svg" else {"Software": None}
    figure.savefig(buffer, format=form, dpi=120, metadata=metadata)
    return buffer.getvalue()
