"""Coverage as pages: by day and hour as a heat map, gaps by meter, one meter by day; for who may see the meter's county."""

from datetime import timedelta
from typing import Any

import polars as pl

from minewatch.model.data_views import CoverageDay, CoveragePage, MeterGaps
from minewatch.model.errors import InputError, RuleError
from minewatch.model.text import Language, Text
from minewatch.usecases.coverage import Coverage, known_coverage, meter_days
from minewatch.usecases.import_grid import grid_store
from minewatch.usecases.meter_places import counties, hidden_meters
from minewatch.usecases.office import Turn

PAGE = 50


def _known(turn: Turn) -> Coverage | None:
    turn.may("data.read")
    workspace = turn.office.workspace
    return known_coverage(folder=workspace.folder, lake=workspace.lake())


def coverage_page(*, turn: Turn, slots: int = 0, text: str = "", page: int = 1) -> CoveragePage:
    """Return coverage by day of one kind of day (the finest unless ``slots`` names one) and a page of meters, worst first.

    ``text`` keeps meters whose id holds it.
    """
    found = _known(turn)
    kinds = turn.office.workspace.lake().slot_kinds
    chosen = slots if slots in kinds else kinds[0] if kinds else 0
    if found is None:
        return CoveragePage(
            measured=False, slots=chosen, kinds=kinds, days=(), meters=(), found=0, page=1, pages=1, never_read=0
        )
    meters = _meters(turn, found).filter(pl.col("slots") == chosen)
    if text:
        meters = meters.filter(pl.col("meter").str.contains(text, literal=True))
    pages = max(-(-meters.height // PAGE), 1)
    page = min(max(page, 1), pages)
    days = found.by_day.filter(pl.col("slots") == chosen).select("day", "expected", "read", "full")
    rows = meters.slice((page - 1) * PAGE, PAGE).select(
        "meter", "slots", "first_day", "last_day", "days_read", "days_missing", "longest_gap", "share"
    )
    return CoveragePage(
        measured=True,
        slots=chosen,
        kinds=kinds,
        days=tuple(CoverageDay(*row) for row in days.iter_rows()),
        meters=tuple(MeterGaps(*row) for row in rows.iter_rows()),
        found=meters.height,
        page=page,
        pages=pages,
        never_read=_never_read(turn, found),
    )


def _meters(turn: Turn, found: Coverage) -> pl.DataFrame:
    hidden = hidden_meters(turn, "data.read")
    return found.by_meter.filter(~pl.col("meter").is_in(list(hidden))) if hidden else found.by_meter


def _never_read(turn: Turn, found: Coverage) -> int:
    booked = set(counties(grid_store(turn.office.workspace))) - hidden_meters(turn, "data.read")
    return len(booked - set(found.by_meter["meter"].to_list()))


def coverage_figure(*, turn: Turn, slots: int, language: Language) -> dict[str, Any]:
    """Return the heat map: share of expected meters with a reading, hour by day; one row where only days exist."""
    found = _known(turn)
    if found is None:
        return {"data": [], "layout": {}}
    days = found.by_day.filter(pl.col("slots") == slots)
    hours = days["hours"].to_list()
    expected = days["expected"].to_list()
    deep = len(hours[0]) if hours else 0
    share = [
        [round(100.0 * own[hour] / most, 1) if most else None for own, most in zip(hours, expected, strict=True)]
        for hour in range(deep)
    ]
    name = Text("% of expected meters read", "已采集计量点占应采比例（%）").in_language(language)
    hour = Text("hour", "时").in_language(language)
    return {
        "data": [
            {
                "type": "heatmap", "x": [day.isoformat() for day in days["day"].to_list()], "y": list(range(deep)),
                "z": share, "zmin": 0, "zmax": 100, "colorscale": "Viridis", "colorbar": {"title": {"text": "%"}},
                "hovertemplate": f"%{{x}} %{{y}} {hour}: %{{z}} %<extra></extra>",
            }
        ],
        "layout": {
            "height": 340, "margin": {"l": 50, "r": 10, "t": 30, "b": 40}, "title": {"text": name, "font": {"size": 13}},
            "xaxis": {"type": "date"}, "yaxis": {"title": {"text": hour}, "autorange": "reversed", "dtick": 3},
        },
    }  # fmt: skip


def meter_figure(*, turn: Turn, meter: str, language: Language) -> dict[str, Any]:
    """Return one meter's days: the share of slots read, a bar a day and kind of day.

    Raises ``RuleError`` for a meter of another county, ``InputError`` for one without readings.
    """
    turn.may("data.read")
    place = counties(grid_store(turn.office.workspace)).get(meter, "")
    if meter in hidden_meters(turn, "data.read"):
        turn.may("data.read", place)
        raise RuleError(
            Text(f"{meter} lies elsewhere.", f"{meter} 不在本辖区。"),
            remedy=Text("Ask a person of its county.", "请联系所在县区人员。"),
        )
    data = []
    for slots, first, read in meter_days(lake=turn.office.workspace.lake(), meter=meter):
        days = [(first + timedelta(days=number)).isoformat() for number in range(len(read))]
        share = [round(100.0 * count / slots, 1) for count in read]
        name = Text(f"{slots} readings a day", f"每日 {slots} 点").in_language(language)
        data.append({"type": "bar", "name": name, "x": days, "y": share})
    if not data:
        raise InputError(
            Text(f"No reading of {meter} was imported.", f"未导入 {meter} 的读数。"),
            remedy=Text("Check the id.", "请核对编号。"),
        )
    title = Text("% of the day's readings", "当日读数完整率（%）").in_language(language)
    layout = {"height": 260, "margin": {"l": 50, "r": 10, "t": 10, "b": 40}, "yaxis": {"title": {"text": title}}}
    return {"data": data, "layout": layout | {"barmode": "group", "xaxis": {"type": "date"}}}


def meter_gaps(*, turn: Turn, meter: str) -> tuple[MeterGaps, ...]:
    """Return what was measured of one meter, a row a kind of day; none for a meter of another county."""
    found = _known(turn)
    if found is None:
        return ()
    own = _meters(turn, found).filter(pl.col("meter") == meter)
    columns = ("meter", "slots", "first_day", "last_day", "days_read", "days_missing", "longest_gap", "share")
    return tuple(MeterGaps(*row) for row in own.select(columns).iter_rows())
