"""Pictures of a bulletin: the load of the campaign's sites falling against the deadline, and where the sites lie."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from minewatch.model.pages import Block, Curve, Dot, DotKind, Heading, SiteMap
from minewatch.model.text import Text
from minewatch.model.views import SeriesView
from minewatch.stores.lake import Lake
from minewatch.usecases.case_list import Names
from minewatch.usecases.office import Turn
from minewatch.usecases.sites import is_location
from minewatch.usecases.stops import standard
from minewatch.usecases.time_left import instant_of
from minewatch.usecases.wall_load import add_up, span_of

RUNNING = frozenset({"not_stopped", "came_back"})
Row = Mapping[str, Any]


def load_curve(turn: Turn, lake: Lake, cases: Sequence[Row], *, on: date) -> list[Block]:
    """Return the sum of the sites' meters up to the end of ``on``, with the deadline of most cases; nothing without readings.

    A site counts in a slot when all of its meters in the lake report there; how many do is said below.
    """
    zone = standard(turn)
    deadlines = Counter(str(row["deadline"]) for row in cases if row["deadline"])
    deadline = None
    if deadlines:
        text = deadlines.most_common(1)[0][0]
        deadline = instant_of(text).astimezone(zone)
    span = span_of(lake, deadline=deadline.date() if deadline else None, today=on)
    sites = {str(row["id"]): tuple(row["meters"]) for row in cases if row["meters"]}
    found = add_up(lake, sites, first=span[0], last=span[1]) if span and sites else None
    if found is None:
        return []
    series = SeriesView(found.first, found.slots, array("f", found.kw.ravel()), array("f", bytes(4 * found.kw.size)))
    most, least = int(found.sites.max()), int(found.sites.min())
    caption = Text(
        f"Load of the campaign's sites together, {1440 // found.slots} min means; {least} to {most} of {len(sites)} sites with "
        f"meters report in a slot. Other use behind the same meters is in it.",
        f"本次行动各项目合计负荷（{1440 // found.slots}分钟平均）；"
        f"各时段有读数的项目{least}至{most}个，登记计量点的项目共{len(sites)}个。"
        "含同一计量点的其他用电。",
    )
    shown = deadline is not None and found.first <= deadline.date() <= span[1] if span else False
    marks = ((deadline.replace(tzinfo=None), Text("deadline", "期限")),) if deadline and shown else ()
    return [
        Heading(Text("Load of the sites against the deadline", "项目合计负荷与期限")),
        Curve(series, None, caption, marks, days_apart=False),
    ]


def site_map(turn: Turn, cases: Sequence[Row]) -> list[Block]:
    """Return the sites by their coordinates with the names of their divisions; nothing where none is known."""
    placed = [(row, *_place(row)) for row in cases if is_location(str(row["location"]))]
    if not placed:
        return []
    named = Names(turn.at.astimezone(turn.office.zone).date())
    divisions: dict[str, list[tuple[float, float]]] = {}
    for row, latitude, longitude in placed:
        divisions.setdefault(str(row["jurisdiction"]), []).append((latitude, longitude))
    names = tuple(
        (named.of(code), sum(lat for lat, _ in places) / len(places), sum(lon for _, lon in places) / len(places))
        for code, places in sorted(divisions.items())
    )
    dots = tuple(Dot(latitude, longitude, row["mining_kw"], _kind(row)) for row, latitude, longitude in placed)
    caption = Text(
        f"{len(placed)} of {len(cases)} sites have coordinates; the area of a dot grows with the mining power known.",
        f"{len(cases)}个项目中{len(placed)}个有坐标；圆点面积随已知挖矿功率增大。",
    )
    return [Heading(Text("Where the sites lie", "项目分布")), SiteMap(dots, names, caption)]


def _place(row: Row) -> tuple[float, float]:
    latitude, longitude = str(row["location"]).replace("，", ",").split(",")
    return float(latitude), float(longitude)


def _kind(row: Row) -> DotKind:
    if row.get("off"):
        return "off"
    return "running" if row["last_outcome"] in RUNNING else "open"


def yesterday_of(ends: str) -> date:
    """Return the last day of a period that ends at ``ends`` (ISO 8601, excluded)."""
    return (datetime.fromisoformat(ends) - timedelta(seconds=1)).date()
