"""The simulated region laid out as Polars frames; no number is made here."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from minewatch.rehearsal.layout import Account, Layout, stream
from minewatch.rehearsal.loads import Curve, Loads, Place, RunMine, slot_time
from minewatch.rehearsal.parameters import COUNTIES, RegionParameters
from minewatch.rehearsal.plants import Station, StationDays


def readings_table(names: Sequence[str], days: Sequence[date], kw: Curve, *, key: str = "meter") -> pl.DataFrame:
    """Lay (names, days, slots) out as one row a name and day: ``key``, day, kw (array of slots, float32)."""
    slots = kw.shape[2]
    which = pl.Series(key, list(names), dtype=pl.String)
    rows = np.repeat(np.arange(len(names), dtype=np.uint32), len(days))
    flat = np.ascontiguousarray(kw.reshape(-1, slots), dtype=np.float32)
    return pl.DataFrame(
        {
            key: which.gather(rows) if len(names) else which,
            "day": pl.Series(list(days) * len(names), dtype=pl.Date),
            "kw": pl.Series(flat, dtype=pl.Array(pl.Float32, slots)),
        }
    )


PHASES = ("A相电流", "B相电流", "C相电流")


def currents_table(names: Sequence[str], amperes: Curve, days: Sequence[date]) -> pl.DataFrame:
    """Lay (names, 3, days, slots) out as one row a name, phase and day; a phase that is not measured has no rows."""
    tables = []
    for phase, name in enumerate(PHASES):
        there = np.flatnonzero(np.isfinite(amperes[:, phase]).any(axis=(1, 2))).tolist()
        rows = readings_table([names[k] for k in there], days, amperes[there, phase])
        tables.append(rows.select("meter", pl.lit(name).alias("phase"), "day", pl.col("kw").alias("ampere")))
    return pl.concat(tables)


def _county(index: int) -> tuple[str, str]:
    return COUNTIES[index].code, COUNTIES[index].name_zh


def _meter_row(account: Account, *, export: bool) -> dict[str, object]:
    code, county = _county(account.county)
    return {
        "meter": account.meter + ("E" if export else ""),
        "customer": account.customer,
        "declared_use": "光伏上网" if export else account.declared_zh,
        "tariff": account.group.tariff,
        "contract": account.contract,
        "voltage": account.voltage,
        "ct": account.ct,
        "pt": account.pt,
        "county_code": code,
        "county": county,
        "latitude": account.latitude,
        "longitude": account.longitude,
        "node": account.recorded_parent,
        "direction": "export" if export else "import",
        "opened": account.opened,
        "simulated": True,
    }


def meters_table(layout: Layout, exporting: Sequence[int]) -> pl.DataFrame:
    """One row a meter; a roof that feeds in has a second one, direction ``export``. ``node`` is the books' parent."""
    rows = [_meter_row(account, export=False) for account in layout.accounts]
    rows += [_meter_row(layout.accounts[number], export=True) for number in exporting]
    return pl.DataFrame(rows)


def grid_table(layout: Layout, stations: Sequence[Station], exporting: Sequence[int]) -> pl.DataFrame:
    """Node, parent, kind and validity as the books have it; ``parent`` null at the top, ``valid_to`` null: still valid."""
    built = date(2012, 1, 1)
    rows: list[tuple[str, str | None, str, str, date]] = [
        (node.name, node.parent or None, node.kind, COUNTIES[node.county].code, built) for node in layout.nodes
    ]
    rows += [
        (account.meter, account.recorded_parent, "meter", COUNTIES[account.county].code, account.opened)
        for account in layout.accounts
    ]
    for number in exporting:
        account = layout.accounts[number]
        rows.append(
            (account.meter + "E", account.recorded_parent, "meter", COUNTIES[account.county].code, account.opened)
        )
    rows += [(one.name, one.node, "station", COUNTIES[one.county].code, built) for one in stations]
    frame = pl.DataFrame(rows, schema=["node", "parent", "kind", "county_code", "valid_from"], orient="row")
    return frame.with_columns(pl.lit(None, dtype=pl.Date).alias("valid_to"))


def stations_table(stations: Sequence[Station]) -> pl.DataFrame:
    """One row a station: place, river, head (m), efficiency, capacity (kW), the node it delivers to, its contract."""
    return pl.DataFrame(
        [
            {
                "station": one.name,
                "county_code": COUNTIES[one.county].code,
                "county": COUNTIES[one.county].name_zh,
                "river": one.river,
                "node": one.node,
                "capacity_kw": one.capacity_kw,
                "head_m": one.head_m,
                "efficiency": one.efficiency,
                "contract": "direct_supply" if one.direct_share > 0.0 else "grid",
                "simulated": True,
            }
            for one in stations
        ]
    )


GENERATION_COLUMNS = {
    "generated_kw": "reported",
    "own_use_kw": "own_use",
    "delivered_kw": "delivered",
    "direct_sale_kw": "direct",
    "inflow_m3s": "inflow",
    "dispatch_kw": "dispatch",
}
"""Column of the generation table → series of the station; what is sold privately stands in no table but the truth."""


def generation_table(stations: Sequence[tuple[Station, StationDays]], days: Sequence[date]) -> pl.DataFrame:
    """One row a station and day, arrays of slots, as the station reports; ``dispatch_kw`` NaN: no order stood."""
    frame: pl.DataFrame | None = None
    names = [station.name for station, _ in stations]
    for column, attribute in GENERATION_COLUMNS.items():
        kw = np.round(np.stack([getattr(series, attribute) for _, series in stations]), 3)
        one = readings_table(names, days, kw, key="station").rename({"kw": column})
        frame = one if frame is None else frame.with_columns(one[column])
    if frame is None:
        raise ValueError("a region has at least one station")
    return frame


def weather_table(places: Sequence[Place], days: Sequence[date]) -> pl.DataFrame:
    """Lay out simulated air temperature (°C) by county code and day, arrays of slots."""
    codes = [county.code for county in COUNTIES]
    air = np.round(np.stack([place.temperature for place in places]), 1).astype(np.float32)
    return readings_table(codes, days, air, key="county_code").rename({"kw": "temperature_c"})


def outages_table(parameters: RegionParameters, places: Sequence[Place]) -> pl.DataFrame:
    """List times without public network, by county: ``county_code``, ``start``, ``end``, ``what``."""
    rows = [
        (COUNTIES[index].code, slot_time(parameters, start), slot_time(parameters, end), "network")
        for index, place in enumerate(places)
        for start, end in place.network_outages
    ]
    schema = {"county_code": pl.String, "start": pl.Datetime, "end": pl.Datetime, "what": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


_SUSPECT_CHANCE = {"big_data": 0.9, "data_centre": 0.4, "compute_cluster": 0.4}


def suspects_table(parameters: RegionParameters, layout: Layout, stations: Sequence[Station]) -> pl.DataFrame:
    """List the projects the grid company suspects and reports: most declared mines, some honest machine rooms, some tips.

    Sichuan's notice of 18 June 2021 went out with 26 such projects reported by the grid company; here as many as the region
    has, at most 26. ``meter`` is null where the suspicion is that a station supplies past the grid.
    """
    rng = stream(parameters, "layout", 1)
    rows: list[tuple[str | None, str | None, str, str, float]] = []
    for account in layout.accounts:
        if rng.random() < _SUSPECT_CHANCE.get(account.group.kind, 0.0):
            code, name = _county(account.county)
            rows.append((account.meter, account.customer, code, name, round(1.3 * account.mean_kw, -1)))
    for station in stations:
        if rng.random() < (0.5 if station.mine_kw > 0.0 else 0.05):
            code, name = _county(station.county)
            rows.append((None, station.name, code, name, round(station.mine_kw or 0.2 * station.capacity_kw, -1)))
    schema = {
        "meter": pl.String,
        "customer": pl.String,
        "county_code": pl.String,
        "county": pl.String,
        "reported_kw": pl.Float64,
    }
    frame = pl.DataFrame(rows[:26], schema=schema, orient="row").with_row_index("number", offset=1)
    return frame.with_columns(
        pl.format("模拟项目{}", pl.col("number").cast(pl.String).str.zfill(2)).alias("project"),
        pl.lit("国网（模拟）").alias("reported_by"),
    )


TRUTH_SCHEMA: dict[str, pl.DataType] = {
    "site": pl.String(),
    "meter": pl.String(),
    "customer": pl.String(),
    "node": pl.String(),
    "county_code": pl.String(),
    "kind": pl.String(),
    "is_lookalike": pl.Boolean(),
    "is_mine": pl.Boolean(),
    "evasion": pl.String(),
    "mode": pl.String(),
    "machine": pl.String(),
    "units": pl.Int64(),
    "mine_kw": pl.Float64(),
    "mine_kwh": pl.Float64(),
    "host_kw": pl.Float64(),
    "bypassed": pl.Float64(),
    "since": pl.Datetime(),
    "until": pl.Datetime(),
    "behaviour": pl.String(),
    "stop_at": pl.Datetime(),
    "back_at": pl.Datetime(),
    "tampers": pl.Boolean(),
}
"""``site``: the mine's id, or the meter's for an honest account. ``meter`` null: nothing of it is metered. ``node``: where it
truly hangs. ``mine_kw``: mean power while running, the part that this meter sees; ``mine_kwh``: the same part's energy.
``bypassed``: share of the customer's whole load that runs past the meter. ``since``: the window's start if it already ran.
``tampers``: this customer taps before the meter; the curve itself is honest."""


def truth_table(
    parameters: RegionParameters, layout: Layout, loads: Loads, mine_kw: Sequence[NDArray[np.float32]]
) -> pl.DataFrame:
    """One row an account, one more for each mine that no meter sees; columns and meanings in ``TRUTH_SCHEMA``."""
    rows: dict[str, dict[str, object]] = {}
    for account in layout.accounts:
        rows[account.meter] = {
            "site": account.meter,
            "meter": account.meter,
            "customer": account.customer,
            "node": account.parent,
            "county_code": COUNTIES[account.county].code,
            "kind": account.group.kind,
            "is_lookalike": account.group.lookalike,
            "is_mine": False,
            "host_kw": float(loads.hosts[account.number]),
            "tampers": False,
        }
    for run, kw in zip(loads.mines, mine_kw, strict=True):
        if run.evasion in {"before_meter", "private_supply"}:
            rows[run.site] = {
                "site": run.site,
                "node": run.node,
                "county_code": COUNTIES[run.county].code,
                "kind": "mine",
                "is_lookalike": False,
                "tampers": False,
                **_mine_facts(parameters, run, kw, share=1.0),
            }
            for number in run.accounts:
                rows[layout.accounts[number].meter]["tampers"] = True
                rows[run.site]["customer"] = layout.accounts[number].customer
            continue
        for number, share in zip(run.accounts, run.shares, strict=True):
            facts = _mine_facts(parameters, run, kw, share=share)
            if run.evasion == "split_accounts":
                facts["units"] = round(run.mine.units * share)
            rows[layout.accounts[number].meter] |= {"site": run.site, **facts}
    return pl.DataFrame(list(rows.values()), schema=TRUTH_SCHEMA)


def _mine_facts(
    parameters: RegionParameters, run: RunMine, kw: NDArray[np.float32], *, share: float
) -> dict[str, object]:
    mine = run.mine
    running = kw[kw > 0.05 * mine.units * mine.unit_kw]
    until: datetime | None = None if mine.until_slot is None else slot_time(parameters, mine.until_slot)
    return {
        "is_mine": True,
        "evasion": run.evasion,
        "mode": mine.mode,
        "machine": mine.machine.name,
        "units": mine.units,
        "mine_kw": share * float(running.mean(dtype=np.float64)) if running.size else 0.0,
        "mine_kwh": share * float(kw.sum(dtype=np.float64)) * 24.0 / parameters.slots,
        "bypassed": run.bypassed,
        "since": slot_time(parameters, mine.since_slot),
        "until": until,
        "behaviour": run.behaviour,
        "stop_at": run.stop_at,
        "back_at": run.back_at,
    }
