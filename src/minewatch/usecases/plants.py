"""Use case: judge the power stations of a workspace by their meters, their water and their river."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

import numpy as np
import polars as pl

from minewatch.detect.dating import moment
from minewatch.detect.plants import PlantFinding, Station, judge_stations
from minewatch.model.errors import InputError
from minewatch.model.origin import Origin
from minewatch.model.text import Text
from minewatch.readers.gridtables import KINDS
from minewatch.stores.gridstore import GridStore
from minewatch.usecases.balance import quantity_of
from minewatch.usecases.balance_stream import Window
from minewatch.usecases.simulated import grid_origin


@dataclass(frozen=True, slots=True)
class PlantRun:
    """Findings, most missing first, the stations by name, and the window they are of."""

    findings: tuple[PlantFinding, ...]
    window: Window
    digest: str = ""
    stations: Mapping[str, Station] = field(default_factory=dict)
    nodes: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = Origin.MEASURED

    def since(self, one: PlantFinding) -> datetime:
        """Start of the first slot in which something was missing."""
        return moment(self.window.first_day, one.first_slot, self.window.slots)


def run_plants(*, store: GridStore) -> PlantRun:
    """Judge every station that has generation. ``InputError`` when stations or generation were not imported."""
    stations = store.read("stations", key=KINDS["stations"].key)
    generation = store.read("generation", key=KINDS["generation"].key)
    if stations is None or generation is None:
        raise InputError(
            Text("The workspace lacks stations or their generation.", "工作区中缺少电站资料或发电数据。"),
            remedy=Text(
                "Import both: minewatch import generation stations.csv generation.csv",
                "请一并导入：minewatch import generation stations.csv generation.csv",
            ),
        )
    window = _window(generation)
    series = {
        name: quantity_of(generation, name, window)
        for name in ("generated", "own_use", "delivered", "direct_sale", "inflow", "dispatch")
    }
    nothing = np.full((window.days, window.slots), np.nan)
    judged = [
        Station(
            name=row["station"],
            river=row["river"] or "",
            capacity_kw=row["capacity_kw"],
            head_m=row["head_m"],
            efficiency=row["efficiency"],
            generated=series["generated"][row["station"]],
            own_use=np.nan_to_num(series["own_use"].get(row["station"], nothing)),
            delivered=series["delivered"].get(row["station"], nothing),
            direct=series["direct_sale"].get(row["station"], nothing),
            inflow=series["inflow"].get(row["station"], nothing),
            dispatch=series["dispatch"].get(row["station"], nothing),
        )
        for row in stations.iter_rows(named=True)
        if row["station"] in series["generated"] and (row["capacity_kw"] or 0.0) > 0.0
    ]
    parts = [path.stem for kind in ("stations", "generation") for path in store.parts(kind)]
    digest = sha256(",".join(parts).encode()).hexdigest()[:16]
    return PlantRun(
        findings=judge_stations(judged, first_day=window.first_day),
        window=window,
        digest=digest,
        stations={one.name: one for one in judged},
        nodes=dict(stations.select("station", pl.col("node").fill_null("")).iter_rows()),
        origin=grid_origin(store, "stations", "generation"),
    )


def _window(generation: pl.DataFrame) -> Window:
    first, last = generation["day"].min(), generation["day"].max()
    kind = generation.schema["values"]
    if not isinstance(first, date) or not isinstance(last, date) or not isinstance(kind, pl.Array):
        raise InputError(
            Text("The generation table holds no days.", "发电数据表中没有任何日期。"),
            remedy=Text("Import it again.", "请重新导入。"),
        )
    return Window(first, (last - first).days + 1, int(kind.size))


def plants_frame(run: PlantRun) -> pl.DataFrame:
    """Return one row a station for CSV."""
    return pl.DataFrame(
        [
            {
                "station": one.station,
                "flagged": "yes" if one.flagged else "no",
                "way": one.way,
                "kw": round(one.kw, 2),
                "kw_low": round(one.kw_low, 2),
                "kw_high": round(one.kw_high, 2),
                "kwh": round(one.kwh, 1),
                "of_capacity": round(one.of_capacity, 4),
                "since": run.since(one) if one.flagged else None,
                "mining_likeness": round(one.likeness, 3),
                "usable": round(one.usable, 3),
                "simulated": run.origin.cell,
            }
            for one in run.findings
        ],
        infer_schema_length=None,
        schema_overrides={"since": pl.Datetime},
    )
