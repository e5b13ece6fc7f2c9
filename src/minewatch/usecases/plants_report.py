"""The report of the power stations: what each generated, used, delivered and should have made, and what the gap is worth."""

from array import array
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minewatch.detect.dating import moment
from minewatch.detect.plants import PlantFinding, Station
from minewatch.model.balance_views import EnergyLine, PlantSeriesView, PlantsView, PlantView
from minewatch.model.text import Language, Text
from minewatch.model.views import Estimate
from minewatch.reports.plants_html import render_plants
from minewatch.usecases.missing_money import MissingEnergy, plant_money
from minewatch.usecases.money import Rules
from minewatch.usecases.plants import PlantRun

WAYS = {
    "balance": Text("its own meters", "自身计量"),
    "water": Text("the water", "来水"),
    "river": Text("its neighbours on the river", "同河流邻近电站"),
}
"""What a station was judged by, in words."""

NOTE = Text(
    "Not accounted for is not sold: a faulty meter or gauge, or water that went another way, leaves the same gap.",
    "去向不明不等于私自售电：表计或水情测量故障、弃水未记录也会造成同样的缺口。",
)


def plants_view(run: PlantRun) -> PlantsView:
    """Return the run as a view."""
    plants = tuple(_view(run, one, run.stations[one.station]) for one in run.findings)
    return PlantsView(run.window.first_day, run.window.last_day, plants, run.origin.label, (NOTE,))


def _view(run: PlantRun, one: PlantFinding, station: Station) -> PlantView:
    window = run.window
    public = station.delivered + np.nan_to_num(station.direct)
    series = PlantSeriesView(
        window.first_day,
        window.slots,
        *(_flat(kw) for kw in (station.generated, station.own_use, public, one.expected, one.missing)),
    )
    hours = 24.0 / window.slots
    lines = (
        (Text("generated, as reported", "发电量（上报）"), station.generated),
        (Text("own use", "厂用电"), station.own_use),
        (Text("delivered to the grid", "上网电量"), station.delivered),
        (Text("contracted direct sales", "合同直供"), station.direct),
        (Text("expected", "应发电量"), one.expected),
        (Text("not accounted for", "去向不明"), np.where(one.over, one.missing, 0.0)),
    )
    ends = one.last_slot < window.days * window.slots
    return PlantView(
        station=one.station,
        river=station.river,
        node=run.nodes.get(one.station, ""),
        capacity_kw=station.capacity_kw,
        way=WAYS[one.way],
        flagged=one.flagged,
        missing=Estimate(one.kw, one.kw_low, one.kw_high),
        kwh=one.kwh,
        of_capacity=one.of_capacity,
        since=run.since(one),
        until=moment(window.first_day, one.last_slot, window.slots) if ends else None,
        since_start=one.first_slot == 0,
        likeness=one.likeness,
        usable=one.usable,
        energy=tuple(EnergyLine(what, float(np.nansum(kw)) * hours) for what, kw in lines),
        series=series,
    )


def _flat(kw: NDArray[Any]) -> Sequence[float]:
    return array("f", np.asarray(kw, dtype=np.float32).ravel().tolist())


def add_plant_money(view: PlantsView, run: PlantRun, *, rules: Rules | None) -> PlantsView:
    """Add to each flagged station what its undeclared energy is worth; None: only say what is needed."""
    found = {one.station: one for one in run.findings}
    return replace(
        view,
        plants=tuple(_with_money(one, found[one.station], run, rules) if one.flagged else one for one in view.plants),
    )


def _with_money(one: PlantView, found: PlantFinding, run: PlantRun, rules: Rules | None) -> PlantView:
    # The same slots that the finding counts: those beyond the error allowed, so that page and table agree.
    daily = np.nansum(np.where(found.over, found.missing, 0.0), axis=1) * 24.0 / run.window.slots
    energy = MissingEnergy(run.window.first_day, tuple(daily.tolist()), one.missing, one.since_start)
    statements, needs = plant_money(energy, rules=rules)
    return replace(one, money=statements, money_needs=needs)


def plants_page(view: PlantsView, *, top: int, language: Language) -> bytes:
    """Return the report as one HTML file."""
    return render_plants(view, top=top, language=language).encode()
